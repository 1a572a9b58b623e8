"""Promotions, shops and baskets that the tests of promotions draw from."""

from dataclasses import replace

from hypothesis import strategies as st

from commerce import basket as baskets
from commerce.basket import Basket, HandDiscount, PriceOverride
from commerce.catalogue import Catalogue
from commerce.promotions.check import check_promotion
from commerce.promotions.coupons import Coupon
from commerce.promotions.moments import Moment
from commerce.promotions.row import Off, Part, PromotionRow, Target, Window
from commerce.reference import ProductRow, TierRow

ITEMS = ("tea", "latte", "cola", "cake", "bun", "apple")
CATEGORIES = ("饮品", "糕点", "水果")
NOON = Moment("2026-06-12", 720)
GOLD = TierRow("gold", "金卡", 1, discount_per_mille=30)

SHOP = Catalogue(
    [
        ProductRow("tea", "珍珠奶茶", "饮品", "杯", 1500),
        ProductRow("latte", "拿铁", "饮品", "杯", 2200),
        ProductRow("cola", "可乐", "饮品", "听", 350),
        ProductRow("cake", "红豆蛋糕", "糕点", "块", 2199),
        ProductRow("bun", "菠萝包", "糕点", "个", 801),
        ProductRow("apple", "红富士苹果", "水果", "公斤", 1280, weighed=True),
        ProductRow("sleeve", "购物卡套", "杂货", "个", 500, discountable=False),
    ]
)

NAMES = st.lists(st.sampled_from(ITEMS), max_size=3, unique=True).map(tuple)
TARGETS = st.one_of(
    st.just(Target()),
    st.builds(Target, NAMES),
    st.builds(Target, st.just(()), st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple)),
    st.builds(lambda names: Target((), (), names), NAMES),
)
OFFS = st.one_of(
    st.builds(Off, st.just("per_mille"), st.integers(1, 1000)),
    st.builds(Off, st.just("amount"), st.integers(1, 2500)),
    st.builds(Off, st.just("price"), st.integers(0, 2500)),
)
WINDOWS = st.builds(
    lambda days, first, long: Window(days, first, first + long),
    st.lists(st.integers(1, 7), max_size=3, unique=True).map(tuple),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
MOMENTS = st.builds(Moment, st.sampled_from([f"2026-06-{day}" for day in range(10, 20)]), st.integers(0, 2879))


def _conditions(draw):
    return {
        "least_amount": draw(st.sampled_from([0, 0, 2000, 5000])),
        "least_pieces": draw(st.sampled_from([0, 0, 2])),
    }


def _member_price(draw):
    names = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3, unique=True))
    prices = tuple((name, draw(st.integers(0, 2500))) for name in names)
    return {"prices": prices, "members_only": True, "pieces": draw(st.sampled_from([0, 0, 2]))}


def _discount(draw):
    pieces = draw(st.sampled_from([0, 0, 2]))
    return {"target": draw(TARGETS), "off": draw(OFFS), "pieces": pieces, **_conditions(draw)}


def _nth_item(draw):
    every = draw(st.integers(1, 4))
    of_each, limit = draw(st.integers(1, every)), draw(st.integers(0, 2))
    of_one = {"every": every, "of_each": of_each, "limit": limit, "same_item": draw(st.booleans())}
    return {"target": draw(TARGETS), "off": draw(OFFS), **of_one}


def _bundle(draw):
    targets = draw(st.lists(TARGETS, min_size=1, max_size=3, unique=True))
    parts = tuple(Part(target, draw(st.integers(1, 3)) * 1000, draw(st.booleans())) for target in targets)
    off = draw(st.builds(Off, st.just("price"), st.integers(0, 6000)) | OFFS)
    return {"parts": parts, "off": off, "limit": draw(st.integers(0, 2))}


def _gift(draw):
    gifts = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=2, unique=True))
    target = draw(TARGETS.filter(lambda target: not set(target.items) & set(gifts)))
    least = draw(st.sampled_from([{"least_amount": 2000}, {"least_pieces": 2}]))
    each = draw(st.booleans())
    return {"target": target, "gifts": tuple(gifts), "off": draw(OFFS), "each": each, **least}


def _spend_save(draw):
    each = draw(st.booleans())
    least = draw(st.integers(1, 4000))
    saved = draw(st.integers(1, least))
    more = () if each else draw(st.sampled_from([(), ((least + 2000, saved + 300),)]))
    limit = draw(st.integers(0, 2)) if each else 0
    return {"target": draw(TARGETS), "steps": ((least, saved), *more), "each": each, "limit": limit}


def _coupon(draw):
    off, pieces = draw(OFFS), draw(st.sampled_from([0, 0, 2]))
    limit, coupon = draw(st.integers(0, 2)), draw(st.sampled_from(["a", "b"]))
    own = {"off": off, "pieces": pieces, "limit": limit, "coupon": coupon}
    return {"target": draw(TARGETS), **own, **_conditions(draw)}


FIELDS = {
    "member_price": _member_price,
    "discount": _discount,
    "nth_item": _nth_item,
    "bundle": _bundle,
    "gift": _gift,
    "spend_save": _spend_save,
    "coupon": _coupon,
}


@st.composite
def promotions(draw, kinds=tuple(FIELDS), most=6, **fixed):
    """Promotions that an editor may store, each with a code of its own."""
    rows = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(kinds))
        row = PromotionRow(f"p{number}", "促销", kind, **{**FIELDS[kind](draw), **fixed})
        if "stackable" not in fixed:
            row = replace(row, stackable=draw(st.booleans()), priority=draw(st.sampled_from([100, 100, 50])))
        rows.append(check_promotion(row))
    return rows


@st.composite
def filled(draw, by_hand=True, member=None):
    """A basket of the shop with up to six lines, each line for itself, and what people may do to it."""
    basket = Basket()
    for line in range(1, draw(st.integers(1, 6)) + 1):
        item = draw(st.sampled_from([*ITEMS, "sleeve"]))
        quantity = draw(st.integers(1, 3000)) if item == "apple" else draw(st.integers(1, 5)) * 1000
        basket = baskets.add(basket, SHOP, item, quantity, merge=False)
        if by_hand:
            set_price = draw(st.sampled_from([None, None, None, PriceOverride(700, "0007")]))
            given = draw(st.sampled_from([None, None, HandDiscount(per_mille=100, approved_by="0007")]))
            basket = baskets.set_discount(baskets.set_override(basket, line, set_price), line, given)
    if draw(st.booleans()) if member is None else member:
        basket = baskets.set_member(basket, b"m" * 16, "gold")
    return basket


COUPONS = st.lists(
    st.builds(Coupon, st.sampled_from([b"1" * 16, b"2" * 16, b"3" * 16]), st.sampled_from(["a", "b", "c"])), max_size=4
).map(tuple)
