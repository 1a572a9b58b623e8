"""Character devices in the event loop: ttys, ptys and the USB printer class, read and written without blocking.

Not by pyserial-asyncio: pyserial's ``write`` asks again and again while a tty takes nothing, so one scale that holds
its line would stop the whole node. Here the loop waits for the device, and nothing is read before somebody asks for
it: what nobody reads stays in the system's bounded buffer.
"""

import asyncio
import contextlib
import errno
import os
import re
import select
import stat
from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from device_drivers import limits
from device_drivers.errors import Code, RetryError, StopError
from device_drivers.transports.aside import aside, check
from device_drivers.transports.base import Transport
from device_drivers.transports.refusals import gone, refused

_T = TypeVar("_T")


class Descriptor:
    """A file descriptor in the running loop, set non-blocking; its owner closes it, after `detach`."""

    def __init__(self, fd: int, address: str) -> None:
        self._fd = fd
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._waiting: set[asyncio.Future[None]] = set()
        os.set_blocking(fd, False)

    async def read(self, size: int) -> bytes:
        """Wait for bytes: one at least. RetryError ``device_unplugged`` when the line hangs up."""
        woken = False
        while True:
            data = self._attempt(partial(os.read, self._fd, size), b"")
            if data:
                return data
            if _hung_up(self._fd):
                raise gone(self._address)
            if woken:
                await self._wait(lambda wake: self._loop.call_later(limits.EMPTY_S, wake).cancel)
            await self._wait(self._when_readable)
            woken = True

    async def write(self, data: bytes) -> None:
        """Hand all bytes to the device; waits while it takes none. RetryError ``device_unplugged``."""
        rest = memoryview(data)
        while True:
            rest = rest[self._attempt(partial(os.write, self._fd, rest), 0) :]
            if not rest:
                return
            await self._wait(self._when_writable)

    def detach(self) -> None:
        """Let the descriptor go; whoever waits gets ``device_unplugged``."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
        for future in self._waiting:
            _finish(future)

    def _attempt(self, act: Callable[[], _T], nothing: _T) -> _T:
        if not self._open:
            raise gone(self._address)
        try:
            return act()
        except BlockingIOError:
            return nothing
        except OSError as error:
            raise gone(self._address, error) from error

    async def _wait(self, arrange: Callable[[Callable[[], None]], Callable[[], object]]) -> None:
        """Wait until the callback that `arrange` gets is called, or until `detach`; then undo what was arranged."""
        if not self._open:
            raise gone(self._address)
        future = self._loop.create_future()
        self._waiting.add(future)
        undo = arrange(lambda: _finish(future))
        try:
            await future
        finally:
            self._waiting.discard(future)
            if self._open:
                undo()

    def _when_readable(self, wake: Callable[[], None]) -> Callable[[], object]:
        self._loop.add_reader(self._fd, wake)
        return lambda: self._loop.remove_reader(self._fd)

    def _when_writable(self, wake: Callable[[], None]) -> Callable[[], object]:
        self._loop.add_writer(self._fd, wake)
        return lambda: self._loop.remove_writer(self._fd)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _hung_up(fd: int) -> bool:
    """Whether the far end is gone; an empty read alone does not say so, neither of a tty nor of a USB printer."""
    poll = select.poll()
    poll.register(fd, 0)
    return bool(poll.poll(0))


class Opened(NamedTuple):
    """An opened device: its descriptor, and what closes it (may block)."""

    fd: int
    release: Callable[[], object]


class DescriptorTransport(Transport):
    """A line over a character device."""

    def __init__(self, address: str, path: str, allowed: re.Pattern[str]) -> None:
        """`allowed`: which devices it may be, after links were followed; to open another could do anything."""
        super().__init__(address)
        self._path = path
        self._allowed = allowed
        self._line: Descriptor | None = None
        self._release: Callable[[], object] = int

    @abstractmethod
    def open_device(self, path: str) -> Opened:
        """Open the device; runs in a thread of its own. OSError."""

    async def open(self) -> None:
        """Open within ``limits.OPEN_S``; StopError ``bad_address`` for what is no such device or may not be opened."""
        await self.close()
        check(self.address)
        try:
            opened = await aside(self._open_checked, limits.OPEN_S, lambda late: late.release(), self.address)
        except OSError as error:
            raise refused(self.address, error) from error
        self._line, self._release = Descriptor(opened.fd, self.address), opened.release

    def _open_checked(self) -> Opened:
        try:
            path = Path(self._path).resolve(strict=True)
        except RuntimeError as error:  # what pathlib makes of ELOOP
            raise OSError(errno.ELOOP, "links in a circle") from error
        if not self._allowed.fullmatch(str(path)) or not stat.S_ISCHR(path.stat().st_mode):
            raise StopError(Code.BAD_ADDRESS, address=self.address, reason="no such kind of device")
        return self.open_device(str(path))

    async def write(self, data: bytes) -> None:
        """Write; waits while the device takes nothing."""
        await self._opened().write(data)

    async def read(self) -> bytes:
        """Read; what nobody reads stays in the system's buffer."""
        await asyncio.sleep(0)
        return await self._opened().read(limits.READ)

    async def close(self) -> None:
        """Close; a device that does not let itself be closed is left to a thread."""
        if self._line is None:
            return
        self._line.detach()
        self._line = None
        with contextlib.suppress(OSError, RetryError):
            await aside(self._release, limits.CLOSE_S, bool, self.address)

    def _opened(self) -> Descriptor:
        if self._line is None:
            raise gone(self.address)
        return self._line
