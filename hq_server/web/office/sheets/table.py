"""What is written into a file: a title, columns of known kinds, rows of plain values, sums, notes.

Kinds: ``money`` (minor units), ``points`` and ``count`` (integers), ``quantity`` (thousandths), ``per_mille``, ``day``
('YYYY-MM-DD'), ``time`` (ms since 1970 UTC), ``id``, ``code`` and ``text``. None, and a time or day that is not set
(0, ""), are empty cells. No number passes through a float.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

Value = str | int | bytes | None

NUMBERS = frozenset({"money", "points", "count", "quantity", "per_mille"})
"""Kinds that stand on the right and can be added up."""

MINUTE = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DROPPED = frozenset({"Cc", "Cs", "Cn", "Co"})
_SPACES = str.maketrans("\t\r\n\v\f", "     ")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing: they make a text look like another one."""


class SheetColumn(NamedTuple):
    """A column: its title in the reader's language, and what its values are."""

    title: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``sums``: a last row, as long as the columns, or nothing; ``notes``: sentences below it."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()
    sums: Sequence[Value] = field(default=())


def clean(text: str) -> str:
    """Return the text in one line, without control characters, half characters and marks that turn it around."""
    spaced = text.translate(_SPACES)
    if spaced.isascii() and spaced.isprintable():
        return spaced
    return "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED and c not in _TURNS)


def number(kind: str, value: int) -> Decimal:
    """Return a number of a kind in its whole unit: money with its cents, a quantity in pieces, a share of one."""
    scale = {"money": 2, "quantity": 3, "per_mille": 3}.get(kind, 0)
    return Decimal(value).scaleb(-scale)


def moment(value: int, zone_minutes: int) -> datetime | None:
    """Return the wall time of `value` without its zone; None for 0 and for what no calendar holds."""
    try:
        return (_EPOCH + timedelta(milliseconds=value, minutes=zone_minutes)).replace(tzinfo=None) if value else None
    except OverflowError:
        return None


def calendar_day(value: str) -> date | None:
    """Return the day, or None when the text is none."""
    try:
        return date.fromisoformat(value) if len(value) == len("2026-01-01") else None
    except ValueError:
        return None


def as_text(kind: str, value: Value, zone_minutes: int, *, grouped: bool = False) -> str:
    """Return a value as people read it; `grouped`: thousands apart by commas."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return clean(value)
    if kind == "time":
        at = moment(value, zone_minutes)
        return at.isoformat(" ", "seconds") if at else ""
    if kind not in NUMBERS:
        return str(value)
    if kind == "per_mille":
        return f"{Decimal(value).scaleb(-1):f}%"
    digits = number(kind, value)
    if kind == "quantity":
        digits = digits.normalize()
    return f"{digits:,f}" if grouped else f"{digits:f}"
