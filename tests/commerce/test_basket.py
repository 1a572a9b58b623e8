"""Baskets: immutable, bounded, and merged only where nothing is lost by it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce import basket as baskets
from commerce.basket import Basket, HandDiscount, PriceOverride
from commerce.catalogue import Catalogue
from commerce.errors import CommerceError, InputError, RuleError
from commerce.limits import LINES_MAX, MILLI_QTY_MAX
from commerce.reference import ProductRow

SHOP = Catalogue(
    [
        ProductRow("1", "珍珠奶茶", "饮品", "杯", 1500, pinyin="zznc"),
        ProductRow("2", "散装花生", "炒货", "公斤", 1280, weighed=True),
        ProductRow("3", "剪发", "服务", "次", 6800, kind="service"),
        ProductRow("4", "停售糕点", "面点", "个", 500, active=False),
    ]
)

MEMBER = b"m" * 16


def lines(basket):
    """Line ids with quantity."""
    return [(line.line, line.item, line.milli_qty) for line in basket.lines]


def test_equal_items_join_one_line():
    """Scanning the same goods twice makes one line of two, at its first place."""
    basket = baskets.add(Basket(), SHOP, "1", 1000)
    basket = baskets.add(basket, SHOP, "3", 1000, attendant="0012")
    basket = baskets.add(basket, SHOP, "1", 1000)
    assert lines(basket) == [(1, "1", 2000), (2, "3", 1000)]


@pytest.mark.parametrize(
    "other",
    [{"note": "少冰"}, {"attendant": "0012"}, {"merge": False}, {"label_amount": 1500}],
)
def test_lines_that_differ_stay_apart(other):
    """Another note, attendant or label, or the cashier's wish, keeps lines apart."""
    basket = baskets.add(baskets.add(Basket(), SHOP, "1", 1000), SHOP, "1", 1000, **other)
    assert lines(basket) == [(1, "1", 1000), (2, "1", 1000)]


def test_weighed_goods_stay_apart():
    """Each weighed bag is a line of its own."""
    basket = baskets.add(baskets.add(Basket(), SHOP, "2", 535), SHOP, "2", 535)
    assert lines(baskets.merge_equal(basket, SHOP)) == [(1, "2", 535), (2, "2", 535)]


def test_merging_takes_equal_rates_but_not_amounts_off():
    """Lines with the same rate off merge; an amount off would be given twice and keeps its line apart."""
    basket = baskets.add(baskets.add(Basket(), SHOP, "1", 1000), SHOP, "1", 2000, merge=False)
    for line in (1, 2):
        basket = baskets.set_discount(basket, line, HandDiscount(per_mille=100, approved_by="0007"))
    assert lines(baskets.merge_equal(basket, SHOP)) == [(1, "1", 3000)]
    for line in (1, 2):
        basket = baskets.set_discount(basket, line, HandDiscount(amount=100, approved_by="0007"))
    assert lines(baskets.merge_equal(basket, SHOP)) == [(1, "1", 1000), (2, "1", 2000)]


def test_line_ids_are_never_used_twice():
    """A line added after one was removed gets a new id."""
    basket = baskets.remove(baskets.add(Basket(), SHOP, "1", 1000), 1)
    assert lines(baskets.add(basket, SHOP, "1", 1000)) == [(2, "1", 1000)]


def test_a_change_leaves_the_old_basket_alone():
    """Every change gives a new basket; the one held elsewhere stays as it was."""
    before = baskets.add(Basket(), SHOP, "1", 1000)
    after = baskets.set_quantity(before, SHOP, 1, 3000)
    assert (lines(before), lines(after)) == ([(1, "1", 1000)], [(1, "1", 3000)])


def test_changes_reach_only_their_line():
    """Override, discount, note and attendant are set on one line and can be cleared again."""
    basket = baskets.add(baskets.add(Basket(), SHOP, "1", 1000), SHOP, "3", 1000)
    first = basket.lines[0]
    override = PriceOverride(5000, "0007", "老顾客")
    discount = HandDiscount(amount=500, approved_by="0007", reason="等候过久")
    changed = baskets.set_words(baskets.set_override(basket, 2, override), 2, note="剪短", attendant="0012")
    changed = baskets.set_discount(changed, 2, discount)
    line = changed.line(2)
    assert (line.override, line.discount, line.note, line.attendant) == (override, discount, "剪短", "0012")
    assert changed.line(1) is first
    cleared = baskets.set_words(baskets.set_discount(baskets.set_override(changed, 2, None), 2, None), 2, note="")
    assert cleared.line(2) == replace(basket.line(2), attendant="0012")


