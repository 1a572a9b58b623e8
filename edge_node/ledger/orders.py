"""HQ's orders to this holder: they ride on rights rows, describe a state, and are obeyed by a fact of this node's own.

``keep`` n: return what exceeds n. ``expire``: write the rest off. ``closing``: return all. Obeying twice is harmless.
"""

from collections.abc import Callable, Iterable

from commerce.desk import Desk
from commerce.facts import Fact, RightsReturned
from commerce.lots import LotView
from commerce.moves import Move, Reason
from commerce.withdrawal import expire_fact
from edge_node import limits
from edge_node.ledger import bodies
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection

KEEP = "keep"
EXPIRE = "expire"
CLOSING = "closing"


def obey(
    conn: Connection, node: Node, lots: Iterable[bytes], now: int, new_id: Callable[[], bytes]
) -> tuple[Committed, ...]:
    """Write what the orders on these lots ask for; nothing while stored value is stopped here."""
    (stopped,) = conn.execute("SELECT stopped FROM incarnations WHERE no = ?", (node.no,)).fetchone()
    if stopped:
        return ()
    moves: list[Move] = []
    written_off: list[LotView] = []
    for lot in dict.fromkeys(lots):
        row = conn.execute(
            "SELECT granted + born - gone, order_kind, order_amount FROM rights WHERE lot = ? AND no = ?",
            (lot, node.no),
        ).fetchone()
        if row is None or not row[1] or row[0] <= 0:
            continue
        rights, kind, kept = row
        if kind == EXPIRE:
            written_off.append(_view(conn, lot, rights))
        elif kind == CLOSING or rights > kept:
            moves.append(Move(lot, Reason.RETURN, rights if kind == CLOSING else rights - kept))
    facts = [
        Fact("rights", RightsReturned("return", "recall"), tuple(moves[n : n + limits.RETURNS_PER_FACT]))
        for n in range(0, len(moves), limits.RETURNS_PER_FACT)
    ]
    desk = Desk(node.branch, "", b"", _last_day(conn), "")
    facts += [
        expire_fact(desk, new_id(), written_off[n : n + limits.EXPIRIES_PER_FACT])
        for n in range(0, len(written_off), limits.EXPIRIES_PER_FACT)
    ]
    return tuple(commit(conn, node, fact, now) for fact in facts)


def _view(conn: Connection, lot: bytes, rights: int) -> LotView:
    """Return a lot as its holder sees it."""
    row = conn.execute(
        "SELECT owner, asset, issuer, opened_on, expires_on, pair, terms FROM lots WHERE lot = ?", (lot,)
    ).fetchone()
    owner, asset, issuer, opened_on, expires_on, pair, terms = row
    return LotView(lot, owner, asset, issuer, opened_on, expires_on, pair, bodies.terms_of(terms), rights)


def _last_day(conn: Connection) -> str:
    """Return the newest business date that a shift here has opened: acts of the node itself fall on it."""
    row = conn.execute("SELECT max(day) FROM shifts").fetchone()
    return row[0] or "1970-01-01"
