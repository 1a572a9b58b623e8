"""commerce.promotions.engine: what is explained, what is bounded, and choices that the page's tables do not show."""

from dataclasses import replace

import pytest
from promotion_samples import GOLD, NOON, SHOP

from commerce import basket as baskets
from commerce.basket import Basket
from commerce.catalogue import Catalogue
from commerce.errors import InputError
from commerce.pricing import Step, price
from commerce.promotions.coupons import Coupon, RefusedCoupon
from commerce.promotions.engine import AppliedPromotion
from commerce.promotions.index import Promotions
from commerce.promotions.near import NearMiss
from commerce.promotions.row import Off, Part, PromotionRow, Target, Window
from commerce.reference import ProductRow

HALF = Off("per_mille", 500)
DRINKS = Target((), ("饮品",))
SECOND = PromotionRow("second", "第二件半价", "nth_item", target=DRINKS, every=2, off=HALF)
SAVE = PromotionRow("save", "满 40 减 5", "spend_save", steps=((4000, 500),), stackable=True)
COUPON = PromotionRow("c", "立减 3 元", "coupon", coupon="june", off=Off("amount", 300), limit=1, stackable=True)


def basket(*lines, member=False):
    """A basket of (item, thousandths), each line for itself."""
    made = Basket()
    for item, milli_qty in lines:
        made = baskets.add(made, SHOP, item, milli_qty, merge=False)
    return baskets.set_member(made, b"m" * 16, "gold") if member else made


def priced(made, *rows, coupons=(), moment=NOON):
    """It, priced for a walk-in, or a gold member (3 % off)."""
    tier = GOLD if made.member else None
    return price(made, SHOP, tier, promotions=Promotions(rows), moment=moment, coupons=coupons)


def test_every_step_says_which_promotion_and_how_much_of_the_line():
    """A line's steps name code, name, kind and quantity of each promotion after the tier's; facts bear its code."""
    done = priced(basket(("tea", 3000), member=True), SECOND, SAVE)
    assert done.lines[0].steps == (
        Step("list", (("price", 1500),), 4500),
        Step("tier", (("tier", "gold"), ("per_mille", 30)), -135),
        Step(
            "promotion",
            (("promotion", "second"), ("name", "第二件半价"), ("kind", "nth_item"), ("milli_qty", 2000)),
            -727,
        ),
    )
    assert done.lines[0].discounts == (("tier", -135), ("promotion:second", -727))
    assert done.promotions == (AppliedPromotion("second", "第二件半价", "nth_item", 727, 1, ()),)
    assert done.near == (
        NearMiss("second", "第二件半价", "nth_item", "pieces", 1, 0, (), ("饮品",)),
        NearMiss("save", "满 40 减 5", "spend_save", "amount", 362, 500, (), ()),
    )


def test_huge_quantities_cost_no_time():
    """A hundred thousand pieces are counted, not walked through."""
    shop = Catalogue([ProductRow("cup", "纸杯", "杂货", "只", 3), ProductRow("lid", "杯盖", "杂货", "只", 2)])
    made = baskets.add(baskets.add(Basket(), shop, "cup", 100_000_000), shop, "lid", 99_999_000)
    pair = PromotionRow(
        "set", "杯盖一套", "bundle", parts=(Part(Target(("cup",))), Part(Target(("lid",)))), off=Off("price", 4)
    )
    third = replace(SECOND, target=Target(), every=3, off=Off("per_mille", 1000))
    assert price(made, shop, promotions=Promotions([pair]), moment=NOON).total == 99_999 * 4 + 3
    assert price(made, shop, promotions=Promotions([third]), moment=NOON).promotions[0].times == 66_666


def test_a_fixed_price_never_makes_a_set_dearer():
    """Of sets at a fixed price only those are made that save, the dearest goods first."""
    three = PromotionRow("any3", "任选三件 30 元", "bundle", parts=(Part(DRINKS, 3000),), off=Off("price", 3000))
    done = priced(basket(("tea", 3000), ("cola", 3000)), three)
    assert ([line.charged for line in done.lines], done.promotions[0].times) == ([3000, 1050], 1)


