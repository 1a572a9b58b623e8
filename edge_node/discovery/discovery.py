"""Discovery as ``app`` starts it: two tasks that look, one at the box's own ports, one at the LAN.

How it is wired: after the API is served (for the port), and ended before the database is closed:

    discovery = Discovery(
        database, lambda: self.node, run.now,
        host=config.till.host,                # announced is where tills are served
        port=lambda: self.port,
        listen=config.devices.listen,         # mDNS is spoken where tills are served, unless another place is named
        fingerprint=fingerprint(box.membership.certificate if box.membership else None, box.keys.signing_public),
        network=config.devices.discovery,     # False: the ports are watched all the same, the LAN is left alone
        changed=manager.wake,                 # something is offered, has moved or is gone: read the devices anew
    )
    _background(stack, discovery.run())

``discovery.peers.all()`` is what ``GET /peers`` tells. ``discovery.looked`` is set when the ports were looked at once:
a device plugged in at a serial or USB port should be opened only then, for the system may have numbered its ports anew.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from device_drivers.discovery import limits as finding
from device_drivers.discovery.announcements import HEAD_OFFICE, NODES, PRINTERS, Announcement, printers
from device_drivers.discovery.plugged import plugged
from device_drivers.discovery.things import Thing, What, differences
from device_drivers.discovery.watching import Watcher
from device_drivers.transports import opening
from device_drivers.transports.base import Transport
from edge_node.discovery import limits
from edge_node.discovery.announcing import own_service
from edge_node.discovery.finds import Finds
from edge_node.discovery.peers import Peers
from edge_node.ledger.node import Node
from edge_node.storage.database import Database

if TYPE_CHECKING:
    from device_drivers.discovery.network import Network

_LOG = logging.getLogger("stayopen.edge.discovery")

PLUGGED = ("usb", "serial", "pcsc")
ANNOUNCED = ("mdns",)
"""How things are found: ``Thing.found_by``."""


class Patience:
    """How long to wait after an error: longer each time, until something works."""

    def __init__(self) -> None:
        self._wait = limits.BACK_OFF_S

    def worked(self) -> None:
        """Begin with the shortest wait again."""
        self._wait = limits.BACK_OFF_S

    def next(self) -> float:
        """Return the seconds to wait now."""
        wait, self._wait = self._wait, min(2 * self._wait, limits.BACK_OFF_MOST_S)
        return wait


class Discovery:
    """Looks for as long as ``run`` runs. ``peers``: other nodes. ``looked``: the ports were looked at once."""

    def __init__(
        self,
        database: Database,
        node: Callable[[], Node],
        now: Callable[[], int],
        *,
        host: str,
        port: Callable[[], int],
        fingerprint: str,
        listen: str = "",
        network: bool = True,
        changed: Callable[[], None] = lambda: None,
        look: Callable[[], Iterable[Thing]] = plugged,
        line: Callable[[str], Transport] = opening.transport,
    ) -> None:
        """`host`, `port`: where tills are served; `listen`: where mDNS is spoken, there too if "".

        `look`, `line`: other ports and lines, for tests.
        """
        self.peers = Peers()
        self.looked = asyncio.Event()
        self._node = node
        self._host = host
        self._ears = listen or host
        self._port = port
        self._fingerprint = fingerprint
        self._network = network
        self._watcher = Watcher(look)
        self._finds = Finds(database, now, changed, line)
        self._announced: dict[str, Thing] = {}
        self._swept = False

    async def run(self) -> None:
        """Look until cancelled; whatever fails is logged and tried again."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_forever("ports", self._watch_ports))
                group.create_task(_forever("retelling", self._retell))
                if self._network:
                    group.create_task(_forever("network", self._listen))
        finally:
            await self._finds.close()

    async def _watch_ports(self, patience: Patience) -> None:
        """Look at the ports every second; what went while the program did not run is told first."""
        watcher = self._watcher
        watcher.things.clear()  # after an error: nobody knows how much of it was written down
        changes = await watcher.changes()
        await self._finds.sweep(PLUGGED, watcher.things)
        while True:
            await self._finds.take(changes)
            self.looked.set()
            patience.worked()
            await asyncio.sleep(finding.POLL_S)
            changes = await watcher.changes()

    async def _retell(self, patience: Patience) -> None:
        while True:
            await asyncio.sleep(limits.RETELL_S)
            await self._finds.retell()
            patience.worked()

    async def _listen(self, patience: Patience) -> None:
        """Listen and announce; begin anew whenever the box's addresses have changed."""
        from device_drivers.discovery.network import Network, interfaces  # noqa: PLC0415  3 MB, only where it is used

        while True:
            addresses = await asyncio.to_thread(interfaces, self._ears)
            served = await asyncio.to_thread(interfaces, self._host)
            async with Network(addresses, (*PRINTERS, NODES, HEAD_OFFICE)) as network:
                announcing = asyncio.create_task(self._announce(network, [one for one in served if one in addresses]))
                settled = asyncio.Event()
                asyncio.get_running_loop().call_later(limits.SETTLED_S, settled.set)
                try:
                    while await asyncio.to_thread(interfaces, self._ears) == addresses:
                        if announcing.done():
                            announcing.result()
                        await self._heard(network.announced, settled=settled.is_set())
                        patience.worked()
                        await asyncio.sleep(limits.CALM_S)
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(limits.ADDRESSES_S):
                                await network.changed()
                finally:
                    announcing.cancel()
                    await asyncio.gather(announcing, return_exceptions=True)

    async def _announce(self, network: "Network", served: Sequence[str]) -> None:
        """Announce the node where tills reach it, if they reach it at any place where mDNS is spoken."""
        if served:
            await network.announce(own_service(self._node(), self._port(), self._fingerprint), served)

    async def _heard(self, announced: Sequence[Announcement], *, settled: bool) -> None:
        """Pass on what is announced now. Not `settled`: who is not heard may only not have spoken yet."""
        things = printers(announced)
        changes = differences(self._announced, things)
        if not settled:
            changes = [change for change in changes if change.what is not What.VANISHED]
        await self._finds.take(changes)
        present = {thing.identity: thing for thing in things}
        self._announced = present if settled else {**self._announced, **present}
        if settled and not self._swept:
            await self._finds.sweep(ANNOUNCED, present)
            self._swept = True
        self.peers.heard(announced, self._node().node.hex())


async def _forever(what: str, work: Callable[[Patience], Awaitable[None]]) -> None:
    """Do `work` again and again: discovery may fail, and the shop must not notice."""
    patience = Patience()
    while True:
        try:
            await work(patience)
        except Exception as error:
            wait = patience.next()
            code = getattr(error, "code", type(error).__name__)
            _LOG.warning("discovery failed what=%s code=%s again_in=%ds", what, code, wait)
            await asyncio.sleep(wait)
