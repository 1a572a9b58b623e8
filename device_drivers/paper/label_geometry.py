"""Where the parts of a label lie in dots, and what may be on one: the same for every printer and for the preview.

Barcodes are bars alone, without digits below: printers draw these differently, so designs write them as text. One
module is a quarter of a millimetre, which cheap scanners read. A QR code's cells are as large as its size allows.
"""

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper.label import Element, Label, LabelBarcode, LabelQRCode, LabelText

_QR_BYTES_M = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624)
"""Bytes that versions 1 to 19 hold at error level M (ISO/IEC 18004, table 7)."""


def dots(tenths: int, dots_per_mm: int) -> int:
    """Turn tenths of a millimetre into dots, rounded."""
    return (tenths * dots_per_mm + 5) // 10


def module_dots(dots_per_mm: int) -> int:
    """Return the width of a barcode's thinnest bar: 0.25 mm."""
    return max(1, (dots_per_mm + 2) // 4)


def barcode_modules(data: str, symbology: str) -> int:
    """Return the width of a barcode in modules at most: printers may pack Code 128 better, never worse."""
    if symbology == "ean13":
        return 95
    symbols = len(data) // 2 + 2 * (len(data) % 2) if data.isdigit() and len(data) > 3 else len(data)
    return 11 * (symbols + 2) + 13  # start and check symbol; the stop has 13 modules


def barcode_width(data: str, symbology: str) -> int:
    """Return the width of a barcode at most, in tenths of a millimetre, without the quiet zones beside it."""
    return (barcode_modules(data, symbology) * 5 + 1) // 2


def qr_bytes(data: str) -> bytes:
    """Return the data as a QR code holds it; StopError ``unprintable`` for half a character."""
    try:
        return data.encode()
    except UnicodeEncodeError:
        raise StopError(Code.UNPRINTABLE, part="qr", reason="text") from None


def qr_modules(data: str) -> int:
    """Return how many cells a QR code has in a row at error level M, its data as bytes; StopError ``unprintable``."""
    size = len(qr_bytes(data))
    for version, capacity in enumerate(_QR_BYTES_M, 1):
        if size <= capacity:
            return 17 + 4 * version
    raise StopError(Code.UNPRINTABLE, part="qr", bytes=size)


def qr_cell(element: LabelQRCode, dots_per_mm: int) -> int:
    """Return the dots of one cell, so that the code fits its size; one at least, though it is larger then."""
    return max(1, dots(element.size, dots_per_mm) // qr_modules(element.data))


def ean13(data: str) -> str:
    """Return all 13 digits of an EAN-13; StopError ``unprintable`` when it is none or its check digit is wrong."""
    if not (data.isascii() and data.isdigit() and len(data) in {12, 13}):
        raise StopError(Code.UNPRINTABLE, part="ean13")
    digits = [int(digit) for digit in data]
    whole = data[:12] + str(-(sum(digits[0:12:2]) + 3 * sum(digits[1:12:2])) % 10)
    if len(data) == 13 and data != whole:
        raise StopError(Code.UNPRINTABLE, part="ean13", reason="check digit")
    return whole


def check(label: Label, copies: int = 1) -> None:
    """StopError ``unprintable`` unless a printer can print this: sizes, places and what the codes hold."""
    low, high = limits.LABEL_TENTHS
    if not (low <= label.width <= high and low <= label.height <= high and 0 <= label.gap <= high):
        raise StopError(Code.UNPRINTABLE, part="label", reason="size")
    if len(label.elements) > limits.LABEL_ELEMENTS:
        raise StopError(Code.UNPRINTABLE, part="label", elements=len(label.elements))
    if not 1 <= copies <= limits.LABEL_COPIES:
        raise StopError(Code.UNPRINTABLE, part="label", copies=copies)
    for element in label.elements:
        _check_element(element, high)


def _check_element(element: Element, high: int) -> None:
    size = element.size if isinstance(element, LabelQRCode) else element.height
    if not (0 <= element.x <= high and 0 <= element.y <= high and 1 <= size <= high):
        raise StopError(Code.UNPRINTABLE, part="label", reason="place")
    if isinstance(element, LabelText):
        if len(element.text) > limits.PAPER_CHARS or not 0 <= element.width <= high:
            raise StopError(Code.UNPRINTABLE, part="text")
    elif isinstance(element, LabelBarcode):
        _check_barcode(element)
    elif not 1 <= len(qr_bytes(element.data)) <= limits.QR_BYTES:
        raise StopError(Code.UNPRINTABLE, part="qr", bytes=len(qr_bytes(element.data)))


def _check_barcode(element: LabelBarcode) -> None:
    if element.symbology == "ean13":
        ean13(element.data)
    elif element.symbology != "code128":
        raise StopError(Code.NOT_SUPPORTED, symbology=element.symbology[:16])
    elif not (1 <= len(element.data) <= limits.BARCODE and element.data.isascii() and element.data.isprintable()):
        raise StopError(Code.UNPRINTABLE, part="code128")
