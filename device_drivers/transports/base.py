"""What a transport is, and deadlines for it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import TypeVar

from device_drivers.errors import Code, RetryError

_T = TypeVar("_T")


class Transport(ABC):
    """One line to one device. Not for two writers or two readers at once; one of each is well."""

    def __init__(self, address: str) -> None:
        """`address`: as ``device_drivers.address`` writes it."""
        self.address = address

    @abstractmethod
    async def open(self) -> None:
        """Open the line. RetryError ``device_offline`` or ``device_busy``; StopError ``bad_address``."""

    @abstractmethod
    async def write(self, data: bytes) -> None:
        """Hand bytes to the line; waits while its buffer is full. RetryError ``device_unplugged``."""

    @abstractmethod
    async def read(self) -> bytes:
        """Wait for bytes: one at least, ``limits.READ`` at most. RetryError ``device_unplugged`` at the line's end.

        Lets others run first, also when bytes are there: whoever reads a line that floods must not hold up the shop.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let the line go; never raises, may be called twice, wakes a ``read`` that waits (``device_unplugged``)."""


async def within(seconds: float, work: Awaitable[_T]) -> _T:
    """Await `work` for so long at most; RetryError ``device_timeout``."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise RetryError(Code.TIMEOUT, seconds=str(seconds)) from None
