"""HQ's verdict as a table, session numbers, and the signs of an HQ that lost history."""

import pytest
from sync_world import CHAIN, EPOCH, FEED, HQ_KEY, NOW, Log, Node, signing_key

from sync_protocol.ack import Ack, Level, sign_ack
from sync_protocol.chain import LogIdentity, Point, locator
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import RefusalCode
from sync_protocol.messages import FeedPosition, LogOffer, VerdictKind
from sync_protocol.signed import raw_public
from sync_protocol.verdict import HqView, feed_position, lost_history, next_session, verdict

IDENTITY = LogIdentity(CHAIN, b"n" * 16, b"i" * 16, raw_public(signing_key(1)))


def log_of(length: int, same_until: int | None = None) -> Log:
    """A log; behind `same_until` it has other entries than its namesakes."""
    log = Log(IDENTITY)
    log.grow(length if same_until is None else min(length, same_until))
    if same_until is not None and length > same_until:
        log.grow(length - same_until, amount=999)
    return log


def offer_of(log: Log, *, current: bool = True) -> LogOffer:
    """Offer a log as a node does."""
    return LogOffer(
        chain=log.identity.chain,
        node=log.identity.node,
        incarnation=log.identity.incarnation,
        signing_key=log.identity.signing_key,
        predecessor=None,
        locator=tuple(locator(log.head.seq, log.hashes.__getitem__)),
        current=current,
    )


def view_of(log: Log, **changes: object) -> HqView:
    """HQ holds `log`, open; it gave session numbers up to 5 and saw 5 used."""
    view = HqView(known=True, trusted=True, open=True, acked=log.head, hash_at=log.hash_at, session=5, used=5)
    return view._replace(**changes)


@pytest.mark.parametrize(
    ("session", "used", "kind"),
    [
        (5, 5, "normal"),
        (5, 2, "normal"),
        (4, 2, "normal"),
        (2, 2, "normal"),
        (1, 2, "behind"),
        (4, 5, "behind"),
        (0, 5, "behind"),
        (6, 5, "recovery"),
        (99, 0, "recovery"),
    ],
)
def test_session_rule(session, used, kind) -> None:
    """The session number is the last used one or was given since; less is a copy, more means HQ forgot."""
    judged = verdict(offer_of(log_of(8)), session, CHAIN, view_of(log_of(8), used=used))
    assert judged.kind.value == kind


@pytest.mark.parametrize(
    ("mine", "theirs", "kind", "resume"),
    [
        (8, 8, "normal", 8),
        (8, 20, "normal", 8),
        (0, 3, "normal", 0),
        (8, 7, "behind", 7),
        (8, 0, "behind", 0),
    ],
)
def test_head_rule(mine, theirs, kind, resume) -> None:
    """A head equal to or beyond HQ's is normal and resumes where HQ is; one before it is an old copy."""
    judged = verdict(offer_of(log_of(theirs)), 5, CHAIN, view_of(log_of(mine)))
    assert (judged.kind.value, judged.point.seq) == (kind, resume)
    assert judged.point.hash == log_of(30).hashes[resume]


@pytest.mark.parametrize(("theirs", "fork_at"), [(8, 5), (9, 0), (7, 6), (8, 7)])
def test_fork_rule(theirs, fork_at) -> None:
    """Another hash where HQ has one is a fork, from the last point that both show."""
    judged = verdict(offer_of(log_of(theirs, fork_at)), 5, CHAIN, view_of(log_of(8)))
    assert judged.kind is VerdictKind.FORK
    assert judged.point.seq <= fork_at
    assert judged.point.hash == log_of(8).hashes[judged.point.seq]


def test_a_fork_between_the_points_shows_in_the_first_batch() -> None:
    """A locator may step over the fork: HQ says normal at its own head, whose hash the node does not have."""
    theirs = log_of(12, 7)
    judged = verdict(offer_of(theirs), 5, CHAIN, view_of(log_of(9)))
    named = {point.seq for point in offer_of(theirs).points}
    assert not named & {8, 9} or judged.kind is VerdictKind.FORK
    if judged.kind is VerdictKind.NORMAL:
        assert judged.point.hash != theirs.hashes[judged.point.seq]


def test_closed_and_refused() -> None:
    """A closed log is closed whatever it holds; another log under the same name is refused."""
    closed = verdict(offer_of(log_of(9, 4)), 0, CHAIN, view_of(log_of(8), open=False))
    assert (closed.kind, closed.point.seq <= 4) == (VerdictKind.CLOSED, True)
    stranger = Log(IDENTITY._replace(node=b"x" * 16))
    refused = verdict(offer_of(stranger), 5, CHAIN, view_of(log_of(8)))
    assert refused == (VerdictKind.REFUSED, None, RefusalCode.IDENTITY_MISMATCH)


def test_unknown_logs() -> None:
    """A log HQ never heard of is accepted from its start if it is of this chain and under an enrolled key."""
    offer = offer_of(log_of(3))
    start = Point(0, log_of(0).hashes[0])
    nothing = HqView(known=False, trusted=True)
    assert verdict(offer, 0, CHAIN, nothing) == (VerdictKind.UNKNOWN_ACCEPTED, start, None)
    assert verdict(offer, 0, b"X" * 16, nothing).code is RefusalCode.WRONG_CHAIN
    assert verdict(offer, 0, CHAIN, HqView(known=False, trusted=False)).code is RefusalCode.UNKNOWN_KEY
    assert verdict(offer, 0, CHAIN, nothing._replace(lost=True)).kind is VerdictKind.RECOVERY


