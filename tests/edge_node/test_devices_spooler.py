"""The spooler: every paper once, or once more with a mark; a printer that fails costs nobody else anything."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from spool_shop import Spool, spool_at

from device_drivers.errors import AskPersonError, Code, RetryError, StopError
from edge_node import limits
from edge_node.devices import limits as room_limits
from edge_node.devices.papers import making
from edge_node.devices.ports import Role
from edge_node.ledger import print_jobs
from edge_node.ledger.change_log import split_id
from edge_node.storage.database import DriverError

MARK = "补打 REPRINT"


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    """A shop with an open shift and a spooler that runs."""
    async with spool_at(tmp_path) as made:
        made.open("T1")
        made.start()
        yield made


async def test_a_sale_is_printed(spool: Spool):
    """A receipt comes out of the till's printer once, and the screens are told."""
    printer = spool.devices.printer("front", "T1")
    job = spool.sell()
    await spool.done(job)
    await spool.quiet()
    assert len(printer.papers) == 1
    assert "珍珠奶茶" in printer.papers[0]
    assert MARK not in printer.papers[0]
    assert spool.told == [("T1", "done", "")]
    assert spool.job(job).done_at == spool.now


async def test_papers_wait_for_a_printer(spool: Spool):
    """Without a printer papers wait; the one that comes prints them in their order, and other tills' not."""
    spool.open("T2")
    first, second, other = spool.sell(), spool.sell(), spool.sell("T2")
    await spool.quiet()
    printer = spool.devices.printer("front", "T1")
    spool.spooler.wake()
    await spool.done(first, second)
    await spool.quiet()
    assert spool.job(other).state == "waiting"
    for job, text in zip((first, second), printer.papers, strict=True):
        _, seq = split_id(spool.job(job).entry)
        assert f"260301-1-{seq}\n" in text


async def test_papers_of_yesterday_are_no_surprise(spool: Spool):
    """A printer that comes after a day prints nothing by itself; what somebody asks for it prints."""
    job = spool.sell()
    await spool.quiet()
    await spool.advance(limits.PAPER_AGE_MS + 1)
    printer = spool.devices.printer("front", "T1")
    spool.spooler.wake()
    await spool.until(lambda: spool.job(job).state == "expired")
    assert spool.told == [("T1", "expired", "")]
    spool.shop.write(print_jobs.retry, job, spool.now)
    spool.spooler.wake()
    await spool.done(job)
    assert len(printer.papers) == 1


async def test_out_of_paper(spool: Spool):
    """It is tried again after 1, 2, 4 … seconds; when paper is in, the receipt comes, without a mark."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = AskPersonError(Code.PAPER_OUT)
    job = spool.sell()
    for tries, pause in ((1, 1000), (2, 2000), (3, 4000), (4, 8000), (5, 16000), (6, 30000), (7, 30000)):
        await spool.until(lambda n=tries: spool.job(job).state == "waiting" and spool.job(job).attempts == n)
        found = spool.job(job)
        assert (found.trouble, found.next_at) == ("paper_out", spool.now + pause)
        await spool.advance(pause - 1)
        assert printer.tries == tries
        await spool.advance(1)
    printer.wrong = None
    await spool.advance(30000)
    await spool.done(job)
    assert MARK not in printer.papers[0]
    assert spool.told[0] == ("T1", "waiting", "paper_out")
    assert spool.told[-1] == ("T1", "done", "")
    assert spool.job(job).trouble == ""


async def test_a_printer_that_recovered_is_not_waited_for(spool: Spool):
    """Who knows that a printer works again says so, and its papers come at once."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = RetryError(Code.OFFLINE)
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble)
    printer.wrong = None
    spool.spooler.recovered(spool.devices.of_role(Role.RECEIPT, "T1")[0])
    await spool.advance(1000)
    await spool.done(job)


async def test_a_person_does_not_wait(spool: Spool):
    """Retry by hand tries the printer at once, however long it would have been left alone."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = AskPersonError(Code.COVER_OPEN)
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble)
    printer.wrong = None
    spool.shop.write(print_jobs.retry, job, spool.now)
    spool.spooler.wake()
    await spool.done(job)


async def test_what_had_begun_is_marked(spool: Spool):
    """A paper whose printing began and broke is printed again with its mark."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = RetryError(Code.UNPLUGGED, begun=True)
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble)
    printer.wrong = None
    await spool.advance(1000)
    await spool.done(job)
    assert MARK in printer.papers[0]


