"""What every device has in common, and the readings that input devices give."""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar, NamedTuple

from device_drivers.errors import Code


class Kind(StrEnum):
    """Kinds of devices, by their UnifiedPOS categories (a label printer has none there)."""

    POS_PRINTER = "pos_printer"
    LABEL_PRINTER = "label_printer"
    CASH_DRAWER = "cash_drawer"
    LINE_DISPLAY = "line_display"
    SCANNER = "scanner"
    SCALE = "scale"
    MSR = "msr"
    SMART_CARD_RW = "smart_card_rw"


class Health(NamedTuple):
    """How a device is (CheckHealth). ``trouble`` None: it works; ``warning``: a word such as ``paper_low`` or ""."""

    trouble: Code | None = None
    warning: str = ""


class Device(ABC):
    """One device behind one transport. Not for two callers at once: whoever owns it calls one method after another.

    Every method but ``next_reading`` ends by itself within its deadline (``device_drivers.limits``); every one raises
    ``DeviceError`` only. After a RetryError ``unplugged`` or ``offline`` close it and open it again.
    """

    kind: ClassVar[Kind]

    @abstractmethod
    async def open(self) -> None:
        """Open the line and set the device up. RetryError ``device_offline``; StopError ``bad_address``."""

    @abstractmethod
    async def close(self) -> None:
        """Let the line go; never raises, and may be called twice."""

    @abstractmethod
    async def check_health(self) -> Health:
        """Ask the device how it is, where its protocol can; else whether the line stands. RetryError when neither."""


class ScanData(NamedTuple):
    """One scanned code. ``symbology``: ean13, code128, qr, …, "" where the scanner does not tell."""

    data: str
    symbology: str = ""


class Weight(NamedTuple):
    """One weighing. ``grams``: net weight, minus below zero; ``tare``: grams taken off; ``stable``: it may be sold."""

    grams: int
    stable: bool
    tare: int = 0


class CardToken(NamedTuple):
    """A card was shown: its token only, no value lies on it. ``source``: magnetic | ic | nfc."""

    token: str
    source: str


Reading = ScanData | Weight | CardToken
