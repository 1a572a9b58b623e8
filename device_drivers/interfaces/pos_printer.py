"""POSPrinter: receipts on continuous paper, and the drawer that hangs on its port."""

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from device_drivers.interfaces.device import Device, Kind
from device_drivers.paper.model import Paper


class PrinterStatus(NamedTuple):
    """What the printer says. UnifiedPOS: CoverOpen, RecEmpty, RecNearEnd; ``drawer_open`` None where it cannot tell."""

    online: bool
    cover_open: bool
    rec_empty: bool
    rec_near_end: bool
    error: bool
    drawer_open: bool | None


class POSPrinter(Device):
    """A receipt printer. ``columns``: half-width cells on a line; ``dots``: printable dots across."""

    kind: ClassVar[Kind] = Kind.POS_PRINTER
    columns: int
    dots: int

    @abstractmethod
    async def status(self) -> PrinterStatus:
        """Ask for the status, also in the middle of a job (``DLE EOT``)."""

    @abstractmethod
    async def print_paper(self, paper: Paper) -> None:
        """Print and cut; returns when the printer has said that it printed all of it.

        Asks for the status before: nothing is sent to a printer that cannot print. DeviceError with ``begun`` False:
        nothing was printed; True: nobody knows how much of it.
        """

    @abstractmethod
    async def open_drawer(self) -> None:
        """Pulse the drawer port; returns when the printer took the pulse."""
