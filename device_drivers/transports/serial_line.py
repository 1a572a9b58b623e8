"""Serial ports that are ttys, and ptys in their place."""

import re
import sys
from typing import Protocol

from device_drivers.address import SerialSettings
from device_drivers.errors import Code, StopError
from device_drivers.transports.descriptor import DescriptorTransport, Opened

_DEVICES = re.compile(r"/dev/(tty[A-Za-z][A-Za-z0-9]*|cu\.[A-Za-z0-9._-]+|rfcomm[0-9]+|pts/[0-9]+)")
"""Serial ports; a console (tty1) is none, and a watchdog would start by being opened."""


class Port(Protocol):
    """What is used of a port of pyserial."""

    in_waiting: int

    def read(self, size: int) -> bytes:
        """Wait for bytes, as long as the port's timeout."""

    def write(self, data: bytes) -> int | None:
        """Send all of it."""

    def fileno(self) -> int:
        """Return the descriptor of a tty."""

    def close(self) -> None:
        """Close it; may block while it drains."""


def open_port(where: str, settings: SerialSettings, **how: float | bool) -> Port:
    """Open with pyserial, which knows each system's way to set a line. Blocks. DTR and RTS go on where they are.

    OSError; StopError ``bad_option`` for settings that this port cannot have.
    """
    from serial import serial_for_url  # noqa: PLC0415 - not every node has a serial device

    try:
        port: Port = serial_for_url(
            where,
            baudrate=settings.baud,
            bytesize=settings.data_bits,
            parity=settings.parity,
            stopbits=settings.stop_bits,
            rtscts=settings.flow == "rtscts",
            **how,
        )
    except OSError:
        raise
    except ValueError as error:
        raise StopError(Code.BAD_OPTION, address=where, reason="settings") from error
    except Exception as error:  # termios has an error of its own, with the system's number in front
        raise OSError(*error.args) from error
    return port


class TtyTransport(DescriptorTransport):
    """A serial port that is a tty, or a pty. Opened alone: RetryError ``device_busy`` when another program has it."""

    def __init__(self, address: str, path: str, settings: SerialSettings) -> None:
        super().__init__(address, path, _DEVICES)
        self._settings = settings

    async def open(self) -> None:
        """Open; StopError ``not_supported`` where serial ports are no files."""
        if sys.platform == "win32":
            raise StopError(Code.NOT_SUPPORTED, address=self.address, reason="serial ports are COMn here")
        await super().open()

    def open_device(self, path: str) -> Opened:
        """Open it and set it up; what had come before is thrown away."""
        port = open_port(path, self._settings, timeout=0, exclusive=True)
        return Opened(port.fileno(), port.close)
