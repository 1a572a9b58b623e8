"""Card plans and coupons: what can be bought, what a member holds, what they pay for in a basket."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce import basket as rules
from commerce import limits as bounds
from commerce.plans.row import PlanRow
from edge_node.till import baskets, coupons, held_plans, plans
from edge_node.till.plans import PlanOrder
from edge_node.web.approvals import Approved
from edge_node.web.basket_view import BasketAnswer, BasketRef, changed, customer
from edge_node.web.checkout import offers, unsynced
from edge_node.web.fields import LINE, Amount, Body, Code, Offers, Reason, Tendered
from edge_node.web.work import Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show


class BuyBody(Body):
    """A plan, and what is offered for it; ``total``: the price the cashier was shown, null not to check it."""

    plan: Code
    tenders: Offers
    total: Amount | None = None


class WhyBody(Approved, kw_only=True):
    """Why a card is frozen or runs again."""

    reason: Reason


class UndoPlanBody(Approved, kw_only=True):
    """Why a plan is taken back; the money goes back in cash, or by the tenders it came by."""

    reason: Reason
    in_cash: bool = False


class CoverBody(Body):
    """The member's plan that pays for the line; null: none."""

    plan: Code | None


class CouponsBody(Body):
    """Templates of the coupons handed over, one each time; in place of those before."""

    coupons: Annotated[list[Code], Meta(max_length=bounds.COUPONS_MAX)]


class GiveCouponsBody(Approved, kw_only=True):
    """Coupons given by hand, and why."""

    template: Code
    count: Annotated[int, Meta(ge=1, le=bounds.COUPONS_MAX)] = 1
    reason: Reason


class PlanAnswer(msgspec.Struct, frozen=True):
    """A plan that can be bought. Which figures count depends on the kind; ``days`` 0: for ever, ``tier``: its name.

    ``items`` and ``categories``: what it covers, both empty: anything; ``each``: uses for one unit.
    """

    code: str
    name: str
    kind: str
    price: int
    uses: int
    points: int
    bonus: int
    days: int
    tier: str
    items: list[str]
    categories: list[str]
    each: int


class PlanAnswers(msgspec.Struct, frozen=True):
    """The plans that are sold, by kind and price."""

    plans: list[PlanAnswer]


class PlanReceipt(msgspec.Struct, frozen=True):
    """A plan that is sold. ``issue``: its id; ``last_day`` "": for ever; ``balances``: usable here, per asset.

    ``paper``: the print job that waits to be asked for, 0: the paper is printed.
    """

    issue: Id
    number: str
    plan: str
    name: str
    kind: str
    paid: int
    tenders: list[Tendered]
    change: int
    first_day: str
    last_day: str
    uses: int
    points: int
    bonus: int
    balances: dict[str, int]
    unsynced: bool
    paper: int


class HeldPlan(msgspec.Struct, frozen=True):
    """A card that a member holds: a lot of uses, or a period or discount card.

    ``id`` "": all of it lies elsewhere. ``uses_here``: uses of it here, or pieces that a period still covers today (0
    without a limit). ``uses_chain``: uses of all such cards in the whole chain, null while HQ never said. ``why`` it is
    not usable: elsewhere | expired | frozen | not_begun | over | per_day_reached | member_frozen | unknown_plan.
    """

    id: str
    plan: str
    name: str
    kind: str
    uses_here: int
    uses_chain: int | None
    last_day: str
    frozen: bool
    usable: bool
    why: str


class HeldPlans(msgspec.Struct, frozen=True):
    """What a member holds."""

    plans: list[HeldPlan]


class PlanUndone(msgspec.Struct, frozen=True):
    """A plan that was taken back, and the money handed out."""

    id: Id
    tenders: list[Tendered]


class CouponsHeld(msgspec.Struct, frozen=True):
    """Coupons of one template. ``last_day`` of the first to expire, "" for ever."""

    template: str
    name: str
    here: int
    last_day: str


class CouponList(msgspec.Struct, frozen=True):
    """A member's coupons that are usable here."""

    coupons: list[CouponsHeld]


class CouponsGiven(msgspec.Struct, frozen=True):
    """Coupons were given."""

    issue: Id


def _list(work: Work, call: Call) -> PlanAnswers:
    _ = call
    rows = [row for row in work.book.plans.values() if row.active]
    return PlanAnswers([_plan(work, row) for row in sorted(rows, key=lambda row: (row.kind, row.price, row.code))])


