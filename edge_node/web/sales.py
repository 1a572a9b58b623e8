"""Sales found again, and their papers printed once more."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.limits import LISTED
from edge_node.till import lookups, papers
from edge_node.till.lookups import SaleView
from edge_node.web.fields import Body, Reason, Tendered, UsedLot
from edge_node.web.work import SHIFT_LEAD, Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show


class SalesQuery(Body):
    """A printed number, or a page: the latest sales, those before ``before`` (0: the newest)."""

    number: Annotated[str, Meta(max_length=40)] = ""
    before: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=LISTED)] = LISTED


class ReasonBody(Body):
    """Why."""

    reason: Reason


class SaleRow(msgspec.Struct, frozen=True):
    """A sale in a list. ``refunded``: part of it came back."""

    sale: Id
    number: str
    day: str
    member: str
    total: int
    refunded: bool


class SaleRows(msgspec.Struct, frozen=True):
    """A page of sales; ``next``: what to ask ``before``, 0 at the end."""

    sales: list[SaleRow]
    next: int


class SoldLine(msgspec.Struct, frozen=True):
    """One sold line, numbered from 0. ``left``: what may still come back, in thousandths and in minor units."""

    line: int
    item: str
    name: str
    milli_qty: int
    unit_price: int
    list_amount: int
    charged: int
    rounding: int
    attendant: str
    discounts: list[tuple[str, int]]
    left_qty: int
    left_amount: int


class SaleAnswer(msgspec.Struct, frozen=True):
    """A sale and what remains of it. ``refundable``: this branch may refund it by itself; else it takes a claim."""

    sale: Id
    number: str
    at: int
    day: str
    till: str
    staff: str
    shift: Id
    member: str
    total: int
    rounding: int
    lines: list[SoldLine]
    tenders: list[Tendered]
    uses: list[UsedLot]
    points_earned: int
    refundable: bool


def _list(work: Work, call: Call) -> SaleRows:
    query: SalesQuery = call.query
    if query.number:
        found = lookups.by_number(work.conn, query.number)
        row = SaleRow(
            found.body.sale.hex(),
            found.body.number,
            found.body.day,
            found.body.member.hex(),
            _total(found),
            _refunded(found),
        )
        return SaleRows([row], 0)
    rows = lookups.recent(work.conn, query.before or None, query.limit)
    following = rows[-1].entry if len(rows) == query.limit else 0
    return SaleRows([show(row, SaleRow) for row in rows], following)


def _one(work: Work, call: Call) -> SaleAnswer:
    found = lookups.by_id(work.conn, call.id("sale"))
    lines = [
        show(line, SoldLine, line=number, left_qty=left.milli_qty, left_amount=left.charged)
        for number, (line, left) in enumerate(zip(found.body.lines, found.left.lines, strict=True))
    ]
    return show(
        found.body,
        SaleAnswer,
        at=found.at,
        lines=lines,
        total=_total(found),
        points_earned=found.body.earned.amount if found.body.earned else 0,
        refundable=found.refundable,
    )


def _total(found: SaleView) -> int:
    return sum(line.charged for line in found.body.lines)


def _refunded(found: SaleView) -> bool:
    return any(sold.milli_qty != left.milli_qty for sold, left in zip(found.body.lines, found.left.lines, strict=True))


def _print(work: Work, call: Call) -> Nothing:
    body: ReasonBody = call.body
    entry = lookups.by_id(work.conn, call.id("sale")).entry
    papers.reprint(work.conn, work.at(call), entry, body.reason)
    return Nothing()


def _drawer(work: Work, call: Call) -> Nothing:
    body: ReasonBody = call.body
    papers.open_drawer(work.conn, work.at(call), body.reason)
    return Nothing()


ROUTES = (
    read("/sales", "findSales", "Sales by number, or the latest", SaleRows, _list, query=SalesQuery),
    read("/sales/{sale}", "sale", "A sale and what remains of it", SaleAnswer, _one),
    act("POST /sales/{sale}/print", "reprintSale", "Print the receipt again", Nothing, _print, body=ReasonBody),
    act("POST /drawer", "openDrawer", "Open the drawer", Nothing, _drawer, body=ReasonBody, roles=SHIFT_LEAD),
)
