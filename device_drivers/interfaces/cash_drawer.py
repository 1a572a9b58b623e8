"""CashDrawer: opens by a pulse, from the printer's port or from a serial trigger of its own."""

from abc import abstractmethod
from typing import ClassVar

from device_drivers.interfaces.device import Device, Kind


class CashDrawer(Device):
    """A drawer."""

    kind: ClassVar[Kind] = Kind.CASH_DRAWER

    @abstractmethod
    async def open_drawer(self) -> None:
        """Open it; returns when the pulse was sent."""

    @abstractmethod
    async def drawer_opened(self) -> bool | None:
        """Whether it stands open; None where it cannot tell."""
