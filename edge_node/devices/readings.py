"""What input devices read: shown to the screens of their till at once, and the latest kept in memory, never on disk."""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from device_drivers import limits as driver_limits
from device_drivers.interfaces.device import CardToken, Reading, ScanData, Weight
from edge_node.devices import limits

SHOWN = 4
"""Characters of a card's token that a list shows: enough to tell two cards apart, not to use one."""

Told = Mapping[str, int | str]


class Past(NamedTuple):
    """One recent reading. ``text``: a code, grams, or a card's token but for its end masked; ``stable`` of a weight."""

    at: int
    type: str
    text: str
    stable: bool = True


def told(reading: object) -> Told | None:
    """Return what a screen is told of a reading; None for one that no device of ours can have made."""
    match reading:
        case ScanData(data=str() as data, symbology=str() as symbology):
            fine = _fine(data, driver_limits.SCAN_CHARS) and _fine(symbology, limits.READING_WORD, empty=True)
            return {"type": "scan", "data": data, "symbology": symbology} if fine else None
        case Weight(grams=int() as grams, stable=bool() as stable, tare=int() as tare):
            fine = max(abs(grams), abs(tare)) <= limits.GRAMS_MAX
            return {"type": "weight", "grams": grams, "stable": int(stable), "tare": tare} if fine else None
        case CardToken(token=str() as token, source=str() as source):
            fine = _fine(token, driver_limits.CARD_CHARS) and _fine(source, limits.READING_WORD, empty=True)
            return {"type": "card", "token": token, "source": source} if fine else None
        case _:
            return None


class Readings:
    """The latest readings of each device."""

    def __init__(self) -> None:
        self._kept: dict[bytes, deque[Past]] = {}

    def keep(self, device: bytes, reading: Reading, now: int) -> None:
        """Keep one; a weight takes the place of an unstable one, which was on its way to it."""
        line = self._kept.setdefault(device, deque(maxlen=limits.READINGS_KEPT))
        past = _past(reading, now)
        if line and past.type == line[-1].type == "weight" and not line[-1].stable:
            line.pop()
        line.append(past)

    def of(self, device: bytes) -> tuple[Past, ...]:
        """List a device's readings, the newest first."""
        return tuple(reversed(self._kept.get(device, ())))

    def forget(self, device: bytes) -> None:
        """Drop what a device read that is in use no more."""
        self._kept.pop(device, None)


def _past(reading: Reading, now: int) -> Past:
    match reading:
        case ScanData():
            return Past(now, "scan", reading.data)
        case Weight():
            return Past(now, "weight", str(reading.grams), reading.stable)
        case CardToken():
            return Past(now, "card", _masked(reading.token))


def _masked(token: str) -> str:
    shown = token[-SHOWN:] if len(token) > 2 * SHOWN else ""
    return "*" * (len(token) - len(shown)) + shown


def _fine(text: str, most: int, *, empty: bool = False) -> bool:
    """Whether a text fits and can be written as UTF-8: half a character would end the screen that it is sent to."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return (empty or bool(text)) and len(text) <= most
