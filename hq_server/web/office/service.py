"""Serves the office's table of routes: finds who asks, runs handlers on the database thread."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web

from foundation.http_api.problem import ApiError, Known
from foundation.http_api.route import Call, Principal, Route
from foundation.http_api.server import application, install
from hq_server.head_office import sign_in
from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection, Database, snapshot
from hq_server.web.office.audit import Verifying
from hq_server.web.office.batches import BatchJobs
from hq_server.web.office.batches_cards import CardFiles
from hq_server.web.office.clearing_jobs import ClearingJobs
from hq_server.web.office.exports import Exports
from hq_server.web.office.goods_jobs import GoodsJobs
from hq_server.web.office.jobs import Jobs
from hq_server.web.office.people import Slow
from hq_server.web.office.staff import put_staff
from hq_server.web.office.table import DOCUMENT, LISTINGS, ROUTES
from hq_server.web.office.words import ERRORS, translate
from hq_server.web.office.work import PREFIX, Work
from provisioning.keys import HQKeys


def _nothing() -> None:
    """Nobody asked to be told."""


def _code(error: Exception) -> str:
    """The code of an error that was foreseen, for who watches a job."""
    told = error if isinstance(error, ApiError) else translate(error)
    return told.code if told is not None else ""


@dataclass(slots=True)
class Office:
    """The office API over one database.

    ``reader`` answers what is asked, ``slow_reader`` what takes long (exports, reports): both only read, each on a
    thread of its own, so that nobody who writes or asks something small waits for them; ``connect()`` opens another
    such connection, for a job's own thread. ``hq()`` is HQ as it is now
    (its epoch may change); ``changed()`` is called after each write that was committed, so that feeds move at once.
    """

    database: Database
    reader: Database
    slow_reader: Database
    connect: Callable[[], Connection]
    hq: Callable[[], Hq]
    keys: HQKeys
    clock: Callable[[], int]
    random_bytes: Callable[[int], bytes]
    changed: Callable[[], None] = _nothing
    errors: Mapping[str, Known] = field(default_factory=lambda: ERRORS)
    jobs: Jobs = field(init=False)
    _slow: dict[str, Callable[[Call], Awaitable[Any]]] = field(init=False)

    def __post_init__(self) -> None:
        slow = Slow(self.write, self.database.read, self.random_bytes)
        self.jobs = Jobs(self.random_bytes, _code)
        exports = Exports(self.jobs, LISTINGS, self.connect, self.write)
        goods = GoodsJobs(self.jobs, self.connect, self.write)
        self._slow = {
            **slow.operations,
            **self.jobs.operations,
            **exports.operations,
            **Verifying(self.jobs, self.connect).operations,
            **goods.operations,
            **ClearingJobs(self.jobs, self.connect, self.write).operations,
            **BatchJobs(self.jobs, self.write).operations,
            **CardFiles(self.write).operations,
            "putStaff": partial(put_staff, slow, self.write),
        }

    def application(self) -> web.Application:
        """Make the aiohttp application, with the OpenAPI document served beside the routes."""
        app = application(self)
        install(app, ROUTES, self)

        async def document(_: web.Request) -> web.Response:
            return web.Response(body=DOCUMENT, content_type="application/json")

        app.router.add_get(f"{PREFIX}/openapi.json", document)
        app.on_cleanup.append(self._end)
        return app

    async def _end(self, _: web.Application) -> None:
        """Give up what runs."""
        await self.jobs.close()

    def now(self) -> int:
        """Milliseconds since 1970."""
        return self.clock()

    async def principal(self, token: str, now: int) -> Principal | None:
        """Find whose token it is. With a password to be changed first, the user has no role yet."""
        token_hash = hashlib.sha256(token.encode()).digest()
        user = await self.reader.read(sign_in.who, token_hash, now)
        if user is None:
            return None
        allowed = frozenset() if user.must_change else user.duties
        return Principal(user.name, allowed | {"user"}, at=user.branch, token=token_hash.hex())

    async def run(self, route: Route, call: Call) -> Any:  # noqa: ANN401  a Struct or a reference row
        """Run a route's handler in a transaction of its own."""
        if (slow := self._slow.get(route.name)) is not None:
            return await slow(call)
        handler = route.handler
        assert handler is not None
        if route.writes:
            return await self.write(lambda work: handler(work, call))
        return await (self.slow_reader if route.slow else self.reader).read(self._reading, handler, call)

    def translate(self, error: Exception) -> ApiError | None:
        """Known errors as codes."""
        return translate(error)

    def _reading(self, conn: Connection, handler: Callable[[Work, Call], Any], call: Call) -> Any:  # noqa: ANN401
        """Run a handler that reads: whatever it asks, it sees one state."""
        with snapshot(conn):
            return handler(self._work(conn), call)

    def _work(self, conn: Connection) -> Work:
        return Work(conn, self.hq(), self.keys, self.random_bytes)

    async def write(self, fn: Callable[[Work], Any]) -> Any:  # noqa: ANN401  whatever fn returns
        """Run ``fn(work)`` in a write transaction and tell that something changed."""
        result = await self.database.write(lambda conn: fn(self._work(conn)))
        self.changed()
        return result
