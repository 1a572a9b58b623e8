"""Text drawn in cells, as a printer's own font would: ink images (mode "1", set is black), and what printers take.

A half-width cell is half as wide as high; a receipt's is 12 x 24 dots.
"""

from functools import lru_cache
from math import ceil
from typing import NamedTuple

from PIL import Image, ImageDraw

from device_drivers.errors import Code, StopError
from device_drivers.paper import cells, fonts
from device_drivers.paper.fonts import Face
from device_drivers.paper.layout import TextLine
from device_drivers.paper.model import Picture

_INK = 112
"""From this coverage a dot is black where strokes were scaled: a little below half, thin strokes must not break."""


def to_picture(ink: Image.Image) -> Picture:
    """Pack an ink image."""
    return Picture(ink.width, ink.height, ink.tobytes())


def to_ink(picture: Picture) -> Image.Image:
    """Unpack a picture. StopError ``unprintable`` when its rows are not as long as it says."""
    if len(picture.rows) != (picture.width + 7) // 8 * picture.height or not picture.rows:
        raise StopError(Code.UNPRINTABLE, part="picture")
    return Image.frombytes("1", (picture.width, picture.height), picture.rows)


def enlarged(picture: Picture, across: int, down: int) -> Image.Image:
    """Return an ink image of a picture, each dot drawn so many dots wide and high."""
    return to_ink(picture).resize((picture.width * across, picture.height * down), Image.Resampling.NEAREST)


def line_ink(line: TextLine, dots: int, face: Face = fonts.SC) -> Image.Image:
    """Draw one line: `dots` wide, 24 dots high, 48 when it is tall; all pieces stand on its foot."""
    high = cells.HIGH * (2 if line.tall else 1)
    ink = Image.new("1", (dots, high))
    for piece in line.pieces:
        span = piece.span
        style = _Style(face, span.bold, 2 if span.wide else 1, 2 if span.tall else 1)
        left = piece.cell * cells.WIDE
        for glyph in cells.glyphs(span.text):
            if not glyph.blank:
                drawn = _glyph(glyph, style)
                ink.paste(drawn, (left, high - drawn.height))
            left += glyph.cells * cells.WIDE * style.across
    return ink


def text_ink(text: str, high: int, width: int, *, bold: bool = False, face: Face = fonts.SC) -> Image.Image:
    """Draw cleaned text with cells so many dots high, as far as it fits into `width` dots; no character is halved."""
    text = cells.cut(text, width * 2 // high)
    ink = Image.new("1", (max(1, (cells.width(text) * high + 1) // 2), high))
    left = 0
    for glyph in cells.glyphs(text):
        if not glyph.blank:
            ink.paste(_draw(glyph, high, _Style(face, bold)), (left * high // 2, 0))
        left += glyph.cells
    return ink


class _Style(NamedTuple):
    """How a glyph is drawn: so many times as wide and as high as its cell."""

    face: Face
    bold: bool
    across: int = 1
    down: int = 1


@lru_cache(maxsize=2048)
def _glyph(glyph: cells.Glyph, style: _Style) -> Image.Image:
    return _draw(glyph, cells.HIGH, style)


def _draw(glyph: cells.Glyph, high: int, style: _Style) -> Image.Image:
    """Draw one glyph in a cell `high` dots high, squeezed where it is wider than the cell."""
    scale = max(style.across, style.down)
    font, features, strikes = fonts.sized(style.face, high * scale * 11 // 12, bold=style.bold)
    narrow = list(features) if glyph.cells == 1 else None
    halves = max(1, glyph.cells)
    advance = max(1, ceil(font.getlength(glyph.text, features=narrow)))
    cell = halves * high * scale // 2
    exact = advance <= cell and style.across == style.down
    drawn = Image.new("1" if exact else "L", (max(cell, advance), high * scale))
    pen = ImageDraw.Draw(drawn)
    for strike in range(strikes):
        place = ((drawn.width - advance) // 2 + strike, high * scale * 19 // 24)
        pen.text(place, glyph.text, fill=255, font=font, anchor="ls", features=narrow)
    if exact:
        return drawn
    smooth = drawn.resize((halves * high * style.across // 2, high * style.down), Image.Resampling.BOX)
    return smooth.point([255 if level >= _INK else 0 for level in range(256)], "1")
