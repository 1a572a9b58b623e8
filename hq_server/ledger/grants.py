"""Grants and orders: what HQ does with its own rights, each in one commit with the fact that says so."""

from collections.abc import Sequence

from commerce.facts import Audit, Fact, RightsGranted
from commerce.moves import Move, Reason
from hq_server.errors import Code, InputError, RefusedError
from hq_server.ledger import acts, changes, incarnations, lots
from hq_server.ledger.context import Hq
from hq_server.ledger.record import record, record_all
from hq_server.storage.database import Connection

MOVES_PER_FACT = 500
"""Moves of one entry of HQ: half the wire's bound."""

KEEP, EXPIRE, CLOSING = "keep", "expire", "closing"
"""Kinds of orders (commerce.reference.RightsRow)."""


def grant(  # noqa: PLR0917 -- the parts of the act
    conn: Connection,
    hq: Hq,
    no: int,
    amounts: Sequence[tuple[bytes, int]],
    reason: str,
    request: int,
    now: int,
) -> None:
    """Move rights from HQ's own to an open incarnation: debit, total and fact in one commit, all or nothing.

    `amounts`: (lot, amount > 0), each lot once. `reason`: placement | request | claim | adopted. RefusedError
    ``rights_short`` or ``not_open``; nothing is then done.
    """
    log = incarnations.by_no(conn, no)
    if log.state != incarnations.OPEN:
        raise RefusedError(Code.NOT_OPEN, incarnation=log.incarnation.hex())
    known = lots.by_ids(conn, [lot for lot, _ in amounts])
    for lot, amount in amounts:
        own = known[lot].own if lot in known else 0
        if not 0 < amount <= own:
            raise RefusedError(Code.RIGHTS_SHORT, lot=lot.hex(), asked=amount, available=own)
    if len({lot for lot, _ in amounts}) != len(amounts):
        raise RefusedError(Code.RIGHTS_SHORT, reason="a lot named twice")
    body = RightsGranted("grant", log.incarnation, log.branch, reason, request)
    moves = [Move(lot, Reason.GRANT, amount, log.incarnation) for lot, amount in amounts]
    parts = [tuple(moves[n : n + MOVES_PER_FACT]) for n in range(0, len(moves), MOVES_PER_FACT)]
    record_all(conn, hq, [Fact("rights", body, part) for part in parts], now)


def free_aside(conn: Connection, hq: Hq, lot: bytes, by: str, approved_by: str, now: int) -> int:  # noqa: PLR0917 -- the parts of the act
    """Give all that is set aside of a lot back to HQ's own; return how much. Two people accept the exposure by name.

    InputError ``unknown_lot``; RefusedError ``not_set_aside``, ``same_person``.
    """
    if not by or not approved_by or by == approved_by:
        raise RefusedError(Code.SAME_PERSON)
    hq.applier.drain(conn, hq, now)
    amount = set_aside(conn, lot)
    if amount <= 0:
        raise RefusedError(Code.NOT_SET_ASIDE, lot=lot.hex())
    body = Audit(acts.ASIDE_FREED, lot.hex(), by, "", f"approved by {approved_by}", b"")
    record(conn, hq, Fact("audit", body, (Move(lot, Reason.FREE_ASIDE, amount),)), now)
    return amount


def set_aside(conn: Connection, lot: bytes) -> int:
    """Return what of a lot nobody may use until two people free it; InputError ``unknown_lot``."""
    found = lots.by_ids(conn, [lot]).get(lot)
    if found is None:
        raise InputError(Code.UNKNOWN_LOT, lot=lot.hex())
    return found.set_aside


def put_order(conn: Connection, lot: bytes, no: int, kind: str, amount: int, now: int) -> None:  # noqa: PLR0917 -- the parts of the act
    """Order a holder what to do with a lot; the order describes a state and rides the rights row until dropped."""
    conn.execute("INSERT OR REPLACE INTO orders VALUES (?,?,?,?,?)", (lot, no, kind, amount, now))
    _mark(conn, lot, no)


def drop_order(conn: Connection, lot: bytes, no: int) -> None:
    """Take an order back, or note that it was obeyed."""
    if conn.execute("DELETE FROM orders WHERE lot = ? AND no = ?", (lot, no)).rowcount:
        _mark(conn, lot, no)


def _mark(conn: Connection, lot: bytes, no: int) -> None:
    log = incarnations.by_no(conn, no)
    changes.mark(conn, *changes.rights_mark(log.branch, lot, log.incarnation))
