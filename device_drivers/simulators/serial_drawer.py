"""A simulated drawer on a trigger box: it counts how often it was opened, and by what else it was disturbed."""

from device_drivers.simulators.machine import Machine


class TriggerBox(Machine):
    """Opens at its trigger. ``any_byte``: it is one of those that open at whatever comes."""

    def __init__(self, trigger: bytes = bytes.fromhex("1b700019fa"), *, any_byte: bool = False) -> None:
        self.opened = 0
        self.strange = 0
        self._trigger = trigger
        self._any_byte = any_byte
        self._pending = b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes; it never answers."""
        if self._any_byte:
            self.opened += len(data)
            return b""
        for byte in data:
            self._pending += bytes((byte,))
            while not self._trigger.startswith(self._pending):
                self.strange += 1
                self._pending = self._pending[1:]
            if self._pending == self._trigger:
                self.opened += 1
                self._pending = b""
        return b""
