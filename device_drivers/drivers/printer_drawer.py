"""The cash drawer on a printer's port: a device of its own to its users, the printer's line underneath."""

from device_drivers.interfaces.cash_drawer import CashDrawer
from device_drivers.interfaces.device import Health
from device_drivers.interfaces.pos_printer import POSPrinter


class PrinterDrawer(CashDrawer):
    """A drawer. The printer is opened and closed by whoever has it, not by this."""

    def __init__(self, printer: POSPrinter) -> None:
        """`printer`: an open one."""
        self._printer = printer

    async def open(self) -> None:
        """Nothing: the printer is open."""

    async def close(self) -> None:
        """Nothing: others print on it."""

    async def check_health(self) -> Health:
        """Ask the printer: without paper it opens no drawer either."""
        return await self._printer.check_health()

    async def open_drawer(self) -> None:
        """Open it; as ``POSPrinter.open_drawer``."""
        await self._printer.open_drawer()

    async def drawer_opened(self) -> bool | None:
        """Whether it stands open."""
        return (await self._printer.status()).drawer_open
