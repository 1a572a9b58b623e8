"""What magnetic stripe readers send: ``%track 1?;track 2?+track 3?``, each perhaps with its check character.

Sources: MagTek MT-211232 manual p. 16 (order, sentinels, optional STX, CR, ETX), Omnitron RS-232 manual appendix B
(sentinels, CR after each track), ISO/IEC 7811-6 (check character), ISO/IEC 7813 (fields). Of all that stands on a card
only the field that numbers it is given on. A bank card's tracks are dropped whole (``Refused.BANK_CARD``).
"""

import re
from enum import Enum

from device_drivers import limits
from device_drivers.interfaces.device import CardToken
from device_drivers.protocols.bank_cards import bank_track

_ETX = 0x03
_LONGEST = 512
"""Three tracks of 79, 40 and 107 characters, and what stands around them."""
_TOKEN = re.compile(rf"[0-9A-Za-z-]{{1,{limits.CARD_CHARS}}}")
_SENTINELS = {"%": 1, ";": 2, "+": 3}
_UNREADABLE = "E"
"""MagTek: stands for a track that could not be read."""


class Refused(Enum):
    """Why a card was not given on: the word of the health warning."""

    BANK_CARD = "bank_card"
    RANDOM_UID = "random_uid"


class Swipes:
    """Reads swipes. ``track``: 1, 2 or 3, or 0 for the first of 2, 1, 3 that has a number.

    ``check``: the reader sends the check character after each end sentinel; a track that fails it is not used.
    """

    def __init__(self, track: int = 0, *, check: bool = False) -> None:
        self._tracks = (track,) if track else (2, 1, 3)
        self._check = check
        self._pattern = re.compile(r"([%;+])([^?]*)\?" + ("(.)" if check else "()"), re.DOTALL)
        self._kept = bytearray()

    @property
    def waiting(self) -> bool:
        """Whether a swipe waits for its end."""
        return bool(self._kept)

    def feed(self, data: bytes) -> list[CardToken | Refused]:
        """Take bytes as they come; return what the swipes say that ended by ETX."""
        found = []
        for byte in data:
            if byte == _ETX:
                found += self.pause()
            elif len(self._kept) < _LONGEST:
                self._kept.append(byte)
        return found

    def pause(self) -> list[CardToken | Refused]:
        """Nothing more came: what waits is a whole swipe."""
        text = self._kept.decode("latin-1")
        self._kept.clear()
        tracks: dict[int, str] = {}
        for sentinel, data, check in self._pattern.findall(text):
            if bank_track(data):
                return [Refused.BANK_CARD]
            number = _SENTINELS[sentinel]
            if number == 2 and 2 in tracks:  # Omnitron: ISO's track 3 begins with ";" too
                number = 3
            if not self._check or check == check_character(sentinel, data):
                tracks.setdefault(number, data)
        for track in self._tracks:
            token = _token(track, tracks.get(track, ""))
            if token:
                return [CardToken(token, "magnetic")]
        return []


def check_character(sentinel: str, data: str) -> str:
    """Return the longitudinal check character of a track: the exclusive or of all its characters with both sentinels.

    Track 1 has six bits from space on, tracks 2 and 3 have four from 0 on; track 3's ``+`` is the reader's writing.
    """
    base, bits = (0x20, 0x3F) if sentinel == "%" else (0x30, 0x0F)
    total = 0
    for sign in ("%" if sentinel == "%" else ";") + data + "?":
        total ^= ord(sign) - base & bits
    return chr(total + base)


def _token(track: int, data: str) -> str:
    """Take the field that numbers the card: up to the separator; on track 1 without the format's letter B."""
    if data == _UNREADABLE:
        return ""
    if track == 1:
        field, separator, _ = data.partition("^")
        field = field.removeprefix("B") if separator else field
    else:
        field = data.partition("=")[0]
    field = field.strip(" ")
    return field if _TOKEN.fullmatch(field) else ""
