"""HQ's verdict on an offered log: a pure table over what the node offers and what HQ holds (sync.md, "Handshake")."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync_protocol.ack import open_ack
from sync_protocol.chain import Point, common_point
from sync_protocol.epoch import HqEpoch, acceptable
from sync_protocol.errors import ProtocolError, RefusalCode
from sync_protocol.messages import FeedPosition, Hello, LogOffer, VerdictKind


def _nothing(_seq: int) -> bytes | None:
    """Answer for a log of which HQ holds nothing."""
    return None


class HqView(NamedTuple):
    """What HQ holds about one log when it is offered.

    ``trusted``: the log's signing key is one that HQ enrolled for this node. ``lost``: ``lost_history`` found that the
    node has seen more of HQ than HQ has. ``session``: the highest number HQ ever gave; ``used``: the highest that a
    node confirmed by READY; ``fed``: the highest position of its branch's feed, of the present lineage, that the node
    said it stored (FEED_AT). The other fields mean nothing while ``known`` is false.
    """

    known: bool
    trusted: bool
    lost: bool = False
    open: bool = False
    acked: Point = Point(0, b"")
    hash_at: Callable[[int], bytes | None] = _nothing
    session: int = 0
    used: int = 0
    fed: int = 0


class Verdict(NamedTuple):
    """The conclusion. ``point``: where the node resumes, the highest point both hold; None when refused."""

    kind: VerdictKind
    point: Point | None = None
    code: RefusalCode | None = None


def verdict(offer: LogOffer, session: int, chain: bytes, view: HqView, position: int | None = None) -> Verdict:
    """Judge one log. `chain`: HQ's own. Looked at for the current log only: HELLO's number, `session`, and `position`.

    `position`: where the node is in its branch's feed (``feed_position``); None: that tells nothing.
    """
    if not view.known:
        return _unknown(offer, chain, view)
    point = common_point(offer.points, view.hash_at)
    if point is None:
        return Verdict(VerdictKind.REFUSED, None, RefusalCode.IDENTITY_MISMATCH)
    if view.lost or (offer.current and view.open and session > view.session):
        return Verdict(VerdictKind.RECOVERY, point, RefusalCode.RECOVERING)
    if not view.open:
        return Verdict(VerdictKind.CLOSED, point)
    if any(at.seq <= view.acked.seq and view.hash_at(at.seq) != at.hash for at in offer.points):
        return Verdict(VerdictKind.FORK, point)
    older = offer.current and (not _session_right(session, view) or (position is not None and position < view.fed))
    if offer.head.seq < view.acked.seq or older:
        return Verdict(VerdictKind.BEHIND, point)
    return Verdict(VerdictKind.NORMAL, view.acked)


def next_session(view: HqView) -> int:
    """Number the session that answers a live verdict: one more than HQ ever gave for this log.

    No number is given twice, so of two copies of a node at most one can hold a number that is used; the other's is
    below it from then on, however many WELCOMEs and READYs were lost before.
    """
    return view.session + 1


def feed_position(hello: Hello, feed: str, head: FeedPosition) -> int | None:
    """Tell how far a node has read a feed that ends at `head`; None under another lineage, which compares with nothing.

    A node that never read it is at 0. Rows move the position in the transaction that stores them, so a node that says
    less than it once confirmed is an older copy of itself, even where no entry and no session shows it.
    """
    at = hello.feeds.get(feed)
    if at is None:
        return 0
    return at.position if at.lineage == head.lineage else None


def lost_history(
    hello: Hello,
    epoch: HqEpoch,
    hq_key: Ed25519PublicKey,
    heads: Mapping[str, FeedPosition],
    acked_seq: Callable[[bytes], int],
) -> bool:
    """Tell whether a node has seen more of HQ than HQ (now at `epoch`) has: HQ lost commits.

    Looked at: the epoch seen, feed positions beyond `heads`, HQ's own signed acks beyond `acked_seq(incarnation)`.
    """
    if not acceptable(hello.epoch, epoch):
        return True
    for feed, at in hello.feeds.items():
        head = heads.get(feed)
        if head is not None and head.lineage == at.lineage and at.position > head.position:
            return True
    return any(_acked_beyond(log, epoch, hq_key, acked_seq) for log in hello.logs)


def _unknown(offer: LogOffer, chain: bytes, view: HqView) -> Verdict:
    """Judge a log HQ never heard of."""
    if offer.chain != chain:
        return Verdict(VerdictKind.REFUSED, None, RefusalCode.WRONG_CHAIN)
    if not view.trusted:
        return Verdict(VerdictKind.REFUSED, None, RefusalCode.UNKNOWN_KEY)
    start = offer.points[-1]
    if view.lost:
        return Verdict(VerdictKind.RECOVERY, start, RefusalCode.RECOVERING)
    return Verdict(VerdictKind.UNKNOWN_ACCEPTED, start)


def _session_right(session: int, view: HqView) -> bool:
    """Tell whether a session number is the last used one, or one that was given since and may have been stored."""
    return view.used <= session <= view.session


def _acked_beyond(log: LogOffer, epoch: HqEpoch, hq_key: Ed25519PublicKey, acked_seq: Callable[[bytes], int]) -> bool:
    """Tell whether HQ once signed an ack for this log that HQ now knows nothing of."""
    if not log.last_ack:
        return False
    try:
        ack = open_ack(log.last_ack, hq_key)
    except ProtocolError:
        return False
    if ack.incarnation != log.incarnation:
        return False
    return not acceptable(ack.epoch, epoch) or ack.seq > acked_seq(log.incarnation)
