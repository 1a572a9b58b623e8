"""Devices that only listen (displays, drawers): a task reads their line, so that unplugging is noticed all the same."""

import asyncio

from device_drivers import limits
from device_drivers.errors import Code, DeviceError, RetryError
from device_drivers.transports.base import Transport, within


class OneWayLine:
    """A line that is only written to. What comes from it is thrown away."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._listener: asyncio.Task[None] | None = None
        self._ended: DeviceError | None = None

    async def open(self) -> None:
        """Open the line. RetryError ``device_offline``; StopError ``bad_address``."""
        await self.close()
        await within(limits.OPEN_S, self._transport.open())
        self._ended = None
        self._listener = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Let the line go; never raises."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        await self._transport.close()

    async def send(self, data: bytes) -> None:
        """Hand bytes over. RetryError ``device_unplugged``, ``device_timeout``."""
        self.check()
        if data:
            await within(limits.WRITE_S, self._transport.write(data))

    def check(self) -> None:
        """Raise the RetryError by which the line ended; ``device_offline`` while it was not opened."""
        if self._ended is not None:
            raise self._ended
        if self._listener is None:
            raise RetryError(Code.OFFLINE)

    async def _listen(self) -> None:
        """Read until the line ends."""
        while True:
            try:
                data = await self._transport.read()
            except DeviceError as error:
                self._ended = error
                return
            await asyncio.sleep(len(data) / limits.INTAKE_BYTES_PER_S)  # who floods waits, and not the shop
