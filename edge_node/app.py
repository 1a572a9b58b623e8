"""The edge node put together: box, database, tills' API, and the line to HQ where there is one.

``EdgeApp`` is one running node; ``serve`` is the program around it. Nothing here waits for HQ: the line is a task of
its own, and the API is served whether it is up or not.
"""

import asyncio
import contextlib
import hashlib
import logging
import signal
import sys
from collections.abc import Coroutine
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from aiohttp import web

from edge_node import box as boxes
from edge_node import logs, seed, till_tls
from edge_node.box import Announce, Box
from edge_node.config import Config, ConfigError
from edge_node.discovery.announcing import fingerprint
from edge_node.hardware import Hardware, Place, keep
from edge_node.ledger import answers, payments, print_jobs
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBooks
from edge_node.lock import Lock
from edge_node.payments.desk import PaymentDesk
from edge_node.payments.registry import providers
from edge_node.runtime import REAL, Runtime
from edge_node.seed import FirstManager
from edge_node.storage.database import Database
from edge_node.sync.telling import Devices
from edge_node.training import Training
from edge_node.uplink import Uplink
from edge_node.web import ports
from edge_node.web.notices import Notices
from edge_node.web.service import build_app
from foundation.http_api.listening import runner

_LOG = logging.getLogger("stayopen.edge")

_PRUNE_S = 3600.0
"""Old answers go once an hour."""
_SHUTDOWN_S = 5.0
"""For requests under way; a till that waits for HQ is let go then."""


