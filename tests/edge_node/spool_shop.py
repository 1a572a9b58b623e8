"""The tea shop with a spooler: printers that do as a test says, a clock that moves when a test says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from edge_shop import KEY, Shop, open_shop

from device_drivers.errors import Code, DeviceError, RetryError, StopError
from device_drivers.interfaces.device import Device, Health
from device_drivers.interfaces.pos_printer import POSPrinter, PrinterStatus
from device_drivers.paper.model import Paper
from edge_node.devices.papers import looks
from edge_node.devices.papers.source import Means
from edge_node.devices.ports import Role
from edge_node.devices.spooler import Desk, Spooler
from edge_node.ledger import print_jobs
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBooks
from edge_node.ledger.print_jobs import PrintJob
from edge_node.storage.database import Database

PATIENCE_S = 60.0
"""Within which everything happens, drawing in threads on a loaded machine too; reached by what never does."""


class Printer(POSPrinter):
    """A receipt printer of paper only. ``wrong``: raised at the next papers; ``gate``: closed, it hangs in a paper."""

    columns = 32
    dots = 384

    def __init__(self) -> None:
        self.papers: list[str] = []
        self.pulses = 0
        self.log: list[str] = []
        self.wrong: Exception | None = None
        self.tries = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def open(self) -> None:
        """It is."""

    async def close(self) -> None:
        """Never needed."""

    async def check_health(self) -> Health:
        """It is well."""
        return Health()

    async def status(self) -> PrinterStatus:
        """It is ready."""
        return PrinterStatus(
            online=True, cover_open=False, rec_empty=False, rec_near_end=False, error=False, drawer_open=None
        )

    async def print_paper(self, paper: Paper) -> None:
        """Print, or do what the test wants."""
        self.tries += 1
        await self.gate.wait()
        if self.wrong is not None:
            raise self.wrong
        self.papers.append("\n".join(looks.lines(paper, looks.NARROW)))
        self.log.append("paper")

    async def open_drawer(self) -> None:
        """Count the pulse."""
        if self.wrong is not None:
            raise self.wrong
        self.pulses += 1
        self.log.append("pulse")


class Devices:
    """Devices without a manager: ``roles`` as a test sets them, one caller at a time."""

    def __init__(self) -> None:
        self.roles: dict[tuple[Role, str], tuple[bytes, ...]] = {}
        self.printers: dict[bytes, Any] = {}
        self._turns: dict[bytes, asyncio.Lock] = {}

    def of_role(self, role: Role, till: str) -> tuple[bytes, ...]:
        """The till's own, then those of all tills."""
        return self.roles.get((role, till), ()) + self.roles.get((role, ""), ())

    async def use(self, device: bytes, act: Callable[[Device], Awaitable[Any]], seconds: float) -> Any:
        """As the manager does it."""
        turn = self._turns.setdefault(device, asyncio.Lock())
        try:
            async with asyncio.timeout(seconds):
                await turn.acquire()
        except TimeoutError:
            raise RetryError(Code.TIMEOUT) from None
        try:
            async with asyncio.timeout(seconds):
                return await act(self.printers[device])
        except TimeoutError:
            raise RetryError(Code.TIMEOUT, begun=True) from None
        except (DeviceError, asyncio.CancelledError):
            raise
        except Exception:
            raise StopError(Code.DRIVER_FAILED, begun=True) from None
        finally:
            turn.release()

    def printer(self, name: str, *tills: str) -> Printer:
        """Add a printer, the last choice so far of these tills; "" for every till."""
        made = Printer()
        self.add(name, made, *tills)
        return made

    def add(self, name: str, device: Any, *tills: str, role: Role = Role.RECEIPT) -> bytes:
        """Add a device of a role."""
        key = name.encode().ljust(16, b".")
        self.printers[key] = device
        for till in tills:
            self.roles[role, till] = (*self.roles.get((role, till), ()), key)
        return key


class Spool:
    """The shop, its spooler, and time."""

    def __init__(self, shop: Shop, database: Database) -> None:
        self.shop = shop
        self.database = database
        self.devices = Devices()
        self.told: list[tuple[str, str, str]] = []
        self.now = shop.now
        self.node: Node = shop.node
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.spooler = self._made()

    def _made(self) -> Spooler:
        desk = Desk(
            node=lambda: self.node,
            books=PriceBooks(),
            now=lambda: self.now,
            below=lambda _limit: 0,
            means=Means(),
            tell=self._tell,
            sleep=self._sleep,
        )
        return Spooler(self.database, self.devices, desk)

    def _tell(self, kind: str, **data: int | str) -> None:
        assert kind == "print"
        self.told.append((str(data["till"]), str(data["state"]), str(data["trouble"])))

    async def _sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + int(seconds * 1000), woken))
        await woken

    def start(self) -> None:
        """Run the spooler."""
        self._task = asyncio.create_task(self.spooler.run())

    async def stop(self) -> None:
        """Cancel it, as the program's end does; a defect that ended it is raised."""
        if self._task is not None:
            self._task.cancel()
            (ended,) = await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            if not isinstance(ended, asyncio.CancelledError):
                raise ended

    async def restart(self) -> None:
        """Stop and start, as after a crash."""
        await self.stop()
        self._sleepers.clear()
        self.spooler = self._made()
        self.start()

    @property
    def timers(self) -> int:
        """How many timers run."""
        return sum(not woken.done() for _, woken in self._sleepers)

    async def advance(self, ms: int) -> None:
        """Let time pass."""
        self.now += ms
        self.shop.now = self.now
        for due, woken in tuple(self._sleepers):
            if due <= self.now and not woken.done():
                woken.set_result(None)
        self._sleepers = [one for one in self._sleepers if not one[1].done()]
        await self.quiet()

    async def until(self, met: Callable[[], object]) -> None:
        """Let everything go on until a condition is met."""
        async with asyncio.timeout(PATIENCE_S):
            while not met():
                await self._turn()

    async def quiet(self, turns: int = 30) -> None:
        """Let everything that can happen now happen."""
        for _ in range(turns):
            await self._turn()

    async def _turn(self) -> None:
        await self.database.read(lambda _conn: None)
        await asyncio.sleep(0)

    def sell(self, till: str = "T1", *, cash: bool = False) -> int:
        """Sell a tea at a till whose shift is open, wake the spooler, and return the receipt's job."""
        from commerce.tender import Offer  # noqa: PLC0415

        self.shop.till = till
        self.shop.sell([Offer("cash" if cash else "wechat", 1500)])
        self.spooler.wake()
        return int(print_jobs.recent(self.shop.conn, limit=1)[0].job)

    def open(self, *tills: str) -> None:
        """Open a shift at each till."""
        for till in tills:
            self.shop.till = till
            self.shop.open()

    def job(self, job: int) -> PrintJob:
        """Read a job."""
        return print_jobs.get(self.shop.conn, job)

    async def done(self, *jobs: int) -> None:
        """Wait until these jobs are done."""
        await self.until(lambda: all(self.job(job).state == "done" for job in jobs))


@asynccontextmanager
async def spool_at(folder: Path) -> AsyncIterator[Spool]:
    """Open the shop twice: by hand for the test's own acts, and as the program does, on the database thread."""
    shop = open_shop(folder / "edge.db")
    database = await Database.open(folder / "edge.db", KEY)
    made = Spool(shop, database)
    try:
        yield made
    finally:
        try:
            await made.stop()
        finally:
            await database.close()
            shop.conn.close()
