"""ZPL II, the language of Zebra's label printers and of those that speak like them: labels to bytes, and ``~HS``.

Source: ZPL II Programming Guide (Zebra): ^XA ^PW ^LL ^LH ^PO ^FO ^GFA ^BY ^BE ^BC ^BQ ^FD ^FS ^PQ ^XZ, ~HS, ~JA. All
text is a picture. ``^`` and ``~`` begin commands anywhere and ``>`` switches within Code 128: data with such a
character is not sent as data, the caller draws it into the picture (``native``).
"""

import re

from device_drivers import limits
from device_drivers.errors import Code
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.label import Element, Label, LabelBarcode, LabelQRCode
from device_drivers.paper.model import Picture
from device_drivers.protocols import label_parts
from device_drivers.protocols.label_parts import LabelStatus, bands

ASK = b"~HS"
"""Answered at once with three strings. For other printers than ZPL's it is text: never ask a stranger so."""
CANCEL = b"~JA"
"""Drop all labels that were not printed yet."""

_UNSAFE = frozenset('^~>_\\"')
_STRING = re.compile(rb"\x02([^\x02\x03]{0,200})\x03")


class StatusReader:
    """Puts the answer to ``~HS`` together, however the line cuts it; what is none of it is passed over."""

    def __init__(self) -> None:
        self._buffer = b""
        self._first: tuple[str, ...] = ()

    def feed(self, data: bytes) -> LabelStatus | None:
        """Take bytes; return the status once its second string is whole (the third holds a password)."""
        self._buffer += data
        found = None
        for string in _STRING.finditer(self._buffer):
            fields = tuple(string.group(1).decode("latin-1").split(","))
            if len(fields) == 12:
                self._first = fields
            elif len(fields) == 11 and self._first:
                found = _status(self._first, fields)
                self._first = ()
        end = self._buffer.rfind(b"\x03") + 1
        self._buffer = self._buffer[end:][-limits.FRAME :]
        return found


def _status(first: tuple[str, ...], second: tuple[str, ...]) -> LabelStatus:
    """Read strings 1 and 2 (fields as the manual letters them)."""
    flags = (
        (first[1], Code.PAPER_OUT, "paper"),  # b
        (second[2], Code.COVER_OPEN, "head"),  # o
        (second[3], Code.PRINTER_ERROR, "ribbon"),  # p
        (first[11], Code.OVERHEATED, "head"),  # l
        (first[2], Code.PRINTER_ERROR, "paused"),  # c
        (first[9], Code.PRINTER_ERROR, "memory"),  # j
    )
    busy = _number(first[4]) > 0 or first[7].strip() == "1" or _number(second[8]) > 0  # eee, h, uuuuuuuu
    for flag, code, reason in flags:
        if flag.strip() == "1":
            return LabelStatus(busy, code, reason)
    return LabelStatus(busy)


def _number(text: str) -> int:
    """Read a count; what is no number counts as none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def native(element: Element) -> bool:
    """Whether the printer draws this code itself; everything else belongs into the picture."""
    return label_parts.native(element, _UNSAFE)


def encode(label: Label, picture: Picture, copies: int, dots_per_mm: int) -> bytes:
    """Return the job: `picture` (all that is not ``native``) and the codes. StopError ``unprintable``."""
    geometry.check(label, copies)
    width, height = geometry.dots(label.width, dots_per_mm), geometry.dots(label.height, dots_per_mm)
    job = [f"^XA^PW{width}^LL{height}^LH0,0^PON"]
    for band in bands(picture):
        size = len(band.rows)
        job.append(f"^FO{band.x},{band.y}^GFA,{size},{size},{band.width},{band.rows.hex().upper()}^FS")
    job += [_code(element, dots_per_mm) for element in label.elements if native(element)]
    job.append(f"^PQ{copies}^XZ\r\n")
    return "\r\n".join(job).encode("ascii")


def _code(element: Element, dots_per_mm: int) -> str:
    """Write one code's field: no text below a barcode, QR model 2 at level M.

    A QR code sinks by the height that ``^BY`` last set, so that one is set to a single dot before.
    """
    x, y = geometry.dots(element.x, dots_per_mm), geometry.dots(element.y, dots_per_mm)
    module = geometry.module_dots(dots_per_mm)
    if isinstance(element, LabelQRCode):
        cell = min(geometry.qr_cell(element, dots_per_mm), 10)  # older firmware knows no larger one
        return f"^BY{module},2,1^FO{x},{max(0, y - 1)}^BQN,2,{cell}^FDMA,{element.data}^FS"
    assert isinstance(element, LabelBarcode)
    high = max(1, geometry.dots(element.height, dots_per_mm))
    if element.symbology == "ean13":
        # twelve digits: the printer adds the check digit
        return f"^BY{module},2,{high}^FO{x},{y}^BEN,{high},N,N^FD{geometry.ean13(element.data)[:12]}^FS"
    return f"^BY{module},2,{high}^FO{x},{y}^BCN,{high},N,N,N,A^FD{element.data}^FS"
