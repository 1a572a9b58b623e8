"""Sales by day, week day, month, branch, hour and category."""

from collections.abc import Mapping
from types import MappingProxyType

from hq_server.analysis import category_terms
from hq_server.analysis.items import per_item
from hq_server.analysis.reports_source import Source, Span, within

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "day": "d.day",
        "month": "substr(d.day, 1, 7)",
        "weekday": "strftime('%w', d.day)",
        "branch": "d.branch",
    }
)
"""How sales are gathered → the expression; week days from 0, Sunday."""

SUMS = (
    "sales_count",
    "sales",
    "discount",
    "rounding",
    "refund_count",
    "refunds",
    "net",
    "member_sales",
    "walk_in_sales",
    "top_ups",
    "bonus",
    "plans",
    "gift_cards",
    "stored_value",
)
"""Columns of ``totals`` that add up."""

_TOTALS = """
SELECT *, CASE WHEN sales_count > 0 THEN sales / sales_count ELSE 0 END AS average FROM (
    SELECT {group} AS part,
        {columns}
    FROM day_totals d WHERE d.what IN ({kinds}) AND {where} GROUP BY 1
)
"""

_PIVOT = {
    "sales_count": ("sales", "count"),
    "sales": ("sales", "amount"),
    "discount": ("discount", "amount"),
    "rounding": ("rounding", "amount"),
    "refund_count": ("refunds", "count"),
    "refunds": ("refunds", "amount"),
    "member_sales": ("member_sales", "amount"),
    "walk_in_sales": ("walk_in_sales", "amount"),
    "top_ups": ("top_up", "amount"),
    "bonus": ("top_up_bonus", "amount"),
    "plans": ("plans", "amount"),
    "gift_cards": ("gift_cards", "amount"),
    "stored_value": ("stored_value", "amount"),
}
"""Column → (what ``day_totals`` calls it, which of its figures)."""

_HOURS = """
SELECT d.hour AS hour, sum(d.count) AS sales_count, sum(d.amount) AS sales,
    CASE WHEN sum(d.count) > 0 THEN sum(d.amount) / sum(d.count) ELSE 0 END AS average
FROM day_hours d WHERE {where} GROUP BY 1
"""

GOODS_GROUPS: Mapping[str, str] = MappingProxyType(
    {"item": "d.item", "category": "coalesce(p.category, '')", "top": category_terms.TOP}
)
"""How goods are gathered → the expression; categories are the present catalogue's, "" none."""

GOODS_SUMS = ("quantity", "list", "discount", "charged")
"""Columns of ``goods`` that add up."""

_GOODS = """
SELECT {group} AS part, coalesce(max(p.name), '') AS name, coalesce(max(p.category), '') AS category,
    count(DISTINCT d.item) AS items, sum(d.quantity) AS quantity,
    sum(d.list) AS list, sum(d.list) - sum(d.charged) AS discount, sum(d.charged) AS charged,
    CASE WHEN sum(sum(d.charged)) OVER () > 0
        THEN sum(d.charged) * 1000 / sum(sum(d.charged)) OVER () ELSE 0 END AS share
FROM ({items}) d LEFT JOIN products p ON p.item = d.item{where} GROUP BY 1
"""


def _pivot() -> str:
    """One column per figure that a reader looks for side by side."""
    columns = [
        f"coalesce(sum(CASE d.what WHEN '{what}' THEN d.{figure} END), 0) AS {name}"
        for name, (what, figure) in _PIVOT.items()
    ]
    net = "coalesce(sum(CASE d.what WHEN 'sales' THEN d.amount WHEN 'refunds' THEN -d.amount END), 0) AS net"
    return ",\n        ".join([*columns, net])


_KINDS = ", ".join(sorted({f"'{what}'" for what, _ in _PIVOT.values()}))


def totals(span: Span, group: str) -> Source:
    """What was sold, taken back and topped up, by one of ``GROUPS``; amounts in minor units, refunds as positive."""
    where = within(span, table="d")
    return Source(_TOTALS.format(group=GROUPS[group], columns=_pivot(), kinds=_KINDS, where=where.sql), where.params)


def hours(span: Span) -> Source:
    """Sales by hour of the day, in China's time zone."""
    where = within(span, table="d")
    return Source(_HOURS.format(where=where.sql), where.params)


def goods(span: Span, group: str, item: str = "", category: str = "") -> Source:
    """What was sold less what was taken back, by one of ``GOODS_GROUPS``. ``share``: thousandths of what was charged.

    ``name`` means something where items are told.
    """
    items = per_item(span)
    wanted = [(sql, value) for sql, value in (("d.item = ?", item), (category_terms.WITHIN, category)) if value]
    where = f" WHERE {' AND '.join(sql for sql, _ in wanted)}" if wanted else ""
    sql = _GOODS.format(group=GOODS_GROUPS[group], items=items.sql, where=where)
    return Source(sql, (*items.params, *(value for _, value in wanted)))
