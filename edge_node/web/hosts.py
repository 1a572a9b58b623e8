"""By which names the node may be reached: a web page somewhere must not make a browser in the shop talk to it.

A page can let its own domain point to 127.0.0.1 or to the node's LAN address ("DNS rebinding") and is then of the same
origin as the node for the browser. Its requests still name the page's domain as Host. So: addresses, names without a
dot and ``.local`` names, which no public DNS answers for, and the configured ones; nothing else.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

from aiohttp import web

from foundation.http_api.problem import ApiError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def known(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header names this node; `names`: the configured ones, lower case."""
    name = host.rpartition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    name = name.removesuffix(".").lower()
    try:
        ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(".local") or name in names)
    return True


def guard(names: frozenset[str]) -> Any:  # noqa: ANN401  aiohttp's type of middlewares is not public
    """Make the middleware that refuses other names: ``wrong_host``."""
    wanted = frozenset(name.lower() for name in names)

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get("Host")
        if host is not None and not known(host, wanted):
            raise ApiError("wrong_host")
        return await handler(request)

    return check
