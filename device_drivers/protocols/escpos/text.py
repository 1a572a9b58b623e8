"""One laid-out line as text for a printer with a Chinese font in its memory.

Source: Epson, "ESC/POS Command Reference": ESC E, GS !, and for Chinese FS &, FS ., FS !. A half-width cell is 12 dots,
a Chinese character two cells, so blanks alone put every piece in its place.
"""

from device_drivers.paper import cells
from device_drivers.paper.layout import Piece, TextLine
from device_drivers.paper.model import Span

_PLAIN = Span("")
_WIDE, _TALL = 0x10, 0x01
_CHINESE_WIDE, _CHINESE_TALL = 0x04, 0x08


def fits(line: TextLine) -> bool:
    """Whether a GBK font has all of it; else it has to be drawn."""
    return all(cells.fits_gbk(piece.span.text) for piece in line.pieces)


def encode(line: TextLine) -> bytes:
    """Return the line with its line feed; every style is plain before and after it."""
    chinese = not all(piece.span.text.isascii() for piece in line.pieces)
    out = bytearray(b"\x1c&" if chinese else b"")
    style, at = _PLAIN, 0
    for piece in line.pieces:
        if piece.cell > at:
            # Blanks in double width would be two cells each
            out += _change(style, _PLAIN, chinese=chinese) + b" " * (piece.cell - at)
            style, at = _PLAIN, piece.cell
        out += _change(style, piece.span, chinese=chinese) + piece.span.text.encode("gb18030")
        style, at = piece.span, at + _cells(piece)
    out += _change(style, _PLAIN, chinese=chinese)
    return bytes(out) + (b"\x1c.\n" if chinese else b"\n")


def _cells(piece: Piece) -> int:
    return cells.width(piece.span.text) * (2 if piece.span.wide else 1)


def _change(old: Span, new: Span, *, chinese: bool) -> bytes:
    out = b""
    if old.bold != new.bold:
        out += b"\x1bE" + bytes((new.bold,))
    if (old.wide, old.tall) != (new.wide, new.tall):
        out += b"\x1d!" + bytes((new.wide * _WIDE + new.tall * _TALL,))
        if chinese:
            # GS ! is for all characters at Epson, Gprinter and Xprinter's 80 mm models, for Latin alone at older 58 mm
            # ones, which size Chinese by FS !; where both hold, the last is in effect, and both say the same
            out += b"\x1c!" + bytes((new.wide * _CHINESE_WIDE + new.tall * _CHINESE_TALL,))
    return out
