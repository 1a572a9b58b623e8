"""What hangs on a line, at its worst: it floods, hangs, lies, comes and goes. No device keeps the shop from selling."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from device_drivers import limits
from device_drivers.address import SerialSettings, parse
from device_drivers.drivers.escpos_printer import EscposPrinter
from device_drivers.drivers.one_way import OneWayLine
from device_drivers.errors import Code, DeviceError, RetryError, StopError
from device_drivers.paper.model import Paper, Span, Text
from device_drivers.transports import descriptor, serial_threads
from device_drivers.transports.base import Transport
from device_drivers.transports.descriptor import DescriptorTransport, Opened
from device_drivers.transports.opening import transport
from device_drivers.transports.serial_line import TtyTransport
from device_drivers.transports.serial_threads import ThreadedSerialTransport
from device_drivers.transports.usb_printer import UsbPrinterTransport

PATIENCE = 10.0


class Liar(Transport):
    """A printer that takes everything and says `says`, again and again."""

    def __init__(self, says: bytes) -> None:
        super().__init__("memory:liar")
        self.says = says
        self.taken = 0
        self.given = 0

    async def open(self) -> None:
        """It is."""

    async def close(self) -> None:
        """Never needed."""

    async def write(self, data: bytes) -> None:
        """Take it."""
        self.taken += len(data)

    async def read(self) -> bytes:
        """Say it, as fast as it is listened to."""
        await asyncio.sleep(0)
        if not self.says:
            await asyncio.Event().wait()
        self.given += len(self.says)
        return self.says


async def hard(work: Awaitable[Any]) -> Code:
    """The code by which something fails."""
    async with asyncio.timeout(PATIENCE):
        try:
            await work
        except DeviceError as error:
            return error.code
    raise AssertionError("it did not fail")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines as short as a test may wait."""
    for name in ("OPEN_S", "CLOSE_S", "ASK_S", "QUIET_S", "PRINTED_S", "IN_SEQUENCE_S"):
        monkeypatch.setattr(limits, name, 0.02)
    monkeypatch.setattr(limits, "JOB_BYTES_PER_S", 10**6)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"\xff",
        b"\x12",
        b"\x12" * 4096,
        b"\x00" * 4096,
        b"\xff" * 4096,
        bytes(range(256)) * 16,
        b"\x10\x00\x00\x00",
    ],
    ids=["deaf", "noise", "ever ready", "flood of answers", "printed all", "flood of noise", "all bytes", "automatic"],
)
async def test_a_printer_that_lies_gets_no_paper_that_counts_as_printed(says: bytes):
    """Noise, floods and answers that nobody asked for end a job with an error, and nothing of it was sent."""
    line = Liar(says)
    printer = EscposPrinter(line)
    await printer.open()
    try:
        await asyncio.wait_for(printer.print_paper(Paper((Text((Span("x" * 40),)),))), PATIENCE)
    except DeviceError as error:
        assert not error.begun
    else:
        raise AssertionError("believed")
    assert await hard(printer.check_health()) in {Code.TIMEOUT, Code.GARBLED}
    assert await hard(printer.open_drawer()) in {Code.TIMEOUT, Code.GARBLED}


class LateLiar(Liar):
    """A liar on a machine that stands still once: a deadline passes before it could be listened to."""

    stalled = False

    async def read(self) -> bytes:
        """The first time, what `within` says when the deadline was over at once."""
        if not self.stalled:
            self.stalled = True
            raise RetryError(Code.TIMEOUT)
        return await super().read()


@pytest.mark.usefixtures("hurried")
async def test_a_machine_that_stands_still_takes_no_liar_for_silent():
    """One deadline that passes is no silence: a printer that never stops saying "ready" still gets no paper."""
    printer = EscposPrinter(LateLiar(b"\x12"))
    await printer.open()
    with pytest.raises(DeviceError) as raised:
        await asyncio.wait_for(printer.print_paper(Paper((Text((Span("x" * 40),)),))), PATIENCE)
    assert not raised.value.begun


async def test_a_printer_that_floods_is_not_listened_to():
    """After so many bytes a flood is one; listening for the whole deadline would slow every sale down."""
    line = Liar(b"\xff" * 512)
    printer = EscposPrinter(line)
    await printer.open()
    assert await hard(printer.status()) is Code.GARBLED
    assert line.given <= limits.FRAME + 512


async def test_a_line_that_always_has_bytes_lets_others_run(monkeypatch: pytest.MonkeyPatch):
    """A display that floods is thrown away what it says, and the loop goes on beside it."""
    read = os.read
    master, slave = os.openpty()
    flooding = []

    def flood(fd: int, size: int) -> bytes:
        if not flooding:
            return read(fd, size)
        flooding.append(1)
        return b"x" * size

    monkeypatch.setattr(descriptor.os, "read", flood)
    line = OneWayLine(TtyTransport("serial:x", os.ttyname(slave), SerialSettings()))
    await line.open()
    try:
        flooding.append(1)
        os.write(master, b"x")
        for _ in range(1000):
            await asyncio.sleep(0)
        assert len(flooding) < 100
    finally:
        flooding.clear()
        await line.close()
        os.close(master)
        os.close(slave)


class _Flood:
    """A port of a serial server that sends faster than anybody reads."""

    in_waiting = limits.STALE + 1
    closed = False

    def read(self, size: int) -> bytes:
        """Never got so far."""
        raise AssertionError(size)

    def write(self, data: bytes) -> int:
        """Take it."""
        return len(data)

    def fileno(self) -> int:
        """It has none."""
        raise AssertionError

    def close(self) -> None:
        """Note it."""
        self.closed = True


