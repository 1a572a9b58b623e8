"""QR codes and barcodes, drawn by the printer. Source: Epson, "ESC/POS Command Reference", GS ( k and GS k.

The parts that only have names come from python-escpos' constants; its ``Dummy`` printer, which the tests compare these
bytes with, would cost a node 12 MB and half a second for five commands.
"""

from device_drivers.paper import symbols
from device_drivers.paper.model import Barcode, QRCode

_QR_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
"""Bytes in a QR code of version 1, 2, … at level M (ISO/IEC 18004, table 7)."""
_BAR_HEIGHT = 64
_BAR_DOTS_LOW = 2
"""Narrower bars are out of the range of GS w."""
_CENTRED, _LEFT = b"\x1ba\x01", b"\x1ba\x00"


def qr_code(code: QRCode, dots: int) -> tuple[bytes, ...]:
    """Return model 2, level M, centred, one command each; nothing when the printer could not draw it."""
    data = code.data.encode()
    version = next((number for number, room in enumerate(_QR_BYTES, 1) if len(data) <= room), 0)
    size = symbols.qr_dots(17 + 4 * version, dots)
    if not version or not size or b"\x10" in data:  # DLE begins a command that is obeyed also within data
        return ()
    functions = (b"A2\x00", b"C" + bytes((size,)), b"E1", b"P0" + data, b"Q0")
    commands = (b"\x1d(k" + (len(function) + 1).to_bytes(2, "little") + b"1" + function for function in functions)
    return (_CENTRED, *commands, _LEFT)


def barcode(code: Barcode, dots: int) -> tuple[bytes, ...]:
    """Return Code 128, code set B, its text below, centred; nothing when the printer could not draw it so narrow."""
    from escpos import constants  # noqa: PLC0415 - a node that prints nothing does not need it

    data = b"{B" + code.data.replace("{", "{{").encode("ascii")
    size = symbols.bar_dots((len(code.data) + 2) * 11 + 13, dots)
    if size < _BAR_DOTS_LOW:
        return ()
    return (
        _CENTRED,
        constants.BARCODE_HEIGHT + bytes((_BAR_HEIGHT,)),
        constants.BARCODE_WIDTH + bytes((size,)),
        constants.BARCODE_FONT_A,
        constants.BARCODE_TXT_BLW,
        constants.BARCODE_TYPE_B["CODE128"] + bytes((len(data),)) + data,
        _LEFT,
    )
