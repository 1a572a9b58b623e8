"""What is particular to one kind of line: ports, ttys, USB printers, threads."""

import asyncio
import os
import socket
import sys
import threading

import pytest

from device_drivers import limits
from device_drivers.address import SerialSettings
from device_drivers.errors import Code, RetryError, StopError
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, serve_pty, serve_tcp
from device_drivers.transports.aside import aside
from device_drivers.transports.base import within
from device_drivers.transports.opening import transport
from device_drivers.transports.usb_printer import UsbPrinterTransport

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ptys under /dev/pts, and USB printers as files")


class Echo(Machine):
    """Says back what it hears."""

    def receive(self, data: bytes) -> bytes:
        """Say it back."""
        return data


async def read_all(wire, size):
    """Read until so many bytes came."""
    got = b""
    while len(got) < size:
        got += await within(5, wire.read())
    return got


async def test_a_connection_is_quick_and_watched():
    """Small questions go out at once, and a silent far end is probed."""
    async with serve_tcp(Echo()) as line:
        wire = transport(line.address)
        await wire.open()
        sock = wire._opened()[1].get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == limits.KEEPALIVE_IDLE_S
        await wire.close()


async def test_a_host_may_have_a_name_and_several_addresses(monkeypatch):
    """A name is asked for at each opening; its addresses are tried one after the other."""
    asked = []

    def answer(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.1", "::1", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    async with serve_tcp(Echo(), "::1") as line:
        wire = transport(line.address.replace("[::1]", "drucker.local"))
        await wire.open()
        await wire.write(b"name")
        assert await read_all(wire, 4) == b"name"
        await wire.close()
    assert asked == ["drucker.local"]


async def test_a_name_nobody_knows_is_offline(monkeypatch):
    """A name that does not resolve now may do so when the device is on."""

    def fail(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(RetryError) as caught:
        await transport("tcp://printer.local").open()
    assert caught.value.code is Code.OFFLINE


async def test_a_printer_that_answers_nothing_is_offline_in_time(monkeypatch):
    """Opening ends after its deadline when the far end neither takes nor refuses the connection."""
    monkeypatch.setattr(limits, "OPEN_S", 0.05)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.create_connection(full.getsockname())]  # the queue of the listener is full now
        with pytest.raises(RetryError) as caught:
            await transport("tcp://{}:{}".format(*full.getsockname())).open()
        assert (caught.value.code, caught.value.evidence["reason"]) == (Code.OFFLINE, "timeout")
        for one in waiting:
            one.close()


async def test_a_serial_server_is_a_connection():
    """``serial:socket://`` carries bytes over TCP."""
    async with serve_tcp(Echo()) as line:
        wire = transport(line.address.replace("tcp://", "serial:socket://"))
        await wire.open()
        await wire.write(b"\xff\xff\x00")
        assert await read_all(wire, 3) == b"\xff\xff\x00"
        await wire.close()


async def test_a_serial_port_has_one_user():
    """A port that is open belongs to whoever opened it, and is free when he closes it."""
    async with serve_pty(Echo()) as line:
        first, second = transport(line.address), transport(line.address)
        await first.open()
        with pytest.raises(RetryError) as caught:
            await second.open()
        assert caught.value.code is Code.BUSY
        await first.close()
        await second.open()
        await second.close()


async def test_serial_settings_reach_the_port():
    """Speed, bits and parity are set as the driver and the address say."""
    import termios  # noqa: PLC0415 - not on Windows

    async with serve_pty(Echo()) as line:
        wire = transport(line.address + "?baud=19200", SerialSettings(2400, 7, "E", 2))
        await wire.open()
        attributes = termios.tcgetattr(wire._opened()._fd)
        cflag, speed = attributes[2], attributes[4]
        assert speed == termios.B19200
        # A pty always has eight bits without parity; what it keeps shows that the settings arrive
        assert cflag & termios.CSTOPB
        assert not attributes[0] & (termios.IXON | termios.IXOFF)
        await wire.close()


@pytest.mark.parametrize(
    "address", ["serial:/dev/null", "usb:/dev/null", "serial:/dev/tty1", "usb:/etc/passwd", "serial:/tmp"]
)
async def test_only_devices_are_opened(address):
    """A path that leads to something else than such a device is not opened, wherever its links lead."""
    with pytest.raises(StopError) as caught:
        await transport(address).open()
    assert caught.value.code is Code.BAD_ADDRESS


async def test_a_link_is_followed_before_it_is_believed(tmp_path):
    """A link that looks like a port and leads to a file is refused."""
    (tmp_path / "ttyUSB0").symlink_to("/etc/passwd")
    with pytest.raises(StopError) as caught:
        await transport(f"serial:{tmp_path}/ttyUSB0").open()
    assert caught.value.code is Code.BAD_ADDRESS


async def test_a_printer_one_may_not_open(monkeypatch):
    """No permission is an error that says so: somebody has to set the node up."""

    def refuse(self, path):
        raise PermissionError(13, "Permission denied")

    async with serve_pty(Echo(), kind="usb") as line:
        monkeypatch.setattr(UsbPrinterTransport, "open_device", refuse)
        with pytest.raises(StopError) as caught:
            await transport(line.address).open()
        assert (caught.value.code, caught.value.evidence["reason"]) == (Code.BAD_ADDRESS, "EACCES")


@pytest.mark.parametrize("kind", ["serial", "usb"])
async def test_what_came_before_is_not_read(kind):
    """Bytes for whoever had the device before are thrown away at open."""
    async with serve_pty(Echo(), kind=kind) as line:
        wire = transport(line.address)
        await wire.open()
        await wire.write(b"stale")
        await line.wait_for(lambda _: line.answered == 5)
        await wire.close()
        await wire.open()
        await wire.write(b"fresh")
        assert await read_all(wire, 5) == b"fresh"
        await wire.close()


async def test_usb_printers_need_linux(monkeypatch):
    """Where the system has no such files, the error says it."""
    monkeypatch.setattr(sys, "platform", "win32")
    for address in ("usb:/dev/usb/lp0", "serial:/dev/ttyUSB0"):
        with pytest.raises(StopError) as caught:
            await transport(address).open()
        assert caught.value.code is Code.NOT_SUPPORTED


async def test_a_device_that_takes_nothing_stops_nothing_else():
    """While a write waits for a tty that takes nothing, the loop goes on."""
    async with serve_pty(Echo(), LineFaults(bytes_per_second=1)) as line:
        wire = transport(line.address)
        await wire.open()
        for _ in range(2):
            with pytest.raises(RetryError) as caught:
                await within(0.05, wire.write(bytes(200_000)))
            assert caught.value.code is Code.TIMEOUT
        await wire.close()


async def test_empty_reads_do_not_eat_the_processor(monkeypatch):
    """A printer that is always readable and says nothing is asked at intervals, and heard when it says something."""
    reads, real = [], os.read

    async with serve_pty(Echo(), kind="usb") as line:
        wire = transport(line.address)
        await wire.open()
        await wire.write(b"x")
        await line.wait_for(lambda _: line.answered)

        def empty(fd, size):
            if fd != wire._opened()._fd or len(reads) > 3:
                return real(fd, size)
            reads.append(fd)
            return b""

        monkeypatch.setattr(limits, "EMPTY_S", 0.001)
        monkeypatch.setattr(os, "read", empty)
        assert await read_all(wire, 1) == b"x"
        await wire.close()
    assert len(reads) == 4


async def test_a_loop_gives_back_what_it_gets():
    """``loop://`` is a port without a device: what goes out comes back, through pyserial's own threads of waiting."""
    wire = transport("serial:loop://")
    sent = bytes(range(256)) * 8
    for _ in range(2):
        await wire.open()
        got, _ = await asyncio.gather(read_all(wire, len(sent)), wire.write(sent))
        assert got == sent
        reading = asyncio.ensure_future(wire.read())
        await asyncio.sleep(0)
        await wire.close()
        with pytest.raises(RetryError) as caught:
            await within(2, reading)
        assert caught.value.code is Code.UNPLUGGED
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("serial-")]


async def test_a_call_that_hangs_is_left_behind_and_undone():
    """Whoever waits for a hanging call goes on at the deadline; what the call still brings is undone."""
    may_end, undone = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang() -> str:
        may_end.wait(10)
        return "late"

    with pytest.raises(TimeoutError):
        await aside(hang, 0.01, lambda late: loop.call_soon_threadsafe(undone.set), "memory:hangs")
    may_end.set()
    await within(2, undone.wait())


async def test_what_a_call_raises_comes_out():
    """An error in the thread is the caller's error."""
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0, 1, bool, "memory:fails")