async def test_a_serial_server_that_floods_is_hung_up_on(monkeypatch: pytest.MonkeyPatch):
    """The client of RFC 2217 keeps without bound what it is sent: beyond a bound the line ends."""
    port = _Flood()
    monkeypatch.setattr(serial_threads, "open_port", lambda *_args, **_how: port)
    line = transport("serial:rfc2217://127.0.0.1:4001")
    await line.open()
    assert await hard(line.read()) is Code.UNPLUGGED
    await line.close()
    assert port.closed


class _Hanging(DescriptorTransport):
    """A device whose driver never comes back from ``open``."""

    gate = threading.Event()

    def open_device(self, path: str) -> Opened:
        """Hang."""
        self.gate.wait(PATIENCE)
        raise OSError(5, path)


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "device-call"]


async def hangs_at_last(make: Callable[[], Transport], gate: threading.Event) -> None:
    """Open again and again what never opens: each try ends, and the threads do not pile up."""
    gate.clear()
    try:
        codes = [await hard(make().open()) for _ in range(12)]
        assert codes[-1] is Code.BUSY
        assert len(_threads()) <= limits.HANGING
    finally:
        gate.set()
    for thread in _threads():
        await asyncio.to_thread(thread.join, PATIENCE)
    assert await hard(make().open()) is Code.OFFLINE  # asked anew once the system has come back


@pytest.mark.usefixtures("hurried")
async def test_a_device_that_hangs_in_open_gets_no_thread_with_each_try(monkeypatch: pytest.MonkeyPatch):
    """A printer's or an adapter's driver that hangs for ever costs two threads, not ten thousand a day."""
    master, slave = os.openpty()
    try:
        path = os.ttyname(slave)
        await hangs_at_last(lambda: _Hanging(f"usb:{path}", path, descriptor.re.compile(".*")), _Hanging.gate)
    finally:
        os.close(master)
        os.close(slave)
    gate = threading.Event()

    def hang(where: str, _settings: SerialSettings, **_how: object) -> Any:
        gate.wait(PATIENCE)
        raise OSError(5, where)

    monkeypatch.setattr(serial_threads, "open_port", hang)
    await hangs_at_last(lambda: ThreadedSerialTransport("serial:COM7", "COM7", SerialSettings()), gate)


REFUSED = (
    "serial:/dev/../etc/passwd",
    "usb:/dev/usb/../sda",
    "serial:relative",
    "serial:",
    "usb:",
    "tcp://",
    "tcp://host:0",
    "tcp://host:65536",
    "tcp://user:pass@host:9100",
    "tcp://host:9100/path",
    "tcp://host\r\n:9100",
    "tcp://[::1%25eth0\x00]:9100",
    "serial:spy:///dev/ttyS0?file=/etc/passwd",
    "serial:alt:///dev/ttyS0?class=os",
    "serial:hwgrep://.*",
    "serial:cp2110:0",
    "serial:socket://host:4001?logging=debug",
    "serial:/dev/ttyS0?baud=9600&file=x",
    "serial:COM1?baud=1e9",
    "pcsc:",
    "memory:../x",
    "http://169.254.169.254/latest",
    "file:///etc/passwd",
    "tcp://\u202ehost:9100",
    "tcp://" + "h" * 300,
)


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_name_nothing_but_devices(text: str):
    """What is no address of a device is refused as text, before anything is opened."""
    with pytest.raises(StopError) as caught:
        parse(text)
    assert caught.value.code is Code.BAD_ADDRESS


@pytest.mark.parametrize("kind", [UsbPrinterTransport, TtyTransport])
@pytest.mark.parametrize(
    "target",
    ["/etc/passwd", "/dev/null", "/dev/mem", "/dev/sda", "/dev/tty", "/dev/console", "/dev/watchdog", "/dev/random"],
)
async def test_what_is_no_such_device_is_not_opened(
    kind: type, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Opening alone may start a watchdog or rewind a tape: what a link leads to is looked at before, and is named."""
    monkeypatch.setattr(kind, "open_device", lambda *_: pytest.fail("it was opened"))
    link = tmp_path / "ttyUSB0"
    link.symlink_to(target)
    for path in (target, str(link)):
        line = kind(f"x:{path}", path, *((SerialSettings(),) if kind is TtyTransport else ()))
        assert await hard(line.open()) in {Code.BAD_ADDRESS, Code.OFFLINE}


@pytest.mark.parametrize("what", ["fifo", "file", "folder", "loop", "proc"])
async def test_other_files_are_no_devices(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Pipes, files, folders, links in a circle, and the node's own descriptors."""
    monkeypatch.setattr(TtyTransport, "open_device", lambda *_: pytest.fail("it was opened"))
    path = tmp_path / "ttyS0"
    match what:
        case "fifo":
            os.mkfifo(path)
        case "file":
            path.write_text("x")
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path)
        case _:
            path.symlink_to("/proc/self/fd/0")
    line = transport(f"serial:{path}")
    assert await hard(line.open()) in {Code.BAD_ADDRESS, Code.OFFLINE}


async def test_a_link_that_is_swapped_is_not_followed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What was looked at is what is opened: the device's own name, not the link that somebody may turn meanwhile."""
    master, slave = os.openpty()
    opened: list[str] = []

    def swap(_self: object, path: str) -> Opened:
        link.unlink()
        link.symlink_to("/etc/passwd")
        opened.append(path)
        raise OSError(5, path)

    monkeypatch.setattr(TtyTransport, "open_device", swap)
    link = tmp_path / "ttyUSB0"
    link.symlink_to(os.ttyname(slave))
    try:
        with pytest.raises(RetryError):
            await transport(f"serial:{link}").open()
        assert opened == [os.ttyname(slave)]
    finally:
        os.close(master)
        os.close(slave)
