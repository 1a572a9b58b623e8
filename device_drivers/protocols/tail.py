"""Finds frames at the end of a stream of bytes, one byte after the other: where the line cuts it makes no difference.

Whatever is no frame falls out at the front, so garbage costs the frame it hit and no more, and the memory is bounded.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")

SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))
"""For ``bytes.translate``: takes the parity bit off, which stands there when a 7E1 line is read as 8N1."""


class Tail(Generic[_T]):
    """The last bytes of a stream.

    ``read`` gets them whenever a frame may have ended and returns what the frame says, None if there is none; its last
    byte stays, for it may be the next frame's first. ``ends``: the bytes that end a frame; ``after``: how many bytes
    follow them (a checksum); ``longest``: the longest frame.
    """

    def __init__(self, read: Callable[[bytes], _T | None], ends: bytes, longest: int, after: int = 0) -> None:
        self._read = read
        self._ends = ends
        self._longest = longest
        self._after = after
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[_T]:
        """Take bytes as the line brings them; return what the frames say that are complete now."""
        found = []
        kept = self._kept
        for byte in data:
            kept.append(byte)
            if len(kept) > self._longest:
                del kept[0]
            if len(kept) <= self._after or kept[-1 - self._after] not in self._ends:
                continue
            said = self._read(bytes(kept))
            if said is not None:
                found.append(said)
                del kept[:-1]
        return found


def xor(data: bytes) -> int:
    """Return the exclusive or of all bytes: the block check character of most of these protocols."""
    total = 0
    for byte in data:
        total ^= byte
    return total
