"""The laws of promotions over drawn shops: sums, bounds, who and when, the order of things, one more and one fewer."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from pricing_samples import LAW, ROUNDINGS
from promotion_samples import COUPONS, GOLD, MOMENTS, NOON, SHOP, WINDOWS, filled, promotions

from commerce.limits import CODE_MAX, DISCOUNTS_MAX, NEAR_MISSES_MAX, PROMOTIONS_OF_LINE
from commerce.pricing import NO_ROUNDING, price
from commerce.promotions.index import Customer, Promotions, allows
from commerce.promotions.moments import Moment, runs
from commerce.promotions.row import PromotionRow, Window

BASKETS = filled()
ROWS = promotions()
TIMED = promotions(windows=(Window((5, 6), 600, 1500),), tiers=("gold",))

GROUPS = ("nth_item", "bundle", "gift", "spend_save")
"""Kinds that look at more than one unit."""


def priced(basket, rows, moment=NOON, coupons=(), rounding=NO_ROUNDING):
    """A basket priced by promotions, for a gold member or a walk-in."""
    tier = GOLD if basket.member else None
    return price(basket, SHOP, tier, rounding=rounding, promotions=Promotions(rows), moment=moment, coupons=coupons)


@LAW
@given(BASKETS, ROWS, COUPONS, ROUNDINGS)
def test_every_line_is_explained_to_the_cent(basket, rows, coupons, rounding):
    """Steps sum to what a line costs, never below zero, and stay within the bounds of a fact."""
    done = priced(basket, rows, coupons=coupons, rounding=rounding)
    for line in done.lines:
        assert sum(step.amount for step in line.steps) == line.charged >= 0
        assert all(amount < 0 and len(code) <= CODE_MAX for code, amount in line.discounts)
        assert len(line.discounts) <= DISCOUNTS_MAX
        assert line.list_amount + sum(amount for _, amount in line.discounts) + line.rounding == line.charged
    assert done.total == sum(line.charged for line in done.lines) == done.subtotal - done.saved + done.rounding


@LAW
@given(BASKETS, ROWS, COUPONS)
def test_what_promotions_take_off_the_lines_is_what_they_took_off_the_basket(basket, rows, coupons):
    """Per promotion the steps of all lines sum to what it saved, which is above zero."""
    done = priced(basket, rows, coupons=coupons)
    steps = Counter()
    for line in done.lines:
        for step in line.steps:
            if step.code == "promotion":
                steps[dict(step.params)["promotion"]] -= step.amount
    assert steps == {one.code: one.saved for one in done.promotions}
    assert all(one.saved > 0 and one.times > 0 for one in done.promotions)


@LAW
@given(BASKETS, ROWS, COUPONS)
def test_promotions_never_cost_more(basket, rows, coupons):
    """A basket costs no more with promotions than without, line by line before discounts on the order."""
    assert priced(basket, rows, coupons=coupons).total <= priced(basket, []).total


@LAW
@given(BASKETS, ROWS, COUPONS)
def test_lines_that_take_no_part(basket, rows, coupons):
    """A line that is not discountable, or bears a price by hand, is lowered by no promotion."""
    for line, done in zip(basket.lines, priced(basket, rows, coupons=coupons).lines, strict=True):
        if line.item == "sleeve" or line.override is not None:
            assert not any(code.startswith("promotion:") for code, _ in done.discounts)


@LAW
@given(BASKETS, promotions(stackable=False), COUPONS)
def test_a_unit_takes_part_in_one_exclusive_promotion_at_most(basket, rows, coupons):
    """What exclusive promotions lowered of a line is no more than the line, by a bounded number of them."""
    for line in priced(basket, rows, coupons=coupons).lines:
        parts = [dict(step.params)["milli_qty"] for step in line.steps if step.code == "promotion"]
        assert sum(parts) <= line.milli_qty
        assert len(parts) <= PROMOTIONS_OF_LINE


@LAW
@given(BASKETS, ROWS, COUPONS, ROUNDINGS, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_promotions_changes_nothing(basket, rows, coupons, rounding, dice):
    """The same lines in another order, and the same promotions in another order, cost the same for the same reasons."""
    lines, shuffled = list(basket.lines), list(rows)
    dice.shuffle(lines)
    dice.shuffle(shuffled)
    one = priced(basket, rows, coupons=coupons, rounding=rounding)
    other = priced(replace(basket, lines=tuple(lines)), shuffled, coupons=coupons, rounding=rounding)
    assert (one.total, one.promotions, one.near, one.refused) == (
        other.total,
        other.promotions,
        other.near,
        other.refused,
    )


@LAW
@given(BASKETS, ROWS, COUPONS)
def test_the_same_basket_costs_the_same_twice(basket, rows, coupons):
    """Pricing changes nothing that it is given and draws no lots."""
    prepared = Promotions(rows)
    first = price(basket, SHOP, promotions=prepared, moment=NOON, coupons=coupons)
    assert price(basket, SHOP, promotions=prepared, moment=NOON, coupons=coupons) == first


@LAW
@given(filled(by_hand=False), promotions(kinds=GROUPS, most=3, stackable=False))
def test_one_more_among_few_never_costs_more(basket, rows):
    """Of up to three exclusive promotions on groups of goods, fewer never cost the customer less."""
    whole = priced(basket, rows).total
    for fewer in combinations(rows, max(0, len(rows) - 1)):
        assert whole <= priced(basket, fewer).total


@LAW
@given(filled(by_hand=False, member=True), promotions(kinds=("member_price", "discount"), stackable=False))
def test_one_more_own_price_never_costs_more(basket, rows):
    """Among prices of single units every line has its best."""
    own = [row for row in rows if not (row.least_amount or row.least_pieces or row.pieces)]
    whole = priced(basket, own)
    for count in range(len(own)):
        fewer = priced(basket, own[:count])
        assert all(a.charged <= b.charged for a, b in zip(whole.lines, fewer.lines, strict=True))


@LAW
@given(filled(by_hand=False), promotions(stackable=False, most=8))
def test_no_choice_is_worse_than_one_alone(basket, rows):
    """All exclusive promotions of one priority together save at least what each alone would."""
    together = priced(basket, rows).total
    assert all(together <= priced(basket, [row]).total for row in rows)


@LAW
@given(BASKETS, promotions(stackable=False, most=4), promotions(kinds=GROUPS, most=1, stackable=True))
def test_a_stackable_promotion_last_never_costs_more(basket, rows, last):
    """A promotion that comes after all others only lowers."""
    named = [replace(row, code="last", priority=1000) for row in last]
    assert priced(basket, [*rows, *named]).total <= priced(basket, rows).total


@LAW
@given(BASKETS, TIMED, MOMENTS)
def test_promotions_apply_in_their_time_and_to_their_customers_only(basket, rows, moment):
    """Whatever was applied or nearly reached runs at the moment and is for the customer."""
    done = priced(basket, rows, moment)
    by_code = {row.code: row for row in rows}
    customer = Customer(bool(basket.member), "gold" if basket.member else "")
    for code in [one.code for one in done.promotions] + [miss.code for miss in done.near]:
        assert runs(by_code[code], moment)
        assert allows(by_code[code], customer)


@LAW
@given(st.lists(WINDOWS, min_size=1, max_size=3), WINDOWS, MOMENTS)
def test_a_wider_window_runs_whenever_the_narrower_did(windows, more, moment):
    """One more window, an earlier begin, a later end, or every weekday takes no moment away."""
    row = PromotionRow("p", "促销", "discount", windows=tuple(windows))
    if runs(row, moment):
        assert runs(replace(row, windows=(*windows, more)), moment)
        for change in (
            lambda one: replace(one, weekdays=()),
            lambda one: replace(one, from_minute=max(0, one.from_minute - 30)),
            lambda one: replace(one, until_minute=one.until_minute + 30),
        ):
            assert runs(replace(row, windows=tuple(change(one) for one in windows)), moment)


@LAW
@given(BASKETS, ROWS, COUPONS)
def test_coupons_are_used_once_or_refused(basket, rows, coupons):
    """Every coupon handed over is used in one promotion of its template, or refused with a reason; no lot twice."""
    done = priced(basket, rows, coupons=coupons)
    used = [lot for one in done.promotions for lot in one.coupons]
    assert len(used) == len(set(used))
    assert Counter(used) + Counter(one.lot for one in done.refused) == Counter(coupon.lot for coupon in coupons)


@LAW
@given(BASKETS, promotions(most=12))
def test_near_misses_are_few_and_near(basket, rows):
    """A till is told of five at most, each with something missing above zero."""
    near = priced(basket, rows).near
    assert len(near) <= NEAR_MISSES_MAX
    assert all(miss.missing > 0 and miss.saves >= 0 for miss in near)


@settings(LAW, max_examples=50)
@given(BASKETS, ROWS, COUPONS)
def test_without_a_moment_no_promotion_runs(basket, rows, coupons):
    """Who prices without saying when gets the price without promotions."""
    plain = price(basket, SHOP, GOLD)
    assert price(basket, SHOP, GOLD, promotions=Promotions(rows), coupons=coupons) == plain
    assert price(basket, SHOP, GOLD, promotions=Promotions(), moment=Moment("2026-06-12", 0)) == plain
