"""Printers that failed are left alone for a while, each by itself: 1 s doubling to 30 s."""

from collections.abc import Callable
from typing import NamedTuple

from edge_node import limits


class _Trouble(NamedTuple):
    failures: int
    until: int


class BackOff:
    """Which printers are left alone, and until when (ms). `below`: a random integer below its argument."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self._below = below
        self._troubles: dict[bytes, _Trouble] = {}

    def failed(self, device: bytes, now: int) -> int:
        """Note a failure; return when the printer may be tried again."""
        found = self._troubles.get(device)
        failures = 1 if found is None else found.failures + 1
        until = now + self.delay(failures)
        self._troubles[device] = _Trouble(failures, until)
        return until

    def worked(self, device: bytes) -> None:
        """Forget a printer's failures."""
        self._troubles.pop(device, None)

    def paused_until(self, device: bytes, now: int) -> int:
        """Return until when a printer is left alone; 0: it may be tried. A clock that was set back frees it."""
        found = self._troubles.get(device)
        if found is None or not 0 < found.until - now <= limits.PRINT_BACKOFF_MS[1]:
            return 0
        return found.until

    def try_now(self, device: bytes) -> None:
        """Let a printer be tried at once; its failures still count."""
        found = self._troubles.get(device)
        if found is not None:
            self._troubles[device] = found._replace(until=0)

    def delay(self, failures: int) -> int:
        """Return the pause after so many failures in a row: the last quarter is chance, so that printers spread."""
        first, most = limits.PRINT_BACKOFF_MS
        whole = min(first << min(failures - 1, 16), most)
        return whole - self._below(whole // 4 + 1)
