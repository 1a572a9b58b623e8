"""LineDisplay: the pole display that faces the customer."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from device_drivers.interfaces.device import Device, Kind


class LineDisplay(Device):
    """A display of few characters. ``columns``: half-width cells of one row."""

    kind: ClassVar[Kind] = Kind.LINE_DISPLAY
    columns: int
    rows: int

    @abstractmethod
    async def display_text(self, lines: Sequence[str]) -> None:
        """Show these rows in place of what stood there; what is too long is cut, what is missing is blank."""

    @abstractmethod
    async def clear_text(self) -> None:
        """Show nothing."""
