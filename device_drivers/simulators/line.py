"""A machine behind a line: what every served simulator does alike, whatever carries its bytes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from device_drivers.errors import RetryError
from device_drivers.limits import READ
from device_drivers.simulators.line_faults import LineFaults
from device_drivers.simulators.machine import Machine

M = TypeVar("M", bound=Machine)

ANSWER = 64 * 1024
"""Bytes of answers that wait for a node that does not read; a device throws the rest away, as does this."""
WAITING = 8
"""Connections that wait until the one before them is done."""


class End(Protocol):
    """The device's end of one connection. RetryError when the line ends."""

    async def read(self, size: int) -> bytes:
        """Wait for bytes: one at least."""

    async def write(self, data: bytes) -> None:
        """Send all of it."""

    def close(self) -> None:
        """Break the line; may be called twice."""


class Socket(Protocol):
    """What a served line is opened at: while it is plugged in, by itself and at once."""

    def plug(self) -> None:
        """Let the node open the line."""

    def unplug(self) -> None:
        """Let it be opened no more; may be called twice."""


class Line(Generic[M]):
    """A served machine, and what tests look at. One connection at a time; the next waits, as printers make it wait.

    ``address``: what the node opens. ``received``: bytes the machine got; ``answered``: bytes that went back;
    ``connections``: how often the line was opened (a pty cannot tell: there it counts how often it was plugged in).
    ``failure``: what the machine raised; the line is broken then, and whoever serves it raises it again.
    """

    def __init__(self, machine: M, faults: LineFaults | None, address: str = "") -> None:
        self.machine = machine
        self.faults = faults or LineFaults()
        self.address = address
        self.received = 0
        self.answered = 0
        self.connections = 0
        self.failure: Exception | None = None
        self._changed = asyncio.Event()
        self._turn = asyncio.Lock()
        self._out = bytearray()
        self._ends: list[End] = []

    async def wait_for(self, condition: Callable[[M], bool], seconds: float = 5.0) -> None:
        """Wait until something holds of the machine; TimeoutError. Raises what the machine raised."""
        async with asyncio.timeout(seconds):
            while not condition(self.machine):
                if self.failure is not None:
                    raise self.failure
                await self._changed.wait()

    def touch(self) -> None:
        """Look again: call it after changing the machine by hand."""
        self._changed.set()
        self._changed = asyncio.Event()

    def beat(self) -> None:
        """Let the machine speak now, whatever its ``beat_s``."""
        self._guarded(self.machine.beat)

    def say(self, data: bytes) -> None:
        """Send bytes as if the machine had; the line's faults hold for them."""
        faults = self.faults
        if faults.deaf or not data:
            return
        data, faults.garbage = faults.garbage + data, b""
        left = faults.cut_answer_after
        if left is not None:
            faults.cut_answer_after = None if left <= len(data) else left - len(data)
            data = data[:left]
        self._out += data[: ANSWER - len(self._out)]
        self.touch()

    def break_off(self) -> None:
        """Break the line and all that wait for it; whoever wants it back opens it again."""
        for end in list(self._ends):
            end.close()

    def follow_faults(self, socket: Socket) -> Callable[[], None]:
        """Plug `socket` in and pull it out as the faults say, from now on; return what ends that."""

        def follow() -> None:
            if self.faults.unplugged:
                socket.unplug()
                self.break_off()
            else:
                socket.plug()

        follow()
        self.faults.watch(follow)
        return lambda: self.faults.unwatch(follow)

    async def serve(self, end: End) -> None:
        """Join the machine to one connection until that ends; never raises but ``CancelledError``."""
        if self.faults.unplugged or len(self._ends) >= WAITING:
            end.close()
            return
        self._ends.append(end)
        try:
            async with self._turn:
                self._out.clear()
                self.connections += 1
                self.touch()
                await self._connected(end)
        finally:
            self._ends.remove(end)
            end.close()
            self.touch()

    async def _connected(self, end: End) -> None:
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(self._speak(end)), group.create_task(self._beats())]
            await self._hear(end)
            for task in others:
                task.cancel()

    async def _hear(self, end: End) -> None:
        while True:
            try:
                data = await end.read(self._slice())
            except RetryError:
                return
            await self._pace(len(data))
            left = self.faults.cut_after
            if left is not None:
                data = data[:left]
                self.faults.cut_after = None if left <= len(data) else left - len(data)
            self.received += len(data)
            self._guarded(partial(self.machine.receive, data))
            if left is not None and self.faults.cut_after is None:
                return
            if self.failure is not None:
                return

    def _guarded(self, act: Callable[[], bytes]) -> None:
        """Let the machine act and say what it answers; keep what it raises, for tests must see it."""
        try:
            self.say(act())
        except Exception as error:
            self.failure = error
        self.touch()

    async def _speak(self, end: End) -> None:
        while True:
            while not self._out:
                await self._changed.wait()
            data = bytes(self._out[: self._slice()])
            del self._out[: len(data)]
            await self._pace(len(data))
            try:
                await end.write(data)
            except RetryError:
                return
            self.answered += len(data)
            self.touch()

    async def _beats(self) -> None:
        while True:
            if self.machine.beat_s <= 0:
                await self._changed.wait()
                continue
            await asyncio.sleep(self.machine.beat_s)
            if not self._out:
                self.beat()

    def _slice(self) -> int:
        """Bytes to carry at once: a slow line carries them in tenths of a second."""
        speed = self.faults.bytes_per_second
        return min(READ, max(1, speed // 10)) if speed else READ

    async def _pace(self, carried: int) -> None:
        """Let the time pass that so many bytes are on their way."""
        speed = self.faults.bytes_per_second
        if speed:
            await asyncio.sleep(carried / speed)


class Tasks:
    """Tasks that end with whoever started them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it on the side."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def end(self) -> None:
        """Cancel what still runs and wait for it."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def served(line: Line[M], socket: Socket, tasks: Tasks) -> AsyncIterator[Line[M]]:
    """Serve until the block ends, plugged in as the faults say; raises what the machine raised."""
    stop_following = line.follow_faults(socket)
    try:
        yield line
    finally:
        stop_following()
        socket.unplug()
        line.break_off()
        await tasks.end()
    if line.failure is not None:
        raise line.failure
