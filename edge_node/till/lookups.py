"""Sales found again: by id (the receipt's code), by printed number, by member, or the latest ones."""

from typing import NamedTuple

from commerce.facts import Sale
from commerce.refund import Sold
from edge_node import limits
from edge_node.errors import Code, MendInputError
from edge_node.ledger import claims
from edge_node.ledger.change_log import read_entry, split_id
from edge_node.ledger.projections import read_sale, remains_of
from edge_node.storage.database import Connection

_EVERYTHING = 2**63 - 1


class SaleView(NamedTuple):
    """A sale, and what remains of it. ``refundable``: this node may refund it by itself."""

    entry: int
    at: int
    body: Sale
    left: Sold
    refundable: bool


class SaleRow(NamedTuple):
    """A sale in a list. ``entry`` is its id and the place to read on from; ``at``: when it was written, ms."""

    entry: int
    sale: bytes
    number: str
    day: str
    member: bytes
    total: int
    refunded: bool
    at: int


class TopUpRow(NamedTuple):
    """A top-up in a list."""

    entry: int
    issue: bytes
    number: str
    day: str
    member: bytes
    total: int
    undone: bool


def by_id(conn: Connection, sale: bytes) -> SaleView:
    """Return a sale of this node; MendInputError ``unknown_sale``."""
    row = conn.execute("SELECT id FROM sales WHERE sale = ?", (sale,)).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_SALE)
    return _view(conn, row[0])


def by_number(conn: Connection, number: str) -> SaleView:
    """Return the sale of a printed number, however it was made (``numbering``); MendInputError ``unknown_sale``."""
    row = conn.execute("SELECT max(id) FROM sales WHERE number = ?", (number.strip(),)).fetchone()
    if row[0] is None:
        raise MendInputError(Code.UNKNOWN_SALE)
    return _view(conn, row[0])


def recent(conn: Connection, before: int | None = None, limit: int = limits.LISTED) -> tuple[SaleRow, ...]:
    """List the latest sales, newest first, those before an entry id if one is given."""
    rows = conn.execute(
        'SELECT id, sale, number, day, member, total, "left" IS NOT NULL, at FROM sales JOIN entries USING (id)'
        " WHERE id < ? ORDER BY id DESC LIMIT ?",
        (_EVERYTHING if before is None else before, min(limit, limits.LISTED)),
    )
    return tuple(SaleRow._make((*row[:6], bool(row[6]), row[7])) for row in rows.fetchall())


def of_member(
    conn: Connection, member: bytes, before: int | None = None, limit: int = limits.LISTED
) -> tuple[SaleRow, ...]:
    """List a member's latest sales here, newest first, those before an entry id if one is given."""
    rows = conn.execute(
        'SELECT id, sale, number, day, member, total, "left" IS NOT NULL, at FROM sales JOIN entries USING (id)'
        " WHERE member = ? AND member <> x'' AND id < ? ORDER BY id DESC LIMIT ?",
        (member, _EVERYTHING if before is None else before, min(limit, limits.LISTED)),
    )
    return tuple(SaleRow._make((*row[:6], bool(row[6]), row[7])) for row in rows.fetchall())


def top_ups_of(
    conn: Connection, member: bytes, before: int | None = None, limit: int = limits.LISTED
) -> tuple[TopUpRow, ...]:
    """List a member's latest top-ups here, newest first: what an undo starts from."""
    rows = conn.execute(
        "SELECT id, issue, number, day, member, total, undone <> x'' FROM issues"
        " WHERE member = ? AND act = 'top_up' AND id < ? ORDER BY id DESC LIMIT ?",
        (member, _EVERYTHING if before is None else before, min(limit, limits.LISTED)),
    )
    return tuple(TopUpRow._make((*row[:6], bool(row[6]))) for row in rows.fetchall())


def _view(conn: Connection, entry: int) -> SaleView:
    """Read a sale with what remains of it."""
    body = read_sale(conn, entry)
    left = remains_of(conn, body.sale)
    stored = read_entry(conn, *split_id(entry))
    assert left is not None
    assert stored is not None
    return SaleView(entry, stored.at, body, left, bool(claims.refundable(conn, body.sale)))
