"""Readers of PC/SC, which are no line of bytes: here one looks like a reader that sends each card's number by itself.

The chip's number (UID) is asked by ``FF CA 00 00 00`` (PC/SC part 3, 3.2.2.1.3). pyscard is the optional extra
``cards`` and is imported when a reader is opened; its calls block, so each runs in a thread on the side.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from device_drivers import limits
from device_drivers.errors import Code, RetryError, StopError
from device_drivers.transports.aside import aside, check
from device_drivers.transports.base import Transport

T = TypeVar("T")

GET_UID = (0xFF, 0xCA, 0x00, 0x00, 0x00)
_DONE = (0x90, 0x00)


class Contact(Protocol):
    """One reader. Both calls may block."""

    def uid(self) -> bytes | None:
        """Return the number of the card that lies there: None without one, empty when it tells none.

        RetryError ``device_unplugged`` when the reader is gone.
        """

    def close(self) -> None:
        """Let the reader go; never raises."""


class PcscTransport(Transport):
    """A reader by its name: each card that is put on comes once, as its number in hex digits and a line end."""

    def __init__(self, address: str, name: str, connect: Callable[[str], Contact] | None = None) -> None:
        """`connect`: finds the reader; by pyscard unless something else is handed in."""
        super().__init__(address)
        self._name = name
        self._connect = connect or by_pyscard
        self._contact: Contact | None = None
        self._closed = asyncio.Event()
        self._calling = threading.Lock()
        self._lying: bytes | None = None

    async def open(self) -> None:
        """Find the reader. StopError ``not_supported`` without pyscard; RetryError ``device_busy``: a call hangs."""
        await self.close()
        check(self.address)
        self._closed = asyncio.Event()
        self._lying = None
        self._contact = await self._call(
            lambda: self._connect(self._name), limits.OPEN_S, undo=lambda late: late.close()
        )

    async def write(self, data: bytes) -> None:
        """Refuse: nothing is written to cards."""
        _ = data
        raise StopError(Code.NOT_SUPPORTED, address=self.address)

    async def read(self) -> bytes:
        """Wait until another card lies there."""
        while True:
            contact = self._contact
            if contact is None:
                raise RetryError(Code.UNPLUGGED, address=self.address)
            uid = await self._unless_closed(self._call(contact.uid, limits.ASK_S, undo=bool))
            before, self._lying = self._lying, uid
            if uid and uid != before:
                return uid.hex().upper().encode("ascii") + b"\r\n"
            await self._unless_closed(asyncio.sleep(limits.LOOK_S))

    async def close(self) -> None:
        """Let the reader go."""
        contact, self._contact = self._contact, None
        self._closed.set()
        if contact is not None:
            await asyncio.gather(aside(contact.close, limits.CLOSE_S, bool, self.address), return_exceptions=True)

    async def _call(self, work: Callable[[], T], seconds: float, undo: Callable[[T], object]) -> T:
        """Run a call that blocks; RetryError ``device_timeout``, and ``device_busy`` until it came back after all."""

        def alone() -> T:
            if not self._calling.acquire(blocking=False):
                raise RetryError(Code.BUSY, address=self.address)
            try:
                return work()
            finally:
                self._calling.release()

        try:
            return await aside(alone, seconds, undo, self.address)
        except TimeoutError:
            raise RetryError(Code.TIMEOUT, seconds=str(seconds)) from None

    async def _unless_closed(self, work: Awaitable[T]) -> T:
        """Wait for something, or until somebody closes: RetryError ``device_unplugged``."""
        wanted, closed = asyncio.ensure_future(work), asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait({wanted, closed}, return_when=asyncio.FIRST_COMPLETED)
            if closed.done():
                raise RetryError(Code.UNPLUGGED, address=self.address)
            return wanted.result()
        finally:
            wanted.cancel()
            closed.cancel()
            await asyncio.gather(wanted, closed, return_exceptions=True)


def by_pyscard(name: str) -> Contact:
    """Find a reader by its name. StopError ``not_supported`` without pyscard; RetryError ``device_offline``."""
    try:
        from smartcard.System import readers  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise StopError(Code.NOT_SUPPORTED, needs="pyscard") from None
    return find(name, readers)


def find(name: str, readers: Callable[[], list["Reader"]]) -> Contact:
    """Find the reader among those that `readers` lists. RetryError ``device_offline``: no such reader, no service."""
    try:
        found = [reader for reader in readers() if str(reader) == name]
    except Exception:  # pyscard has two trees of exceptions, and they changed: no service, no right to it, no reader
        raise RetryError(Code.OFFLINE, service="pcsc") from None
    if not found:
        raise RetryError(Code.OFFLINE)
    return _Card(found[0], name, readers)


class Connection(Protocol):
    """pyscard's connection to a card, as far as it is used."""

    def connect(self) -> object:
        """Raises when no card lies there."""

    def transmit(self, command: list[int]) -> tuple[list[int], int, int]:
        """Send a command; return the answer and the two status bytes."""

    def disconnect(self) -> object:
        """Let the card go."""


class Reader(Protocol):
    """pyscard's reader, as far as it is used; ``str()`` is its name."""

    def createConnection(self) -> Connection:  # noqa: N802 - pyscard's name
        """Make a connection, not yet open."""


class _Card:
    """A reader by pyscard."""

    def __init__(self, reader: Reader, name: str, readers: Callable[[], list[Reader]]) -> None:
        self._reader = reader
        self._name = name
        self._readers = readers

    def uid(self) -> bytes | None:
        """Connect to the card, ask, and let it go, so that it may be taken away at any time."""
        connection = self._reader.createConnection()
        try:
            connection.connect()
            answer, *status = connection.transmit(list(GET_UID))
        except Exception:  # no card, a card taken away in the middle, no reader: which is told apart by looking
            self._check()
            return None
        finally:
            _quietly(connection.disconnect)
        return bytes(answer) if tuple(status) == _DONE else b""

    def close(self) -> None:
        """Hold nothing between two looks."""

    def _check(self) -> None:
        """Raise when the reader itself is gone."""
        try:
            there = any(str(reader) == self._name for reader in self._readers())
        except Exception:
            there = False
        if not there:
            raise RetryError(Code.UNPLUGGED)


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception:  # the card is away: nothing to let go
        return
