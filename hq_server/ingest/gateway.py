"""HQ's answers to a session's events, as far as they concern logs: verdicts, keeping batches, closing, profiles.

Synchronous functions inside the caller's transaction; what they return may be said only after its commit. Verdicts and
acks look at stage 1 alone.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from commerce.reference import ProfileEdit, branch_feed
from hq_server.ingest import health, registry
from hq_server.ingest.registry import Registered
from hq_server.ledger import closing, inbox, incarnations, members
from hq_server.ledger.context import Hq
from hq_server.ledger.inbox import Outcome
from hq_server.ledger.incarnations import Incarnation
from hq_server.storage.database import Connection
from sync_protocol.batch import Batch
from sync_protocol.chain import Point
from sync_protocol.errors import RefusalCode
from sync_protocol.hq_session import LogJudgement
from sync_protocol.messages import LIVE_VERDICTS, FeedPosition, Hello, LogOffer, VerdictKind
from sync_protocol.verdict import HqView, Verdict, feed_position, lost_history, next_session, verdict

_EDIT = msgspec.msgpack.Decoder(ProfileEdit)


class Greeting(NamedTuple):
    """HQ's answer to a hello. ``no``: the current log's number here, 0 unless it is live; ``number``: the session's.

    ``ahead``: per log that HQ takes, how far HQ holds it and how far the node says it goes.
    """

    judgements: tuple[LogJudgement, ...]
    no: int
    ahead: dict[bytes, tuple[int, int]]
    number: int


class Taken(NamedTuple):
    """What became of a batch. ``ack``: how far to ack, None: not. ``close``: HQ's word that its log is closed."""

    ack: Point | None
    close: bytes = b""


def on_hello(  # noqa: PLR0917 - what a verdict looks at
    conn: Connection, hq: Hq, peer: Registered, hello: Hello, heads: Mapping[str, FeedPosition], now: int
) -> Greeting:
    """Judge every offered log; close, accept and adopt as the verdicts say; give the session its number.

    Unknown logs first, oldest first: accepting one closes the predecessor that it names, which shows in the verdicts on
    the others.
    """
    lost = lost_history(hello, hq.epoch, hq.keys.signing_key.public_key(), heads, lambda log: _acked(conn, log))
    given: dict[bytes, Verdict] = {}
    for offer in _oldest_first(hello):
        if incarnations.by_id(conn, offer.incarnation) is None:
            judged = _judge_unknown(conn, hq, peer, hello, offer, now, lost=lost)
            if judged is not None:
                given[offer.incarnation] = judged
    for offer in hello.logs:
        if offer.incarnation not in given:
            given[offer.incarnation] = _judge_known(conn, hq, peer, hello, offer, heads, now, lost=lost)
    judgements, ahead, live, number = [], {}, 0, 0
    for offer in hello.logs:
        log = incarnations.by_id(conn, offer.incarnation)
        judged = given[offer.incarnation]
        judgements.append(LogJudgement(offer.incarnation, judged, log.close_signed if log and not log.is_open else b""))
        if judged.point is not None:
            ahead[offer.incarnation] = (judged.point.seq, offer.head.seq)
        if log is not None and offer.current and judged.kind in LIVE_VERDICTS:
            live = log.no
            number = next_session(_view(conn, log, lost=lost))
            incarnations.set_session(conn, log.no, number)
            incarnations.heard(conn, log.no, now)
    unsent = sum(max(0, head - held) for held, head in ahead.values())
    conn.execute(
        "UPDATE nodes SET heard_at = ?, software = ?, unsent = ? WHERE node = ?",
        (now, hello.software[:64], unsent, peer.node),
    )
    if not unsent:
        health.nothing_unsent(conn, peer.node)
    return Greeting(tuple(judgements), live, ahead, number)


def on_batch(conn: Connection, hq: Hq, batch: Batch, raw: bytes, now: int) -> Taken:
    """Keep a verified batch: as the log's next part, or as evidence where the log is closed."""
    log = incarnations.need(conn, batch.header.incarnation)
    appended = inbox.append(conn, log, batch, raw, now)
    if appended.outcome is Outcome.FORK:
        return on_fork(conn, hq, batch, now)
    if appended.outcome is Outcome.GAP:
        return Taken(None)
    return Taken(batch.header.end)


def on_fork(conn: Connection, hq: Hq, batch: Batch, now: int) -> Taken:
    """Close a log of which a second branch exists; the node offers that branch again, then as evidence."""
    log = incarnations.need(conn, batch.header.incarnation)
    start = batch.header.start
    return Taken(None, closing.close(conn, hq, log.no, "forked", f"another entry after {start.seq}", now))


