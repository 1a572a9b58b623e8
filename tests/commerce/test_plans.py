"""commerce.plans: what may be stored, what each kind issues, who may take it back, how covers and coupons are kept."""

from dataclasses import replace

import pytest
from plan_samples import CUT, GOLD_CARD, GYM, PLANS, POINTS, POOL, SALON, VALUE, WASH, as_view, buy, held, uses_view
from value_samples import DAY, DESK, MEMBER, lot_id, summed, view

from commerce.basket import (
    Basket,
    HandDiscount,
    PriceOverride,
    add,
    set_coupons,
    set_cover,
    set_discount,
    set_member,
    set_override,
)
from commerce.entitlements import end_fact, freeze_fact, lifted, sold_fact, thaw_fact
from commerce.errors import CommerceError, InputError, RuleError
from commerce.facts import Tender
from commerce.plan_sales import bought_fact, last_day_of, plan_lots, take_back_fact
from commerce.plans.check import check_plan, stands
from commerce.plans.row import PlanRow, plan_of, uses_asset
from commerce.pricing import price
from commerce.promotions.coupons import Coupon, RefusedCoupon, handed_over, uses_of
from commerce.promotions.row import Target
from commerce.reference import EntitlementRow, TierRow
from commerce.refund import plan_refund, sold
from commerce.sale import plan_tenders, plan_uses, sale_fact
from commerce.top_up import TopUpIds
from commerce.withdrawal import Approval

BY = Approval("201", "买错了")
CARD = EntitlementRow(b"E" * 16, MEMBER, "gym", "2026-03-01", "2026-03-30")


@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_sample_plans_may_be_stored(plan):
    """Each kind has a plan that stands the check."""
    assert check_plan(plan) is plan
    assert stands(plan)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (replace(CUT, code="c" * 28), "code"),
        (replace(CUT, code="次 卡"), "code"),
        (replace(CUT, name=" "), "name"),
        (replace(CUT, name="卡\x1b"), "name"),
        (replace(CUT, kind="lottery"), "kind"),
        (replace(CUT, price=-1), "price"),
        (replace(VALUE, price=0), "price"),
        (replace(CUT, price=10**12), "price"),
        (replace(CUT, uses=0), "uses"),
        (replace(CUT, each=0), "each"),
        (replace(CUT, days=-1), "days"),
        (replace(GYM, days=0), "days"),
        (replace(GOLD_CARD, days=0), "days"),
        (replace(GOLD_CARD, tier=""), "tier"),
        (replace(POINTS, points=0), "points"),
        (replace(GYM, per_day=10**6), "per_day"),
        (replace(VALUE, order="bonus_last"), "order"),
        (replace(VALUE, bonus_ratio=(0, 0, 0)), "bonus_ratio"),
        (replace(CUT, principal_ratio=(0, -1, 1)), "principal_ratio"),
        (replace(CUT, points=5), "points"),
        (replace(GYM, uses=5), "uses"),
        (replace(POINTS, target=Target(("cut",))), "target"),
        (replace(CUT, target=Target(("cut", "cut"))), "target"),
        (replace(CUT, target=Target(("剪 发",))), "target"),
    ],
)
def test_what_makes_no_sense_is_not_stored(changed, field):
    """A plan out of bounds, or with a field that its kind does not read, is refused with the field's name."""
    with pytest.raises(InputError) as refused:
        check_plan(changed)
    assert refused.value.evidence["field"] == field
    assert not stands(changed)


def test_asset_of_a_plan():
    """The asset names the plan, and no other asset does."""
    assert plan_of(uses_asset("洗剪吹")) == "洗剪吹"
    assert [plan_of(asset) for asset in ("principal", "points", "coupon:uses:x")] == ["", "", ""]


def test_stored_value_is_a_pair():
    """A plan of stored value issues principal and bonus under its own code; only the bonus ends."""
    fact, bought = buy(VALUE)
    principal, bonus = bought.lots
    assert (principal.amount, principal.expires_on, bonus.amount) == (50000, "", 10000)
    assert (bonus.expires_on, bonus.pair) == (last_day_of(VALUE, DAY), principal.lot)
    assert principal.terms.plan == "v500"
    assert (fact.body.act, fact.body.rule) == ("plan", "v500")
    assert bought.sum_of("bonus") == 10000


def test_points_are_sold():
    """A plan of points is sales in money, and points given."""
    fact, _ = buy(POINTS)
    assert summed([fact]) == {
        ("cash:xihu:cash", "money"): 1000,
        ("sales:xihu", "money"): -1000,
        ("given:xihu", "points"): 1000,
        (lot_id(102), "points"): -1000,
    }


