"""The till's screens at ``/``: files that the build put into this package's ``till`` folder, and nothing else.

They are read once, when the node starts, and answered from memory by their exact names: a path can lead nowhere else,
and a build beside a running node changes nothing under its feet. Files whose names hold a digest of their content
(``/assets/``) may be kept for ever, all others are asked for anew each time.
"""

import gzip
import mimetypes
import re
from collections.abc import Awaitable, Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from foundation.http_api.problem import LANGUAGES, language_of

FOLDER = Path(__file__).parent / "till"
"""Where the build puts the screens."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Scripts and styles from this node only, none within the page; ``data:`` pictures are icons of the style sheets."""
KEPT = "public, max-age=31536000, immutable"
ASKED = "no-cache"

_PAGE = "index.html"
_NAME = re.compile(r"(?!(?:api|display|training)(?:/|$))\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
"""Names that are served: no hidden files, and none that would stand in the place of other routes."""
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
_HINTS = {
    "zh-CN": ("收银界面尚未构建", "营业数据都在,接口照常工作。请在程序目录运行 pip install . 后重新启动本程序。"),
    "zh-TW": ("收銀介面尚未建置", "營業資料都在,介面程式照常運作。請在程式目錄執行 pip install . 後重新啟動本程式。"),
    "en": (
        "The till's screens were not built",
        "All data is safe and the API works. Run “pip install .” in the program's folder and start the program again.",
    ),
}
assert set(_HINTS) == set(LANGUAGES)

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Served(NamedTuple):
    """One file ready to be answered; ``packed``: ``data`` is gzipped, which is all that every browser asks for."""

    kind: str
    keep: str
    data: bytes
    packed: bool


def install(app: web.Application, folder: Path = FOLDER) -> None:
    """Add the screens in `folder` to `app`, or a page at ``/`` that tells how to build them."""
    files = load(folder)
    page = files.get(_PAGE)
    app.router.add_get("/", _hint if page is None else _serve(page))
    for name, file in files.items():
        if name != _PAGE:
            app.router.add_get(f"/{name}", _serve(file))


@cache
def load(folder: Path) -> dict[str, Served]:
    """Read the files in `folder` by their names below it; empty when the screens were not built."""
    if not (folder / _PAGE).is_file():
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


async def _hint(request: web.Request) -> web.Response:
    """Say why there is no page, in the asker's language."""
    language = language_of(request.headers.get("Accept-Language", ""))
    title, text = (escape(words) for words in _HINTS[language])
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><h1>{title}</h1><p>{text}</p></html>'
    )
    headers = _HEADERS | {"Cache-Control": ASKED}
    return web.Response(status=404, text=page, content_type="text/html", headers=headers)
