"""A label as data: elements at places, in tenths of a millimetre from the upper left corner."""

from typing import NamedTuple


class LabelText(NamedTuple):
    """One line of text. ``height``: of a character; ``width``: cut to this, 0 not at all."""

    x: int
    y: int
    height: int
    text: str
    bold: bool = False
    width: int = 0


class LabelBarcode(NamedTuple):
    """``symbology``: ean13 (12 or 13 digits) or code128; ``height`` of the bars."""

    x: int
    y: int
    height: int
    data: str
    symbology: str = "code128"


class LabelQRCode(NamedTuple):
    """A QR code of about this size."""

    x: int
    y: int
    size: int
    data: str


Element = LabelText | LabelBarcode | LabelQRCode


class Label(NamedTuple):
    """One label. ``width``, ``height``, ``gap`` in tenths of a millimetre."""

    width: int
    height: int
    elements: tuple[Element, ...]
    gap: int = 20
