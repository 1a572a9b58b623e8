"""Card numbers that branches give out on their own, also offline: no number is ever two branches' to give."""

from commerce.card_ranges import overlaps
from commerce.reference import CardRangeRow
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import catalogue
from hq_server.head_office.act import Act
from hq_server.storage.database import Connection

_EVERY = (
    "SELECT b.branch FROM branches b JOIN reference r ON r.feed = 'branch:' || b.branch"
    " AND r.key = 'card_range:' || b.branch ORDER BY b.branch"
)


def give(conn: Connection, act: Act, row: CardRangeRow) -> CardRangeRow:
    """Give a branch a range in place of the one it has; what it had stays its own, for cards of it are about.

    InputError of commerce naming the field, ``unknown_branch``; RefusedError ``card_range_taken`` naming whose it is.
    """
    if not row.branch:
        raise InputError(Code.UNKNOWN_BRANCH)
    stored = catalogue.put(conn, act, row.branch, row)
    given = conn.execute("SELECT branch, prefix, first, last FROM card_ranges WHERE branch <> ?", (row.branch,))
    for branch, prefix, first, last in given:
        if overlaps(stored, CardRangeRow(branch, prefix, first, last, first)):
            raise RefusedError(Code.CARD_RANGE_TAKEN, branch=branch)
    conn.execute("INSERT OR IGNORE INTO card_ranges VALUES (?, ?, ?, ?)", (row.branch, row.prefix, row.first, row.last))
    return stored


def every(conn: Connection) -> list[CardRangeRow]:
    """Return the ranges that branches have now, by branch."""
    branches = [branch for (branch,) in conn.execute(_EVERY)]
    return [catalogue.get(conn, branch, f"card_range:{branch}") for branch in branches]


def take_away(conn: Connection, act: Act, branch: str) -> None:
    """Have a branch give out no more cards; InputError ``unknown_branch``, ``unknown_row``."""
    catalogue.drop(conn, act, branch, f"card_range:{branch}")
