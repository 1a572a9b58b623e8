"""Barcode scanners on a serial line or USB virtual COM port; those that type as keyboards belong to the till page."""

from functools import partial

from device_drivers.drivers.intake import PausingIntake
from device_drivers.interfaces.device import Device, Health, Kind, ScanData
from device_drivers.interfaces.input_devices import Scanner
from device_drivers.protocols.scans import Scans
from device_drivers.supported import Option, Options, SerialSettings, Supported
from device_drivers.transports.base import Transport


class SerialScanner(Scanner):
    """A scanner behind a line. ``pause_ms``: silence that ends a scan without an end mark."""

    def __init__(self, transport: Transport, *, pause_ms: int = 100, first: int = 0, last: int = 0) -> None:
        self._intake = PausingIntake(transport, partial(Scans, first, last), pause_ms / 1000)

    async def open(self) -> None:
        """Open the line. RetryError ``device_offline``; StopError ``bad_address``."""
        await self._intake.open()

    async def close(self) -> None:
        """Let the line go, and the scans that nobody took."""
        await self._intake.close()

    async def check_health(self) -> Health:
        """Say whether the line stands: scanners are not asked."""
        self._intake.check()
        return Health()

    async def next_reading(self) -> ScanData:
        """Wait for the next scan."""
        return await self._intake.take()


def make(transport: Transport, options: Options) -> Device:
    """Make a scanner."""
    return SerialScanner(
        transport,
        pause_ms=int(options["pause_ms"]),
        first=int(options["drop_first"]),
        last=int(options["drop_last"]),
    )


SUPPORTED: tuple[Supported, ...] = (
    Supported(
        "serial_scanner",
        Kind.SCANNER,
        ("扫码枪、扫码平台(串口或 USB 虚拟串口)", "Scanner, serial or USB virtual COM"),
        ("serial", "tcp"),
        make,
        "ISO/IEC 15424 (AIM identifiers); Zebra DS2278 product reference guide, ch. 8; Newland NLS-FM420 manual p. 47",
        models=("Zebra DS2278", "Honeywell Vuquest 3310g", "Datalogic Magellan 2200VS", "新大陆 NLS-FM420"),
        options=(
            Option("pause_ms", 100, low=20, high=2000),
            Option("drop_first", 0, low=0, high=16),
            Option("drop_last", 0, low=0, high=16),
        ),
        serial=SerialSettings(),
        # The products are those that come as a virtual COM port: USB ID list (05e0:1701, "Bar Code Scanner (CDC)"),
        # usb-serial-for-android issue 334 (0c2e:0b6a). The others are whole vendors, to be offered, not settled.
        usb=((0x05E0, 0x1701), (0x0C2E, 0x0B6A), (0x05E0, None), (0x0C2E, None), (0x05F9, None), (0x1EAB, None)),
    ),
)
