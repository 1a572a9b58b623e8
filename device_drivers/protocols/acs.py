"""Chinese ACS counter scales that send without end: 顶尖 (Aclas, Pinnacle) OS2 and 大华 ACS.

顶尖 OS2. Source: Pinnacle Technology OS2CX user manual, 13 "Communication protocol" (p. 15-16): ten times a second
SOH STX status sign weight(6) unit(2) checksum ETX EOT flags; status S stable, U unstable, F out of range or not started
from zero; checksum the exclusive or of the 12 bytes before it; flags bit 5: a tare is taken off, bit 6: out of range.
Zero is ``<ZK>`` TAB, tare ``<TK>`` TAB. Published programs for this maker's scales read the same 16 bytes.

大华 ACS. **No manual is known to us that says it**: three published programs read it so, independently of each other:
7 bytes, a line end, five digits or spaces that are grams, a line end. How it writes less than zero is a guess of ours.
There is no word on stability, tare or overload: the driver takes a weight as stable that comes several times in a row.
"""

import re

from device_drivers.errors import Code
from device_drivers.protocols.cas import weight_frame
from device_drivers.protocols.indication import Indication
from device_drivers.protocols.tail import Tail

ZERO = b"<ZK>\t"
TARE = b"<TK>\t"

_TARED = 0x20
_OUT_OF_RANGE = 0x40
_DAHUA = re.compile(rb"[\r\n]( {0,4}-? {0,4}[0-9]{1,5})[\r\n]\Z")


class AclasStream:
    """Reads what a 顶尖 OS2 sends without end."""

    def __init__(self) -> None:
        self._tail = Tail(_aclas, b"\x04", 16, after=1)

    def feed(self, data: bytes) -> list[Indication]:
        """Take bytes as they come; return what complete frames say."""
        return self._tail.feed(data)


class DahuaStream:
    """Reads what a 大华 ACS sends without end."""

    def __init__(self) -> None:
        self._tail = Tail(_dahua, b"\r\n", 8)

    def feed(self, data: bytes) -> list[Indication]:
        """Take bytes as they come; return what complete lines say."""
        return self._tail.feed(data)


def _aclas(kept: bytes) -> Indication | None:
    seen = weight_frame(kept[:-1])
    if seen is None:
        return None
    flags = kept[-1]
    if flags & _OUT_OF_RANGE and seen.fault is None:
        seen = Indication(None, stable=True, fault=Code.OVERWEIGHT)
    return seen._replace(net=bool(flags & _TARED))


def _dahua(kept: bytes) -> Indication | None:
    line = _DAHUA.search(kept)
    if line is None or len(line[1]) not in {5, 6}:
        return None
    return Indication(int(line[1].replace(b" ", b"")), stable=True)
