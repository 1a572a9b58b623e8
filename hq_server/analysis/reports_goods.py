"""Products with their margin, and the commission of who served: both by the terms that held on the day of the sale.

Terms (cost, commission) are head office's own and change with time: a row of ``product_terms`` holds from its day until
the next one. Whole months are read from the sums of months, but those of an item whose terms change within the month.
Figures are exact in thousandths and rounded, towards zero, once in each row that is told. A cost of 0 is one that
nobody has said: such a product has no margin, and what was sold of it is told beside what has one instead of counting
as pure gain.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hq_server.analysis import category_terms
from hq_server.analysis.items import pieces
from hq_server.analysis.reports_source import Source, Span, Value

PRODUCT_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "item": "d.part",
        "category": "coalesce(p.category, '')",
        "brand": "d.part",
        "branch": "d.part",
    }
)
"""How products are gathered → the expression; brands by the terms of the day, categories as the catalogue has them."""
_PARTS = {"brand": "coalesce(t.brand, '')", "branch": "d.branch"}
"""What is read of each sum first: these, or the item."""

PRODUCT_SUMS = ("quantity", "list", "discount", "charged", "costed", "uncosted", "cost", "margin")
"""Columns of ``products`` that add up."""

COMMISSION_GROUPS = ("staff", "item", "day")
"""What commission is told by, beside branch and attendant."""

COMMISSION_SUMS = ("quantity", "charged", "commission", "untold")
"""Columns of ``commission`` that add up."""

_WITH_TERMS = """
WITH terms AS MATERIALIZED (
    SELECT item, from_day, lead(from_day, 1, '9999-99-99') OVER (PARTITION BY item ORDER BY from_day) AS until_day,
        brand, nullif(cost, 0) AS cost, commission_per_mille, commission_each
    FROM product_terms
), whole AS MATERIALIZED (
    SELECT item, substr(from_day, 1, 7) || CASE WHEN from_day LIKE '%-01' THEN '' ELSE '~' END AS first_month,
        substr(until_day, 1, 7) AS until_month, 0 AS split, brand, cost, commission_per_mille, commission_each
    FROM terms
    UNION
    SELECT item, substr(from_day, 1, 7), substr(from_day, 1, 7) || '~', 1, '', NULL, 0, 0
    FROM terms WHERE from_day NOT LIKE '%-01'
), splits AS MATERIALIZED (
    SELECT item, first_month AS month FROM whole WHERE split AND first_month BETWEEN '{first}' AND '{last}'
)
"""
"""Terms by days; by months they hold for from end to end ('2026-06~': from July on), with each item's other months."""

_OF_MONTHS = """
SELECT {columns} FROM {table} d
    LEFT JOIN whole t ON t.item = d.item AND t.first_month <= d.month AND t.until_month > d.month
WHERE {span}{more} AND coalesce(t.split, 0) = 0{gather}
"""

_OF_SPLIT_MONTHS = """
SELECT {columns}
FROM (SELECT DISTINCT month FROM splits) m CROSS JOIN (VALUES {days}) n
    CROSS JOIN {table} d ON d.day = m.month || n.column1
    LEFT JOIN terms t ON t.item = d.item AND t.from_day <= d.day AND t.until_day > d.day
WHERE (d.item, m.month) IN (SELECT item, month FROM splits){more}{gather}
"""

_OF_DAYS = """
SELECT {columns} FROM {table} d
    LEFT JOIN terms t ON t.item = d.item AND t.from_day <= d.day AND t.until_day > d.day
WHERE d.day BETWEEN ? AND ?{more}{gather}
"""

_DAYS_OF_MONTH = ", ".join(f"('-{n:02}')" for n in range(1, 32))

