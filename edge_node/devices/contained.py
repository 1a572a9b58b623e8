"""Calls of a driver that cannot hurt anybody else: a deadline that holds, and nothing raised but ``DeviceError``.

A coroutine that swallows its cancellation would hold up ``asyncio.timeout`` for ever. So each call is a task of its
own; one that does not end after it was cancelled is left to itself, and counted.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from device_drivers.errors import Code, DeviceError, RetryError, StopError
from edge_node.devices import limits

_LOG = logging.getLogger("stayopen.devices")
_T = TypeVar("_T")


class Calls:
    """The calls of one device. `name`: what the log calls the device."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left: set[asyncio.Task[Any]] = set()

    @property
    def stuck(self) -> int:
        """How many calls were left to themselves and have not ended since."""
        return len(self._left)

    async def call(self, work: Callable[[], Awaitable[_T]], seconds: float) -> _T:
        """Await `work` for so long at most.

        DeviceError as the driver raised it; RetryError ``device_timeout``; StopError ``driver_failed`` for anything
        else, and for a call that does not end. Both with ``begun``: nobody knows what the device did meanwhile.
        """
        task = self.begin(work)
        try:
            await asyncio.wait({task}, timeout=seconds)
        finally:
            ended = await self.end(task)
        if not ended:
            raise StopError(Code.DRIVER_FAILED, begun=True)  # it is still at the device: nobody else may be
        if task.cancelled():
            raise RetryError(Code.TIMEOUT, begun=True, seconds=str(seconds))
        return task.result()

    def begin(self, work: Callable[[], Awaitable[_T]]) -> "asyncio.Task[_T]":
        """Start a call; it raises ``DeviceError`` only. Whoever begins one ends it."""
        return asyncio.create_task(self._contained(work))

    async def end(self, task: "asyncio.Task[_T]") -> bool:
        """See that a call is over, by cancelling it if it is not; False when it was left to itself."""
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=limits.GRACE_S)
        if task.done():
            _look(task)
            return True
        _LOG.error("a call of device %s does not end", self._name)
        self._left.add(task)
        task.add_done_callback(self._came_back)
        return False

    def _came_back(self, task: "asyncio.Task[Any]") -> None:
        self._left.discard(task)
        _look(task)

    async def _contained(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Turn whatever a driver raises into a DeviceError, also what would end the program."""
        task = asyncio.current_task()
        assert task is not None
        try:
            return await work()
        except (DeviceError, GeneratorExit):
            raise
        except asyncio.CancelledError:
            if task.cancelling():
                raise
            raise self._failed("CancelledError") from None
        except BaseException as error:
            raise self._failed(place(error)) from None

    def _failed(self, what: str) -> StopError:
        _LOG.error("the driver of device %s failed: %s", self._name, what)
        return StopError(Code.DRIVER_FAILED, begun=True)


def _look(task: "asyncio.Task[Any]") -> None:
    """Look at how a task ended, so that asyncio does not complain that nobody did."""
    if not task.cancelled():
        task.exception()


def place(error: BaseException) -> str:
    """Tell type and place: the message might hold what was to be printed."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
