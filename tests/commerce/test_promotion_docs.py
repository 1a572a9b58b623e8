"""docs/pricing.md, "Promotions", as a test: each row of each of its tables is worked out again."""

from dataclasses import replace
from datetime import date

import pytest
from pricing_page import amounts, per_mille, rows, table

from commerce.basket import Basket, add, set_member
from commerce.catalogue import Catalogue
from commerce.money import parse_money
from commerce.pricing import PricedBasket, price
from commerce.promotions.check import check_promotion
from commerce.promotions.coupons import Coupon
from commerce.promotions.index import Promotions
from commerce.promotions.moments import Moment, moment_of, runs
from commerce.promotions.row import Off, Part, PromotionRow, Target, Window
from commerce.quantity import parse_quantity
from commerce.reference import ProductRow, TierRow

MOMENT = Moment("2026-06-12", 10 * 60)
GOLD = TierRow("gold", "金卡", 1)

SHOP = Catalogue(
    ProductRow(
        row["item"],
        row["name"],
        row["category"],
        row["unit"],
        parse_money(row["price"]),
        weighed=row["unit"] == "公斤",
        discountable=row["item"] != "sleeve",
    )
    for row in table("promotion goods")
)
CATEGORIES = {product.category for product in SHOP}


def basket_of(text: str, *, member: bool = False) -> Basket:
    """A basket as the page writes it: ``tea 2, apple 1.535``."""
    basket = Basket()
    for part in text.split(","):
        item, quantity = part.split()
        basket = add(basket, SHOP, item, parse_quantity(quantity))
    return set_member(basket, b"m" * 16, "gold") if member else basket


def goods(text: str) -> Target:
    """Goods as the page writes them: items and categories."""
    names = text.split()
    assert all(name in CATEGORIES or SHOP.item(name) for name in names)
    items = tuple(name for name in names if name not in CATEGORIES)
    return Target(items, tuple(name for name in names if name in CATEGORIES))


def off(text: str) -> Off:
    """What comes off: ``20%``, ``-3.00`` or the price that is left, ``=9.90``."""
    if text.endswith("%"):
        return Off("per_mille", per_mille(text))
    return Off("amount" if text.startswith("-") else "price", parse_money(text[1:]))


def pairs(text: str) -> tuple[tuple[str, ...], ...]:
    """Words in groups, divided by commas."""
    return tuple(tuple(group.split()) for group in text.split(",") if group.strip())


def number(text: str) -> int:
    """A number, 0 for an empty cell."""
    return int(text) if text else 0


def amount(text: str) -> int:
    """An amount, 0 for an empty cell."""
    return parse_money(text) if text else 0


def part(names: tuple[str, ...]) -> Part:
    """A part of a bundle: what, and how many pieces or kilograms."""
    *what, many = names
    by_weight = many.endswith("kg")
    return Part(goods(" ".join(what)), parse_quantity(many.removesuffix("kg")), by_weight)


def promotion(kind: str, name: str, **fields: object) -> PromotionRow:
    """A promotion that an editor may store."""
    return check_promotion(PromotionRow("p", name, kind, **fields))


def priced(
    row: dict[str, str], *promotions: PromotionRow, member: bool = True, coupons: tuple[Coupon, ...] = ()
) -> PricedBasket:
    """The row's basket, priced."""
    basket = basket_of(row["basket"], member=member)
    return price(
        basket,
        SHOP,
        GOLD if member else None,
        promotions=Promotions(promotions),
        moment=MOMENT,
        coupons=coupons,
    )


def charged(basket: PricedBasket) -> list[int]:
    """What each line costs."""
    return [line.charged for line in basket.lines]


@rows("member_price")
def test_member_price(row):
    """Members pay the fixed price of an item where it is lower."""
    prices = tuple((item, parse_money(cost)) for item, cost in pairs(row["prices"]))
    rule = promotion("member_price", row["case"], members_only=True, prices=prices, pieces=number(row["pieces"]))
    assert charged(priced(row, rule, member=row["member"] == "yes")) == amounts(row["charged"])


@rows("discount")
def test_discount(row):
    """Every unit is lowered by itself once the goods meet the conditions."""
    assert charged(priced(row, discount(row))) == amounts(row["charged"])


def discount(row: dict[str, str]) -> PromotionRow:
    """A row's promotion."""
    return promotion(
        "discount",
        row["case"],
        target=goods(row["goods"]),
        off=off(row["off"]),
        least_amount=amount(row["least amount"]),
        least_pieces=number(row["least pieces"]),
        pieces=number(row["pieces"]),
    )


@rows("nth_item")
def test_nth_item(row):
    """The cheapest of each group of the dearest pieces are lowered."""
    rule = promotion(
        "nth_item",
        row["case"],
        target=goods(row["goods"]),
        every=number(row["every"]),
        of_each=number(row["of each"]),
        off=off(row["off"]),
        same_item=row["same item"] == "yes",
        limit=number(row["limit"]),
    )
    assert charged(priced(row, rule)) == amounts(row["charged"])


@rows("bundle")
def test_bundle(row):
    """As many sets as there are cost what the bundle says, cut over their goods."""
    parts = tuple(part(names) for names in pairs(row["parts"]))
    rule = promotion("bundle", row["case"], parts=parts, off=off(row["off"]), limit=number(row["limit"]))
    assert charged(priced(row, rule)) == amounts(row["charged"])


