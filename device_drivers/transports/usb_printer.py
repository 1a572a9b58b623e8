"""USB printers of the printer class by Linux's usblp driver: ``/dev/usb/lp0``, one file, bytes both ways."""

import os
import re
import sys

from device_drivers.errors import Code, StopError
from device_drivers.limits import READ, STALE
from device_drivers.transports.descriptor import DescriptorTransport, Opened

_DEVICES = re.compile(r"/dev/(usb/lp[0-9]+|usblp[0-9]+|lp[0-9]+|pts/[0-9]+)")
"""A pty (pts) stands for a printer in tests."""


class UsbPrinterTransport(DescriptorTransport):
    """A printer on USB. The system lets one program have it: RetryError ``device_busy`` for all others.

    StopError ``bad_address`` with reason EACCES: the node's user is not in the group ``lp``.
    """

    def __init__(self, address: str, path: str) -> None:
        super().__init__(address, path, _DEVICES)

    async def open(self) -> None:
        """Open; StopError ``not_supported`` where the system has no such files."""
        if sys.platform != "linux":
            raise StopError(Code.NOT_SUPPORTED, address=self.address, reason="USB printers need Linux")
        await super().open()

    def open_device(self, path: str) -> Opened:
        """Open it, and throw away what the printer told whoever had it before."""
        fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            for _ in range(STALE // READ):
                if not os.read(fd, READ):
                    break
        except BlockingIOError:
            pass
        except OSError:
            os.close(fd)
            raise
        return Opened(fd, lambda: os.close(fd))
