"""The one way a fact comes into being: checked, applied to this node's own rights, chained, stored, projected.

One fact, one call, inside the caller's transaction; what else describes the act (print job, outbox, stored answer) is
written by the caller in that same transaction.
"""

from collections.abc import Mapping
from typing import NamedTuple

from commerce.facts import Fact
from commerce.moves import Move, unbalanced
from commerce.rights import Holding, apply_own_move
from edge_node.errors import Code, MendInputError, NotNowError, StopWorkError
from edge_node.ledger import bodies, change_log
from edge_node.ledger.change_log import Head
from edge_node.ledger.node import Node
from edge_node.ledger.points import project_points
from edge_node.ledger.projections import project
from edge_node.storage.database import Connection
from sync_protocol.entry import Entry, EntryMove, EntryPosting, encode_entry
from sync_protocol.errors import EntryError
from sync_protocol.limits import MAX_ENTRY


class Committed(NamedTuple):
    """Where the fact lies in the log: also the till's witness once the transaction is committed."""

    id: int
    no: int
    seq: int
    hash: bytes
    entry: bytes


def commit(
    conn: Connection,
    node: Node,
    fact: Fact,
    now: int,
    *,
    held: Mapping[bytes, Holding] | None = None,
    before: Head | None = None,
) -> Committed:
    """Write a fact; `held` and `before` are what the caller has read in this very transaction, to save reading twice.

    RightsError when a move lacks rights, NotNowError ``stored_value_stopped`` when an out-move meets a stopped
    incarnation, StopWorkError for a fact that does not balance, MendInputError
    ``too_large``. On any error the caller's transaction must be undone.
    """
    difference = unbalanced(fact.postings)
    if difference:
        raise StopWorkError(Code.UNBALANCED_FACT, kind=fact.kind, units=",".join(sorted(difference)))
    before = before or change_log.head(conn, node.no)
    if before.stopped and any(move.reason.is_out for move in fact.moves):
        raise NotNowError(Code.STORED_VALUE_STOPPED, reason=before.stopped)
    moves = _apply_moves(conn, node.no, fact.moves, held or {})
    data = _encoded(
        Entry(
            seq=before.seq + 1,
            at=max(now, 0),
            kind=fact.kind,
            version=fact.version,
            moves=moves,
            postings=tuple(EntryPosting(*posting) for posting in fact.postings),
            body=bodies.encode(fact.body),
        )
    )
    stored = change_log.append(conn, node.no, before, now, data)
    project(conn, stored.id, fact.body)
    project_points(conn, stored.id, fact.postings)
    return Committed(stored.id, node.no, before.seq + 1, stored.hash, data)


def _encoded(entry: Entry) -> bytes:
    """Fix the entry's bytes; MendInputError ``too_large`` for a fact beyond what an entry may take (500 long lines)."""
    try:
        return encode_entry(entry)
    except EntryError:
        if len(entry.body) > MAX_ENTRY // 2:
            raise MendInputError(Code.TOO_LARGE, kind=entry.kind, limit=MAX_ENTRY) from None
        raise


def _apply_moves(
    conn: Connection, no: int, moves: tuple[Move, ...], held: Mapping[bytes, Holding]
) -> tuple[EntryMove, ...]:
    """Apply the moves to this incarnation's holdings, store them, and give each move its counter."""
    if not moves:
        return ()
    touched = {move.lot: held[move.lot] for move in moves if move.lot in held}
    missing = {move.lot for move in moves} - touched.keys()
    if missing:
        touched |= load_holdings(conn, no, missing)
    written = tuple(
        EntryMove(move.lot, int(move.reason), move.amount, apply_own_move(touched[move.lot], move), move.ref)
        for move in moves
    )
    conn.executemany(
        "INSERT INTO rights (lot, no, granted, born, gone) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (lot, no) DO UPDATE SET born = excluded.born, gone = excluded.gone",
        [(lot, no, holding.granted, holding.born, holding.gone) for lot, holding in touched.items()],
    )
    return written


def load_holdings(conn: Connection, no: int, lots: set[bytes]) -> dict[bytes, Holding]:
    """Read this incarnation's holdings of some lots; a lot without a row is an empty holding."""
    found = {lot: Holding() for lot in lots}
    rows = conn.execute(
        f"SELECT lot, granted, born, gone FROM rights WHERE no = ? AND lot IN ({','.join('?' * len(lots))})",  # noqa: S608 - only question marks
        (no, *lots),
    )
    for lot, granted, born, gone in rows:
        found[lot] = Holding(granted, born, gone)
    return found
