"""What readers of IC, ID and NFC cards send by themselves over a serial line when a card is held before them.

``Texts``: the number in hex or decimal digits, between STX and ETX or before a line end, or followed by silence; with a
check byte as EM4100 readers have it (Seeed 113020002 data sheet p. 3; ID-12): two more hex digits, the exclusive or of
the others. ``Packets``: STX length type number BCC ETX in binary, as the sheet of a 9600-baud EM4100 and Mifare reader
has it (newegg business 9B-0YH-046V-00015); its example is 02 0A 02 06 00 8E 6D 5D B0 03, printed number 0009334109.
"""

import re

from device_drivers.interfaces.device import CardToken
from device_drivers.protocols.bank_cards import bank_number
from device_drivers.protocols.card_numbers import written
from device_drivers.protocols.magnetic import Refused
from device_drivers.protocols.tail import Tail, xor

_STX = 0x02
_ENDS = b"\r\n\x03"
_BETWEEN = re.compile(r"[ :,-]")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,16}")
_DECIMAL = re.compile(r"[0-9]{8,20}")
"""Chips have four bytes at least; fewer digits are half a number."""
_LONGEST = 64
_RANDOM = 0x08
"""ISO/IEC 14443-3: a four-byte UID that begins so is drawn anew each time; telephones have them."""


class Numbers:
    """Makes tokens. ``reverse``: turns the bytes round; ``form``: of ``card_numbers.FORMS``; ``source``: nfc or ic."""

    def __init__(self, form: str = "sent", source: str = "nfc", *, reverse: bool = False) -> None:
        self._form = form
        self._source = source
        self._reverse = reverse

    def of_chip(self, uid: bytes) -> CardToken | None:
        """Return the token for a chip's number, in the order in which the reader sent its bytes."""
        return self._token(written(uid[::-1] if self._reverse else uid, self._form))

    def of_digits(self, digits: str) -> CardToken | None:
        """Return the token for a decimal number; as it was sent, unless a form is set."""
        if self._form == "sent":
            return self._token(digits)
        value = int(digits)
        return self.of_chip(value.to_bytes(max(4, (value.bit_length() + 7) // 8), "big"))

    def _token(self, text: str | None) -> CardToken | None:
        return CardToken(text, self._source) if text else None


class Texts:
    """Reads numbers in digits. ``decimal``: else hex; ``check``: the last byte is a check byte.

    ``chips``: what comes is a chip's number as ISO/IEC 14443 orders it: one that is drawn anew each time is refused.
    """

    def __init__(self, numbers: Numbers, *, decimal: bool = False, check: bool = False, chips: bool = False) -> None:
        self._numbers = numbers
        self._decimal = decimal
        self._check = check
        self._chips = chips
        self._kept = bytearray()

    @property
    def waiting(self) -> bool:
        """Whether a number waits for its end."""
        return bool(self._kept)

    def feed(self, data: bytes) -> list[CardToken | Refused]:
        """Take bytes as they come; return the cards whose numbers ended."""
        found = []
        for byte in data:
            if byte in _ENDS:
                found += self.pause()
            elif byte == _STX:
                self._kept.clear()
            elif len(self._kept) <= _LONGEST:
                self._kept.append(byte)
        return found

    def pause(self) -> list[CardToken | Refused]:
        """Nothing more came: what waits is a whole number."""
        text = _BETWEEN.sub("", self._kept.decode("latin-1"))
        too_long = len(self._kept) > _LONGEST
        self._kept.clear()
        card = None if too_long else self._card(text)
        return [] if card is None else [card]

    def _card(self, text: str) -> CardToken | Refused | None:
        if self._decimal:
            if not _DECIMAL.fullmatch(text):
                return None
            return Refused.BANK_CARD if bank_number(text) else self._numbers.of_digits(text)
        if not _HEX.fullmatch(text):
            return None
        uid = bytes.fromhex(text)
        if self._check:
            if xor(uid):
                return None
            uid = uid[:-1]
        if self._chips and len(uid) == 4 and uid[0] == _RANDOM:
            return Refused.RANDOM_UID
        return self._numbers.of_chip(uid)


class Packets:
    """Reads binary packets of 8 to 20 bytes, as long as their second byte says."""

    waiting = False

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._tail = Tail(self._read, b"\x03", 20)

    def feed(self, data: bytes) -> list[CardToken]:
        """Take bytes as they come; return the cards of complete packets."""
        return self._tail.feed(data)

    def pause(self) -> list[CardToken]:
        """Return nothing: a packet has an end."""
        return []

    def _read(self, kept: bytes) -> CardToken | None:
        for length in range(8, len(kept) + 1):
            packet = kept[-length:]
            if packet[0] == _STX and packet[1] == length and xor(packet[1:-1]) == 0:
                return self._numbers.of_chip(packet[3:-2])
        return None
