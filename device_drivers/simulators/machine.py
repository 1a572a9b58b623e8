"""A simulated device without I/O: bytes in, bytes out. ``serving`` puts it behind a socket, a pty or a memory line."""

from abc import ABC, abstractmethod


class Machine(ABC):
    """One simulated device. ``beat_s``: seconds between ``beat`` calls; 0: it never speaks by itself."""

    beat_s: float = 0.0

    @abstractmethod
    def receive(self, data: bytes) -> bytes:
        """Take bytes as the line brings them, cut anywhere; return what the device answers."""

    def beat(self) -> bytes:
        """Return what it says by itself now (scales that send without end)."""
        return b""
