"""glibc's malloc, told to give memory back: a program that runs for months on a small box.

By default each thread gets a heap of its own, and after the first freed block of 16 MiB (scrypt, a PIN) blocks of that
size are kept rather than returned: a selling node then holds 50 MB more than it uses. Without glibc nothing is changed.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3)."""
_LARGE = 128 * 1024
"""glibc's own first value; setting it stops it from growing."""


def give_back() -> None:
    """Call once, before any thread starts."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for parameter, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
        mallopt(parameter, value)
