"""The first page of the console: how the chain does, against another time, and by day and branch.

Figures of a span come from the day tables. What is owed to members and how the branches are is told as it stands now.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hq_server.analysis.liability import owed
from hq_server.analysis.reports_source import Span, within
from hq_server.storage.database import Connection

DAYS_SHOWN = 92
"""A longer span is shown by months."""

_FIGURES = """
SELECT {columns}
FROM day_totals d
WHERE d.what IN ('sales', 'refunds', 'top_up', 'top_up_bonus', 'stored_value', 'members') AND {where}
"""

_SERIES = """
SELECT {part}, {columns}
FROM day_totals d WHERE d.what IN ('sales', 'refunds', 'top_up') AND {where} GROUP BY 1 ORDER BY 1
"""

_ACTIVE = """
SELECT (SELECT count(*) FROM member_totals WHERE last_day >= ?1 AND last_day <= ?2) + (
    SELECT count(*) FROM member_totals t
    WHERE t.last_day > ?2 AND t.first_day <= ?2
        AND EXISTS (
            SELECT 1 FROM member_days d
            WHERE d.member = t.member AND d.day >= ?1 AND d.day <= ?2 AND d.visits > 0
        )
)
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """A span in figures: money in minor units, refunds positive. ``active_members``: who bought something."""

    sales: int
    sales_count: int
    refunds: int
    refund_count: int
    top_ups: int
    top_up_count: int
    top_up_bonus: int
    stored_value: int
    new_members: int
    active_members: int

    @property
    def average_sale(self) -> int:
        """Rounded down; 0 when nothing was sold."""
        return self.sales // self.sales_count if self.sales_count else 0


@dataclass(frozen=True, slots=True)
class Point:
    """A day, month or branch in figures."""

    part: str
    sales: int
    sales_count: int
    refunds: int
    top_ups: int


@dataclass(frozen=True, slots=True)
class Liability:
    """What the chain, or one branch as issuer, owes its members now: money in minor units, and points."""

    principal: int
    bonus: int
    gift_cards: int
    points: int


def before(span: Span) -> Span:
    """The span of equal length that ends on the day before."""
    first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
    days = _days(span)
    return Span(_minus(first, days), _minus(last, days), span.branch)


def last_year(span: Span) -> Span:
    """The same days of the year before; 29 February becomes the 28th."""
    return Span(_year_before(span.first), _year_before(span.last), span.branch)


def figures(conn: Connection, span: Span) -> Figures:
    """Add up a span."""
    where = within(span, table="d")
    columns = ", ".join(
        _sum(what, figure)
        for what, figure in (
            ("sales", "amount"),
            ("sales", "count"),
            ("refunds", "amount"),
            ("refunds", "count"),
            ("top_up", "amount"),
            ("top_up", "count"),
            ("top_up_bonus", "amount"),
            ("stored_value", "amount"),
            ("members", "count"),
        )
    )
    row = conn.execute(_FIGURES.format(columns=columns, where=where.sql), where.params).fetchone()
    return Figures(*(*row, active_members(conn, span)))


def active_members(conn: Connection, span: Span) -> int:
    """Count who bought something within a span, each once.

    Over long spans of the whole chain most are told by their last visit alone; only who came later is looked up.
    """
    if not span.branch and _days(span) > DAYS_SHOWN:
        return int(conn.execute(_ACTIVE, (span.first, span.last)).fetchone()[0])
    where = within(span)
    query = "SELECT count(DISTINCT member) FROM member_days WHERE visits > 0 AND " + where.sql  # noqa: S608  our words
    return int(conn.execute(query, where.params).fetchone()[0])


def by_time(conn: Connection, span: Span) -> list[Point]:
    """The span by days, or by months when it is long; days on which nothing happened are left out."""
    return _series(conn, span, "d.day" if _days(span) <= DAYS_SHOWN else "substr(d.day, 1, 7)")


def by_branch(conn: Connection, span: Span) -> list[Point]:
    """The span by branches that did something."""
    return _series(conn, span, "d.branch")


def liability(conn: Connection, branch: str = "") -> Liability:
    """What members hold now, wherever the rights lie; of one branch: what it issued."""
    held = owed(conn, branch)
    return Liability(*(held.get(asset, 0) for asset in ("principal", "bonus", "gift_card", "points")))


def _series(conn: Connection, span: Span, part: str) -> list[Point]:
    where = within(span, table="d")
    columns = ", ".join(
        _sum(what, figure)
        for what, figure in (("sales", "amount"), ("sales", "count"), ("refunds", "amount"), ("top_up", "amount"))
    )
    rows = conn.execute(_SERIES.format(part=part, columns=columns, where=where.sql), where.params)
    return [Point(*row) for row in rows]


def _sum(what: str, figure: str) -> str:
    return f"coalesce(sum(CASE d.what WHEN '{what}' THEN d.{figure} END), 0)"


def _days(span: Span) -> int:
    return (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days + 1


def _minus(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()


def _year_before(day: str) -> str:
    year, month, rest = int(day[:4]), day[5:7], day[8:]
    return f"{year - 1:04d}-{month}-{'28' if (month, rest) == ('02', '29') else rest}"
