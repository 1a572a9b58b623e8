"""Simulated devices behind memory lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Generic

from device_drivers.errors import Code, RetryError
from device_drivers.simulators.line import Line, M, Tasks, served
from device_drivers.simulators.line_faults import LineFaults
from device_drivers.transports.memory import MemoryEnd, MemoryTransport, listening


class _MemorySocket(Generic[M]):
    """Takes the lines that a node opens, while it is plugged in."""

    def __init__(self, line: Line[M]) -> None:
        self._line = line
        self._plugged = False
        self.tasks = Tasks()

    def take(self, far: MemoryEnd) -> None:
        """Serve a new line; RetryError ``device_offline`` while unplugged."""
        if not self._plugged:
            raise RetryError(Code.OFFLINE, address=self._line.address)
        self.tasks.start(self._line.serve(far))

    def plug(self) -> None:
        """Take lines from now on."""
        self._plugged = True

    def unplug(self) -> None:
        """Take none."""
        self._plugged = False


class MemoryLine(MemoryTransport, Generic[M]):
    """A transport with a machine at its other end. ``line``: that side, for tests to look at.

    What the machine raises comes out of ``read`` and ``write``: a test must not take it for a bad line.
    """

    def __init__(self, machine: M, faults: LineFaults | None) -> None:
        self.line = Line(machine, faults, "memory:machine")
        socket = _MemorySocket(self.line)
        super().__init__(self.line.address, socket.take)
        self.line.follow_faults(socket)

    async def write(self, data: bytes) -> None:
        """Write, or raise what the machine raised."""
        try:
            await super().write(data)
        finally:
            self._raise_failure()

    async def read(self) -> bytes:
        """Read, or raise what the machine raised."""
        try:
            return await super().read()
        finally:
            self._raise_failure()

    def _raise_failure(self) -> None:
        if self.line.failure is not None:
            raise self.line.failure


def memory_line(machine: M, faults: LineFaults | None = None) -> MemoryLine[M]:
    """Return a transport with `machine` at its other end, served while it is open: for tests of drivers."""
    return MemoryLine(machine, faults)


@asynccontextmanager
async def serve_memory(machine: M, name: str, faults: LineFaults | None = None) -> AsyncIterator[Line[M]]:
    """Serve `machine` at ``memory:name``."""
    line = Line(machine, faults, f"memory:{name}")
    socket = _MemorySocket(line)
    with listening(name, socket.take):
        async with served(line, socket, socket.tasks):
            yield line
