"""Sales found again, and their papers printed once more."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.limits import LISTED
from edge_node.till import lookups, papers, receipts
from edge_node.till.lookups import SaleView
from edge_node.web.approvals import MayBeApproved
from edge_node.web.fields import Body, Reason, Tendered, UsedLot
from edge_node.web.work import Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show
from sync_protocol.limits import MAX_RECEIPT_TEXT


class SalesQuery(Body):
    """A printed number, or a page: the latest sales, those before ``before`` (0: the newest)."""

    number: Annotated[str, Meta(max_length=40)] = ""
    before: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=LISTED)] = LISTED


class ReasonBody(Body):
    """Why."""

    reason: Reason


class DrawerBody(MayBeApproved, kw_only=True):
    """Why the drawer is opened without a sale; by a shift lead, or with the approval of one."""

    reason: Reason


class ReceiptCodeQuery(Body):
    """A paper's code as scanned or typed."""

    code: Annotated[str, Meta(min_length=1, max_length=MAX_RECEIPT_TEXT)]


class ReceiptPaper(msgspec.Struct, frozen=True):
    """What a paper's code names. ``kind``: sale | refund | top_up | withdraw | shift | claim, and ``id`` that act's.

    ``seller``: the branch that printed it; ``checked``: its signature was found right here; ``here``: a sale of this
    node, which ``/sales/{sale}`` shows; else goods of it come back by a claim.
    """

    kind: str
    id: Id
    seller: str
    day: str
    total: int
    checked: bool
    here: bool


class SaleRow(msgspec.Struct, frozen=True):
    """A sale in a list. ``refunded``: part of it came back; ``at``: when it was sold, ms."""

    sale: Id
    number: str
    day: str
    member: str
    total: int
    refunded: bool
    at: int


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
            found.at,
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


def _code(work: Work, call: Call) -> ReceiptPaper:
    query: ReceiptCodeQuery = call.query
    return show(receipts.read_code(work.conn, work.node, work.book, query.code), ReceiptPaper)


def _print(work: Work, call: Call) -> Nothing:
    body: ReasonBody = call.body
    entry = lookups.by_id(work.conn, call.id("sale")).entry
    papers.reprint(work.conn, work.at(call), entry, body.reason)
    return Nothing()


def _drawer(work: Work, call: Call) -> Nothing:
    body: DrawerBody = call.body
    papers.open_drawer(work.conn, work.at(call), body.reason, work.approver)
    return Nothing()


ROUTES = (
    read("/sales", "findSales", "Sales by number, or the latest", SaleRows, _list, query=SalesQuery),
    read("/sales/{sale}", "sale", "A sale and what remains of it", SaleAnswer, _one),
    read("/receipt-codes", "readReceiptCode", "What a paper's code names", ReceiptPaper, _code, query=ReceiptCodeQuery),
    act("POST /sales/{sale}/print", "reprintSale", "Print the receipt again", Nothing, _print, body=ReasonBody),
    act("POST /drawer", "openDrawer", "Open the drawer", Nothing, _drawer, body=DrawerBody),
)