def test_order_discount_and_member_belong_to_the_basket():
    """The order discount and the member are set on the basket as a whole and can be cleared."""
    discount = HandDiscount(per_mille=50, approved_by="0007")
    basket = baskets.set_member(baskets.set_order_discount(Basket(), discount), MEMBER, "gold")
    assert (basket.discount, basket.member, basket.tier) == (discount, MEMBER, "gold")
    basket = baskets.set_member(baskets.set_order_discount(basket, None), b"", "")
    assert basket == Basket()


def test_quantity_of_a_labelled_line_stands():
    """A price label fixes its line: it can be removed but not changed."""
    basket = baskets.add(Basket(), SHOP, "2", 780, label_amount=999)
    with pytest.raises(RuleError, match="labelled_line"):
        baskets.set_quantity(basket, SHOP, 1, 1000)
    assert baskets.remove(basket, 1).lines == ()


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda basket: baskets.add(basket, SHOP, "9", 1000), "unknown_item"),
        (lambda basket: baskets.add(basket, SHOP, "4", 1000), "item_inactive"),
        (lambda basket: baskets.add(basket, SHOP, "1", 1500), "bad_quantity"),
        (lambda basket: baskets.add(basket, SHOP, "1", 0), "bad_quantity"),
        (lambda basket: baskets.add(basket, SHOP, "1", MILLI_QTY_MAX), "bad_quantity"),
        (lambda basket: baskets.add(basket, SHOP, "1", 1000, note="冰\n"), "bad_text"),
        (lambda basket: baskets.add(basket, SHOP, "1", 1000, label_amount=-1), "bad_amount"),
        (lambda basket: baskets.set_quantity(basket, SHOP, 1, 500), "bad_quantity"),
        (lambda basket: baskets.set_quantity(basket, SHOP, 7, 1000), "unknown_line"),
        (lambda basket: baskets.remove(basket, 7), "unknown_line"),
        (lambda basket: baskets.set_override(basket, 1, PriceOverride(-1, "0007")), "bad_amount"),
        (lambda basket: baskets.set_override(basket, 1, PriceOverride(100, "")), "bad_text"),
        (lambda basket: baskets.set_discount(basket, 1, HandDiscount()), "bad_discount"),
        (lambda basket: baskets.set_discount(basket, 1, HandDiscount(10, 10)), "bad_discount"),
        (lambda basket: baskets.set_discount(basket, 1, HandDiscount(1001)), "bad_per_mille"),
        (lambda basket: baskets.set_order_discount(basket, HandDiscount(amount=-5)), "bad_amount"),
        (lambda basket: baskets.set_member(basket, b"short", ""), "bad_member"),
        (lambda basket: baskets.set_member(basket, b"", "gold"), "bad_member"),
    ],
)
def test_bad_changes_are_refused(act, code):
    """Each change out of bounds is refused with a code of its own and leaves nothing changed."""
    basket = baskets.add(Basket(), SHOP, "1", 1000)
    with pytest.raises(CommerceError) as refusal:
        act(basket)
    assert refusal.value.code == code
    assert lines(basket) == [(1, "1", 1000)]


def test_baskets_have_a_longest_length():
    """A basket takes the house's number of lines and not one more."""
    basket = Basket()
    for n in range(LINES_MAX):
        basket = baskets.add(basket, SHOP, "1", 1000, note=f"第{n}杯")
    with pytest.raises(InputError, match="too_many_lines"):
        baskets.add(basket, SHOP, "1", 1000)
    assert len(baskets.add(basket, SHOP, "1", 1000, note="第3杯").lines) == LINES_MAX


@LAW
@given(
    st.lists(
        st.tuples(st.sampled_from("13"), st.integers(1, 5), st.sampled_from(["", "少冰"]), st.booleans()), max_size=12
    )
)
def test_merging_loses_no_quantity(added):
    """Merging keeps every item's quantity, leaves no two equal lines, and merging again changes nothing."""
    basket = Basket()
    for item, count, note, merge in added:
        basket = baskets.add(basket, SHOP, item, count * 1000, note=note, merge=merge)
    merged = baskets.merge_equal(basket, SHOP)
    kinds = {(item, note) for item, _, note, _ in added}
    for kind in kinds:
        wanted = sum(count * 1000 for item, count, note, _ in added if (item, note) == kind)
        assert [line.milli_qty for line in merged.lines if (line.item, line.note) == kind] == [wanted]
    assert len(merged.lines) == len(kinds)
    assert baskets.merge_equal(merged, SHOP) == merged
