"""Toledo continuous output (托利多连续输出): the frame that most Chinese weighing indicators can send without end.

Source: Mettler-Toledo IND445 user manual 22013194B, 5.2 "TOLEDO Continuous mode" (frame, checksum, commands); Fairbanks
FB3000 manual 51146 p. 55 (status words B); Triner TS-700 manual p. 13 (status word C: unit); LUW2001 manual
p. 15 (decimal point of status word A; the checksum may be missing). Frame: STX, status words A B C, six digits weight,
six digits tare, CR, checksum: the two's complement of the sum of the low seven bits of all before it.
"""

import re

from device_drivers.errors import Code
from device_drivers.protocols.indication import Indication, grams
from device_drivers.protocols.tail import SEVEN_BITS, Tail

ZERO = b"Z\r\n"
TARE = b"T\r\n"
CLEAR_TARE = b"C\r\n"

STX = 0x02
_FRAME = re.compile(rb"\x02(.)(.)(.)([ 0-9]{6})([ 0-9]{6})\r(.)\Z", re.DOTALL)

NET = 0x01
NEGATIVE = 0x02
OUT_OF_RANGE = 0x04
MOTION = 0x08
KILOGRAMS = 0x10
STARTING = 0x40
_GRAMS = 1
_UNIT_BITS = 0x07


class ToledoContinuous:
    """Reads the stream. A frame counts when its checksum is right or the next frame follows it at once."""

    def __init__(self) -> None:
        self._tail = Tail(_read, b"\r", 18, after=1)

    def feed(self, data: bytes) -> list[Indication]:
        """Take bytes as they come; return what complete frames say."""
        return self._tail.feed(data.translate(SEVEN_BITS))


def checksum(frame: bytes) -> int:
    """Return the byte that makes the sum of the low seven bits zero."""
    return -sum(byte & 0x7F for byte in frame) & 0x7F


def _read(kept: bytes) -> Indication | None:
    frame = _FRAME.search(kept)
    if frame is None or frame[6][0] not in {checksum(frame[0][:-1]), STX}:
        return None
    point, status, unit_word = frame[1][0] & 7, frame[2][0], frame[3][0] & _UNIT_BITS
    if unit_word not in {0, _GRAMS}:
        return None
    unit = "g" if unit_word == _GRAMS else "kg" if status & KILOGRAMS else "lb"
    weight, tare = _grams(frame[4], point, unit), _grams(frame[5], point, unit)
    if weight is None:
        return None
    net, negative = bool(status & NET), bool(status & NEGATIVE)
    stable = not status & (MOTION | STARTING)
    if status & OUT_OF_RANGE:
        return Indication(None, stable, net, tare, Code.UNDER_ZERO if negative else Code.OVERWEIGHT)
    return Indication(-weight if negative else weight, stable, net, tare if net else 0)


def _grams(digits: bytes, point: int, unit: str) -> int | None:
    """Read six digits; ``point``: 2 after the last one, 3 before it and so on; 1 and 0: one or two zeros follow."""
    text = digits.decode("ascii").strip().replace(" ", "0") or "0"
    decimals = point - 2
    if decimals <= 0:
        return grams(text + "0" * -decimals, unit)
    text = text.rjust(decimals, "0")
    return grams(f"{text[:-decimals]}.{text[-decimals:]}", unit)
