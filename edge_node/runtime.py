"""The edge node's only reader of real time and entropy; everything else takes them as arguments."""

import os
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple


def now_ms() -> int:
    """Milliseconds since 1970, UTC, as this machine's clock claims: never trusted for value."""
    return time.time_ns() // 1_000_000


def ticks_ms() -> int:
    """Milliseconds of a clock that never steps: for deadlines and back-off only."""
    return time.monotonic_ns() // 1_000_000


def random_bytes(count: int) -> bytes:
    """Return `count` bytes of the operating system's entropy."""
    return os.urandom(count)


def random_below(limit: int) -> int:
    """Return an integer in [0, limit): jitter and one-time codes."""
    return secrets.randbelow(limit)


class Runtime(NamedTuple):
    """Time and entropy as arguments: ms since 1970, ms that never step, random bytes, a random integer below."""

    now: Callable[[], int] = now_ms
    ticks: Callable[[], int] = ticks_ms
    random_bytes: Callable[[int], bytes] = random_bytes
    random_below: Callable[[int], int] = random_below

    def new_id(self) -> bytes:
        """Return 16 fresh random bytes."""
        return self.random_bytes(16)


REAL = Runtime()
"""The machine's own."""
