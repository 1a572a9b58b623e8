"""The node dies at every moment of printing: what came out is one whole receipt, or a repeat that says so.

A real database file, the real driver, and a simulated printer that lives on while the node is gone. ``Fate`` counts
every await at which something outside may have changed (database, line), and the node dies at one of them after the
other: the spooler is cancelled, database and line are closed, and another node starts on what is left.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from edge_shop import KEY, open_shop
from spool_shop import Devices

from commerce.tender import Offer
from device_drivers import limits as drivers
from device_drivers.drivers.escpos_printer import EscposPrinter
from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.serving import memory_line
from device_drivers.transports.base import Transport
from edge_node.devices.papers.source import Means
from edge_node.devices.spooler import Desk, Spooler
from edge_node.ledger import print_jobs
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBooks
from edge_node.storage.database import Database, open_connection

PARTS = 3
"""In so many parts the bytes of each write go out."""
MARK = "补打 REPRINT"


class Fate:
    """Lets the node live until the n-th moment (0: for ever)."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.passed = 0
        self.struck = asyncio.Event()

    async def moment(self) -> None:
        """Pass, or die here."""
        self.passed += 1
        if self.passed == self.at:
            self.struck.set()
            await asyncio.Event().wait()


class FatedLine(Transport):
    """A line whose node may die before, between and after the bytes."""

    def __init__(self, line: Transport, fate: Fate) -> None:
        super().__init__(line.address)
        self._line = line
        self._fate = fate

    async def open(self) -> None:
        """Open."""
        await self._line.open()

    async def write(self, data: bytes) -> None:
        """Write part by part."""
        size = max(1, -(-len(data) // PARTS))
        for start in range(0, len(data), size):
            await self._fate.moment()
            await self._line.write(data[start : start + size])
        await self._fate.moment()

    async def read(self) -> bytes:
        """Read."""
        return await self._line.read()

    async def close(self) -> None:
        """Close."""
        await self._line.close()


class FatedDatabase:
    """A database whose node may die before or after each call."""

    def __init__(self, database: Database, fate: Fate) -> None:
        self._database = database
        self._fate = fate

    async def read(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Read."""
        return await self._around(self._database.read(fn, *args, **kwargs))

    async def write(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Write."""
        return await self._around(self._database.write(fn, *args, **kwargs))

    async def _around(self, call: Awaitable[Any]) -> Any:
        task = asyncio.ensure_future(call)
        try:
            await self._fate.moment()
            found = await task
        finally:
            if not task.done():
                task.cancel()
        await self._fate.moment()
        return found


@asynccontextmanager
async def life(path: Path, node: Node, now: int, machine: PosPrinter, fate: Fate) -> AsyncIterator[Database]:
    """One life of the node, with its printer."""
    database = await Database.open(path, KEY)
    driver = EscposPrinter(FatedLine(memory_line(machine), fate), columns=32)
    await driver.open()
    devices = Devices()
    devices.add("front", driver, "T1")
    desk = Desk(
        node=lambda: node,
        books=PriceBooks(),
        now=lambda: now,
        below=lambda _limit: 0,
        means=Means(),
        sleep=asyncio.sleep,
    )
    spooler = Spooler(FatedDatabase(database, fate), devices, desk)  # type: ignore[arg-type]
    task = asyncio.create_task(spooler.run())
    try:
        yield database
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()
        await database.close()


async def printed(database: Database) -> bool:
    """Whether nothing waits any more."""
    return not await database.read(print_jobs.unfinished)


async def until_printed_or_dead(database: Database, fate: Fate) -> None:
    """Let it go on to one end or the other."""
    async with asyncio.timeout(20):
        while not (fate.struck.is_set() or await printed(database)):
            pass


def whole(text: str, number: str) -> bool:
    """Whether a receipt is complete: from its head to the code below, all the lines between."""
    return text.count("珍珠奶茶") == 1 and "合计" in text and text.rstrip().endswith(number)


def found(machine: PosPrinter, number: str) -> tuple[int, int]:
    """Count the whole receipts: those without a mark, and those below one (half a receipt may stand above it)."""
    papers = [receipt.text.split(MARK) for receipt in machine.receipts]
    return (
        sum(whole(first, number) for first, *_ in papers),
        sum(whole(repeat, number) for _, *repeats in papers for repeat in repeats),
    )


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "QUIET_S", 0.001)
    monkeypatch.setattr(drivers, "IN_SEQUENCE_S", 0.03)
    monkeypatch.setattr(drivers, "JOB_BYTES_PER_S", 10_000_000)


@pytest.fixture
def sold(tmp_path: Path) -> tuple[Path, Node, int, str]:
    """A database file with one sale in cash that waits for its paper."""
    shop = open_shop(tmp_path / "edge.db")
    shop.open()
    sale = shop.sell([Offer("cash", 2000)])
    shop.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shop.conn.close()
    return tmp_path / "edge.db", shop.node, shop.now, sale.number


async def test_dying_at_every_moment(sold: tuple[Path, Node, int, str], tmp_path: Path):
    """Never two receipts without a mark, never none, never half a one for a whole; the drawer opens once at most."""
    path, node, now, number = sold
    moments, marked_somewhere = 0, False
    while True:
        moments += 1
        copy = tmp_path / f"life-{moments}.db"
        shutil.copyfile(path, copy)
        machine, fate = PosPrinter(32), Fate(moments)
        async with life(copy, node, now, machine, fate) as database:
            await until_printed_or_dead(database, fate)
        if fate.struck.is_set():
            async with life(copy, node, now, machine, Fate(0)) as database:
                await until_printed_or_dead(database, Fate(0))
        plain, marked = found(machine, number)
        assert plain + marked >= 1, moments
        assert plain <= 1, moments
        assert marked <= 1, moments
        assert machine.drawer_pulses <= 1, moments
        marked_somewhere = marked_somewhere or marked == 1
        if not fate.struck.is_set():
            break
    assert (plain, marked, machine.cuts, machine.drawer_pulses) == (1, 0, 1, 1), "nobody died: one receipt, one drawer"
    assert moments > 30
    assert marked_somewhere


async def test_what_is_left_after_a_death_can_be_read(sold: tuple[Path, Node, int, str]):
    """In the midst of a receipt the ledger says so: what is under way, by which printer, for the first time."""
    path, node, now, _ = sold
    machine, fate = PosPrinter(32), Fate(0)
    machine.paper_out = False
    async with life(path, node, now, machine, fate) as database:
        await until_printed_or_dead(database, fate)
    conn = open_connection(path, KEY)
    (job,) = print_jobs.recent(conn)
    conn.close()
    assert (job.state, job.attempts, job.unsure, job.drawer) == ("done", 1, 0, False)
