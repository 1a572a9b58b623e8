"""Products with their margin, and the commission of who served: both by the terms that held on the day of the sale.

Terms (cost, commission) are head office's own and change with time: a row of ``product_terms`` holds from its day until
the next one. A cost of 0 is one that nobody has said: such a product has no margin, and what was sold of it is told
beside what has one instead of counting as pure gain.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hq_server.analysis.reports_source import Source, Span, within

PRODUCT_GROUPS: Mapping[str, str] = MappingProxyType(
    {"item": "d.item", "category": "coalesce(p.category, '')", "brand": "coalesce(t.brand, '')", "branch": "d.branch"}
)
"""How products are gathered → the expression; category by the present catalogue, brand by the terms of the day."""

PRODUCT_SUMS = ("quantity", "list", "discount", "charged", "costed", "uncosted", "cost", "margin")
"""Columns of ``products`` that add up."""

COMMISSION_GROUPS: Mapping[str, str] = MappingProxyType({"staff": "''", "item": "d.item", "day": "d.day"})
"""What commission is told by, beside branch and attendant → the expression."""

COMMISSION_SUMS = ("quantity", "charged", "commission", "untold")
"""Columns of ``commission`` that add up."""

_TERMS = """
SELECT item, from_day, lead(from_day, 1, '9999-99-99') OVER (PARTITION BY item ORDER BY from_day) AS until_day,
    brand, nullif(cost, 0) AS cost, commission_per_mille, commission_each
FROM product_terms
"""

_PRODUCTS = """
WITH t AS MATERIALIZED ({terms})
SELECT part, name, quantity, list, list - charged AS discount, charged, costed, charged - costed AS uncosted,
    cost, CASE WHEN cost IS NOT NULL THEN costed - cost END AS margin,
    CASE WHEN cost IS NOT NULL AND costed > 0 THEN (costed - cost) * 1000 / costed END AS margin_per_mille
FROM (
    SELECT {group} AS part, coalesce(max(p.name), '') AS name,
        sum(d.quantity) AS quantity, sum(d.list) AS list, sum(d.charged) AS charged,
        coalesce(sum(CASE WHEN t.cost IS NOT NULL THEN d.charged END), 0) AS costed,
        sum(t.cost * d.quantity / 1000) AS cost
    FROM {items} d LEFT JOIN products p ON p.item = d.item
        LEFT JOIN t ON t.item = d.item AND t.from_day <= d.day AND t.until_day > d.day
    WHERE {where} GROUP BY 1
)
"""

_COMMISSION = """
WITH t AS MATERIALIZED ({terms})
SELECT d.branch || ' ' || d.staff || ' ' || {group} AS key, d.branch AS branch, d.staff AS staff, {group} AS part,
    coalesce(max(p.name), '') AS item_name, sum(d.count) AS count, sum(d.quantity) AS quantity,
    sum(d.charged) AS charged,
    coalesce(sum(d.charged * t.commission_per_mille / 1000 + d.quantity * t.commission_each / 1000), 0) AS commission,
    coalesce(sum(CASE WHEN t.item IS NULL THEN d.charged END), 0) AS untold
FROM day_staff d LEFT JOIN products p ON p.item = d.item
    LEFT JOIN t ON t.item = d.item AND t.from_day <= d.day AND t.until_day > d.day
WHERE {where} GROUP BY 1, 2, 3, 4
"""


def products(span: Span, group: str, item: str = "", category: str = "") -> Source:
    """What was sold less what was taken back, with cost and margin, by one of ``PRODUCT_GROUPS``.

    ``name`` means something where items are told. ``costed``: charged for what has a cost, ``uncosted``: for what has
    none; ``cost`` and ``margin`` NULL where nothing has one. Cost is rounded per day and item, where branches are told
    per branch too.
    """
    where = within(span, ("d.item = ?", item), ("p.category = ?", category), table="d")
    items = "day_items" if span.branch or group == "branch" else "chain_day_items"
    sql = _PRODUCTS.format(terms=_TERMS, group=PRODUCT_GROUPS[group], items=items, where=where.sql)
    return Source(sql, where.params)


def commission(span: Span, group: str, staff: str = "", item: str = "") -> Source:
    """What attendants have earned, per branch and attendant and by one of ``COMMISSION_GROUPS``.

    Commission is so many thousandths of what was charged plus so much a piece, rounded towards zero per day, branch,
    attendant and item; what is taken back takes its commission back. ``untold``: charged for goods without terms.
    """
    where = within(span, ("d.staff = ?", staff), ("d.item = ?", item), table="d")
    return Source(_COMMISSION.format(terms=_TERMS, group=COMMISSION_GROUPS[group], where=where.sql), where.params)
