"""How often a peer may say something: a few at once, then one in a while. Time is handed in, ms; it may jump."""


class Pace:
    """A bucket of `most` turns that fills by one each `every_ms`, and begins full."""

    def __init__(self, most: int, every_ms: int) -> None:
        self._most = most
        self._every = every_ms
        self._left = most
        self._at: int | None = None

    def takes(self, now: int) -> bool:
        """Whether there is a turn now; it is used up. A clock set back costs nobody a turn that was there."""
        if self._at is None or now < self._at:
            self._at = now
        earned = (now - self._at) // self._every
        self._at += earned * self._every
        self._left = min(self._most, self._left + earned)
        if not self._left:
            return False
        self._left -= 1
        return True
