"""A basket as a screen shows it: every line with its price and the steps that led there."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from commerce.basket import BasketLine, HandDiscount, PriceOverride
from commerce.errors import CommerceError
from commerce.pricing import PricedBasket, PricedLine, Step
from commerce.promotions.near import NearMiss as NearlyReached
from edge_node.errors import Code, NotNowError
from edge_node.ledger.price_book import PriceBook
from edge_node.till import baskets, moments
from edge_node.till.baskets import StoredBasket
from edge_node.till.buyers import Buyer, buyer
from edge_node.web.products import Product
from edge_node.web.work import Work
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show


class PriceStep(msgspec.Struct, frozen=True):
    """One step of a price: what it is called (``code``, ``params``), what it added (minor units, may be below 0).

    ``params`` names what it speaks of: ``name`` of a promotion, plan or tier, ``approved_name`` of who allowed it.
    """

    code: str
    params: dict[str, int | str]
    amount: int


class Discount(msgspec.Struct, frozen=True):
    """A discount by hand: thousandths or minor units, one of the two."""

    per_mille: int
    amount: int
    approved_by: str
    reason: str


class Override(msgspec.Struct, frozen=True):
    """A unit price set by hand."""

    price: int
    approved_by: str
    reason: str


class Line(msgspec.Struct, frozen=True):
    """One line. ``charged`` is what it costs after everything; ``steps`` sum to it.

    ``attendant``: staff numbers joined by commas. ``picture``: hash under ``/pictures``, or "".
    ``cover``: the card plan that pays for it; ``covers``: plans of the member that could.
    """

    line: int
    item: str
    name: str
    unit: str
    weighed: bool
    picture: str
    milli_qty: int
    unit_price: int
    list_amount: int
    charged: int
    rounding: int
    steps: list[PriceStep]
    override: Override | None
    discount: Discount | None
    note: str
    attendant: str
    label_amount: int | None
    cover: str = ""
    covers: list[str] = msgspec.field(default_factory=list)


class RefusedCoupon(msgspec.Struct, frozen=True):
    """A coupon of the basket that is not used, and why.

    not_here (the member has no further one that is usable here), unknown, not_for_customer, not_running, too_many,
    nothing (it lowers nothing in this basket).
    """

    coupon: str
    reason: str


class AppliedPromotion(msgspec.Struct, frozen=True):
    """A promotion that lowered the basket: by how much in all, and how often it counted."""

    code: str
    name: str
    kind: str
    saved: int
    times: int


class NearMiss(msgspec.Struct, frozen=True):
    """A promotion nearly reached: ``missing`` minor units (``amount``), pieces, or pieces of a gift that may be taken.

    ``saves``: what would come off what is in the basket, 0 where that depends on what is added. ``items`` and
    ``categories``: of what; both empty: of anything. ``item_names``: of the items, in their order.
    """

    code: str
    name: str
    kind: str
    lacks: Literal["gift", "pieces", "amount"]
    missing: int
    saves: int
    items: list[str]
    categories: list[str]
    item_names: list[str]


class BasketAnswer(msgspec.Struct, frozen=True):
    """A basket, priced. ``problem``: a code when it has no price now (an item left the catalogue): take it out.

    ``choices``: products that share the code just scanned; the cashier picks one and adds it by its item.
    ``promotions``: those applied (each line's steps say where); ``near``: those nearly reached, the easiest first.
    ``covered``: what card plans pay of the total; ``due``: what is left to be paid by tenders. ``coupons``: templates
    handed over.
    """

    basket: Id
    till: str
    state: str
    staff: str
    note: str
    changed_at: int
    member: Id | None
    member_name: str
    tier: str
    lines: list[Line]
    discount: Discount | None
    subtotal: int
    saved: int
    rounding: int
    total: int
    problem: str = ""
    choices: list[Product] = msgspec.field(default_factory=list)
    promotions: list[AppliedPromotion] = msgspec.field(default_factory=list)
    near: list[NearMiss] = msgspec.field(default_factory=list)
    covered: int = 0
    due: int = 0
    coupons: list[str] = msgspec.field(default_factory=list)
    refused_coupons: list[RefusedCoupon] = msgspec.field(default_factory=list)


class BasketRow(msgspec.Struct, frozen=True):
    """A basket in a list, without its price."""

    basket: Id
    till: str
    state: str
    staff: str
    note: str
    changed_at: int
    member: Id | None
    lines: int


class Baskets(msgspec.Struct, frozen=True):
    """The open baskets of this till, all that are held, and what is open with goods at other tills (``take``)."""

    open: list[BasketRow]
    held: list[BasketRow]
    others: list[BasketRow]


def basket_row(stored: StoredBasket) -> BasketRow:
    """Show a basket in a list."""
    return BasketRow(
        stored.id.hex(),
        stored.till,
        stored.state,
        stored.staff,
        stored.note,
        stored.changed_at,
        stored.basket.member.hex() or None,
        len(stored.basket.lines),
    )


class BasketRef(msgspec.Struct, frozen=True, tag="basket"):
    """What is stored of a change of a basket; the answer shows the basket as it is when it is given.

    Storing each answer whole would keep gigabytes of baskets that were paid long ago.
    """

    basket: Id
    choices: list[str] = msgspec.field(default_factory=list)


def changed(work: Work, stored: StoredBasket) -> BasketRef:
    """Refer to a basket just changed; commerce InputError when it has no price any more: the change is undone then.

    Promotions only lower a price that there is, so the moment does not matter here. A plan that does not cover its line
    is an error as well.
    """
    baskets.priced(work.book, stored.basket, None, customer(work, stored.till, stored.basket.member))
    work.tell("customer", till=stored.till)
    return BasketRef(stored.id.hex())


def customer(work: Work, till: str, member: bytes) -> Buyer:
    """Read who buys, on the business date of the till's shift, without one by the calendar; b"" is a walk-in."""
    now = moments.moment(work.conn, work.book, till, work.deps.runtime.now())
    return buyer(work.conn, work.node, work.book, member, now.day if now else "")


def see(work: Work, call: Call, ref: BasketRef) -> BasketAnswer:
    """Show a basket that was changed; NotNowError when it is another till's by now, MendInputError when it is gone."""
    choices = [show(work.book.catalogue.item(item), Product) for item in ref.choices]
    return basket_answer(work, call, visible(work, call, bytes.fromhex(ref.basket)), choices)


def visible(work: Work, call: Call, basket: bytes) -> StoredBasket:
    """Return a basket that this till may look at: its own open ones, and whatever is held."""
    found = baskets.get(work.conn, basket)
    if found.state == "open" and found.till != call.user.at:
        raise NotNowError(Code.BASKET_ELSEWHERE, basket=basket.hex())
    return found


def basket_answer(work: Work, call: Call, stored: StoredBasket, choices: Sequence[Product] = ()) -> BasketAnswer:
    """Show a basket priced now; one that has no price is shown with its problem, so that it can be mended."""
    basket = stored.basket
    problem = ""
    who, now = customer(work, call.user.at, basket.member), moments.moment(work.conn, work.book, call.user.at, call.now)
    try:
        priced = baskets.priced(work.book, basket, now, who)
    except CommerceError as error:
        priced, problem = PricedBasket((), 0, 0, 0, 0), error.code
    lines = {line.line: line for line in priced.lines}
    return BasketAnswer(
        stored.id.hex(),
        stored.till,
        stored.state,
        stored.staff,
        stored.note,
        stored.changed_at,
        basket.member.hex() or None,
        who.card.masked_name if who.card else "",
        basket.tier,
        [_line(line, lines.get(line.line), work.book) for line in basket.lines],
        _discount(basket.discount),
        priced.subtotal,
        priced.saved,
        priced.rounding,
        priced.total,
        problem,
        list(choices),
        [show(row, AppliedPromotion) for row in priced.promotions],
        [_near(work.book, row) for row in priced.near],
        priced.covered,
        priced.due,
        list(basket.coupons),
        [RefusedCoupon(row.template, row.reason) for row in priced.refused],
    )


def _line(line: BasketLine, priced: PricedLine | None, book: PriceBook) -> Line:
    """Join a line with its price; without one it costs nothing yet."""
    product = book.catalogue.find(line.item)
    return Line(
        line.line,
        line.item,
        priced.name if priced else line.item,
        product.unit if product else "",
        product.weighed if product else False,
        product.picture if product else "",
        line.milli_qty,
        priced.unit_price if priced else 0,
        priced.list_amount if priced else 0,
        priced.charged if priced else 0,
        priced.rounding if priced else 0,
        [_step(book, step) for step in priced.steps] if priced else [],
        _override(line.override),
        _discount(line.discount),
        line.note,
        line.attendant,
        line.label_amount,
        line.cover,
        list(priced.covers) if priced else [],
    )


def _step(book: PriceBook, step: Step) -> PriceStep:
    """Show a step with the names of what its parameters speak of."""
    params = dict(step.params)
    tier, giver = book.tiers.get(str(params.get("tier", ""))), book.staff.get(str(params.get("approved_by", "")))
    if tier is not None:
        params["name"] = tier.name
    if giver is not None:
        params["approved_name"] = giver.name
    return PriceStep(step.code, params, step.amount)


def _near(book: PriceBook, miss: NearlyReached) -> NearMiss:
    """Show a promotion nearly reached with the names of its items; one that left the catalogue keeps its number."""
    rows = ((item, book.catalogue.find(item)) for item in miss.items)
    return show(miss, NearMiss, item_names=[row.name if row else item for item, row in rows])


def _discount(given: HandDiscount | None) -> Discount | None:
    return None if given is None else show(given, Discount)


def _override(given: PriceOverride | None) -> Override | None:
    return None if given is None else show(given, Override)
