"""Turns: the one driver of HQ's core on the database thread.

Messages of all branches that are there share one commit (stage 1), then stage 2 has its turn in a commit of its own:
an error there never keeps an ack back. What the core says is delivered after the commit it arose in.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from hq_server.core.heart import HqCore
from hq_server.core.link import BranchLink
from hq_server.storage.database import Connection, Database
from hq_server.web import limits
from sync_protocol.session import Secrets

log = logging.getLogger("stayopen.hq.turns")

Deliver = Callable[[list[bytes]], None]
"""Takes messages for one connection; an empty list: nothing more will come."""


class Said(NamedTuple):
    """What a turn led to, as seen on the database thread: messages, and the connections that are over after them."""

    messages: list[tuple[BranchLink, list[bytes]]]
    ended: list[BranchLink]


class _Item(NamedTuple):
    """A message that waits for its turn, and who waits for it to be kept."""

    link: BranchLink
    data: bytes
    kept: "asyncio.Future[None]"


class Turns:
    """Feeds the core. ``run`` until cancelled; all methods are for the event loop."""

    def __init__(self, database: Database, core: HqCore, now: Callable[[], int]) -> None:
        self._database = database
        self._core = core
        self._now = now
        self._waiting: deque[_Item] = deque()
        self._deliver: dict[BranchLink, Deliver] = {}
        self._wake = asyncio.Event()
        self._changed = False
        self._more = True
        self.fault = ""

    # For connections

    async def connect(self, node: bytes, secrets: Secrets, deliver: Deliver, *, upload_only: bool) -> BranchLink:
        """Begin a session; its messages go to `deliver`. RefusedError ``unknown_node``."""

        def begin(conn: Connection) -> tuple[BranchLink, Said]:
            link = self._core.connect(conn, node, secrets, self._now(), upload_only=upload_only)
            return link, self._said()

        link, said = await self._database.read(begin)
        self._deliver[link] = deliver
        self._say(said)
        return link

    async def take(self, link: BranchLink, data: bytes) -> None:
        """Have a message handled; returns when what it brought is committed."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Item(link, data, kept))
        self._wake.set()
        await kept

    async def disconnect(self, link: BranchLink) -> None:
        """Forget a connection."""
        self._deliver.pop(link, None)
        await self._database.read(lambda _conn: self._core.disconnect(link))

    def changed(self) -> None:
        """The office wrote something: rows have to go out, logs may have been closed."""
        self._changed = True
        self._wake.set()

    async def farewell(self) -> None:
        """Tell every node that HQ goes away, so that it comes back soon."""

        def part(_conn: Connection) -> Said:
            self._core.go_away()
            return self._said()

        self._say(await self._database.read(part))

    # The loop

    async def run(self) -> None:
        """Take turns until cancelled."""
        while True:
            await self._rest()
            self._wake.clear()
            await self._ingest()
            while await self._work() and self._core.overloaded:
                pass

    async def _rest(self) -> None:
        """Wait until there is something to do."""
        if self._waiting or self._changed or (self._more and not self.fault):
            return
        pause = limits.REPAIR if self.fault else limits.IDLE if self._core.next_deadline is None else limits.TICK
        try:
            async with asyncio.timeout(pause):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _ingest(self) -> None:
        """Hand the waiting messages to the core, in one commit."""
        items: list[_Item] = []
        size = 0
        while self._waiting and len(items) < limits.MESSAGES_PER_TURN and size < limits.BYTES_PER_TURN:
            items.append(self._waiting.popleft())
            size += len(items[-1].data)
        if not items:
            return
        try:
            self._say(await self._database.write(self._receive, items, self._now()))
        except Exception as error:
            # nothing was committed: every session concerned is out of step with the database
            log.exception("stage 1 failed messages=%d", len(items))
            await self._recover()
            for item in items:
                self._hang_up(item.link)
                if not item.kept.done():
                    item.kept.set_exception(ConnectionError(type(error).__name__))
            return
        for item in items:
            if not item.kept.done():
                item.kept.set_result(None)

    def _receive(self, conn: Connection, items: list[_Item], now: int) -> Said:
        """On the database thread: all messages, each node's in order."""
        for item in items:
            if not item.link.closed:
                self._core.receive(conn, item.link, item.data, now)
        return self._said()

    async def _work(self) -> bool:
        """Let stage 2 and what follows have their turn; True: more waits."""
        changed, self._changed = self._changed, False
        try:
            self._more, said = await self._database.write(self._follow, self._now(), changed=changed)
        except Exception as error:
            if not self.fault:
                log.exception("stage 2 failed")
            self.fault, self._changed = type(error).__name__, changed
            await self._recover()
            return False
        if self.fault:
            log.info("stage 2 works again")
            self.fault = ""
        self._say(said)
        return self._more

    def _follow(self, conn: Connection, now: int, *, changed: bool) -> tuple[bool, Said]:
        """On the database thread: one chunk of stage 2, deadlines, and the office's changes."""
        if changed:
            self._core.changed(conn, now)
        more = self._core.work(conn, now, limits.ENTRIES_PER_WORK)
        self._core.tick(conn, now)
        return more, self._said()

    async def _recover(self) -> None:
        """After a rollback: hang up on those who would be told what did not happen."""
        for link in await self._database.write(self._core.recover):
            self._hang_up(link)

    def _say(self, said: Said) -> None:
        """Deliver what the core says, now that it is durable; end connections whose session is over."""
        for link, messages in said.messages:
            if (deliver := self._deliver.get(link)) is not None:
                deliver(messages)
        for link in said.ended:
            self._hang_up(link)

    def _said(self) -> Said:
        """On the database thread, at a turn's end."""
        return Said(self._core.outgoing(), [link for link in self._core.links if link.closed])

    def _hang_up(self, link: BranchLink) -> None:
        if (deliver := self._deliver.pop(link, None)) is not None:
            deliver([])
