"""docs/pricing.md as a test: each row of each of its tables is worked out again."""

import re
from pathlib import Path

import pytest
from pricing_page import PAGE, amounts, per_mille, rows, signed, table

from commerce import pricing
from commerce.basket import Basket, HandDiscount, PriceOverride, add, set_discount, set_order_discount, set_override
from commerce.catalogue import Catalogue
from commerce.errors import CommerceError
from commerce.facts import CountedCash
from commerce.money import format_money, parse_money
from commerce.points import ExpiryRule, RedeemRule, earned, expires_on, rate_for, taken_back
from commerce.quantity import line_amount, parse_quantity
from commerce.reference import ProductRow, TierRow
from commerce.shifts import ShiftFigures, TenderFigures, differences, expected
from commerce.tender import Available, Offer, TenderRules, settle
from commerce.tiers import Deed, History, tier_for


def by_hand(text: str) -> HandDiscount | None:
    """A discount by hand, by rate or amount."""
    if not text:
        return None
    if text.endswith("%"):
        return HandDiscount(per_mille=per_mille(text), approved_by="0007")
    return HandDiscount(amount=parse_money(text), approved_by="0007")


def tier(off: str) -> TierRow:
    """A tier with a discount and the price level of members."""
    return TierRow("gold", "金卡", 2, per_mille(off), "member")


def test_stages_stand_in_the_order_of_the_page():
    """The page lists the stages of pricing in the order in which they run."""
    assert [row["stage"] for row in table("stages")] == [name for name, _ in pricing.STAGES]


MORE = ("promotion_docs", "plan_docs", "timing", "value_docs")
"""Other files that run tables of the page."""


def test_every_table_of_the_page_is_run():
    """No table of the page is left unread by the files that run it."""
    named = re.findall(r"<!-- table: (.+) -->", PAGE.read_text(encoding="utf-8"))
    here = Path(__file__).parent
    source = "".join(
        (here / name).read_text(encoding="utf-8")
        for name in (Path(__file__).name, *(f"test_{more}.py" for more in MORE))
    )
    assert named == list(dict.fromkeys(named))
    assert [name for name in named if f'rows("{name}")' not in source and f'table("{name}")' not in source] == []


@rows("line amount")
def test_line_amount(row):
    """A line's amount is price times quantity, half up."""
    assert line_amount(parse_money(row["price"]), parse_quantity(row["quantity"])) == parse_money(row["amount"])


@rows("one line")
def test_one_line(row):
    """One line goes through the stages to the amounts that the page says."""
    product = ProductRow(
        "1001",
        "东北大米",
        "粮油",
        "袋",
        parse_money(row["price"]),
        levels=(("member", parse_money(row["level"])),) if row["level"] else (),
        discountable=row["discountable"] == "yes",
        weighed="." in row["quantity"],
    )
    catalogue = Catalogue([product])
    basket = add(Basket(), catalogue, "1001", parse_quantity(row["quantity"]))
    if row["by hand"]:
        basket = set_override(basket, 1, PriceOverride(parse_money(row["by hand"]), "0007"))
    basket = set_discount(basket, 1, by_hand(row["line off"]))
    line = pricing.price(basket, catalogue, tier(row["tier off"])).lines[0]
    assert (line.list_amount, line.charged) == (parse_money(row["list"]), parse_money(row["charged"]))


@rows("basket")
def test_basket(row):
    """Order discount and rounding are cut over the lines as the page says."""
    prices = amounts(row["lines"])
    catalogue = Catalogue(ProductRow(f"{n}", f"商品{n}", "杂货", "件", price) for n, price in enumerate(prices))
    basket = Basket()
    for n in range(len(prices)):
        basket = add(basket, catalogue, f"{n}", 1000)
    basket = set_order_discount(basket, by_hand(row["order off"]))
    rule = pricing.rounding_rule(row["rounding rule"])
    priced = pricing.price(basket, catalogue, tier(row["tier off"]), rounding=rule)
    assert [-sum(amount for _, amount in line.discounts) for line in priced.lines] == amounts(row["discounts"])
    assert [line.rounding for line in priced.lines] == amounts(row["rounding"])
    assert [line.charged for line in priced.lines] == amounts(row["charged"])
    assert priced.total == parse_money(row["total"])


@rows("rounding")
def test_rounding(row):
    """A total is made payable by its rule."""
    assert pricing.rounding_rule(row["rule"]).apply(parse_money(row["total"])) == parse_money(row["payable"])


