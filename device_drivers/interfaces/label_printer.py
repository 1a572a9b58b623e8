"""LabelPrinter: labels on a roll with gaps. UnifiedPOS has no such category; the names follow POSPrinter."""

from abc import abstractmethod
from typing import ClassVar

from device_drivers.interfaces.device import Device, Kind
from device_drivers.paper.label import Label


class LabelPrinter(Device):
    """A label printer. ``dots_per_mm``: 8 (203 dpi) or 12 (300 dpi)."""

    kind: ClassVar[Kind] = Kind.LABEL_PRINTER
    dots_per_mm: int

    @abstractmethod
    async def print_label(self, label: Label, copies: int = 1) -> None:
        """Print so many copies; as ``POSPrinter.print_paper`` in all that can go wrong."""
