"""Scale: weighs goods; all weights in grams."""

from abc import abstractmethod
from typing import ClassVar

from device_drivers.interfaces.device import Device, Kind, Weight


class Scale(Device):
    """A counter scale."""

    kind: ClassVar[Kind] = Kind.SCALE

    @abstractmethod
    async def read_weight(self) -> Weight:
        """Wait for a stable weight.

        RetryError ``weight_unstable`` when it does not settle in time; AskPersonError ``overweight``, ``under_zero``.
        """

    @abstractmethod
    async def next_reading(self) -> Weight:
        """Wait until the weight changes or settles: the live display. As ``Scanner.next_reading``."""

    @abstractmethod
    async def zero_scale(self) -> None:
        """Take what lies on it as zero. StopError ``not_supported``."""

    @abstractmethod
    async def tare(self) -> None:
        """Take what lies on it as tare; with nothing on it the tare goes. StopError ``not_supported``."""