def _plan(work: Work, row: PlanRow) -> PlanAnswer:
    tier = work.book.tier(row.tier)
    items, categories = list(row.target.items), list(row.target.categories)
    return show(row, PlanAnswer, tier=tier.name if tier else "", items=items, categories=categories)


def _buy(work: Work, call: Call) -> PlanReceipt:
    body: BuyBody = call.body
    order = PlanOrder(call.id("member"), body.plan, offers(body.tenders), body.total)
    done = plans.sell(work.conn, work.at(call), order)
    work.tell("member", member=call.params["member"])
    return show(done, PlanReceipt, unsynced=unsynced(work))


def _held(work: Work, call: Call) -> HeldPlans:
    who = customer(work, call.user.at, call.id("member"))
    found = held_plans.held_plans(work.conn, work.book, who)
    return HeldPlans([show(one, HeldPlan) for one in found])


def _freeze(work: Work, call: Call) -> Nothing:
    return _set_frozen(work, call, frozen=True)


def _thaw(work: Work, call: Call) -> Nothing:
    return _set_frozen(work, call, frozen=False)


def _set_frozen(work: Work, call: Call, *, frozen: bool) -> Nothing:
    body: WhyBody = call.body
    member = plans.freeze(work.conn, work.at(call), call.id("card"), body.reason, work.approver, frozen=frozen)
    work.tell("member", member=member.hex())
    return Nothing()


def _undo(work: Work, call: Call) -> PlanUndone:
    body: UndoPlanBody = call.body
    done = plans.undo(work.conn, work.at(call), call.id("card"), body.reason, work.approver, in_cash=body.in_cash)
    work.tell("member", member=done.member.hex())
    return show(done, PlanUndone)


def _cover(work: Work, call: Call) -> BasketRef:
    body: CoverBody = call.body
    line, plan = int(call.params["line"]), body.plan or ""
    result = baskets.change(work.conn, work.at(call), call.id("basket"), lambda old: rules.set_cover(old, line, plan))
    if plan:
        return changed(work, result)
    # What mends a basket that has no price must not be refused for the lines still to be mended.
    work.tell("customer", till=call.user.at)
    return BasketRef(result.id.hex())


def _coupons(work: Work, call: Call) -> BasketRef:
    body: CouponsBody = call.body
    named = tuple(body.coupons)
    result = baskets.change(work.conn, work.at(call), call.id("basket"), lambda old: rules.set_coupons(old, named))
    return changed(work, result)


def _coupons_held(work: Work, call: Call) -> CouponList:
    who = customer(work, call.user.at, call.id("member"))
    return CouponList([show(one, CouponsHeld) for one in coupons.held(work.book, who.wallet, who.day)])


def _give(work: Work, call: Call) -> CouponsGiven:
    body: GiveCouponsBody = call.body
    order = coupons.CouponOrder(call.id("member"), body.template, body.count, body.reason)
    done = coupons.give(work.conn, work.at(call), order, work.approver)
    work.tell("member", member=call.params["member"])
    return show(done, CouponsGiven)


ROUTES = (
    read("/plans", "plans", "Card plans that are sold", PlanAnswers, _list),
    act("POST /members/{member}/plans", "buyPlan", "Sell a card plan", PlanReceipt, _buy, body=BuyBody),
    read("/members/{member}/plans", "memberPlans", "Card plans that a member holds", HeldPlans, _held),
    act("POST /plans/{card}/freeze", "freezePlan", "Freeze a period or discount card", Nothing, _freeze, body=WhyBody),
    act("POST /plans/{card}/thaw", "thawPlan", "Let a frozen card run again", Nothing, _thaw, body=WhyBody),
    act("POST /plans/{card}/undo", "undoPlan", "Take an unused plan back", PlanUndone, _undo, body=UndoPlanBody),
    act(
        "PUT /baskets/{basket}/lines/{line}/plan",
        "coverLine",
        "Let a card plan pay for a line",
        BasketAnswer,
        _cover,
        body=CoverBody,
        params={"line": LINE},
    ),
    act(
        "PUT /baskets/{basket}/coupons",
        "setCoupons",
        "Say which coupons are handed over",
        BasketAnswer,
        _coupons,
        body=CouponsBody,
    ),
    read("/members/{member}/coupons", "memberCoupons", "A member's coupons", CouponList, _coupons_held),
    act(
        "POST /members/{member}/coupons",
        "giveCoupons",
        "Give coupons by hand",
        CouponsGiven,
        _give,
        body=GiveCouponsBody,
    ),
)
