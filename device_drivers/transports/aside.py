"""Blocking calls on the side. A driver of the system may hang for minutes in ``open`` or ``close``.

Each call gets a thread of its own, not one of asyncio's few: dead name servers must not keep anything else waiting.
What still hangs is counted by device: one that hangs for ever must not get another thread at each try.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

from device_drivers import limits
from device_drivers.errors import Code, RetryError

T = TypeVar("T")

_hanging: Counter[str] = Counter()
_counting = Lock()


def check(who: str) -> None:
    """RetryError ``device_busy`` while too many calls that nobody waits for any more hang for this device."""
    with _counting:
        hanging = _hanging.get(who, 0)
    if hanging >= limits.HANGING:
        raise RetryError(Code.BUSY, address=who, hanging=hanging)


def _count(who: str, by: int) -> None:
    with _counting:
        _hanging[who] += by
        if not _hanging[who]:
            del _hanging[who]


async def aside(work: Callable[[], T], seconds: float, undo: Callable[[T], object], who: str) -> T:
    """Return what `work` returns or raise what it raises; TimeoutError after `seconds`.

    When nobody waits any more `work` runs on, and `undo` gets what it returns at last, in its thread. `who`: the
    device's address; whoever opens it asks ``check`` first.
    """
    call = _Call(work, undo, asyncio.get_running_loop(), who)
    Thread(target=call.run, name="device-call", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            await call.done.wait()
    except BaseException:
        call.abandon()
        raise
    return call.outcome()


class _Call(Generic[T]):
    """One call, between its thread and the loop: exactly one of them has to do with its result."""

    def __init__(
        self, work: Callable[[], T], undo: Callable[[T], object], loop: asyncio.AbstractEventLoop, who: str
    ) -> None:
        self.done = asyncio.Event()
        self._work = work
        self._undo = undo
        self._loop = loop
        self._who = who
        self._lock = Lock()
        self._ended = False
        self._abandoned = False
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        results: list[T] = []
        try:
            results.append(self._work())
        except BaseException as error:
            self._error = error
        with self._lock:
            self._ended = True
            late = self._abandoned
            if not late:
                self._results = results
        if late:
            try:
                for result in results:
                    self._undone(result)
            finally:
                _count(self._who, -1)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self.done.set)

    def abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            results, self._results = self._results, []
            if not self._ended:
                _count(self._who, 1)
        for result in results:
            Thread(target=self._undone, args=(result,), name="device-undo", daemon=True).start()

    def _undone(self, result: T) -> None:
        with contextlib.suppress(OSError):
            self._undo(result)

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
