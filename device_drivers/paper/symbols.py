"""QR codes and barcodes as pictures of one dot a module, without the white around them; and how large they are drawn.

The white that scanners need beside a code is the paper's own margin on receipts. The libraries are loaded when the
first code is drawn.
"""

import re
from functools import lru_cache

from device_drivers.errors import Code, StopError
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.model import Picture

_QR_DOTS = 6
"""Dots of a QR module where there is room: 0.75 mm, read at arm's length."""
_QR_DOTS_LOW = 4
"""Half a millimetre: what phones read for sure from thermal paper; smaller only where the paper ends."""
_BAR_DOTS = 3
_DIGITS = re.compile("([0-9]{4,})")
_CODE_C, _CODE_B, _START_B, _START_C = 99, 100, 104, 105
_QUIET = 10
"""Modules of white that Code 128 wants at each side (ISO/IEC 15417)."""


@lru_cache(maxsize=8)
def qr(data: str) -> Picture:
    """Return a QR code at error level M, its data as UTF-8 bytes. StopError ``unprintable``."""
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415
    from qrcode.exceptions import DataOverflowError  # noqa: PLC0415
    from qrcode.main import QRCode  # noqa: PLC0415
    from qrcode.util import MODE_8BIT_BYTE, QRData  # noqa: PLC0415

    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    try:
        code.add_data(QRData(geometry.qr_bytes(data), mode=MODE_8BIT_BYTE))
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        raise StopError(Code.UNPRINTABLE, part="qr", chars=len(data)) from None
    return _picture([[bool(module) for module in row] for row in code.get_matrix()])


def code128(data: str) -> Picture:
    """Return the bars of a Code 128, one dot high. StopError ``unprintable``: printable ASCII only.

    The bars are python-barcode's, the choice of symbols is not: it loses a leading 99 (0.16.1).
    """
    from barcode.charsets.code128 import CODES, STOP  # noqa: PLC0415

    if not (data and data.isascii() and data.isprintable()):
        raise StopError(Code.UNPRINTABLE, part="code128")
    values = _code128_values(data)
    check = sum(max(1, place) * value for place, value in enumerate(values)) % 103
    bars = "".join(CODES[value] for value in [*values, check]) + STOP + "11"
    return _picture([[bar == "1" for bar in bars]])


def _code128_values(data: str) -> list[int]:
    """Return the symbols' values with the start: four digits or more in a row as pairs (set C), all else in set B."""
    values: list[int] = []
    pairs = False
    for run in _DIGITS.split(data):
        paired = len(run) // 2 * 2 if _DIGITS.fullmatch(run) else 0
        single = run[: len(run) - paired]
        if single:
            values += [_CODE_B if values else _START_B] if pairs or not values else []
            values += [ord(character) - 32 for character in single]
            pairs = False
        if paired:
            values += [_CODE_C if values else _START_C]
            values += [int(run[place : place + 2]) for place in range(len(single), len(run), 2)]
            pairs = True
    return values


def ean13(data: str) -> Picture:
    """Return the bars of an EAN-13, one dot high. StopError ``unprintable``: 12 digits, or 13 with the right last."""
    from barcode.ean import EuropeanArticleNumber13  # noqa: PLC0415

    whole = geometry.ean13(data)
    return _picture([[bar == "1" for bar in EuropeanArticleNumber13(whole).build()[0]]])


def _picture(modules: list[list[bool]]) -> Picture:
    across = len(modules[0])
    rows = bytearray()
    for row in modules:
        bits = "".join("1" if module else "0" for module in row)
        rows += int(bits.ljust((across + 7) // 8 * 8, "0"), 2).to_bytes((across + 7) // 8, "big")
    return Picture(across, len(modules), bytes(rows))


def qr_dots(modules: int, dots: int) -> int:
    """Return the dots of one module of a QR code on a receipt so many dots wide; 0: it is too wide."""
    comfortable = min(_QR_DOTS, dots * 2 // 3 // modules)
    return comfortable if comfortable >= _QR_DOTS_LOW else min(_QR_DOTS_LOW, dots // modules)


def bar_dots(modules: int, dots: int) -> int:
    """Return the dots of one module of a barcode on a receipt so many dots wide; 0: it is too wide."""
    comfortable = min(_BAR_DOTS, dots // (modules + 2 * _QUIET))
    return max(comfortable, min(2, dots // modules))
