"""HQ's verdicts with a real database: what each offer leads to, and what is closed, accepted or adopted by it."""

import msgspec
import pytest
from branch_world import ENCODE, Chain

from commerce.reference import ProfileEdit
from hq_server.errors import Code, InputError
from hq_server.ingest import gateway, registry
from hq_server.ingest.registry import Enrolment, enrol_node
from hq_server.ledger import incarnations
from hq_server.storage.database import transaction
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import Hello

MEMBER = b"m" * 16


@pytest.fixture
def chain(tmp_path):
    """HQ, nobody connected."""
    return Chain(tmp_path)


@pytest.fixture
def box(chain):
    """A box in its second session, three entries acked."""
    box = chain.box("b001")
    box.shop.top_up(MEMBER, 5_000)
    box.shop.sell(MEMBER, 1_000)
    box.connect()
    chain.pump()
    box.cut()
    return box


def hello(chain, box, **changes):
    """Say hello straight to the gateway; return the verdicts and what was answered."""
    said = Hello(
        branch="b001",
        session=changes.pop("session", box.number),
        logs=tuple(changes.pop("logs", [box.offer(log) for log in box.logs])),
        epoch=changes.pop("epoch", box.epoch),
        feeds=changes.pop("feeds", {}),
        versions={},
        software="测试",
    )
    chain.now += 1_000
    with transaction(chain.conn):
        peer = registry.find(chain.conn, box.shop.node)
        greeting = gateway.on_hello(chain.conn, chain.hq, peer, said, {}, chain.now)
    return [judged.verdict.kind.value for judged in greeting.judgements], greeting


def rolled_back(box, seq):
    """The box's log as an older copy has it."""
    twin = box.shop.clone()
    twin.log.entries = twin.log.entries[:seq]
    return twin


def test_right_session_and_head_are_normal(chain, box):
    """Head and session number as HQ gave them: normal, and the next number is kept unused."""
    verdicts, greeting = hello(chain, box)
    assert verdicts == ["normal"]
    assert greeting.no == box.shop.no
    assert (box.shop.row.session, box.shop.row.session_used) == (box.number + 1, box.number)


def test_lost_welcomes_keep_the_old_number_right(chain, box):
    """WELCOME was lost: the same old number is still right, as often as it takes; each answer has a new one."""
    for _ in range(3):
        assert hello(chain, box)[0] == ["normal"]
    assert box.shop.row.session == box.number + 3


def test_longer_log_is_normal_and_counted_as_unsent(chain, box):
    """A node that sold on is normal; the office sees how much it still holds."""
    box.shop.sell(MEMBER, 10)
    box.shop.sell(MEMBER, 10)
    verdicts, greeting = hello(chain, box)
    assert verdicts == ["normal"]
    assert list(greeting.ahead.values()) == [(3, 5)]
    assert chain.one("SELECT unsent, software FROM nodes") == (2, "测试")


@pytest.mark.parametrize(
    ("session", "kept", "verdict", "reason"),
    [
        (1, 2, "behind", "restored"),  # an old copy of the disk
        (0, 3, "behind", "cloned"),  # the log has not moved, the session number tells
        (0, 1, "behind", "restored"),
        (2, 3, "recovery", ""),  # it has seen a session HQ never gave: HQ lost history
    ],
)
def test_what_does_not_fit_is_closed(chain, box, session, kept, verdict, reason):
    """Behind in entries or in session number closes the log, for good; ahead of HQ closes nothing."""
    twin = rolled_back(box, kept)
    verdicts, greeting = hello(chain, box, session=session, logs=offers(box, twin))
    assert verdicts == [verdict]
    assert greeting.no == 0
    assert box.shop.row.closed_reason == reason
    if reason:
        assert hello(chain, box)[0] == ["closed"]
        assert hello(chain, box)[1].judgements[0].close == box.shop.row.close_signed


def offers(box, twin):
    """Offer a twin's log as the current one."""
    now, box.shop = box.shop, twin
    try:
        return [box.offer(twin.log)]
    finally:
        box.shop = now


def test_another_history_is_a_fork(chain, box):
    """Another entry at a seq HQ holds closes the log."""
    twin = rolled_back(box, 2)
    twin.sell(MEMBER, 7)
    twin.sell(MEMBER, 7)
    assert hello(chain, box, logs=offers(box, twin))[0] == ["fork"]
    assert box.shop.row.closed_reason == "forked"


