"""Built-in label designs: price labels for shelves and product labels for goods, 40 x 30 and 60 x 40 mm.

All values come as text, worded and formatted by the caller. A name that is too long goes on in a second line and then
ends with an ellipsis; what is empty is left out, and what stands below moves up. All measures are tenths of a
millimetre.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper import cells
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.label import Element, Label, LabelBarcode, LabelQRCode, LabelText

_MARGIN = 15
"""Labels slip by half a millimetre each way."""
_GAP = 6
_QUIET = 25
"""White that scanners need at each side of bars: ten modules."""
_BASE = 19
"""Of 24 dots of a character so many stand on the base line."""


@dataclass(frozen=True, slots=True)
class LabelValues:
    """What stands on a label. ``price``, ``old_price``: as shown, with the currency; ``code``: EAN-13 or any ASCII.

    ``unit``: stands behind the price. ``note``: date of production, ingredients and the like; ``qr``: both are for
    product labels.
    """

    name: str
    price: str = ""
    old_price: str = ""
    unit: str = ""
    spec: str = ""
    code: str = ""
    qr: str = ""
    note: str = ""


class _Size(NamedTuple):
    """A label's size and the heights of what stands on it."""

    width: int
    height: int
    name: int
    small: int
    price: int
    bars: int
    qr: int

    @property
    def inner(self) -> int:
        return self.width - 2 * _MARGIN


_SIZES = {
    "40x30": _Size(400, 300, name=36, small=24, price=84, bars=52, qr=130),
    "60x40": _Size(600, 400, name=48, small=30, price=120, bars=72, qr=180),
}

DESIGNS = tuple(f"{kind}_{size}" for kind in ("price", "product") for size in _SIZES)
"""Names of all designs."""


def label(design: str, values: LabelValues) -> Label:
    """Lay a label out. StopError ``bad_template``: no such design; ``unprintable``: a QR code that has no room."""
    kind, _, name = design.partition("_")
    size = _SIZES.get(name)
    if size is None or design not in DESIGNS:
        raise StopError(Code.BAD_TEMPLATE, design=design[:32])
    made = _price_label(size, values) if kind == "price" else _product_label(size, values)
    return Label(size.width, size.height, tuple(made))


def _price_label(size: _Size, values: LabelValues) -> Iterator[Element]:
    """Name above, bars below, and the price as large as the room between them allows."""
    top = _MARGIN
    for line in _lines(values.name, size.inner, size.name, 2):
        yield LabelText(_MARGIN, top, size.name, line, bold=True)
        top += size.name + 2
    below = _beside(size, top, values.spec, values.old_price)
    yield from below
    top = max((element.y + size.small for element in below), default=top)
    codes = tuple(_code(size, values.code))
    yield from codes
    bottom = min((element.y for element in codes), default=size.height - _MARGIN)
    yield from _price(size, values, top + _GAP, bottom - _GAP)


def _price(size: _Size, values: LabelValues, top: int, bottom: int) -> Iterator[Element]:
    """Currency, price and unit on one base line."""
    sign, number, unit = _split(values.price, values.unit)
    # a figure is half as wide as high, the small parts are half as high as the figures
    across = 2 * cells.width(number) + cells.width(sign) + cells.width(unit)
    high = max(size.small, min(bottom - top, size.price, size.inner * 4 // max(1, across)))
    y = top + max(0, bottom - top - high) // 2
    low = y + (high - high // 2) * _BASE // 24
    left = _MARGIN
    for text, at, tall in ((sign, low, high // 2), (number, y, high), (unit, low, high // 2)):
        shown = cells.cut(text, (size.width - _MARGIN - left) * 2 // tall)
        if shown:
            yield LabelText(left, at, tall, shown, bold=tall == high)
            left += cells.width(shown) * tall // 2


def _split(price: str, unit: str) -> tuple[str, str, str]:
    """Take the currency from before the figures: it is written smaller."""
    price = cells.clean(price).strip()
    start = next((at for at, character in enumerate(price) if character.isdigit() or character == "-"), 0)
    return price[:start], price[start:], f"/{cells.clean(unit)}" if price and unit else ""


def _product_label(size: _Size, values: LabelValues) -> Iterator[Element]:
    """Name above, then what is to be said in small print, with a QR code beside it or bars below."""
    top = _MARGIN
    for line in _lines(values.name, size.inner, size.name, 2):
        yield LabelText(_MARGIN, top, size.name, line, bold=True)
        top += size.name + 2
    top += _GAP
    room, bottom = size.inner, size.height - _MARGIN
    if values.qr:
        fits = min(size.qr, bottom - top)
        if geometry.qr_modules(values.qr) * 25 > fits * 10:  # cells of a quarter of a millimetre
            raise StopError(Code.UNPRINTABLE, part="qr", reason="too_long")
        yield LabelQRCode(size.width - _MARGIN - fits, bottom - fits, fits, values.qr)
        room -= fits + 2 * _GAP
    else:
        codes = tuple(_code(size, values.code))
        yield from codes
        bottom = min((element.y for element in codes), default=bottom + _GAP) - _GAP
    price = f"{values.price}/{values.unit}" if values.price and values.unit else values.price
    texts = [values.spec, *values.note.splitlines(), values.code if values.qr else ""]
    small = [(line, size.small) for text in texts if text for line in _lines(text, room, size.small, 3)]
    if price:
        small.insert(0, (price, size.small * 4 // 3))
    for line, high in small:
        if top + high <= bottom:
            yield LabelText(_MARGIN, top, high, line, bold=high != size.small, width=room)
        top += high + 2


def _code(size: _Size, code: str) -> Iterator[LabelBarcode | LabelText]:
    """Bars at the label's foot with their figures below, both in the middle; figures alone where bars do not fit."""
    if not code:
        return
    foot = size.height - _MARGIN - size.small
    symbology = _symbology(code)
    across = geometry.barcode_width(code, symbology) if symbology else size.width
    text = cells.cut(cells.clean(code), size.inner * 2 // size.small)
    if across + 2 * _QUIET <= size.width:
        yield LabelBarcode((size.width - across) // 2, foot - size.bars - 2, size.bars, code, symbology)
    yield LabelText((size.width - cells.width(text) * size.small // 2) // 2, foot, size.small, text)


def _symbology(code: str) -> str:
    """Choose the bars for a code; "" when it has none."""
    try:
        if len(code) == 13:
            geometry.ean13(code)
            return "ean13"
    except StopError:
        pass  # the shop's own number of thirteen figures
    plain = len(code) <= limits.BARCODE and code.isascii() and code.isprintable()
    return "code128" if plain else ""


def _lines(text: str, width: int, height: int, most: int) -> list[str]:
    """Break a text into so many lines at most; the last ends with an ellipsis when something is lost."""
    room = width * 2 // height
    found = [line for line in cells.wrap(cells.clean(text), room) if line]
    if len(found) <= most:
        return found
    return [*found[: most - 1], cells.cut(found[most - 1], room - 2).rstrip() + "…"]


def _beside(size: _Size, top: int, left: str, right: str) -> list[LabelText]:
    """Place two small texts at the margins, on one line where both fit."""
    shown = cells.cut(cells.clean(right), size.inner * 2 // size.small)
    across = (cells.width(shown) * size.small + 1) // 2
    room = size.inner if not shown else size.inner - across - size.small
    together = not left or cells.width(cells.clean(left)) * size.small <= 2 * room
    made = [LabelText(_MARGIN, top, size.small, left, width=size.inner)] if left else []
    if shown:
        y = top if together else top + size.small
        made.append(LabelText(size.width - _MARGIN - across, y, size.small, shown))
    return made
