"""Drawers: opened at once, before the receipt, at most once, and never the next counter's."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from edge_shop import LEAD
from spool_shop import Spool, spool_at

from device_drivers.errors import Code, RetryError, StopError
from device_drivers.interfaces.cash_drawer import CashDrawer
from edge_node import limits
from edge_node.devices.ports import Role
from edge_node.ledger import print_jobs
from edge_node.till import papers


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    """A shop with an open shift and a spooler that runs."""
    async with spool_at(tmp_path) as made:
        made.open("T1")
        made.start()
        yield made


async def test_the_drawer_comes_first(spool: Spool):
    """The till's printer opens its drawer once, before the receipt."""
    printer = spool.devices.printer("front", "T1")
    job = spool.sell(cash=True)
    await spool.done(job)
    assert printer.log == ["pulse", "paper"]
    await spool.restart()
    await spool.quiet()
    assert printer.pulses == 1


class Drawer(CashDrawer):
    """A drawer of its own."""

    def __init__(self) -> None:
        self.opened = 0
        self.wrong: Exception | None = None

    async def open(self) -> None:
        """It is."""

    async def close(self) -> None:
        """Never needed."""

    async def check_health(self):
        """It is well."""

    async def open_drawer(self) -> None:
        """Count."""
        if self.wrong is not None:
            raise self.wrong
        self.opened += 1

    async def drawer_opened(self) -> bool | None:
        """It cannot tell."""
        return None


async def test_a_drawer_of_its_own(spool: Spool):
    """Where a till has a drawer device, that opens and the printer's port is left alone."""
    printer, drawer = spool.devices.printer("front", "T1"), Drawer()
    spool.devices.add("drawer", drawer, "T1", role=Role.DRAWER)
    await spool.done(spool.sell(cash=True))
    assert (drawer.opened, printer.pulses) == (1, 0)


async def test_the_next_counters_drawer_stays_shut(spool: Spool):
    """A paper may come out of the next counter's printer; its drawer does not open for this till."""
    first, second = spool.devices.printer("front", "T1"), spool.devices.printer("back", "")
    first.wrong = RetryError(Code.OFFLINE)
    job = spool.sell(cash=True)
    await spool.done(job)
    await spool.quiet()
    assert (first.pulses, second.pulses, len(second.papers)) == (0, 0, 1)
    first.wrong = None
    await spool.advance(500)
    assert (first.pulses, second.pulses) == (1, 0), "its own opens as soon as it can"


async def test_a_drawer_is_opened_once_or_not_at_all(spool: Spool):
    """Where a pulse may have been sent none follows; where it was not, it is tried for ten seconds and no more."""
    printer, drawer = spool.devices.printer("front", "T1"), Drawer()
    spool.devices.add("drawer", drawer, "T1", role=Role.DRAWER)
    drawer.wrong = RetryError(Code.UNPLUGGED, begun=True)
    await spool.done(spool.sell(cash=True))
    drawer.wrong = None
    await spool.advance(20_000)
    assert drawer.opened == 0
    assert ("T1", "drawer", "device_unplugged") in spool.told
    drawer.wrong = RetryError(Code.OFFLINE)
    await spool.done(spool.sell(cash=True))
    for _ in range(21):
        await spool.advance(500)
    assert spool.told[-1] == ("T1", "drawer", "device_offline")
    drawer.wrong = None
    await spool.advance(500)
    assert (drawer.opened, printer.pulses) == (0, 0)


async def test_a_late_drawer_stays_shut(spool: Spool):
    """A printer that comes after eleven seconds prints the receipt and opens nothing."""
    job = spool.sell(cash=True)
    await spool.quiet()
    await spool.advance(limits.PULSE_AGE_MS + 1000)
    printer = spool.devices.printer("front", "T1")
    spool.spooler.wake()
    await spool.done(job)
    assert printer.log == ["paper"]


async def test_a_drawer_without_a_sale(spool: Spool):
    """A drawer job is done when the drawer is open, and over when it was not opened in time; it prints nothing."""
    printer = spool.devices.printer("front", "T1")
    spool.shop.write(papers.open_drawer, spool.shop.at(LEAD), "换零钱")
    spool.spooler.wake()
    await spool.until(lambda: print_jobs.recent(spool.shop.conn)[0].state == "done")
    assert printer.log == ["pulse"]
    printer.wrong = StopError(Code.BAD_OPTION)
    spool.shop.write(papers.open_drawer, spool.shop.at(LEAD), "换零钱")
    spool.spooler.wake()
    await spool.until(lambda: spool.told == [("T1", "drawer", "bad_option")])
    assert print_jobs.recent(spool.shop.conn)[0].state == "expired"
    spool.devices.roles.clear()
    spool.shop.write(papers.open_drawer, spool.shop.at(LEAD), "换零钱")
    spool.spooler.wake()
    await spool.quiet()
    assert print_jobs.recent(spool.shop.conn)[0].state == "waiting"
    await spool.advance(60_000)
    assert print_jobs.recent(spool.shop.conn)[0].state == "expired"


async def test_not_a_drawer(spool: Spool):
    """A device that has no drawer opens none, and the paper is printed all the same."""
    spool.devices.printer("front", "T1")
    spool.devices.add("scale", SimpleNamespace(), "T1", role=Role.DRAWER)
    await spool.done(spool.sell(cash=True))
    assert ("T1", "drawer", "not_supported") in spool.told
