"""Simulated devices behind a pty: what the system takes for a serial port, or for a USB printer."""

import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Generic

from device_drivers.simulators.line import Line, M, Tasks, served
from device_drivers.simulators.line_faults import LineFaults
from device_drivers.transports.descriptor import Descriptor


class _PtyEnd:
    """The device's end of one pty. It holds the node's end open too: else the system hangs up between two openings."""

    def __init__(self, closed: Callable[[], None]) -> None:
        import tty  # noqa: PLC0415 - not on Windows

        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._line = Descriptor(self._master, self.path)
        self._closed = closed
        self._open = True

    async def read(self, size: int) -> bytes:
        """Wait for bytes."""
        return await self._line.read(size)

    async def write(self, data: bytes) -> None:
        """Send; waits while the node does not read."""
        await self._line.write(data)

    def close(self) -> None:
        """Hang up."""
        if self._open:
            self._open = False
            self._line.detach()
            os.close(self._master)
            os.close(self._slave)
            self._closed()


class _PtySocket(Generic[M]):
    """A link to the pty; each time the line breaks there is a new pty behind the same link."""

    def __init__(self, line: Line[M], link: Path) -> None:
        self._line = line
        self._link = link
        self.tasks = Tasks()
        self._plugged = False
        self._end: _PtyEnd | None = None

    def plug(self) -> None:
        """Make the pty and its link."""
        self._plugged = True
        if self._end is None:
            self._end = _PtyEnd(self._broken)
            self._link.symlink_to(self._end.path)
            self.tasks.start(self._line.serve(self._end))

    def _broken(self) -> None:
        self._end = None
        self._link.unlink(missing_ok=True)
        if self._plugged:
            self.plug()

    def unplug(self) -> None:
        """Take link and pty away."""
        self._plugged = False
        if self._end is not None:
            self._end.close()


@asynccontextmanager
async def serve_pty(
    machine: M, faults: LineFaults | None = None, link: Path | None = None, *, kind: str = "serial"
) -> AsyncIterator[Line[M]]:
    """Serve `machine` at a pty. ``link``: where it stands, in a directory of its own by default.

    ``kind``: serial or usb, which only changes the address. FileExistsError when something stands at `link`.
    """
    with tempfile.TemporaryDirectory(prefix="stayopen-") as own:
        line = Line(machine, faults, "")
        path = link or Path(own) / "tty"
        line.address = f"{kind}:{path}"
        socket = _PtySocket(line, path)
        async with served(line, socket, socket.tasks):
            yield line
