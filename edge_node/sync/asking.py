"""The one thing a till may wait for: HQ's answer to a request for rights, up to its deadline.

The request's row is in the ledger already; here only the waiting is kept, in memory.
"""

import asyncio
from collections.abc import Callable, Iterable

from edge_node.ledger import requests
from edge_node.storage.database import Connection, Database


class Asking:
    """Tills that wait. For the event loop alone."""

    def __init__(self, database: Database, wake: Callable[[], None], cancel: Callable[[int], None]) -> None:
        """`wake`: something waits to be asked; `cancel`: nobody waits for number n of the current incarnation."""
        self._database = database
        self._wake = wake
        self._cancel = cancel
        self._waiting: dict[tuple[int, int], set[asyncio.Event]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    async def wait(self, no: int, n: int, timeout_ms: int) -> None:
        """Return when the request is settled, or when the time is over: then it is cancelled, for nobody waits.

        A till that goes away cancels as well, unless another one (the same one, asking again) waits still. Rights that
        come later all the same stay here as rights.
        """
        mine = asyncio.Event()
        self._waiting.setdefault((no, n), set()).add(mine)
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                if (await self._database.read(requests.get, no, n)).state == "waiting":
                    self._wake()
                    await mine.wait()
        except TimeoutError:
            self._leave(no, n, mine)
            await self._give_up(no, n)
        except asyncio.CancelledError:
            self._leave(no, n, mine)
            leaving = asyncio.create_task(self._give_up(no, n))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
            raise
        finally:
            self._leave(no, n, mine)

    def settled(self, no: int, numbers: Iterable[int]) -> None:
        """HQ answered these requests of incarnation `no`."""
        for n in numbers:
            for waiting in self._waiting.get((no, n), ()):
                waiting.set()

    def release(self) -> None:
        """Let everyone go: the incarnation that asked is gone, or the node stops."""
        for everyone in self._waiting.values():
            for waiting in everyone:
                waiting.set()

    async def close(self) -> None:
        """Let those who left finish leaving."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _leave(self, no: int, n: int, mine: asyncio.Event) -> None:
        """Wait no longer."""
        others = self._waiting.get((no, n), set())
        others.discard(mine)
        if not others:
            self._waiting.pop((no, n), None)

    async def _give_up(self, no: int, n: int) -> None:
        """Settle a request as cancelled, and tell HQ, when nobody waits for it any more."""
        if (no, n) not in self._waiting and await self._database.write(requests.cancel, no, n):
            self._cancel(n)


def drop_overdue(conn: Connection, no: int, now: int) -> None:
    """Cancel requests whose deadline has passed while nobody could: after a crash, or the till was cut off."""
    conn.execute(
        "UPDATE requests SET state = 'cancelled' WHERE no = ? AND state = 'waiting' AND deadline <= ?", (no, now)
    )
