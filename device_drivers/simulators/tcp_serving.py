"""Simulated devices behind a listening TCP port."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Generic

from device_drivers.address import Address
from device_drivers.limits import READ
from device_drivers.simulators.line import Line, M, Tasks, served
from device_drivers.simulators.line_faults import LineFaults
from device_drivers.transports.refusals import gone


class _TcpEnd:
    """The device's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        writer.transport.set_write_buffer_limits(0)

    async def read(self, size: int) -> bytes:
        """Wait for bytes."""
        with contextlib.suppress(OSError):
            data = await self._reader.read(size)
            if data:
                return data
        raise gone("tcp")

    async def write(self, data: bytes) -> None:
        """Send."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise gone("tcp", error) from error

    def close(self) -> None:
        """Break off."""
        self._writer.transport.abort()


class _TcpSocket(Generic[M]):
    """A port that listens while it is plugged in; unplugged it still belongs to it, and refuses."""

    def __init__(self, line: Line[M], host: str, port: int) -> None:
        self._line = line
        self._host = host
        self.tasks = Tasks()
        self._server: asyncio.Server | None = None
        self._listener: socket.socket | None = None
        self._held = self._bound(port)
        self._port = int(self._held.getsockname()[1])
        line.address = str(Address("tcp", host, self._port))

    def _bound(self, port: int) -> socket.socket:
        bound = socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET)
        # Two sockets hold the port, so that it stays this one's while the one that listens is closed
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self._host, port))
        except OSError:
            bound.close()
            raise
        bound.settimeout(0)
        return bound

    def plug(self) -> None:
        """Listen at once; connections wait in the system until they are served."""
        if self._listener is None:
            self._listener = self._bound(self._port)
            self._listener.listen()
            self.tasks.start(self._accept(self._listener))

    async def _accept(self, listener: socket.socket) -> None:
        server = await asyncio.start_server(self._accepted, sock=listener, limit=READ)
        if self._listener is listener:
            self._server = server
        else:
            server.close()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._listener is None:
            writer.transport.abort()
        else:
            self.tasks.start(self._line.serve(_TcpEnd(reader, writer)))

    def unplug(self) -> None:
        """Refuse."""
        if self._server is not None:
            self._server.close()
        elif self._listener is not None:
            self._listener.close()
        self._listener = self._server = None

    def close(self) -> None:
        """Give the port back."""
        self._held.close()


@asynccontextmanager
async def serve_tcp(
    machine: M, host: str = "127.0.0.1", port: int = 0, faults: LineFaults | None = None
) -> AsyncIterator[Line[M]]:
    """Serve `machine` at a TCP port; 0: one that is free. It keeps its port while it is unplugged."""
    line = Line(machine, faults)
    listening = _TcpSocket(line, host, port)
    try:
        async with served(line, listening, listening.tasks):
            yield line
    finally:
        listening.close()
