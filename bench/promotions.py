"""What promotions cost in time: a basket priced with 200 of them, against the same basket without any.

*mixed*: six kinds, each on a tenth of the goods or on a dozen items, some on everything; 500 different products in
500 lines, so that some 70 of them apply at once. *small*: 20 lines of that shop. *crowd*: 200 that all want everything
for themselves, which no chain does: the worst that we know.
"""

import random

from bench.harness import Figure, interleave, report
from commerce import basket as baskets
from commerce.basket import Basket
from commerce.catalogue import Catalogue
from commerce.pricing import price
from commerce.promotions.check import check_promotion
from commerce.promotions.index import NO_PROMOTIONS, Promotions
from commerce.promotions.moments import Moment
from commerce.promotions.row import Off, Part, PromotionRow, Target
from commerce.reference import ProductRow, TierRow

LINES, MANY, ROUNDS = 500, 200, 15
NOON = Moment("2026-06-13", 720)
GOLD = TierRow("gold", "金卡", 1, discount_per_mille=50)
FREE, HALF = Off("per_mille", 1000), Off("per_mille", 500)


def shop(dice: random.Random) -> Catalogue:
    """Five hundred products in twenty categories, every tenth weighed."""
    return Catalogue(
        ProductRow(f"{n}", f"商品{n}", f"类{n % 20}", "件", dice.randint(100, 9900), weighed=n % 10 == 0)
        for n in range(LINES)
    )


def filled(catalogue: Catalogue, dice: random.Random, lines: int) -> Basket:
    """A member's basket with so many of the products, one to six pieces of each."""
    basket = baskets.set_member(Basket(), b"m" * 16, "gold")
    for product in list(catalogue)[:: LINES // lines]:
        quantity = dice.randint(50, 3000) if product.weighed else dice.randint(1, 6) * 1000
        basket = baskets.add(basket, catalogue, product.item, quantity, merge=False)
    return basket


def mixed(catalogue: Catalogue, dice: random.Random, stackable: int) -> list[PromotionRow]:
    """Two hundred promotions of all kinds but coupons; every so manieth stackable, 0 for none."""
    rows = []
    for n in range(MANY):
        items = tuple(f"{number}" for number in dice.sample(range(LINES), 12))
        some, wide = Target(items), Target((), (f"类{n % 20}", f"类{(n + 7) % 20}"))
        prices = tuple((item, catalogue.item(item).price * 9 // 10) for item in items)
        parts = (Part(Target((), wide.categories[:1])), Part(some))
        kinds = (
            {"kind": "member_price", "members_only": True, "prices": prices},
            {"kind": "member_price", "members_only": True, "prices": prices[:6]},
            {"kind": "discount", "target": wide, "off": Off("per_mille", 100 + n)},
            {"kind": "discount", "target": some, "off": Off("amount", 50)},
            {"kind": "nth_item", "target": wide, "every": 2, "off": HALF},
            {"kind": "nth_item", "target": some, "every": 3, "off": FREE},
            {"kind": "bundle", "parts": parts, "off": Off("price", 3000)},
            {"kind": "spend_save", "target": Target(), "steps": ((10_000, 2_000), (50_000, 12_000))},
            {"kind": "spend_save", "target": wide, "steps": ((10_000, 2_000),), "each": True},
            {"kind": "gift", "target": wide, "gifts": items[:2], "least_amount": 10_000, "off": FREE},
        )
        last = bool(stackable) and n % stackable == 0
        rows.append(check_promotion(PromotionRow(f"p{n}", "促销", stackable=last, **kinds[n % len(kinds)])))
    return rows


def crowd() -> list[PromotionRow]:
    """Two hundred that are exclusive and match everything."""
    return [
        PromotionRow(f"p{n}", "买二减一", "nth_item", every=2 + n % 5, off=Off("per_mille", 300 + n))
        for n in range(MANY)
    ]


def measure(name: str, catalogue: Catalogue, basket: Basket, rows: list[PromotionRow], at_most: float | None) -> Figure:
    """Price with and without."""
    prepared = Promotions(rows)
    times = interleave(
        lambda: price(basket, catalogue, GOLD, promotions=prepared, moment=NOON),
        lambda: price(basket, catalogue, GOLD, promotions=NO_PROMOTIONS, moment=NOON),
        ROUNDS,
    )
    applied = len(price(basket, catalogue, GOLD, promotions=prepared, moment=NOON).promotions)
    details = {"without_ms": round(times.control_us / 1000, 2), "ratio": round(times.ratio, 1), "applied": applied}
    return Figure(f"promotions, {name}", round(times.ours_us / 1000, 1), "ms", at_most=at_most, details=details)


def main() -> None:
    """Price the baskets."""
    dice = random.Random(7)
    catalogue = shop(dice)
    full, small = filled(catalogue, dice, LINES), filled(catalogue, dice, 20)
    alone, half = mixed(catalogue, dice, 0), mixed(catalogue, dice, 2)
    report(
        [
            measure("20 lines, 200 mixed", catalogue, small, alone, None),
            measure("500 lines, 200 mixed", catalogue, full, alone, 50),
            measure("500 lines, 200 mixed, half of them stackable", catalogue, full, half, 50),
            measure("500 lines, a crowd of 200 on everything", catalogue, full, crowd(), None),
        ]
    )


if __name__ == "__main__":
    main()
