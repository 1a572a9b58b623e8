"""Sales priced once more: what was sold honestly is explained, what was not is found."""

from dataclasses import replace

import pytest
from hypothesis import given
from pricing_samples import LAW, ROUNDINGS
from promotion_samples import COUPONS, GOLD, NOON, SHOP, filled, promotions

from commerce import basket as baskets
from commerce.basket import Basket, HandDiscount, PriceOverride
from commerce.catalogue import Catalogue
from commerce.facts import Sale, SaleLine, Use
from commerce.pricing import NO_ROUNDING, price
from commerce.promotions.coupons import coupon_asset
from commerce.promotions.index import Promotions
from commerce.reference import ProductRow
from commerce.reprice import QUICK_ITEM, Then, reprice

ROWS = {row.item: row for row in SHOP}


def sale_of(priced, member=b"", coupons=()):
    """The fact's lines of a priced basket; of its lots only the coupons used."""
    lines = tuple(
        SaleLine(
            line.item,
            line.name,
            line.milli_qty,
            line.unit_price,
            line.list_amount,
            line.charged,
            line.rounding,
            "",
            line.discounts,
            (),
        )
        for line in priced.lines
    )
    used = [lot for row in priced.promotions for lot in row.coupons]
    names = {coupon.lot: coupon.template for coupon in coupons}
    uses = tuple(Use(lot, coupon_asset(names[lot]), "HQ", used.count(lot), 0) for lot in dict.fromkeys(used))
    what = (b"s" * 16, "1", b"", "2026-11-29", "前台1", "1001", member)
    return Sale(*what, lines, (), uses, None, 0, (0, 1), priced.rounding, ())


def line_changed(sale, **changed):
    """The sale with another first line."""
    return replace(sale, lines=(sale.lines[0]._replace(**changed), *sale.lines[1:]))


@LAW
@given(filled(), promotions(), COUPONS, ROUNDINGS)
def test_what_was_sold_honestly_is_explained(basket, rows, coupons, rounding):
    """Whatever people and promotions did, the rows of the time lead to the very prices of the sale."""
    coupons = tuple({coupon.lot: coupon for coupon in coupons}.values())
    tier = GOLD if basket.member else None
    promos = Promotions(rows)
    done = price(basket, SHOP, tier, rounding=rounding, promotions=promos, moment=NOON, coupons=coupons)
    then = Then(ROWS, {"gold": GOLD}, promos, rounding=rounding, moment=NOON)
    came = reprice(sale_of(done, basket.member, coupons), then, "gold")
    assert came.agrees, (came, done)
    assert came.expected == came.found == done.total


@LAW
@given(filled(by_hand=False, member=True), promotions())
def test_one_cent_less_is_found(basket, rows):
    """A line that costs a cent less than the rows say is not explained."""
    promos = Promotions(rows)
    done = price(basket, SHOP, GOLD, promotions=promos, moment=NOON)
    sale = sale_of(done, basket.member)
    if sale.lines[0].charged:
        came = reprice(
            line_changed(sale, charged=sale.lines[0].charged - 1), Then(ROWS, {"gold": GOLD}, promos, moment=NOON)
        )
        assert not came.agrees


def sold(item="1001", milli_qty=1000, **more):
    """A sale of one line out of a small shop."""
    shop = Catalogue(
        [
            ProductRow("1001", "东北大米", "粮油", "袋", 999),
            ProductRow("42", "车厘子", "水果", "公斤", 1280, weighed=True),
        ]
    )
    basket = baskets.add(Basket(), shop, item, milli_qty, **more)
    return sale_of(price(basket, shop)), Then({row.item: row for row in shop}, {"gold": GOLD})


@pytest.mark.parametrize(
    "changed",
    [
        {"unit_price": 500, "list_amount": 500, "charged": 500},
        {"discounts": (("promotion:none", -99),), "charged": 900},
        {"discounts": (("tier", -120),), "charged": 879},
        {"rounding": -9, "charged": 990},
        {"milli_qty": 3000},
    ],
)
def test_prices_that_no_row_explains_are_found(changed):
    """A lower list price, a promotion that does not run, a tier without a member, rounding nobody set."""
    sale, then = sold()
    assert reprice(sale, then).agrees
    came = reprice(line_changed(sale, **changed), then)
    assert not came.agrees
    assert [line.agrees for line in came.lines] == [False]


def test_what_people_gave_is_taken_as_it_stands():
    """A price by hand above the row's, or a discount by hand, is for the till's approval, not for this."""
    sale, then = sold()
    assert reprice(line_changed(sale, unit_price=1500, list_amount=1500, charged=1500), then).agrees
    assert reprice(line_changed(sale, discounts=(("override", -199),), charged=800), then).agrees
    assert reprice(line_changed(sale, discounts=(("line_discount", -99),), charged=900), then).agrees
    by_hand = baskets.set_override(
        baskets.add(Basket(), Catalogue([ROWS["apple"]]), "apple", 333), 1, PriceOverride(1, "7")
    )
    by_hand = baskets.set_order_discount(by_hand, HandDiscount(amount=1, approved_by="7"))
    assert reprice(sale_of(price(by_hand, SHOP)), Then(ROWS, {}, rounding=NO_ROUNDING)).agrees


def test_labels_of_the_shop_are_believed():
    """A label's amount is the list amount; of weighed goods it must be what the weight costs."""
    sale, then = sold("42", 500, label_amount=640)
    assert reprice(sale, then).agrees
    assert not reprice(line_changed(sale, list_amount=320, charged=320), then).agrees
    sale, then = sold(label_amount=700)
    assert reprice(sale, then).agrees


def test_quick_sales_and_lines_of_card_plans_are_not_judged_by_rows():
    """A quick sale has no row; what a plan paid is booked by what its uses are worth."""
    sale, then = sold()
    quick = line_changed(sale, item=QUICK_ITEM, unit_price=5000, list_amount=5000, charged=5000)
    assert reprice(quick, then).agrees
    assert reprice(line_changed(sale, discounts=(("plan:wash", -999),), charged=0), then).lines == ()


def test_an_item_that_nobody_had_is_said_so():
    """Goods without a row cannot be priced: that is the finding."""
    sale, then = sold()
    came = reprice(line_changed(sale, item="9999"), then)
    assert (came.problem, came.agrees, came.found) == ("unknown_item", False, 999)


def test_the_tier_that_explains_is_told():
    """A member who has moved to another tier since was priced by the one of that time."""
    shop = Catalogue([ROWS["cola"]]) if "cola" in ROWS else SHOP
    item = next(iter(shop)).item
    basket = baskets.set_member(baskets.add(Basket(), shop, item, 1000), b"m" * 16, "gold")
    sale = sale_of(price(basket, shop, GOLD), b"m" * 16)
    came = reprice(sale, Then(ROWS, {"gold": GOLD}), "silver")
    assert came.agrees
    assert came.tier == ("gold" if sale.lines[0].discounts else came.tier)
