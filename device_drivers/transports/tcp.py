"""TCP, as network printers (port 9100) and serial servers speak it: bytes as they are, no framing."""

import asyncio
import contextlib
import socket

from device_drivers import limits
from device_drivers.address import is_literal
from device_drivers.transports.aside import aside, check
from device_drivers.transports.base import Transport
from device_drivers.transports.refusals import gone, refused

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class TcpTransport(Transport):
    """A TCP connection. ``write`` returns when the system has all bytes, so that `close` has none left to lose."""

    def __init__(self, address: str, host: str, port: int) -> None:
        """`host`: an IP address or a name, asked for at each ``open``."""
        super().__init__(address)
        self._host = host
        self._port = port
        self._streams: _Streams | None = None

    async def open(self) -> None:
        """Connect within ``limits.OPEN_S``."""
        await self.close()
        try:
            async with asyncio.timeout(limits.OPEN_S):
                reader, writer = await self._connect()
        except OSError as error:
            raise refused(self.address, error) from error
        writer.transport.set_write_buffer_limits(0)
        _watch(writer.get_extra_info("socket"))
        self._streams = reader, writer

    async def _connect(self) -> _Streams:
        hosts = [self._host] if is_literal(self._host) else await self._resolve()
        for host in hosts[:-1]:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(limits.OPEN_S / limits.NAMES):
                    return await asyncio.open_connection(host, self._port, limit=limits.READ)
        return await asyncio.open_connection(hosts[-1], self._port, limit=limits.READ)

    async def _resolve(self) -> list[str]:
        """Ask for a name outside asyncio's threads: a dead name server keeps a thread for half a minute."""

        def ask() -> list[str]:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(one[4][0]) for one in found))

        check(self.address)
        return (await aside(ask, limits.OPEN_S, len, self.address))[: limits.NAMES]

    async def write(self, data: bytes) -> None:
        """Write; waits while the far end does not take it."""
        reader, writer = self._opened()
        if writer.is_closing() or reader.at_eof():
            raise gone(self.address)
        writer.write(data)
        try:
            await writer.drain()
        except OSError as error:
            raise gone(self.address, error) from error
        if writer.is_closing():
            raise gone(self.address)

    async def read(self) -> bytes:
        """Read; at most two times ``limits.READ`` bytes wait here, the rest in the system and at the far end."""
        await asyncio.sleep(0)
        reader, _ = self._opened()
        try:
            data = await reader.read(limits.READ)
        except OSError as error:
            raise gone(self.address, error) from error
        if not data:
            raise gone(self.address)
        return data

    async def close(self) -> None:
        """Close at once; what the far end never took is lost."""
        if self._streams is None:
            return
        (_, writer), self._streams = self._streams, None
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def _opened(self) -> _Streams:
        if self._streams is None:
            raise gone(self.address)
        return self._streams


def _watch(sock: socket.socket) -> None:
    """Send small questions at once, and probe a silent line so that a printer without power is noticed in 20 s."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # No TCP_USER_TIMEOUT: it would also end the line of a printer that takes no more while it prints a long picture
    for name, value in (
        ("TCP_KEEPIDLE", limits.KEEPALIVE_IDLE_S),
        ("TCP_KEEPALIVE", limits.KEEPALIVE_IDLE_S),  # macOS calls it so
        ("TCP_KEEPINTVL", limits.KEEPALIVE_PROBE_S),
        ("TCP_KEEPCNT", limits.KEEPALIVE_PROBES),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
