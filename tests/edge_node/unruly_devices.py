"""Drivers that misbehave as told, and a room of devices over a real database, for the tests of the device manager."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from device_drivers.errors import Code, RetryError
from device_drivers.interfaces.cash_drawer import CashDrawer
from device_drivers.interfaces.device import Device, Health, Kind, ScanData, Weight
from device_drivers.interfaces.input_devices import MSR, Scanner
from device_drivers.interfaces.scale import Scale
from edge_node.devices.manager import Manager
from edge_node.ledger import devices
from edge_node.ledger.devices import Duty, Known, Setup
from edge_node.storage.database import Database
from edge_node.storage.migrate import migrate

NOW = 1_763_800_000_000
PATIENCE = 10.0


class Script:
    """What the device behind one address does, over all its openings. Events tell what happened."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0
        self.asked = 0
        self.acts = 0
        self.busy = 0
        self.most_busy = 0
        self.open_raises: BaseException | None = None
        self.health: Any = Health()
        self.hang: set[str] = set()
        self.deaf_to_cancel: set[str] = set()
        self.raises: dict[str, BaseException] = {}
        self.readings: asyncio.Queue[Any] = asyncio.Queue()
        self.flood: Any = None
        self.given = 0
        self.release = asyncio.Event()
        self.changed = asyncio.Event()

    def touch(self) -> None:
        """Let whoever waits look again."""
        self.changed.set()
        self.changed = asyncio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.changed.wait()

    async def meet(self, what: str) -> None:
        """Do what the script says happens at this call."""
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        self.touch()
        try:
            if what in self.raises:
                raise self.raises[what]
            while what in self.deaf_to_cancel and not self.release.is_set():
                try:
                    await self.release.wait()
                except asyncio.CancelledError:
                    continue
            if what in self.hang:
                await self.release.wait()
            await asyncio.sleep(0)
        finally:
            self.busy -= 1
            self.touch()


class _Base:
    """What all unruly devices share."""

    def __init__(self, script: Script) -> None:
        self.script = script

    async def open(self) -> None:
        """Open as the script says."""
        self.script.opened += 1
        self.script.touch()
        if self.script.open_raises is not None:
            raise self.script.open_raises
        await self.script.meet("open")

    async def close(self) -> None:
        """Close as the script says."""
        self.script.closed += 1
        await self.script.meet("close")

    async def check_health(self) -> Health:
        """Tell what the script says."""
        self.script.asked += 1
        await self.script.meet("check_health")
        return self.script.health

    async def act(self) -> int:
        """Some work of any device."""
        await self.script.meet("act")
        self.script.acts += 1
        return self.script.acts

    async def next_reading(self) -> Any:
        """Give what the test put in, or flood."""
        if "next_reading" in self.script.raises or "next_reading" in self.script.deaf_to_cancel:
            await self.script.meet("next_reading")
        if self.script.flood is None:
            reading = await self.script.readings.get()
        else:
            reading = self.script.flood
        self.script.given += 1
        self.script.touch()
        if isinstance(reading, BaseException):
            raise reading
        return reading


class UnrulyDrawer(_Base, CashDrawer):
    """Something that is only used."""

    async def open_drawer(self) -> None:
        """Count."""
        await self.act()

    async def drawer_opened(self) -> bool | None:
        """Unknown."""
        return None


class UnrulyScanner(_Base, Scanner):
    """Something that reads codes."""


class UnrulyMSR(_Base, MSR):
    """Something that reads cards."""


class UnrulyScale(_Base, Scale):
    """Something that weighs."""

    async def read_weight(self) -> Weight:
        """Weigh."""
        await self.act()
        return Weight(250, stable=True)

    async def zero_scale(self) -> None:
        """Count."""
        await self.act()

    async def tare(self) -> None:
        """Count."""
        await self.act()


CLASSES: dict[str, Any] = {
    "serial_drawer": UnrulyDrawer,
    "serial_scanner": UnrulyScanner,
    "serial_msr": UnrulyMSR,
    "cas": UnrulyScale,
}


def kind_of(driver: str) -> Kind | None:
    """What kind a driver is."""
    return CLASSES[driver].kind if driver in CLASSES else None


async def work(device: Any) -> int:
    """An act for ``use``."""
    return await device.act()


class Room:
    """A manager over a real database; ``scripts`` by address, ``told`` what it told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.scripts: dict[str, Script] = {}
        self.states: list[tuple[bytes, Any]] = []
        self.readings: list[tuple[bytes, str, dict[str, Any]]] = []
        self.changed = asyncio.Event()
        told = {"changed": self._changed, "heard": self._heard}
        self.manager = Manager(database, lambda: NOW, make=self._make, kind=kind_of, **told)
        self.running: asyncio.Task[None] | None = None

    def script(self, address: str) -> Script:
        """The script of an address."""
        return self.scripts.setdefault(address, Script())

    async def accept(self, address: str, driver: str, *duties: Duty) -> bytes:
        """Take a device into use; its id is its address."""
        device = address.encode().ljust(16, b".")[-16:]
        self.script(address)
        setup = Setup(address, driver, {}, duties)
        await self.database.write(devices.add, device, address, setup, NOW)
        self.manager.wake()
        return device

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that the manager tells."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.changed.wait()

    async def ready(self, *wanted: bytes) -> None:
        """Wait until devices work."""
        await self.until(lambda: all(self.manager.state(device).works for device in wanted))

    def _touch(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def _changed(self, device: bytes, state: Any) -> None:
        self.states.append((device, state))
        self._touch()

    def _heard(self, device: bytes, till: str, reading: Any) -> None:
        self.readings.append((device, till, dict(reading)))
        self._touch()

    def _make(self, known: Known) -> Device:
        return CLASSES[known.driver](self.script(known.address))


@asynccontextmanager
async def room_at(path: Path) -> Any:
    """A running manager on a fresh database."""
    database = await Database.open(path, b"k" * 32)
    await database.read(migrate)
    made = Room(database)
    made.running = asyncio.create_task(made.manager.run())
    try:
        yield made
    finally:
        for script in made.scripts.values():
            script.deaf_to_cancel.clear()
            script.release.set()
        made.running.cancel()
        await asyncio.gather(made.running, return_exceptions=True)
        await database.close()


def unplugged() -> RetryError:
    """What a driver raises when its line ends."""
    return RetryError(Code.UNPLUGGED)


def scan(data: str) -> ScanData:
    """A scanned code."""
    return ScanData(data, "ean13")
