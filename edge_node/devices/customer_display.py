"""Pole displays: they follow what happens at their till. No till ever waits for one.

A notice only marks its till; what is to be shown is read when the display is free, so that the newest state wins
however many there were. Each till has one task at most, and each call of a display its deadline.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from device_drivers.errors import DeviceError
from device_drivers.interfaces.device import Device
from device_drivers.interfaces.line_display import LineDisplay
from edge_node.devices import limits
from edge_node.devices.customer_rows import Shape, rows_of
from edge_node.devices.customer_view import CustomerView
from edge_node.devices.ports import Devices, Role

_LOG = logging.getLogger("stayopen.devices")

View = Callable[[str], Awaitable[CustomerView]]
"""Reads what the customer at a till may see now."""
Tills = Callable[[], Awaitable[Sequence[str]]]
"""Lists the tills that are at work: their displays are to show something also after a restart."""


class CustomerDisplays:
    """All tills' pole displays, while ``run`` runs."""

    def __init__(self, devices: Devices, view: View, tills: Tills) -> None:
        self._devices = devices
        self._tills = tills
        self._view = view
        self._marked: set[str] = set()
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._known: set[str] = set()

    def heard(self, kind: str, data: Mapping[str, int | str]) -> None:
        """Take a notice; never waits.

        ``customer``: of one till. ``device``: one may be back, and empty; ``reference``: names and prices.
        """
        if kind == "customer":
            till = data.get("till")
            if isinstance(till, str) and till:
                self._mark(till)
        elif kind in {"device", "reference"}:
            for till in tuple(self._known):
                self._mark(till)

    async def run(self) -> None:
        """Show until cancelled."""
        try:
            await self._begin()
            while True:
                await self._wake.wait()
                self._wake.clear()
                for till in self._marked - self._busy.keys():
                    self._marked.discard(till)
                    task = asyncio.create_task(self._show(till))
                    self._busy[till] = task
                    task.add_done_callback(lambda _task, till=till: self._free(till))  # type: ignore[misc]
        finally:
            for timer in self._timers.values():
                timer.cancel()
            tasks = tuple(self._busy.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self) -> None:
        try:
            for till in await self._tills():
                self._mark(till)
        except Exception as error:
            _LOG.error("the tills cannot be read: %s", type(error).__name__)

    def _mark(self, till: str) -> None:
        if till not in self._known and len(self._known) >= limits.DISPLAY_TILLS:
            return
        self._known.add(till)
        self._marked.add(till)
        self._wake.set()

    def _free(self, till: str) -> None:
        """A till's task ended; what was marked meanwhile is next."""
        self._busy.pop(till, None)
        self._wake.set()

    async def _show(self, till: str) -> None:
        """Show a till's state on its displays, one after the other; one that cannot is tried at the next change."""
        displays = self._devices.of_role(Role.DISPLAY, till)
        if not displays:
            return
        try:
            view = await self._view(till)
        except Exception as error:
            _LOG.error("what the customer sees cannot be read: %s", type(error).__name__)
            return
        self._again(till, view.ends_in_ms)
        for display in displays:
            try:
                await self._devices.use(display, lambda device: _display(device, view), limits.DISPLAY_S)
            except DeviceError as error:
                _LOG.debug("a customer display shows nothing: %s", error.code)

    def _again(self, till: str, ends_in_ms: int) -> None:
        """Look again when what is shown is over."""
        old = self._timers.pop(till, None)
        if old is not None:
            old.cancel()
        if ends_in_ms > 0:
            self._timers[till] = asyncio.get_running_loop().call_later(ends_in_ms / 1000, self._mark, till)


async def _display(device: Device, view: CustomerView) -> None:
    if isinstance(device, LineDisplay):
        shape = Shape(device.columns, device.rows, device.chinese, device.digits)
        rows = rows_of(view, shape)
        if rows.lines:
            await device.display_text(rows.lines, rows.lamp)
        else:
            await device.clear_text()
