"""Blocking calls on the side. A driver of the system may hang for minutes in ``open`` or ``close``.

Each call gets a thread of its own, not one of asyncio's few: dead name servers must not keep anything else waiting.
"""

import asyncio
import contextlib
from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T], seconds: float, undo: Callable[[T], object]) -> T:
    """Return what `work` returns or raise what it raises; TimeoutError after `seconds`.

    When nobody waits any more `work` runs on, and `undo` gets what it returns at last, in its thread.
    """
    call = _Call(work, undo, asyncio.get_running_loop())
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

    def __init__(self, work: Callable[[], T], undo: Callable[[T], object], loop: asyncio.AbstractEventLoop) -> None:
        self.done = asyncio.Event()
        self._work = work
        self._undo = undo
        self._loop = loop
        self._lock = Lock()
        self._abandoned = False
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            result = self._work()
        except BaseException as error:
            self._error = error
        else:
            with self._lock:
                kept = not self._abandoned
                if kept:
                    self._results.append(result)
            if not kept:
                self._undone(result)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self.done.set)

    def abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            results, self._results = self._results, []
        for result in results:
            Thread(target=self._undone, args=(result,), name="device-undo", daemon=True).start()

    def _undone(self, result: T) -> None:
        with contextlib.suppress(OSError):
            self._undo(result)

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
