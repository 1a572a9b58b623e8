"""Served simulators: what every kind of line does alike, and how it fails when a test wants it to."""

import asyncio
import socket

import pytest

from device_drivers.errors import Code, RetryError
from device_drivers.simulators.line import ANSWER, WAITING
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, memory_line, serve_pty, serve_tcp
from device_drivers.transports.base import within
from device_drivers.transports.opening import transport


class Counter(Machine):
    """Answers each byte with the number of bytes it got, and counts its beats."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.beats = 0

    def receive(self, data: bytes) -> bytes:
        """Number each byte."""
        start = len(self.got)
        self.got += data
        return bytes(number % 256 for number in range(start + 1, len(self.got) + 1))

    def beat(self) -> bytes:
        """Count."""
        self.beats += 1
        return b"B%d;" % self.beats


class Broken(Machine):
    """A machine with a bug."""

    def receive(self, data: bytes) -> bytes:
        """Raise."""
        raise ValueError(data.hex())


async def read_all(wire, size):
    """Read until so many bytes came."""
    got = b""
    while len(got) < size:
        got += await within(5, wire.read())
    return got


@pytest.fixture
async def line():
    """A memory line to a counter, opened."""
    line = memory_line(Counter())
    await line.open()
    yield line
    await line.close()


async def test_garbage_comes_before_the_next_answer_once(line):
    """Garbage goes out before one answer, and the answer is whole."""
    line.line.faults.garbage = b"\xff\xfe"
    await line.write(b"a")
    assert await read_all(line, 3) == b"\xff\xfe\x01"
    await line.write(b"a")
    assert await read_all(line, 1) == b"\x02"


async def test_half_an_answer(line):
    """An answer ends in its middle, its rest never comes, and the next one is whole."""
    line.line.faults.cut_answer_after = 3
    await line.write(b"ab")
    assert await read_all(line, 2) == b"\x01\x02"
    await line.write(b"abc")
    assert await read_all(line, 1) == b"\x03"
    assert line.line.faults.cut_answer_after is None
    await line.write(b"a")
    assert await read_all(line, 1) == b"\x06"


async def test_a_deaf_device_takes_bytes_and_never_answers(line):
    """What is sent to it arrives, nothing comes back, until it is no longer deaf."""
    line.line.faults.deaf = True
    await line.write(b"abc")
    await line.line.wait_for(lambda machine: len(machine.got) == 3)
    with pytest.raises(RetryError) as caught:
        await within(0.01, line.read())
    assert caught.value.code is Code.TIMEOUT
    line.line.faults.deaf = False
    await line.write(b"d")
    assert await read_all(line, 1) == b"\x04"


@pytest.mark.parametrize("cut", range(7))
async def test_a_line_can_be_cut_after_every_byte(line, cut):
    """The machine gets exactly the bytes before the cut, however they were written; the cut happens once."""
    line.line.faults.cut_after = cut
    with pytest.raises(RetryError) as caught:
        for byte in b"abcdef!":
            await line.write(bytes([byte]))
        while True:
            await within(2, line.read())
    assert caught.value.code is Code.UNPLUGGED
    assert bytes(line.line.machine.got) == b"abcdef!"[:cut]
    await line.open()
    await line.write(b"again")
    await line.line.wait_for(lambda machine: bytes(machine.got) == b"abcdef!"[:cut] + b"again")
    assert (line.line.received, line.line.connections) == (cut + 5, 2)


async def test_a_slow_line_takes_its_time():
    """A hundred bytes at a thousand bytes a second take a tenth of a second there, and as long back."""
    loop = asyncio.get_running_loop()
    line = memory_line(Counter(), LineFaults(bytes_per_second=1000))
    await line.open()
    began = loop.time()
    await line.write(bytes(100))
    await read_all(line, 100)
    await line.line.wait_for(lambda machine: line.line.answered == 100)
    assert loop.time() - began >= 0.19
    await line.close()


async def test_a_machine_speaks_by_itself(line):
    """It beats as often as it says, from when it says so, and whenever a test wants it to."""
    line.line.beat()
    assert await read_all(line, 3) == b"B1;"
    line.line.machine.beat_s = 0.001
    line.line.touch()
    assert await read_all(line, 6) == b"B2;B3;"


async def test_nobody_reads_what_a_machine_says(line):
    """Answers that nobody reads are thrown away beyond a bound."""
    line.line.say(bytes(10 * ANSWER))
    assert await read_all(line, ANSWER) == bytes(ANSWER)
    line.line.beat()
    assert await read_all(line, 3) == b"B1;"


async def test_a_bug_in_a_served_machine_reaches_the_test():
    """What a machine raises ends its line and comes out of the block that serves it."""
    with pytest.raises(ValueError, match="07"):
        async with serve_tcp(Broken()) as line:
            wire = transport(line.address)
            await wire.open()
            await wire.write(b"\x07")
            with pytest.raises(RetryError):
                await within(2, wire.read())
            await wire.close()
    with pytest.raises(ValueError, match="08"):
        async with serve_pty(Broken()) as line:
            wire = transport(line.address)
            await wire.open()
            await wire.write(b"\x08")
            await line.wait_for(lambda machine: False)


async def test_waiting_in_vain_ends():
    """Waiting for what never happens ends with TimeoutError."""
    async with serve_pty(Counter()) as line:
        with pytest.raises(TimeoutError):
            await line.wait_for(lambda machine: machine.got, 0.01)


async def test_one_connection_at_a_time():
    """A second connection waits until the first is done, as printers make it wait; too many are refused."""
    async with serve_tcp(Counter()) as line:
        first, second = transport(line.address), transport(line.address)
        await first.open()
        await first.write(b"1")
        assert await read_all(first, 1) == b"\x01"
        await second.open()
        await second.write(b"2")
        with pytest.raises(RetryError):
            await within(0.01, second.read())
        others = [transport(line.address) for _ in range(WAITING)]
        for other in others:
            await other.open()
        with pytest.raises(RetryError) as caught:
            await within(2, others[-1].read())
        assert caught.value.code is Code.UNPLUGGED
        await first.close()
        assert await read_all(second, 1) == b"\x02"
        for wire in (second, *others):
            await wire.close()


async def test_an_unplugged_port_still_belongs_to_its_line():
    """While a served line is unplugged nobody else can take its port."""
    async with serve_tcp(Counter(), faults=LineFaults(unplugged=True)) as line:
        port = int(line.address.rpartition(":")[2])
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))


async def test_a_pty_stands_where_it_was_asked_to(tmp_path):
    """A link keeps the address of a pty over unplugging, and goes with it."""
    link = tmp_path / "ttyScale"
    async with serve_pty(Counter(), link=link) as line:
        assert line.address == f"serial:{link}"
        before = link.readlink()
        assert link.is_char_device()
        line.faults.unplugged = True
        assert not link.is_symlink()
        line.faults.unplugged = False
        assert link.is_char_device()
        assert str(before).startswith("/dev/pts/")
    assert not link.is_symlink()
    link.write_text("in use")
    with pytest.raises(FileExistsError):
        async with serve_pty(Counter(), link=link):
            pass
    assert link.read_text() == "in use"
