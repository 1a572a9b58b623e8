"""``GET /sync``: a branch's session over a WebSocket inside mutual TLS. Bytes in, bytes out; all else is the core's.

The certificate says who is there; the session's opening must name the same node (sync.md). A node whose certificate
has expired, or that was revoked or replaced, is let in: it may bring what it wrote, and gets nothing.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from aiohttp import WSMsgType, web

from foundation.http_api.upgrading import upgrade
from hq_server.core.link import BranchLink
from hq_server.errors import HqError
from hq_server.web import limits
from hq_server.web.turns import Turns
from provisioning.certificates import AuthorityCertificate, PeerIdentity, check_validity
from provisioning.errors import ProvisioningError
from provisioning.tls import peer_identity
from sync_protocol import limits as protocol
from sync_protocol.session import Secrets

log = logging.getLogger("stayopen.hq.branches")


class BranchSocket:
    """The handler of all branches' connections."""

    def __init__(
        self,
        turns: Turns,
        authority: AuthorityCertificate,
        now: Callable[[], int],
        random_bytes: Callable[[int], bytes],
        *,
        most: int,
    ) -> None:
        self._turns = turns
        self._authority = authority
        self._now = now
        self._random_bytes = random_bytes
        self._most = most
        self._sockets: set[web.WebSocketResponse] = set()
        self._of_node: Counter[bytes] = Counter()
        self._empty = asyncio.Event()
        self._empty.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Carry one connection from its upgrade to its end."""
        try:
            peer = self._peer(request)
        except ProvisioningError as error:
            log.info("branch refused code=%s", error.code)
            peer = None
        if peer is None:
            raise web.HTTPUnauthorized
        if len(self._sockets) >= self._most or self._of_node[peer.node] >= limits.PER_NODE:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": str(limits.RETRY_AFTER)})
        self._of_node[peer.node] += 1
        try:
            return await self._serve(request, peer)
        finally:
            self._of_node[peer.node] -= 1
            self._of_node += Counter()  # forgets those at zero

    async def _serve(self, request: web.Request, peer: PeerIdentity) -> web.StreamResponse:
        """Carry the connection of a node that may have one."""
        connection = _Connection(self._turns)
        try:
            link = await self._turns.connect(
                peer.node, self._secrets(), connection.say, upload_only=self._expired(peer)
            )
        except HqError as error:
            log.info("branch refused node=%s code=%s", peer.node.hex(), error.code)
            raise web.HTTPUnauthorized from None
        try:
            if (link.peer.signing_key, link.branch) != (peer.signing, peer.branch):
                log.warning("branch refused node=%s code=old_certificate", peer.node.hex())
                raise web.HTTPForbidden
            socket = web.WebSocketResponse(
                max_msg_size=protocol.MAX_FRAME, compress=False, timeout=limits.CLOSE, autoping=True
            )
            await upgrade(socket, request)
            self._sockets.add(socket)
            self._empty.clear()
            try:
                await connection.carry(socket, link)
            finally:
                self._sockets.discard(socket)
                if not self._sockets:
                    self._empty.set()
        finally:
            await asyncio.shield(self._turns.disconnect(link))
        return socket

    async def close(self) -> None:
        """End all connections, giving their last words a moment."""
        await self._turns.farewell()
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CLOSE):
                await self._empty.wait()

    def _peer(self, request: web.Request) -> PeerIdentity | None:
        """Who the certificate says is there; None: it showed none."""
        transport = request.transport
        tls = transport.get_extra_info("ssl_object") if transport is not None else None
        return peer_identity(tls, self._authority) if tls is not None else None

    def _expired(self, peer: PeerIdentity) -> bool:
        """Whether the certificate is out of its time, by HQ's clock."""
        try:
            check_validity(peer, self._now())
        except ProvisioningError:
            return True
        return False

    def _secrets(self) -> Secrets:
        """Fresh randomness for one session."""
        fresh = self._random_bytes
        return Secrets(fresh(protocol.NONCE), fresh(protocol.DATA_KEY), fresh(protocol.ID))


class _Connection:
    """One socket: a reader that waits until each message is kept, a writer that sends what the core says."""

    def __init__(self, turns: Turns) -> None:
        self._said: asyncio.Queue[list[bytes]] = asyncio.Queue()
        self._turns = turns

    def say(self, messages: list[bytes]) -> None:
        """Queue messages; an empty list, or too many that wait, end the connection."""
        self._said.put_nowait(messages if self._said.qsize() < limits.MESSAGES_UNREAD else [])

    async def carry(self, socket: web.WebSocketResponse, link: BranchLink) -> None:
        """Read and write until either side ends it."""
        log.info("branch connected branch=%s node=%s", link.branch, link.node.hex())
        writer = asyncio.create_task(self._write(socket))
        try:
            reason = await self._read(socket, link)
        finally:
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        log.info("branch left branch=%s node=%s reason=%s", link.branch, link.node.hex(), reason)
        await socket.close()

    async def _read(self, socket: web.WebSocketResponse, link: BranchLink) -> str:
        """Hand on messages, one at a time: so each node has a fair share of every turn."""
        while True:
            try:
                message = await socket.receive(timeout=limits.SILENCE)
            except TimeoutError:
                return "silent"
            if message.type is not WSMsgType.BINARY:
                closing = message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED)
                return "closed" if closing else "not_binary"
            try:
                await self._turns.take(link, message.data)
            except ConnectionError:
                return "fault"

    async def _write(self, socket: web.WebSocketResponse) -> None:
        """Send in order; an empty list ends the connection, as does a peer that does not read."""
        try:
            while messages := await self._said.get():
                for data in messages:
                    async with asyncio.timeout(limits.SEND):
                        await socket.send_bytes(data)
        except (TimeoutError, ConnectionError):
            log.info("branch does not read")
        await socket.close()
