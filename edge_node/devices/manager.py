"""The device manager: one supervisor for each accepted device, and who asks for which.

Implements ``ports.Devices``. What it reads of the ledger it reads at ``wake`` only: whoever changed devices there calls
it after the commit. Nobody waits for a device here but the one who uses it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from device_drivers import registry
from device_drivers.errors import Code, DeviceError, RetryError
from device_drivers.interfaces.device import CardToken, Device, Kind, ScanData, Weight
from device_drivers.transports.opening import transport
from edge_node.devices import limits
from edge_node.devices.health import State
from edge_node.devices.readings import Past, Readings, Told, told
from edge_node.devices.roles import Roster
from edge_node.devices.supervisor import Desk, Make, Supervisor
from edge_node.ledger import devices
from edge_node.ledger.device_roles import Role
from edge_node.ledger.devices import DutyOf, Known
from edge_node.storage.database import Connection, Database, DriverError

_LOG = logging.getLogger("stayopen.devices")
_T = TypeVar("_T")

Changed = Callable[[bytes, State], None]
"""Told (device, state) when a device's state changed."""
Heard = Callable[[bytes, str, Told], None]
"""Told (device, till or "" for all, reading) for each till that a device reads for."""


class Manager:
    """Keeps the accepted devices open while ``run`` runs."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], int],
        *,
        changed: Changed = lambda _device, _state: None,
        heard: Heard = lambda _device, _till, _reading: None,
        arranged: Callable[[], None] = lambda: None,
        make: Make | None = None,
        kind: Callable[[str], Kind | None] | None = None,
    ) -> None:
        """`arranged`: told after devices or their work were read anew.

        `make`, `kind`: how drivers are made and what kind they are; the registry's unless a test has its own.
        """
        self._database = database
        self._kind = kind or _kind
        self._changed = changed
        self._heard = heard
        self._arranged = arranged
        self._desk = Desk(make or opening, now, self._on_change, self._on_reading)
        self._wake = asyncio.Event()
        self._roster = Roster()
        self._readings = Readings()
        self._watched: dict[bytes, tuple[Supervisor, asyncio.Task[None]]] = {}
        self._ending: dict[bytes, asyncio.Task[None]] = {}

    def of_role(self, role: Role, till: str) -> tuple[bytes, ...]:
        """As ``ports.Devices.of_role``."""
        return self._roster.of_role(role, till)

    async def use(self, device: bytes, act: Callable[[Device], Awaitable[_T]], seconds: float) -> _T:
        """As ``ports.Devices.use``."""
        return await self._supervisor(device).use(act, seconds)

    async def ask(self, device: bytes) -> State:
        """Ask a device how it is; DeviceError when it cannot be asked."""
        return await self._supervisor(device).ask()

    def state(self, device: bytes) -> State:
        """Return how a device was when last seen; that of a device nobody uses is all empty."""
        found = self._watched.get(device)
        return State() if found is None else found[0].state

    def in_trouble(self) -> int:
        """Count the accepted devices that do not work."""
        return sum(not supervisor.state.works for supervisor, _ in self._watched.values())

    def all(self) -> list[tuple[Known, Kind | None, State]]:
        """List the accepted devices, of what kind each is, and how."""
        return [(one.known, self._kind(one.known.driver), one.state) for one, _ in self._watched.values()]

    def readings(self, device: bytes) -> tuple[Past, ...]:
        """List what a device read lately, the newest first."""
        return self._readings.of(device)

    def wake(self) -> None:
        """Devices or their work were changed in the ledger."""
        self._wake.set()

    async def run(self) -> None:
        """Look after the devices until cancelled."""
        try:
            while True:
                self._wake.clear()
                try:
                    self._take_over(*await self._database.read(_accepted))
                    self._arranged()
                except DriverError as error:
                    _LOG.warning("devices cannot be read: %s", type(error).__name__)
                    await asyncio.sleep(limits.BACK_OFF_S[-1])
                    continue
                await self._wake.wait()
        finally:
            ending = [self._end(device) for device in tuple(self._watched)] + list(self._ending.values())
            if ending:
                await asyncio.wait(ending)

    def _supervisor(self, device: bytes) -> Supervisor:
        found = self._watched.get(device)
        if found is None:
            raise RetryError(Code.OFFLINE)
        return found[0]

    def _take_over(self, accepted: tuple[Known, ...], duties: tuple[DutyOf, ...]) -> None:
        """Begin, end and renew supervisors so that they are those of the accepted devices."""
        kinds = {known.device: self._kind(known.driver) for known in accepted}
        self._roster = Roster(duties, kinds)
        wanted = {known.device: known for known in accepted}
        for device, (supervisor, _) in tuple(self._watched.items()):
            if not _same(supervisor.known, wanted.get(device)):
                self._end(device)
        for device, known in wanted.items():
            if device not in self._watched:
                supervisor = Supervisor(known, self._desk)
                work = self._look_after(supervisor, self._ending.get(device))
                self._watched[device] = (supervisor, asyncio.create_task(work))
        for device in {*self._ending} - wanted.keys():
            self._readings.forget(device)

    async def _look_after(self, supervisor: Supervisor, before: "asyncio.Task[None] | None") -> None:
        """Run a supervisor once its predecessor has let the line go; should it die of a defect, begin again."""
        if before is not None:
            try:
                await asyncio.wait({before})
            finally:
                await asyncio.wait({before})  # also when this one ends already: one line, one user
        while True:
            try:
                await supervisor.run()
            except Exception:
                _LOG.exception("the supervisor of device %s died", supervisor.known.device.hex()[:8])
                await asyncio.sleep(limits.BACK_OFF_S[-1])

    def _end(self, device: bytes) -> "asyncio.Task[None]":
        """Let a device go, without waiting for it."""
        _, task = self._watched.pop(device)
        task.cancel()
        self._ending[device] = task

        def ended(task: "asyncio.Task[None]") -> None:
            if self._ending.get(device) is task:
                del self._ending[device]

        task.add_done_callback(ended)
        return task

    def _on_change(self, device: bytes) -> None:
        try:
            self._changed(device, self.state(device))
        except Exception as error:
            _LOG.error("a device's change was not told: %s", type(error).__name__)

    def _on_reading(self, device: bytes, reading: object) -> bool:
        """Keep a reading and show it to the screens of its tills."""
        shown = told(reading)
        if shown is None or not isinstance(reading, ScanData | Weight | CardToken):
            return False
        self._readings.keep(device, reading, self._desk.now())
        for till in self._roster.tills(device):
            try:
                self._heard(device, till, shown)
            except Exception as error:
                _LOG.error("a reading was not told: %s", type(error).__name__)
        return True


def opening(known: Known) -> Device:
    """Make the driver of an accepted device; what it needs for its work is imported when it works."""
    line = transport(known.address, registry.by_name(known.driver).serial)
    return registry.make(known.driver, line, known.options)


def _kind(driver: str) -> Kind | None:
    """What kind a driver's devices are; None of one that this version does not have."""
    try:
        return registry.by_name(driver).kind
    except DeviceError:
        return None


def _same(one: Known, other: Known | None) -> bool:
    """Whether a device can go on as it is open now."""
    return other is not None and (one.driver, one.options, one.address) == (other.driver, other.options, other.address)


def _accepted(conn: Connection) -> tuple[tuple[Known, ...], tuple[DutyOf, ...]]:
    return devices.listed(conn, "accepted"), devices.duties(conn)
