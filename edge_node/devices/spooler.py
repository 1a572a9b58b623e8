"""The print spooler: papers from the ledger to the printers, one worker per printer, nothing printed twice silently.

A job is taken durably (``printing``) before its printer is asked for anything, and given back with what is known:
whether bytes may have reached it. Whoever finds a job ``printing`` at start cannot know, and prints it marked as a
repeat.

A worker lives while its printer has something to print. A printer that failed is left alone for a while (``BackOff``);
meanwhile its papers go to the next printer of the role, if there is one. So a printer that fails all the time costs the
others nothing, and a job is never with two of them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from device_drivers.errors import Code, DeviceError, StopError
from device_drivers.interfaces.device import Device
from device_drivers.interfaces.pos_printer import POSPrinter
from device_drivers.paper.model import Paper, Picture
from edge_node.devices import limits
from edge_node.devices.back_off import BackOff
from edge_node.devices.contained import place
from edge_node.devices.drawers import Clock, drawer_of, open_drawer
from edge_node.devices.papers.making import Sheet, read
from edge_node.devices.papers.source import Means
from edge_node.devices.ports import Devices, Role
from edge_node.ledger import print_jobs
from edge_node.ledger.node import Node, present_node
from edge_node.ledger.price_book import PriceBooks
from edge_node.ledger.print_jobs import Due, PrintJob
from edge_node.storage.database import Connection, Database, DriverError

_LOG = logging.getLogger("stayopen.devices")


class Tell(Protocol):
    """Publishes a notice to all screens."""

    def __call__(self, kind: str, **data: int | str) -> None:
        """Publish it."""


def _tell_nobody(kind: str, **data: int | str) -> None:
    """There are no screens."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the spooler needs beside ledger and devices. ``now``: ms since 1970; ``below``: a random integer below.

    ``tell`` is told "print" {job, till, state, trouble} after each change that somebody may wait for.
    """

    node: Callable[[], Node]
    books: PriceBooks
    now: Callable[[], int]
    below: Callable[[int], int]
    means: Means
    tell: Tell = _tell_nobody
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class _Outlook(NamedTuple):
    """What waits in the ledger."""

    due: tuple[Due, ...]
    pulses: tuple[PrintJob, ...]
    stale: bool


class Spooler:
    """Prints while ``run`` runs. All its methods are for the event loop alone."""

    def __init__(self, database: Database, devices: Devices, desk: Desk) -> None:
        self._database = database
        self._devices = devices
        self._desk = desk
        self._clock = Clock(desk.now, desk.sleep)
        self._back_off = BackOff(desk.below)
        self._woken = asyncio.Event()
        self._workers: dict[bytes, asyncio.Task[None]] = {}
        self._pulses: dict[int, asyncio.Task[None]] = {}
        self._astray = True

    def wake(self) -> None:
        """Jobs were added, or roles changed: look now."""
        self._woken.set()

    def recovered(self, device: bytes) -> None:
        """A printer works again: it is not waited for any longer."""
        self._back_off.try_now(device)
        self.wake()

    async def run(self) -> None:
        """Print until cancelled. What is under way then is found at the next start and repeated, marked."""
        self._astray = True
        try:
            while True:
                self._woken.clear()
                try:
                    if self._astray and not self._workers and not self._pulses:
                        await self._database.write(print_jobs.recover)
                        self._astray = False
                    pause = await self._look()
                except DriverError as error:
                    _LOG.error("print jobs cannot be read: %s", type(error).__name__)
                    pause = limits.STORAGE_S
                await self._wait(pause)
        finally:
            await self._end()

    async def _look(self) -> float | None:
        """Begin what can begin; return the seconds until something else may, None: nothing waits."""
        now = self._desk.now()
        outlook = await self._database.read(_outlook, now)
        if outlook.stale:
            for job in await self._database.write(print_jobs.expire, now):
                self._tell(job, "expired", job.trouble)
        for job in outlook.pulses:
            if job.job not in self._pulses and drawer_of(self._devices, job.till) is not None:
                self._begin(self._pulses, job.job, self._open_drawer(job))
        times: list[int] = []
        for due in outlook.due:
            if due.asked:
                for device in self._devices.of_role(Role.RECEIPT, due.till)[:1]:
                    self._back_off.try_now(device)
            printer, free_at = self._printer(due.till, now)
            if due.ready and printer is not None and printer not in self._workers:
                self._begin(self._workers, printer, self._work(printer))
            times += [at for at in (free_at, due.next_at) if at > now]
        if not times:
            return limits.STALE_S if outlook.due or outlook.pulses else None
        return min((min(times) - now) / 1000, limits.STALE_S)

    def _printer(self, till: str, now: int) -> tuple[bytes | None, int]:
        """Choose the printer of a till: the first that is not left alone; else when the first is tried again."""
        paused: list[int] = []
        for device in self._devices.of_role(Role.RECEIPT, till):
            until = self._back_off.paused_until(device, now)
            if not until:
                return device, 0
            paused.append(until)
        return None, min(paused, default=0)

    async def _work(self, device: bytes) -> None:
        """Print all that is this printer's, paper after paper."""
        while True:
            now = self._desk.now()
            due = await self._database.read(print_jobs.due, now)
            tills = [row.till for row in due if row.ready and self._printer(row.till, now)[0] == device]
            job = await self._database.write(print_jobs.claim, device, tills, now) if tills else None
            if job is None:
                return
            await self._print(device, job)

    async def _print(self, device: bytes, job: PrintJob) -> None:
        """Print one paper, and write down what became of it."""
        try:
            sheet = await self._database.read(self._read, job)
            paper = None if sheet is None else await asyncio.to_thread(sheet.paper)
        except DriverError:
            raise
        except Exception as error:
            _LOG.error("no paper can be made of job %d: %s", job.job, place(error))
            next_at = self._desk.now() + self._back_off.delay(job.attempts)
            await self._give_back(job, next_at, Code.DRIVER_FAILED, begun=False)
            return
        if paper is None:
            await self._database.write(print_jobs.give_up, job.job, Code.NOT_SUPPORTED.value)
            self._tell(job, "expired", Code.NOT_SUPPORTED.value)
            return
        try:
            await self._devices.use(device, _printing(paper), _patience(paper))
        except DeviceError as error:
            await self._failed(device, job, error.code, begun=error.begun)
        except Exception as error:
            _LOG.error("printing job %d failed: %s", job.job, place(error))
            await self._failed(device, job, Code.DRIVER_FAILED, begun=True)
        else:
            self._back_off.worked(device)
            await self._database.write(print_jobs.done, job.job, self._desk.now())
            self._tell(job, "done", "")

    def _read(self, conn: Connection, job: PrintJob) -> Sheet | None:
        """Read what stands on a job's paper, on the database thread; setting 500 lines would hold up the tills."""
        node, now = present_node(conn, self._desk.node()), self._desk.now()
        return read(conn, node, self._desk.books.current(conn, node), job, now=now, means=self._desk.means)

    async def _failed(self, device: bytes, job: PrintJob, code: Code, *, begun: bool) -> None:
        """Leave the printer alone for a while, and give the job to the next one at once if there is one."""
        now = self._desk.now()
        until = self._back_off.failed(device, now)
        other, _ = self._printer(job.till, now)
        _LOG.warning("job %d not printed device=%s code=%s begun=%s", job.job, device.hex()[:8], code.value, begun)
        await self._give_back(job, now if other is not None else until, code, begun=begun)

    async def _give_back(self, job: PrintJob, next_at: int, code: Code, *, begun: bool) -> None:
        state = await self._database.write(print_jobs.failed, job.job, next_at, code.value, begun=begun)
        self._tell(job, state, code.value)

    async def _open_drawer(self, job: PrintJob) -> None:
        """Open the drawer of a job: before its paper, which is free once this is written down and tried."""
        device = drawer_of(self._devices, job.till)
        if device is None or not await self._database.write(print_jobs.take_pulse, job.job):
            return
        self.wake()
        trouble = await open_drawer(self._devices, self._clock, device, job.at)
        if job.kind == print_jobs.DRAWER:
            await self._database.write(_drawer_tried, job.job, self._desk.now(), trouble)
        if trouble:
            self._tell(job, "drawer", trouble)

    def _tell(self, job: PrintJob, state: str, trouble: str) -> None:
        """Tell the screens; what goes wrong there is not the printer's business."""
        try:
            self._desk.tell("print", job=job.job, till=job.till, state=state, trouble=trouble)
        except Exception as error:
            _LOG.error("a paper's state was not told: %s", type(error).__name__)

    def _begin(self, tasks: "dict[Any, asyncio.Task[None]]", key: object, work: Coroutine[Any, Any, None]) -> None:
        """Run a task that is forgotten when it ends; then somebody looks what is next."""

        def ended(task: "asyncio.Task[None]") -> None:
            tasks.pop(key, None)
            if not task.cancelled() and (error := task.exception()) is not None:
                _LOG.error("printing was interrupted: %s", place(error))
                self._astray = True  # nobody has its job any more: it is found when nothing else is under way
                if not isinstance(key, bytes):
                    return  # a drawer: trying again at once would do it again and again
                self._back_off.failed(key, self._desk.now())
            self.wake()

        task = asyncio.create_task(work)
        tasks[key] = task
        task.add_done_callback(ended)

    async def _wait(self, seconds: float | None) -> None:
        """Wait until woken, or for so long."""
        if seconds is None:
            await self._woken.wait()
            return
        waits = {asyncio.ensure_future(self._desk.sleep(seconds)), asyncio.ensure_future(self._woken.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _end(self) -> None:
        """Stop everything under way."""
        tasks = [*self._workers.values(), *self._pulses.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _printing(paper: Paper) -> Callable[[Device], Awaitable[None]]:
    async def act(device: Device) -> None:
        if not isinstance(device, POSPrinter):
            raise StopError(Code.NOT_SUPPORTED)
        await device.print_paper(paper)

    return act


def _patience(paper: Paper) -> float:
    """Return the seconds that a paper may take: drivers have deadlines of their own, this one is behind them."""
    pictures = sum(len(block.rows) for block in paper.blocks if isinstance(block, Picture))
    return limits.PRINT_S + limits.PRINT_BLOCK_S * len(paper.blocks) + pictures / limits.PRINT_BYTES_PER_S


def _outlook(conn: Connection, now: int) -> _Outlook:
    return _Outlook(print_jobs.due(conn, now), print_jobs.pulses(conn, now), print_jobs.stale(conn, now))


def _drawer_tried(conn: Connection, job: int, now: int, trouble: str) -> None:
    if trouble:
        print_jobs.give_up(conn, job, trouble)
    else:
        print_jobs.done(conn, job, now)