def test_next_log_closes_the_one_it_names(chain, box):
    """`restore` opened a new log by itself: it is accepted, its predecessor closed, its rights suspended."""
    box.reopen("restored")
    verdicts, greeting = hello(chain, box, session=0)
    assert verdicts == ["closed", "unknown_accepted"]
    assert greeting.no == box.shop.no
    assert chain.one("SELECT sum(suspended) FROM rights") == (4_000,)
    assert chain.verify().ok


def test_chain_of_unknown_logs_leaves_only_the_last_open(chain, box):
    """Two logs opened while dark: the earlier is taken as closed, only the present one may hold rights."""
    box.reopen("restored")
    box.shop.top_up(MEMBER, 700)
    box.reopen("restored")
    verdicts, _ = hello(chain, box, session=0)
    assert verdicts == ["closed", "closed", "unknown_accepted"]
    states = [log.state for log in incarnations.of_node(chain.conn, box.shop.node)]
    assert states == ["closed", "closed", "open"]
    assert "two_boxes" not in chain.codes()
    assert chain.verify().ok


def test_two_boxes_are_seen(chain, box):
    """Two boxes from one disk both open a log after the same one: both stay open, and a person looks."""
    number = box.number
    twin, logs = box.shop.clone(), list(box.logs)
    box.reopen("restored")
    hello(chain, box, session=0)
    box.shop, box.logs, box.number = twin, logs, number
    box.reopen("restored")
    assert hello(chain, box, session=0)[0] == ["closed", "unknown_accepted"]
    assert "two_boxes" in chain.codes()


def test_foreign_log_cannot_be_closed_by_offering_it(chain, box):
    """A node that offers another node's log, in whatever state, is refused and harms it not."""
    other = chain.box("b002")
    other.connect()
    chain.pump()
    theirs = other.offer(other.shop.log)
    theirs = msgspec.structs.replace(theirs, current=False)
    verdicts, _ = hello(chain, box, logs=[box.offer(box.shop.log), theirs])
    assert verdicts == ["normal", "refused"]
    assert other.shop.row.state == "open"


def test_node_that_has_seen_more_of_hq_means_recovery(chain, box):
    """An epoch HQ never had is no fault of the node: nothing is closed, nothing goes live."""
    verdicts, greeting = hello(chain, box, epoch=HqEpoch(9, b"x" * 16))
    assert (verdicts, greeting.no) == (["recovery"], 0)
    assert box.shop.row.state == "open"


def test_profiles_are_taken_and_rubbish_is_dropped(chain, box):
    """Rows that are no profile edits are dropped and counted; the good ones beside them are kept."""
    edit = ENCODE(ProfileEdit(MEMBER, "name", "王小明", 0, b"s" * 16))
    with transaction(chain.conn):
        peer = registry.find(chain.conn, box.shop.node)
        dropped = gateway.on_profiles(chain.conn, chain.hq, peer, [edit, b"\xc1", b"", ENCODE({"a": 1})], chain.now)
    assert dropped == 3
    assert chain.all("SELECT value FROM profiles") == [("王小明",)]


def test_node_id_of_another_is_not_taken(chain, box):
    """A node id belongs to one key: another box gets a fresh one, and cannot register under it."""
    node = box.shop.node
    assert registry.id_for(chain.conn, node, box.public, b"f" * 16) == node
    assert registry.id_for(chain.conn, node, b"k" * 32, b"f" * 16) == b"f" * 16
    assert registry.id_for(chain.conn, b"n" * 16, b"k" * 32, b"f" * 16) == b"n" * 16
    stranger = Enrolment(node, "b001", "一店", b"k" * 32, box.hpke.public_raw)
    with pytest.raises(InputError) as refused:
        chain.do(lambda conn, hq, now: enrol_node(conn, hq, stranger, now))
    assert refused.value.code is Code.NODE_TAKEN


def test_same_node_may_enrol_again(chain, box):
    """A box that lost its membership joins again under its own key; its log goes on."""
    again = Enrolment(box.shop.node, "b001", "一店", box.public, box.hpke.public_raw)
    chain.do(lambda conn, hq, now: enrol_node(conn, hq, again, now))
    assert hello(chain, box)[0] == ["normal"]


@pytest.mark.parametrize(("seq", "branch"), [(0, "b007"), (1, "b007"), (2, "s-1")])
def test_only_a_history_keeps_its_branch_id(seq, branch):
    """A log with nothing but its first entry binds no branch id."""
    assert registry.branch_for([(b"c", b"i", seq, b"h")], "s-1", "b007") == branch
