"""The memory line, with a machine at its other end."""

import asyncio

import pytest

from device_drivers.errors import Code, RetryError
from device_drivers.limits import MEMORY_LINE
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, memory_line
from device_drivers.transports.memory import pair


class Broken(Machine):
    """A machine with a bug."""

    def receive(self, data: bytes) -> bytes:
        """Raise."""
        raise ValueError(data.hex())


async def test_a_line_holds_so_many_bytes_and_no_more():
    """A writer waits while the far end does not read, and nothing is lost."""
    near, far = pair()
    writing = asyncio.ensure_future(near.write(bytes(MEMORY_LINE + 1)))
    got = await far.read(1)
    assert not writing.done()
    got += await far.read(MEMORY_LINE)
    await writing
    while len(got) < MEMORY_LINE + 1:
        got += await far.read(MEMORY_LINE)
    assert got == bytes(MEMORY_LINE + 1)


async def test_what_was_written_before_the_end_still_arrives():
    """The far end reads what was under way, then learns that the line ended."""
    near, far = pair()
    await near.write(b"\x1b@")
    near.close()
    assert await far.read(10) == b"\x1b@"
    with pytest.raises(RetryError) as caught:
        await far.read(10)
    assert caught.value.code is Code.UNPLUGGED
    with pytest.raises(RetryError):
        await near.read(10)


async def test_a_bug_in_the_machine_reaches_the_test():
    """What a machine raises comes out of the driver's read, not hidden as a bad line."""
    line = memory_line(Broken(), LineFaults())
    await line.open()
    await line.write(b"\x01")
    with pytest.raises(ValueError, match="01"):
        await line.read()
    await line.close()
