"""What holds for every transport, whatever carries its bytes: TCP, a serial port, a USB printer, memory."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import pytest

from device_drivers.errors import Code, RetryError
from device_drivers.limits import READ
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, serve_memory, serve_pty, serve_tcp
from device_drivers.transports.base import within
from device_drivers.transports.opening import transport

EVERY_BYTE = bytes(range(256))


class Keeper(Machine):
    """Keeps what it gets; says it back when `echo`."""

    def __init__(self, *, echo: bool = False) -> None:
        self.got = bytearray()
        self.echo = echo

    def receive(self, data: bytes) -> bytes:
        """Keep it."""
        self.got += data
        return data if self.echo else b""


@pytest.fixture(params=["tcp", "serial", "usb", "memory"])
def serve(request):
    """How a machine is put behind each kind of line."""
    kinds = {
        "tcp": lambda machine, faults=None: serve_tcp(machine, faults=faults),
        "serial": serve_pty,
        "usb": lambda machine, faults=None: serve_pty(machine, faults, kind="usb"),
        "memory": lambda machine, faults=None: serve_memory(machine, "contract", faults),
    }
    return kinds[request.param]


@asynccontextmanager
async def opened(line):
    """An open transport to a served line."""
    wire = transport(line.address)
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()


async def read_all(wire, size):
    """Read until so many bytes came."""
    got = b""
    while len(got) < size:
        data = await within(5, wire.read())
        assert 0 < len(data) <= READ
        got += data
    return got


async def test_bytes_go_through_unchanged(serve):
    """Every byte goes both ways as it is: zero, XON, XOFF, the telnet and the parity mark, line ends."""
    async with serve(Keeper(echo=True)) as line, opened(line) as wire:
        await wire.write(EVERY_BYTE * 2)
        assert await read_all(wire, 512) == EVERY_BYTE * 2
        assert bytes(line.machine.got) == EVERY_BYTE * 2


async def test_nothing_is_lost_to_a_slow_reader(serve):
    """A job larger than all buffers arrives whole at a device that takes it slowly, and the writer waits for it."""
    job = b"".join(number.to_bytes(4, "big") for number in range(40_000))
    async with serve(Keeper(), LineFaults(bytes_per_second=400_000)) as line, opened(line) as wire:
        await within(10, wire.write(job))
        await line.wait_for(lambda machine: len(machine.got) >= len(job))
        assert bytes(line.machine.got) == job


async def test_an_answer_waits_for_its_reader(serve):
    """Much that comes in while nobody reads is bounded on its way, and none of it is lost."""
    async with serve(Keeper()) as line, opened(line) as wire:
        await wire.write(b"\x00")
        await line.wait_for(lambda machine: machine.got)
        said = b"".join(number.to_bytes(4, "big") for number in range(15_000))
        line.say(said)
        assert await read_all(wire, len(said)) == said


async def test_reading_and_writing_at_once(serve):
    """One reader and one writer do not disturb each other."""
    sent = EVERY_BYTE * 100
    async with serve(Keeper(echo=True)) as line, opened(line) as wire:
        got, _ = await asyncio.gather(read_all(wire, len(sent)), wire.write(sent))
        assert got == sent


async def test_close_wakes_who_reads(serve):
    """A read that waits ends when its line is closed, and so does a later one."""
    async with serve(Keeper()) as line, opened(line) as wire:
        reading = asyncio.ensure_future(wire.read())
        await asyncio.sleep(0)
        await wire.close()
        for waiting in (reading, wire.read(), wire.write(b"x")):
            with pytest.raises(RetryError) as caught:
                await within(2, waiting)
            assert caught.value.code is Code.UNPLUGGED


async def test_close_wakes_who_writes(serve):
    """A write to a device that takes nothing ends when its line is closed."""
    async with serve(Keeper(), LineFaults(bytes_per_second=20)) as line, opened(line) as wire:
        writing = asyncio.ensure_future(wire.write(bytes(20_000_000)))
        await line.wait_for(lambda machine: machine.got)
        assert not writing.done()
        await wire.close()
        with pytest.raises(RetryError) as caught:
            await within(2, writing)
        assert caught.value.code is Code.UNPLUGGED


async def test_a_read_that_was_given_up_loses_nothing(serve):
    """Bytes that come after a deadline are there for the next read."""
    async with serve(Keeper(echo=True)) as line, opened(line) as wire:
        with pytest.raises(RetryError) as caught:
            await within(0.01, wire.read())
        assert caught.value.code is Code.TIMEOUT
        await wire.write(b"late")
        assert await read_all(wire, 4) == b"late"


async def test_unplugging_is_noticed_by_who_reads(serve):
    """The far end goes away: the read that waits says so."""
    async with serve(Keeper()) as line, opened(line) as wire:
        reading = asyncio.ensure_future(wire.read())
        await asyncio.sleep(0)
        line.faults.unplugged = True
        with pytest.raises(RetryError) as caught:
            await within(2, reading)
        assert caught.value.code is Code.UNPLUGGED


async def test_unplugging_is_noticed_by_who_writes(serve):
    """The far end goes away: a write says so, at the latest when the line's buffers are full."""
    async with serve(Keeper()) as line, opened(line) as wire:
        await wire.write(b"first")
        await line.wait_for(lambda machine: machine.got)
        line.faults.unplugged = True
        with pytest.raises(RetryError) as caught:
            for _ in range(1000):
                await within(2, wire.write(bytes(100_000)))
        assert caught.value.code is Code.UNPLUGGED


