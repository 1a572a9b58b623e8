"""Serial ports that only pyserial can wait for: COM ports of Windows, serial servers by RFC 2217, ``loop://``."""

import asyncio
import contextlib
import errno
from threading import Thread

from device_drivers import limits
from device_drivers.address import SerialSettings
from device_drivers.transports.aside import aside, check
from device_drivers.transports.memory import MemoryEnd, MemoryTransport
from device_drivers.transports.refusals import refused
from device_drivers.transports.serial_line import Port, open_port

_WRITE = 256
"""Bytes given to a blocking port at once: 9 s at 300 baud."""


class ThreadedSerialTransport(MemoryTransport):
    """A port whose bytes two threads carry to and from a memory line.

    ``write`` returns when the memory line has the bytes; what comes in while nobody reads is lost after
    ``limits.MEMORY_LINE`` bytes.
    """

    def __init__(self, address: str, where: str, settings: SerialSettings) -> None:
        """`where`: ``COM3``, ``rfc2217://host:port`` or ``loop://``."""
        super().__init__(address, self._carry)
        self._where = where
        self._settings = settings
        self._port: Port | None = None
        self._threads: list[Thread] = []

    async def open(self) -> None:
        """Open within ``limits.OPEN_S``."""
        await self.close()
        check(self.address)
        try:
            self._port = await aside(self._open_port, limits.OPEN_S, lambda late: late.close(), self.address)
        except OSError as error:
            raise refused(self.address, _explained(error)) from error
        await super().open()

    def _open_port(self) -> Port:
        # The RFC 2217 client knows no write timeout; its socket has one of 5 s
        bound = {} if self._where.startswith("rfc2217:") else {"write_timeout": limits.WRITE_S}
        return open_port(self._where, self._settings, timeout=limits.POLL_S, **bound)

    def _carry(self, far: MemoryEnd) -> None:
        carried = self._port, far, asyncio.get_running_loop()
        self._threads = [
            Thread(target=work, args=carried, name=f"serial-{name}", daemon=True)
            for name, work in (("read", _bring), ("write", _take))
        ]
        for thread in self._threads:
            thread.start()

    async def close(self) -> None:
        """Close, and wait ``limits.CLOSE_S`` at most until the port is free again."""
        await super().close()
        port, threads = self._port, self._threads
        self._port, self._threads = None, []
        if port is not None:
            with contextlib.suppress(OSError):
                await aside(lambda: _end(port, threads), limits.CLOSE_S, bool, self.address)


def _bring(port: Port, far: MemoryEnd, loop: asyncio.AbstractEventLoop) -> None:
    """Carry from the port, in a thread, until either side ends."""
    with contextlib.suppress(Exception):  # whatever pyserial raises ends the line
        # The client of RFC 2217 keeps whatever its server sends: one that floods is hung up on
        while not far.closed and (waiting := port.in_waiting) <= limits.STALE:
            data = port.read(min(limits.READ, max(1, waiting)))
            if data:
                loop.call_soon_threadsafe(far.offer, data)
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(far.close)


def _take(port: Port, far: MemoryEnd, loop: asyncio.AbstractEventLoop) -> None:
    """Carry to the port, in a thread, until either side ends; what was written before the end still goes out."""
    with contextlib.suppress(Exception):
        while True:
            port.write(asyncio.run_coroutine_threadsafe(far.read(_WRITE), loop).result())
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(far.close)


def _end(port: Port, threads: list[Thread]) -> None:
    for thread in threads:
        thread.join()
    port.close()


def _explained(error: OSError) -> OSError:
    """Find the number that pyserial on Windows only has in its text: another program has the port."""
    return OSError(errno.EBUSY, "busy") if "PermissionError" in str(error) else error
