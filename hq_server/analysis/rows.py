"""What projecting facts gives: rows of acts, of lots' moves, and figures to be added to sums.

Figures of one fact are kept apart until they are known to be in bounds (``Figures``); then they join those of the chunk
(``Rows``). Adding is all that ever happens to a sum, so no cutting into chunks can change one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from hq_server.analysis import limits

Key = tuple[str | bytes | int, ...]


class Table(NamedTuple):
    """A table of sums: its key columns and its figures."""

    name: str
    keys: tuple[str, ...]
    figures: tuple[str, ...]


TOTALS = Table("day_totals", ("day", "branch", "what"), ("count", "amount"))
HOURS = Table("day_hours", ("day", "branch", "hour"), ("count", "amount"))
TENDERS = Table("day_tenders", ("day", "branch", "act", "tender"), ("count", "amount"))
ITEMS = Table("day_items", ("day", "branch", "item"), ("quantity", "list", "charged", "count"))
STAFF = Table("day_staff", ("day", "branch", "staff", "item"), ("quantity", "charged", "count"))
MEMBERS = Table("member_days", ("member", "day", "branch"), ("visits", "spent", "topped_up"))
SHIFTS = Table("shift_totals", ("shift", "what", "tender"), ("count", "amount"))
MONTH_ITEMS = Table("month_items", ("month", "branch", "item"), ITEMS.figures)
CHAIN_ITEMS = Table("chain_day_items", ("day", "item"), ITEMS.figures)
CHAIN_MONTH_ITEMS = Table("chain_month_items", ("month", "item"), ITEMS.figures)
MONTH_STAFF = Table("month_staff", ("month", "branch", "staff", "item"), STAFF.figures)
MONTH_TOTALS = Table("month_totals", ("month", "branch", "what"), TOTALS.figures)

SUMS = (
    *(TOTALS, HOURS, TENDERS, ITEMS, STAFF, MEMBERS, SHIFTS),
    *(MONTH_TOTALS, MONTH_ITEMS, CHAIN_ITEMS, CHAIN_MONTH_ITEMS, MONTH_STAFF),
)
"""All tables that only add up; what is kept of people beside their days: ``people``."""

_MONTH = len("2026-11")


class ActRow(NamedTuple):
    """A row of ``acts``, in the order of its columns."""

    n: int
    no: int
    seq: int
    hash: bytes
    at: int
    day: str
    branch: str
    kind: str
    act: str
    id: bytes
    number: str
    till: str
    staff: str
    shift: bytes
    member: bytes
    amount: int
    discount: int
    principal: int
    bonus: int
    points: int
    ref: bytes
    about: str
    reason: str
    approved_by: str
    problem: str


class MemberTotal(NamedTuple):
    """What a member did, to be joined with what stands: the days of anything at all, those of sales ("" none)."""

    from_day: str
    until_day: str
    first_day: str
    last_day: str
    visits: int
    spent: int
    topped_up: int

    def joined(self, other: "MemberTotal") -> "MemberTotal":
        """Both together; in which order does not matter."""
        firsts = [day for day in (self.first_day, other.first_day) if day]
        return MemberTotal(
            min(self.from_day, other.from_day),
            max(self.until_day, other.until_day),
            min(firsts, default=""),
            max(self.last_day, other.last_day),
            self.visits + other.visits,
            self.spent + other.spent,
            self.topped_up + other.topped_up,
        )


Figures = list[tuple[Table, Key, tuple[int, ...]]]
"""What one fact adds to sums of days and shifts."""


def in_bounds(figures: Figures, *more: int) -> bool:
    """Whether nobody's figures are beyond what sums have room for."""
    most = limits.FIGURE_MAX
    return all(-most <= value <= most for _, _, values in figures for value in values) and all(
        -most <= value <= most for value in more
    )


@dataclass(slots=True)
class Rows:
    """What a chunk of facts gives."""

    acts: list[ActRow] = field(default_factory=list)
    lots: dict[tuple[bytes, int, int], int] = field(default_factory=dict)  # (lot, n, reason) → amount
    sums: dict[str, dict[Key, list[int]]] = field(default_factory=lambda: {table.name: {} for table in SUMS})
    members: dict[bytes, MemberTotal] = field(default_factory=dict)
    registered: dict[bytes, tuple[str, str]] = field(default_factory=dict)  # member → day, branch: the first counts
    aliases: dict[bytes, bytes] = field(default_factory=dict)  # member → who it is now, b"" itself: the last counts

    def add(self, figures: Figures) -> None:
        """Add one fact's figures to the sums of days, shifts, months and members."""
        for table, key, values in figures:
            self._add(table, key, values)
            if table is ITEMS:
                day, _, item = key
                self._add(MONTH_ITEMS, (_month(day), *key[1:]), values)
                self._add(CHAIN_ITEMS, (day, item), values)
                self._add(CHAIN_MONTH_ITEMS, (_month(day), item), values)
            elif table is STAFF:
                self._add(MONTH_STAFF, (_month(key[0]), *key[1:]), values)
            elif table is MEMBERS:
                self._member(key, values)

    def sum_months(self) -> None:
        """Add up the days' totals by months: once a chunk, for each fact has many and they share their keys."""
        self.sums[MONTH_TOTALS.name] = {}
        for key, values in self.sums[TOTALS.name].items():
            self._add(MONTH_TOTALS, (_month(key[0]), *key[1:]), values)

    def _member(self, key: Key, values: tuple[int, ...]) -> None:
        member, day = key[0], key[1]
        assert isinstance(member, bytes)
        assert isinstance(day, str)
        bought = day if values[0] else ""
        new = MemberTotal(day, day, bought, bought, *values)
        old = self.members.get(member)
        self.members[member] = new.joined(old) if old else new

    def _add(self, table: Table, key: Key, values: Iterable[int]) -> None:
        sums = self.sums[table.name]
        there = sums.get(key)
        if there is None:
            sums[key] = list(values)
        else:
            for place, value in enumerate(values):
                there[place] += value


def _month(day: str | bytes | int) -> str:
    assert isinstance(day, str)
    return day[:_MONTH]
