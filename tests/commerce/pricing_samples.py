"""Shops, baskets and settings that the tests of prices draw from."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st

from commerce import basket as baskets
from commerce.basket import Basket, HandDiscount, PriceOverride
from commerce.catalogue import Catalogue
from commerce.pricing import ROUNDING_RULES, PricingRules
from commerce.reference import ProductRow, TierRow

LAW = settings(deadline=None, derandomize=True)
"""Laws are tried on the same examples every time, and a slow machine is no failure."""

PRODUCTS = st.builds(
    ProductRow,
    item=st.just(""),
    name=st.sampled_from(["东北大米", "纯牛奶", "车厘子", "剪发", "储值卡工本费"]),
    category=st.just("日用"),
    unit=st.just("件"),
    price=st.integers(0, 3_000),
    levels=st.integers(0, 4_000).flatmap(lambda price: st.sampled_from([(), (("member", price),)])),
    discountable=st.booleans(),
    earns_points=st.booleans(),
    weighed=st.just(value=True),
)

DISCOUNTS = st.none() | st.one_of(
    st.integers(1, 1000).map(lambda rate: HandDiscount(per_mille=rate, approved_by="0007")),
    st.integers(1, 2_000).map(lambda amount: HandDiscount(amount=amount, approved_by="0007")),
)

OVERRIDES = st.none() | st.integers(0, 4_000).map(lambda price: PriceOverride(price, "0007"))

TIERS = st.none() | st.builds(
    TierRow, st.just("gold"), st.just("金卡"), st.just(2), st.integers(0, 1000), st.sampled_from(["", "member"])
)

ROUNDINGS = st.sampled_from(sorted(ROUNDING_RULES.values()))

RULES = st.builds(PricingRules, tier_on_level=st.booleans())


@st.composite
def filled(draw):
    """A basket of up to six lines with whatever a person may do to it, and the catalogue it was filled from."""
    rows = draw(st.lists(PRODUCTS, max_size=6))
    catalogue = Catalogue(replace(row, item=f"{n}") for n, row in enumerate(rows))
    basket = Basket()
    for line, product in enumerate(catalogue, start=1):
        label = draw(st.none() | st.integers(0, 5_000))
        basket = baskets.add(basket, catalogue, product.item, draw(st.integers(1, 9_999)), label_amount=label)
        basket = baskets.set_override(basket, line, draw(OVERRIDES))
        basket = baskets.set_discount(basket, line, draw(DISCOUNTS))
    return baskets.set_order_discount(basket, draw(DISCOUNTS)), catalogue
