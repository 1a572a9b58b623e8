"""What the example chain offers: something of everything, all of it understood by tills."""

from commerce.basket import Basket, BasketLine
from commerce.catalogue import Catalogue
from commerce.pictures import picture_of
from commerce.plans.row import KINDS as PLAN_KINDS
from commerce.pricing import DEFAULT_RULES, NO_ROUNDING, price
from commerce.promotions.index import Promotions
from commerce.promotions.moments import Moment
from edge_node.ledger.settings import Settings, parse_one
from stayopen import seed, seed_offers, seed_pictures


def test_a_plan_of_each_kind():
    """Whoever looks at the demo sees every kind of card plan; what plans and promotions name is sold."""
    assert {row.kind for row in seed_offers.PLANS} == set(PLAN_KINDS)
    items = {row.item for row in seed.products()}
    categories = {row.category for row in seed.products()}
    for row in (*seed_offers.PLANS, *seed_offers.PROMOTIONS):
        for target in (row.target, *(part.target for part in getattr(row, "parts", ()))):
            assert items.issuperset(target.items), row.code
            assert categories.issuperset(target.categories), row.code


def test_tills_understand_every_setting():
    """No setting of the example falls back to its default, and each changes something."""
    for row in (*seed_offers.SETTINGS, seed_offers.ORDER_MODE):
        found = parse_one(Settings(), row.name, row.value)
        assert found is not None, row.name
        assert found != Settings(), row.name


def test_every_category_has_a_picture():
    """One drawing for each category of the goods, small enough for a feed row."""
    drawn = seed_pictures.drawings()
    assert set(drawn) == {row.category for row in seed.products()}
    assert {picture_of(data).kind for data in drawn.values()} == {"webp"}
    assert len(set(drawn.values())) == len(drawn)


def test_promotions_lower_what_they_say():
    """A breakfast costs 18.00, the second pencil half, snacks for 30.00 five less."""
    goods = {row.name: row for row in seed.products()}
    cases = {("美式咖啡", "饭团 三文鱼"): 1_800, ("2B 铅笔", "2B 铅笔"): 225, ("好丽友派",) * 3: 3_840 - 500}
    for names, total in cases.items():
        lines = tuple(BasketLine(n + 1, goods[name].item, 1000) for n, name in enumerate(names))
        found = price(
            Basket(lines),
            Catalogue(seed.products()),
            None,
            DEFAULT_RULES,
            NO_ROUNDING,
            promotions=Promotions(seed_offers.PROMOTIONS),
            moment=Moment("2026-12-01", 600),
        )
        assert found.total == total, names
