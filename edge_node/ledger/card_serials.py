"""Member card numbers that this branch gives out by itself, offline too: the next of its range, never one twice.

Where the last one ended lies in this database. After a backup was put back, or a range was given anew, the cards that
are out are known by their hashes, and are passed over.
"""

from typing import NamedTuple

from commerce.card_ranges import card_number
from commerce.reference import CardRangeRow, branch_feed
from edge_node import limits
from edge_node.errors import Code, NotNowError
from edge_node.ledger import bodies
from edge_node.ledger.hashes import keyed_hash
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection


class Serials(NamedTuple):
    """A branch's range and the first serial that was not given out yet; ``next`` beyond the last: none is left."""

    range: CardRangeRow
    next: int


def key_of(branch: str) -> str:
    """Return the key of a branch's range in its feed."""
    return f"card_range:{branch}"


def find(conn: Connection, node: Node) -> Serials | None:
    """Return this branch's range; None when it has none."""
    row = conn.execute(
        "SELECT body FROM reference WHERE feed = ? AND key = ?", (branch_feed(node.branch), key_of(node.branch))
    ).fetchone()
    if row is None:
        return None
    found = bodies.decode_row(key_of(node.branch), row[0])
    if not isinstance(found, CardRangeRow):
        return None
    mark = conn.execute("SELECT value FROM meta WHERE name = ?", (_mark(found),)).fetchone()
    return Serials(found, max(found.first, found.next_hint, mark[0] if mark else 0))


def take(conn: Connection, node: Node) -> str:
    """Take the next free number; NotNowError ``no_card_numbers`` without a range, or when it is used up."""
    serials = find(conn, node)
    if serials is None:
        raise NotNowError(Code.NO_CARD_NUMBERS)
    row, first = serials
    for serial in range(first, min(row.last, first + limits.CARD_SKIPS) + 1):
        number = card_number(row, serial)
        card = keyed_hash(node.member_key, "card", number)
        if conn.execute("SELECT 1 FROM cards WHERE card_hash = ?", (card,)).fetchone() is None:
            conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_mark(row), serial + 1))
            return number
    raise NotNowError(Code.NO_CARD_NUMBERS)


def _mark(row: CardRangeRow) -> str:
    """Name where a range's next serial is kept: numbers of another prefix or width are other numbers."""
    return f"card_serial:{row.prefix}:{len(str(row.last))}"