async def test_a_printer_that_never_confirms(spool: Spool):
    """A paper that may have come out three times is left to a person: nobody finds metres of repeats in the morning."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = RetryError(Code.TIMEOUT, begun=True)
    job = spool.sell()
    for pause in (1000, 2000, 30_000, 30_000):
        await spool.quiet()
        await spool.advance(pause)
    assert (printer.tries, spool.job(job).state, spool.job(job).unsure) == (3, "expired", 3)
    assert spool.told[-1] == ("T1", "expired", "device_timeout")
    printer.wrong = None
    spool.shop.write(print_jobs.retry, job, spool.now)
    spool.spooler.wake()
    await spool.done(job)
    assert MARK in printer.papers[0]


async def test_the_next_printer_takes_over(spool: Spool):
    """The paper goes to the next printer of the role at once; the first is tried again later and gets the next ones."""
    first = spool.devices.printer("front", "T1")
    second = spool.devices.printer("back", "")
    first.wrong = AskPersonError(Code.PAPER_OUT)
    jobs = [spool.sell() for _ in range(3)]
    await spool.done(*jobs)
    assert (first.tries, len(second.papers)) == (1, 3)
    assert not any(MARK in paper for paper in second.papers)
    first.wrong = None
    await spool.advance(1000)
    await spool.done(spool.sell())
    assert (len(first.papers), len(second.papers)) == (1, 3)


async def test_all_printers_in_trouble(spool: Spool):
    """With every printer in trouble the paper waits for the one that is tried first; it is never with two at once."""
    first, second = spool.devices.printer("front", "T1"), spool.devices.printer("back", "")
    for printer in (first, second):
        printer.wrong = RetryError(Code.OFFLINE)
    job = spool.sell()
    await spool.until(lambda: second.tries == 1 and spool.job(job).state == "waiting")
    assert spool.job(job).next_at == spool.now + 1000
    second.wrong = None
    await spool.advance(1000)
    await spool.done(job)
    await spool.quiet()
    assert (len(first.papers), len(second.papers)) == (0, 1)


async def test_a_hanging_printer_keeps_its_own_papers_only(spool: Spool):
    """A printer that hangs in a paper holds up no other till's; its own wait for it and nobody else takes them."""
    spool.open("T2")
    hanging, other = spool.devices.printer("front", "T1"), spool.devices.printer("back", "T2")
    spool.devices.roles[Role.RECEIPT, "T1"] += spool.devices.roles[Role.RECEIPT, "T2"]
    hanging.gate.clear()
    stuck = spool.sell()
    await spool.until(lambda: hanging.tries == 1)
    await spool.done(*[spool.sell("T2") for _ in range(3)])
    assert len(other.papers) == 3
    assert spool.job(stuck).state == "printing"
    hanging.gate.set()
    await spool.done(stuck)
    assert (len(hanging.papers), len(other.papers)) == (1, 3)


