r"""TSPL, the language of TSC's label printers and of most Chinese ones: labels to bytes, and the status byte.

Source: TSPL/TSPL2 Programming Language (TSC Auto ID): SIZE, GAP, DIRECTION, DENSITY, CLS, BITMAP, BARCODE, QRCODE,
PRINT, ``<ESC>!?``. All text is a picture, since no two printers have the same Chinese font. A value in quotes ends at
the next quote and may hold ``\[…]`` and, at any place, commands that begin with ``~!``: data with such a character is
not sent as data, the caller draws it into the picture (``native``).
"""

from typing import NamedTuple

from device_drivers.errors import Code
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.label import Element, Label, LabelBarcode, LabelQRCode
from device_drivers.paper.model import Picture
from device_drivers.protocols import label_parts
from device_drivers.protocols.label_parts import LabelStatus, bands

ASK = b"\x1b!?"
"""Answered at once with one byte, also while it prints; no printer prints or moves for it."""
CANCEL = b"\x1b!."
"""Drop the labels that were not printed yet (newer firmware; older ones take no notice)."""

_UNSAFE = frozenset('"\\~')


class Setup(NamedTuple):
    """How a printer is set. ``direction`` 1: the label's head comes out first; ``density`` 0 to 15."""

    dots_per_mm: int = 8
    direction: int = 1
    density: int = 8


_TROUBLES = (
    (0x04, Code.PAPER_OUT, "paper"),
    (0x41, Code.COVER_OPEN, "head"),
    (0x08, Code.PRINTER_ERROR, "ribbon"),
    (0x02, Code.PRINTER_ERROR, "jam"),
    (0x10, Code.PRINTER_ERROR, "paused"),
    (0x80, Code.PRINTER_ERROR, "other"),
)
_BUSY = 0x20


def status(answer: int) -> LabelStatus:
    """Read the status byte: bits 0 head, 1 jam, 2 paper, 3 ribbon, 4 pause, 5 printing, 6 cover, 7 other."""
    busy = bool(answer & _BUSY)
    for mask, code, reason in _TROUBLES:
        if answer & mask:
            return LabelStatus(busy, code, reason)
    return LabelStatus(busy)


def is_status(answer: bytes) -> bool:
    """Whether an answer to ``ASK`` is one; what a printer in order says has at most the bit of printing."""
    return len(answer) == 1 and (answer[0] & ~(_BUSY | 0x1F)) == 0


def native(element: Element) -> bool:
    """Whether the printer draws this code itself; everything else belongs into the picture."""
    return label_parts.native(element, _UNSAFE)


def encode(label: Label, picture: Picture, copies: int, setup: Setup) -> bytes:
    """Return the job: `picture` (all that is not ``native``) and the codes. StopError ``unprintable``."""
    geometry.check(label, copies)
    head = (
        f"SIZE {_mm(label.width)} mm,{_mm(label.height)} mm",
        f"GAP {_mm(label.gap)} mm,0 mm",
        f"DIRECTION {setup.direction}",
        "REFERENCE 0,0",
        f"DENSITY {setup.density}",
        "CLS",
    )
    job = [_line(text) for text in head]
    for band in bands(picture):
        ink = _harmless(bytes(byte ^ 0xFF for byte in band.rows))  # a 0 is black here
        job.append(f"BITMAP {band.x},{band.y},{band.width},{band.height},0,".encode() + ink + b"\r\n")
    job += [_line(_code(element, setup.dots_per_mm)) for element in label.elements if native(element)]
    job.append(_line(f"PRINT 1,{copies}"))
    return b"".join(job)


def _harmless(ink: bytes) -> bytes:
    """Take one dot from what the printer's interrupt could read as a command, though it stands in a picture."""
    return ink.replace(b"\x1b!", b"\x1b#").replace(b"~!", b"~#")


def _line(text: str) -> bytes:
    return text.encode("ascii") + b"\r\n"


def _mm(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def _code(element: Element, dots_per_mm: int) -> str:
    """Write one code's command: no text below a barcode, QR model 2 at level M."""
    x, y = geometry.dots(element.x, dots_per_mm), geometry.dots(element.y, dots_per_mm)
    if isinstance(element, LabelQRCode):
        return f'QRCODE {x},{y},M,{geometry.qr_cell(element, dots_per_mm)},A,0,M2,S7,"{element.data}"'
    assert isinstance(element, LabelBarcode)
    kind, data = ("EAN13", geometry.ean13(element.data)) if element.symbology == "ean13" else ("128", element.data)
    module = geometry.module_dots(dots_per_mm)
    high = max(1, geometry.dots(element.height, dots_per_mm))
    return f'BARCODE {x},{y},"{kind}",{high},0,0,{module},{module},"{data}"'
