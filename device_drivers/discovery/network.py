"""mDNS on the LAN (RFC 6762, 6763) by zeroconf: announce one service, hear others. Import it only where it is used.

What is heard is kept bounded; zeroconf itself keeps 10,000 records at most.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self

import ifaddr
import zeroconf
from zeroconf import IPVersion, ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from device_drivers.discovery import limits
from device_drivers.discovery.announcements import Announcement, Service, announcement
from device_drivers.errors import Code, RetryError

_DOMAIN = "local."
LOOPBACK = "127.0.0.1"

_Key = tuple[str, str]


def interfaces(serving: str) -> tuple[str, ...]:
    """List the IPv4 addresses to speak mDNS from, for a program that serves on the host `serving`.

    Loopback: only there. A wildcard, a name or an IPv6 address: on all the box has, loopback only where there is no
    other. An address that the box does not have (yet): none. Blocks while the system lists its addresses.
    """
    own = {str(one.ip) for adapter in ifaddr.get_adapters() for one in adapter.ips if one.is_IPv4}
    if serving == "localhost":
        return (LOOPBACK,)
    try:
        address = ip_address(serving)
    except ValueError:
        address = ip_address("::")
    if address.is_loopback:
        return (LOOPBACK,)
    if address.version == 4 and not address.is_unspecified:
        return (serving,) if serving in own else ()
    return tuple(sorted(one for one in own if not ip_address(one).is_loopback)) or (LOOPBACK,)


class Network:
    """An open ear on some interfaces: ``async with Network(interfaces(host), services) as network``."""

    def __init__(self, addresses: Sequence[str], services: Iterable[str]) -> None:
        """`addresses`: as ``interfaces`` lists them; `services`: what is listened for, ``_escpos._tcp`` and so on."""
        self._addresses = list(addresses)
        self._loopback = self._addresses == [LOOPBACK]
        self._services = {f"{service}.{_DOMAIN}": service for service in services}
        self._present: set[_Key] = set()
        self._heard: dict[_Key, Announcement] = {}
        self._queue: asyncio.Queue[_Key] = asyncio.Queue(limits.PENDING)
        self._queued: set[_Key] = set()
        self._changed = asyncio.Event()
        self._stack = AsyncExitStack()
        self._zeroconf: AsyncZeroconf | None = None

    @property
    def announced(self) -> tuple[Announcement, ...]:
        """Everything that is announced now, by name."""
        return tuple(self._heard[key] for key in sorted(self._heard))

    async def changed(self) -> None:
        """Wait until something was announced, changed or withdrawn since the last call."""
        await self._changed.wait()
        self._changed.clear()

    async def __aenter__(self) -> Self:
        """Open the sockets and listen; RetryError ``device_offline`` where the system has no multicast."""
        if not self._addresses:
            raise RetryError(Code.OFFLINE, addresses=0)
        async with AsyncExitStack() as stack:
            try:
                opened = AsyncZeroconf(interfaces=self._addresses, ip_version=IPVersion.V4Only)
                stack.push_async_callback(opened.async_close)
                await opened.zeroconf.async_wait_for_start()
            except (OSError, zeroconf.Error) as error:
                raise RetryError(Code.OFFLINE, errno=getattr(error, "errno", None) or 0) from None
            for _ in range(limits.RESOLVERS):
                stack.push_async_callback(_end, asyncio.create_task(self._resolve(opened)))
            if self._services:
                browser = AsyncServiceBrowser(opened.zeroconf, list(self._services), handlers=[self._on_change])
                stack.push_async_callback(browser.async_cancel)
            self._zeroconf = opened
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye for what was announced, and let the sockets go."""
        await self._stack.aclose()

    async def announce(self, service: Service, addresses: Sequence[str] = ()) -> str:
        """Announce until the end; return the instance name, which another bearer of the same name changes.

        `addresses`: where it is reached, all that is spoken from if not said. RetryError ``device_offline`` when it
        cannot be sent or every name is taken.
        """
        assert self._zeroconf is not None
        kind = f"{service.service}.{_DOMAIN}"
        info = AsyncServiceInfo(
            kind,
            f"{service.instance}.{kind}",
            port=service.port,
            properties=dict(service.txt),
            server=f"{service.host}.{_DOMAIN}",
            parsed_addresses=list(addresses) or self._addresses,
        )
        try:
            await (await self._zeroconf.async_register_service(info, allow_name_change=True))
        except (OSError, zeroconf.Error) as error:
            raise RetryError(Code.OFFLINE, errno=getattr(error, "errno", None) or 0) from None
        return info.name.removesuffix(f".{kind}")

    def _on_change(
        self,
        zeroconf: Any,  # noqa: ANN401  zeroconf calls by these names
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        """Note what changed. Most announcements come whole; only who left something out is asked for it, in turn.

        So a flood of names that lead nowhere holds nobody up who says all at once, as printers do.
        """
        key = (service_type, name)
        if state_change is ServiceStateChange.Removed:
            self._present.discard(key)
            if self._heard.pop(key, None) is not None:
                self._changed.set()
            return
        if key not in self._present and len(self._present) >= limits.ANNOUNCED:
            return
        self._present.add(key)
        info = _info(key)
        if info is None:
            return
        if info.load_from_cache(zeroconf):
            self._keep(key, info)
        elif key not in self._queued and not self._queue.full():
            self._queued.add(key)
            self._queue.put_nowait(key)

    async def _resolve(self, opened: AsyncZeroconf) -> None:
        """Ask for what is missing of those in the queue, one after another, for ever."""
        while True:
            key = await self._queue.get()
            self._queued.discard(key)
            info = _info(key)
            if info is None:
                continue
            with contextlib.suppress(OSError, zeroconf.Error):
                if await info.async_request(opened.zeroconf, limits.RESOLVE_MS) and key in self._present:
                    self._keep(key, info)

    def _keep(self, key: _Key, info: AsyncServiceInfo) -> None:
        kind, name = key
        instance = name[: -len(kind) - 1]
        addresses = info.parsed_addresses(IPVersion.V4Only)
        found = announcement(
            self._services[kind], instance, addresses, info.port or 0, info.properties, loopback=self._loopback
        )
        if found is not None and self._heard.get(key) != found:
            self._heard[key] = found
            self._changed.set()


def _info(key: _Key) -> AsyncServiceInfo | None:
    """Return what collects the details; None for a name that is none."""
    try:
        return AsyncServiceInfo(*key)
    except (ValueError, zeroconf.Error):
        return None


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
