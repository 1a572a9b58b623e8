"""Printing through clocks that jump, ledgers that fail and printers that play games: once, or with its mark."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from spool_shop import Spool, spool_at

from device_drivers.drivers.escpos_talk import Talk
from device_drivers.errors import AskPersonError, Code, RetryError
from device_drivers.transports.base import Transport
from edge_node import limits
from edge_node.devices.papers import making
from edge_node.ledger import print_jobs
from edge_node.storage.database import DriverError

MARK = "补打 REPRINT"
YEAR = 366 * limits.DAY


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    """A shop whose till T1 has an open shift, with its spooler running."""
    async with spool_at(tmp_path) as made:
        made.open("T1")
        made.start()
        yield made


def step(spool: Spool, ms: int) -> None:
    """The box's clock is set; nothing that sleeps notices."""
    spool.now += ms
    spool.shop.now = spool.now


@pytest.mark.parametrize("jump", [-YEAR, -limits.DAY, -limits.MINUTE, limits.MINUTE])
async def test_a_clock_that_jumps_keeps_no_paper(spool: Spool, jump: int):
    """A paper that waits or has failed is printed after the clock was set, once and without a mark."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = AskPersonError(Code.PAPER_OUT)
    first = spool.sell()
    await spool.until(lambda: spool.job(first).trouble == "paper_out")
    step(spool, jump)
    printer.wrong = None
    second = spool.sell()
    await spool.done(second)
    await spool.advance(limits.PRINT_BACKOFF_MS[1])
    await spool.done(first)
    assert len(printer.papers) == 2
    assert not any(MARK in paper for paper in printer.papers)


async def test_a_clock_a_year_ahead_sets_papers_aside_and_loses_none(spool: Spool):
    """What is too old by a wrong clock expires, is told, and comes out when somebody asks for it."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = AskPersonError(Code.PAPER_OUT)
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble == "paper_out")
    await spool.advance(YEAR)
    await spool.until(lambda: spool.job(job).state == "expired")
    step(spool, -YEAR)
    printer.wrong = None
    spool.shop.write(print_jobs.retry, job, spool.now)
    spool.spooler.wake()
    await spool.done(job)
    assert len(printer.papers) == 1
    assert ("T1", "expired", "paper_out") in spool.told


@pytest.mark.parametrize("jump", [-YEAR, -limits.DAY, 11_000, YEAR])
async def test_no_clock_opens_a_drawer_late(spool: Spool, jump: int):
    """A drawer whose moment is over by either reading of the clock stays shut; its paper is printed all the same."""
    job = spool.sell(cash=True)
    await spool.quiet()
    step(spool, jump)
    printer = spool.devices.printer("front", "T1")
    spool.spooler.wake()
    await spool.until(lambda: spool.job(job).state in {"done", "expired"})
    assert printer.pulses == 0
    assert (len(printer.papers), spool.job(job).state) == ((0, "expired") if jump == YEAR else (1, "done"))


@pytest.mark.parametrize("jump", [-YEAR, -3000, 3000, YEAR])
async def test_a_drawer_that_is_being_tried_is_not_tried_for_ever(spool: Spool, jump: int):
    """A clock that is set while a drawer's printer is away ends the trying, or lets it go on for ten seconds."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = RetryError(Code.OFFLINE)
    job = spool.sell(cash=True)
    await spool.until(lambda: spool.timers)
    step(spool, jump)
    for _ in range(40):
        await spool.advance(500)
    printer.wrong = None
    await spool.advance(limits.PRINT_BACKOFF_MS[1])
    await spool.until(lambda: spool.job(job).state in {"done", "expired"})
    assert printer.pulses == 0


async def test_a_printer_that_eats_papers_gets_few_of_them(spool: Spool):
    """One that breaks off each time after bytes were sent gets a paper so often and no more; a person decides then."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = RetryError(Code.UNPLUGGED, begun=True)
    job = spool.sell()
    for _ in range(50):
        await spool.advance(limits.PRINT_BACKOFF_MS[1])
    assert spool.job(job).state == "expired"
    assert printer.tries == limits.PRINT_ATTEMPTS
    assert ("T1", "expired", "device_unplugged") in spool.told