async def test_a_line_cut_in_mid_job_brings_so_many_bytes(serve):
    """The device got the bytes before the cut and none after; the line can be opened again and the rest sent."""
    async with serve(Keeper(), LineFaults(cut_after=3)) as line:
        async with opened(line) as wire:
            with contextlib.suppress(RetryError):
                await wire.write(b"abcdef")
            with pytest.raises(RetryError):
                await within(2, wire.read())
        assert bytes(line.machine.got) == b"abc"
        async with opened(line) as wire:
            await wire.write(b"ghi")
            await line.wait_for(lambda machine: bytes(machine.got) == b"abcghi")


async def test_opening_nothing(serve):
    """Where nothing stands the line is offline, and can be opened as soon as something does."""
    async with serve(Keeper(echo=True), LineFaults(unplugged=True)) as line:
        wire = transport(line.address)
        with pytest.raises(RetryError) as caught:
            await wire.open()
        assert caught.value.code is Code.OFFLINE
        with pytest.raises(RetryError) as caught:
            await wire.read()
        assert caught.value.code is Code.UNPLUGGED
        line.faults.unplugged = False
        await wire.open()
        await wire.write(b"back")
        assert await read_all(wire, 4) == b"back"
        await wire.close()


async def test_open_and_close_as_often_as_one_likes(serve):
    """A line that was never opened, or twice, closes; what came in before does not come in again."""
    async with serve(Keeper(echo=True)) as line:
        wire = transport(line.address)
        await wire.close()
        for job in (b"first", b"second", b"third"):
            await wire.open()
            await wire.write(job)
            assert await read_all(wire, len(job)) == job
            await wire.close()
            await wire.close()
        await wire.open()
        await wire.open()
        await wire.write(b"again")
        assert await read_all(wire, 5) == b"again"
        await wire.close()


async def test_a_line_comes_back_after_unplugging(serve):
    """Unplugged and plugged in again it can be opened at the same address, as often as that happens."""
    async with serve(Keeper(echo=True)) as line:
        for _ in range(5):
            async with opened(line) as wire:
                await wire.write(b"there?")
                assert await read_all(wire, 6) == b"there?"
                line.faults.unplugged = True
            line.faults.unplugged = False
