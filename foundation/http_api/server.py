"""Serve a table of routes with aiohttp: check who, check what, run, answer in one shape."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from aiohttp import web

from foundation.http_api.problem import ApiError, Known, tell
from foundation.http_api.route import FILE, KEY_PATTERN, Call, Download, Principal, Ready, Route

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Bytes of one request: the largest basket with notes is far smaller."""
BODY_S = 30.0
"""A body that has not arrived by then never will: a slow sender holds nothing for long."""
MAX_REASON = 200
"""Characters of a decoder's complaint that are told: a field's name in it comes from the request."""

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Answers are data, never pages: nothing may frame, sniff or cache them. A page brings a policy of its own."""


class Service(Protocol):
    """What a program hands in: who asks, what time it is, how to run a handler, which words its errors have."""

    errors: Mapping[str, Known]

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""

    async def principal(self, token: str, now: int) -> Principal | None:
        """Return who holds `token`, or None."""

    async def run(self, route: Route, call: Call) -> Any:  # noqa: ANN401  a Struct or ready JSON bytes
        """Run the route's handler (database thread, transaction, stored answers) and return its answer or a Ready."""

    def translate(self, error: Exception) -> ApiError | None:
        """Turn the program's own errors into known codes; None for what nobody foresaw."""


SERVICE: web.RequestKey[Service] = web.RequestKey("service", Service)
"""Who serves this one request in place of the service that the routes were installed with."""


def install(app: web.Application, routes: Sequence[Route], service: Service) -> None:
    """Add `routes` to `app`. The app should be made with ``application()``."""
    for route in routes:
        app.router.add_route(route.method, route.path, _serve(route, service))


def application(service: Service) -> web.Application:
    """Make an aiohttp application whose every answer, also an error of the router, has our shape and headers."""

    @web.middleware
    async def guard(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:  # noqa: ANN401
        try:
            response = await handler(request)
        except ApiError as error:
            response = _refuse(service, error, request)
        except web.HTTPNotFound:
            response = _refuse(service, ApiError("not_found"), request)
        except web.HTTPMethodNotAllowed as error:
            response = _refuse(service, ApiError("method_not_allowed"), request)
            response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        except web.HTTPRequestEntityTooLarge:
            response = _refuse(service, ApiError("too_large"), request)
        except web.HTTPException as error:
            response = _refuse(service, ApiError("bad_request", reason=error.reason), request)
        except ConnectionError:
            response = _refuse(service, ApiError("bad_request", reason="the connection ended"), request)
        except Exception as error:
            response = _refuse(service, _known(service, error), request)
        if not response.prepared:
            for name, value in SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    return web.Application(middlewares=[guard], client_max_size=MAX_BODY)


def _known(service: Service, error: Exception) -> ApiError:
    """Translate, or log what nobody foresaw (type and place, never the request's content)."""
    known = service.translate(error)
    if known is None:
        log.error("unforeseen %s while serving", type(error).__name__, exc_info=error)
        return ApiError("internal")
    return known


def _refuse(service: Service, error: ApiError, request: web.Request) -> web.Response:
    """Answer with the error's words in the asker's language."""
    status, problem = tell(service.errors, error, request.headers.get("Accept-Language", ""))
    return web.Response(status=status, body=msgspec.json.encode(problem), content_type="application/json")


def _serve(route: Route, standing: Service) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Bind one route to the service that stands behind it, unless a request brings its own."""
    body_decoder = msgspec.json.Decoder(route.body) if route.body is not None else None

    async def serve(request: web.Request) -> web.Response:
        service = request.get(SERVICE, standing)
        now = service.now()
        who = await _who(route, service, request, now)
        params = dict(request.match_info)
        _check_params(route, params)
        raw = await _read(request)
        call = Call(
            who=who,
            body=_body(body_decoder, request, raw),
            query=_query(route, request),
            params=params,
            now=now,
            key=_key(route, request),
            digest=hashlib.sha256(f"{route.method} {request.path}\n".encode() + raw).digest(),
            address=request.remote or "",
            accept=request.headers.get("Accept-Language", ""),
        )
        answer = await service.run(route, call)
        if isinstance(answer, Ready):
            return web.Response(status=answer.status, body=answer.body, content_type="application/json")
        if isinstance(answer, Download):
            named = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return web.Response(body=answer.data, content_type=FILE, headers=named)
        data = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        return web.Response(status=route.status, body=data, content_type="application/json")

    return serve


async def _read(request: web.Request) -> bytes:
    """Read the body; one that is broken on its way (chunks, compression) or too slow is refused."""
    try:
        async with asyncio.timeout(BODY_S):
            return await request.read()
    except web.RequestPayloadError:
        raise ApiError("bad_request", reason="the body is broken") from None
    except TimeoutError:
        raise ApiError("bad_request", reason="the body did not arrive in time") from None


async def _who(route: Route, service: Service, request: web.Request, now: int) -> Principal | None:
    """Find who asks and check that they may."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    # tokens are ASCII; any other byte of a header arrives as half a character, which nothing can encode
    bearer = kind.lower() == "bearer" and token.isascii()
    who = await service.principal(token.strip(), now) if bearer and token else None
    if route.roles is None:
        return who
    if who is None:
        raise ApiError("signed_out")
    if not route.roles & who.roles:
        raise ApiError(who.instead or "forbidden")
    return who


def _check_params(route: Route, params: Mapping[str, str]) -> None:
    """Refuse path parameters that do not match their pattern; an id that cannot be one is simply not there."""
    for name, value in params.items():
        # fullmatch, for `$` alone would let a trailing newline through
        if re.fullmatch(route.pattern(name), value) is None:
            raise ApiError("not_found")


def _body(decoder: "msgspec.json.Decoder[Any] | None", request: web.Request, raw: bytes) -> Any:  # noqa: ANN401
    """Decode and check the body; refuse one where none belongs."""
    if decoder is None:
        if raw:
            raise ApiError("bad_request", reason="no body expected")
        return None
    if request.content_type != "application/json":
        raise ApiError("not_json")
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError("bad_request", reason=str(error)[:MAX_REASON]) from None


def _query(route: Route, request: web.Request) -> Any:  # noqa: ANN401
    """Convert and check the query; unknown and repeated parameters are refused."""
    if len(request.query) != len(set(request.query)):
        raise ApiError("bad_request", reason="repeated query parameter")
    if route.query is None:
        if request.query:
            raise ApiError("bad_request", reason="no query expected")
        return None
    try:
        return msgspec.convert(dict(request.query), route.query, strict=False)
    except msgspec.ValidationError as error:
        raise ApiError("bad_request", reason=str(error)[:MAX_REASON]) from None


def _key(route: Route, request: web.Request) -> str:
    """Check the Idempotency-Key of a route that changes something."""
    if not route.keyed:
        return ""
    key = request.headers.get("Idempotency-Key", "")
    if re.fullmatch(KEY_PATTERN, key) is None:
        raise ApiError("bad_request", reason="Idempotency-Key: <till>-<n> is needed")
    return key
