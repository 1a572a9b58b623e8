"""An app for a browser at ``/``: files that the build put into one folder, and nothing else.

They are read once, when the program starts, and answered from memory by their exact names: a path can lead nowhere
else, and a build beside a running program changes nothing under its feet. Files whose names hold a digest of their
content (``/assets/``) may be kept for ever, all others are asked for anew each time.
"""

import gzip
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from foundation.http_api.problem import LANGUAGES, ApiError, language_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Scripts and styles from this program only, none within the page; ``data:`` pictures are icons of the style sheets."""
KEPT = "public, max-age=31536000, immutable"
ASKED = "no-cache"

PAGE = "index.html"
_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
"""Names that are served: no hidden files."""
_PLACE = re.compile(r"[\w%:@+,~-][\w%:@+,~.-]*(?:/[\w%:@+,~.-]+)*", re.ASCII)
"""Addresses within an app: what a browser may show above it."""
_PLACE_MAX = 500
_TEXTS = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"})
_KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"} | {
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Types of the build's own files: the table of the machine may lack them, or have them wrong."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Served(NamedTuple):
    """One file ready to be answered; ``packed``: ``data`` is gzipped, which is all that every browser asks for."""

    kind: str
    keep: str
    data: bytes
    packed: bool


@dataclass(frozen=True, slots=True)
class App:
    """An app for a browser. ``hints``: by language, title and text of the page that stands in for one never built.

    ``taken``: first parts of the addresses that are not the app's. ``history``: the app has addresses of its own below
    ``/``, at each of which the same page is served.
    """

    hints: Mapping[str, tuple[str, str]]
    taken: frozenset[str]
    history: bool = False

    def __post_init__(self) -> None:
        assert set(self.hints) == set(LANGUAGES)

    def install(self, app: web.Application, folder: Path) -> None:
        """Add the files in `folder` to `app`, after all its other routes; or a page that tells how to build them."""
        files = {name: file for name, file in load(folder).items() if name.split("/")[0] not in self.taken}
        page = files.get(PAGE)
        root = self._hint if page is None else _serve(page)
        app.router.add_get("/", root)
        for name, file in files.items():
            if name != PAGE:
                app.router.add_get(f"/{name}", _serve(file))
        if self.history:
            app.router.add_get("/{place:.+}", self._within(root))

    def _within(self, page: Handler) -> Handler:
        """Serve the page at the app's own addresses; what looks like a file, or belongs to others, is not there."""

        async def handler(request: web.Request) -> web.Response:
            place = request.rel_url.raw_path.removeprefix("/")
            first, last = place.split("/")[0], place.split("/")[-1]
            own = len(place) <= _PLACE_MAX and _PLACE.fullmatch(place) and first not in self.taken | {"assets"}
            if not own or "." in last or ".." in place:
                raise ApiError("not_found")
            return await page(request)

        return handler

    async def _hint(self, request: web.Request) -> web.Response:
        """Say why there is no page, in the asker's language."""
        language = language_of(request.headers.get("Accept-Language", ""))
        title, text = (escape(words) for words in self.hints[language])
        page = (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width"><h1>{title}</h1><p>{text}</p></html>'
        )
        headers = _HEADERS | {"Cache-Control": ASKED}
        return web.Response(status=404, text=page, content_type="text/html", headers=headers)


@cache
def load(folder: Path) -> dict[str, Served]:
    """Read the files in `folder` by their names below it; empty when the app was not built."""
    if not (folder / PAGE).is_file():
        return {}
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _read(name, path) for name, path in names.items() if _NAME.fullmatch(name)}


def _read(name: str, path: Path) -> Served:
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    data, keep = path.read_bytes(), KEPT if name.startswith("assets/") else ASKED
    packed = gzip.compress(data, mtime=0) if kind in _TEXTS else data
    smaller = len(packed) < len(data)
    return Served(kind, keep, packed if smaller else data, smaller)


def _serve(file: Served) -> Handler:
    headers = _HEADERS | {"Cache-Control": file.keep, "Vary": "Accept-Encoding"}
    charset = "utf-8" if file.kind in _TEXTS else None

    async def handler(request: web.Request) -> web.Response:
        packs = {part.split(";")[0].strip() for part in request.headers.get("Accept-Encoding", "").lower().split(",")}
        if file.packed and "gzip" in packs:
            told = headers | {"Content-Encoding": "gzip"}
            return web.Response(body=file.data, content_type=file.kind, charset=charset, headers=told)
        body = gzip.decompress(file.data) if file.packed else file.data
        return web.Response(body=body, content_type=file.kind, charset=charset, headers=headers)

    return handler
