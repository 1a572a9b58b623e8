"""Where readings come in: a task reads the line all the time, whether somebody waits for readings or not.

So a line that floods never backs up, unplugging is noticed at once, and only the newest readings wait.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from device_drivers import limits
from device_drivers.errors import Code, RetryError
from device_drivers.transports.base import Transport, within

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Decoder(Protocol[T_co]):
    """Bytes to readings, without I/O."""

    def feed(self, data: bytes) -> Sequence[T_co]:
        """Take bytes as the line brings them; return what they complete."""


class PausingDecoder(Decoder[T_co], Protocol[T_co]):
    """A decoder for devices that end what they say by saying nothing."""

    @property
    def waiting(self) -> bool:
        """Whether bytes wait for their end."""

    def pause(self) -> Sequence[T_co]:
        """The line fell silent: return what that completes."""


class Intake(Generic[T]):
    """One line and the newest readings from it. ``decoder`` makes a new decoder for each opening."""

    def __init__(self, transport: Transport, decoder: Callable[[], Decoder[T]]) -> None:
        self._transport = transport
        self._decoder = decoder
        self._readings: deque[T] = deque(maxlen=limits.QUEUE)
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the line and begin to read it. RetryError ``device_offline``; StopError ``bad_address``."""
        await self.close()
        await within(limits.OPEN_S, self._transport.open())
        self._task = asyncio.create_task(self._listen())
        self._task.add_done_callback(lambda _: self._changed.set())

    async def close(self) -> None:
        """Let the line go, and what came from it; never raises."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._readings.clear()
        await self._transport.close()

    async def write(self, data: bytes) -> None:
        """Send bytes. RetryError ``device_unplugged``, ``device_timeout``."""
        self.check()
        await within(limits.WRITE_S, self._transport.write(data))

    async def take(self) -> T:
        """Wait for the oldest reading that still waits; raises by what the line ended."""
        while not self._readings:
            self.check()
            self._changed.clear()
            await self._changed.wait()
        return self._readings.popleft()

    def drain(self) -> list[T]:
        """Take all readings that wait."""
        readings = list(self._readings)
        self._readings.clear()
        return readings

    def check(self) -> None:
        """Raise by what the line ended; RetryError ``device_offline`` while it is not open."""
        if self._task is None:
            raise RetryError(Code.OFFLINE)
        if self._task.done():
            self._task.result()

    async def _listen(self) -> None:
        decoder = self._decoder()
        while True:
            data = await self._transport.read()
            self._put(decoder.feed(data))
            await asyncio.sleep(len(data) / limits.INTAKE_BYTES_PER_S)  # who floods waits, and not the shop

    def _put(self, readings: Sequence[T]) -> None:
        if readings:
            self._readings.extend(readings)
            self._changed.set()


class PausingIntake(Intake[T]):
    """An intake that tells its decoder when nothing came for ``pause_s`` seconds while bytes wait for their end."""

    def __init__(self, transport: Transport, decoder: Callable[[], PausingDecoder[T]], pause_s: float) -> None:
        super().__init__(transport, decoder)
        self._pausing = decoder
        self._pause_s = pause_s

    async def _listen(self) -> None:
        decoder = self._pausing()
        reading = asyncio.ensure_future(self._transport.read())
        try:
            while True:
                done, _ = await asyncio.wait({reading}, timeout=self._pause_s if decoder.waiting else None)
                if not done:
                    self._put(decoder.pause())
                    continue
                data = reading.result()
                self._put(decoder.feed(data))
                reading = asyncio.ensure_future(self._transport.read())
                await asyncio.sleep(len(data) / limits.INTAKE_BYTES_PER_S)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
