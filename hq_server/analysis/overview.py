"""The first page of the console: how the chain does, against another time, and by day and branch.

Figures of a span come from the day tables. What is owed to members and how the branches are is told as it stands now.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hq_server.analysis.items import pieces
from hq_server.analysis.liability import owed
from hq_server.analysis.reports_source import Source, Span, within
from hq_server.storage.database import Connection

DAYS_SHOWN = 92
"""A longer span is shown by months."""

_FIGURES = """
SELECT {columns}
FROM ({totals}) d WHERE d.what IN ('sales', 'refunds', 'top_up', 'top_up_bonus', 'stored_value', 'members')
"""

_SERIES = """
SELECT {part}, {columns}
FROM ({totals}) d WHERE d.what IN ('sales', 'refunds', 'top_up') GROUP BY 1 ORDER BY 1
"""

_ACTIVE = """
SELECT (SELECT count(*) FROM member_totals WHERE last_day >= ?1 AND last_day <= ?2) + (
    SELECT count(*) FROM member_totals t
    WHERE t.last_day > ?2 AND t.from_day <= ?2
        AND EXISTS (
            SELECT 1 FROM member_days d
            WHERE d.member = t.member AND d.day >= ?1 AND d.day <= ?2 AND d.visits > 0
        )
        AND t.member NOT IN (SELECT root FROM member_roots)
) + (
    SELECT count(DISTINCT k.root)
    FROM (SELECT member, root FROM member_roots UNION SELECT root, root FROM member_roots) k
        CROSS JOIN member_totals t ON t.member = k.root CROSS JOIN member_days d ON d.member = k.member
    WHERE t.last_day > ?2 AND d.day >= ?1 AND d.day <= ?2 AND d.visits > 0
)
"""
"""Whose last visit lies in the span, and who came then and later again; who was merged, by the days of all of them."""

_ACTIVE_BY_DAYS = """
SELECT count(DISTINCT coalesce((SELECT root FROM member_roots k WHERE k.member = d.member), d.member))
FROM member_days d WHERE d.visits > 0 AND {where}
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
    totals = _totals(span)
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
    row = conn.execute(_FIGURES.format(columns=columns, totals=totals.sql), totals.params).fetchone()
    return Figures(*(*row, active_members(conn, span)))


def active_members(conn: Connection, span: Span) -> int:
    """Count who bought something within a span, each once.

    Over long spans of the whole chain most are told by their last visit alone; only who came later is looked up.
    """
    if not span.branch and _days(span) > DAYS_SHOWN:
        return int(conn.execute(_ACTIVE, (span.first, span.last)).fetchone()[0])
    where = within(span, table="d")
    return int(conn.execute(_ACTIVE_BY_DAYS.format(where=where.sql), where.params).fetchone()[0])


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
    totals = _totals(span, days=part == "d.day")
    columns = ", ".join(
        _sum(what, figure)
        for what, figure in (("sales", "amount"), ("sales", "count"), ("refunds", "amount"), ("top_up", "amount"))
    )
    rows = conn.execute(_SERIES.format(part=part, columns=columns, totals=totals.sql), totals.params)
    return [Point(*row) for row in rows]


def _totals(span: Span, *, days: bool = False) -> Source:
    """The totals of a span, by months where they are whole; `days`: by days alone."""
    cut = [("day_totals", "day", span.first, span.last)] if days else pieces(span, "day_totals", "month_totals")
    at = " AND branch = ?" if span.branch else ""
    sql = " UNION ALL ".join(
        f"SELECT {time} AS day, branch, what, count, amount FROM {table} WHERE {time} BETWEEN ? AND ?{at}"  # noqa: S608
        for table, time, _, _ in cut
    )
    ends = ((first, last, span.branch) if span.branch else (first, last) for _, _, first, last in cut)
    return Source(sql, tuple(value for values in ends for value in values))


def _sum(what: str, figure: str) -> str:
    return f"coalesce(sum(CASE d.what WHEN '{what}' THEN d.{figure} END), 0)"


def _days(span: Span) -> int:
    return (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days + 1


def _minus(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()


def _year_before(day: str) -> str:
    year, month, rest = int(day[:4]), day[5:7], day[8:]
    return f"{year - 1:04d}-{month}-{'28' if (month, rest) == ('02', '29') else rest}"
