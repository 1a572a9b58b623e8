"""A paper as data: blocks from top to bottom. Printers and previews make the same lines of it (``layout``)."""

from typing import Literal, NamedTuple

Align = Literal["left", "centre", "right"]


class Span(NamedTuple):
    """A piece of text in one style. ``wide``, ``tall``: doubled across, doubled in height."""

    text: str
    bold: bool = False
    wide: bool = False
    tall: bool = False


class Text(NamedTuple):
    """A paragraph; it wraps at the paper's width."""

    spans: tuple[Span, ...]
    align: Align = "left"


class Cell(NamedTuple):
    """One cell of a row. ``weight``: its share of the width; 0: as wide as its text."""

    spans: tuple[Span, ...]
    weight: int = 1
    align: Align = "left"


class Row(NamedTuple):
    """Cells side by side; each wraps within its own width."""

    cells: tuple[Cell, ...]


class Rule(NamedTuple):
    """A line across the paper, drawn with this character."""

    character: str = "-"


class QRCode(NamedTuple):
    """A QR code, centred. ``data``: text, at most ``limits.QR_BYTES`` in UTF-8."""

    data: str


class Barcode(NamedTuple):
    """A Code 128 barcode, centred, with its text below. ``data``: printable ASCII, at most ``limits.BARCODE``."""

    data: str


class Picture(NamedTuple):
    """A 1-bit picture, centred: rows of ``(width + 7) // 8`` bytes, most significant bit left, 1 is black."""

    width: int
    height: int
    rows: bytes


class Feed(NamedTuple):
    """Empty lines."""

    lines: int = 1


class Cut(NamedTuple):
    """The end of one paper: fed past the knife and cut."""


Block = Text | Row | Rule | QRCode | Barcode | Picture | Feed | Cut


class Paper(NamedTuple):
    """What one job prints. A job's last block is a ``Cut``; the printer adds it when it is missing."""

    blocks: tuple[Block, ...]