def test_one_stands_back_for_many():
    """An exclusive promotion on everything does not keep smaller ones away that are worth more together."""
    everything = PromotionRow("all", "全场九折", "discount", off=Off("per_mille", 100), least_amount=1000)
    shares = {"tea": 92, "latte": 95, "cake": 96, "bun": 97}
    small = [
        PromotionRow(item, "满 2 件", "discount", target=Target((item,)), off=Off("per_mille", share), least_pieces=2)
        for item, share in shares.items()
    ]
    made = basket(*((item, 2000) for item in shares), ("cola", 9000))
    done = priced(made, everything, *small)
    assert {one.code for one in done.promotions} == {"all"}
    better = [replace(row, off=Off("per_mille", row.off.value + 10)) for row in small]
    assert {one.code for one in priced(made, everything, *better).promotions} == {"all", *shares}


def test_a_line_is_lowered_by_four_promotions_at_most():
    """A fifth stackable promotion leaves the line alone."""
    rows = [PromotionRow(f"p{n}", "九折", "discount", off=Off("per_mille", 100), stackable=True) for n in range(12)]
    done = priced(basket(("cake", 1000)), *rows)
    assert [one.code for one in done.promotions] == sorted(row.code for row in rows)[:4]
    assert len(done.lines[0].discounts) == 4


def test_near_misses_come_by_what_is_easiest():
    """Gifts to be taken come first, then pieces, then amounts, the smallest first; five in all."""
    gift = PromotionRow("gift", "满 20 送可乐", "gift", gifts=("cola",), least_amount=2000, off=Off("per_mille", 1000))
    saves = [replace(SAVE, code=f"s{n}", steps=((4000 - n, 500),)) for n in range(6)]
    near = priced(basket(("cake", 1000), ("tea", 1000)), gift, SECOND, *saves).near
    assert [(miss.code, miss.lacks, miss.missing) for miss in near] == [
        ("gift", "gift", 1),
        ("second", "pieces", 1),
        ("s5", "amount", 296),
        ("s4", "amount", 297),
        ("s3", "amount", 298),
    ]
    assert near[0].items == ("cola",)


def test_coupons_that_are_not_used_say_why():
    """Of each coupon that lowers nothing the till hears the reason."""
    members = replace(COUPON, code="m", coupon="july", members_only=True)
    night = replace(COUPON, code="n", coupon="night", windows=(Window((), 1200, 1440),))
    high = replace(COUPON, code="h", coupon="high", least_amount=9000)
    names = ("june", "june", "july", "night", "high", "other")
    coupons = tuple(Coupon(bytes([n]) * 16, name) for n, name in enumerate(names))
    done = priced(basket(("tea", 1000)), COUPON, members, night, high, coupons=(*coupons, coupons[0]))
    assert done.promotions == (AppliedPromotion("c", "立减 3 元", "coupon", 300, 1, (coupons[0].lot,)),)
    assert done.refused == (
        RefusedCoupon(coupons[1].lot, "june", "too_many"),
        RefusedCoupon(coupons[2].lot, "july", "not_for_customer"),
        RefusedCoupon(coupons[3].lot, "night", "not_running"),
        RefusedCoupon(coupons[5].lot, "other", "unknown"),
        RefusedCoupon(coupons[0].lot, "june", "twice"),
        RefusedCoupon(coupons[4].lot, "high", "nothing"),
    )
    with pytest.raises(InputError, match="too_many"):
        priced(basket(("tea", 1000)), COUPON, coupons=coupons * 4)


def test_an_unknown_tier_gets_no_tiers_promotion():
    """A member whose tier this branch does not know pays as any member."""
    row = PromotionRow("gold", "金卡八折", "discount", tiers=("gold",), off=Off("per_mille", 200))
    made = basket(("cake", 1000), member=True)
    assert priced(made, row).promotions
    assert not price(made, SHOP, None, promotions=Promotions([row]), moment=NOON).promotions
    member = replace(row, tiers=(), members_only=True)
    assert price(made, SHOP, None, promotions=Promotions([member]), moment=NOON).promotions


def test_items_excepted_take_no_part():
    """特价商品除外: an item excepted is neither lowered nor counted."""
    row = replace(SAVE, target=Target((), (), ("cake",)))
    assert priced(basket(("cake", 2000), ("tea", 1000)), row).total == 4398 + 1500
    assert priced(basket(("cake", 1000), ("latte", 2000)), row).total == 2199 + 4400 - 500


def test_an_item_and_its_category_named_together_count_once():
    """Goods named by item and by category are matched once."""
    row = replace(SAVE, target=Target(("tea",), ("饮品",)))
    assert priced(basket(("tea", 2000)), row).total == 3000
    assert priced(basket(("tea", 3000)), row).total == 4000
