"""Watching the ports: a look now and then on a thread of its own, and what changed since the last one."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable

from device_drivers.discovery import limits
from device_drivers.discovery.things import Change, Thing, differences
from device_drivers.errors import Code, RetryError


class Watcher:
    """Looks for one kind of things. For the event loop alone; one caller at a time."""

    def __init__(self, look: Callable[[], Iterable[Thing]], seconds: float = limits.LOOK_S) -> None:
        """`look`: lists what is there; may block, is never run twice at once. `seconds`: its deadline."""
        self._look = look
        self._seconds = seconds
        self._running: asyncio.Future[tuple[Thing, ...]] | None = None
        self.things: dict[str, Thing] = {}

    async def changes(self) -> list[Change]:
        """Look once, and tell what changed.

        RetryError ``device_timeout`` while the look hangs (the next call waits for the same one),
        ``device_offline`` when it failed; then all is as it was.
        """
        if self._running is None:
            self._running = self._begin()
        try:
            async with asyncio.timeout(self._seconds):
                found = await asyncio.shield(self._running)
        except TimeoutError:
            raise RetryError(Code.TIMEOUT, seconds=str(self._seconds)) from None
        except OSError as error:
            raise RetryError(Code.OFFLINE, errno=error.errno or 0) from None
        finally:
            if self._running.done():
                self._running = None
        changed = differences(self.things, found)
        self.things = {thing.identity: thing for thing in found}
        return changed

    def _begin(self) -> asyncio.Future[tuple[Thing, ...]]:
        """Start a look on a daemon thread: a look that hangs in the kernel must not keep the program from ending."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[Thing, ...]] = loop.create_future()

        def tell(found: tuple[Thing, ...] | Exception) -> None:
            if isinstance(found, Exception):
                future.set_exception(found)
            else:
                future.set_result(found)

        def work() -> None:
            try:
                found: tuple[Thing, ...] | Exception = tuple(self._look())
            except Exception as error:  # carried over to whoever waits
                found = error
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(tell, found)

        threading.Thread(target=work, name="look for devices", daemon=True).start()
        return future
