"""Shifts at the till: open with a float, cash in and out, X, blind count, close."""

from typing import Annotated, Literal

import msgspec

from commerce.facts import CountedCash
from commerce.shifts import CNY_DENOMINATIONS, PIECES_MAX, count_cash
from edge_node.till import shifts
from edge_node.web.approvals import MayBeApproved
from edge_node.web.fields import Amount, Body, Code, Day, Positive, Reason, Text
from edge_node.web.work import SHIFT_LEAD, Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show

Pieces = Annotated[int, msgspec.Meta(ge=0, le=PIECES_MAX)]


class OpenBody(Body):
    """The business date, which every act of the shift takes, and the float in the drawer."""

    day: Day
    float: Amount


class CashBody(MayBeApproved, kw_only=True):
    """Cash put into the drawer or taken out of it, and why; by a shift lead, or with the approval of one."""

    act: Literal["cash_in", "cash_out"]
    amount: Positive
    reason: Reason


class PieceCount(Body):
    """So many notes or coins of one denomination (minor units)."""

    denomination: Positive
    pieces: Pieces


class SlipCount(Body):
    """The sum of the slips of one tender other than cash."""

    tender: Code
    amount: Amount


class CountBody(Body):
    """What lies in the drawer, counted without being told what should."""

    cash: Annotated[list[PieceCount], msgspec.Meta(max_length=len(CNY_DENOMINATIONS))]
    others: Annotated[list[SlipCount], msgspec.Meta(max_length=32)] = msgspec.field(default_factory=list)


class CloseBody(MayBeApproved, kw_only=True):
    """Why the count differs from what was expected; needed beyond the chain's tolerance. A shift lead closes."""

    reason: Text = ""


class Shift(msgspec.Struct, frozen=True):
    """A till's shift. ``state``: open | counted."""

    shift: Id
    till: str
    day: str
    opened_by: str
    state: str


class Current(msgspec.Struct, frozen=True):
    """The till's shift that is not closed, or none; and the denominations that a count takes."""

    shift: Shift | None
    denominations: list[int]


class TenderFlow(msgspec.Struct, frozen=True):
    """One tender in a shift, minor units."""

    tender: str
    received: int
    paid_out: int


class Figures(msgspec.Struct, frozen=True):
    """All figures of a shift; amounts in minor units, ``sales``, ``refunds``, ``top_ups`` … are counts."""

    shift: Id
    opening: int
    cash_in: int
    cash_out: int
    sales: int
    sold: int
    saved: int
    rounding: int
    refunds: int
    refunded: int
    top_ups: int
    topped_up: int
    plans: int
    plans_sold: int
    withdrawals: int
    withdrawn: int
    claims_paid: int
    claims_amount: int
    tenders: list[TenderFlow]


class Counted(msgspec.Struct, frozen=True):
    """Money of one tender."""

    tender: str
    amount: int


class Difference(msgspec.Struct, frozen=True):
    """What was counted against what should be there; ``delta`` below zero: money is missing."""

    tender: str
    expected: int
    found: int
    delta: int


class Report(msgspec.Struct, frozen=True):
    """The Z report of a closed shift."""

    figures: Figures
    counted: list[Counted]
    differences: list[Difference]
    reason: str


def _current(work: Work, call: Call) -> Current:
    found = shifts.current(work.conn, call.user.at)
    return Current(show(found, Shift) if found else None, list(CNY_DENOMINATIONS))


def _open(work: Work, call: Call) -> Shift:
    body: OpenBody = call.body
    opened = shifts.open_shift(work.conn, work.at(call), body.day, body.float)
    work.tell("shift", till=call.user.at, state="open")
    work.tell("customer", till=call.user.at)
    return show(opened.shift, Shift)


def _cash(work: Work, call: Call) -> Nothing:
    body: CashBody = call.body
    shifts.cash(work.conn, work.at(call), body.act, body.amount, body.reason, approver=work.approver)
    return Nothing()


def _x(work: Work, call: Call) -> Figures:
    return show(shifts.x_report(work.conn, call.user.at), Figures)


def _count(work: Work, call: Call) -> Nothing:
    body: CountBody = call.body
    pieces: dict[int, int] = {}
    for row in body.cash:
        pieces[row.denomination] = pieces.get(row.denomination, 0) + row.pieces
    counted = (count_cash(pieces), *(CountedCash(row.tender, row.amount) for row in body.others))
    shifts.count(work.conn, work.at(call), counted)
    work.tell("shift", till=call.user.at, state="counted")
    return Nothing()


def _close(work: Work, call: Call) -> Report:
    body: CloseBody = call.body
    report = shifts.close_shift(work.conn, work.at(call), body.reason, approver=work.approver).report
    work.tell("shift", till=call.user.at, state="closed")
    work.tell("customer", till=call.user.at)
    return Report(
        show(report.figures, Figures),
        [Counted(row.tender, row.amount) for row in report.counted],
        [Difference(row.tender, row.expected, row.found, row.delta) for row in report.differences],
        report.reason,
    )


ROUTES = (
    read("/shift", "currentShift", "The till's present shift", Current, _current),
    act("POST /shift", "openShift", "Open a shift with a float", Shift, _open, body=OpenBody),
    act("POST /shift/cash", "moveCash", "Put cash in or take it out", Nothing, _cash, body=CashBody),
    read("/shift/x", "xReport", "The figures so far", Figures, _x, roles=SHIFT_LEAD),
    act("POST /shift/count", "countShift", "Count the drawer blind", Nothing, _count, body=CountBody),
    act("POST /shift/close", "closeShift", "Close the counted shift", Report, _close, body=CloseBody),
)
