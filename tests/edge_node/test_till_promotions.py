"""Promotions at a till: from the feed into the price, by the shift's date and the shop's clock, onto sale and paper."""

from dataclasses import replace

import pytest
from edge_feed import send
from edge_shop import DAY, Shop
from paper_shop import setting, text

from commerce.pricing import PricedBasket
from commerce.promotions.moments import Moment
from commerce.promotions.row import Off, PromotionRow, Target, Window
from commerce.reference import CHAIN_FEED, branch_feed
from commerce.tender import Offer
from edge_node.errors import Code, NotNowError
from edge_node.ledger import bodies, reference_local
from edge_node.ledger.projections import read_sale
from edge_node.till import baskets, checkout, moments
from edge_node.till.buyers import WALK_IN
from edge_node.till.checkout import Payment

SECOND = PromotionRow(
    "second", "饮品第二杯半价", "nth_item", target=Target((), ("饮品",)), every=2, off=Off("per_mille", 500)
)
KEY = "promotion:second"
HOUR = 3_600_000
TEN = 1_772_330_400_000
"""Ten in the morning of the shop's day, in China."""


def priced(shop: Shop, basket: bytes) -> PricedBasket:
    """A basket as the till shows it."""
    book = shop.at().book
    stored = baskets.get(shop.conn, basket).basket
    return baskets.priced(book, stored, moments.moment(shop.conn, book, shop.till, shop.now), WALK_IN)


def test_a_promotion_of_the_feed_prices_the_next_basket(shop: Shop):
    """HQ's row counts from the page that brings it until it is retired, and the sale is charged what was shown."""
    shop.open()
    basket = shop.basket(("tea", 2000), ("cake", 1000))
    assert priced(shop, basket).total == 5200
    assert send(shop, CHAIN_FEED, (KEY, SECOND)).reference_changed
    shown = priced(shop, basket)
    assert (shown.total, shown.promotions[0].code) == (4450, "second")
    done = shop.write(checkout.checkout, shop.at(), basket, Payment([Offer("cash", 4450)], 4450))
    assert read_sale(shop.conn, done.entry.id).lines[0].discounts == (("promotion:second", -750),)
    send(shop, CHAIN_FEED, (KEY, replace(SECOND, active=False)))
    assert priced(shop, shop.basket(("tea", 2000))).total == 3000


def test_a_branchs_own_promotion_wins(shop: Shop):
    """The branch's row stands in place of the chain's of the same code, also to switch it off; its end restores it."""
    basket = shop.basket(("tea", 2000))
    send(shop, CHAIN_FEED, (KEY, SECOND))
    own = branch_feed(shop.node.branch)
    assert send(shop, own, (KEY, replace(SECOND, off=Off("per_mille", 1000)))).reference_changed
    assert priced(shop, basket).total == 1500
    send(shop, own, (KEY, replace(SECOND, active=False)))
    assert priced(shop, basket).total == 3000
    send(shop, own, (KEY, None))
    assert priced(shop, basket).total == 2250


def test_what_this_version_does_not_know_is_passed_over(shop: Shop):
    """A kind of a later version, or a body that cannot be read, leaves the price and the other promotions alone."""
    basket = shop.basket(("tea", 2000))
    lottery = ("promotion:lottery", replace(SECOND, code="lottery", kind="lottery"))
    send(shop, CHAIN_FEED, lottery, ("promotion:broken", {"code": 7}), (KEY, SECOND))
    assert priced(shop, basket).total == 2250


def test_the_moment_is_the_shifts_date_and_the_shops_clock(shop: Shop):
    """Dates are the shift's; the clock is the chain's time zone; without a shift the calendar counts."""
    shop.now = TEN
    book = shop.at().book
    assert moments.moment(shop.conn, book, "T1", TEN) == Moment(DAY, 600)
    shop.open(day="2026-02-28")
    assert moments.moment(shop.conn, book, "T1", TEN) == Moment("2026-02-28", 600 + 1440)
    assert moments.moment(shop.conn, book, "T2", TEN) == Moment(DAY, 600)
    setting(shop, time_zone='"America/New_York"')
    assert moments.moment_on(shop.at().book, DAY, TEN) == Moment(DAY, 21 * 60)
    assert moments.moment_on(book, DAY, 2**62) is None


def test_a_window_that_closes_before_payment_is_told(shop: Shop):
    """What was shown at 16:59 is not silently charged otherwise at 17:00: the total guard says so."""
    shop.open()
    afternoon = replace(SECOND, windows=(Window((), 14 * 60, 17 * 60),))
    shop.write(reference_local.write_row, shop.node, afternoon, "301", shop.now)
    shop.books.forget()
    basket = shop.basket(("tea", 2000))
    shop.now = TEN + 7 * HOUR - 1
    shown = priced(shop, basket)
    assert shown.total == 2250
    shop.now += 1
    with pytest.raises(NotNowError) as refusal:
        shop.write(checkout.checkout, shop.at(), basket, Payment([Offer("cash", 2250)], shown.total))
    assert (refusal.value.code, refusal.value.evidence) == (Code.TOTAL_CHANGED, {"shown": 2250, "total": 3000})
    assert shop.write(checkout.checkout, shop.at(), basket, Payment([Offer("cash", 3000)], 3000)).total == 3000


def test_a_quick_sale_takes_no_part(shop: Shop):
    """An amount without goods is nobody's promotion."""
    shop.open()
    everything = PromotionRow("all", "全场九折", "discount", off=Off("per_mille", 100))
    shop.write(reference_local.write_row, shop.node, everything, "301", shop.now)
    shop.books.forget()
    assert shop.write(checkout.quick_sale, shop.at(), 1000, Payment([Offer("cash", 1000)])).total == 1000


def test_a_receipt_names_the_promotion(shop: Shop):
    """The line's discount bears the promotion's name, also after it was retired; a row that is gone leaves a word."""
    shop.open()
    shop.write(reference_local.write_row, shop.node, SECOND, "301", shop.now)
    shop.books.forget()
    shop.sell([Offer("cash", 3000)], ("tea", 2000))
    assert "饮品第二杯半价" in "".join(text(shop))
    shop.write(reference_local.write_row, shop.node, replace(SECOND, active=False), "301", shop.now)
    shop.books.forget()
    assert "饮品第二杯半价" in "".join(text(shop))
    shop.write(reference_local.remove_row, shop.node, KEY, "301", shop.now)
    shop.books.forget()
    assert "促销优惠" in "".join(text(shop))


def test_a_rows_bytes_are_stable(shop: Shop):
    """A promotion survives its encoding whole, whatever its kind reads."""
    assert bodies.decode_row(KEY, bodies.encode(SECOND)) == SECOND
    assert bodies.decode_row("promotion:x", b"\xc1") is None
    assert shop.at().book.promotions.entries == ()
