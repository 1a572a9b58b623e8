"""Papers and labels as pictures: previews, lines that a printer has no characters for, logos.

This module loads Pillow: import it in the function that draws, so that a node that draws nothing stays small. A
receipt takes a tenth of a second: draw in a thread, never in the event loop. The same input gives the same bytes.
"""

import struct
from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper import bitmap, cells, fonts, symbols
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.fonts import Face
from device_drivers.paper.label import Element, Label, LabelQRCode, LabelText
from device_drivers.paper.layout import Line, Piece, TextLine, lay_out
from device_drivers.paper.model import Barcode, Cut, Feed, Paper, Picture, QRCode, Span

PITCH = limits.LINE_ROWS
"""Dots from line to line: what printers do unless told otherwise."""
_LEADING = PITCH - cells.HIGH
_BARS_HIGH = 64
"""8 mm."""
_AROUND = 8
"""Dots of white above and below codes and pictures in a preview."""
_CUT_HIGH = 48
_MARGIN = 40
"""Dots beside the printable width: 5 mm, as on 58 mm paper."""
_PALETTE = (0, 0, 0, 255, 255, 255, 200, 200, 200)
"""Ink, paper and its edge: three colours take two bits a pixel."""
_PNG = b"\x89PNG\r\n\x1a\n"
_GREY_SHARE = 10
"""A logo in which more than one in ten pixels is grey is a photograph: dots for greys; else black or white."""


