"""Recordings of real devices, and their replay."""

import json
from itertools import count

import pytest

from device_drivers import limits
from device_drivers.capture import Recorder, Replay, ReplayError
from device_drivers.errors import RetryError
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, memory_line
from device_drivers.transports.base import within

HEADER = '{"stayopen_capture": 1, "driver": "escpos", "line": "tcp"}\n'


class Asked(Machine):
    """Answers the printer's status question."""

    def receive(self, data: bytes) -> bytes:
        """Answer each question by one byte."""
        return b"\x16" * data.count(b"\x10\x04\x01")


def recording(*lines):
    """The text of a recording."""
    return HEADER + "".join(json.dumps(line) + "\n" for line in lines)


async def recorded(transport, lines):
    """A session over a recorder: two questions, two answers, unplugged at the end."""
    ticks = count(1000, 5)
    wire = Recorder(transport, "escpos", lines.append, lambda: next(ticks))
    await wire.open()
    for _ in range(2):
        await wire.write(b"\x10\x04\x01")
        assert await within(2, wire.read()) == b"\x16"
    transport.line.faults.unplugged = True
    with pytest.raises(RetryError):
        await wire.read()
    await wire.close()
    return wire


async def test_a_recording_holds_what_crossed_the_line():
    """Header, bytes with their direction and time, and how the line opened and ended."""
    lines = []
    await recorded(memory_line(Asked()), lines)
    assert [json.loads(line) for line in lines] == [
        {"stayopen_capture": 1, "driver": "escpos", "line": "memory"},
        {"ms": 5, "event": "open"},
        {"ms": 10, "out": "100401"},
        {"ms": 15, "in": "16"},
        {"ms": 20, "out": "100401"},
        {"ms": 25, "in": "16"},
        {"ms": 30, "event": "device_unplugged"},
        {"ms": 35, "event": "close"},
    ]


async def test_a_recording_plays_back():
    """The recorded device answers the same driver in the same way."""
    lines = []
    await recorded(memory_line(Asked()), lines)
    line = memory_line(Replay("".join(lines)), LineFaults())
    await recorded(line, [])
    line.line.machine.finish()


async def test_a_recording_is_bounded(monkeypatch):
    """A recording that is full says so once and stops; the line goes on."""
    monkeypatch.setattr(limits, "CAPTURE", 300)
    lines = []
    wire = Recorder(memory_line(Asked()), "escpos", lines.append, lambda: 0)
    await wire.open()
    for _ in range(50):
        await wire.write(b"\x10\x04\x01")
        assert await within(2, wire.read()) == b"\x16"
    assert json.loads(lines[-1]) == {"ms": 0, "event": "full"}
    assert len("".join(lines)) <= 300 + len(lines[-1])
    assert sum("full" in line for line in lines) == 1
    await wire.close()


async def test_opening_nothing_is_recorded():
    """That a device could not be opened stands in the recording too."""
    lines = []
    wire = Recorder(memory_line(Asked(), LineFaults(unplugged=True)), "escpos", lines.append, lambda: 0)
    with pytest.raises(RetryError):
        await wire.open()
    assert json.loads(lines[-1]) == {"ms": 0, "event": "device_offline"}


CHANGING = recording(
    {"ms": 0, "event": "open"},
    {"ms": 1, "in": "02"},
    {"ms": 2, "in": "03"},
    {"ms": 3, "out": "1b40"},
    {"ms": 4, "out": "57"},
    {"ms": 5, "in": "aa"},
    {"ms": 6, "in": "bb"},
    {"ms": 7, "out": "5a"},
)


@pytest.mark.parametrize("cuts", [[b"\x1b@WZ"], [b"\x1b", b"@", b"W", b"Z"], [b"\x1b@W", b"Z"], [b"\x1b", b"@WZ"]])
def test_cuts_do_not_matter(cuts):
    """However the line cuts what the node sends, the device says the same at the same places."""
    replay = Replay(CHANGING)
    assert [replay.beat(), replay.beat(), replay.beat()] == [b"\x02", b"\x03", b""]
    assert b"".join(replay.receive(cut) for cut in cuts) == b"\xaa\xbb"
    replay.finish()


def test_a_device_that_spoke_first_is_not_forgotten():
    """What it said before the node spoke comes before the answer when there was no beat in between."""
    assert Replay(CHANGING).receive(b"\x1b@W") == b"\x02\x03\xaa\xbb"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"\x1b@X", "byte 2 of the node: expected 57, got 58"),
        (b"\x1c", "byte 0 of the node: expected 1b 40, got 1c"),
        (b"\x1b@WZ!", "byte 4 of the node: expected nothing, got 21"),
    ],
)
def test_a_replay_is_strict(sent, says):
    """Another byte than the recorded one is an error that shows both."""
    with pytest.raises(ReplayError, match=says):
        Replay(CHANGING).receive(sent)


def test_a_replay_knows_what_is_missing():
    """A driver that ended too early is told what it did not say."""
    replay = Replay(CHANGING)
    replay.receive(b"\x1b@W")
    with pytest.raises(ReplayError, match="the node had more to say: 5a"):
        replay.finish()


async def test_a_difference_reaches_the_driver_that_made_it():
    """Behind a line a difference comes out of the driver's own read, as no DeviceError."""
    line = memory_line(Replay(CHANGING))
    await line.open()
    await line.write(b"no")
    with pytest.raises(ReplayError):
        while True:
            await within(2, line.read())
    await line.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("[]", 1),
        ('{"stayopen_capture": 2}', 1),
        (HEADER + "7", 2),
        (HEADER + '{"ms": 1}', 2),
        (HEADER + '{"ms": 1, "out": "1"}', 2),
        (HEADER + '{"ms": 1, "out": 5}', 2),
        (HEADER + '{"ms": 1, "out": "10"}\nnot json', 3),
    ],
)
def test_what_is_no_recording(text, number):
    """A file that is no recording is refused with the number of its line."""
    with pytest.raises(ValueError, match=f"line {number} "):
        Replay(text)
