"""The print head and the paper feed of the simulated receipt printer: a line buffer, styles, a knife."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from device_drivers.errors import DeviceError
from device_drivers.paper import symbols
from device_drivers.paper.model import Picture
from device_drivers.simulators.pos_printer_paper import (
    CELL,
    Blank,
    CodeStrip,
    DotsStrip,
    Glyph,
    Receipt,
    Strip,
    Style,
    TextStrip,
)

KEPT_ROWS = 400_000
"""Rows of dots kept of all cut receipts: five hundred of 10 cm."""
TO_KNIFE = 48
"""Dots from the head to the knife, for ``GS V 66``."""
_SPACING = 30
_TABS = tuple(range(8 * CELL, 64 * CELL, 8 * CELL))


@dataclass
class Settings:
    """What ``ESC @`` brings back. Sizes of Latin and of Chinese characters are set apart, or together by ``GS !``."""

    bold: bool = False
    underline: bool = False
    inverse: bool = False
    small: bool = False
    latin: tuple[int, int] = (1, 1)
    chinese: tuple[int, int] = (1, 1)
    chinese_underline: bool = False
    chinese_mode: bool = False
    align: int = 0
    spacing: int = _SPACING
    between: int = 0
    left: int = 0
    width: int = 1 << 16
    tabs: tuple[int, ...] = _TABS
    text_below: int = 0
    bar_height: int = 162
    bar_width: int = 3
    module: int = 3
    stored: bytes = field(default=b"", repr=False)


class Head:
    """Prints on one roll. ``receipts``: cut ones, the oldest go first; ``cuts``: how many there ever were.

    ``refused``: commands that a printer obeys by doing nothing, as a code that is too wide.
    """

    def __init__(self, dots: int, fed: Callable[[int], None]) -> None:
        """`fed` hears how many dots the paper moved."""
        self.dots = dots
        self.settings = Settings()
        self.receipts: list[Receipt] = []
        self.current = Receipt(dots)
        self.cuts = 0
        self.refused = 0
        self._fed = fed
        self._line: list[Glyph] = []
        self._x = 0

    def reset(self) -> None:
        """ESC @: the line buffer and every setting; the paper stays where it is."""
        self.settings = Settings()
        self._line, self._x = [], 0

    @property
    def pending(self) -> str:
        """What stands in the line buffer."""
        return "".join(glyph.text for glyph in self._line)

    # Text

    @property
    def _right(self) -> int:
        return min(self.dots, self.settings.left + self.settings.width)

    def put(self, text: str, *, chinese: bool) -> None:
        """Put a character into the line buffer; a full line is printed first."""
        now = self.settings
        wide, tall = now.chinese if chinese else now.latin
        small = now.small and not chinese
        underline = now.chinese_underline if chinese else now.underline
        across = 2 * CELL if chinese else 9 if small else CELL
        style = Style(now.bold, wide, tall, underline, now.inverse, small)
        if now.left + self._x + across * wide > self._right and self._line:
            self.line_feed()
        self._line.append(Glyph(self._x, text, across, style))
        self._x += across * wide + now.between

    def move_to(self, x: int) -> None:
        """Print next at this dot from the left margin."""
        if 0 <= x < self.dots:
            self._x = x

    def move_by(self, x: int) -> None:
        """Print next so many dots further."""
        self.move_to(self._x + x)

    def tab(self) -> None:
        """Print next at the next tab."""
        self.move_to(next((stop for stop in self.settings.tabs if stop > self._x), self._x))

    def line_feed(self) -> None:
        """LF: print the line buffer; feed by the spacing, or by the line's height where that is more."""
        foot = max((glyph.height for glyph in self._line), default=0)
        height = max(foot, self.settings.spacing)
        if self._line:
            shift = self._shift(self._x)
            self._add(TextStrip(tuple(one._replace(x=one.x + shift) for one in self._line), foot, height))
        elif height:
            self._add(TextStrip((), 0, height))
        self._line, self._x = [], 0

    def flush(self) -> None:
        """Print the line buffer if there is anything in it."""
        if self._line:
            self.line_feed()

    def feed(self, dots: int) -> None:
        """Print the line buffer and move the paper on."""
        self.flush()
        if dots:
            self._add(Blank(dots))

    def _shift(self, width: int) -> int:
        room = self._right - self.settings.left - width
        return self.settings.left + max(0, {0: 0, 1: room // 2, 2: room}[self.settings.align])

    def _add(self, strip: Strip) -> None:
        self.current.add(strip)
        self._fed(strip.height)

    # Dots and codes

    def dots_row(self, width: int, height: int, rows: bytes, scale: tuple[int, int]) -> None:
        """GS v 0: `width` in bytes; what stands over the right edge is lost."""
        self.flush()
        across = min(width, self.dots // 8 // scale[0])
        if not across or not height:
            self.refused += 1
            return
        lines = [rows[y * width : y * width + across] for y in range(height)]
        lines = [_doubled(line) if scale[0] == 2 else line for line in lines for _ in range(scale[1])]
        dots = across * 8 * scale[0]
        text = f"[picture {dots}x{len(lines)}]"
        self._add(DotsStrip(self._shift(dots), dots, len(lines), b"".join(lines), text))

    def qr(self) -> None:
        """GS ( k 81: the QR code that was stored."""
        data = self.settings.stored.decode(errors="replace")
        modules = _modules("qr", data)
        if modules is None or len(modules[0]) * self.settings.module > self.dots:
            self.refused += 1
            return
        self.flush()
        size = self.settings.module
        self._add(CodeStrip(self._shift(len(modules[0]) * size), modules, size, size, "", f"[qr] {data}"))

    def bars(self, kind: str, data: str) -> None:
        """GS k: a barcode; printers draw nothing when it is too wide."""
        modules = _modules(kind, data)
        size = self.settings.bar_width
        if modules is None or len(modules[0]) * size > self.dots:
            self.refused += 1
            return
        self.flush()
        below = data if self.settings.text_below & 2 else ""
        left = self._shift(len(modules[0]) * size)
        self._add(CodeStrip(left, modules, size, self.settings.bar_height, below, f"[{kind}] {data}"))

    # Knife

    def cut(self, feed: int | None) -> None:
        """GS V: `feed` dots past the knife first, None not at all. Refused in the middle of a line."""
        if self._line:
            self.refused += 1
            return
        if feed is not None:
            self._add(Blank(TO_KNIFE + feed))
        self.tear()

    def tear(self) -> None:
        """Take off what stands on the paper."""
        self.receipts.append(self.current)
        self.cuts += 1
        self.current = Receipt(self.dots)
        while sum(receipt.height for receipt in self.receipts) > KEPT_ROWS and len(self.receipts) > 1:
            del self.receipts[0]


def _doubled(line: bytes) -> bytes:
    bits = "".join(bit * 2 for bit in f"{int.from_bytes(line, 'big'):0{len(line) * 8}b}")
    return int(bits, 2).to_bytes(len(line) * 2, "big")


@lru_cache(maxsize=64)
def _modules(kind: str, data: str) -> tuple[bytes, ...] | None:
    """Return a code's modules, or None where there is no such code; other barcodes look like Code 128."""
    drawers: dict[str, Callable[[str], Picture]] = {"qr": symbols.qr, "ean13": symbols.ean13}
    draw = drawers.get(kind, symbols.code128)
    try:
        picture = draw(data)
    except DeviceError:
        return None
    across = (picture.width + 7) // 8
    rows = (picture.rows[y * across : (y + 1) * across] for y in range(picture.height))
    return tuple(bytes(row[x // 8] >> (7 - x % 8) & 1 for x in range(picture.width)) for row in rows)
