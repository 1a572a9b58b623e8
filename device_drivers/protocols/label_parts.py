"""What the languages of label printers have in common: a picture cut up, codes left to the printer, a status."""

from collections.abc import Iterator
from typing import NamedTuple

from device_drivers.errors import Code
from device_drivers.paper.label import Element, LabelBarcode, LabelText
from device_drivers.paper.model import Picture


class LabelStatus(NamedTuple):
    """What a printer says. ``trouble``: why it cannot print; ``reason``: which of the troubles of one code."""

    busy: bool
    trouble: Code | None = None
    reason: str = ""


def native(element: Element, unsafe: frozenset[str]) -> bool:
    """Whether the printer can draw this code itself; everything else belongs into the picture.

    `unsafe`: the characters by which data could become a command of the language.
    """
    if isinstance(element, LabelText):
        return False
    if isinstance(element, LabelBarcode) and element.symbology == "ean13":
        return True
    return element.data.isascii() and element.data.isprintable() and not unsafe & set(element.data)


class Band(NamedTuple):
    """A part of a picture, 1 is black. ``x``, ``y`` in dots, x a multiple of 8; ``width`` in bytes."""

    x: int
    y: int
    width: int
    height: int
    rows: bytes


def bands(picture: Picture) -> Iterator[Band]:
    """Cut into bands of rows with ink, each as narrow as its ink: the white between need not be sent."""
    across = (picture.width + 7) // 8
    rows = [picture.rows[start : start + across] for start in range(0, across * picture.height, across)]
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and any(rows[end]):
            end += 1
        if end > start:
            yield _narrowed(rows[start:end], start)
        start = max(end, start + 1)


def _narrowed(rows: list[bytes], y: int) -> Band:
    """Take away the white columns of bytes at both sides."""
    left = min(len(row) - len(row.lstrip(b"\0")) for row in rows)
    right = max(len(row.rstrip(b"\0")) for row in rows)
    return Band(left * 8, y, right - left, len(rows), b"".join(row[left:right] for row in rows))
