"""The till's screens: the built files and nothing beside them, bound by a policy that lets nothing else run."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from web_shop import WebShop

from edge_node.web.service import build_app
from foundation.http_api.pages import ASKED, KEPT, POLICY

Client = TestClient[Any, Any]
PAGE = '<!doctype html><title>不打烊</title><script type="module" src="/assets/index-Bq3.js"></script>'
SCRIPT = "export const greeting = '欢迎光临'\n" * 50


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it, with things around and in it that nobody may read."""
    folder = tmp_path / "screens" / "till"
    for name, text in {
        "index.html": PAGE,
        "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "assets/index-Bq3.js": SCRIPT,
        "assets/index-x_9.css": ":root{color:#111}",
        "assets/ding-77.woff2": "wOF2",
        ".made": "stamp",
        ".vite/manifest.json": "{}",
        "api/v1/health": "not the API",
        "display": "not the display",
        "../service.py": "a neighbour's secret",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


async def _client(web: WebShop, folder: Path) -> AsyncIterator[Client]:
    client = TestClient(TestServer(build_app(web.deps, folder)))
    await client.start_server()
    yield client
    await client.close()


@pytest.fixture
async def till(web: WebShop, built: Path) -> AsyncIterator[Client]:
    """A node whose screens were built."""
    async for client in _client(web, built):
        yield client


@pytest.fixture
async def bare(web: WebShop, tmp_path: Path) -> AsyncIterator[Client]:
    """A node whose screens were never built."""
    async for client in _client(web, tmp_path / "nowhere"):
        yield client


@pytest.mark.parametrize(
    ("path", "kind", "keep", "text"),
    [
        ("/", "text/html", ASKED, PAGE),
        ("/icon.svg", "image/svg+xml", ASKED, "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("/assets/index-Bq3.js", "text/javascript", KEPT, SCRIPT),
        ("/assets/index-x_9.css", "text/css", KEPT, ":root{color:#111}"),
        ("/assets/ding-77.woff2", "font/woff2", KEPT, "wOF2"),
    ],
)
async def test_built_files_are_served(till: Client, path: str, kind: str, keep: str, text: str):
    """Each file has its type and policy; what is named after its content is kept for ever, the page never unasked."""
    async with till.get(path) as response:
        assert response.status == 200
        assert response.content_type == kind
        assert response.headers["Cache-Control"] == keep
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert (await response.read()).decode() == text


def test_policy_is_strict():
    """Nothing runs that stands within the page, comes from elsewhere or frames it."""
    assert "unsafe" not in POLICY
    assert "*" not in POLICY
    assert "http" not in POLICY
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(POLICY.split("; "))


async def test_texts_travel_packed(till: Client):
    """A browser that takes gzip gets a long text packed, another gets it plain, and caches keep them apart."""
    async with till.get("/assets/index-Bq3.js", headers={"Accept-Encoding": "br, gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert int(response.headers["Content-Length"]) == len(gzip.compress(SCRIPT.encode(), mtime=0))
        assert await response.text() == SCRIPT
    async with till.get("/assets/index-Bq3.js", headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
        assert await response.text() == SCRIPT


@pytest.mark.parametrize(
    "path",
    [
        "/../service.py",
        "/%2e%2e/service.py",
        "/assets/../../service.py",
        "/assets/%2e%2e%2f%2e%2e%2fservice.py",
        "/assets/..%5c..%5cservice.py",
        "/assets//index-Bq3.js",
        "/assets/",
        "/assets",
        "/.made",
        "/.vite/manifest.json",
        "/index.html",
        "/assets/index-Bq3.js%00.css",
        "/service.py",
    ],
)
async def test_nothing_else_is_served(till: Client, path: str):
    """No path leads out of the folder, to its hidden files or to a listing; the page has one name."""
    answer = await _raw(till, path)
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), answer
    assert b"secret" not in answer
    assert b"export" not in answer


async def _raw(client: Client, path: str) -> bytes:
    """Ask for a path exactly as written: a client would tidy its dots away."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_screens_are_only_read(till: Client):
    """Nothing can be sent to a file."""
    for path in ("/", "/assets/index-Bq3.js"):
        async with till.post(path, data=b"x") as response:
            assert response.status == 405
            assert response.headers["Allow"] == "GET, HEAD"
        async with till.head(path) as response:
            assert response.status == 200


async def test_foreign_names_are_refused(till: Client):
    """The page is not given under a name that is not the node's: DNS rebinding gets no foot in."""
    async with till.get("/", headers={"Host": "evil.example"}) as response:
        assert response.status != 200
        assert (await response.json())["code"] == "wrong_host"


async def test_api_and_display_stay(till: Client):
    """Whatever the folder holds, the API and the customer's screen answer as ever."""
    async with till.get("/api/v1/health") as response:
        assert response.content_type == "application/json"
        assert "not the API" not in await response.text()
        assert response.headers["Cache-Control"] == "no-store"
    async with till.get("/api/v1/openapi.json") as response:
        assert (await response.json())["openapi"]
    async with till.get("/display") as response:
        assert response.content_type == "text/html"
        assert "not the display" not in await response.text()
    async with till.get("/api/v1/nothing") as response:
        assert (await response.json())["code"] == "not_found"


@pytest.mark.parametrize(
    ("accept", "words"),
    [("zh-CN", "收银界面尚未构建"), ("zh-TW", "收銀介面尚未建置"), ("en", "The till's screens were not built")],
)
async def test_hint_when_not_built(bare: Client, accept: str, words: str):
    """Without screens the address tells what to do, in the asker's language, and the API works."""
    async with bare.get("/", headers={"Accept-Language": accept}) as response:
        text = await response.text()
        assert response.status == 404
        assert response.content_type == "text/html"
        assert response.headers["Content-Security-Policy"] == POLICY
        assert words in text.replace("&#x27;", "'")
        assert "pip install ." in text
    async with bare.get("/api/v1/health") as response:
        assert response.status == 200


async def test_a_build_beside_a_running_node(till: Client, built: Path):
    """A running node keeps the screens that it began with: a page never meets half of another build."""
    (built / "assets" / "index-Bq3.js").unlink()
    (built / "index.html").write_text("another", "utf-8")
    async with till.get("/") as page, till.get("/assets/index-Bq3.js") as script:
        assert await page.text() == PAGE
        assert await script.text() == SCRIPT
