"""The line to HQ as the rest of the node sees it: it joins ``sync`` to the ports and notices of ``web``."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from edge_node.box import Box
from edge_node.config import Config
from edge_node.ledger import incarnations
from edge_node.ledger.apply import Notice
from edge_node.ledger.incarnations import Log
from edge_node.ledger.node import Node
from edge_node.runtime import Runtime
from edge_node.sync.asking import Asking
from edge_node.sync.bundle import make_bundle
from edge_node.sync.line import Desk
from edge_node.sync.link import Link
from edge_node.sync.replica import Heard
from edge_node.sync.telling import Devices
from edge_node.sync.witness import Witness
from edge_node.web.ports import Deps, LinkStatus
from provisioning import keys
from provisioning.tls import client_context

_LOG = logging.getLogger("stayopen.edge")

NOTICES_AT_ONCE = 100
"""Notices of one page that are told one by one; beyond, screens are told to read everything anew."""
NO_ADDRESS = "no_address"

_DATA_NAME = {
    "member": "member",
    "rights": "member",
    "claim": "claim",
    "stopped": "reason",
    "incarnation": "incarnation",
}
"""Kind of a notice → under which name its id is told."""


class Uplink:
    """One enrolled node's line. ``node``: who it is now. For the event loop alone."""

    def __init__(  # noqa: PLR0917 - what a line is made of
        self, box: Box, config: Config, run: Runtime, deps: Deps, node: Node, devices: Callable[[], Devices]
    ) -> None:
        """`deps`: database, price books and notices are shared with the tills' API; `devices`: told to HQ."""
        assert box.membership is not None
        self.node = node
        self._run = run
        self._deps = deps
        self._identity = box.identity
        self._url = box.hq_url(config)
        self._witness: Witness | None = None
        self._told = False
        self._bundling = asyncio.Lock()
        self.link = Link(
            Desk(deps.database, deps.books, run, self._heard, devices),
            self._identity,
            lambda: self.node,
            url=self._url,
            tls=client_context(
                box.store.path(keys.TLS_CERTIFICATE), box.store.path(keys.TLS_KEY), box.membership.authority
            ),
            connect_timeout_ms=config.hq.connect_timeout_ms,
            software=f"stayopen {deps.version}",
        )
        self.asking = Asking(deps.database, self.link.wake, self.link.cancel)

    async def open(self) -> None:
        """Begin the session under which tills are given their entries."""
        self._begin_witness(await self._deps.database.read(incarnations.current))

    async def run(self) -> None:
        """Stay connected until cancelled."""
        if not self._url:
            _LOG.warning("no address of HQ is known: set hq.url in the configuration")
            return
        await self.link.run()

    def wake(self) -> None:
        """A till has written."""
        self.link.wake()

    def cancelled(self, no: int, n: int) -> None:
        """A till has cancelled a request."""
        self.asking.settled(no, (n,))
        if no == self.node.no:
            self.link.cancel(n)

    def frame(self, entry: bytes) -> bytes | None:
        """Seal an entry for the till that is told of it."""
        return None if self._witness is None else self._witness.frame(entry)

    async def bundle(self) -> bytes | None:
        """Seal what waits for HQ into a file; one at a time, for it is made in memory."""
        async with self._bundling:
            return await make_bundle(self._deps.database, self._identity, self._run.random_bytes)

    def status(self, _now: int) -> LinkStatus:
        """Tell how the line is."""
        health = self.link.health
        return LinkStatus(health.connected, health.since, health.alarm if self._url else NO_ADDRESS)

    def _begin_witness(self, log: Log) -> None:
        self._witness = Witness(self._identity, log, self._run.random_bytes)

    def _heard(self, heard: Heard) -> None:
        """Pass on what a step did: who this node is now, who waited for an answer, what screens should read anew."""
        self.asking.settled(self.node.no, heard.settled)
        if heard.reopened is not None:
            log = heard.reopened
            self.node = replace(self.node, no=log.no, incarnation=log.incarnation)
            self._begin_witness(log)
            self.asking.release()
        if heard.reference_changed:
            self._deps.notices.publish("reference")
        self._tell(heard.notices)
        if (connected := self.link.health.connected) != self._told:
            self._told = connected
            self._deps.notices.publish("link", connected=int(connected))

    def _tell(self, notices: list[Notice]) -> None:
        """Publish each notice once; a page full of them is told as missed, so that screens read everything anew."""
        once = dict.fromkeys(notices)
        if len(once) > NOTICES_AT_ONCE:
            self._deps.notices.publish("missed", count=len(once))
            return
        for notice in once:
            self._deps.notices.publish(notice.kind, **{_DATA_NAME.get(notice.kind, "id"): notice.id})
