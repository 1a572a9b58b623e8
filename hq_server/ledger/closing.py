"""Closing, releasing, accepting and adopting incarnations: the few acts of HQ about whole logs (ledger.md "close").

One procedure for a box that was lost, restored, cloned, forked, replaced or revoked: everything that arrived is applied
first, then the close is a fact of HQ, the rights are suspended and what comes later is taken by the late rule.
"""

from collections.abc import Sequence

from commerce.facts import Fact, IncarnationAccepted, IncarnationClosed, IncarnationReleased
from hq_server.errors import Code, InputError, RefusedError
from hq_server.ledger import discrepancies, grants, incarnations, lots
from hq_server.ledger.context import Hq
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from hq_server.ledger.incarnations import Incarnation
from hq_server.ledger.record import record
from hq_server.storage.database import Connection
from sync_protocol.chain import LogIdentity, Point
from sync_protocol.close import Close, sign_close

ADOPTED = "adopted"
_LOTS_AT_ONCE = 5_000
_TWO_OF_ONE = frozenset({"forked", "cloned"})
"""Reasons by which two boxes, or two histories of one, exist: a person has to look at both."""


def close(conn: Connection, hq: Hq, no: int, reason: str, evidence: str, now: int) -> bytes:  # noqa: PLR0917 -- the parts of the act
    """Close an incarnation and return HQ's signed word for it, which is kept; closed already: the word given then.

    `reason`: lost | restored | cloned | forked | replaced | revoked | adopted; `evidence`: what the witness saw.
    """
    log = incarnations.by_no(conn, no)
    if not log.is_open:
        return log.close_signed
    hq.applier.drain(conn, hq, now)
    log = incarnations.by_no(conn, no)
    body = IncarnationClosed("closed", log.incarnation, log.branch, reason, log.acked_seq, evidence)
    record(conn, hq, Fact("incarnation", body), now)
    word = sign_close(
        Close(hq.epoch, log.node, log.incarnation, log.acked_seq, log.acked_head, reason, now), hq.keys.signing_key
    )
    if reason in _TWO_OF_ONE:
        seen = (log.branch, log.incarnation, log.acked_seq, 1, 2, evidence)
        discrepancies.open_(conn, hq, DiscrepancyCode.FORKED, *seen, now)
    conn.execute("UPDATE incarnations SET close_signed = ?, closed_at = ? WHERE no = ?", (word, now, no))
    return word


def accept(conn: Connection, hq: Hq, identity: LogIdentity, branch: str, reason: str, now: int) -> Incarnation:  # noqa: PLR0917 -- the parts of the act
    """Take an unknown incarnation of an enrolled node as open; its named predecessor, if open, is closed (`reason`).

    Does the node have another open one beside it (two boxes from one disk), both stay and a person looks: closing one
    for the other would go back and forth for ever.
    """
    before = identity.predecessor
    if before is not None:
        known = incarnations.by_id(conn, before.incarnation)
        if known is not None and known.node == identity.node and known.state == incarnations.OPEN:
            close(conn, hq, known.no, reason, f"succeeded by {identity.incarnation.hex()}", now)
    log = incarnations.insert(conn, identity, branch, incarnations.OPEN, now)
    named = before.incarnation if before else b""
    body = IncarnationAccepted("accepted", log.incarnation, log.node, branch, named)
    record(conn, hq, Fact("incarnation", body), now)
    others = [other for other in incarnations.of_node(conn, log.node) if other.state == incarnations.OPEN]
    if len(others) > 1:
        detail = " ".join(other.incarnation.hex() for other in others)[:200]
        discrepancies.open_(
            conn, hq, DiscrepancyCode.TWO_BOXES, branch, log.incarnation, 0, 1, len(others), detail, now
        )
    return log


def release(conn: Connection, hq: Hq, no: int, by: str, approved_by: str, reason: str, now: int) -> None:  # noqa: PLR0917 -- the parts of the act
    """Move a closed incarnation's suspended rights to HQ: two people accept the exposure by name."""
    log = incarnations.by_no(conn, no)
    if log.state != incarnations.CLOSED:
        raise RefusedError(Code.NOT_CLOSED, incarnation=log.incarnation.hex())
    if not by or not approved_by or by == approved_by:
        raise RefusedError(Code.SAME_PERSON)
    hq.applier.drain(conn, hq, now)
    body = IncarnationReleased("released", log.incarnation, by, approved_by, reason)
    record(conn, hq, Fact("incarnation", body), now)


def adopt(conn: Connection, hq: Hq, identity: LogIdentity, branch: str, head: Point, now: int) -> Incarnation:  # noqa: PLR0917 -- the parts of the act
    """Register a standalone shop's old log, complete at `head`; until all of it is here it is applied as if open."""
    known = incarnations.by_id(conn, identity.incarnation)
    if known is not None:
        if (known.node, known.adopt_seq, known.adopt_head) != (identity.node, *head):
            raise InputError(Code.WRONG_HISTORY, incarnation=identity.incarnation.hex())
        return known
    log = incarnations.insert(conn, identity, branch, incarnations.ADOPTING, now)
    conn.execute("UPDATE incarnations SET adopt_seq = ?, adopt_head = ? WHERE no = ?", (*head, log.no))
    return incarnations.by_no(conn, log.no)


def finish_adoption(conn: Connection, hq: Hq, no: int, into_no: int, now: int) -> bool:
    """Once an adopted log is here to its registered head: close it and grant all its rights on, in this one commit.

    False: entries are still missing. RefusedError ``wrong_history``: the log ends in another head than registered.
    """
    log = incarnations.by_no(conn, no)
    if log.state != incarnations.ADOPTING or log.acked_seq < log.adopt_seq:
        return False
    if log.acked != Point(log.adopt_seq, log.adopt_head):
        raise RefusedError(Code.WRONG_HISTORY, incarnation=log.incarnation.hex())
    close(conn, hq, no, ADOPTED, "standalone history complete", now)
    moved = [(lot, amount) for lot, amount in _suspended(conn, no) if amount]
    body = IncarnationReleased("released", log.incarnation, "", "", ADOPTED)
    record(conn, hq, Fact("incarnation", body), now)
    for part in _parts(moved):
        known = lots.by_ids(conn, [lot for lot, _ in part])
        grants.grant(conn, hq, into_no, [(lot, min(amount, known[lot].own)) for lot, amount in part], ADOPTED, 0, now)
    return True


def _suspended(conn: Connection, no: int) -> list[tuple[bytes, int]]:
    rows: list[tuple[bytes, int]] = conn.execute(
        "SELECT lot, suspended FROM rights WHERE no = ? ORDER BY lot", (no,)
    ).fetchall()
    return rows


def _parts(moved: Sequence[tuple[bytes, int]]) -> list[Sequence[tuple[bytes, int]]]:
    return [moved[n : n + _LOTS_AT_ONCE] for n in range(0, len(moved), _LOTS_AT_ONCE)]
