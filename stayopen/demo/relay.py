"""A line between a branch and HQ that can be cut, silenced and restored: a TCP relay on loopback.

It passes bytes on and reads none: what it relays is TLS from end to end.
"""

import asyncio
from contextlib import suppress
from enum import Enum

from stayopen.demo import limits


class Line(Enum):
    """How the line is. ``SILENT`` is a blackhole: connections are made and held, but no byte comes through."""

    UP = "up"
    CUT = "cut"
    SILENT = "silent"


class Relay:
    """One line, listening on a port of its own. Use it within one event loop; ``close`` it."""

    def __init__(self, target: int) -> None:
        """`target`: the port on loopback that it leads to; nobody needs to listen there yet."""
        self._target = target
        self._line = Line.UP
        self._through = asyncio.Event()
        self._through.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.accepted = 0
        """Connections that were made so far: a node that tries is seen even when no byte may pass."""

    async def open(self, port: int = 0) -> int:
        """Listen (0: on any port) and return the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port, limit=limits.CHUNK)
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def line(self) -> Line:
        """How it is now."""
        return self._line

    def cut(self) -> None:
        """Break every connection and refuse new ones, as when the cable is pulled and the router says so."""
        self._line = Line.CUT
        self._through.set()
        self._abort()

    def silence(self) -> None:
        """Let nothing through any more, and say nothing: packets are dropped. Open connections hang."""
        self._line = Line.SILENT
        self._through.clear()

    def restore(self) -> None:
        """Let everything through again; what hung goes on, as TCP sends again what was dropped."""
        self._line = Line.UP
        self._through.set()

    async def close(self) -> None:
        """Stop listening and end everything."""
        self._through.set()
        self._abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side ends it."""
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._through.wait()
            if self._line is Line.CUT:
                return
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=limits.CHUNK)
                self._writers.add(far_writer)
                await self._join((reader, far_writer), (far_reader, writer))
        except asyncio.CancelledError:
            pass  # the relay is being closed; asyncio would log a cancelled callback as an error
        finally:
            self._tasks.discard(task)
            writer.transport.abort()
            self._writers.discard(writer)

    async def _join(self, *ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        """Pass bytes both ways until one end is closed, then break both."""
        passing = [asyncio.create_task(self._pass(reader, writer)) for reader, writer in ways]
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in passing:
                task.cancel()
            await asyncio.gather(*passing, return_exceptions=True)
            for _, writer in ways:
                writer.transport.abort()
                self._writers.discard(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes one way while the line is up."""
        with suppress(OSError):
            while data := await reader.read(limits.CHUNK):
                await self._through.wait()
                if self._line is Line.CUT:
                    return
                writer.write(data)
                await writer.drain()
