"""A cash drawer on a serial line of its own: a trigger box that opens at a byte or at the pulse of a printer."""

from device_drivers.drivers.one_way import OneWayLine
from device_drivers.interfaces.cash_drawer import CashDrawer
from device_drivers.interfaces.device import Health, Kind
from device_drivers.supported import Option, Options, Supported
from device_drivers.transports.base import Transport

TRIGGERS = ("1b700019fa", "1b700119fa", "1b70003cf0", "07", "00", "41", "ff")
"""What opens trigger boxes, hexadecimal: the pulses of ESC/POS (ESC p), BEL, or any byte."""


class SerialDrawer(CashDrawer):
    """A drawer that opens when its trigger comes; it cannot tell whether it stands open."""

    def __init__(self, transport: Transport, *, trigger: str = TRIGGERS[0]) -> None:
        self._line = OneWayLine(transport)
        self._trigger = bytes.fromhex(trigger)

    async def open(self) -> None:
        """Open the line; nothing is sent, for any byte may open the drawer."""
        await self._line.open()

    async def close(self) -> None:
        """Let the line go."""
        await self._line.close()

    async def check_health(self) -> Health:
        """Say whether the line stands."""
        self._line.check()
        return Health()

    async def open_drawer(self) -> None:
        """Open it."""
        await self._line.send(self._trigger)

    async def drawer_opened(self) -> bool | None:
        """Nobody knows."""
        self._line.check()
        return None


def _make(transport: Transport, options: Options) -> CashDrawer:
    return SerialDrawer(transport, trigger=str(options["trigger"]))


SUPPORTED = (
    Supported(
        "serial_drawer",
        Kind.CASH_DRAWER,
        ("串口钱箱", "Serial cash drawer"),
        ("serial",),
        _make,
        "Epson ESC/POS: ESC p; data sheets of serial trigger boxes (any byte, BEL)",
        ("MK-410 + RS-232 trigger", "APG serial interface"),
        (Option("trigger", TRIGGERS[0], TRIGGERS),),
    ),
)