def test_adopted_logs_of_another_chain() -> None:
    """A log of the node's own old chain that HQ registered is taken like any other."""
    old = Log(IDENTITY._replace(chain=b"O" * 16))
    assert verdict(offer_of(old, current=False), 0, CHAIN, view_of(old)).kind is VerdictKind.NORMAL


def test_earlier_logs_have_no_session() -> None:
    """Session number and feed position belong to the current incarnation alone."""
    judged = verdict(offer_of(log_of(8), current=False), 0, CHAIN, view_of(log_of(8), fed=9), 0)
    assert judged.kind is VerdictKind.NORMAL


@pytest.mark.parametrize(
    ("position", "kind"), [(9, "normal"), (10, "normal"), (8, "behind"), (0, "behind"), (None, "normal")]
)
def test_feed_rule(position, kind) -> None:
    """A node that has read less of its feed than it once confirmed is an old copy; what cannot be compared is not."""
    judged = verdict(offer_of(log_of(8)), 5, CHAIN, view_of(log_of(8), fed=9), position)
    assert (judged.kind.value, judged.point.seq) == (kind, 8)


def test_feed_positions_of_one_lineage_compare() -> None:
    """A feed never read is at 0; a position under another lineage tells nothing."""
    node = Node()
    head = FeedPosition(EPOCH, 9)
    assert feed_position(node.hello(), FEED, head) == 0
    node.feeds = {FEED: FeedPosition(EPOCH, 4)}
    assert feed_position(node.hello(), FEED, head) == 4
    assert feed_position(node.hello(), FEED, FeedPosition(HqEpoch(2, b"x" * 16), 9)) is None


def test_recovery_comes_before_everything_but_identity() -> None:
    """Where HQ lost history nothing is closed or called a fork by what it still knows."""
    for view in (view_of(log_of(8), lost=True), view_of(log_of(8), lost=True, open=False)):
        assert verdict(offer_of(log_of(3)), 0, CHAIN, view).kind is VerdictKind.RECOVERY


def test_lost_welcomes_never_make_a_healthy_node_look_old() -> None:
    """A node whose WELCOME is lost any number of times stays in step, and no number is ever given twice."""
    view = view_of(log_of(8))
    given = {view.session}
    for _ in range(10):
        assert verdict(offer_of(log_of(8)), 5, CHAIN, view).kind is VerdictKind.NORMAL
        view = view._replace(session=next_session(view))
        assert view.session not in given
        given.add(view.session)


def test_two_copies_cannot_both_go_on() -> None:
    """Once one copy of a node has used a session, the other one's number is behind for ever."""
    before = view_of(log_of(8))
    lost_ready = before._replace(session=next_session(before))  # one copy stored 6, its READY was lost
    used = lost_ready._replace(session=next_session(lost_ready))  # the other copy was given 7 …
    used = used._replace(used=used.session)  # … and used it
    for number in (5, 6):
        assert verdict(offer_of(log_of(8)), number, CHAIN, used).kind is VerdictKind.BEHIND
    assert verdict(offer_of(log_of(8)), 7, CHAIN, used).kind is VerdictKind.NORMAL


def lost(node: Node, epoch: HqEpoch = EPOCH, head: int = 9, acked: int = 9) -> bool:
    """Ask whether HQ lost history, with a feed head and an acked seq."""
    heads = {FEED: FeedPosition(EPOCH, head)}
    return lost_history(node.hello(), epoch, HQ_KEY.public_key(), heads, lambda _incarnation: acked)


def node_with_ack(seq: int, epoch: HqEpoch = EPOCH, key=HQ_KEY, incarnation: bytes = b"") -> Node:
    """A node that holds a signed ack."""
    node = Node()
    mine = node.log.identity.incarnation
    ack = Ack(epoch, node.id, incarnation or mine, seq, b"h" * 32, Level.DURABLE, NOW)
    node.last_ack[mine] = sign_ack(ack, key)
    return node


def test_signs_of_lost_history() -> None:
    """An epoch, a feed position or a signed ack beyond what HQ has shows that HQ forgot; claims it can match do not."""
    node = Node()
    assert not lost(node)
    node.epoch = HqEpoch(2, b"x" * 16)
    assert lost(node)
    node.epoch = HqEpoch(EPOCH.n, b"x" * 16)
    assert lost(node)
    node.epoch, node.feeds = EPOCH, {FEED: FeedPosition(EPOCH, 10), "members": FeedPosition(EPOCH, 99)}
    assert lost(node)
    assert not lost(node, head=10)
    assert lost(node_with_ack(10))
    assert not lost(node_with_ack(9))
    assert lost(node_with_ack(1, HqEpoch(2, b"x" * 16)))


def test_acks_that_hq_never_signed_prove_nothing() -> None:
    """A forged ack, or one of another log, is no sign of anything."""
    assert not lost(node_with_ack(10, key=signing_key(66)))
    assert not lost(node_with_ack(10, incarnation=b"?" * 16))
