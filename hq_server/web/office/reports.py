"""Reports on what was sold, by whom and for what money; each is a list: it pages, sorts, sums and exports as lists do.

Branch managers read of their own branch; margins are for those who read all of the chain. Reports on members and points
stand in ``reports_members``.
"""

from typing import Any, Literal

import msgspec

from foundation.http_api.route import ID16, Id
from hq_server.analysis import reports_cash, reports_goods, reports_sales
from hq_server.analysis.reports_source import Source
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Listing, ListQuery
from hq_server.web.office.report_parts import Names, Reading, SpanQuery, Word, columns, span_of
from hq_server.web.office.work import BRANCH, SEE

ROUTES = ()


class SalesQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sales by what."""

    group: Literal["day", "month", "weekday", "branch"] = "day"


class SalesPart(msgspec.Struct, frozen=True):
    """Sales of one part. ``part``: a day, a month, a week day (0 Sunday) or a branch, which ``name`` names."""

    part: str
    name: str
    sales_count: int
    sales: int
    average: int
    discount: int
    rounding: int
    refund_count: int
    refunds: int
    net: int
    member_sales: int
    walk_in_sales: int
    stored_value: int
    top_ups: int
    bonus: int
    plans: int
    gift_cards: int


class HourPart(msgspec.Struct, frozen=True):
    """Sales that began within one hour of the day, 0 … 23."""

    hour: int
    sales_count: int
    sales: int
    average: int


class GoodsQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods by what; of one product or category with all below it. ``top``: by categories of the top."""

    group: Literal["item", "category", "top"] = "item"
    item: Word = ""
    category: Word = ""


class GoodsPart(msgspec.Struct, frozen=True):
    """What was sold of a product or category (``part``), less what was taken back. ``share``: thousandths of all."""

    part: str
    name: str
    category: str
    items: int
    quantity: int
    list: int
    discount: int
    charged: int
    share: int


class MarginQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Margins by what; of one product or category."""

    group: Literal["item", "category", "brand", "branch"] = "item"
    item: Word = ""
    category: Word = ""


class MarginPart(msgspec.Struct, frozen=True):
    """What was earned with ``part``. Only ``costed`` of what was charged has a cost; null: nothing of it has one."""

    part: str
    name: str
    quantity: int
    list: int
    discount: int
    charged: int
    costed: int
    uncosted: int
    cost: int | None
    margin: int | None
    margin_per_mille: int | None


class CommissionQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Commission by attendant, and by their products or days."""

    group: Literal["staff", "item", "day"] = "staff"
    staff: Word = ""
    item: Word = ""


class CommissionPart(msgspec.Struct, frozen=True):
    """What an attendant served and earned. ``untold``: charged for goods whose commission nobody has said.

    ``key``: never the same in two rows.
    """

    key: str
    branch: str
    branch_name: str
    staff: str
    staff_name: str
    part: str
    item_name: str
    count: int
    quantity: int
    charged: int
    commission: int
    untold: int


class TenderQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The tender mix of all, or by branch or day; of one tender."""

    group: Literal["tender", "branch", "day"] = "tender"
    tender: Word = ""


class TenderPart(msgspec.Struct, frozen=True):
    """What came in and went out by one tender; paid out is negative. ``top_ups``: all value sold, cards too.

    ``share``: thousandths of all sales; ``key``: never the same in two rows.
    """

    key: str
    part: str
    name: str
    tender: str
    sales_count: int
    sales: int
    share: int
    refunds: int
    top_ups: int
    other: int
    total: int


class ShiftQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shifts; of one person, in one state, or only those whose count is not what it should be."""

    staff: Word = ""
    state: Literal["", "open", "counted", "closed"] = ""
    differing: bool = False


class ShiftLine(msgspec.Struct, frozen=True):
    """One shift; ``expected``, ``counted`` and ``delta`` over all tenders, 0 while it is open."""

    shift: Id
    day: str
    branch: str
    branch_name: str
    till: str
    staff: str
    staff_name: str
    state: str
    opening: int
    cash_in: int
    cash_out: int
    expected: int
    counted: int
    delta: int


class CountQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of which shift."""

    shift: str = ""


class CountLine(msgspec.Struct, frozen=True):
    """One tender of a shift: what came in and went out, what should be there, what was counted."""

    tender: str
    received: int
    paid_out: int
    expected: int
    counted: int
    delta: int


def _sales(_: Connection, query: SalesQuery, at: str) -> Source:
    return reports_sales.totals(span_of(query.from_day, query.to_day, at), query.group)


def _hours(_: Connection, query: SpanQuery, at: str) -> Source:
    return reports_sales.hours(span_of(query.from_day, query.to_day, at))


def _goods(_: Connection, query: GoodsQuery, at: str) -> Source:
    return reports_sales.goods(span_of(query.from_day, query.to_day, at), query.group, query.item, query.category)


def _margins(_: Connection, query: MarginQuery, at: str) -> Source:
    return reports_goods.products(span_of(query.from_day, query.to_day, at), query.group, query.item, query.category)


def _commission(_: Connection, query: CommissionQuery, at: str) -> Source:
    return reports_goods.commission(span_of(query.from_day, query.to_day, at), query.group, query.staff, query.item)


def _tenders(_: Connection, query: TenderQuery, at: str) -> Source:
    return reports_cash.tenders(span_of(query.from_day, query.to_day, at), query.group, query.tender)


def _shifts(_: Connection, query: ShiftQuery, at: str) -> Source:
    span = span_of(query.from_day, query.to_day, at)
    return reports_cash.shifts(span, query.staff, query.state, differing=query.differing)


def _counts(_: Connection, query: CountQuery, at: str) -> Source:
    return reports_cash.counts(bytes.fromhex(query.shift), at)


def _part_name(names: Names, row: dict[str, Any]) -> dict[str, Any]:
    """A branch's name where parts are branches; other parts name themselves."""
    return {"name": names.branch(row["part"])}


