"""A paper on a screen: as a picture, and as lines of text. Drawing takes a tenth of a second: off the event loop."""

from typing import NamedTuple

from device_drivers.paper import cells
from device_drivers.paper.layout import TextLine, lay_out
from device_drivers.paper.model import Barcode, Cut, Feed, Paper, QRCode
from edge_node.ledger.paper_settings import Language


class Width(NamedTuple):
    """A paper's width: half-width cells, and dots that a printer has across."""

    columns: int
    dots: int


NARROW = Width(32, 384)
"""58 mm paper."""
WIDE = Width(48, 576)
"""80 mm paper."""


def png(paper: Paper, width: Width, language: Language) -> bytes:
    """Draw a paper as its printer would; characters in the shapes of the language."""
    from device_drivers.paper import fonts, picture  # noqa: PLC0415 - an idle node loads no Pillow and no font

    return picture.png(paper, width.columns, width.dots, fonts.TC if language == "zh-TW" else fonts.SC)


def lines(paper: Paper, width: Width) -> list[str]:
    """Write a paper as text, a line each, for screens and for people who hear them read."""
    found: list[str] = []
    for line in lay_out(paper, width.columns):
        match line:
            case TextLine():
                found.append(_text(line))
            case QRCode(data) | Barcode(data):
                found.append(data)
            case Feed(count):
                found += [""] * count
            case Cut():
                found.append("-" * width.columns)
            case _:
                pass
    return found


def _text(line: TextLine) -> str:
    """Set a line's pieces at their cells."""
    text = ""
    for piece in line.pieces:
        text += " " * (piece.cell - cells.width(text)) + piece.span.text
    return text
