"""Money by means of payment, and shifts with what should have lain in the drawer and what did."""

from collections.abc import Mapping
from types import MappingProxyType

from hq_server.analysis.reports_source import Source, Span, within

TENDER_GROUPS: Mapping[str, str] = MappingProxyType({"tender": "''", "branch": "d.branch", "day": "d.day"})
"""What the mix is told by, beside the tender → the expression."""

TENDER_SUMS = ("sales", "sales_count", "refunds", "top_ups", "other", "total")
"""Columns of ``tenders`` that add up."""

SHIFT_SUMS = ("opening", "cash_in", "cash_out", "expected", "counted", "delta")
"""Columns of ``shifts`` that add up."""

_TENDERS = """
SELECT part || ' ' || tender AS key, part, tender, sales, sales_count, refunds, top_ups,
    total - sales - refunds - top_ups AS other, total,
    CASE WHEN sum(sales) OVER () > 0 THEN sales * 1000 / sum(sales) OVER () ELSE 0 END AS share
FROM (
    SELECT {group} AS part, d.tender AS tender,
        coalesce(sum(CASE d.act WHEN 'sale' THEN d.amount END), 0) AS sales,
        coalesce(sum(CASE d.act WHEN 'sale' THEN d.count END), 0) AS sales_count,
        coalesce(sum(CASE d.act WHEN 'refund' THEN d.amount END), 0) AS refunds,
        coalesce(sum(CASE WHEN d.act IN ('issue', 'entitlement') THEN d.amount END), 0) AS top_ups,
        sum(d.amount) AS total
    FROM day_tenders d WHERE {where} GROUP BY 1, 2
)
"""

_SHIFTS = """
SELECT s.shift AS shift, s.day AS day, i.branch AS branch, s.till AS till, s.staff AS staff, s.state AS state,
    {opening} AS opening, {cash_in} AS cash_in, {cash_out} AS cash_out, s.expected AS expected, s.counted AS counted,
    CASE s.state WHEN 'open' THEN 0 ELSE s.counted - s.expected END AS delta
FROM shifts s JOIN incarnations i ON i.no = s.no
WHERE {where}
"""

_OF_SHIFT = "coalesce((SELECT sum(t.amount) FROM shift_totals t WHERE t.shift = s.shift AND t.what = '{what}'), 0)"

_COUNTS = """
SELECT t.tender AS tender,
    coalesce(sum(CASE t.what WHEN 'received' THEN t.amount END), 0) AS received,
    coalesce(sum(CASE t.what WHEN 'paid_out' THEN t.amount END), 0) AS paid_out,
    coalesce(sum(CASE t.what WHEN 'expected' THEN t.amount END), 0) AS expected,
    coalesce(sum(CASE t.what WHEN 'counted' THEN t.amount END), 0) AS counted,
    coalesce(sum(CASE t.what WHEN 'counted' THEN t.amount WHEN 'expected' THEN -t.amount END), 0) AS delta
FROM shift_totals t JOIN shifts s ON s.shift = t.shift JOIN incarnations i ON i.no = s.no
WHERE t.shift = ?{at} GROUP BY 1
"""


def tenders(span: Span, group: str, tender: str = "") -> Source:
    """What came in and went out by each tender; what is paid back is negative. ``top_ups``: all value sold."""
    where = within(span, ("d.tender = ?", tender), table="d")
    return Source(_TENDERS.format(group=TENDER_GROUPS[group], where=where.sql), where.params)


def shifts(span: Span, staff: str = "", state: str = "", *, differing: bool = False) -> Source:
    """Shifts of business days; `expected` and `counted` are sums over all tenders, both 0 while a shift is open."""
    more = (("i.branch = ?", span.branch), ("s.staff = ?", staff), ("s.state = ?", state))
    where = within(Span(span.first, span.last), *more, table="s")
    differs = " AND s.state <> 'open' AND s.counted <> s.expected" if differing else ""
    parts = {what: _OF_SHIFT.format(what=what) for what in ("opening", "cash_in", "cash_out")}
    return Source(_SHIFTS.format(where=where.sql + differs, **parts), where.params)


def counts(shift: bytes, branch: str = "") -> Source:
    """One shift by tender; nothing for a shift of another branch than `branch`, unless that is ""."""
    return Source(_COUNTS.format(at=" AND i.branch = ?" if branch else ""), (shift, branch) if branch else (shift,))