_PRODUCTS = """
SELECT part, name, quantity, list, list - charged AS discount, charged, costed, charged - costed AS uncosted,
    cost, CASE WHEN cost IS NOT NULL THEN costed - cost END AS margin,
    CASE WHEN cost IS NOT NULL AND costed > 0 THEN (costed - cost) * 1000 / costed END AS margin_per_mille
FROM (
    SELECT {part} AS part, {name} AS name, sum(d.quantity) AS quantity, sum(d.list) AS list,
        sum(d.charged) AS charged, sum(d.costed) AS costed, sum(d.cost) / 1000 AS cost
    FROM ({arms}) d{products} GROUP BY 1
)
"""
_GOODS: Mapping[str, str] = MappingProxyType(
    {
        "quantity": "d.quantity",
        "list": "d.list",
        "charged": "d.charged",
        "costed": "CASE WHEN t.cost IS NOT NULL THEN d.charged ELSE 0 END",
        "cost": "t.cost * d.quantity",
    }
)
"""What is read of a sum with its terms; cost in thousandths, NULL where nobody has said any."""

_COMMISSION = """
SELECT branch || ' ' || staff || ' ' || part AS key, branch, staff, part, {name} AS item_name, count, quantity, charged,
    commission / 1000 AS commission, untold
FROM (
    SELECT branch, staff, part, sum(count) AS count, sum(quantity) AS quantity, sum(charged) AS charged,
        sum(commission) AS commission, sum(untold) AS untold
    FROM ({arms}) GROUP BY branch, staff, part
)
"""
_SERVED = (
    "d.branch AS branch, d.staff AS staff, {part} AS part, d.count AS count, d.quantity AS quantity,"
    " d.charged AS charged, coalesce(d.charged * t.commission_per_mille + d.quantity * t.commission_each, 0)"
    " AS commission, CASE WHEN t.item IS NULL THEN d.charged ELSE 0 END AS untold"
)
_EARNED = """
SELECT branch, staff, {part} AS part, count, quantity, charged,
    CASE WHEN per_mille >= 0 THEN charged * per_mille + quantity * each_one ELSE 0 END AS commission,
    CASE WHEN per_mille < 0 THEN charged ELSE 0 END AS untold
FROM {table} d WHERE d.{time} BETWEEN ? AND ? AND d.{time} < (SELECT month FROM earned_until){more}
"""
"""Of days and months before those that are to be summed anew; the others are ``_MARKED``."""
_MARKED = """
SELECT {columns} FROM day_staff d
    LEFT JOIN terms t ON t.item = d.item AND t.from_day <= d.day AND t.until_day > d.day
WHERE d.day BETWEEN max(?, (SELECT month || '-01' FROM earned_until)) AND ?{more}
"""


def products(span: Span, group: str, item: str = "", category: str = "") -> Source:
    """What was sold less what was taken back, with cost and margin, by one of ``PRODUCT_GROUPS``.

    ``name`` means something where items are told. ``costed``: charged for what has a cost, ``uncosted``: for what has
    none; ``cost`` and ``margin`` NULL where nothing has one.
    """
    wanted = (
        (" AND d.item = ?", item),
        (f" AND d.item IN (SELECT item FROM products p WHERE {category_terms.WITHIN})", category),  # noqa: S608
    )
    by_branch = span.branch or group == "branch"
    tables = ("day_items", "month_items") if by_branch else ("chain_day_items", "chain_month_items")
    by = "d.branch" if group == "branch" else ""
    figures = (f"sum({figure}) AS {name}" if by else f"{figure} AS {name}" for name, figure in _GOODS.items())
    arms = _arms(span, tables, f"{_PARTS.get(group, 'd.item')} AS part, {', '.join(figures)}", wanted, by=by)
    sql = _PRODUCTS.format(
        arms=arms.sql,
        part=PRODUCT_GROUPS[group],
        name="coalesce(max(p.name), '')" if group == "item" else "''",
        products="" if group in _PARTS else " LEFT JOIN products p ON p.item = d.part",
    )
    return Source(_with_terms(span) + sql, arms.params)


