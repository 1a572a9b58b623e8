"""Training mode: a second world with the real program and the shop's own goods, staff and settings, and nothing real.

The world is a shop that stands alone, over an encrypted database of its own whose key lies in memory only. It is made
at the first sign-in to it and thrown away when nobody has done anything there for eight hours, or when the node stops.
No device is attached to it, nothing in it is sent, and of the real shop it only ever reads.
"""

import asyncio
import logging
from pathlib import Path
from typing import NamedTuple

from edge_node import limits, practice
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBooks
from edge_node.payments.desk import PaymentDesk
from edge_node.payments.simulated import Simulated
from edge_node.runtime import Runtime
from edge_node.storage.database import Database
from edge_node.storage.migrate import migrate
from edge_node.web.notices import Notices
from edge_node.web.ports import Deps

_LOG = logging.getLogger("stayopen.edge")
_FILES = ("", "-wal", "-shm")
_KEY = 32


class _World(NamedTuple):
    """What stands while somebody practises."""

    deps: Deps
    node: Node
    payments: PaymentDesk


class Training:
    """The training world of one node: at most one. For the event loop alone."""

    def __init__(self, path: Path, run: Runtime, real: Deps) -> None:
        """`path`: the throw-away database's file; what a crash left there is removed. `real`: is only read from."""
        self._path = path
        self._run = run
        self._real = real
        self._world: _World | None = None
        self._making = asyncio.Lock()
        self._used = 0
        self._remove()

    @property
    def opened(self) -> Deps | None:
        """The world's means, None while nobody practises."""
        return None if self._world is None else self._world.deps

    async def admit(self, number: str) -> Deps:
        """Let somebody in as they are now in the real shop, whose PIN was checked there; make the world if need be."""
        self._touch()
        async with self._making:
            world = self._world = self._world or await self._make()
        row = await self._real.database.read(practice.staff_row, self._real.node().branch, number)
        if row is not None:
            await world.deps.database.write(practice.write, world.node, [row])
            world.deps.books.forget()
        return world.deps

    async def drop_idle(self) -> None:
        """Throw the world away when nothing was done in it for long."""
        if self._world is not None and self._run.ticks() - self._used >= limits.TRAINING_IDLE_MS:
            await self.close()

    async def close(self) -> None:
        """Throw the world away."""
        async with self._making:
            world, self._world = self._world, None
            if world is not None:
                world.deps.notices.close()
                await world.payments.close()
                await world.deps.database.close()
                await asyncio.to_thread(self._remove)
                _LOG.info("training ended")

    def _touch(self) -> None:
        self._used = self._run.ticks()

    def _remove(self) -> None:
        for end in _FILES:
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    async def _make(self) -> _World:
        """Make the database and fill it."""
        random_bytes = self._run.random_bytes
        rows = await self._real.database.read(practice.copied, self._real.node().branch)
        database = await Database.open(self._path, random_bytes(_KEY))
        try:
            await database.read(migrate)
            node = await database.write(practice.begin, rows, random_bytes, self._run.now())
        except BaseException:
            await database.close()
            await asyncio.to_thread(self._remove)
            raise
        _LOG.info("training begun rows=%d", len(rows))
        return await self._open(database, node)

    async def _open(self, database: Database, node: Node) -> _World:
        """Hand the API of the training world what the real one has, but devices, the line, the keys and the banks."""
        real, notices = self._real, Notices()
        payments = PaymentDesk(database, {"simulated": Simulated()}, real.runtime.now, notices.publish)
        await payments.start()
        deps = Deps(
            database=database,
            books=PriceBooks(),
            node=lambda: node,
            runtime=real.runtime,
            digest_key=self._run.random_bytes(_KEY),
            notices=notices,
            committed=self._touch,
            payments=payments,
            version=real.version,
            training=True,
            names=real.names,
        )
        return _World(deps, node, payments)
