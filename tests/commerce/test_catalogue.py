"""Finding products by number, barcode, label, name and pinyin initials."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.catalogue import (
    FOUND_MAX,
    Catalogue,
    LabelLayout,
    Scan,
    check_digit,
    check_product,
    is_gs1,
    quantity_step,
)
from commerce.errors import InputError
from commerce.reference import ProductRow

RICE = ProductRow("1001", "东北大米", "粮油", "袋", 4990, barcodes=("6901234567892",), pinyin="dbdm")
MILK = ProductRow("1002", "纯牛奶 250ml", "乳品", "盒", 350, barcodes=("036000291452",), pinyin="cnn")
CHERRY = ProductRow("42", "车厘子", "水果", "公斤", 1280, weighed=True, pinyin="clz")
OLD = ProductRow("1003", "牛奶糖", "糖果", "包", 800, barcodes=("6900000000007",), pinyin="nnt", active=False)
CAKE = ProductRow("NN-1", "牛腩饭", "快餐", "份", 2800, pinyin="nnf")
SHOP = Catalogue([RICE, MILK, CHERRY, OLD, CAKE])


@LAW
@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_check_digit_catches_every_single_wrong_digit(digits, place, shift):
    """Changing any one digit of an EAN-13 makes its check digit wrong."""
    code = digits + check_digit(digits)
    assert is_gs1(code)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert not is_gs1(wrong)


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("6901234567892", True),
        ("036000291452", True),
        ("96385074", True),
        ("6901234567890", False),
        ("٠", False),
        ("", False),
        ("690123456789²", False),
    ],
)
def test_known_codes(code, right):
    """EAN-13, UPC-A and EAN-8 are told from numbers with a wrong check digit and from what only looks like digits."""
    assert is_gs1(code) is right


def test_barcode_is_found_as_scanned():
    """A barcode gives one unit of its product, also as full-width digits and between blanks."""
    assert SHOP.scan("6901234567892") == (Scan(RICE, 1000),)
    assert SHOP.scan(" ６９０１２３４５６７８９２ ") == (Scan(RICE, 1000),)


def test_upc_and_its_ean_are_one_barcode():
    """A scanner that sends a UPC-A with a leading zero finds the same product."""
    assert SHOP.scan("036000291452") == SHOP.scan("0036000291452") == (Scan(MILK, 1000),)


def test_number_is_found_when_no_barcode_matches():
    """A typed item number is found exactly, letters in the case in which they are written."""
    assert SHOP.scan("NN-1") == (Scan(CAKE, 1000),)
    assert SHOP.scan("1001") == (Scan(RICE, 1000),)


def test_unknown_and_inactive_codes_find_nothing():
    """What is unknown, and what is not sold any more, finds nothing."""
    assert SHOP.scan("6999999999994") == SHOP.scan("6900000000007") == SHOP.scan("1003") == SHOP.scan("") == ()


def test_shared_barcode_offers_all_its_products():
    """Products that share a barcode are all offered, for the cashier to pick."""
    twin = replace(RICE, item="1009", name="东北大米（礼盒）")
    assert [scan.product.item for scan in Catalogue([RICE, twin]).scan("6901234567892")] == ["1001", "1009"]


def test_misread_label_is_refused():
    """A label of the shop with a wrong check digit was misread and is refused, not guessed."""
    assert SHOP.scan("2500042015355") == (Scan(CHERRY, 1535),)
    with pytest.raises(InputError) as refusal:
        SHOP.scan("2500042015350")
    assert refusal.value.code == "bad_check_digit"


@pytest.mark.parametrize("digits", ["250099901535", "250004200000", "250100301535"])
def test_label_without_product_or_value_finds_nothing(digits):
    """A label of an unknown or inactive product, or of weight zero, finds nothing."""
    assert SHOP.scan(digits + check_digit(digits)) == ()


def test_barcode_as_it_stands_wins_over_label():
    """A product that bears a number which looks like a label is found by it."""
    bread = ProductRow("77", "现烤面包", "面点", "个", 600, barcodes=("2500042015355",))
    assert Catalogue([CHERRY, bread]).scan("2500042015355") == (Scan(bread, 1000),)


def test_chain_sets_its_own_layouts():
    """A chain's own layout reads its labels, and prefixes it does not name are no labels."""
    layouts = (LabelLayout("28", "price", item_digits=4, value_digits=6),)
    catalogue = Catalogue([RICE], layouts)
    digits = "281001123456"
    assert catalogue.scan(digits + check_digit(digits)) == (Scan(RICE, 1000, 123_456),)
    assert catalogue.scan("2500042015355") == ()


