"""A made-up basket priced as a till would price it, with each step: to see what rules do before anybody buys."""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.basket import Basket, add, set_member
from commerce.errors import InputError as TradeError
from commerce.pricing import PricedBasket, price
from commerce.promotions.check import check_promotion
from commerce.promotions.coupons import Coupon
from commerce.promotions.index import Promotions
from commerce.promotions.moments import Moment
from commerce.promotions.row import PromotionRow
from hq_server.head_office.catalogue import feed_of
from hq_server.head_office.price_book import PriceBook, rounding_of
from hq_server.head_office.values import business_day
from hq_server.head_office.values import day as check_day
from hq_server.storage.database import Connection

_SOMEBODY = b"\0" * 16
"""A member without a name: promotions ask only whether there is one, and of which tier."""


class Ask(NamedTuple):
    """What to price: (item, thousandths) for whom, where and when; ``promotion``: in place of the row of its code.

    ``day`` "": today; ``minute`` of that day. Each coupon is one unit of its template.
    """

    lines: Sequence[tuple[str, int]]
    branch: str
    member: bool
    tier: str
    day: str
    minute: int
    coupons: Sequence[str]
    promotion: PromotionRow | None


def priced(conn: Connection, ask: Ask, now: int) -> PricedBasket:
    """Price it; InputError ``unknown_branch``, ``bad_value``, and the refusals of ``commerce.basket`` and ``price``."""
    feed_of(conn, ask.branch)
    book = PriceBook(conn)
    catalogue = book.catalogue(conn, {item for item, _ in ask.lines})
    basket = Basket()
    for item, milli_qty in ask.lines:
        basket = add(basket, catalogue, item, milli_qty)
    tier = book.tier(ask.tier) if ask.tier else None
    if ask.tier and tier is None:
        raise TradeError("bad_code", field="tier")
    if ask.member or ask.tier:
        basket = set_member(basket, _SOMEBODY, ask.tier)
    promotions = book.in_force(conn, ask.branch)
    if ask.promotion is not None:
        check_promotion(ask.promotion)
        own = book.promotions(conn, ask.branch) if ask.branch else ()
        promotions = Promotions((*book.promotions(conn, ""), *own, ask.promotion))
    day = check_day(ask.day, "day") if ask.day else business_day(now)
    return price(
        basket,
        catalogue,
        tier,
        book.rules,
        rounding_of(conn, ask.branch),
        promotions=promotions,
        moment=Moment(day, ask.minute),
        coupons=[Coupon(_SOMEBODY, template, unit) for unit, template in enumerate(ask.coupons)],
    )