@rows("gift")
def test_gift(row):
    """Gifts in the basket become free or cheaper when the other goods come to so much."""
    assert charged(priced(row, gift(row))) == amounts(row["charged"])


def gift(row: dict[str, str]) -> PromotionRow:
    """A row's promotion."""
    return promotion(
        "gift",
        row["case"],
        target=goods(row["goods"]),
        least_amount=amount(row["least amount"]),
        least_pieces=number(row["least pieces"]),
        gifts=tuple(row["gifts"].split()),
        of_each=number(row["of each"]),
        off=off(row["off"]),
        each=row["each"] == "yes",
    )


@rows("spend_save")
def test_spend_save(row):
    """Steps take amounts off all goods that counted."""
    assert charged(priced(row, spend_save(row))) == amounts(row["charged"])


def spend_save(row: dict[str, str]) -> PromotionRow:
    """A row's promotion."""
    steps = tuple((parse_money(spent), parse_money(saved)) for spent, saved in pairs(row["steps"]))
    limit = number(row["limit"])
    target = goods(row["goods"])
    return promotion("spend_save", row["case"], target=target, steps=steps, each=row["each"] == "yes", limit=limit)


@rows("coupon")
def test_coupon(row):
    """A coupon lowers what it is for, once a lot, or is refused with the reason that the page names."""
    rule = promotion(
        "coupon",
        row["case"],
        target=goods(row["goods"]),
        off=off(row["off"]),
        least_amount=amount(row["least amount"]),
        most=amount(row["most"]),
        pieces=number(row["pieces"]),
        limit=number(row["limit"]),
        coupon="june",
        stackable=True,
    )
    coupons = tuple(Coupon(name.encode() * 16, "june") for name in row["coupons"].split())
    basket = priced(row, rule, coupons=coupons)
    assert charged(basket) == amounts(row["charged"])
    assert [coupon.reason for coupon in basket.refused] == row["refused"].split()


def window(text: str) -> Window:
    """A window as the page writes it: weekdays, from, until."""
    *days, hours = text.split()
    first, last = (int(hour[:2]) * 60 + int(hour[3:]) for hour in hours.split("-"))
    return Window(tuple(int(day) for day in "".join(days)), first, last)


@rows("windows")
def test_windows(row):
    """A promotion runs by the business date and the wall clock."""
    windows = (window(row["windows"]),) if row["windows"] else ()
    rule = promotion(
        "spend_save",
        row["case"],
        steps=((100, 1),),
        first_day=row["first day"],
        last_day=row["last day"],
        windows=windows,
    )
    day, clock = row["clock"].split()
    at = moment_of(row["business date"], date.fromisoformat(day), int(clock[:2]) * 60 + int(clock[3:]))
    assert runs(rule, at) is (row["runs"] == "yes")


NAMED = {
    "A": PromotionRow("A", "会员价", "member_price", members_only=True, prices=(("tea", 1200),)),
    "B": PromotionRow(
        "B", "饮品第二件半价", "nth_item", target=Target((), ("饮品",)), every=2, off=Off("per_mille", 500)
    ),
    "C": PromotionRow("C", "满 40 减 5", "spend_save", steps=((4000, 500),)),
    "D": PromotionRow(
        "D",
        "奶茶 + 菠萝包 18 元",
        "bundle",
        parts=(Part(Target(("tea",))), Part(Target(("bun",)))),
        off=Off("price", 1800),
    ),
    "E": PromotionRow("E", "糕点九折", "discount", target=Target((), ("糕点",)), off=Off("per_mille", 100)),
}


def named(text: str) -> PromotionRow:
    """A promotion by its letter; a star: stackable; a number: its priority."""
    rule = replace(NAMED[text[0]], stackable="*" in text)
    digits = text[1:].replace("*", "")
    return check_promotion(replace(rule, priority=int(digits)) if digits else rule)


@rows("which")
def test_which(row):
    """The promotions of the page lower the basket as it says."""
    basket = priced(row, *(named(name) for name in row["promotions"].split()), member=row["member"] == "yes")
    expected = [(code, parse_money(saved)) for code, saved in pairs(row["applied"])]
    assert [(one.code, one.saved) for one in basket.promotions] == expected
    assert basket.total == parse_money(row["total"])


@rows("near")
def test_near(row):
    """What lacks for a promotion is told with what it would save, if it is little."""
    others = {
        "满 40 送可乐": gift(table("gift")[0]),
        "满 2 件八折": next(discount(case) for case in table("discount") if case["case"] == "满 2 件八折"),
    }
    rule = others.get(row["promotion"]) or NAMED[row["promotion"]]
    found = [(miss.lacks, miss.missing, miss.saves) for miss in priced(row, rule).near]
    if not row["lacks"]:
        assert found == []
        return
    missing = parse_money(row["missing"]) if row["lacks"] == "amount" else int(row["missing"])
    assert found == [(row["lacks"], missing, amount(row["saves"]))]


@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_pages_promotions_stand_the_check(name):
    """Every promotion that the page names could be stored."""
    assert check_promotion(NAMED[name]) is NAMED[name]