def test_what_is_not_sold_any_more():
    """An inactive plan is not sold; dated ones have no lots; the price must be paid exactly, in money."""
    ids = TopUpIds(lot_id(1), lot_id(2), lot_id(3))
    with pytest.raises(RuleError, match="plan_inactive"):
        plan_lots(replace(CUT, active=False), ids, owner=MEMBER, issuer="xihu", day=DAY)
    with pytest.raises(RuleError, match="plan_inactive"):
        sold_fact(DESK, b"E" * 16, "1", MEMBER, replace(GYM, active=False), tenders=())
    with pytest.raises(InputError, match="bad_rule"):
        plan_lots(GYM, ids, owner=MEMBER, issuer="xihu", day=DAY)
    bought = plan_lots(CUT, ids, owner=MEMBER, issuer="xihu", day=DAY)
    for tenders in ((Tender("cash", 37999),), (Tender("stored_value", 38000),), ()):
        with pytest.raises(RuleError, match="tender_mismatch"):
            bought_fact(DESK, b"I" * 16, "1", MEMBER, bought, tenders=tenders)


@pytest.mark.parametrize("plan", [CUT, WASH, POOL, VALUE, POINTS, replace(CUT, price=0)])
def test_taken_back_whole(plan):
    """A plan that nobody used is taken back: money and lots are as before the sale."""
    fact, bought = buy(plan)
    tenders = tuple(Tender("cash", plan.price) for _ in range(bool(plan.price)))
    back = take_back_fact(
        DESK, b"W" * 16, fact.body, [as_view(lot) for lot in bought.lots], tenders=tenders, approval=BY
    )
    assert summed([fact, back]) == {}
    assert [(move.lot, move.amount) for move in back.moves] == [(lot.lot, lot.amount) for lot in bought.lots]


@pytest.mark.parametrize(("plan", "code"), [(CUT, "plan_used"), (VALUE, "pair_not_whole"), (POINTS, "plan_used")])
def test_not_taken_back_in_part(plan, code):
    """A plan of which something was used, or lies elsewhere, is not taken back."""
    fact, bought = buy(plan)
    views = [as_view(bought.lots[0], bought.lots[0].amount - 1), *map(as_view, bought.lots[1:])]
    for there in (views, []):
        with pytest.raises(RuleError, match=code):
            take_back_fact(DESK, b"W" * 16, fact.body, there, tenders=fact.body.tenders, approval=BY)


def test_a_period_is_sales_and_taken_back():
    """What is paid for a period is sales at once; ended, all of it is gone."""
    paid = (Tender("wechat", GYM.price),)
    sale = sold_fact(DESK, CARD.entitlement, "西湖-0009", MEMBER, GYM, tenders=paid)
    ended = end_fact(DESK, CARD, BY, tenders=paid, paid=GYM.price)
    assert summed([sale])["sales:xihu", "money"] == -GYM.price
    assert summed([sale, ended]) == {}
    assert ended.body.act == "ended"


def test_freezing_twice_or_too_late():
    """What is frozen is not frozen again, what runs is not thawed, what is over stays over."""
    frozen = replace(CARD, frozen_on=DAY)
    for act, row, code in (
        (freeze_fact, frozen, "already_frozen"),
        (thaw_fact, CARD, "not_frozen"),
        (freeze_fact, replace(CARD, last_day="2026-03-07"), "plan_over"),
    ):
        with pytest.raises(RuleError, match=code):
            act(DESK, row, BY)


def test_the_highest_tier_prices():
    """A discount card lifts a member's tier, and never lowers it."""
    basic, gold, black = (TierRow(code, code, rank) for rank, code in enumerate(("basic", "gold", "black")))
    assert lifted(basic, [gold]) is gold
    assert lifted(black, [gold]) is black
    assert lifted(None, [gold, None]) is gold
    assert lifted(None, []) is None


def cover(item, quantity=1000, plan="cut", **plans):
    """Price one covered line."""
    basket = set_cover(set_member(add(Basket(), SALON, item, quantity), MEMBER, ""), 1, plan)
    return price(basket, SALON, **plans)


def test_a_plan_covers_what_it_names():
    """A plan that is not held, or not for this item, is refused."""
    plans = held(CUT, views=[uses_view(CUT, 1, 10)])
    for item, plan, code in (("oil", "cut", "plan_not_covering"), ("cut", "wash", "plan_not_held")):
        with pytest.raises(InputError, match=code):
            cover(item, plan=plan, plans=plans)


def test_lines_compete_for_the_uses():
    """Two lines share what is here; what a plan could still cover is told of the others."""
    basket = set_member(Basket(), MEMBER, "")
    for _ in range(3):
        basket = add(basket, SALON, "cut", 1000, merge=False)
    basket = set_cover(set_cover(basket, 1, "cut"), 2, "cut")
    assert [line.covers for line in price(basket, SALON, plans=held(CUT, views=[uses_view(CUT, 1, 3)])).lines] == [
        ("cut",)
    ] * 3
    assert price(basket, SALON, plans=held(CUT, views=[uses_view(CUT, 1, 2)])).lines[2].covers == ()
    with pytest.raises(CommerceError, match="uses_short"):
        price(basket, SALON, plans=held(CUT, views=[uses_view(CUT, 1, 1)]))


def test_the_soonest_to_expire_goes_first():
    """A line takes uses over several lots in the order in which they end, each for what it was bought for."""
    views = [uses_view(CUT, 1, 10), uses_view(CUT, 2, 1, expires="2026-04-01", paid=20000)]
    (line,) = cover("cut", 3000, plans=held(CUT, views=views)).lines
    assert [(use.lot, use.amount, use.value) for use in line.cover.uses] == [(lot_id(2), 1, 2000), (lot_id(1), 2, 7600)]


