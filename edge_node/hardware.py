"""The shop's devices as the rest of the node sees them: joins ``devices`` and ``discovery`` to the ports of ``web``.

Everything here is a task of its own that is begun again when it dies of a defect: no device, and no part of this
program that looks after devices, keeps a till from selling.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NamedTuple

from device_drivers.interfaces.device import Kind
from device_drivers.paper import font_file
from edge_node.config import Config
from edge_node.devices.customer_display import CustomerDisplays
from edge_node.devices.health import State
from edge_node.devices.manager import Manager
from edge_node.devices.papers.source import Means
from edge_node.devices.readings import Told
from edge_node.devices.spooler import Desk, Spooler
from edge_node.discovery.discovery import Discovery
from edge_node.ledger.devices import Known
from edge_node.runtime import Runtime
from edge_node.sync.telling import Devices
from edge_node.web import customer_view
from edge_node.web.notices import Notice
from edge_node.web.ports import Deps
from sync_protocol.limits import MAX_DEVICE_NAME
from sync_protocol.messages import DeviceState

_LOG = logging.getLogger("stayopen.edge")

LOOKED_S = 3.0
"""For the first look at the ports: the system may have numbered them anew. Then devices are opened all the same."""
AGAIN_S = 1.0
AGAIN_MOST_S = 60.0
"""Before what died is begun again: from the first to the longest wait."""
LASTED_S = 60.0
"""What ran so long has not died at its start."""
_CODE = re.compile("[a-z][a-z0-9_]{0,23}")


class Place(NamedTuple):
    """What the node is known by. ``port``: of the tills' API, once it is served; ``fingerprint``: announced with it.

    ``sign``: signs a receipt's code with the node's key.
    """

    port: Callable[[], int]
    fingerprint: str
    sign: Callable[[bytes], bytes]


class Hardware:
    """The devices of one running node, and what is done with them."""

    def __init__(self, config: Config, run: Runtime, deps: Deps, place: Place) -> None:
        self._deps = deps
        self._notices = deps.notices
        if not font_file.use(config.devices.font):
            _LOG.warning("there is no font at devices.font: drawing with the one that comes along")
        self.manager = Manager(
            deps.database, run.now, changed=self._changed, heard=self._heard, arranged=self._arranged
        )
        self._means = means = Means(sign=place.sign, online=lambda: deps.link(run.now()).connected)
        desk = Desk(deps.node, deps.books, run.now, run.random_below, means, tell=self._notices.publish)
        self.spooler = Spooler(deps.database, self.manager, desk)
        self.displays = CustomerDisplays(self.manager, customer_view.reader(deps), customer_view.tills(deps))
        self._notices.listen(lambda notice: self.displays.heard(notice.kind, notice.data))
        self.discovery = Discovery(
            deps.database,
            deps.node,
            run.now,
            host=config.till.host,
            port=place.port,
            fingerprint=place.fingerprint,
            listen=config.devices.listen,
            network=config.looks_at_lan,
            changed=self._found,
        )

    def join(self) -> Deps:
        """Let the tills' API know of the devices; whatever it commits may have to be printed."""

        def committed() -> None:
            self._deps.committed()
            self.spooler.wake()

        return replace(
            self._deps, devices=self.manager, papers=self._means, committed=committed, peers=self.discovery.peers.all
        )

    def tasks(self) -> tuple[tuple[str, Callable[[], Awaitable[None]]], ...]:
        """Return what has to run while tills are served, by name."""
        return (
            ("the device manager", self.look_after),
            ("the print spooler", self.spooler.run),
            ("the customer displays", self.displays.run),
        )

    def told(self) -> Devices:
        """How the devices are, as head office is told: what the shop calls them, no addresses."""
        return tuple(_told(*one) for one in self.manager.all())

    async def look_after(self) -> None:
        """Keep the devices open until cancelled, once it is known what is plugged in where."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKED_S):
                await self.discovery.looked.wait()
        await self.manager.run()

    def _arranged(self) -> None:
        """Devices or their work are others: what waits may have somewhere to go."""
        self.spooler.wake()
        self.displays.heard("device", {})

    def _found(self) -> None:
        """Something is offered, has moved or is gone."""
        self.manager.wake()
        self._notices.post(Notice("device", {"state": "found"}), newest="device found")

    def _changed(self, device: bytes, state: State) -> None:
        """A device works again, or does not; of what waits for a slow screen the newest is enough."""
        data: dict[str, int | str] = {"device": device.hex(), "works": int(state.works), "trouble": state.trouble}
        self._notices.post(Notice("device", {**data, "warning": state.warning}), newest=f"device {device.hex()}")
        if state.works:
            self.spooler.recovered(device)

    def _heard(self, device: bytes, till: str, reading: Told) -> None:
        """Show a reading to its till; of a scale's the newest is enough."""
        notice = Notice("reading", {"device": device.hex(), "till": till, **reading})
        newest = f"weight {device.hex()}" if reading["type"] == "weight" else ""
        self._notices.post(notice, till=till, newest=newest)


def _told(known: Known, kind: Kind | None, state: State) -> DeviceState:
    """Word one device for head office; a warning that is no code is left out."""
    code = state.trouble or state.warning
    addressed = known.address.startswith(known.name) or known.identity.startswith(known.name)
    return DeviceState(
        name="" if addressed else known.name[:MAX_DEVICE_NAME],
        kind=kind.value if kind is not None else "unknown",
        works=state.works,
        code=code if _CODE.fullmatch(code) else "",
        since=max(state.since, 0),
    )


async def keep(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` until cancelled; when it ends or dies, tell it and begin again."""
    loop = asyncio.get_running_loop()
    pause = AGAIN_S
    while True:
        begun = loop.time()
        try:
            await work()
            _LOG.error("%s ended", what)
        except Exception:
            _LOG.exception("%s died", what)
        pause = AGAIN_S if loop.time() - begun > LASTED_S else pause
        await asyncio.sleep(pause)
        pause = min(2 * pause, AGAIN_MOST_S)
