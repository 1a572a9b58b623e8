"""The laws of pricing, and what the page's tables cannot show: explanations, labels, refusals."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from pricing_samples import LAW, ROUNDINGS, RULES, TIERS, filled

from commerce import basket as baskets
from commerce.basket import Basket, HandDiscount, PriceOverride
from commerce.catalogue import Catalogue
from commerce.errors import InputError
from commerce.pricing import (
    NO_ROUNDING,
    ROUNDING_RULES,
    STAGES,
    PricedBasket,
    PricingRules,
    Step,
    price,
    rounding_rule,
)
from commerce.reference import ProductRow, TierRow

RICE = ProductRow("1001", "东北大米", "粮油", "袋", 999, levels=(("member", 900),))
CARD = ProductRow("1002", "会员卡工本费", "其他", "张", 1000, discountable=False, earns_points=False)
CHERRY = ProductRow("42", "车厘子", "水果", "公斤", 1280, levels=(("member", 1200),), weighed=True)
SHOP = Catalogue([RICE, CARD, CHERRY])
GOLD = TierRow("gold", "金卡", 2, 120, "member")

FILLED = filled()


def one(item, milli_qty=1000, **more):
    """A basket with one line."""
    return baskets.add(Basket(), SHOP, item, milli_qty, **more)


@LAW
@given(FILLED, TIERS, RULES, ROUNDINGS)
def test_every_line_is_explained_to_the_cent(given_basket, tier, rules, rounding):
    """Steps sum to what a line costs, discounts are below zero, list + discounts + rounding = charged ≥ 0."""
    for line in price(*given_basket, tier, rules, rounding).lines:
        assert sum(step.amount for step in line.steps) == line.charged >= 0
        assert all(amount < 0 for _, amount in line.discounts)
        assert line.list_amount + sum(amount for _, amount in line.discounts) + line.rounding == line.charged
        assert 0 <= line.points_eligible <= line.charged


@LAW
@given(FILLED, TIERS, RULES, ROUNDINGS)
def test_totals_are_sums_of_lines(given_basket, tier, rules, rounding):
    """Total, rounding, subtotal and saved are sums over the lines and agree with each other."""
    priced = price(*given_basket, tier, rules, rounding)
    assert priced.total == sum(line.charged for line in priced.lines)
    assert priced.rounding == sum(line.rounding for line in priced.lines)
    assert priced.subtotal == sum(line.list_amount for line in priced.lines)
    assert priced.total == priced.subtotal - priced.saved + priced.rounding
    assert priced.saved >= 0
    assert priced.points_base == sum(line.points_eligible for line in priced.lines)


@LAW
@given(FILLED, TIERS, RULES, ROUNDINGS)
def test_the_total_is_payable_and_near(given_basket, tier, rules, rounding):
    """A rounded total is a multiple of the rule's unit, less than a unit away, and never above when rounding down."""
    exact = price(*given_basket, tier, rules, NO_ROUNDING)
    rounded = price(*given_basket, tier, rules, rounding)
    assert exact.rounding == 0
    assert rounded.total % rounding.unit == 0
    assert rounded.rounding == rounded.total - exact.total
    assert -rounding.unit < rounded.rounding <= (rounding.unit // 2 if rounding.up_from_half else 0)


@LAW
@given(FILLED, TIERS, RULES)
def test_a_tier_never_costs_more(given_basket, tier, rules):
    """A member never pays more for any line than a walk-in before discounts on the order."""
    basket, catalogue = given_basket
    plain = replace(basket, discount=None)
    member, walk_in = price(plain, catalogue, tier, rules), price(plain, catalogue, None, rules)
    assert all(a.charged <= b.charged for a, b in zip(member.lines, walk_in.lines, strict=True))


@LAW
@given(FILLED, TIERS, RULES, ROUNDINGS)
def test_order_discount_touches_what_is_discountable_only(given_basket, tier, rules, rounding):
    """A line not discountable bears no tier and no order discount."""
    basket, catalogue = given_basket
    for line in price(basket, catalogue, tier, rules, rounding).lines:
        if not catalogue.item(line.item).discountable:
            assert not {"tier", "order_discount"} & {code for code, _ in line.discounts}


@LAW
@given(FILLED, TIERS, RULES, ROUNDINGS)
def test_steps_come_in_the_order_of_the_stages(given_basket, tier, rules, rounding):
    """A line's steps stand in the order of the stages, each stage at most once, none without effect but the first."""
    order = [name for name, _ in STAGES]
    for line in price(*given_basket, tier, rules, rounding).lines:
        places = [order.index("list" if step.code == "open_price" else step.code) for step in line.steps]
        assert places[0] == 0
        assert places == sorted(set(places))
        assert all(step.amount for step in line.steps[1:])


def test_steps_carry_what_the_screen_says():
    """Each step names the figures that make its label: prices, level, rate, who approved, rule."""
    basket = baskets.set_discount(one("1001", 2000), 1, HandDiscount(per_mille=50, approved_by="0007"))
    basket = baskets.set_order_discount(basket, HandDiscount(amount=100, approved_by="0009"))
    line = price(basket, SHOP, GOLD, rounding=ROUNDING_RULES["jiao_down"]).lines[0]
    assert line.steps == (
        Step("list", (("price", 999),), 1998),
        Step("level", (("level", "member"), ("price", 900)), -198),
        Step("tier", (("tier", "gold"), ("per_mille", 120)), -216),
        Step("line_discount", (("per_mille", 50), ("approved_by", "0007")), -79),
        Step("order_discount", (("amount", 100), ("approved_by", "0009")), -100),
        Step("rounding", (("rule", "jiao_down"),), -5),
    )
    assert (line.unit_price, line.list_amount, line.charged, line.rounding) == (999, 1998, 1400, -5)


def test_override_is_explained():
    """A price by hand below the list price is a discount, one above it is the list price itself."""
    below = price(baskets.set_override(one("1001"), 1, PriceOverride(888, "0007")), SHOP, GOLD).lines[0]
    assert below.steps[1:] == (Step("override", (("price", 888), ("approved_by", "0007")), -111),)
    assert (below.unit_price, below.discounts) == (999, (("override", -111),))
    above = price(baskets.set_override(one("1001"), 1, PriceOverride(1200, "0007")), SHOP, GOLD).lines[0]
    assert above.steps == (Step("open_price", (("price", 1200),), 1200),)
    assert (above.unit_price, above.list_amount, above.charged) == (1200, 1200, 1200)


def test_discount_asked_beyond_the_price_is_told():
    """A discount by hand takes no more than there is, and its step says what was asked."""
    basket = baskets.set_discount(one("1001"), 1, HandDiscount(amount=5000, approved_by="0007"))
    line = price(basket, SHOP).lines[0]
    assert line.steps[1] == Step("line_discount", (("amount", 5000), ("approved_by", "0007")), -999)


def test_tier_on_level_is_the_chains_choice():
    """A chain may keep the tier's discount off what already has the level's price."""
    apart = PricingRules(tier_on_level=False)
    assert price(one("1001"), SHOP, GOLD, apart).total == 900
    assert price(one("1001"), SHOP, GOLD).total == 792
    assert price(one("1002"), SHOP, GOLD, apart).total == 1000


def test_label_amount_is_the_list_amount():
    """A price label's amount is charged as printed, and a level's price counts only where it is lower."""
    basket = one("42", 780, label_amount=999)
    assert price(basket, SHOP).total == 999
    assert price(basket, SHOP, replace(GOLD, discount_per_mille=0)).total == 936
    assert price(one("42", 780, label_amount=900), SHOP, replace(GOLD, discount_per_mille=0)).total == 900


def test_price_by_hand_above_the_list_replaces_a_label():
    """A price by hand above the catalogue's counts by quantity, whatever a label said; one below never costs more."""
    basket = one("42", 1000, label_amount=999)
    assert price(baskets.set_override(basket, 1, PriceOverride(2000, "0007")), SHOP).total == 2000
    assert price(baskets.set_override(basket, 1, PriceOverride(1100, "0007")), SHOP).total == 999


def test_points_are_earned_on_what_earns_them():
    """Only lines of products that earn points count, by what is charged for them."""
    basket = baskets.add(one("1001"), SHOP, "1002", 1000)
    assert price(basket, SHOP, GOLD).points_base == 792


def test_attendant_and_line_id_stay_with_the_line():
    """A priced line names its basket line, quantity and attendant."""
    line = price(one("1001", 3000, attendant="0012"), SHOP).lines[0]
    assert (line.line, line.item, line.name, line.milli_qty, line.attendant) == (1, "1001", "东北大米", 3000, "0012")


def test_empty_basket_costs_nothing():
    """A basket without lines has a price of zero, also with a discount on the order."""
    empty = baskets.set_order_discount(Basket(), HandDiscount(amount=100, approved_by="0007"))
    assert price(empty, SHOP, GOLD, rounding=ROUNDING_RULES["yuan_down"]) == PricedBasket((), 0, 0, 0, 0)


def test_item_gone_from_the_catalogue_is_named():
    """A recalled basket with an item that left the catalogue is refused with the item's number."""
    with pytest.raises(InputError) as refusal:
        price(one("1001"), Catalogue([CARD]))
    assert (refusal.value.code, refusal.value.evidence) == ("unknown_item", {"item": "1001"})


def test_amount_beyond_any_till_is_refused():
    """A basket worth more than the house's largest amount is refused, not computed."""
    dear = Catalogue([replace(RICE, price=10_000_000_000)])
    basket = baskets.add(Basket(), dear, "1001", 1000)
    assert price(basket, dear).total == 10_000_000_000
    with pytest.raises(InputError, match="bad_amount"):
        price(baskets.set_quantity(basket, dear, 1, 2000), dear)


def test_tier_with_a_rate_beyond_the_whole_is_refused():
    """A tier row that would take off more than everything is refused."""
    with pytest.raises(InputError, match="bad_per_mille"):
        price(one("1001"), SHOP, replace(GOLD, discount_per_mille=1001))


def test_unknown_rounding_is_refused():
    """A rounding rule is one of a closed set."""
    with pytest.raises(InputError, match="unknown_rounding"):
        rounding_rule("to_the_moon")


def test_priced_line_has_all_that_a_sale_needs():
    """Every field of a fact's sale line but the shares of its uses is a field of the priced line."""
    from commerce.facts import SaleLine  # noqa: PLC0415 -- only this test compares the two

    line = price(one("1001"), SHOP).lines[0]
    assert set(SaleLine._fields) - {field.name for field in fields(line)} == {"shares", "taken"}