def test_refund_gives_whole_uses_back():
    """Of an item that takes three minutes a piece one piece gives three back; half a piece is refused."""
    basket = add(set_member(Basket(), MEMBER, ""), SALON, "pool", 3000)
    priced = price(set_cover(basket, 1, "pool"), SALON, plans=held(POOL, views=[uses_view(POOL, 1, 600)]))
    sale = sale_fact(DESK, b"S" * 16, "西湖-0008", MEMBER, priced, plan_tenders(priced), plan_uses(priced)).body
    plan = plan_refund(sold(sale), [(0, 1000)])
    assert [(use.amount, use.value, use.worth) for use in plan.uses] == [(30, 450, 450)]
    assert plan.money == 0
    with pytest.raises(InputError, match="part_of_use"):
        plan_refund(sold(sale), [(0, 10)])


def test_points_of_other_lines_stay():
    """Giving uses back takes no points that only money had earned, until the money goes back too."""
    basket = add(add(set_member(Basket(), MEMBER, ""), SALON, "cut", 1000), SALON, "oil", 1000)
    priced = price(set_cover(basket, 1, "cut"), SALON, plans=held(CUT, views=[uses_view(CUT, 1, 10)]))
    tenders = (*plan_tenders(priced), Tender("cash", priced.due))
    sale = sale_fact(DESK, b"S" * 16, "西湖-0010", MEMBER, priced, tenders, plan_uses(priced)).body
    left = sold(replace(sale, points_base=priced.due, points_rule=(1, 100)))
    first = plan_refund(left, [(0, 1000)])
    assert (first.points, first.left.points_base) == (0, 12800)
    assert plan_refund(first.left, [(1, 1000)]).points == 128
    both = plan_refund(left._replace(points_base=priced.total), [(0, 1000)])
    assert both.points == (12800 + 3800) // 100 - 12800 // 100


def test_a_covered_line_takes_nothing_by_hand():
    """A cover ends a discount by hand, and refuses a new one and a price; another member has other plans."""
    basket = set_member(add(Basket(), SALON, "cut", 1000), MEMBER, "")
    basket = set_coupons(set_discount(basket, 1, HandDiscount(per_mille=100, approved_by="201")), ("满减",))
    covered = set_cover(basket, 1, "cut")
    assert covered.line(1).discount is None
    with pytest.raises(RuleError, match="covered_line"):
        set_discount(covered, 1, HandDiscount(amount=1, approved_by="201"))
    with pytest.raises(RuleError, match="covered_line"):
        set_override(covered, 1, PriceOverride(1, "201"))
    assert set_cover(covered, 1, "").line(1).cover == ""
    other = set_member(covered, b"n" * 16, "")
    assert (other.line(1).cover, other.coupons) == ("", ())
    assert set_member(covered, MEMBER, "gold").line(1).cover == "cut"


def test_walk_ins_hold_nothing():
    """Plans and coupons are a member's; codes and their number are in bounds."""
    basket = add(Basket(), SALON, "cut", 1000)
    with pytest.raises(InputError, match="bad_member"):
        set_cover(basket, 1, "cut")
    with pytest.raises(InputError, match="bad_member"):
        set_coupons(basket, ("满减",))
    member = set_member(basket, MEMBER, "")
    for bad in (("",), ("a b",), ("x" * 33,)):
        with pytest.raises(InputError, match="bad_code"):
            set_coupons(member, bad)
    with pytest.raises(InputError, match="too_many"):
        set_coupons(member, ("满减",) * 21)
    with pytest.raises(InputError, match="bad_code"):
        set_cover(member, 1, "c u t")


def test_coupons_are_found_in_the_wallet():
    """Each template named takes one unit, the soonest to expire first; what is not here is told."""
    views = [
        view(1, "coupon:满减", 1),
        view(2, "coupon:满减", 1, expires="2026-04-01"),
        view(3, "coupon:过期", expires="2026-01-01"),
    ]
    found, missing = handed_over(views, DAY, ("满减", "满减", "满减", "过期"))
    assert found == (Coupon(lot_id(2), "满减"), Coupon(lot_id(1), "满减"))
    assert missing == (RefusedCoupon(b"", "满减", "not_here"), RefusedCoupon(b"", "过期", "not_here"))
    several, _ = handed_over([view(1, "coupon:满减", 3)], DAY, ("满减", "满减"))
    assert several == (Coupon(lot_id(1), "满减", 0), Coupon(lot_id(1), "满减", 1))
    (use,) = uses_of([view(1, "coupon:满减", 3)], (lot_id(1), lot_id(1)))
    assert (use.asset, use.amount, use.value) == ("coupon:满减", 2, 0)


def test_plan_rows_have_defaults_that_stand():
    """The least that a plan needs is code, name, kind, price and what its kind is about."""
    assert stands(PlanRow("a", "次卡", "count", 0, uses=1))
    assert stands(PlanRow("a", "月卡", "period", 0, days=1))
