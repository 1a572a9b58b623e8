"""A simulated ESC/POS receipt printer, with a roll of paper, a cover, a knife, and a drawer on its port.

It keeps what a real one keeps: the line buffer and an unfinished command survive a broken line, bytes wait while it
cannot print and are printed after somebody has put paper in.
"""

import re
from typing import Literal

from device_drivers.simulators.machine import Machine
from device_drivers.simulators.pos_printer_commands import Body, Interpreter
from device_drivers.simulators.pos_printer_head import Head
from device_drivers.simulators.pos_printer_paper import Receipt

BACKLOG = 4 * 1024 * 1024
"""Bytes that wait for paper; a real printer has some 64 KiB and makes the line wait, which a machine cannot."""
ANSWERS = 64 * 1024
"""Bytes of answers nobody fetched."""
_REAL_TIME = re.compile(rb"\x10(?:\x04[\x01-\x04]|\x05[\x01\x02]|\x14\x01[\x00\x01][\x01-\x08])", re.DOTALL)
_LONGEST_REAL_TIME = 5

Fault = Literal["", "cutter", "overheated", "head"]


class PosPrinter(Machine):
    """The printer. Its public attributes may be set at any time; what they change is seen at the next byte or beat.

    ``paper_out``, ``near_end``, ``cover_open``; ``fault``: what is broken, "" nothing; ``paper_left``: dots until the
    roll ends, None: it does not; ``drawer_open``; ``in_sequence``, ``real_time``: whether it answers ``GS r`` and
    ``DLE EOT``, as some clones do not; ``drawer_pulses``: how many there were, ``pulses``: the last (pin, ms) of them.
    ``overflowed``: bytes lost because too many waited.
    """

    beat_s = 0.05

    def __init__(self, columns: int = 48, dots: int = 0, *, in_sequence: bool = True, real_time: bool = True) -> None:
        """`dots`: 12 for each column if not said."""
        self.paper_out = False
        self.near_end = False
        self.cover_open = False
        self.fault: Fault = ""
        self.paper_left: int | None = None
        self.drawer_open = False
        self.in_sequence = in_sequence
        self.real_time = real_time
        self.drawer_pulses = 0
        self.pulses: list[tuple[int, int]] = []
        self.overflowed = 0
        self._head = Head(dots or columns * 12, self._fed)
        body = Body(self._say_in_sequence, self._pulse, self._sensors, self._pin_high, self._set_automatic)
        self._interpreter = Interpreter(self._head, body)
        self._waiting = bytearray()
        self._seen = b""
        self._answers = bytearray()
        self._automatic = False
        self._told = b""

    @property
    def receipts(self) -> list[Receipt]:
        """Finished receipts, the oldest first."""
        return self._head.receipts

    @property
    def cuts(self) -> int:
        """How many receipts were ever finished; very old ones are not kept."""
        return self._head.cuts

    @property
    def current(self) -> Receipt:
        """What stands on the paper, not yet cut."""
        return self._head.current

    @property
    def line_buffer(self) -> str:
        """Text that waits for its line feed."""
        return self._head.pending

    @property
    def waiting(self) -> int:
        """Bytes not yet obeyed."""
        return len(self._waiting)

    @property
    def unknown(self) -> dict[bytes, int]:
        """Commands it does not know, and how often they came."""
        return self._interpreter.unknown

    @property
    def refused(self) -> int:
        """Commands it obeyed by doing nothing: codes too wide, a cut in the middle of a line."""
        return self._head.refused

    def tear(self) -> Receipt:
        """Tear off what stands on the paper, as one does where there is no knife."""
        self._head.tear()
        return self._head.receipts[-1]

    def switch_off(self) -> None:
        """Lose all that is not on paper."""
        self._waiting.clear()
        self._answers.clear()
        self._seen = b""
        self._head.reset()
        body = Body(self._say_in_sequence, self._pulse, self._sensors, self._pin_high, self._set_automatic)
        self._interpreter = Interpreter(self._head, body)
        self._automatic, self._told = False, b""

    # Machine

    def receive(self, data: bytes) -> bytes:
        """Take bytes; commands in real time are obeyed as they come, the others in their order."""
        self._tell()
        seen = self._seen + data
        start, taken = len(self._seen), 0
        end = 0
        for found in _REAL_TIME.finditer(seen):
            end = found.end()
            self._take(data[taken : end - start])
            taken = end - start
            self._in_real_time(found.group())
        self._take(data[taken:])
        self._seen = seen[max(end, len(seen) - _LONGEST_REAL_TIME + 1) :]
        return self._said()

    def beat(self) -> bytes:
        """Go on with what waits, if it can now, and say what there is to say."""
        self._tell()
        self._take(b"")
        return self._said()

    def _take(self, data: bytes) -> None:
        room = BACKLOG - len(self._waiting)
        self._waiting += data[:room]
        self.overflowed += max(0, len(data) - room)
        self._interpreter.run(self._waiting, self._able)

    def _able(self) -> bool:
        return not (self.paper_out or self.cover_open or self.fault)

    def _tell(self) -> None:
        """Say an automatic status if it is another one than before."""
        if self._automatic and (state := self._automatic_state()) != self._told:
            self._told = state
            self._say(state)

    def _said(self) -> bytes:
        said = bytes(self._answers)
        self._answers.clear()
        return said

    def _say(self, data: bytes) -> None:
        self._answers += data[: ANSWERS - len(self._answers)]

    def _say_in_sequence(self, data: bytes) -> None:
        if self.in_sequence:
            self._say(data)

    # What it does besides printing

    def _fed(self, dots: int) -> None:
        if self.paper_left is not None:
            self.paper_left -= dots
            if self.paper_left <= 0:
                self.paper_left, self.paper_out = None, True
                self._tell()

    def _pulse(self, pin: int, milliseconds: int) -> None:
        self.drawer_pulses += 1
        self.pulses = [*self.pulses[-99:], (5 if pin == 1 else 2, milliseconds)]
        self.drawer_open = True
        self._tell()

    def _in_real_time(self, command: bytes) -> None:
        if command[1] == 0x14:
            self._pulse(command[3], command[4] * 100)
        elif command[1] == 0x05:
            if self.fault == "cutter":
                self.fault = ""
                self._tell()
            if command[2] == 2:
                self._waiting.clear()
                self._head.reset()
        elif self.real_time:
            self._say(bytes((self._state(command[2]),)))

    # What it answers

    def _state(self, number: int) -> int:
        """Return the answer to DLE EOT `number`."""
        bits = {
            1: 0x04 * self._pin_high() | 0x08 * (not self._able()),
            2: 0x04 * self.cover_open | 0x20 * self.paper_out | 0x40 * bool(self.fault),
            3: 0x08 * (self.fault == "cutter") | 0x20 * (self.fault == "head") | 0x40 * (self.fault == "overheated"),
            4: 0x0C * self.near_end | 0x60 * self.paper_out,
        }
        return 0x12 | bits[number]

    def _pin_high(self) -> int:
        return int(not self.drawer_open)

    def _sensors(self) -> int:
        return 0x03 * self.near_end | 0x0C * self.paper_out

    def _set_automatic(self, which: int) -> None:
        self._automatic, self._told = bool(which), b""
        self._tell()

    def _automatic_state(self) -> bytes:
        """Return the four bytes of an automatic status (GS a)."""
        printer = 0x10 | 0x04 * self._pin_high() | 0x08 * (not self._able()) | 0x20 * self.cover_open
        faults = 0x08 * (self.fault == "cutter") | 0x20 * (self.fault == "head") | 0x40 * (self.fault == "overheated")
        return bytes((printer, faults, self._sensors(), 0))
