"""One connection: a ``Replica`` driven over an open WebSocket until either end is done.

Three tasks: one reads and steps, one writes, one watches deadlines and the growing log. A session belongs to one of
them at a time (``_lock``), and its messages leave only after the step's commit. A step that has begun is always
finished and reported, also when the connection ends meanwhile.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

import aiohttp

from edge_node.ledger.price_book import PriceBooks
from edge_node.runtime import Runtime
from edge_node.storage.database import Connection, Database
from edge_node.sync import limits
from edge_node.sync.health import End, Reason
from edge_node.sync.replica import Clock, Heard, Replica
from edge_node.sync.telling import Devices, no_devices
from sync_protocol import limits as protocol

_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every connection works with. ``heard``: told in the event loop, after each step's commit.

    ``devices``: how the shop's devices are; asked in the event loop.
    """

    database: Database
    books: PriceBooks
    runtime: Runtime
    heard: Callable[[Heard], None]
    devices: Callable[[], Devices] = no_devices


class Line:
    """Drives one session over one socket."""

    def __init__(self, desk: Desk, replica: Replica, socket: aiohttp.ClientWebSocketResponse) -> None:
        """`replica` is connected: its first messages wait."""
        self._desk = desk
        self._replica = replica
        self._socket = socket
        self._lock = asyncio.Lock()
        self._out = asyncio.Event()
        self._grown = asyncio.Event()
        self._step: asyncio.Future[Heard] | None = None
        self._began = desk.runtime.ticks()
        self._pinged = self._began
        self._cancelled: set[int] = set()
        self._undone = False  # a step was rolled back: the session is ahead of the disk
        self._out.set()

    def wake(self) -> None:
        """The ledger grew: look what there is to send."""
        self._grown.set()

    def cancel(self, n: int) -> None:
        """Tell HQ that nobody waits for request `n` any more."""
        self._cancelled.add(n)
        self._grown.set()

    async def run(self) -> End:
        """Carry the session until it is over; then, or when cancelled, say farewell and close the socket."""
        tasks = [asyncio.create_task(work()) for work in (self._read, self._write, self._watch)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(task for task in tasks if task in done).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._part()

    async def _read(self) -> End:
        """Take HQ's messages, each in one transaction."""
        while True:
            message = await self._socket.receive(timeout=protocol.CONNECTED_MS / 1000)
            if message.type is not aiohttp.WSMsgType.BINARY:
                return End(Reason.LOST, detail=f"websocket {self._socket.close_code}")
            heard = await self._do(self._receive, message.data)
            if heard.reopened is not None:
                return End(Reason.REOPENED)
            if heard.ended is not None:
                return End(Reason.ENDED, heard.ended, heard.retry_after, signed=True)

    async def _write(self) -> End:
        """Send what the session has to say: small messages first, one batch at a time."""
        try:
            while True:
                await self._out.wait()
                self._out.clear()
                while messages := await self._outgoing():
                    for message in messages:
                        async with asyncio.timeout(limits.SEND_MS / 1000):
                            await self._socket.send_bytes(message)
        except (OSError, aiohttp.ClientError) as error:
            # HQ may have said why before it closed: let the reader come to it
            await asyncio.sleep(limits.FAREWELL_MS / 1000)
            return End(Reason.LOST, detail=type(error).__name__)

    async def _watch(self) -> End:
        """Push when the ledger grew; keep the deadlines."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limits.TICK_MS / 1000):
                    await self._grown.wait()
            self._grown.clear()
            if self._replica.live:
                await self._do(self._push, self._desk.devices())
            if (end := self._overdue()) is not None:
                return end
            await asyncio.sleep(limits.PAUSE_MS / 1000)

    def _overdue(self) -> End | None:
        """Say whether a deadline is over."""
        ticks = self._desk.runtime.ticks()
        session = self._replica.session
        if session.closed:
            return None  # the reader is about to tell why
        if not self._replica.live:
            late = ticks - self._began > limits.HANDSHAKE_MS
            return End(Reason.SILENT, detail="no verdict in time") if late else None
        if session.stalled(ticks):
            return End(Reason.STALLED)
        return None if session.connected(ticks) else End(Reason.SILENT)

    # On the database thread, in a transaction

    def _receive(self, conn: Connection, data: bytes) -> Heard:
        """Take one message."""
        heard = self._replica.receive(conn, data, self._clock())
        if heard.reference_changed:
            self._desk.books.forget()
        return heard

    def _push(self, conn: Connection, devices: Devices) -> Heard:
        """Queue what waits, cancel what nobody waits for, tell how this node is, ask for a sign of life: when due."""
        clock = self._clock()
        replica = self._replica
        if not replica.live:
            return Heard()
        while self._cancelled:
            replica.cancel(self._cancelled.pop())
        replica.push(conn, clock)
        replica.tell(conn, devices, clock)
        quiet_since = max(replica.session.last_heard or 0, self._pinged)
        if clock.ticks - quiet_since >= protocol.PING_MS:
            self._pinged = clock.ticks
            replica.session.ping()
        return Heard()

    def _clock(self) -> Clock:
        """Both times of this moment."""
        return Clock(self._desk.runtime.ticks(), self._desk.runtime.now())

    # Between the tasks

    async def _do(
        self, work: Callable[Concatenate[Connection, _P], Heard], *args: _P.args, **kwargs: _P.kwargs
    ) -> Heard:
        """Run one step; once begun it is finished and reported even if the caller is cancelled."""
        async with self._lock:
            self._step = asyncio.create_task(self._work(work, *args, **kwargs))
            heard = await asyncio.shield(self._step)
        self._out.set()
        if self._replica.more:
            self._grown.set()
        return heard

    async def _work(
        self, work: Callable[Concatenate[Connection, _P], Heard], *args: _P.args, **kwargs: _P.kwargs
    ) -> Heard:
        try:
            heard = await self._desk.database.write(work, *args, **kwargs)
        except BaseException:
            self._undone = True
            raise
        self._desk.heard(heard)
        return heard

    async def _outgoing(self) -> list[bytes]:
        async with self._lock:
            return [] if self._undone else self._replica.outgoing()

    async def _part(self) -> None:
        """Finish the step under way, send the last words, close; a dead line holds nobody up.

        After a step that was undone nothing is said: its READY or FEED_AT would name what this disk does not hold.
        """
        if self._step is not None:
            await asyncio.wait([self._step])
        with contextlib.suppress(TimeoutError, OSError, aiohttp.ClientError):
            async with asyncio.timeout(limits.FAREWELL_MS / 1000):
                self._replica.session.close()
                for message in [] if self._undone else self._replica.outgoing():
                    await self._socket.send_bytes(message)
                await self._socket.close()
