"""What an ESC/POS printer answers, and what that says of it.

Source: Epson, "ESC/POS Command Reference", DLE EOT, GS r, GS a and "Transmission Status Identification": what kind of
answer a byte is stands in bits that never change. ``DLE EOT`` 0xx1xx10; the first byte of an automatic status 0xx1xx00
and three more 0xx0xxxx; whatever is answered in sequence (``GS r``) 0xx0xxxx; flow control 0x11 and 0x13.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from device_drivers.errors import Code

ASK_PRINTED = b"\x1dr\x01"
"""``GS r 1``: the paper sensors, answered when everything before it has been processed; not while out of paper."""

_AUTOMATIC_FIRST = 0b0001_0000
_AUTOMATIC_MORE = 3
_REAL_TIME = 0b0001_0010
_KIND = 0b1001_0011


def ask(number: int) -> bytes:
    """Return ``DLE EOT``: 1 printer, 2 what put it offline, 3 which error, 4 paper. Answered at once, even offline."""
    return bytes((0x10, 0x04, number))


class Kind(Enum):
    """What a byte from the printer is."""

    REAL_TIME = auto()
    IN_SEQUENCE = auto()
    AUTOMATIC = auto()
    FLOW = auto()
    GARBLED = auto()


class Answer(NamedTuple):
    """One byte and what it is."""

    kind: Kind
    value: int


class Answers:
    """Sorts the bytes from a printer; they may come cut anywhere. Keeps one number."""

    def __init__(self) -> None:
        self._automatic = 0

    def feed(self, data: bytes) -> list[Answer]:
        """Return what the bytes are, one by one."""
        return [Answer(self._kind(value), value) for value in data]

    def forget(self) -> None:
        """Begin anew, after a line broke."""
        self._automatic = 0

    def _kind(self, value: int) -> Kind:
        if value & 0b1001_0000 == 0 and self._automatic:
            self._automatic -= 1
            return Kind.AUTOMATIC
        self._automatic = 0
        if value & 0b1001_0000 == 0:
            # GS r 1 sets its two bits of each sensor alike; bits 5 and 6 are undefined
            return Kind.IN_SEQUENCE if value & 0b0001_1111 in {0x00, 0x03, 0x0C, 0x0F} else Kind.GARBLED
        if value in {0x11, 0x13}:
            return Kind.FLOW
        if value & _KIND == _REAL_TIME:
            return Kind.REAL_TIME
        if value & _KIND == _AUTOMATIC_FIRST:
            self._automatic = _AUTOMATIC_MORE
            return Kind.AUTOMATIC
        return Kind.GARBLED


class State(NamedTuple):
    """A printer's state, from the four answers to ``DLE EOT``.

    ``feeding``: somebody holds its feed button; ``error``: one that is no other field; ``pin_high``: the drawer's.
    """

    online: bool
    feeding: bool
    cover_open: bool
    paper_out: bool
    near_end: bool
    cutter: bool
    overheated: bool
    error: bool
    pin_high: bool


def state(answers: Sequence[int]) -> State:
    """Read the answers to ``ask(1)`` … ``ask(4)``."""
    printer, offline, error, paper = answers
    cutter, overheated = bool(error & 0x08), bool(error & 0x40)
    return State(
        online=not printer & 0x08,
        feeding=bool(offline & 0x08 or printer & 0x40),
        cover_open=bool(offline & 0x04),
        paper_out=bool(offline & 0x20 or paper & 0x60),
        near_end=bool(paper & 0x0C),
        cutter=cutter,
        overheated=overheated,
        error=bool(error & 0x24 or (offline & 0x40 and not cutter and not overheated)),
        pin_high=bool(printer & 0x04),
    )


def trouble(now: State) -> Code | None:
    """Return why it cannot print; what a person sees first comes first."""
    if now.cover_open:
        return Code.COVER_OPEN
    if now.paper_out:
        return Code.PAPER_OUT
    if now.cutter:
        return Code.CUTTER
    if now.overheated:
        return Code.OVERHEATED
    if now.error:
        return Code.PRINTER_ERROR
    if now.feeding:
        return Code.BUSY
    return None if now.online else Code.PRINTER_ERROR


def paper_gone(in_sequence: int) -> bool:
    """Whether the answer to `ASK_PRINTED` says that the paper was out: some printers go on without any."""
    return bool(in_sequence & 0x0C)


def knows(answer: bytes) -> bool:
    """Whether that is a printer's answer to ``ask(1)``: one byte of its kind, perhaps among automatic ones."""
    kinds = [found.kind for found in Answers().feed(answer)]
    return kinds.count(Kind.REAL_TIME) == 1 and set(kinds) <= {Kind.REAL_TIME, Kind.AUTOMATIC, Kind.FLOW}
