"""A laid-out paper as the bytes of one job."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from device_drivers.paper.layout import Line, TextLine, lay_out
from device_drivers.paper.model import Barcode, Cut, Feed, Paper, Picture, QRCode
from device_drivers.protocols.escpos import codes, raster, text

Charset = Literal["gb18030", "raster"]
Codes = Literal["printer", "raster"]

DOTS = {32: 384, 42: 512, 48: 576}
"""Printable dots of a paper by its cells: 58 mm, 80 mm at 180 dpi (Epson TM-T88), 80 mm at 203 dpi."""

_INITIALIZE = b"\x1b@"
_USA = b"\x1bR\x00"
"""International characters: Chinese models may start with set 15, where ``$`` prints as a yuan sign."""
_LINE_SPACING = b"\x1b2"
"""1/6 inch: the only spacing that is the same length everywhere; ``ESC 3`` counts in units that differ by model."""
_AROUND = b"\x1bJ\x10"
"""White that scanners need at a code: 1 to 2 mm, for its unit differs by model."""
_TO_TEAR_BAR = 4
_CELL_HIGH = 24


class Setup(NamedTuple):
    """How a printer is built. ``charset``, ``codes`` raster: it has no Chinese font, no QR codes; drawn here then.

    ``feed``: empty lines before the end, for a knife or a tear bar that takes more than the printer thinks.
    """

    columns: int = 48
    dots: int = 576
    cutter: bool = True
    charset: Charset = "gb18030"
    codes: Codes = "printer"
    feed: int = 0


def job(paper: Paper, setup: Setup) -> tuple[bytes, ...]:
    """Return the commands of one paper, in order; its end is cut, also where it has no ``Cut``.

    It begins with ``ESC @``: a job that broke off leaves text in the line buffer and styles in force.
    """
    lines = lay_out(paper, setup.columns)
    if not lines or not isinstance(lines[-1], Cut):
        lines = (*lines, Cut())
    return (_INITIALIZE + _USA + _LINE_SPACING, *(command for line in lines for command in _line(line, setup)))


def _line(line: Line, setup: Setup) -> Iterator[bytes]:
    match line:
        case TextLine():
            yield from _text_line(line, setup)
        case QRCode() | Barcode():
            yield _AROUND
            yield from _code(line, setup)
            yield _AROUND
        case Picture():
            yield from raster.encode(line, setup.dots)
            yield _AROUND
        case Feed():
            yield b"\x1bd" + bytes((min(max(line.lines, 0), 255),))
        case Cut():
            yield _cut(setup)


def _text_line(line: TextLine, setup: Setup) -> Iterator[bytes]:
    if not line.pieces or (setup.charset == "gb18030" and text.fits(line)):
        yield text.encode(line)
        return
    from device_drivers.paper.picture import PITCH, line_picture  # noqa: PLC0415 - loads Pillow

    drawn = line_picture(line, setup.dots)
    row = len(drawn.rows) // drawn.height
    leading = PITCH - _CELL_HIGH
    spaced = Picture(drawn.width, drawn.height + leading, drawn.rows + bytes(row * leading))
    yield from raster.encode(spaced, setup.dots)


def _code(code: QRCode | Barcode, setup: Setup) -> Iterator[bytes]:
    if setup.codes == "printer":
        draw = codes.qr_code(code, setup.dots) if isinstance(code, QRCode) else codes.barcode(code, setup.dots)
        if draw:
            yield from draw
            return
    from device_drivers.paper.picture import code_picture  # noqa: PLC0415 - loads Pillow

    yield from raster.encode(code_picture(code, setup.dots), setup.dots)


def _cut(setup: Setup) -> bytes:
    """GS V 66 feeds to the knife by itself, whose distance differs by model."""
    feed = b"\x1bd" + bytes((setup.feed,)) if setup.feed else b""
    return feed + b"\x1dVB\x00" if setup.cutter else b"\x1bd" + bytes((_TO_TEAR_BAR + setup.feed,))


def clear(setup: Setup, *, cut: bool) -> bytes:
    """Return what brings a printer to the start of a command, whatever came before it; prints nothing.

    A line that broke within a picture leaves the printer waiting for dots, and it takes the next job for them: zeros,
    which are nothing outside of a picture, fill it up. `cut`: cut off what was printed of the broken job, so that the
    next customer does not get it.
    """
    zeros = bytes(raster.BAND * setup.dots // 8 + 8)
    return zeros + _INITIALIZE + (_cut(setup) if cut else b"")


def pulse(pin: int) -> bytes:
    """Return ``ESC p``: 100 ms on pin 2 or 5 of the drawer port."""
    from escpos import constants  # noqa: PLC0415 - a node that prints nothing does not need it

    return bytes(constants.CD_KICK_2 if pin == 2 else constants.CD_KICK_5)