@pytest.mark.parametrize(
    ("typed", "items"),
    [
        ("dbdm", ["1001"]),
        ("DB", ["1001"]),
        ("ｄｂ", ["1001"]),
        ("大米", ["1001"]),
        ("nn", ["NN-1", "1002"]),
        ("牛", ["NN-1", "1002"]),
        ("100", ["1001", "1002"]),
        ("250ML", ["1002"]),
        ("nnt", []),
        ("没有", []),
        ("  ", []),
    ],
)
def test_search_as_typed(typed, items):
    """Beginnings of number, initials or name come before what merely contains the text; inactive goods never come."""
    assert [product.item for product in SHOP.search(typed)] == items


def test_search_exact_initials_first():
    """Initials that match as a whole come before those that only begin so."""
    longer = ProductRow("1", "大米粥", "快餐", "碗", 500, pinyin="dmz")
    exact = ProductRow("2", "大米", "粮油", "斤", 300, pinyin="dm")
    assert [product.item for product in Catalogue([longer, exact]).search("dm")] == ["2", "1"]


@LAW
@given(st.lists(st.text("ab大米 ", min_size=1, max_size=6), max_size=12), st.text("ab大米", min_size=1, max_size=3))
def test_search_finds_what_contains_the_text(names, typed):
    """Search finds each product whose name contains the text, once, and no other."""
    catalogue = Catalogue(ProductRow(f"#{n}", name, "", "", 1) for n, name in enumerate(names))
    found = [product.item for product in catalogue.search(typed, FOUND_MAX)]
    assert sorted(found) == sorted(f"#{n}" for n, name in enumerate(names) if typed in name)


def test_search_returns_no_more_than_asked():
    """A search stops at its limit, and at the house's limit when more is asked."""
    catalogue = Catalogue(ProductRow(f"{n}", f"矿泉水{n}", "饮料", "瓶", 200) for n in range(300))
    assert len(catalogue.search("水", 7)) == 7
    assert len(catalogue.search("水", 10_000)) == FOUND_MAX
    assert catalogue.search("水", -1) == ()


def test_update_leaves_the_old_catalogue_alone():
    """A page of the feed makes a new catalogue: changed rows replaced, removed ones gone, the old one as it was."""
    dearer = replace(RICE, price=5290, pinyin="dbdmx")
    after = SHOP.updated([dearer], removed=["42", "unknown"])
    assert (after.item("1001"), after.search("dbdmx"), len(after)) == (dearer, (dearer,), 4)
    assert (SHOP.item("1001"), SHOP.search("dbdmx"), len(SHOP)) == (RICE, (), 5)
    assert after.scan("6901234567892") == (Scan(dearer, 1000),)
    with pytest.raises(InputError, match="unknown_item"):
        after.item("42")


def test_inactive_product_is_still_known_by_number():
    """A product that is not sold any more keeps its row, so that old baskets and sales can name it."""
    assert SHOP.item("1003") == OLD
    assert OLD in list(SHOP)


def test_two_products_of_one_number_are_refused():
    """A catalogue with two rows of one number is a broken import."""
    with pytest.raises(InputError, match="duplicate_item"):
        Catalogue([RICE, replace(MILK, item="1001")])


def test_weighed_goods_go_by_the_gram():
    """What is weighed is sold in thousandths of its unit, all else in whole units."""
    assert (quantity_step(CHERRY), quantity_step(RICE)) == (1, 1000)


@pytest.mark.parametrize(
    "change",
    [
        {"item": ""},
        {"item": "一 二"},
        {"item": "x" * 33},
        {"name": " "},
        {"name": "米\x07"},
        {"price": -1},
        {"price": 10_000_000_001},
        {"price": 49.9},
        {"kind": "gift"},
        {"barcodes": ("",)},
        {"barcodes": tuple(f"{n}" for n in range(33))},
        {"levels": (("vip", -1),)},
        {"levels": (("", 1),)},
        {"unit": "袋" * 201},
    ],
)
def test_product_out_of_bounds_is_refused(change):
    """An editor or import learns of every field that is out of bounds before the row is written."""
    assert check_product(RICE) == RICE
    with pytest.raises(InputError):
        check_product(replace(RICE, **change))
