"""docs/pricing.md, "Card plans", as a test: each row of each of its tables is worked out again."""

from dataclasses import replace

import pytest
from plan_samples import GYM, PLANS, SALON, buy, held, uses_view
from pricing_page import rows
from value_samples import DESK, MEMBER, summed

from commerce.accounts import breakage, prepaid, sales
from commerce.basket import Basket, add, set_cover, set_member
from commerce.catalogue import Catalogue
from commerce.entitlements import after, freeze_fact, sold_fact, thaw_fact, valid
from commerce.errors import CommerceError
from commerce.money import parse_money
from commerce.plans.row import PlanRow
from commerce.pricing import price
from commerce.quantity import parse_quantity
from commerce.reference import ProductRow
from commerce.sale import plan_tenders, plan_uses, sale_fact
from commerce.withdrawal import Approval

ITEMS = {"cut": "cut", "wash": "wash", "gym": "visit", "pool": "pool"}
WEIGHED = Catalogue(replace(product, weighed=True) for product in SALON)
"""Half a cut can be typed where a thing is weighed."""


def one_line(catalogue, item, quantity, plan):
    """Return a member's basket with one covered line."""
    basket = set_member(add(Basket(), catalogue, item, quantity), MEMBER, "")
    return set_cover(basket, 1, plan)


@rows("covered")
def test_covered(row):
    """A plan pays for a line as the page says, or refuses by the code that it names."""
    plan = PLANS[row["plan"]]
    views = [uses_view(plan, 1, int(row["uses here"]))] if row["uses here"] else []
    basket = one_line(WEIGHED, ITEMS[plan.code], parse_quantity(row["pieces"]), plan.code)
    plans = held(plan, views=views, left_today=2)
    if row["refused"]:
        with pytest.raises(CommerceError) as refusal:
            price(basket, WEIGHED, plans=plans)
        assert refusal.value.code == row["refused"]
        return
    (line,) = price(basket, WEIGHED, plans=plans).lines
    assert line.cover is not None
    assert (line.cover.taken, line.charged) == (int(row["uses taken"]), parse_money(row["charged"]))
    assert sum(use.worth - use.value for use in line.cover.uses) == parse_money(row["breakage"])


@rows("dear uses")
def test_dear_uses(row):
    """A use pays no more than the list amount; the rest of what it was bought for is breakage."""
    plan = PlanRow("card", "次卡", "count", parse_money(row["price"]), uses=int(row["uses"]))
    catalogue = Catalogue([ProductRow("a", "洗发", "美发", "次", parse_money(row["list"]))])
    basket = one_line(catalogue, "a", parse_quantity(row["pieces"]), "card")
    priced = price(basket, catalogue, plans=held(plan, views=[uses_view(plan, 1, 10)]))
    fact = sale_fact(DESK, b"S" * 16, "西湖-0003", MEMBER, priced, plan_tenders(priced), plan_uses(priced))
    sums = summed([fact])
    assert priced.total == parse_money(row["charged"]) == -sums.get((sales("xihu"), "money"), 0)
    assert sums.get((prepaid("xihu"), "money"), 0) == parse_money(row["prepaid"])
    assert -sums.get((breakage("xihu"), "money"), 0) == parse_money(row["breakage"])


@rows("plans sold")
def test_plans_sold(row):
    """Of the price of a count so much is prepaid, the rest is sales at once."""
    plan = PlanRow("card", "次卡", "count", parse_money(row["price"]), uses=int(row["uses"]))
    fact, bought = buy(plan)
    sums = summed([fact])
    assert bought.lots[0].amount == plan.uses
    assert -sums.get((prepaid("xihu"), "money"), 0) == parse_money(row["prepaid"])
    assert -sums.get((sales("xihu"), "money"), 0) == parse_money(row["sales at once"])
    assert parse_money(row["worth of a use"]) == plan.price // plan.uses


@rows("freezes")
def test_freezes(row):
    """A card's end moves by the days it was frozen, and it does not hold while it is."""
    plan, by = replace(GYM, days=int(row["days"])), Approval("201", "出差")
    card = sold_fact(
        DESK._replace(day=row["sold on"]), b"E" * 16, "西湖-0004", MEMBER, replace(plan, price=0), tenders=()
    )
    now = after(None, card.body)
    for day, act in ((row["frozen on"], freeze_fact), (row["thawed on"], thaw_fact)):
        if day:
            now = after(now, act(DESK._replace(day=day), now, by).body)
    assert (now.last_day, valid(now, row["on"])) == (row["ends"], row["holds"] == "yes")