@rows("typed")
def test_typed(row):
    """An amount as typed is read as the page says or refused by the code it names."""
    if row["read as"].startswith("bad_"):
        with pytest.raises(CommerceError) as refusal:
            parse_money(row["typed"])
        assert refusal.value.code == row["read as"]
    else:
        assert format_money(parse_money(row["typed"])) == row["read as"]


@rows("labels")
def test_labels(row):
    """A label of the shop gives product, quantity and, if it bears a price, the line's amount."""
    product = ProductRow(row["item"], "散称车厘子", "水果", "公斤", parse_money(row["unit price"]))
    weighed = ProductRow(*product_fields(product), weighed="." in row["quantity"])
    (scan,) = Catalogue([weighed]).scan(row["code"])
    label = parse_money(row["label amount"]) if row["label amount"] else None
    assert (scan.product, scan.milli_qty, scan.label_amount) == (weighed, parse_quantity(row["quantity"]), label)


def product_fields(product: ProductRow) -> tuple[str, str, str, str, int]:
    """The fields that every product has."""
    return product.item, product.name, product.category, product.unit, product.price


def offers(text: str) -> list[Offer]:
    """Offers as the page writes them: tender and amount, divided by commas."""
    pairs = (part.split() for part in text.split(",") if part.strip())
    return [Offer(tender, parse_money(amount)) for tender, amount in pairs]


@rows("tenders")
def test_tenders(row):
    """A total is settled, or refused by the code that the page names."""
    rules = TenderRules(("wechat", "alipay", "card"), RedeemRule(1, 1, least=100, most_per_mille=500))
    available = Available(parse_money(row["stored value here"]), int(row["points here"]))
    total = parse_money(row["total"])
    if row["refused"]:
        with pytest.raises(CommerceError) as refusal:
            settle(total, offers(row["offers"]), available, rules)
        assert refusal.value.code == row["refused"]
        return
    settled = settle(total, offers(row["offers"]), available, rules)
    assert [Offer(paid.tender, paid.amount) for paid in settled.tenders] == offers(row["paid"])
    assert (settled.points, settled.change) == (int(row["points used"]), parse_money(row["change"]))


@rows("points earned")
def test_points_earned(row):
    """Points are earned on the base at the tier's rate, rounded down."""
    rate = rate_for((int(row["points"]), parse_money(row["per"])), per_mille(row["tier"]))
    assert earned(parse_money(row["base"]), rate) == int(row["earned"])


@rows("points taken back")
def test_points_taken_back(row):
    """A refund takes back what the base before earned more than the base after."""
    before, after = parse_money(row["base before"]), parse_money(row["base after"])
    assert taken_back(before, after, (1, 100)) == int(row["taken back"])


@rows("points expiry")
def test_points_expiry(row):
    """Points may be used up to the day that the rule gives."""
    last = expires_on(ExpiryRule(row["rule"], int(row["span"])), row["earned on"])
    assert (last or "never") == row["last day"]


@rows("tiers")
def test_tiers(row):
    """A member's tier goes up at once and down when its period has run out."""
    ladder = (
        TierRow("basic", "普通", 0),
        TierRow("silver", "银卡", 1, from_spend=100_000),
        TierRow("gold", "金卡", 2, from_spend=500_000, from_top_up=300_000),
        TierRow("staff", "员工", 9),
    )
    deed = Deed("2026-03-01", parse_money(row["spent"]), parse_money(row["topped up"]))
    decision = tier_for(History(row["tier"], row["since"], (deed,)), ladder, row["today"])
    assert (decision.tier, decision.change) == (row["then"], row["change"])


@rows("shift")
def test_shift(row):
    """What should lie in the drawer, and how the count differs."""
    zero = dict.fromkeys(ShiftFigures.__slots__, 0)
    figures = ShiftFigures(
        **{
            **zero,
            "shift": b"s" * 16,
            "opening": parse_money(row["float"]),
            "cash_in": parse_money(row["cash in"]),
            "cash_out": parse_money(row["cash out"]),
            "tenders": (TenderFigures("cash", parse_money(row["received"]), parse_money(row["paid back"])),),
        }
    )
    due = expected(figures)
    assert due == (CountedCash("cash", parse_money(row["expected"])),)
    (difference,) = differences(due, [CountedCash("cash", parse_money(row["counted"]))])
    assert difference.delta == signed(row["difference"])
