"""A real HQ on loopback, and boxes that enrol and connect to it over TLS as real ones do."""

import asyncio
import ssl
from contextlib import asynccontextmanager, contextmanager

import aiohttp
from branch_world import Box
from hq_world import Ids, Shop

from hq_server.app import HqApp, Runtime, ledger_keys
from hq_server.config import BranchesConfig, Config, OfficeConfig
from hq_server.head_office import enrolment_codes
from hq_server.head_office.act import Act
from hq_server.ledger import start
from hq_server.reconcile.apply import Reconciler
from hq_server.reconcile.verify import verify
from hq_server.storage.database import open_connection, transaction
from hq_server.storage.migrate import migrate
from provisioning import tls
from provisioning.enrolment import joining
from provisioning.enrolment.code import parse_code
from provisioning.enrolment.granting import issue_code
from provisioning.enrolment.messages import encode
from provisioning.import_key import load_public
from provisioning.keys import create_hq, create_node
from provisioning.keystore import Keystore
from sync_protocol import events
from sync_protocol.signed import load_public as load_signing

START = 1_796_000_000_000
DEADLINE = 10


class Clock:
    """HQ's time in tests."""

    def __init__(self):
        self.now = START

    def __call__(self):
        """Milliseconds; a little later each time."""
        self.now += 1
        return self.now


class Wire:
    """One HQ process in this process, with its files under `folder`."""

    def __init__(self, folder, seed="wire", most=100):
        self.folder = folder
        self.ids = Ids(seed)
        self.clock = Clock()
        self.means = Runtime(self.clock, self.ids)
        self.config = Config(
            data=str(folder / "hq"),
            branches=BranchesConfig("127.0.0.1", 0, most),
            office=OfficeConfig("127.0.0.1", 0),
        )
        self.keys = create_hq(self.config.keystore, now=self.now, random_bytes=self.ids)
        with self.opened() as conn:
            migrate(conn)
            with transaction(conn):
                start.create(conn, ledger_keys(self.keys), Reconciler(), self.ids(), self.ids(), self.now)
        self.app = None
        self.boxes = []
        self.chain_id = self.keys.chain

    @property
    def now(self):
        """What the boxes' clocks say."""
        return self.clock.now

    @property
    def url(self):
        """Where branches reach HQ."""
        return f"https://127.0.0.1:{self.app.branches_port}"

    @asynccontextmanager
    async def running(self):
        """Run HQ."""
        self.app = HqApp(self.config, self.means)
        await self.app.start()
        try:
            yield self.app
        finally:
            await self.app.stop()
            for box in self.boxes:
                if box.http is not None:
                    await box.http.close()

    def verify(self):
        """Verify the whole database, from beside."""
        with self.opened() as conn:
            return verify(conn)

    @contextmanager
    def opened(self):
        """HQ's database, from beside."""
        self.config.folder.mkdir(parents=True, exist_ok=True)
        conn = open_connection(self.config.database)
        try:
            yield conn
        finally:
            conn.close()

    def code(self, branch):
        """A one-time code for a box of a branch, as the command line makes it while HQ runs."""
        code, record = issue_code(self.keys, branch, now=self.now, random_bytes=self.ids)
        with self.opened() as conn, transaction(conn):
            hq = start.load(conn, ledger_keys(self.keys), Reconciler())
            enrolment_codes.store(conn, Act(hq, "console", self.now), record, f"{branch}店")
        return code.text

    async def box(self, branch):
        """Enrol a box by a one-time code over HTTPS and open its log."""
        box = WireBox(self, branch)
        await box.enrol(self.code(branch))
        return box


class WireShop(Shop):
    """A shop whose logs are of the chain HQ was made for."""

    @property
    def world_chain(self):
        """The chain that `hq init` made."""
        return self.world.chain_id


class WireBox(Box):
    """A box with its own keystore and a real connection."""

    def __init__(self, wire, branch):
        super().__init__(wire, branch)
        folder = wire.folder / f"box{len(wire.boxes)}"
        wire.boxes.append(self)
        self.keys = create_node(folder, self.ids)
        self.store = Keystore(folder)
        self.hpke = self.keys.import_key
        self.shop = WireShop(wire, branch, self.ids())
        self.shop.key = self.keys.signing
        self.socket = self.http = None

    async def post(self, code, request):
        """Send an enrolment request; return (status, body)."""
        context = tls.enrolment_context(code.matches)
        async with aiohttp.ClientSession() as http:
            data = request if isinstance(request, bytes) else encode(request)
            async with http.post(f"{self.chain.url}/enrol", data=data, ssl=context) as answer:
                return answer.status, await answer.read()

    async def enrol(self, text, logs=()):
        """Join the chain."""
        code = parse_code(text)
        request = joining.request_for(code, self.keys, node=self.shop.node, branch="s-1", logs=list(logs))
        status, raw = await self.post(code, request)
        assert status == 200, raw
        membership = joining.accept(raw, code, self.keys, request)
        joining.save(self.store, raw, membership)
        hq = self.chain
        hq.public_key = load_signing(membership.hq_signing)
        hq.import_public, hq.import_raw = load_public(membership.hq_import), membership.hq_import
        self.membership = membership
        self.shop.node, self.shop.branch = membership.node, membership.branch
        self.reopen("enrolled")

    def context(self):
        """TLS as this box speaks it."""
        return tls.client_context(self.store.path("tls.crt"), self.store.path("tls.key"), self.membership.authority)

    async def dial(self, context: ssl.SSLContext | None = None, as_box=None):
        """Open the socket and say hello (as another box, where a test lies)."""
        self.http = aiohttp.ClientSession()
        try:
            self.socket = await self.http.ws_connect(
                f"{self.chain.url}/sync", ssl=context or self.context(), compress=0
            )
        except BaseException:
            await self.http.close()
            raise
        (as_box or self).begin()
        if as_box is not None:
            self.session = as_box.session

    async def talk(self, until):
        """Carry messages until `until()` holds."""
        async with asyncio.timeout(DEADLINE):
            while True:
                for data in self.outgoing():
                    await self.socket.send_bytes(data)
                if until():
                    return
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.BINARY:
                    raise ConnectionError(message.type.name)
                self.receive(message.data)

    async def listen(self):
        """Take what HQ says until it closes the connection."""
        async with asyncio.timeout(DEADLINE):
            while (message := await self.socket.receive()).type is aiohttp.WSMsgType.BINARY:
                self.receive(message.data)

    async def hang_up(self):
        """Close the connection."""
        await self.socket.close()
        await self.http.close()
        self.session = None

    def acked(self):
        """Whether HQ has acked the present log to its end."""
        end = (self.shop.log.identity.incarnation, len(self.shop.log.entries))
        acks = [event.ack for event in self.events if isinstance(event, events.AckReceived)]
        return any((ack.incarnation, ack.seq) == end for ack in acks)
