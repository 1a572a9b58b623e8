"""Simulated counter scales: put weight on, shake them, overload them; each speaks one protocol's bytes."""

from device_drivers.protocols import acs, cas, toledo8217, toledo_continuous
from device_drivers.protocols.tail import xor
from device_drivers.simulators.machine import Machine

TARED = 0x20
AT_ZERO = 0x10


class Plate(Machine):
    """What all of them weigh with. ``load``: grams on the plate; ``moving``: it does not lie still.

    ``tared``, ``zero``: grams taken off by these keys. ``keys``: the keys that the host pressed, in words.
    """

    def __init__(self, load: int = 0, capacity: int = 15_000) -> None:
        self.load = load
        self.capacity = capacity
        self.moving = False
        self.tared = 0
        self.zero = 0
        self.keys: list[str] = []

    @property
    def shown(self) -> int:
        """Grams on the display: net."""
        return self.load - self.zero - self.tared

    @property
    def over(self) -> bool:
        """More lies on it than it can weigh."""
        return self.load > self.capacity

    def press(self, key: str) -> None:
        """Press zero, tare or clear; like a real scale it does nothing while the weight moves."""
        self.keys.append(key)
        if self.moving or self.over:
            return
        if key == "zero" and not self.tared and abs(self.load) <= self.capacity // 50:
            self.zero = self.load
        elif key == "tare" and self.load > self.zero:
            self.tared = self.load - self.zero
        elif key in {"tare", "clear"}:
            self.tared = 0

    def beat(self) -> bytes:
        """Say what it shows, if it speaks by itself."""
        return b""

    def receive(self, data: bytes) -> bytes:
        """Take nothing from the line."""
        _ = data
        return b""


def kilograms(grams: int, width: int = 6) -> bytes:
    """Write grams as kilograms without a sign: ``01.234``."""
    return f"{abs(grams) // 1000:0{width - 4}d}.{abs(grams) % 1000:03d}".encode()


class Toledo8217Scale(Plate):
    """Answers ``W``, ``Z``, ``T CR`` and ``C``. ``tare_enabled``: else it is silent to the tare keys (its manual)."""

    def __init__(self, load: int = 0, capacity: int = 15_000) -> None:
        super().__init__(load, capacity)
        self.tare_enabled = True

    def receive(self, data: bytes) -> bytes:
        """Answer each letter; what it does not know it passes over."""
        return b"".join(self._answer(letter) for letter in data.decode("latin-1"))

    def _answer(self, letter: str) -> bytes:
        if letter == "W":
            if self.moving or self.over or self.shown < 0:
                return self._status()
            return b"\x02" + kilograms(self.shown) + (b"N" if self.tared else b"") + b"\r"
        if letter == "Z":
            self.press("zero")
            return self._status()
        if letter in {"T", "C"} and self.tare_enabled:
            self.press("tare" if letter == "T" else "clear")
            return self._status()
        return b""

    def _status(self) -> bytes:
        status = 0x40
        status |= toledo8217.MOTION if self.moving else 0
        status |= toledo8217.OVER_CAPACITY if self.over else 0
        status |= toledo8217.UNDER_ZERO if self.shown < 0 else 0
        status |= AT_ZERO if self.load == self.zero else 0
        status |= toledo8217.NET if self.tared else 0
        return bytes((0x02, 0x3F, status, 0x0D))


class CasScale(Plate):
    """Answers ENQ and DC1. ``ready``: else NAK."""

    def __init__(self, load: int = 0, capacity: int = 15_000) -> None:
        super().__init__(load, capacity)
        self.ready = True

    def receive(self, data: bytes) -> bytes:
        """Answer ENQ by ACK or NAK, DC1 by the weight."""
        answers = {cas.ENQ[0]: b"\x06" if self.ready else b"\x15", cas.DC1[0]: weight_frame(self)}
        return b"".join(answers.get(byte, b"") for byte in data)


