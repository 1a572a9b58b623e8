"""A scripted HQ behind real TLS on loopback, enrolment included, and a node's link to it."""

import asyncio
import os
from dataclasses import replace

from aiohttp import web
from scripted_hq import EPOCH, ScriptedHq

from edge_node import box as boxes
from edge_node import joining
from edge_node.config import Config, HqConfig, TillConfig
from edge_node.ledger import incarnations
from edge_node.ledger.node import load_node
from edge_node.ledger.price_book import PriceBooks
from edge_node.runtime import REAL, Runtime
from edge_node.storage.database import Database
from edge_node.sync.line import Desk
from edge_node.sync.link import Link
from provisioning import keys, tls
from provisioning.enrolment import granting, messages
from provisioning.import_key import load_public
from provisioning.keystore import Keystore
from provisioning.tls import client_context
from sync_protocol import limits
from sync_protocol.hq_session import HqIdentity, NodeRecord
from sync_protocol.session import Secrets
from sync_protocol.signed import key_id
from sync_protocol.signed import load_public as load_signing

NOW = 1_772_330_400_000
PATIENCE = 20


class TlsHq:
    """``/enrol`` and ``/sync`` of a chain.

    ``turned_away``: (status, headers) in place of a session; ``refusal``: (status, code) in place of a grant.
    """

    def __init__(self, folder):
        self.keys = keys.create_hq(folder / "hq-keys", now=NOW, random_bytes=os.urandom)
        self.store = Keystore(folder / "hq-keys")
        self.script = None
        self.code = self.record = None
        self.port = 0
        self.turned_away = None
        self.refusal = None
        self.deaf = False
        self.connections = self.messages = 0
        self.changed = asyncio.Event()
        self._socket = None
        self._runner = None

    @property
    def url(self):
        """Where it is."""
        return f"https://127.0.0.1:{self.port}"

    def issue(self, branch="b001"):
        """Make a one-time code."""
        self.code, self.record = granting.issue_code(self.keys, branch, now=NOW, random_bytes=os.urandom)
        return self.code.text

    async def start(self):
        """Listen, on the same port as before."""
        app = web.Application()
        app.router.add_post("/enrol", self._enrol)
        app.router.add_get("/sync", self._sync)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        secure = tls.server_context(
            self.store.path("tls.crt"), self.store.path("tls.key"), self.keys.authority.certificate
        )
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=secure, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self):
        """Vanish."""
        if self._runner is not None:
            await self.drop()
            await self._runner.cleanup()
            self._runner = None

    async def drop(self):
        """Break the line off, without a word."""
        if self._socket is not None and self._socket._req is not None and self._socket._req.transport is not None:
            self._socket._req.transport.abort()

    async def say(self):
        """Send what the script has to say."""
        while words := self.script.session.outgoing():
            for data in words:
                await self._socket.send_bytes(data)

    async def _enrol(self, request):
        try:
            asked = messages.decode_request(await request.read())
            terms = granting.Terms(
                bytes.fromhex(asked.body.standing.node), self.record.branch, "万达广场店", (EPOCH.n, EPOCH.id)
            )
            answer = granting.answer(asked, self.record, self.keys, terms, now=NOW + 1, random_bytes=os.urandom)
        except granting.AskPersonError as error:
            return web.json_response({"code": error.code.value, "message": error.text}, status=403)
        if self.refusal is not None:
            status, code = self.refusal
            return web.json_response({"code": code, "message": code}, status=status)
        self.record = answer.record
        record = NodeRecord(
            terms.node,
            load_signing(bytes.fromhex(asked.body.signing)),
            load_public(asked.body.import_key),
            asked.body.import_key,
        )
        own = {key_id(self.keys.import_key.public_raw): self.keys.import_key.private}
        self.script = ScriptedHq(HqIdentity(self.keys.chain, self.keys.signing, own.get), record)
        for log in asked.body.standing.logs:
            self.script.adopts[bytes.fromhex(log.incarnation)] = True
        return web.Response(body=answer.grant, content_type="application/json")

    async def _sync(self, request):
        self.connections += 1
        self.changed.set()
        if self.turned_away is not None:
            status, headers = self.turned_away
            return web.Response(status=status, headers=headers)
        self._socket = socket = web.WebSocketResponse(max_msg_size=limits.MAX_FRAME, compress=False)
        await socket.prepare(request)
        session = self.script.connect(Secrets(os.urandom(32), os.urandom(32), os.urandom(16)))
        if not self.deaf:
            await self.say()
        async for message in socket:
            self.messages += 1
            self.changed.set()
            if self.deaf or self.script.session is not session:
                continue
            self.script.take(message.data)
            await self.say()
            self.changed.set()
        return socket


class Rig:
    """An enrolled box with its link, and time in the test's hands: ``skip`` moves the clock of deadlines."""

    def __init__(self, folder, hq):
        self.hq = hq
        self.config = Config(data=str(folder), till=TillConfig(port=0), hq=HqConfig(connect_timeout_ms=2_000))
        self.skipped = 0
        self.heard = []
        self.ends = []
        self.changed = hq.changed
        self.task = None

    async def open(self):
        """Enrol, and open the database."""
        await asyncio.to_thread(joining.enrol, self.config, self.hq.issue(), self.hq.url)
        self.box = boxes.find(self.config)
        self.database = await Database.open(self.box.database, self.box.keys.db_key)
        self.node = await self.database.read(load_node, self.box.member_key)
        self.link = self.make_link()
        return self

    def make_link(self):
        """A link as the app makes it, told of every end."""
        runtime = Runtime(ticks=lambda: REAL.ticks() + self.skipped, random_below=lambda _limit: 0)
        store = self.box.store
        link = Link(
            Desk(self.database, PriceBooks(), runtime, self._heard),
            self.box.identity,
            lambda: self.node,
            url=self.hq.url,
            tls=client_context(store.path("tls.crt"), store.path("tls.key"), self.box.membership.authority),
            connect_timeout_ms=self.config.hq.connect_timeout_ms,
            software="测试 1",
        )
        noted = link._down

        def down(end):
            wait = noted(end)
            self.ends.append((end, wait))
            self.changed.set()
            return wait

        link._down = down
        return link

    def _heard(self, heard):
        self.heard.append(heard)
        if heard.reopened is not None:
            self.node = load_node_of(self.node, heard.reopened)
        self.changed.set()

    def start(self):
        """Run the link."""
        self.task = asyncio.create_task(self.link.run())

    async def stop(self):
        """Cancel the link and wait until it has let go."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
            self.task = None

    async def close(self):
        """Let go of everything."""
        await self.stop()
        await self.database.close()

    async def until(self, reached):
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not reached():
                self.changed.clear()
                await self.changed.wait()

    async def logs(self):
        """The node's logs."""
        return await self.database.read(incarnations.logs)

    def skip(self, ms):
        """Let time pass for deadlines."""
        self.skipped += ms
        self.link.wake()


def load_node_of(node, log):
    """The identity after another incarnation was opened."""
    return replace(node, no=log.no, incarnation=log.incarnation)
