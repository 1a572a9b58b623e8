"""What a scanner sends: the code's characters, then CR, LF, both, TAB, ETX, or nothing more for a moment.

Zebra DS2278 and DS4308 send no end at all over USB CDC unless told to; Honeywell, Newland and Datalogic send CR by
default. An AIM identifier before the data (``protocols.aim``) becomes the symbology. A QR code that has line ends in
its text comes as several scans: the line does not tell them from the end.
"""

import unicodedata

from device_drivers import limits
from device_drivers.interfaces.device import ScanData
from device_drivers.protocols.aim import split

ENDS = b"\r\n\t\x03"
GROUP_SEPARATOR = "\x1d"
"""Between the fields of a GS1 code (FNC1): the one control character that is data."""

_LONGEST = 4 * limits.SCAN_CHARS
"""Bytes of the longest scan: four to a character."""


class Scans:
    """Reads scans. ``first``, ``last``: characters that the scanner is set to put around them, taken off.

    A scan that is too long, or is text in neither UTF-8 nor GB18030, is dropped whole: half a code is a wrong code.
    """

    def __init__(self, first: int = 0, last: int = 0) -> None:
        self._first = first
        self._last = last
        self._kept = bytearray()
        self._too_long = False

    @property
    def waiting(self) -> bool:
        """Whether a scan waits for its end."""
        return bool(self._kept) or self._too_long

    def feed(self, data: bytes) -> list[ScanData]:
        """Take bytes as they come; return the scans that ended."""
        found = []
        for byte in data:
            if byte in ENDS:
                found += self.pause() if self.waiting else []
            elif len(self._kept) < _LONGEST:
                self._kept.append(byte)
            else:
                self._too_long = True
        return found

    def pause(self) -> list[ScanData]:
        """Nothing more came: what waits is a whole scan."""
        kept, too_long = bytes(self._kept), self._too_long
        self._kept.clear()
        self._too_long = False
        scan = None if too_long else self._scan(kept)
        return [] if scan is None else [scan]

    def _scan(self, kept: bytes) -> ScanData | None:
        text = _text(kept)
        if text is None:
            return None
        text = "".join(sign for sign in text if sign == GROUP_SEPARATOR or unicodedata.category(sign) != "Cc")
        text = text.removeprefix("\ufeff")[self._first :]
        data, symbology = split(text[: -self._last] if self._last else text)
        data = data.strip(" ")
        return ScanData(data, symbology) if 0 < len(data) <= limits.SCAN_CHARS else None


def _text(kept: bytes) -> str | None:
    """Decode; scanners send a QR code's bytes as they are, and Chinese ones are written in either."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return kept.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