def weight_frame(plate: Plate, *, check_head: bool = False) -> bytes:
    """Write SOH … EOT; `check_head`: the check character takes SOH and STX in, as 顶尖 has it."""
    status = b"F" if plate.over else b"U" if plate.moving else b"S"
    body = status + (b"-" if plate.shown < 0 else b" ") + kilograms(plate.shown) + b"kg"
    check = xor(b"\x01\x02" + body) if check_head else xor(body)
    return b"\x01\x02" + body + bytes((check,)) + b"\x03\x04"


class CasLineScale(Plate):
    """Sends ``ST,GS,…`` ten times a second; 22 bytes with ``long``, else 18."""

    beat_s = 0.1

    def __init__(self, load: int = 0, capacity: int = 15_000, *, long: bool = True) -> None:
        super().__init__(load, capacity)
        self.long = long

    def beat(self) -> bytes:
        """Say one line."""
        state = b"OL" if self.over else b"US" if self.moving else b"ST"
        head = state + (b",NT," if self.tared else b",GS,")
        sign = b"-" if self.shown < 0 else b"+"
        if self.long:
            lamps = 0x80 | (0 if self.moving else 0x40) | (0x02 if self.tared else 0x04)
            return head + bytes((0x31, lamps)) + b"," + sign + kilograms(self.shown, 7) + b" kg\r\n"
        return head + sign + kilograms(self.shown, 7) + b"kg\r\n"


class AclasScale(Plate):
    """A 顶尖 OS2: 16 bytes ten times a second; takes ``<ZK>`` and ``<TK>``."""

    beat_s = 0.1

    def __init__(self, load: int = 0, capacity: int = 15_000) -> None:
        super().__init__(load, capacity)
        self._heard = b""

    def beat(self) -> bytes:
        """Say one frame."""
        flags = (TARED if self.tared else 0) | (AT_ZERO if self.shown == 0 else 0) | (0x40 if self.over else 0)
        return weight_frame(self, check_head=True) + bytes((flags,))

    def receive(self, data: bytes) -> bytes:
        """Press the keys it is told to."""
        self._heard = (self._heard + data)[-64:]
        for words, key in ((acs.ZERO, "zero"), (acs.TARE, "tare")):
            if words in self._heard:
                self._heard = self._heard.partition(words)[2]
                self.press(key)
        return b""


class DahuaScale(Plate):
    """A 大华 ACS: five digits of grams between line ends, ten times a second, moving or not."""

    beat_s = 0.1

    def beat(self) -> bytes:
        """Say one line."""
        return b"\r" + f"{self.shown:5d}".encode() + b"\n"


class ToledoContinuousScale(Plate):
    """18 bytes ten times a second, three decimals; takes ``Z``, ``T``, ``C``. ``checked``: with a checksum."""

    beat_s = 0.1

    def __init__(self, load: int = 0, capacity: int = 15_000, *, checked: bool = True) -> None:
        super().__init__(load, capacity)
        self.checked = checked

    def beat(self) -> bytes:
        """Say one frame."""
        status = 0x20 | toledo_continuous.KILOGRAMS
        status |= toledo_continuous.NET if self.tared else 0
        status |= toledo_continuous.NEGATIVE if self.shown < 0 else 0
        status |= toledo_continuous.OUT_OF_RANGE if self.over else 0
        status |= toledo_continuous.MOTION if self.moving else 0
        words = bytes((0x02, 0x20 | 0x08 | 5, status, 0x20))
        frame = words + f"{abs(self.shown):6d}{self.tared:6d}".encode() + b"\r"
        return frame + bytes((toledo_continuous.checksum(frame),)) if self.checked else frame

    def receive(self, data: bytes) -> bytes:
        """Press the keys it is told to."""
        for letter, key in (("Z", "zero"), ("T", "tare"), ("C", "clear")):
            if letter in data.decode("latin-1"):
                self.press(key)
        return b""