@pytest.mark.parametrize("which", ["claim", "done", "failed"])
async def test_a_ledger_that_fails_once_leaves_no_paper_behind(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, which: str
):
    """Whichever write fails, the paper is found again without a restart, and marked where it may be a second."""
    printer = spool.devices.printer("front", "T1")
    write = spool.database.write
    failed: list[str] = []

    async def once(fn, *args, **kwargs):
        name = getattr(fn, "__name__", "")
        if name == which and not failed:
            failed.append(name)
            raise DriverError("database is locked")
        return await write(fn, *args, **kwargs)

    monkeypatch.setattr(spool.database, "write", once)
    if which == "failed":
        printer.wrong = AskPersonError(Code.PAPER_OUT)
    job = spool.sell()
    await spool.until(lambda: failed)
    printer.wrong = None
    for _ in range(3):
        await spool.advance(limits.PRINT_BACKOFF_MS[1])
    await spool.done(job)
    assert [MARK in paper for paper in printer.papers] == {"claim": [False], "done": [False, True], "failed": [True]}[
        which
    ]


async def test_what_stands_on_a_paper_stands_in_no_log(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A paper that cannot be made, or a device room that fails, is told by job, type and place alone."""
    spool.devices.printer("front", "T1")

    def broken(*_args: object) -> None:
        raise ValueError("王小明 13800138000")

    with monkeypatch.context() as patched:
        patched.setattr(making, "fill", broken)
        job = spool.sell()
        await spool.until(lambda: spool.job(job).trouble == "driver_failed")
    with monkeypatch.context() as patched:
        patched.setattr(spool.devices, "use", broken)
        await spool.advance(limits.PRINT_BACKOFF_MS[1])
        await spool.until(lambda: spool.job(job).attempts > 1 and spool.job(job).state == "waiting")
    assert "ValueError at test_attack_devices_spool.py" in caplog.text
    assert "王小明" not in caplog.text
    assert "138" not in caplog.text


async def test_two_spoolers_print_a_paper_once_unmarked(spool: Spool):
    """Should two run on one ledger, a paper is claimed by one of them; what is ever printed twice bears its mark."""
    printer = spool.devices.printer("front", "T1")
    other = spool._made()
    second = asyncio.create_task(other.run())
    try:
        jobs = [spool.sell() for _ in range(10)]
        other.wake()
        await spool.done(*jobs)
    finally:
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    assert sum(MARK not in paper for paper in printer.papers) == len(jobs)


async def test_ten_thousand_papers_leave_nothing_in_memory(spool: Spool):
    """Jobs come and go: what the spooler keeps of them is nothing, and old ones leave the ledger."""
    printer = spool.devices.printer("front", "T1")
    job = spool.sell()
    await spool.done(job)

    def many(conn):
        for number in range(10_000):
            conn.execute(
                "INSERT INTO print_jobs (kind, id, till, drawer, copy, at, state)"
                " VALUES ('sale', ?, 'T1', 0, 0, ?, 'done')",
                (number, spool.now),
            )

    spool.shop.write(many)
    later = spool.now + limits.PRINT_JOBS_KEPT_MS + 1
    gone = [spool.shop.write(print_jobs.prune, later) for _ in range(3)]
    assert sum(gone) == 10_001
    for _ in range(200):
        spool.sell()
    await spool.until(lambda: len(printer.papers) == 201)
    await spool.quiet()
    assert not spool.spooler._workers
    assert not spool.spooler._pulses
    assert spool.timers <= 1


class Slow(Transport):
    """A printer that takes a kilobyte now and then, just within each deadline."""

    def __init__(self) -> None:
        super().__init__("memory:slow")
        self.taken = 0

    async def open(self) -> None:
        """It is."""

    async def close(self) -> None:
        """Never needed."""

    async def read(self) -> bytes:
        """It says nothing."""
        await asyncio.Event().wait()
        return b""

    async def write(self, data: bytes) -> None:
        """Take it, slowly."""
        self.taken += len(data)
        await asyncio.sleep(0.02)


async def test_a_printer_that_takes_a_byte_at_a_time_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """Each piece is taken within its deadline and all of them never: the whole has a deadline too."""
    monkeypatch.setattr("device_drivers.limits.WRITE_S", 0.1)
    monkeypatch.setattr("device_drivers.limits.JOB_BYTES_PER_S", 10**6)
    line = Slow()
    with pytest.raises(RetryError) as caught:
        await Talk(line).send(bytes(100_000))
    assert caught.value.code is Code.TIMEOUT
    assert line.taken < 50_000