async def test_a_deadline_ends_a_hanging_paper(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    """When its time is over nobody knows what came out: the next printer prints it with the mark."""
    monkeypatch.setattr(room_limits, "PRINT_S", 0.05)
    monkeypatch.setattr(room_limits, "PRINT_BLOCK_S", 0.0)
    hanging, other = spool.devices.printer("front", "T1"), spool.devices.printer("back", "T1")
    hanging.gate.clear()
    job = spool.sell()
    await spool.done(job)
    assert hanging.papers == []
    assert MARK in other.papers[0]
    assert ("T1", "waiting", "device_timeout") in spool.told


async def test_a_paper_that_always_fails_holds_up_no_other(spool: Spool):
    """Others are printed before it is tried again, though the printer was blamed for it."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = StopError(Code.DRIVER_FAILED, begun=True)
    bad = spool.sell()
    await spool.until(lambda: spool.job(bad).trouble)
    printer.wrong = None
    good = spool.sell()
    await spool.advance(1000)
    await spool.done(good, bad)
    assert [MARK in paper for paper in printer.papers] == [False, True]


async def test_a_driver_that_raises_anything(spool: Spool):
    """Whatever comes out of a device is its failure, and the paper is marked, for who knows."""
    printer = spool.devices.printer("front", "T1")
    printer.wrong = ValueError("?")
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble)
    assert (spool.job(job).trouble, spool.job(job).unsure) == ("driver_failed", 1)


async def test_devices_that_raise_anything(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    """Even a defect of the manager ends in a marked paper and a printer left alone, not in a dead spooler."""
    printer = spool.devices.printer("front", "T1")
    use = spool.devices.use

    async def broken(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(spool.devices, "use", broken)
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble == "driver_failed")
    monkeypatch.setattr(spool.devices, "use", use)
    await spool.advance(1000)
    await spool.done(job)
    assert MARK in printer.papers[0]


async def test_not_a_printer(spool: Spool):
    """A device of another kind in the role prints nothing and is told as set up wrongly."""
    spool.devices.add("scale", SimpleNamespace(), "T1")
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble == "not_supported")
    assert not spool.job(job).unsure


async def test_an_entry_without_a_paper(spool: Spool):
    """A job that no paper can be made of is over, and says why."""
    spool.devices.printer("front", "T1")
    job = spool.shop.write(print_jobs.add, "sale", 99, "T1", spool.now)
    spool.spooler.wake()
    await spool.until(lambda: spool.job(job).state == "expired")
    assert spool.told == [("T1", "expired", "not_supported")]


async def test_a_defect_in_papers(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    """What breaks while a paper is made costs that paper a pause, not the printer, and it is not marked."""
    printer = spool.devices.printer("front", "T1")
    fill = making.fill

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(making, "fill", broken)
    job = spool.sell()
    await spool.until(lambda: spool.job(job).trouble == "driver_failed")
    monkeypatch.setattr(making, "fill", fill)
    await spool.done(spool.sell())
    await spool.advance(1000)
    await spool.done(job)
    assert not any(MARK in paper for paper in printer.papers)


async def test_the_ledger_fails_for_a_moment(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    """A disk that fails stops printing until it works again, and nothing dies of it."""
    printer = spool.devices.printer("front", "T1")
    read = spool.database.read
    failing = True

    async def sometimes(fn, *args, **kwargs):
        if failing and getattr(fn, "__name__", "") in {"_outlook", "due"}:
            raise DriverError("disk I/O error")
        return await read(fn, *args, **kwargs)

    monkeypatch.setattr(spool.database, "read", sometimes)
    job = spool.sell()
    await spool.quiet()
    assert printer.tries == 0
    failing = False
    await spool.advance(5000)
    await spool.done(job)


async def test_a_write_that_fails_after_printing(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    """Printed but not written down, for a backup held the file: nobody knows, so the paper comes with its mark."""
    printer = spool.devices.printer("front", "T1")
    write = spool.database.write

    async def sometimes(fn, *args, **kwargs):
        if fn is print_jobs.done:
            raise DriverError("database or disk is full")
        return await write(fn, *args, **kwargs)

    monkeypatch.setattr(spool.database, "write", sometimes)
    job = spool.sell()
    await spool.until(lambda: printer.papers)
    await spool.quiet()
    assert (spool.job(job).state, spool.job(job).unsure) == ("waiting", 1)
    monkeypatch.setattr(spool.database, "write", write)
    await spool.advance(1000)
    await spool.done(job)
    assert [MARK in paper for paper in printer.papers] == [False, True]


async def test_a_cancelled_paper_is_not_printed(spool: Spool):
    """What was cancelled while it waited stays away."""
    job = spool.sell()
    await spool.quiet()
    spool.shop.write(print_jobs.cancel, job)
    printer = spool.devices.printer("front", "T1")
    spool.spooler.wake()
    await spool.quiet()
    assert printer.tries == 0


async def test_screens_that_fail_do_not_stop_printing(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    """A notice that cannot be told costs the notice alone."""
    printer = spool.devices.printer("front", "T1")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Spool, "_tell", broken)
    await spool.restart()
    await spool.done(spool.sell(), spool.sell())
    assert len(printer.papers) == 2


async def test_one_printer_fails_all_the_time(spool: Spool):
    """500 papers to five printers: the four that work print all of theirs, each once, while the fifth only fails."""
    tills = [f"T{n}" for n in range(1, 6)]
    spool.open(*tills[1:])
    printers = {till: spool.devices.printer(till, till) for till in tills}
    printers["T3"].wrong = AskPersonError(Code.PAPER_OUT)
    entry = print_jobs.get(spool.shop.conn, spool.sell()).entry

    def add_all(conn: object) -> None:
        for n in range(499):
            print_jobs.add(conn, "sale", entry, tills[n % 5], spool.now)  # type: ignore[arg-type]

    spool.shop.write(add_all)
    spool.spooler.wake()
    healthy = [printers[till] for till in tills if till != "T3"]
    await spool.until(lambda: sum(len(printer.papers) for printer in healthy) == 400)
    assert sorted(len(printer.papers) for printer in healthy) == [99, 100, 100, 101]
    assert printers["T3"].tries <= 3, "a printer in trouble is left alone"
    assert len(print_jobs.waiting(spool.shop.conn, "T3", 200)) == 100
    printers["T3"].wrong = None
    await spool.advance(30_000)
    await spool.until(lambda: len(printers["T3"].papers) == 100)


async def test_idle_means_idle(spool: Spool):
    """With nothing to print nothing runs: no timer, no worker."""
    spool.devices.printer("front", "T1")
    await spool.done(spool.sell())
    await spool.quiet()
    assert spool.timers == 0
    assert [task for task in asyncio.all_tasks() if "_work" in repr(task)] == []
