"""The line to HQ for as long as the node runs: connect, drive a session, wait with jitter, connect again.

Nothing here may stop the shop: whatever goes wrong ends one connection, is logged once, and is tried again.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import aiohttp

from edge_node.errors import EdgeError
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection, DriverError
from edge_node.sync import asking, limits
from edge_node.sync.health import End, Health, Reason
from edge_node.sync.line import Desk, Line
from edge_node.sync.replica import Heard, Replica
from sync_protocol import limits as protocol
from sync_protocol.errors import Action, RefusalCode
from sync_protocol.events import Ended
from sync_protocol.node_session import NodeIdentity
from sync_protocol.session import Secrets

_LOG = logging.getLogger("stayopen.edge.link")

_REFUSED = {401: RefusalCode.UNKNOWN_NODE, 403: RefusalCode.REVOKED}
_BUSY = frozenset({429, 503})
_ENTROPY = 2**32


class Link:
    """Keeps the node connected. ``run`` until cancelled; everything else is for the event loop too."""

    def __init__(
        self,
        desk: Desk,
        identity: NodeIdentity,
        node: Callable[[], Node],
        *,
        url: str,
        tls: ssl.SSLContext,
        connect_timeout_ms: int,
        software: str,
    ) -> None:
        """`url`: https address of HQ; `node`: the present identity; `tls`: ``provisioning.tls.client_context``."""
        self.health = Health()
        self._desk = replace(desk, heard=self._heard)
        self._report = desk.heard
        self._identity = identity
        self._node = node
        self._url = url.rstrip("/") + "/sync"
        self._tls = tls
        self._connect_timeout_ms = connect_timeout_ms
        self._software = software
        self._line: Line | None = None
        self._replica: Replica | None = None
        self._again = asyncio.Event()

    def wake(self) -> None:
        """The ledger grew: there may be something to send."""
        if self._line is not None:
            self._line.wake()

    def retry(self) -> None:
        """Somebody wants the next attempt now; where HQ itself asked for a wait it is kept."""
        self._again.set()
        self.wake()

    def cancel(self, n: int) -> None:
        """Nobody waits for request `n` of the current incarnation any more."""
        if self._line is not None:
            self._line.cancel(n)

    async def run(self) -> None:
        """Stay connected until cancelled."""
        connector = aiohttp.TCPConnector(ssl=self._tls, limit=1, force_close=True)
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as http:
            try:
                while True:
                    end = await self._attempt(http)
                    wait = self._down(end)
                    await self._pause(wait, asked=end.retry_after is not None)
            finally:
                self.health.left(self._desk.runtime.now())

    async def _pause(self, wait: int, *, asked: bool) -> None:
        """Wait so many ms before the next attempt; ``retry`` ends it early, unless HQ `asked` for the wait."""
        self._again.clear()
        least = wait if asked else min(wait, limits.RETRY_MS)
        await asyncio.sleep(least / 1000)
        with suppress(TimeoutError):
            async with asyncio.timeout((wait - least) / 1000):
                await self._again.wait()

    def _down(self, end: End) -> int:
        """Note the end of a connection; returns the ms to wait."""
        runtime = self._desk.runtime
        was = (self.health.connected, self.health.alarm)
        wait = self.health.down(end, runtime.now(), runtime.ticks(), runtime.random_below(_ENTROPY))
        # a line that stays down tells so once, not at every attempt
        level = logging.INFO if was != (self.health.connected, self.health.alarm) else logging.DEBUG
        code = end.ended.code.value if end.ended is not None else ""
        by = "" if end.ended is None else ("hq" if end.ended.by_peer else "node")
        _LOG.log(
            level,
            "link down reason=%s code=%s by=%s detail=%r alarm=%s next_ms=%d",
            *(end.reason.value, code, by, end.detail, self.health.alarm, wait),
        )
        if was[0]:
            self._report(Heard())
        return wait

    async def _attempt(self, http: aiohttp.ClientSession) -> End:
        """Make one connection and carry it to its end; whatever happens is an end, and never more."""
        try:
            await self._desk.database.write(asking.drop_overdue, self._node().no, self._desk.runtime.now())
            socket = await self._dial(http)
            if isinstance(socket, End):
                return socket
            try:
                return await self._carry(socket)
            finally:
                self._line = self._replica = None
                await socket.close()
        except TimeoutError:
            return End(Reason.SILENT)
        except (OSError, aiohttp.ClientError) as error:
            return End(Reason.LOST, detail=type(error).__name__)
        except (EdgeError, DriverError) as error:
            # what is broken has a name, a trace would tell no more
            detail = error.code.value if isinstance(error, EdgeError) else type(error).__name__
            _LOG.error("link fault code=%s", detail)
            return End(Reason.FAULT, detail=detail)
        except Exception as error:
            _LOG.exception("link fault")
            return End(Reason.FAULT, detail=type(error).__name__)

    async def _dial(self, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse | End:
        """Open a socket, or tell why there is none."""
        try:
            async with asyncio.timeout(self._connect_timeout_ms / 1000):
                return await http.ws_connect(
                    self._url,
                    max_msg_size=protocol.MAX_FRAME,
                    compress=0,
                    timeout=aiohttp.ClientWSTimeout(ws_close=limits.FAREWELL_MS / 1000),
                )
        except aiohttp.WSServerHandshakeError as error:
            return _turned_away(error)
        except (OSError, aiohttp.ClientError) as error:
            return End(Reason.UNREACHABLE, detail=type(error).__name__)

    async def _carry(self, socket: aiohttp.ClientWebSocketResponse) -> End:
        """Begin a session on an open socket and drive it."""
        runtime = self._desk.runtime
        secrets = Secrets(
            runtime.random_bytes(protocol.NONCE),
            runtime.random_bytes(protocol.DATA_KEY),
            runtime.random_bytes(protocol.ID),
        )
        replica = Replica(self._node(), self._identity, lambda: runtime.random_bytes(protocol.ID), self._software)

        def begin(conn: Connection) -> None:
            replica.connect(conn, secrets)

        await self._desk.database.read(begin)
        self._replica = replica
        self._line = Line(self._desk, replica, socket)
        return await self._line.run()

    def _heard(self, heard: Heard) -> None:
        """Keep the line's health, then pass on what a step did."""
        replica = self._replica
        if replica is not None and replica.live and not self.health.connected:
            self.health.up(self._desk.runtime.now(), self._desk.runtime.ticks())
            _LOG.info("link up branch=%s incarnation=%s", replica.node.branch, replica.node.incarnation.hex())
        if heard.acked:
            self.health.progressed()
        if heard.reopened is not None:
            _LOG.warning("incarnation closed by HQ; new incarnation=%s", heard.reopened.incarnation.hex())
        self._report(heard)


def _turned_away(error: aiohttp.WSServerHandshakeError) -> End:
    """Read an HTTP status that came in place of a session."""
    if error.status in _REFUSED:
        code = _REFUSED[error.status]
        return End(Reason.TURNED_AWAY, Ended(code, "", Action.HUMAN, by_peer=True), detail=f"status {error.status}")
    after = None
    if error.status in _BUSY:
        asked = "" if error.headers is None else error.headers.get("Retry-After", "")
        after = int(asked) * 1000 if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    return End(Reason.TURNED_AWAY, retry_after=after, detail=f"status {error.status}")
