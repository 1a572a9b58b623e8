"""What waits for a device: how it is now, trying it out, a weight. Each ends at a deadline; no sale waits for it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec

from device_drivers.errors import DeviceError
from device_drivers.interfaces.device import Kind, Weight
from edge_node.devices import trial
from edge_node.devices.ports import Watched
from edge_node.ledger import devices
from edge_node.ledger.devices import Known
from edge_node.storage.database import Connection
from edge_node.till import papers
from edge_node.web.devices import HealthAnswer, health_of, supported
from edge_node.web.fields import Body, Text
from edge_node.web.ports import Deps
from edge_node.web.work import CASHIER, PREFIX, SHIFT_LEAD, Nothing, Work
from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Route


class TestBody(Body):
    """``drawer``: open the drawer on a printer's port instead of printing; a drawer that opens needs a ``reason``."""

    drawer: bool = False
    reason: Text = ""


class WeightAnswer(msgspec.Struct, frozen=True):
    """A stable weight in grams; ``tare`` was taken off."""

    grams: int
    tare: int


class TestAnswer(msgspec.Struct, frozen=True):
    """What was done. ``did``: page | label | drawer | text | weight | asked (it could only be asked how it is)."""

    did: str
    weight: WeightAnswer | None
    health: HealthAnswer


class DeviceActs:
    """The waiting routes of devices. `work`: makes a request's means inside its transaction."""

    def __init__(self, deps: Deps, work: Callable[[Connection, int], Work]) -> None:
        self._deps = deps
        self._work = work

    def table(self) -> dict[str, Callable[[Call], Awaitable[Any]]]:
        """Return the handlers by the names of their routes."""
        return {
            "deviceStatus": self._status,
            "testDevice": self._test,
            "readWeight": self._weigh,
            "tareScale": self._tare,
            "zeroScale": self._zero,
        }

    async def _status(self, call: Call) -> HealthAnswer:
        """Ask the device; one that cannot be asked is in the trouble that its state tells."""
        watched, known = await self._find(call)
        with suppress(DeviceError):
            await watched.ask(known.device)
        return health_of(watched.state(known.device), call.accept)

    async def _test(self, call: Call) -> TestAnswer:
        """Try it out; that a drawer was opened is written down before."""
        body: TestBody = call.body
        watched, known = await self._find(call)
        driver = supported(known.driver)
        kind = driver.kind if driver else None
        drawer = kind is Kind.CASH_DRAWER or (kind is Kind.POS_PRINTER and body.drawer)
        if drawer:
            await self._deps.database.write(self._write_down, call, known, body.reason)
            self._deps.committed()
        looks = await self._deps.database.read(lambda conn: self._work(conn, call.now).book.settings.papers)
        tried = await trial.try_out(watched, known.device, known.name, drawer=drawer, papers=looks)
        weight = _weight(tried.weight) if tried.weight else None
        return TestAnswer(tried.did, weight, health_of(watched.state(known.device), call.accept))

    async def _weigh(self, call: Call) -> WeightAnswer:
        watched, known = await self._find(call)
        return _weight(await trial.weigh(watched, known.device))

    async def _tare(self, call: Call) -> Nothing:
        watched, known = await self._find(call)
        await trial.tare(watched, known.device)
        return Nothing()

    async def _zero(self, call: Call) -> Nothing:
        watched, known = await self._find(call)
        await trial.zero(watched, known.device)
        return Nothing()

    async def _find(self, call: Call) -> tuple[Watched, Known]:
        """Find the device; ApiError ``devices_off``, MendInputError ``unknown_device``."""
        watched = self._deps.devices
        if watched is None:
            raise ApiError("devices_off")
        return watched, await self._deps.database.read(devices.get, call.id("device"))

    def _write_down(self, conn: Connection, call: Call, known: Known, reason: str) -> None:
        work = self._work(conn, call.now)
        papers.try_drawer(conn, work.at(call), known.device, reason)


def _weight(weight: Weight) -> WeightAnswer:
    return WeightAnswer(weight.grams, weight.tare)


def _route(where: str, name: str, summary: str, answer: Any, **more: Any) -> Route:  # noqa: ANN401
    """Make a route that waits: it is not keyed, for what it does is done by a device, which keeps no keys."""
    method, path = where.split(" ")
    return Route(method, f"{PREFIX}/devices/{{device}}{path}", name, summary, answer, **{"roles": CASHIER, **more})


ROUTES = (
    _route("GET /status", "deviceStatus", "Ask a device how it is now", HealthAnswer),
    _route("POST /test", "testDevice", "Try a device out", TestAnswer, body=TestBody, roles=SHIFT_LEAD),
    _route("GET /weight", "readWeight", "Wait for a stable weight", WeightAnswer),
    _route("POST /tare", "tareScale", "Take what lies on the scale as tare", Nothing),
    _route("POST /zero", "zeroScale", "Take what lies on the scale as zero", Nothing),
)
