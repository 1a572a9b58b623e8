"""What comes out of the simulated receipt printer: strips of paper, as text and as a picture.

Drawn only when somebody looks: strips are kept as what stands on them.
"""

from collections import deque
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from device_drivers.paper import fonts

if TYPE_CHECKING:
    from PIL.Image import Image

CELL = 12
HIGH = 24
LONGEST = 16_000
"""Rows of dots kept of one receipt: two metres."""


class Style(NamedTuple):
    """How a character looks. ``wide``, ``tall``: magnified so often; ``small``: font B."""

    bold: bool = False
    wide: int = 1
    tall: int = 1
    underline: bool = False
    inverse: bool = False
    small: bool = False


class Glyph(NamedTuple):
    """A character at a dot of the line. ``across``: dots before it is magnified."""

    x: int
    text: str
    across: int
    style: Style

    @property
    def width(self) -> int:
        """Dots it takes."""
        return self.across * self.style.wide

    @property
    def height(self) -> int:
        """Dots it takes."""
        return (17 if self.style.small else HIGH) * self.style.tall


class TextStrip(NamedTuple):
    """A printed line; its glyphs stand on the foot of the ``foot`` upper rows."""

    glyphs: tuple[Glyph, ...]
    foot: int
    height: int

    @property
    def text(self) -> str:
        """The line as a person reads it: a gap of a cell or more is blanks."""
        words, at = "", 0
        for glyph in self.glyphs:
            words += " " * ((glyph.x - at) // CELL) + glyph.text
            at = glyph.x + glyph.width
        return words.rstrip()

    def draw(self, paper: "Image", y: int) -> None:
        """Draw it."""
        for glyph in self.glyphs:
            drawn = _glyph(glyph.text, glyph.across, glyph.style)
            paper.paste(drawn, (glyph.x, y + self.foot - drawn.height))


class DotsStrip(NamedTuple):
    """Printed dots, 1 is black, and what a person would call them."""

    x: int
    width: int
    height: int
    rows: bytes
    text: str

    def draw(self, paper: "Image", y: int) -> None:
        """Draw it."""
        from PIL import Image  # noqa: PLC0415 - only who looks needs it

        inverted = bytes(255 - byte for byte in self.rows)
        paper.paste(Image.frombytes("1", (self.width, self.height), inverted), (self.x, y))


class CodeStrip(NamedTuple):
    """A code as its modules: ``rows`` of 0 and 1, each ``across`` by ``down`` dots; ``below``: its text in print."""

    x: int
    rows: tuple[bytes, ...]
    across: int
    down: int
    below: str
    text: str

    @property
    def height(self) -> int:
        """Dots from top to bottom, with the text below."""
        return len(self.rows) * self.down + (HIGH if self.below else 0)

    def draw(self, paper: "Image", y: int) -> None:
        """Draw it."""
        from PIL import Image  # noqa: PLC0415 - only who looks needs it

        size = (len(self.rows[0]), len(self.rows))
        modules = Image.frombytes("L", size, b"".join(bytes(255 * (1 - one) for one in row) for row in self.rows))
        paper.paste(modules.resize((size[0] * self.across, size[1] * self.down), Image.Resampling.NEAREST), (self.x, y))
        left = self.x + (size[0] * self.across - len(self.below) * CELL) // 2
        for place, character in enumerate(self.below):
            drawn = _glyph(character, CELL, Style())
            paper.paste(drawn, (left + place * CELL, y + len(self.rows) * self.down))


class Blank(NamedTuple):
    """Paper fed."""

    height: int
    text: str = ""

    def draw(self, paper: "Image", y: int) -> None:
        """Draw nothing."""


Strip = TextStrip | DotsStrip | CodeStrip | Blank


class Receipt:
    """One piece of paper. What is longer than two metres loses its beginning."""

    def __init__(self, dots: int) -> None:
        """`dots`: across."""
        self.dots = dots
        self.strips: deque[Strip] = deque()
        self.height = 0

    def add(self, strip: Strip) -> None:
        """Feed by one strip."""
        self.strips.append(strip)
        self.height += strip.height
        while self.height > LONGEST and len(self.strips) > 1:
            self.height -= self.strips.popleft().height

    @property
    def text(self) -> str:
        """All lines; codes as ``[qr] data``, pictures as ``[picture 576x24]``; what only feeds is left out."""
        return "\n".join(strip.text for strip in self.strips if not isinstance(strip, Blank))

    def image(self) -> "Image":
        """Draw it, one dot one pixel."""
        from PIL import Image  # noqa: PLC0415 - only who looks needs it

        paper = Image.new("1", (self.dots, max(1, min(self.height, LONGEST))), 255)
        y = 0
        for strip in self.strips:
            strip.draw(paper, y)
            y += strip.height
        return paper

    def png(self) -> bytes:
        """Return the picture as a file."""
        file = BytesIO()
        self.image().save(file, "PNG")
        return file.getvalue()


@lru_cache(maxsize=1024)
def _glyph(text: str, across: int, style: Style) -> "Image":
    """Draw one character on white."""
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415 - only who looks needs it

    font, features, strikes = fonts.sized(fonts.SC, 16 if style.small else 22, bold=style.bold)
    high = 17 if style.small else HIGH
    ink = Image.new("1", (across, high), 255)
    pen = ImageDraw.Draw(ink)
    narrow = list(features) if across <= CELL else None
    for strike in range(strikes):
        place = (across / 2 + strike, high * 19 // 24)
        pen.text(place, text, fill=0, font=font, anchor="ms", features=narrow)
    if style.underline:
        pen.line((0, high - 1, across, high - 1), fill=0)
    if style.inverse:
        ink = ImageChops.invert(ink)
    return ink.resize((across * style.wide, high * style.tall), Image.Resampling.NEAREST)
