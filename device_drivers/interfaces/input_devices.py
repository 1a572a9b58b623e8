"""Scanner, MSR and SmartCardRW: devices that speak when a person did something."""

from abc import abstractmethod
from typing import ClassVar

from device_drivers.interfaces.device import CardToken, Device, Kind, ScanData


class Scanner(Device):
    """A barcode scanner."""

    kind: ClassVar[Kind] = Kind.SCANNER

    @abstractmethod
    async def next_reading(self) -> ScanData:
        """Wait for the next code; cancel it to stop. RetryError ``device_unplugged``; garbage is passed over."""


class MSR(Device):
    """A magnetic stripe reader."""

    kind: ClassVar[Kind] = Kind.MSR

    @abstractmethod
    async def next_reading(self) -> CardToken:
        """Wait for the next card; as ``Scanner.next_reading``."""


class SmartCardRW(Device):
    """A reader of IC or NFC cards; it only reads what names the card."""

    kind: ClassVar[Kind] = Kind.SMART_CARD_RW

    @abstractmethod
    async def next_reading(self) -> CardToken:
        """Wait for the next card; as ``Scanner.next_reading``."""
