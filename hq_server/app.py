"""HQ's composition root: one process, one database, the branches' TLS port and the office's HTTP port."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from foundation.http_api.listening import runner
from hq_server import runtime
from hq_server.config import Config
from hq_server.core.heart import HqCore
from hq_server.distribution.feed import forget_history
from hq_server.errors import Code, StopError
from hq_server.head_office import catalogue_index
from hq_server.lease import Lease
from hq_server.ledger import context, start
from hq_server.ledger.members import complete_initials
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import Database, open_reader
from hq_server.storage.migrate import migrate
from hq_server.web import console_page, limits
from hq_server.web.branch_socket import BranchSocket
from hq_server.web.enrolment import Enrolling
from hq_server.web.office.service import Office
from hq_server.web.turns import Turns
from provisioning import limits as provisioning_limits
from provisioning import tls
from provisioning.keys import HQKeys, load_hq
from provisioning.keystore import Keystore
from sync_protocol.hq_session import HqIdentity
from sync_protocol.signed import key_id

log = logging.getLogger("stayopen.hq")

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where time (ms) and entropy come from; tests hand in their own."""

    now: Callable[[], int] = runtime.now_ms
    random_bytes: Callable[[int], bytes] = runtime.random_bytes


REAL = Runtime()


def ledger_keys(keys: HQKeys) -> context.Keys:
    """What of HQ's keystore the ledger needs."""
    return context.Keys(keys.chain, keys.node, keys.signing, keys.member_key, keys.mac_key)


def identity(keys: HQKeys) -> HqIdentity:
    """HQ as its sessions know it."""
    import_keys = {key_id(keys.import_key.public_raw): keys.import_key.private}
    return HqIdentity(keys.chain, keys.signing, import_keys.get)


class HqApp:
    """A running HQ: ``start``, then ``stop``; both may be called once."""

    def __init__(self, config: Config, means: Runtime = REAL) -> None:
        self.config = config
        self.branches_port = self.office_port = 0
        self._means = means
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Take the lease, open the database, serve. StopError or ProvisioningError when that is not possible."""
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()

    async def stop(self) -> None:
        """Tell the branches, finish what is under way, close the database, give the lease back."""
        log.info("stopping")
        await self._stack.aclose()
        log.info("stopped")

    async def _start(self, stack: AsyncExitStack) -> None:
        if not self.config.database.exists():
            raise StopError(Code.NOT_STARTED)
        stack.enter_context(Lease(self.config.folder))
        store = Keystore(self.config.keystore)
        self.keys = load_hq(store)
        self.database = await Database.open(self.config.database)
        stack.push_async_callback(self.database.close)
        await self.database.read(migrate)
        await self.database.write(catalogue_index.complete)
        await self.database.write(complete_initials)
        reconciler = Reconciler()
        hq = await self.database.read(start.load, ledger_keys(self.keys), reconciler)
        await self.database.write(forget_history, self._means.now())
        self.reader = await self._reader(stack)
        self.slow_reader = await self._reader(stack)
        self.core = HqCore(hq, reconciler, identity(self.keys))
        self.turns = Turns(self.database, self.core, self._means.now)
        loop = asyncio.create_task(self.turns.run())
        stack.push_async_callback(_cancelled, loop)
        await self._serve_branches(stack, store)
        await self._serve_office(stack)
        log.info("serving chain=%s epoch=%d", self.keys.chain.hex(), hq.epoch.n)

    async def _reader(self, stack: AsyncExitStack) -> Database:
        """Open a connection that only reads, to be closed with the rest."""
        reader = await Database.open_reader(self.config.database)
        stack.push_async_callback(reader.close)
        return reader

    async def _serve_branches(self, stack: AsyncExitStack, store: Keystore) -> None:
        """Enrolment and sync on one TLS port."""
        authority = self.keys.authority.certificate
        means, settings = self._means, self.config.branches
        sockets = BranchSocket(self.turns, authority, means.now, means.random_bytes, most=settings.most)
        enrolling = Enrolling(
            self.database,
            hq=lambda: self.core.hq,
            keys=self.keys,
            now=means.now,
            random_bytes=means.random_bytes,
            changed=self.turns.changed,
        )
        app = web.Application(client_max_size=provisioning_limits.REQUEST_BYTES)
        app.router.add_get("/sync", sockets.serve)
        app.router.add_post("/enrol", enrolling.serve)
        secure = tls.server_context(store.path("tls.crt"), store.path("tls.key"), authority)
        serving = await _runner(stack, app)
        stack.push_async_callback(sockets.close)
        site = web.TCPSite(serving, settings.host, settings.port, ssl_context=secure)
        await site.start()
        self.branches_port = _port(serving)

    async def _serve_office(self, stack: AsyncExitStack) -> None:
        """The office API for people, and the console in front of it."""
        office = Office(
            self.database,
            self.reader,
            self.slow_reader,
            partial(open_reader, self.config.database),
            hq=lambda: self.core.hq,
            keys=self.keys,
            clock=self._means.now,
            random_bytes=self._means.random_bytes,
            changed=self.turns.changed,
        )
        app = office.application()
        console_page.install(app)
        serving = await _runner(stack, app)
        await web.TCPSite(serving, self.config.office.host, self.config.office.port).start()
        self.office_port = _port(serving)


async def _runner(stack: AsyncExitStack, app: web.Application) -> web.AppRunner:
    """Set an application up, to be cleaned up with the rest."""
    made = runner(app, limits.CLOSE)
    await made.setup()
    stack.push_async_callback(made.cleanup)
    return made


def _port(serving: web.AppRunner) -> int:
    """The port the system chose."""
    port: int = serving.addresses[0][1]
    return port


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def serve(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; two lines on stdout say where, a third that it is ready."""
    logging.basicConfig(level=config.log_level.upper(), format=_LOG_FORMAT, stream=sys.stderr)
    asyncio.run(_serve(config))


async def _serve(config: Config) -> None:
    app = HqApp(config)
    await app.start()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    say = sys.stdout
    say.write(f"branches: https://{config.branches.host}:{app.branches_port}\n")
    say.write(f"office: http://{config.office.host}:{app.office_port}/office/v1\nready\n")
    say.flush()
    try:
        await ended.wait()
    finally:
        await app.stop()
