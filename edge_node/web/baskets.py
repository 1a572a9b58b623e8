"""Baskets: opened, held (挂单), recalled (取单) at any till, given a member and a discount, thrown away."""

from commerce.basket import HandDiscount
from edge_node.till import baskets
from edge_node.web.approvals import MayBeApproved
from edge_node.web.basket_view import BasketAnswer, BasketRef, Baskets, basket_answer, basket_row, changed, visible
from edge_node.web.fields import Amount, Body, PerMille, Text
from edge_node.web.work import Nothing, Work, act, read
from foundation.http_api.route import Call, Id


class NewBasketBody(Body):
    """A new basket, maybe for a member."""

    member: Id | None = None


class MemberBody(Body):
    """Who buys; null makes it a walk-in."""

    member: Id | None


class DiscountBody(Body):
    """A discount by hand: thousandths of the amount, or minor units; exactly one of the two is above 0."""

    per_mille: PerMille = 0
    amount: Amount = 0
    reason: Text = ""

    def given(self) -> HandDiscount:
        """Return it as commerce takes it; who approved is written in by the till."""
        return HandDiscount(self.per_mille, self.amount, "", self.reason)


class OrderDiscountBody(MayBeApproved, kw_only=True):
    """The discount on the whole order; null clears it."""

    discount: DiscountBody | None


class TakeBody(MayBeApproved):
    """Who approves, where a colleague rang the basket up."""


class HoldBody(Body):
    """A word by which the held basket is recognised."""

    note: Text = ""


def _list(work: Work, call: Call) -> Baskets:
    mine = baskets.list_all(work.conn, "open", call.user.at)
    held = baskets.list_all(work.conn, "held")
    others = baskets.list_others(work.conn, call.user.at)
    return Baskets(*([basket_row(row) for row in rows] for rows in (mine, held, others)))


def _create(work: Work, call: Call) -> BasketRef:
    body: NewBasketBody = call.body
    at = work.at(call)
    made = baskets.create(work.conn, at)
    if body.member is not None:
        made = baskets.set_member(work.conn, at, made.id, bytes.fromhex(body.member))
    work.tell("customer", till=call.user.at)
    return BasketRef(made.id.hex())


def _one(work: Work, call: Call) -> BasketAnswer:
    return basket_answer(work, call, visible(work, call, call.id("basket")))


def _member(work: Work, call: Call) -> BasketRef:
    body: MemberBody = call.body
    member = bytes.fromhex(body.member) if body.member else b""
    return changed(work, baskets.set_member(work.conn, work.at(call), call.id("basket"), member))


def _discount(work: Work, call: Call) -> BasketRef:
    body: OrderDiscountBody = call.body
    given = body.discount.given() if body.discount else None
    result = baskets.discount(work.conn, work.at(call), call.id("basket"), None, given, approver=work.approver)
    return changed(work, result)


def _hold(work: Work, call: Call) -> Nothing:
    body: HoldBody = call.body
    baskets.hold(work.conn, work.at(call), call.id("basket"), body.note)
    work.tell("basket", basket=call.params["basket"], state="held", till=call.user.at)
    work.tell("customer", till=call.user.at)
    return Nothing()


def _recall(work: Work, call: Call) -> BasketRef:
    found = baskets.recall(work.conn, work.at(call), call.id("basket"))
    work.tell("basket", basket=call.params["basket"], state="open", till=call.user.at)
    work.tell("customer", till=call.user.at)
    return BasketRef(found.id.hex())


def _take(work: Work, call: Call) -> BasketRef:
    before = baskets.get(work.conn, call.id("basket"))
    found = baskets.take(work.conn, work.at(call), call.id("basket"), approver=work.approver)
    work.tell("basket", basket=call.params["basket"], state="open", till=call.user.at)
    for till in dict.fromkeys((before.till, call.user.at)):
        work.tell("customer", till=till)
    return BasketRef(found.id.hex())


def _drop(work: Work, call: Call) -> Nothing:
    baskets.drop(work.conn, work.at(call), call.id("basket"))
    work.tell("customer", till=call.user.at)
    return Nothing()


ROUTES = (
    read(
        "/baskets",
        "listBaskets",
        "Baskets of this till, held ones, and other tills’",
        Baskets,
        _list,
    ),
    act("POST /baskets", "openBasket", "Open a basket", BasketAnswer, _create, body=NewBasketBody),
    read("/baskets/{basket}", "basket", "A basket, priced and explained", BasketAnswer, _one),
    act("DELETE /baskets/{basket}", "dropBasket", "Throw a basket away", Nothing, _drop),
    act("PUT /baskets/{basket}/member", "setMember", "Say who buys", BasketAnswer, _member, body=MemberBody),
    act(
        "PUT /baskets/{basket}/discount",
        "discountOrder",
        "Discount the whole order by hand",
        BasketAnswer,
        _discount,
        body=OrderDiscountBody,
    ),
    act("POST /baskets/{basket}/hold", "holdBasket", "Put a basket aside", Nothing, _hold, body=HoldBody),
    act("POST /baskets/{basket}/recall", "recallBasket", "Take a held basket to this till", BasketAnswer, _recall),
    act(
        "POST /baskets/{basket}/take",
        "takeBasket",
        "Take over what is open at another till",
        BasketAnswer,
        _take,
        body=TakeBody,
    ),
)
