"""HQ's only reader of real time and entropy; everything else takes them as arguments."""

import os
import time


def now_ms() -> int:
    """Milliseconds since 1970, UTC: HQ's clock, by which things expire."""
    return time.time_ns() // 1_000_000


def random_bytes(count: int) -> bytes:
    """Return `count` bytes of the operating system's entropy."""
    return os.urandom(count)
