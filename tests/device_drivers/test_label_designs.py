"""Built-in label designs: everything stays on the label, nothing lies on anything else, whatever the texts."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import Code, StopError
from device_drivers.paper import cells
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.label import LabelBarcode, LabelQRCode, LabelText
from device_drivers.paper.label_designs import DESIGNS, LabelValues, label

TEXT = st.text(st.one_of(st.sampled_from("珍珠奶茶 (大杯)Milk 500ml\n\x1b"), st.characters()), max_size=60)
PRICE = st.one_of(st.just(""), st.integers(0, 10**8).map(lambda cents: f"￥{cents // 100}.{cents % 100:02d}"), TEXT)
CODE = st.one_of(st.just(""), st.sampled_from(["6901234567892", "6901234567893", "ABC-12345", "2100123", "珍珠"]), TEXT)


def box(element) -> tuple[int, int, int, int]:
    """Where an element lies, tenths of a millimetre."""
    if isinstance(element, LabelText):
        across = cells.width(cells.clean(element.text)) * element.height // 2
        across = min(across, element.width) if element.width else across
        return element.x, element.y, element.x + across, element.y + element.height
    if isinstance(element, LabelQRCode):
        return element.x, element.y, element.x + element.size, element.y + element.size
    across = geometry.barcode_width(element.data, element.symbology)
    return element.x, element.y, element.x + across, element.y + element.height


@pytest.mark.parametrize("design", DESIGNS)
@given(name=TEXT, price=PRICE, old=PRICE, unit=TEXT, spec=TEXT, code=CODE, note=TEXT, qr=st.booleans())
def test_nothing_leaves_the_label_nor_covers_another(design, name, price, old, unit, spec, code, note, qr):
    """However long the texts are, all elements lie within the label, and no code is covered by anything."""
    values = LabelValues(name, price, old, unit, spec, code, "https://shop.example/p/1" if qr else "", note)
    made = label(design, values)
    geometry.check(made)
    for element in made.elements:
        left, top, right, bottom = box(element)
        assert 0 <= left <= right <= made.width
        assert 0 <= top < bottom <= made.height
    for one, other in combinations(made.elements, 2):
        if isinstance(one, LabelText) and isinstance(other, LabelText):
            continue
        a, b = box(one), box(other)
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_long_names_take_two_lines():
    """A name too long for one line goes on in a second one, and ends with an ellipsis where that is full too."""
    made = label("price_40x30", LabelValues("红富士苹果 山东烟台栖霞产地直发 脆甜多汁 精选大果", "￥12.90"))
    names = [element.text for element in made.elements if isinstance(element, LabelText) and element.height == 36]
    assert names == ["红富士苹果 山东烟台", "栖霞产地直发 脆甜…"]


def test_the_price_is_the_largest():
    """The figures of a price are the largest text, its currency and unit stand on the same base line, smaller."""
    made = label("price_60x40", LabelValues("珍珠奶茶", "￥15.00", unit="杯"))
    price, sign, unit = (
        next(element for element in made.elements if isinstance(element, LabelText) and element.text == text)
        for text in ("15.00", "￥", "/杯")
    )
    assert price.height == max(element.height for element in made.elements if isinstance(element, LabelText))
    lines = {round(element.y + element.height * 19 / 24) for element in (price, sign, unit)}
    assert max(lines) - min(lines) <= 1


@pytest.mark.parametrize(
    ("code", "bars"),
    [
        ("6901234567892", "ean13"),
        ("6901234567893", "code128"),
        ("ABC-12345", "code128"),
        ("ABCDEFGHIJKLMNOP", None),
        ("珍珠", None),
        ("", None),
    ],
)
def test_bars_are_chosen_by_the_code(code, bars):
    """An EAN-13 is one only with its right check digit; what has no bars or no room for them stands as figures."""
    made = label("price_40x30", LabelValues("水", "￥2.00", code=code))
    found = [element.symbology for element in made.elements if isinstance(element, LabelBarcode)]
    assert found == ([bars] if bars else [])
    assert not code or any(isinstance(element, LabelText) and element.text == code for element in made.elements)


def test_what_cannot_be_laid_out_is_refused():
    """An unknown design, and a QR code whose cells no phone could read, are refused."""
    with pytest.raises(StopError) as unknown:
        label("price_99x99", LabelValues("水"))
    assert unknown.value.code is Code.BAD_TEMPLATE
    with pytest.raises(StopError) as crowded:
        label("product_40x30", LabelValues("水", qr="x" * 300))
    assert crowded.value.code is Code.UNPRINTABLE
