"""The page of a customer's second screen at ``/display``: static files that come with the program, and nothing else.

Its policy lets the browser load scripts and styles from this node only and run none that stand within a page; it cannot
be framed, and talks to nobody but this node.
"""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from aiohttp import web

PATH = "/display"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_FILES = {
    PATH: ("display.html", "text/html"),
    f"{PATH}/display.css": ("display.css", "text/css"),
    f"{PATH}/display.js": ("display.js", "text/javascript"),
    f"{PATH}/slides.js": ("slides.js", "text/javascript"),
    f"{PATH}/words.js": ("words.js", "text/javascript"),
    f"{PATH}/icon.svg": ("icon.svg", "image/svg+xml"),
}


def install(app: web.Application) -> None:
    """Add the page's files to `app`; they are read once, here."""
    for path, (name, kind) in _FILES.items():
        app.router.add_get(path, _serve((files(__package__) / "display" / name).read_bytes(), kind))


def _serve(data: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=data, content_type=kind, charset="utf-8", headers=_HEADERS)

    return handler