def _people(names: Names, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "branch_name": names.branch(row["branch"]),
        "staff_name": names.staff(row["branch"], row["staff"]),
    }


SALES = Listing(
    "GET /reports/sales",
    "reportSales",
    "Sales by day, month, week day or branch",
    row=SalesPart,
    query=SalesQuery,
    columns=columns(
        "code: part; text: name; count: sales_count; money: sales average discount rounding; count: refund_count;"
        "money: refunds net member_sales walk_in_sales stored_value top_ups bonus plans gift_cards",
        named=("name",),
    ),
    find=Reading(_sales, SalesPart, reports_sales.SUMS, _part_name, ("name",)).find,
    key="r.part",
    order="part",
    roles=BRANCH,
    slow=True,
)

HOURS = Listing(
    "GET /reports/hours",
    "reportHours",
    "Sales by the hour of the day",
    row=HourPart,
    query=SpanQuery,
    columns=columns("count: hour sales_count; money: sales average"),
    find=Reading(_hours, HourPart, ("sales_count", "sales")).find,
    key="r.hour",
    order="hour",
    roles=BRANCH,
    slow=True,
)

GOODS = Listing(
    "GET /reports/goods",
    "reportGoods",
    "What was sold, by product or category",
    row=GoodsPart,
    query=GoodsQuery,
    columns=columns(
        "text: part name category; count: items; quantity: quantity; money: list discount charged; per_mille: share"
    ),
    find=Reading(_goods, GoodsPart, reports_sales.GOODS_SUMS).find,
    key="r.part",
    order="-charged",
    roles=BRANCH,
    slow=True,
)

MARGINS = Listing(
    "GET /reports/margins",
    "reportMargins",
    "Cost and margin, by product, category, brand or branch",
    row=MarginPart,
    query=MarginQuery,
    columns=columns(
        "text: part name; quantity: quantity; money: list discount charged costed uncosted cost margin;"
        "per_mille: margin_per_mille",
        nullable=("cost", "margin", "margin_per_mille"),
    ),
    find=Reading(_margins, MarginPart, reports_goods.PRODUCT_SUMS).find,
    key="r.part",
    order="-charged",
    roles=SEE,
    slow=True,
)

COMMISSION = Listing(
    "GET /reports/commission",
    "reportCommission",
    "Commission by attendant",
    row=CommissionPart,
    query=CommissionQuery,
    columns=columns(
        "text: branch branch_name staff staff_name part item_name; count: count; quantity: quantity;"
        "money: charged commission untold",
        named=("branch_name", "staff_name"),
    ),
    find=Reading(
        _commission, CommissionPart, reports_goods.COMMISSION_SUMS, _people, ("branch_name", "staff_name")
    ).find,
    key="r.key",
    order="-commission",
    roles=BRANCH,
    slow=True,
)

TENDERS = Listing(
    "GET /reports/tenders",
    "reportTenders",
    "What came in and went out, by tender",
    row=TenderPart,
    query=TenderQuery,
    columns=columns(
        "text: part name; code: tender; count: sales_count; money: sales; per_mille: share;"
        "money: refunds top_ups other total",
        named=("name",),
    ),
    find=Reading(_tenders, TenderPart, reports_cash.TENDER_SUMS, _part_name, ("name",)).find,
    key="r.key",
    order="-sales",
    roles=BRANCH,
    slow=True,
)

SHIFTS = Listing(
    "GET /reports/shifts",
    "reportShifts",
    "Shifts with what should lie in their drawers and what did",
    row=ShiftLine,
    query=ShiftQuery,
    columns=columns(
        "id: shift; day: day; text: branch branch_name till staff staff_name; code: state;"
        "money: opening cash_in cash_out expected counted delta",
        named=("branch_name", "staff_name"),
    ),
    find=Reading(_shifts, ShiftLine, reports_cash.SHIFT_SUMS, _people, ("branch_name", "staff_name")).find,
    key="r.shift",
    order="-day",
    roles=BRANCH,
    slow=True,
)

COUNTS = Listing(
    "GET /reports/shifts/{shift}/tenders",
    "reportShiftTenders",
    "One shift by tender",
    row=CountLine,
    query=CountQuery,
    columns=columns("code: tender; money: received paid_out expected counted delta"),
    find=Reading(_counts, CountLine, ("received", "paid_out", "expected", "counted", "delta")).find,
    key="r.tender",
    order="tender",
    roles=BRANCH,
    params={"shift": ID16},
)

LISTINGS = (SALES, HOURS, GOODS, MARGINS, COMMISSION, TENDERS, SHIFTS, COUNTS)
