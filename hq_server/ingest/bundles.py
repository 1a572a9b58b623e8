"""Bundles: a branch's unsent log that came in a file, kept as if the line had brought it.

``open_bundle`` verifies everything before anything is locked; ``keep_bundle`` then keeps it in the caller's transaction
or raises, so that nothing of a bundle is kept in part. Stage 2 applies it like everything else that stage 1 holds. The
node hears of it in its next session, whose welcome says how far HQ has its log.
"""

from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hq_server.errors import Code, InputError
from hq_server.ingest import gateway, health, registry
from hq_server.ingest.registry import REVOKED, Registered
from hq_server.ledger import inbox, incarnations
from hq_server.ledger.context import Hq
from hq_server.ledger.inbox import Appended, Outcome
from hq_server.ledger.incarnations import Incarnation
from hq_server.storage.database import Connection
from sync_protocol import bundle, signed
from sync_protocol.batch import Batch, open_batch, peek_header
from sync_protocol.errors import HumanError, RefusalCode, StopError
from sync_protocol.opening import Direction
from sync_protocol.sealing import Expected, PrivateKeyFor


class Verified(NamedTuple):
    """A bundle whose every byte is verified: who sent it, its batches as they came and opened."""

    peer: Registered
    batches: list[tuple[Batch, bytes]]


class LogKept(NamedTuple):
    """What a bundle brought of one log, in entries.

    ``new``: HQ lacked them; ``known``: it had them; ``evidence``: the log is closed and they do not continue it.
    ``seq``: how far HQ holds the log now. ``state``: of the log now (``open``, ``closed`` …).
    """

    incarnation: bytes
    new: int
    known: int
    evidence: int
    seq: int
    state: str


def open_bundle(conn: Connection, hq: Hq, private_key_for: PrivateKeyFor, data: bytes) -> Verified:
    """Verify a bundle: seal, sender, completeness, each batch's signature and chain, and that HQ knows each log.

    Raises the protocol's errors, and InputError ``unknown_incarnation`` for a log that was never offered over a line.
    """
    found: list[Registered] = []

    def sender_key(node: bytes, _key_id: bytes) -> Ed25519PublicKey | None:
        peer = registry.find(conn, node)
        if peer is None:
            return None
        found.append(peer)
        return signed.load_public(peer.signing_key)

    expected = Expected(hq.keys.chain, hq.keys.chain, Direction.TO_HQ, b"")
    opened = bundle.open_bundle(data, expected, private_key_for, sender_key)
    peer = found[0]
    if peer.state == REVOKED:
        raise HumanError(RefusalCode.REVOKED, "the box is not trusted any more")
    batches = []
    for raw in opened.batches:
        _own_log(conn, peer, peek_header(raw).incarnation)
        batches.append((open_batch(raw, signed.load_public(peer.signing_key)), raw))
    return Verified(peer, batches)


def keep_bundle(conn: Connection, hq: Hq, verified: Verified, now: int) -> list[LogKept]:
    """Keep a verified bundle's batches, in the caller's transaction; again and again it is the same.

    StopError ``out_of_order`` when HQ lacks what comes before: then nothing may be committed. A log of which HQ holds
    another branch is closed, and what came is evidence, as on the line.
    """
    kept: dict[bytes, LogKept] = {}
    for batch, raw in verified.batches:
        header = batch.header
        log = _own_log(conn, verified.peer, header.incarnation)
        appended = inbox.append(conn, log, batch, raw, now)
        if appended.outcome is Outcome.FORK:
            gateway.on_fork(conn, hq, batch, now)
            appended = inbox.append(conn, incarnations.need(conn, header.incarnation), batch, raw, now)
        if appended.outcome is Outcome.GAP:
            raise StopError(
                RefusalCode.OUT_OF_ORDER,
                f"entries {log.acked_seq + 1} to {header.first - 1} before it are missing: bring the bundle or the line"
                " that has them first",
            )
        before = kept.get(header.incarnation, LogKept(header.incarnation, 0, 0, 0, 0, ""))
        kept[header.incarnation] = _counted(before, batch, log, appended)
    health.brought(conn, verified.peer.node, sum(log.new for log in kept.values()))
    return [log._replace(state=incarnations.need(conn, log.incarnation).state) for log in kept.values()]


def _own_log(conn: Connection, peer: Registered, incarnation: bytes) -> Incarnation:
    """Return a log that must be the sender's own, under its present key."""
    try:
        log = incarnations.need(conn, incarnation)
    except InputError:
        raise InputError(Code.UNKNOWN_INCARNATION, incarnation=incarnation.hex(), branch=peer.branch) from None
    if (log.node, log.signing_key) != (peer.node, peer.signing_key) or log.state == incarnations.HQ_LOG:
        raise HumanError(RefusalCode.IDENTITY_MISMATCH, "a log of another node than the bundle's sender")
    return log


def _counted(before: LogKept, batch: Batch, log: Incarnation, appended: Appended) -> LogKept:
    """Add one batch to the count of its log; `log` as it was before."""
    entries = len(batch.entries)
    new = batch.header.last - max(batch.header.first - 1, log.acked_seq) if appended.outcome is Outcome.KEPT else 0
    evidence = entries if appended.outcome is Outcome.EVIDENCE else 0
    return before._replace(
        new=before.new + new,
        known=before.known + entries - new - evidence,
        evidence=before.evidence + evidence,
        seq=appended.acked.seq,
    )
