"""Money in: checkout of a basket, quick sale, top-up and its undo. None of it waits for the network."""

from collections.abc import Sequence

import msgspec

from commerce.reference import TopUpRuleRow
from commerce.tender import Offer
from edge_node.till import checkout, saved_change, top_up, withdrawals
from edge_node.till.checkout import Payment, SaleDone
from edge_node.till.top_up import TopUpOrder
from edge_node.web.approvals import Approved
from edge_node.web.fields import Amount, Attendants, Body, MaybeCode, OfferBody, Offers, Pin, Positive, Reason, Tendered
from edge_node.web.work import Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show


class PayBody(Body):
    """What is paid by what; ``total``: what the cashier was shown, null not to check it.

    ``change_to_balance``: the change goes into the member's balance, where the chain wants that. ``password``: of the
    member's card, for ``password_needed``.
    """

    tenders: Offers
    total: Amount | None = None
    change_to_balance: bool = False
    password: Pin | None = None


class QuickSaleBody(Body):
    """An amount without goods (快速收银), maybe to a member. ``attendant``: who served."""

    amount: Positive
    tenders: Offers
    member: Id | None = None
    attendant: Attendants = ""
    change_to_balance: bool = False
    password: Pin | None = None


class TopUpBody(Body):
    """Money for value; ``rule`` "": without a bonus."""

    amount: Positive
    tenders: Offers
    rule: MaybeCode = ""


class UndoBody(Approved, kw_only=True):
    """Why a top-up is undone; the money goes back in cash, or by the tenders it came by."""

    reason: Reason
    in_cash: bool = False


class Receipt(msgspec.Struct, frozen=True):
    """A sale that is done. ``balances``: what the member can still use here, per asset.

    ``unsynced``: HQ was not in reach, so the chain hears of it later. ``saved_change``: change that went
    into the balance, and is no part of ``change``. ``paper``: the print job that waits to be asked for, 0: the receipt
    is printed.
    """

    sale: Id
    number: str
    total: int
    tenders: list[Tendered]
    change: int
    points_earned: int
    member: str
    balances: dict[str, int]
    unsynced: bool
    saved_change: int
    paper: int


class TopUpReceipt(msgspec.Struct, frozen=True):
    """A top-up that is done. ``returned``: value put at the whole chain's disposal at once, no longer held here.

    ``paper``: the print job that waits to be asked for, 0: the receipt is printed.
    """

    issue: Id
    number: str
    paid: int
    bonus: int
    points: int
    returned: int
    tenders: list[Tendered]
    change: int
    balances: dict[str, int]
    unsynced: bool
    paper: int


class Undone(msgspec.Struct, frozen=True):
    """A top-up taken back, and the money handed out."""

    withdraw: Id
    tenders: list[Tendered]


class TopUpRule(msgspec.Struct, frozen=True):
    """What a top-up between the two amounts gives; minor units, ``bonus_days`` 0: for ever."""

    code: str
    name: str
    min_amount: int
    max_amount: int
    bonus: int
    bonus_per_mille: int
    points: int
    bonus_days: int
    staged: list[tuple[int, int]]


class TopUpRules(msgspec.Struct, frozen=True):
    """The rules in force."""

    rules: list[TopUpRule]


def offers(rows: Sequence[OfferBody]) -> tuple[Offer, ...]:
    """Return offers as commerce takes them."""
    return tuple(Offer(row.tender, row.amount, row.ref) for row in rows)


def _checkout(work: Work, call: Call) -> Receipt:
    body: PayBody = call.body
    payment = Payment(offers(body.tenders), body.total, work.proved)
    return _receipt(work, call, checkout.checkout(work.conn, work.at(call), call.id("basket"), payment))


def _quick(work: Work, call: Call) -> Receipt:
    body: QuickSaleBody = call.body
    member = bytes.fromhex(body.member) if body.member else b""
    payment = Payment(offers(body.tenders), proved=work.proved)
    sold = checkout.quick_sale(work.conn, work.at(call), body.amount, payment, member=member, attendant=body.attendant)
    return _receipt(work, call, sold)


def _receipt(work: Work, call: Call, done: SaleDone) -> Receipt:
    if call.body.change_to_balance:
        done = saved_change.save(work.conn, work.at(call), done)
    work.tell("customer", till=call.user.at)
    if done.member:
        work.tell("member", member=done.member.hex())
    return show(done, Receipt, unsynced=unsynced(work))


def _top_up(work: Work, call: Call) -> TopUpReceipt:
    body: TopUpBody = call.body
    order = TopUpOrder(call.id("member"), body.amount, body.rule, offers(body.tenders))
    done = top_up.top_up(work.conn, work.at(call), order)
    work.tell("customer", till=call.user.at)
    work.tell("member", member=call.params["member"])
    return show(done, TopUpReceipt, unsynced=unsynced(work))


def _undo(work: Work, call: Call) -> Undone:
    body: UndoBody = call.body
    done = withdrawals.undo_top_up(
        work.conn, work.at(call), call.id("issue"), body.reason, work.approver, in_cash=body.in_cash
    )
    return show(done, Undone)


def unsynced(work: Work) -> bool:
    """Whether HQ is out of reach, so that the chain hears of this later."""
    return not work.node.standalone and not work.link.connected


def _rules(work: Work, call: Call) -> TopUpRules:
    _ = call
    rows: list[TopUpRuleRow] = sorted(work.book.top_up_rules.values(), key=lambda row: (row.min_amount, row.code))
    return TopUpRules([show(row, TopUpRule) for row in rows if row.active])


ROUTES = (
    act("POST /baskets/{basket}/checkout", "checkout", "Sell a basket", Receipt, _checkout, body=PayBody),
    act("POST /quick-sales", "quickSale", "Sell an amount", Receipt, _quick, body=QuickSaleBody),
    read("/top-up-rules", "topUpRules", "What a top-up gives", TopUpRules, _rules),
    act("POST /members/{member}/top-ups", "topUp", "Top a member up", TopUpReceipt, _top_up, body=TopUpBody),
    act("POST /top-ups/{issue}/undo", "undoTopUp", "Take a top-up back", Undone, _undo, body=UndoBody),
)
