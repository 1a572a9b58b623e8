"""From what was seen to what is offered: match a thing, write it down, ask it politely where that may help.

A thing is offered at once, and again with its driver when it has answered. What is in use is never asked: its line may
be taken, and what it is has been settled.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from commerce.errors import CommerceError
from device_drivers import registry
from device_drivers.discovery import asking, matching
from device_drivers.discovery.things import Change, Thing, What
from device_drivers.transports import opening
from device_drivers.transports.base import Transport
from edge_node.discovery import limits
from edge_node.errors import EdgeError
from edge_node.ledger import devices
from edge_node.ledger.devices import Found
from edge_node.storage.database import Connection, Database

_LOG = logging.getLogger("stayopen.edge.discovery")


class Finds:
    """What was found so far. ``changed`` is called whenever something new is offered, has moved or is gone."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], int],
        changed: Callable[[], None],
        line: Callable[[str], Transport] = opening.transport,
    ) -> None:
        self._database = database
        self._now = now
        self._changed = changed
        self._line = line
        self._things: dict[str, Thing] = {}
        self._drivers: dict[str, str] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Semaphore(limits.ASKING)

    async def take(self, changes: Sequence[Change]) -> None:
        """Write down what happened; errors of the database pass, and then the caller begins anew."""
        gone = [thing.identity for what, thing in changes if what is What.VANISHED]
        for identity in gone:
            self._things.pop(identity, None)
            self._drivers.pop(identity, None)
            self._ask_no_more(identity)
        seen = [thing for what, thing in changes if what is not What.VANISHED]
        for thing in seen:
            self._judge(thing)
        await self._gone(gone)
        await self._tell(seen)

    async def retell(self) -> None:
        """Tell all of it anew."""
        await self._tell(list(self._things.values()))

    async def sweep(self, kinds: Iterable[str], present: Iterable[str]) -> None:
        """Note what the ledger has of these kinds (``found_by``) and is not there: it went while nobody looked."""
        there, wanted = frozenset(present), frozenset(kinds)
        known = await self._database.read(devices.listed)
        await self._gone([one.identity for one in known if one.found_by in wanted and one.identity not in there])

    async def close(self) -> None:
        """Ask no more."""
        running = list(self._asking.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _judge(self, thing: Thing) -> None:
        """Settle the driver of a new or changed thing, or begin to ask for it."""
        known = self._things.get(thing.identity)
        self._things[thing.identity] = thing
        moved = known is not None and known._replace(address=thing.address, name=thing.name) == thing
        if moved and self._drivers.get(thing.identity):
            return  # it is what it was
        match = matching.match(thing)
        self._drivers[thing.identity] = match.driver
        self._ask_no_more(thing.identity)
        if match.ask:
            task = asyncio.create_task(self._ask(thing, match.ask))
            self._asking[thing.identity] = task
            task.add_done_callback(self._asked)

    async def _ask(self, thing: Thing, drivers: tuple[str, ...]) -> None:
        """Ask, and offer it again when it has answered."""
        async with self._turn:
            if await self._database.read(devices.decided, thing.identity):
                return
            driver = await asking.ask(thing.address, drivers, self._line)
        if driver and self._things.get(thing.identity) == thing:
            self._drivers[thing.identity] = driver
            await self._tell([thing])

    def _asked(self, task: asyncio.Task[None]) -> None:
        """Forget a question that has ended; one that failed is told, and asked again when the thing is."""
        self._asking = {identity: one for identity, one in self._asking.items() if one is not task}
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.warning("asking failed code=%s", getattr(error, "code", type(error).__name__))

    def _ask_no_more(self, identity: str) -> None:
        if (task := self._asking.pop(identity, None)) is not None:
            task.cancel()

    async def _tell(self, things: Sequence[Thing]) -> None:
        if not things:
            return
        new = await self._database.write(_found, [self._find(one) for one in things], self._now())
        if new:  # one line: who floods the LAN must not fill the disk
            _LOG.info("found %d, the first by=%s driver=%s", len(new), new[0].found_by, new[0].driver or "-")
            self._changed()

    def _find(self, thing: Thing) -> Found:
        driver = self._drivers.get(thing.identity, "")
        options = matching.options(thing, registry.by_name(driver)) if driver else {}
        return Found(thing.identity, driver, options, thing.address, thing.name, thing.found_by)

    async def _gone(self, identities: Sequence[str]) -> None:
        if not identities:
            return
        if await self._database.write(_ended, tuple(identities), self._now()):
            self._changed()


def _found(conn: Connection, finds: Sequence[Found], now: int) -> list[Found]:
    """Write finds; return those that were new or have changed. One that cannot be written harms no other."""
    new = []
    for find in finds:
        try:
            if devices.found(conn, find, now):
                new.append(find)
        except (CommerceError, EdgeError) as error:
            _LOG.warning("find not kept by=%s code=%s", find.found_by, error.code)
    return new


def _ended(conn: Connection, identities: tuple[str, ...], now: int) -> int:
    """Write that things are gone; return how many of them that changed."""
    return sum(devices.gone(conn, identity, now) for identity in identities)
