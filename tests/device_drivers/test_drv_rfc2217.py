"""Serial servers by RFC 2217, against the server that pyserial brings: a port that gives back what it gets."""

import contextlib
import socket
import threading

import pytest
import serial
from serial.rfc2217 import PortManager

from device_drivers.errors import Code, RetryError
from device_drivers.transports.base import within
from device_drivers.transports.opening import transport


class Server:
    """One serial server on loopback with one port, for one connection."""

    def __init__(self) -> None:
        self.port = serial.serial_for_url("loop://", timeout=0.01)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.connection = None
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.serve, daemon=True)]
        self.threads[0].start()

    def write(self, data):
        """Send what the port manager answers."""
        with self.lock:
            self.connection.sendall(data)

    def serve(self):
        """Take one connection, and carry until it ends."""
        self.connection = self.listener.accept()[0]
        manager = PortManager(self.port, self)
        back = threading.Thread(target=self.carry_back, args=(manager,), daemon=True)
        self.threads.append(back)
        back.start()
        with contextlib.suppress(OSError):
            while data := self.connection.recv(1024):
                self.port.write(b"".join(manager.filter(data)))
        self.port.close()

    def carry_back(self, manager):
        """Carry from the port to the connection."""
        with contextlib.suppress(OSError):
            while self.port.is_open:
                if data := self.port.read(max(1, self.port.in_waiting)):
                    self.write(b"".join(manager.escape(data)))

    def close(self):
        """Break the connection and wait for the threads."""
        if self.connection:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)
        if self.connection:
            self.connection.close()


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
async def test_a_serial_server_sets_its_port_and_carries_every_byte():
    """The settings reach the far port, bytes go both ways unchanged, and its end is noticed."""
    server = Server()
    wire = transport("serial:rfc2217://{}:{}?baud=4800&parity=E".format(*server.listener.getsockname()))
    try:
        await wire.open()
        assert (server.port.baudrate, server.port.parity) == (4800, "E")
        sent = bytes(range(256))
        await wire.write(sent)
        got = b""
        while len(got) < len(sent):
            got += await within(5, wire.read())
        assert got == sent
    finally:
        server.close()
    with pytest.raises(RetryError) as caught:
        await within(5, wire.read())
    assert caught.value.code is Code.UNPLUGGED
    await wire.close()


async def test_no_serial_server_is_offline():
    """Where nothing listens the line is offline."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = "serial:rfc2217://{}:{}".format(*closed.getsockname())
    with pytest.raises(RetryError) as caught:
        await transport(address).open()
    assert caught.value.code is Code.OFFLINE
