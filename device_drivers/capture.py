r"""Records what a real device and its driver say to each other, and plays it back as a simulated device.

A recording is JSON Lines. The first line is its header, each other line says what crossed the line::

    {"stayopen_capture": 1, "driver": "escpos", "line": "tcp"}
    {"ms": 0, "event": "open"}
    {"ms": 3, "out": "100401"}
    {"ms": 9, "in": "16"}
    {"ms": 900, "event": "close"}

``ms``: since the recording began; ``out``: from the node to the device; ``in``: from the device; both in hex, cut as
the line cut them. A recording holds every byte, so also what stood on the receipt or the card: record with made-up
customers and test cards. It holds no address, name or serial number of the device unless the device says it itself.

``Recorder`` goes between a driver and its transport; at ``limits.CAPTURE`` characters it stops writing and says so in a
last line (``{"ms": …, "event": "full"}``), while the line goes on. ``Replay`` is the device of a recording, strict
about what it hears::

    line = memory_line(Replay(Path("printer.jsonl").read_text()))
    await EscposPrinter(line).status()
    line.line.machine.finish()
"""

import json
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from device_drivers import limits
from device_drivers.errors import DeviceError
from device_drivers.simulators.machine import Machine
from device_drivers.transports.base import Transport

_FORMAT = 1


class Recorder(Transport):
    """A transport that writes down what goes through it. What cannot be written is not: the line comes first."""

    def __init__(self, inner: Transport, driver: str, write: Callable[[str], object], clock: Callable[[], int]) -> None:
        """`write` gets whole lines with their end; `clock` tells milliseconds, from whatever beginning."""
        super().__init__(inner.address)
        self._inner = inner
        self._write = write
        self._clock = clock
        self._began = clock()
        self._written = 0
        self._full = False
        self._put({"stayopen_capture": _FORMAT, "driver": driver, "line": inner.address.partition(":")[0]})

    async def open(self) -> None:
        """Open the line, and write how that went."""
        try:
            await self._inner.open()
        except DeviceError as error:
            self._event(error.code.value)
            raise
        self._event("open")

    async def write(self, data: bytes) -> None:
        """Write, and write it down before: what broke the line is on record then."""
        self._cross("out", data)
        try:
            await self._inner.write(data)
        except DeviceError as error:
            self._event(error.code.value)
            raise

    async def read(self) -> bytes:
        """Read, and write it down."""
        try:
            data = await self._inner.read()
        except DeviceError as error:
            self._event(error.code.value)
            raise
        self._cross("in", data)
        return data

    async def close(self) -> None:
        """Close the line; the recording goes on when it is opened again."""
        await self._inner.close()
        self._event("close")

    def _cross(self, way: Literal["in", "out"], data: bytes) -> None:
        for start in range(0, len(data), limits.READ):
            self._put({"ms": self._ms(), way: data[start : start + limits.READ].hex()})

    def _event(self, event: str) -> None:
        self._put({"ms": self._ms(), "event": event})

    def _ms(self) -> int:
        return self._clock() - self._began

    def _put(self, line: dict[str, int | str]) -> None:
        text = json.dumps(line) + "\n"
        if self._full:
            return
        if self._written + len(text) > limits.CAPTURE:
            self._full = True
            text = json.dumps({"ms": self._ms(), "event": "full"}) + "\n"
        self._written += len(text)
        self._write(text)


class ReplayError(Exception):
    """The node did not send what was recorded. No DeviceError: no driver may take it for a bad line."""


class _Record(NamedTuple):
    """What went one way until the other spoke."""

    out: bool
    data: bytes


class Replay(Machine):
    """The device of a recording. It answers when it heard exactly what was recorded, however the line cuts it.

    What the recorded device said after some bytes comes at once after the same bytes. What it said before the node
    said anything comes by ``beat``, piece by piece as it was recorded: so speak scanners, and scales that never stop.
    """

    def __init__(self, recording: str) -> None:
        """`recording`: the text of the file. ValueError with the number of the line that is no recording."""
        self._records = list(_parsed(recording))
        self._at = 0
        self._heard = 0
        self._position = 0
        if self._records and not self._records[0].out:
            self.beat_s = 0.01

    def receive(self, data: bytes) -> bytes:
        """Compare with the recording; ReplayError where they part."""
        answer = self._spoken()
        while data:
            expected = self._records[self._at].data[self._heard :] if self._at < len(self._records) else b""
            if not expected or data[: len(expected)] != expected[: len(data)]:
                raise ReplayError(self._differ(expected, data))
            taken = min(len(data), len(expected))
            data = data[taken:]
            self._position += taken
            self._heard += taken
            if taken == len(expected):
                self._at, self._heard = self._at + 1, 0
                answer += self._spoken()
        return answer

    def _spoken(self) -> bytes:
        """Go on to what the node has to say next, and return what the device said before that."""
        said = b""
        while self._at < len(self._records) and not self._records[self._at].out:
            said += self._records[self._at].data
            self._at += 1
        return said

    def beat(self) -> bytes:
        """Say one recorded piece, when it is the device's turn."""
        if self._at == len(self._records) or self._records[self._at].out:
            return b""
        self._at += 1
        return self._records[self._at - 1].data

    def finish(self) -> None:
        """Check that all was played; ReplayError with what the node still had to say."""
        if self._at < len(self._records):
            rest = self._records[self._at]
            who = "node" if rest.out else "device"
            raise ReplayError(f"the {who} had more to say: {_shown(rest.data[self._heard :])}")

    def _differ(self, expected: bytes, got: bytes) -> str:
        same = next(
            (i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), min(len(expected), len(got))
        )
        return f"byte {self._position + same} of the node: expected {_shown(expected[same:])}, got {_shown(got[same:])}"


def _shown(data: bytes) -> str:
    return (data[:16].hex(" ") + (" …" if len(data) > 16 else "")) or "nothing"


def _parsed(recording: str) -> Iterator[_Record]:
    lines = recording.splitlines()
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
            if number == 1:
                _check_header(line)
            elif "event" not in line and (record := _record(line)).data:
                yield record
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"line {number} is no line of a recording: {error}") from error


def _check_header(line: dict[str, object]) -> None:
    if line["stayopen_capture"] != _FORMAT:
        raise ValueError("of another version")


def _record(line: dict[str, str]) -> _Record:
    return (
        _Record(out=True, data=bytes.fromhex(line["out"]))
        if "out" in line
        else _Record(out=False, data=bytes.fromhex(line["in"]))
    )