class EdgeApp:
    """One node that runs between ``start`` and ``stop``."""

    def __init__(
        self, config: Config, run: Runtime = REAL, *, seed_file: Path | None = None, announce: Announce | None = None
    ) -> None:
        """`announce`: told a new shop's first manager before anything is committed (``box.prepare``)."""
        self._config = config
        self._run = run
        self._seed_file = seed_file
        self._announce = announce
        self._stack = contextlib.AsyncExitStack()
        self._node: Node | None = None
        self._runner: web.AppRunner | None = None
        self.uplink: Uplink | None = None
        self.hardware: Hardware | None = None

    @property
    def node(self) -> Node:
        """Who this node is now: another incarnation after HQ closed one."""
        if self.uplink is not None:
            return self.uplink.node
        assert self._node is not None
        return self._node

    @property
    def port(self) -> int:
        """The port on which tills are served."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Open everything and serve; what was opened is closed again when something fails."""
        async with contextlib.AsyncExitStack() as stack:
            await self._open(stack)
            self._stack = stack.pop_all()

    async def stop(self) -> None:
        """Stop serving, leave HQ, close the database; commits under way are finished."""
        await self._stack.aclose()

    async def _open(self, stack: contextlib.AsyncExitStack) -> None:
        """Open in the order in which one thing needs the other; the stack closes in the opposite one."""
        config = self._config
        config.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stack.callback(Lock(config.folder).release)
        wanted = seed.read_seed(self._seed_file) if self._seed_file is not None else None
        box = boxes.open_or_make(config, self._run)
        self._node = boxes.prepare(box, self._run, wanted, self._announce)
        database = await Database.open(box.database, box.keys.db_key)
        stack.push_async_callback(database.close)
        deps = ports.Deps(
            database=database,
            books=PriceBooks(),
            node=lambda: self.node,
            runtime=ports.Runtime(self._run.now, self._run.random_bytes),
            digest_key=hashlib.sha256(b"stayopen/1 answers" + box.keys.db_key).digest(),
            notices=Notices(),
            version=software_version(),
            names=frozenset(config.till.names),
        )
        if box.membership is None:
            _LOG.info("standing alone branch=%s", self.node.branch)
        else:
            deps = await self._join(stack, box, deps)
        counter = PaymentDesk(database, providers(), self._run.now, deps.notices.publish)
        await counter.start()
        stack.push_async_callback(counter.close)
        deps = replace(deps, payments=counter)
        training = Training(config.folder / "training.db", self._run, deps)
        stack.push_async_callback(training.close)
        deps = replace(deps, training_world=training)
        _background(stack, self._prune(database, training))
        if config.devices.enabled:
            deps = self._equip(stack, box, deps)
        await self._serve(stack, deps)
        if self.hardware is not None:
            _background(stack, keep("discovery", self.hardware.discovery.run))  # it announces where tills are served
        if self.uplink is not None:
            stack.callback(self.uplink.asking.release)  # first of all: nobody waits for HQ while the API stops

    async def _join(self, stack: contextlib.AsyncExitStack, box: Box, deps: ports.Deps) -> ports.Deps:
        """Begin the line to HQ, and let the tills' API know it through its ports."""
        uplink = Uplink(box, self._config, self._run, deps, self.node, self._devices)
        await uplink.open()
        self.uplink = uplink
        stack.push_async_callback(uplink.asking.close)
        _background(stack, uplink.run())
        return replace(
            deps,
            committed=uplink.wake,
            wait_rights=uplink.asking.wait,
            rights_cancelled=uplink.cancelled,
            witness_frame=uplink.frame,
            link=uplink.status,
            retry=uplink.link.retry,
            bundle=uplink.bundle,
        )

    def _devices(self) -> Devices:
        """How the shop's devices are, for head office; none before they are looked after."""
        return () if self.hardware is None else self.hardware.told()

    def _equip(self, stack: contextlib.AsyncExitStack, box: Box, deps: ports.Deps) -> ports.Deps:
        """Begin to look after the shop's devices, and let the tills' API know them."""
        certificate = box.membership.certificate if box.membership is not None else None
        mark = fingerprint(certificate, box.keys.signing_public)
        place = Place(lambda: self.port, mark, box.keys.signing.sign)
        self.hardware = hardware = Hardware(self._config, self._run, deps, place)
        for name, work in hardware.tasks():
            _background(stack, keep(name, work))
        return hardware.join()

    async def _serve(self, stack: contextlib.AsyncExitStack, deps: ports.Deps) -> None:
        """Serve tills."""
        till = self._config.till
        secure = await asyncio.to_thread(till_tls.context, till)
        self._runner = runner(build_app(deps), _SHUTDOWN_S)
        await self._runner.setup()
        stack.push_async_callback(self._runner.cleanup)
        try:
            await web.TCPSite(self._runner, till.host, till.port, ssl_context=secure).start()
        except OSError as error:
            message = f"cannot serve tills at {till.host}:{till.port}: {error.strerror}"
            raise ConfigError(message) from None
        _LOG.info("serving tills host=%s port=%d scheme=%s", till.host, self.port, till.scheme)

    async def _prune(self, database: Database, training: Training) -> None:
        """Drop old answers, print jobs and a training world that nobody uses, now and then."""
        while True:
            await database.write(answers.prune, self._run.now())
            await database.write(print_jobs.prune, self._run.now())
            await database.write(payments.prune, self._run.now())
            await training.drop_idle()
            await asyncio.sleep(_PRUNE_S)


def serve(config: Config, seed_file: Path | None = None, run: Runtime = REAL) -> None:
    """Serve until SIGTERM or SIGINT. Prints a new shop's first manager, then where tills find the API, on stdout."""
    logs.setup(config.log_level)
    asyncio.run(_serve(config, seed_file, run))


def software_version() -> str:
    """Return the installed version; "0" when it runs from its source."""
    try:
        return version("stayopen")
    except PackageNotFoundError:
        return "0"


async def _serve(config: Config, seed_file: Path | None, run: Runtime) -> None:
    """Run one node until a signal comes; a signal during the start ends it as well."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    app = EdgeApp(config, run, seed_file=seed_file, announce=_announce)
    await app.start()
    try:
        _print(f"tills: {config.till.scheme}://{config.till.host}:{app.port}/api/v1")
        await stopped.wait()
        _LOG.info("stopping")
    finally:
        await app.stop()


def _announce(manager: FirstManager) -> None:
    """Tell the one PIN of a new shop, on stdout and not in the log."""
    _print(f"first manager: staff number {manager.number}, one-time PIN {manager.pin} (it must be changed at sign-in)")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _background(stack: contextlib.AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Run a task for as long as the stack is open; if it dies of a defect, the log tells and the shop goes on."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_death)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


def _tell_death(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("background task died", exc_info=error)