def on_profiles(conn: Connection, hq: Hq, peer: Registered, rows: Sequence[bytes], now: int) -> int:
    """Apply profile rows; return how many were none (they are dropped: sent again, they would be none again)."""
    edits = [edit for edit in map(_edit, rows) if edit is not None]
    members.take_edits(conn, hq, peer.branch, edits, now)
    return len(rows) - len(edits)


def _judge_unknown(  # noqa: PLR0917 - what a verdict looks at
    conn: Connection, hq: Hq, peer: Registered, hello: Hello, offer: LogOffer, now: int, *, lost: bool
) -> Verdict | None:
    """Judge a log HQ never heard of; None: it is adopted, and judged as a known one."""
    if not lost and offer.chain != hq.keys.chain:
        named = registry.standing_log(conn, peer.node, offer.chain, offer.incarnation)
        if named is not None and offer.head.seq >= named and offer.signing_key == peer.signing_key:
            closing.adopt(conn, hq, offer.identity, peer.branch, offer.head, now)
            return None
    view = HqView(known=False, trusted=offer.signing_key == peer.signing_key and offer.node == peer.node, lost=lost)
    judged = verdict(offer, hello.session, hq.keys.chain, view)
    if judged.kind is VerdictKind.UNKNOWN_ACCEPTED:
        log = closing.accept(conn, hq, offer.identity, peer.branch, "restored", now)
        if not offer.current:
            closing.close(conn, hq, log.no, "replaced", "offered as an earlier log", now)
            return None
    return judged


def _judge_known(  # noqa: PLR0917 - what a verdict looks at
    conn: Connection,
    hq: Hq,
    peer: Registered,
    hello: Hello,
    offer: LogOffer,
    heads: Mapping[str, FeedPosition],
    now: int,
    *,
    lost: bool,
) -> Verdict:
    """Judge a log HQ knows; one that is behind, or another branch of itself, is closed."""
    log = incarnations.need(conn, offer.incarnation)
    if log.signing_key != peer.signing_key or log.state == incarnations.HQ_LOG:
        return Verdict(VerdictKind.REFUSED, None, RefusalCode.UNKNOWN_KEY)
    feed = branch_feed(peer.branch)
    position = feed_position(hello, feed, heads[feed]) if feed in heads else None
    judged = verdict(offer, hello.session, hq.keys.chain, _view(conn, log, lost=lost), position)
    if judged.kind is VerdictKind.FORK:
        closing.close(conn, hq, log.no, "forked", f"common to {_seq(judged)} of {log.acked_seq}", now)
    elif judged.kind is VerdictKind.BEHIND:
        rolled_back = offer.head.seq < log.acked_seq
        evidence = (
            f"entry {offer.head.seq} of {log.acked_seq}, session {hello.session} of {log.session}, "
            f"feed {position} of {log.fed}"
        )
        closing.close(conn, hq, log.no, "restored" if rolled_back else "cloned", evidence, now)
    return judged


def _view(conn: Connection, log: Incarnation, *, lost: bool) -> HqView:
    """What HQ holds of a log."""
    return HqView(
        known=True,
        trusted=True,
        lost=lost,
        open=log.is_open,
        acked=log.acked,
        hash_at=lambda seq: inbox.hash_at(conn, log.no, seq),
        session=log.session,
        used=log.session_used,
        fed=log.fed,
    )


def _oldest_first(hello: Hello) -> list[LogOffer]:
    """Order offers so that a log comes after the one it names as predecessor, the current one last."""
    offers = {offer.incarnation: offer for offer in hello.logs}
    chain: list[LogOffer] = []
    at: LogOffer | None = hello.current
    while at is not None and at not in chain:
        chain.append(at)
        at = offers.get(at.predecessor[0]) if at.predecessor else None
    return [offer for offer in hello.logs if offer not in chain] + chain[::-1]


def _acked(conn: Connection, incarnation: bytes) -> int:
    """How far HQ holds a log; nothing of an unknown one."""
    log = incarnations.by_id(conn, incarnation)
    return log.acked_seq if log else 0


def _seq(judged: Verdict) -> int:
    return judged.point.seq if judged.point else 0


def _edit(row: bytes) -> ProfileEdit | None:
    """Decode one profile row; None: not one."""
    try:
        return _EDIT.decode(row)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
