"""From an address to its transport."""

from device_drivers.address import DEFAULT_SERIAL, SerialSettings, parse, server_of
from device_drivers.transports.base import Transport
from device_drivers.transports.memory import named
from device_drivers.transports.pcsc import PcscTransport
from device_drivers.transports.serial_line import TtyTransport
from device_drivers.transports.serial_threads import ThreadedSerialTransport
from device_drivers.transports.tcp import TcpTransport
from device_drivers.transports.usb_printer import UsbPrinterTransport


def transport(address: str, serial: SerialSettings = DEFAULT_SERIAL) -> Transport:
    """Return the transport for an address, not yet opened. `serial`: the driver's settings; those in the address win.

    StopError ``bad_address``.
    """
    where = parse(address)
    text = str(where)
    if where.line == "tcp":
        return TcpTransport(text, where.where, where.port)
    if where.line == "usb":
        return UsbPrinterTransport(text, where.where)
    if where.line == "memory":
        return named(where.where)
    if where.line == "pcsc":
        return PcscTransport(text, where.where)
    if where.where.startswith("socket://"):
        return TcpTransport(text, *server_of(where.where))
    if where.where.startswith("/"):
        return TtyTransport(text, where.where, where.serial(serial))
    return ThreadedSerialTransport(text, where.where, where.serial(serial))