def commission(span: Span, group: str, staff: str = "", item: str = "") -> Source:
    """What attendants have earned, per branch and attendant and by one of ``COMMISSION_GROUPS``.

    Commission is so many thousandths of what was charged plus so much a piece; what is taken back takes its commission
    back. ``untold``: charged for goods without terms.
    """
    wanted = ((" AND d.staff = ?", staff), (" AND d.item = ?", item))
    part = {"staff": "''", "item": "d.item", "day": "d.day"}[group]
    if group == "item" or item:
        tables = ("day_staff", "" if group == "day" else "month_staff")
        arms = _arms(span, tables, _SERVED.format(part=part), wanted)
    else:
        arms = _earned(span, part, wanted, days=group == "day")
    name = "coalesce((SELECT name FROM products p WHERE p.item = part), '')" if group == "item" else "''"
    return Source(_with_terms(span) + _COMMISSION.format(arms=arms.sql, name=name), arms.params)


def _with_terms(span: Span) -> str:
    """The terms, as ``_arms`` joins them."""
    months = [part for part in pieces(span, "", "month") if part[0]]
    first, last = months[0][2:] if months else ("", "")
    return _WITH_TERMS.format(first=first, last=last)


def _arms(
    span: Span, tables: tuple[str, str], columns: str, wanted: tuple[tuple[str, str], ...], *, by: str = ""
) -> Source:
    """Read `columns` of items with their terms, from (days, months) of `tables`; months "": by days alone.

    `by`: what columns that are sums are gathered by, beside the day or month, in the order of the tables.
    """
    more, values = _more(span, wanted)
    days, months = tables
    arms: list[Source] = []
    for table, time, first, last in pieces(span, days, months) if months else [(days, "day", span.first, span.last)]:
        gather = f" GROUP BY d.{time}, {by}" if by else ""
        if time == "day":
            sql = _OF_DAYS.format(columns=columns, table=table, more=more, gather=gather)
            arms.append(Source(sql, (first, last, *values)))
            continue
        within = _each_month(first, last) if span.branch else f"d.month BETWEEN '{first}' AND '{last}'"
        sql = _OF_MONTHS.format(columns=columns, table=table, span=within, more=more, gather=gather)
        arms.append(Source(sql, values))
        gather = f" GROUP BY d.day, {by}" if by else ""
        sql = _OF_SPLIT_MONTHS.format(columns=columns, table=days, days=_DAYS_OF_MONTH, more=more, gather=gather)
        arms.append(Source(sql, values))
    return _union(arms)


def _each_month(first: str, last: str) -> str:
    """Name the months one by one: so a branch's rows are found in each by the key, which begins with the month."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    months = ", ".join(f"'{n // 12:04}-{n % 12 + 1:02}'" for n in range(begin, end + 1))
    return f"d.month IN ({months})"


def _earned(span: Span, part: str, wanted: tuple[tuple[str, str], ...], *, days: bool) -> Source:
    """Read what attendants earned from sums by terms; of months whose terms were just changed, of each item's days."""
    more, values = _more(span, wanted)
    arms: list[Source] = []
    cut = [("day_earned", "day", span.first, span.last)] if days else pieces(span, "day_earned", "month_earned")
    for table, time, first, last in cut:
        sql = _EARNED.format(part=part, table=table, time=time, more=more)
        arms.append(Source(sql, (first, last, *values)))
    sql = _MARKED.format(columns=_SERVED.format(part=part), more=more)
    return _union([*arms, Source(sql, (span.first, span.last, *values))])


def _more(span: Span, wanted: tuple[tuple[str, str], ...]) -> tuple[str, tuple[Value, ...]]:
    """Further conditions, and their values."""
    asked = [(sql, value) for sql, value in ((" AND d.branch = ?", span.branch), *wanted) if value]
    return "".join(sql for sql, _ in asked), tuple(value for _, value in asked)


def _union(arms: list[Source]) -> Source:
    return Source("\nUNION ALL\n".join(arm.sql for arm in arms), tuple(value for arm in arms for value in arm.params))
