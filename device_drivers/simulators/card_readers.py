"""Simulated card readers: swipe this card, hold this chip before it."""

from device_drivers.protocols.magnetic import check_character
from device_drivers.protocols.tail import xor
from device_drivers.simulators.machine import Machine


class _Speaker(Machine):
    """Says what was put before it, one thing with each beat."""

    def __init__(self) -> None:
        self.beat_s = 0.02
        self._said: list[bytes] = []

    def beat(self) -> bytes:
        """Say the next."""
        return self._said.pop(0) if self._said else b""

    def receive(self, data: bytes) -> bytes:
        """Take nothing from the line."""
        _ = data
        return b""


class StripeSlot(_Speaker):
    """A magnetic stripe reader. ``framed``: STX and ETX around a swipe; ``checked``: check characters are sent."""

    def __init__(self, *, framed: bool = False, checked: bool = False) -> None:
        super().__init__()
        self.framed = framed
        self.checked = checked

    def swipe(self, track_1: str = "", track_2: str = "", track_3: str = "") -> None:
        """Swipe a card with these tracks, written without their sentinels."""
        said = b"\x02" if self.framed else b""
        for sentinel, data in (("%", track_1), (";", track_2), ("+", track_3)):
            if data:
                check = check_character(sentinel, data) if self.checked else ""
                said += f"{sentinel}{data}?{check}\r".encode()
        self._said.append(said + (b"\x03" if self.framed else b""))


class ChipPad(_Speaker):
    """A reader of chips. ``frame``: as the driver's option of that name."""

    def __init__(self, frame: str = "hex") -> None:
        super().__init__()
        self.frame = frame

    def hold(self, uid: bytes) -> None:
        """Hold a chip of this number before it."""
        if self.frame == "packet":
            body = bytes((len(uid) + 5, 0x02)) + uid
            self._said.append(b"\x02" + body + bytes((xor(body),)) + b"\x03")
        elif self.frame == "decimal":
            self._said.append(f"{int.from_bytes(uid, 'big'):010d}\r\n".encode())
        elif self.frame == "hex_check":
            self._said.append(b"\x02" + (uid + bytes((xor(uid),))).hex().upper().encode() + b"\r\n\x03")
        else:
            self._said.append(uid.hex().upper().encode() + b"\r\n")
