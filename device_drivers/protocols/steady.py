"""Says when a weight may be sold: the scale calls it stable, and has shown the same several times in a row."""

from device_drivers.protocols.indication import Indication


class Steady:
    """Counts equal indications. ``times``: how many in a row settle it."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._last: Indication | None = None
        self._count = 0

    def take(self, seen: Indication) -> bool:
        """Take the next indication; return whether it is settled now (a weight, or a fault)."""
        self._count = self._count + 1 if seen == self._last else 1
        self._last = seen
        says_something = seen.grams is not None or seen.fault is not None
        return seen.stable and says_something and self._count >= self._times

    def forget(self) -> None:
        """Start counting anew: what was shown before does not count."""
        self._last = None
        self._count = 0
