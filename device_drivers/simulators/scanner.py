"""A simulated scanner: scan this code."""

from device_drivers.simulators.machine import Machine


class ScannerGun(Machine):
    """Sends each scan on its next beat. ``end``: after each scan; ``aim``: an identifier before each (``]E0``)."""

    def __init__(self, end: bytes = b"\r", aim: str = "", encoding: str = "utf-8") -> None:
        self.end = end
        self.aim = aim
        self.encoding = encoding
        self.beat_s = 0.02
        self._scans: list[bytes] = []

    def scan(self, code: str) -> None:
        """Hold it before this code."""
        self._scans.append((self.aim + code).encode(self.encoding) + self.end)

    def beat(self) -> bytes:
        """Send the next scan."""
        return self._scans.pop(0) if self._scans else b""

    def receive(self, data: bytes) -> bytes:
        """Take nothing from the line."""
        _ = data
        return b""
