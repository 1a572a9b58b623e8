"""The training world under ``/training``: the same API over another database, made when somebody signs in to it.

Every PIN typed there is checked, and counted when wrong, by the real shop first: practising opens no second door to
guess at. Until somebody is in, what anybody may ask (how the node is) is told of the real shop.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from aiohttp import web
from yarl import URL

from edge_node.web import notices_socket
from edge_node.web.ports import Deps, TrainingWorld
from edge_node.web.sign_in import SignInBody
from edge_node.web.work import PREFIX
from foundation.http_api.problem import ApiError, Known
from foundation.http_api.route import Call, Principal, Route
from foundation.http_api.server import SERVICE, Service

BASE = "/training"


class Checking(Service, Protocol):
    """The real shop's service, as far as training needs it."""

    async def check_pin(self, number: str, pin: str, now: int) -> None:
        """Check a PIN; AskPersonError ``sign_in_refused`` or ``pin_locked``, and the failure is counted."""


class TrainingService:
    """Runs the routes of the training world, by a service over its database that is made with it."""

    def __init__(self, real: Checking, world: TrainingWorld, make: Callable[[Deps], Service]) -> None:
        self.errors: Mapping[str, Known] = real.errors
        self._real = real
        self.world = world
        self._make = make
        self._made: tuple[Deps, Service] | None = None

    def now(self) -> int:
        """Milliseconds since 1970."""
        return self._real.now()

    async def principal(self, token: str, now: int) -> Principal | None:
        """Find whose token it is; a real one is nobody's here."""
        service = self._service(self.world.opened)
        return None if service is None else await service.principal(token, now)

    async def run(self, route: Route, call: Call) -> Any:  # noqa: ANN401  an answer of the route's type, or a Ready
        """Run a route's handler in the training world."""
        for number, pin in _pins(call):
            await self._real.check_pin(number, pin, call.now)
        deps = self.world.opened
        if isinstance(call.body, SignInBody):
            deps = await self.world.admit(call.body.staff)
        service = self._service(deps)
        if service is None:
            if route.roles is not None:
                raise ApiError("signed_out")  # the world ended just now: what was meant for it is never done for real
            service = self._real
        return await service.run(route, call)

    def translate(self, error: Exception) -> ApiError | None:
        """Known errors as codes."""
        return self._real.translate(error)

    def _service(self, deps: Deps | None) -> Service | None:
        if deps is None:
            self._made = None
            return None
        if self._made is None or self._made[0] is not deps:
            self._made = (deps, self._make(deps))
        return self._made[1]


def _pins(call: Call) -> list[tuple[str, str]]:
    """List the PINs of a body that somebody proves who they are with."""
    if isinstance(call.body, SignInBody):
        return [(call.body.staff, call.body.pin)]
    if call.who is None or not hasattr(call.body, "pins"):
        return []
    return [(number, pin) for number, pin, fresh in call.body.pins(call.who.name) if not fresh]


class _Paths(web.AbstractResource):
    """The API's paths below ``/training``: found among the API's own routes, and done by the training service.

    A second table of routes would cost a third of a megabyte that most nodes never use.
    """

    def __init__(self, router: web.UrlDispatcher, service: Service) -> None:
        super().__init__()
        self._router = router
        self._service = service

    @property
    def canonical(self) -> str:
        """The prefix by which the router finds this resource."""
        return BASE

    async def resolve(self, request: web.Request) -> tuple[web.UrlMappingMatchInfo | None, set[str]]:
        """Return the route that the API has for the path behind the prefix, and the methods that it knows."""
        if not self.raw_match(request.rel_url.raw_path):
            return None, set()
        path = request.rel_url.raw_path.removeprefix(BASE)
        found = await self._router.resolve(request.clone(rel_url=request.rel_url.with_path(path, encoded=True)))
        if isinstance(found.http_exception, web.HTTPMethodNotAllowed):
            return None, set(found.http_exception.allowed_methods)
        if found.http_exception is not None:
            return None, set()
        request[SERVICE] = self._service
        return found, {request.method}

    def raw_match(self, path: str) -> bool:
        """Whether a path is the API's below the prefix."""
        return path.startswith(f"{BASE}{PREFIX}/")

    def url_for(self, **kwargs: str) -> URL:
        """Where the world begins."""
        _ = kwargs
        return URL(BASE)

    def add_prefix(self, prefix: str) -> None:
        """Refuse: the world lies where the node does."""
        raise ValueError(prefix)

    def get_info(self) -> Any:  # noqa: ANN401  aiohttp's type of it is not public
        """Describe the resource for whoever lists routes."""
        return {"prefix": BASE}

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter(())


def mount(app: web.Application, deps: Deps, service: TrainingService) -> None:
    """Add the training world to `app`, which has the API's routes; pictures are the real ones."""

    async def notices(request: web.Request) -> web.StreamResponse:
        world = service.world.opened or deps
        serve = notices_socket.serve(world.notices, service.principal, service.now)
        return await serve(request)

    app.router.add_get(f"{BASE}{PREFIX}/notices", notices)
    app.router.register_resource(_Paths(app.router, service))