def render(paper: Paper, columns: int, dots: int, face: Face = fonts.SC) -> Image.Image:
    """Draw a paper as it is printed, mode "1", `dots` wide. StopError ``bad_option``, or ``unprintable``: too long."""
    if columns * cells.WIDE > dots:
        raise StopError(Code.BAD_OPTION, option="columns", value=columns)
    lines = lay_out(paper, columns)
    if lines and isinstance(lines[-1], Cut):
        lines = lines[:-1]
    inks = [(line, _height(line, dots)) for line in lines]
    high = sum(height for _, height in inks)
    if high > limits.PREVIEW_ROWS:
        raise StopError(Code.UNPRINTABLE, part="paper", reason="too_long", rows=high)
    drawn = Image.new("1", (dots, max(1, high)))
    top = 0
    for line, height in inks:
        ink = _ink(line, dots, face)
        if ink is not None:
            drawn.paste(ink, ((dots - ink.width) // 2, top + (height - ink.height) // 2))
        top += height
    return ImageChops.invert(drawn)


def png(paper: Paper, columns: int = 48, dots: int = 576, face: Face = fonts.SC) -> bytes:
    """Return a preview with the paper's margins and edge. Errors as ``render``."""
    return _sheet(render(paper, columns, dots, face), _MARGIN)


def line_picture(line: TextLine, dots: int, face: Face = fonts.SC) -> Picture:
    """Return a line for printers that lack its characters: 24 dots high, 48 when it is tall."""
    return bitmap.to_picture(bitmap.line_ink(line, dots, face))


def code_picture(code: QRCode | Barcode, dots: int, face: Face = fonts.SC) -> Picture:
    """Return a code as large as it suits paper so many dots wide, for printers that know no codes."""
    return bitmap.to_picture(_code_ink(code, dots, face))


def _height(line: Line, dots: int) -> int:
    """Return the dots from the head of a line to that of the next."""
    match line:
        case TextLine():
            return PITCH + (cells.HIGH if line.tall else 0)
        case Feed(count):
            return PITCH * max(0, count)
        case Cut():
            return _CUT_HIGH
        case Picture():
            return line.height + 2 * _AROUND
        case QRCode():
            modules = symbols.qr(line.data).width
            return modules * symbols.qr_dots(modules, dots) + 2 * _AROUND
    return _BARS_HIGH + PITCH + 2 * _AROUND


def _ink(line: Line, dots: int, face: Face) -> Image.Image | None:
    match line:
        case TextLine():
            return bitmap.line_ink(line, dots, face)
        case Feed():
            return None
        case Cut():
            ink = Image.new("1", (dots, 2))
            for left in range(0, dots, 16):
                ImageDraw.Draw(ink).rectangle((left, 0, left + 7, 1), fill=255)
            return ink
        case Picture():
            return bitmap.to_ink(line)
    return _code_ink(line, dots, face)


def _code_ink(code: QRCode | Barcode, dots: int, face: Face) -> Image.Image:
    if isinstance(code, QRCode):
        modules = symbols.qr(code.data)
        size = symbols.qr_dots(modules.width, dots)
        return bitmap.enlarged(modules, size, size)
    modules = symbols.code128(code.data)
    bars = bitmap.enlarged(modules, symbols.bar_dots(modules.width, dots), _BARS_HIGH)
    text = TextLine((Piece(0, Span(code.data)),))
    below = bitmap.line_ink(text, cells.width(code.data) * cells.WIDE, face)
    ink = Image.new("1", (max(bars.width, below.width), bars.height + _LEADING + below.height))
    ink.paste(bars, ((ink.width - bars.width) // 2, 0))
    ink.paste(below, ((ink.width - below.width) // 2, bars.height + _LEADING))
    return ink


def _sheet(black: Image.Image, margin: int) -> bytes:
    """Put a picture on paper with an edge, and write it as PNG."""
    size = (black.width + 2 * margin, black.height + 2 * margin)
    sheet = Image.new("P", size, 2)
    sheet.putpalette(_PALETTE)
    sheet.paste(1, (1, 1, size[0] - 1, size[1] - 1))
    sheet.paste(0, (margin, margin), ImageChops.invert(black))
    written = BytesIO()
    sheet.save(written, "PNG", bits=2)
    return written.getvalue()


def is_text(element: Element) -> bool:
    """Whether a label's element is text, which every label printer gets as a picture."""
    return isinstance(element, LabelText)


def label_picture(
    label: Label, dots_per_mm: int, drawn: Callable[[Element], bool] = is_text, face: Face = fonts.SC
) -> Picture:
    """Return a picture of the whole label with the elements that are to be `drawn`. StopError ``unprintable``."""
    geometry.check(label)
    chosen = [element for element in label.elements if drawn(element)]
    return bitmap.to_picture(_label_ink(label, chosen, dots_per_mm, face))


def label_png(label: Label, dots_per_mm: int = 8, face: Face = fonts.SC) -> bytes:
    """Return a preview of a label. StopError ``unprintable``."""
    geometry.check(label)
    return _sheet(ImageChops.invert(_label_ink(label, label.elements, dots_per_mm, face)), 1)


def _label_ink(label: Label, elements: Sequence[Element], dots_per_mm: int, face: Face) -> Image.Image:
    ink = Image.new("1", (geometry.dots(label.width, dots_per_mm), geometry.dots(label.height, dots_per_mm)))
    for element in elements:
        left, top = geometry.dots(element.x, dots_per_mm), geometry.dots(element.y, dots_per_mm)
        if left < ink.width and top < ink.height:
            part = _element_ink(element, dots_per_mm, ink.width - left, face)
            ink.paste(255, (left, top), part)
    return ink


def _element_ink(element: Element, dots_per_mm: int, room: int, face: Face) -> Image.Image:
    if isinstance(element, LabelQRCode):
        size = geometry.qr_cell(element, dots_per_mm)
        return bitmap.enlarged(symbols.qr(element.data), size, size)
    high = max(1, geometry.dots(element.height, dots_per_mm))
    if isinstance(element, LabelText):
        width = min(room, geometry.dots(element.width, dots_per_mm)) if element.width else room
        return bitmap.text_ink(cells.clean(element.text), high, width, bold=element.bold, face=face)
    bars = symbols.ean13(element.data) if element.symbology == "ean13" else symbols.code128(element.data)
    return bitmap.enlarged(bars, geometry.module_dots(dots_per_mm), high)


def from_png(data: bytes, max_width: int) -> Picture:
    """Turn an uploaded logo into dots, scaled down to `max_width`. StopError ``unprintable`` (logo) with a reason.

    Sizes are checked before anything is decoded; nothing but PNG is.
    """
    if len(data) > limits.LOGO_BYTES:
        raise _refused("too_many_bytes")
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 33:
        raise _refused("no_png")
    _check_size(*struct.unpack(">II", data[16:24]))
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as opened:
            _check_size(*opened.size)  # a second header may say another
            grey = _on_white(opened)
    except StopError:
        raise
    except Exception:  # a decoder of a hostile file may raise anything
        raise _refused("broken") from None
    return bitmap.to_picture(_black_or_white(_fitted(grey, max_width)))


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1 or width * height > limits.LOGO_DOTS:
        raise _refused("too_many_pixels")


def _refused(reason: str) -> StopError:
    return StopError(Code.UNPRINTABLE, part="logo", reason=reason)


def _on_white(opened: Image.Image) -> Image.Image:
    if opened.mode.startswith("I"):  # 16 bits a pixel: the upper eight
        return opened.convert("I").point([level // 256 for level in range(65536)], "L")
    colours = opened.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours).convert("L")


def _fitted(grey: Image.Image, max_width: int) -> Image.Image:
    """Scale down, never up: to the width, to the height and to what a logo may have in all."""
    width = max(1, min(grey.width, max_width))
    height = max(1, grey.height * width // grey.width)
    if height > limits.PICTURE_ROWS:
        width, height = max(1, width * limits.PICTURE_ROWS // height), limits.PICTURE_ROWS
    if width * height > limits.PICTURE_DOTS:
        width, height = max(1, width * (limits.PICTURE_DOTS // width) // height), limits.PICTURE_DOTS // width
    if (width, height) == grey.size:
        return grey
    return grey.resize((width, height), Image.Resampling.BOX)


def _black_or_white(grey: Image.Image) -> Image.Image:
    between = sum(grey.histogram()[64:192])
    if between * _GREY_SHARE > grey.width * grey.height:
        black = grey.convert("1", dither=Image.Dither.FLOYDSTEINBERG)
    else:
        black = grey.point([255 if level >= 128 else 0 for level in range(256)], "1")
    return ImageChops.invert(black)
