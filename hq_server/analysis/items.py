"""What was sold of each item in a span of days, read where fewest rows are: whole months by the month, else by days.

Of all branches together from the sums of the chain, of one from its own. Everything adds up, so the answer is the same.
"""

from datetime import date, timedelta

from hq_server.analysis.reports_source import Source, Span, Value

_FIGURES = "sum(quantity) AS quantity, sum(list) AS list, sum(charged) AS charged, sum(count) AS count"
_COLUMNS = "item, quantity, list, charged, count"


def per_item(span: Span) -> Source:
    """One row per item: item, quantity (thousandths), list, charged, count (lines)."""
    days, months = ("day_items", "month_items") if span.branch else ("chain_day_items", "chain_month_items")
    arms: list[str] = []
    params: list[Value] = []
    for table, column, first, last in pieces(span, days, months):
        at = " AND branch = ?" if span.branch else ""
        arms.append(f"SELECT {_COLUMNS} FROM {table} WHERE {column} BETWEEN ? AND ?{at}")  # noqa: S608  our own words
        params += [first, last, *([span.branch] if span.branch else [])]
    return Source(f"SELECT item, {_FIGURES} FROM ({' UNION ALL '.join(arms)}) GROUP BY item", tuple(params))  # noqa: S608  our own words


def pieces(span: Span, days: str, months: str) -> list[tuple[str, str, str, str]]:
    """Cut a span into (table, its time column, first, last), both ends included."""
    first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
    begin = first if first.day == 1 else _next_month(first)  # of the first whole month
    end = last + timedelta(days=1)
    end = end if end.day == 1 else last.replace(day=1)  # behind the last whole month
    if begin >= end:
        return [(days, "day", span.first, span.last)]
    before, whole_last = begin - timedelta(days=1), end - timedelta(days=1)
    pieces = [(months, "month", begin.isoformat()[:7], whole_last.isoformat()[:7])]
    if first < begin:
        pieces.append((days, "day", span.first, before.isoformat()))
    if last > whole_last:
        pieces.append((days, "day", end.isoformat(), span.last))
    return pieces


def _next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
