"""Card numbers made at head office for a card printer: serials in HQ's own ranges, each with its check digit.

A card becomes a member's when a till binds it. What was made once is never made again, and no branch is ever given a
range that holds one of these numbers (``card_ranges``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from commerce.accounts import HQ
from commerce.card_ranges import card_number, check_card_range, overlaps
from commerce.checks import check_int
from commerce.reference import CardRangeRow
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.storage.database import Connection

COLUMNS = "batch, prefix, first, last, note, made_by, made_at"


@dataclass(frozen=True, slots=True)
class CardBatch:
    """Serials ``first`` … ``last`` behind ``prefix``, both included."""

    batch: bytes
    prefix: str
    first: int
    last: int
    note: str
    made_by: str
    made_at: int

    @property
    def row(self) -> CardRangeRow:
        """As a range that numbers are made of."""
        return CardRangeRow(HQ, self.prefix, self.first, self.last, self.first)

    @property
    def count(self) -> int:
        """How many cards."""
        return self.last - self.first + 1


def make(conn: Connection, act: Act, batch: bytes, prefix: str, digits: int, count: int, about: str) -> CardBatch:  # noqa: PLR0917 -- the parts of the act
    """Take the next `count` serials of `digits` digits behind `prefix`.

    InputError ``bad_value``, or of commerce, naming the field; RefusedError ``card_range_taken`` naming the branch that
    has numbers among them, ``nothing_to_do`` when so many are not left.
    """
    check_int(digits, "digits", *limits.CARD_DIGITS)
    check_int(count, "count", 1, limits.CARD_BATCH)
    text(about, "note", limits.NOTE)
    low, high = 10 ** (digits - 1), 10**digits - 1
    (used,) = conn.execute(
        "SELECT max(last) FROM card_batches WHERE prefix = ? AND first BETWEEN ? AND ?", (prefix, low, high)
    ).fetchone()
    first = (used or low - 1) + 1
    last = first + count - 1
    if last > high:
        raise RefusedError(Code.NOTHING_TO_DO, left=high - first + 1)
    made = CardBatch(batch, prefix, first, last, about, act.by, act.now)
    row = check_card_range(made.row)
    for branch, taken, low, high in conn.execute("SELECT branch, prefix, first, last FROM card_ranges").fetchall():
        if overlaps(row, CardRangeRow(branch, taken, low, high, low)):
            raise RefusedError(Code.CARD_RANGE_TAKEN, branch=branch)
    conn.execute("INSERT INTO card_ranges VALUES (?, ?, ?, ?)", (HQ, prefix, first, last))
    conn.execute(
        f"INSERT INTO card_batches ({COLUMNS}) VALUES (?,?,?,?,?,?,?)",  # noqa: S608 - our own words
        (batch, prefix, first, last, about, act.by, act.now),
    )
    note(conn, act, "cards_made", f"{prefix} {first} {last}", reason=about)
    return made


def get(conn: Connection, batch: bytes) -> CardBatch:
    """Return one batch; InputError ``unknown_row``."""
    row = conn.execute(f"SELECT {COLUMNS} FROM card_batches WHERE batch = ?", (batch,)).fetchone()  # noqa: S608 - our own words
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    return CardBatch(*row)


def numbers(found: CardBatch) -> Iterator[str]:
    """Return the numbers in order, as printed on the cards."""
    row = found.row
    return (card_number(row, serial) for serial in range(found.first, found.last + 1))


def bound(conn: Connection, found: CardBatch) -> int:
    """Return how many of a batch's cards members have."""
    ends = (card_number(found.row, found.first), card_number(found.row, found.last))
    (count,) = conn.execute(
        "SELECT count(*) FROM profiles WHERE field >= 'card:' AND field < 'card:~' AND value BETWEEN ? AND ?"
        " AND length(value) = ?",
        (*ends, len(ends[0])),
    ).fetchone()
    return int(count)
