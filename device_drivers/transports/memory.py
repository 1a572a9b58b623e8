"""Lines within the process, bounded like the buffer of a tty: for tests and demonstrations."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from device_drivers.errors import Code, RetryError
from device_drivers.limits import MEMORY_LINE, READ
from device_drivers.transports.base import Transport


class _Pipe:
    """Bytes in one direction, so many under way at most. After `close` what is under way still arrives."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._bytes = bytearray()
        self._changed = asyncio.Event()
        self.closed = False

    async def put(self, data: bytes) -> None:
        rest = memoryview(data)
        while True:
            if self.closed:
                raise RetryError(Code.UNPLUGGED)
            if not rest:
                return
            free = self._room - len(self._bytes)
            if free:
                self._bytes += rest[:free]
                rest = rest[free:]
                self._wake()
            else:
                await self._changed.wait()

    def offer(self, data: bytes) -> None:
        self._bytes += data[: self._room - len(self._bytes)]
        self._wake()

    async def get(self, size: int) -> bytes:
        while not self._bytes:
            if self.closed:
                raise RetryError(Code.UNPLUGGED)
            await self._changed.wait()
        data = bytes(self._bytes[:size])
        del self._bytes[:size]
        self._wake()
        return data

    def close(self, *, drop: bool = False) -> None:
        self.closed = True
        if drop:
            self._bytes.clear()
        self._wake()

    def _wake(self) -> None:
        """Wake all who wait now; whoever waits later waits for the next change."""
        self._changed.set()
        self._changed = asyncio.Event()


class MemoryEnd:
    """One end of a line. Both ends behave alike; RetryError ``device_unplugged`` when either is closed."""

    def __init__(self, incoming: _Pipe, outgoing: _Pipe) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    async def read(self, size: int = READ) -> bytes:
        """Wait for bytes: one at least, `size` at most."""
        return await self._incoming.get(size)

    async def write(self, data: bytes) -> None:
        """Put bytes on the line; waits while it is full."""
        await self._outgoing.put(data)

    def offer(self, data: bytes) -> None:
        """Put on the line what it has room for, and lose the rest, as a tty does."""
        if not self.closed:
            self._outgoing.offer(data)

    @property
    def closed(self) -> bool:
        """Whether the line has ended."""
        return self._outgoing.closed

    def close(self) -> None:
        """Close the line for both ends; what this end wrote still arrives, what it did not read is lost."""
        self._incoming.close(drop=True)
        self._outgoing.close()


def pair(room: int = MEMORY_LINE) -> tuple[MemoryEnd, MemoryEnd]:
    """Make a line and return both its ends. ``room``: bytes under way in each direction."""
    there, back = _Pipe(room), _Pipe(room)
    return MemoryEnd(back, there), MemoryEnd(there, back)


Accept = Callable[[MemoryEnd], None]
"""Takes the device's end of a new line, or refuses it by raising DeviceError."""

_listening: dict[str, Accept] = {}


@contextmanager
def listening(name: str, accept: Accept) -> Iterator[None]:
    """Take the lines that are opened to ``memory:name``; one listener for a name."""
    assert name not in _listening
    _listening[name] = accept
    try:
        yield
    finally:
        del _listening[name]


class MemoryTransport(Transport):
    """A line to whoever takes it within this process."""

    def __init__(self, address: str, accept: Accept) -> None:
        """`accept` gets the device's end at each ``open``."""
        super().__init__(address)
        self._accept = accept
        self._end: MemoryEnd | None = None

    async def open(self) -> None:
        """Make a new line; raises what its taker raises."""
        self._let_go()
        mine, far = pair()
        self._accept(far)
        self._end = mine

    async def write(self, data: bytes) -> None:
        """Write; waits while ``MEMORY_LINE`` bytes are under way."""
        await self._opened().write(data)

    async def read(self) -> bytes:
        """Read; what was under way when the far end closed still comes."""
        await asyncio.sleep(0)
        return await self._opened().read()

    async def close(self) -> None:
        """Close; what was written still arrives."""
        self._let_go()

    def _let_go(self) -> None:
        if self._end is not None:
            self._end.close()
            self._end = None

    def _opened(self) -> MemoryEnd:
        if self._end is None:
            raise RetryError(Code.UNPLUGGED, address=self.address)
        return self._end


def named(name: str) -> MemoryTransport:
    """Return the line to ``memory:name``; ``device_offline`` at ``open`` while nobody listens."""

    def accept(far: MemoryEnd) -> None:
        taker = _listening.get(name)
        if taker is None:
            raise RetryError(Code.OFFLINE, address=f"memory:{name}")
        taker(far)

    return MemoryTransport(f"memory:{name}", accept)
