"""Lines that speak by themselves are read at a line's pace, however fast they are."""

import asyncio

import pytest

from device_drivers import limits
from device_drivers.drivers import intake
from device_drivers.drivers.intake import Intake, PausingIntake
from device_drivers.transports.base import Transport

READS = 200


class Gusher(Transport):
    """A line that always has bytes."""

    def __init__(self) -> None:
        super().__init__("memory:gusher")
        self.given = 0
        self.enough = asyncio.Event()

    async def open(self) -> None:
        """Open."""

    async def write(self, data: bytes) -> None:
        """Take."""

    async def read(self) -> bytes:
        """Give as much as may be given at once."""
        await REAL_SLEEP(0)
        self.given += limits.READ
        if self.given >= READS * limits.READ:
            self.enough.set()
        return b"x" * limits.READ

    async def close(self) -> None:
        """Close."""


class Deaf:
    """A decoder that makes nothing of anything."""

    waiting = False

    def feed(self, data: bytes) -> list[int]:
        """Make nothing of it."""
        assert data
        return []

    def pause(self) -> list[int]:
        """Nothing waits."""
        return []


REAL_SLEEP = asyncio.sleep


@pytest.mark.parametrize("make", [Intake, lambda line, decoder: PausingIntake(line, decoder, 0.1)])
async def test_flood_is_read_at_a_lines_pace(make, monkeypatch: pytest.MonkeyPatch):
    """For every byte taken from a line that floods the reader pauses as long as a fast line would need for it."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await REAL_SLEEP(0)

    monkeypatch.setattr(intake.asyncio, "sleep", sleep)
    line = Gusher()
    reading = make(line, Deaf)
    await reading.open()
    async with asyncio.timeout(10):
        await line.enough.wait()
    await reading.close()
    assert sum(pauses) >= (line.given - 2 * limits.READ) / limits.INTAKE_BYTES_PER_S
