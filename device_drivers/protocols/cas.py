"""CAS scales: the dialogue of PD-II, AP and SW (ENQ, ACK, DC1), and the lines that CAS indicators send without end.

Dialogue. Sources: CAS AP-1 transmission protocol (ENQ 05 → ACK 06 or NAK 15; DC1 11 → SOH STX data BCC ETX EOT; BCC is
the exclusive or of the data); CAS SW-II manual p. 15; Ohaus Aviator 7000 service manual p. 36 (sign ``F``: overflow);
Gram Zfoc manual p. 42 (status ``F``: abnormal; unit ``SJ``: 市斤). 9600 8N1. 顶尖 OS2 scales answer the same when they
are set to answer only (``protocols.acs``); their check character takes SOH and STX in as well.

Lines. Sources: CAS CI-600D manual 10-1 (22 bytes: ST,GS,id lamp,weight unit CR LF) and 10-3 (18 bytes, without id and
lamp). ST stable, US unstable, OL over load; GS gross, NT net.
"""

import re
from enum import Enum

from device_drivers.errors import Code
from device_drivers.protocols.indication import Indication, grams
from device_drivers.protocols.tail import Tail, xor

ENQ = b"\x05"
DC1 = b"\x11"

_ACK = 0x06
_NAK = 0x15
_HEAD_CHECK = 0x01 ^ 0x02
_FRAME = re.compile(rb"\x01\x02([SUF])([ \-+F])([ 0-9.]{5,6})( ?[A-Za-z]{1,2})(.)\x03\x04\Z", re.DOTALL)
_BEGUN = re.compile(rb"\x01\x02[^\x03]{0,11}\Z", re.DOTALL)
_LINE = re.compile(
    rb"(ST|US|OL),(GS|NT),(?:[^\r\n]{2},)?([+-]?) *([0-9]{0,8}(?:\.[0-9]{1,6})?) *(kg|g|lb|oz)? *\r\n\Z",
    re.IGNORECASE | re.DOTALL,
)


class Ready(Enum):
    """The scale's answer to ENQ."""

    YES = "ACK"
    NO = "NAK"


class CasDialogue:
    """Reads a scale's answers to ENQ and DC1."""

    def __init__(self) -> None:
        self._tail: Tail[Indication | Ready] = Tail(_answer, bytes((_ACK, _NAK, 0x04)), 16)

    def feed(self, data: bytes) -> list[Indication | Ready]:
        """Take bytes as they come; return what complete answers say."""
        return self._tail.feed(data)


class CasLines:
    """Reads lines that a scale sends without end."""

    def __init__(self) -> None:
        self._tail = Tail(_line, b"\n", 40)

    def feed(self, data: bytes) -> list[Indication]:
        """Take bytes as they come; return what complete lines say."""
        return self._tail.feed(data)


def weight_frame(kept: bytes) -> Indication | None:
    """Read the frame SOH … EOT that ends here; None when there is none or its check character is wrong."""
    frame = _FRAME.search(kept)
    if frame is None:
        return None
    body = b"".join(frame.groups()[:-1])
    if xor(body) ^ frame[5][0] not in {0, _HEAD_CHECK}:
        return None
    status, sign = frame[1], frame[2]
    if status == b"F" or sign == b"F":
        return Indication(None, stable=True, fault=Code.UNDER_ZERO if sign == b"-" else Code.OVERWEIGHT)
    weight = grams(frame[3].decode("ascii").replace(" ", ""), frame[4].decode("ascii").strip())
    if weight is None:
        return None
    return Indication(-weight if sign == b"-" else weight, stable=status == b"S")


def _answer(kept: bytes) -> Indication | Ready | None:
    if kept[-1] not in {_ACK, _NAK}:
        return weight_frame(kept)
    if _BEGUN.search(kept[:-1]):  # a check character may look like ACK or NAK
        return None
    return Ready.YES if kept[-1] == _ACK else Ready.NO


def _line(kept: bytes) -> Indication | None:
    line = _LINE.search(kept)
    if line is None:
        return None
    state, net, negative = line[1].upper(), line[2].upper() == b"NT", line[3] == b"-"
    if state == b"OL":
        return Indication(None, stable=True, net=net, fault=Code.UNDER_ZERO if negative else Code.OVERWEIGHT)
    weight = grams(line[4].decode("ascii"), (line[5] or b"").decode("ascii"))
    if weight is None:
        return None
    return Indication(-weight if negative else weight, stable=state == b"ST", net=net)
