"""Mettler-Toledo 8217: the host asks with one letter, the scale answers with its weight or with a status byte.

Source: METTLER TOLEDO DIVA Service Manual 72191202 (05/2012), 6.1.4 (6.1.3 is the same with fewer digits for pounds):
``W`` → STX weight CR, with ``N`` after a net weight, or STX ``?`` status CR while it moves, is over capacity
or below zero; ``Z``, ``T CR``, ``C`` → status. 9600 7E1. The unit is not sent: it is set up on both sides.
"""

import re

from device_drivers.errors import Code
from device_drivers.protocols.indication import Indication, grams
from device_drivers.protocols.tail import SEVEN_BITS, Tail

WEIGH = b"W"
ZERO = b"Z"
TARE = b"T\r"
CLEAR_TARE = b"C"

_WEIGHT = re.compile(rb"\x02([0-9]{1,6}(?:\.[0-9]{1,4})?)(N?)\r\Z")
_STATUS = re.compile(rb"\x02\?([\x40-\x7f])\r\Z")

MOTION = 0x01
OVER_CAPACITY = 0x02
UNDER_ZERO = 0x04
NET = 0x20


class Toledo8217:
    """Reads the scale's answers. ``unit``: what the scale is set to."""

    def __init__(self, unit: str = "kg") -> None:
        self._unit = unit
        self._tail = Tail(self._read, b"\r", 16)

    def feed(self, data: bytes) -> list[Indication]:
        """Take bytes as they come; return what complete answers say."""
        return self._tail.feed(data.translate(SEVEN_BITS))

    def _read(self, kept: bytes) -> Indication | None:
        if weight := _WEIGHT.search(kept):
            return Indication(grams(weight[1].decode("ascii"), self._unit), stable=True, net=weight[2] == b"N")
        if status := _STATUS.search(kept):
            return _indication(status[1][0])
        return None


def _indication(status: int) -> Indication:
    fault = None
    if status & OVER_CAPACITY:
        fault = Code.OVERWEIGHT
    elif status & UNDER_ZERO:
        fault = Code.UNDER_ZERO
    return Indication(None, stable=not status & MOTION, net=bool(status & NET), fault=fault)
