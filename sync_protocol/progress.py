"""Is the link alive, and does it get anywhere? Pure functions of handed-in time (any clock that does not jump, ms)."""

from sync_protocol import limits


class Progress:
    """What a node remembers about its link: when HQ was heard, and since when something waits for a durable ack."""

    def __init__(self) -> None:
        self._heard: int | None = None
        self._waiting_since: int | None = None

    @property
    def last_heard(self) -> int | None:
        """When the last authentic message of HQ came; None: never in this session."""
        return self._heard

    def heard(self, now: int) -> None:
        """Note an authentic message of HQ."""
        self._heard = now

    def waiting(self, now: int) -> None:
        """Note that something waits for a durable ack; only the beginning of the wait is kept."""
        if self._waiting_since is None:
            self._waiting_since = now

    def advanced(self, now: int, *, still_waiting: bool) -> None:
        """Note a durable ack that went forward, and whether more is waited for."""
        self._waiting_since = now if still_waiting else None

    def connected(self, now: int) -> bool:
        """Tell whether HQ was heard within 30 s and what waits, if anything, is not stalled."""
        return self._heard is not None and now - self._heard <= limits.CONNECTED_MS and not self.stalled(now)

    def stalled(self, now: int) -> bool:
        """Tell whether something has waited for a minute without any durable ack going forward."""
        return self._waiting_since is not None and now - self._waiting_since > limits.STALL_MS
