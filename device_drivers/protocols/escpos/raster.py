"""Pictures as ``GS v 0``, in bands. Source: Epson, "ESC/POS Command Reference", GS v 0."""

import re
from collections.abc import Iterator

from device_drivers.paper.model import Picture

BAND = 48
"""Rows of one command: a line of double height. What a broken line leaves unfinished is never more than that."""

_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""DLE EOT, DLE ENQ, DLE DC4: obeyed wherever they stand, also among dots; the last one opens a drawer."""


def encode(picture: Picture, dots: int) -> Iterator[bytes]:
    """Yield one command for each band, centred by blank dots: ``ESC a`` moves pictures on some printers only.

    What is wider than the paper is cut off at the right.
    """
    row = (picture.width + 7) // 8
    room = dots // 8
    indent = bytes(max(0, room - row) // 2)
    for top in range(0, picture.height, BAND):
        rows = range(top, min(top + BAND, picture.height))
        data = b"".join(indent + picture.rows[y * row : y * row + min(row, room)] for y in rows)
        width = len(indent) + min(row, room)
        yield b"\x1dv0\x00" + _word(width) + _word(len(rows)) + harmless(data)


def harmless(data: bytes) -> bytes:
    """Return the dots without what a printer would take for a command in real time: such a byte gets one dot more."""
    return _REAL_TIME.sub(b"\x18", data)


def _word(value: int) -> bytes:
    return value.to_bytes(2, "little")
