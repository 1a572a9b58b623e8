"""LineDisplay: the pole display that faces the customer."""

from abc import abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from device_drivers.interfaces.device import Device, Kind


class Lamp(StrEnum):
    """What an amount is, for displays that have a lamp for it (UnifiedPOS: descriptors): 单价 合计 收款 找零."""

    NONE = "none"
    PRICE = "price"
    TOTAL = "total"
    PAID = "paid"
    CHANGE = "change"


class LineDisplay(Device):
    """A display of few characters. ``columns``: half-width cells of one row.

    ``chinese``: it shows Chinese; others drop what is not ASCII. ``digits``: it shows the last amount of the rows only.
    """

    kind: ClassVar[Kind] = Kind.LINE_DISPLAY
    columns: int
    rows: int
    chinese: bool = False
    digits: bool = False

    @abstractmethod
    async def display_text(self, lines: Sequence[str], lamp: Lamp = Lamp.NONE) -> None:
        """Show these rows in place of what stood there; what is too long is cut, what is missing is blank.

        A display with lamps lights `lamp` alone; the others take no notice.
        """

    @abstractmethod
    async def clear_text(self) -> None:
        """Show nothing."""
