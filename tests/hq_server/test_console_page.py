"""The console as head office serves it: its page at each of its addresses, nothing framed, nothing run from within."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from office_client import OfficeClient, close_client, open_client
from office_world import PASSWORD

from foundation.http_api.pages import ASKED, KEPT, POLICY
from foundation.http_api.server import application
from hq_server.web import console_page
from hq_server.web.office.words import ERRORS, translate

Client = TestClient[Any, Any]
PAGE = '<!doctype html><title>总部</title><script type="module" src="/assets/index-Bq3.js"></script>'
SCRIPT = "export const greeting = '对账'\n" * 50


class Nobody:
    """A service that only has words."""

    errors = ERRORS
    translate = staticmethod(translate)


async def _serve(folder: Path) -> AsyncIterator[Client]:
    app = application(Nobody())  # type: ignore[arg-type]  # no route asks it

    async def office(_: Any) -> Any:
        return web.json_response({"api": True})

    app.router.add_get("/office/v1/me", office)
    console_page.install(app, folder)
    client = TestClient(TestServer(app))
    await client.start_server()
    yield client
    await client.close()


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Client]:
    """A head office whose console was built, with things around and in it that nobody may read."""
    folder = tmp_path / "web" / "console"
    for name, text in {
        "index.html": PAGE,
        "assets/index-Bq3.js": SCRIPT,
        ".made": "stamp",
        "office/v1/me": "not the API",
        "../console_page.py": "a neighbour's secret",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    async for client in _serve(folder):
        yield client


@pytest.mark.parametrize(
    "path",
    ["/", "/overview", "/settings/users", "/members/0af3", "/reports/sales?branch=b001&q=%E5%BC%A0", "/a%20b"],
)
async def test_the_page_is_at_each_of_its_addresses(console: Client, path: str):
    """A deep link and a reload get the page: it is never kept unasked, framed or sniffed, and sets no cookie."""
    async with console.get(path) as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        assert await response.text() == PAGE
        assert response.headers["Cache-Control"] == ASKED
        assert response.headers["Content-Security-Policy"] == POLICY
        assert "frame-ancestors 'none'" in POLICY
        assert "unsafe" not in POLICY
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Set-Cookie" not in response.headers


async def test_parts_are_packed_and_kept(console: Client):
    """What is named after its content travels packed and is kept for ever."""
    async with console.get("/assets/index-Bq3.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Cache-Control"] == KEPT
        assert await response.text() == SCRIPT


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-1.js",
        "/assets",
        "/favicon.ico",
        "/index.html",
        "/.made",
        "/../console_page.py",
        "/%2e%2e/console_page.py",
        "/settings/../../console_page.py",
        "/office",
        "/office/",
        "/office/v1/nothing",
        "/office/v2",
        "//evil.example/x",
        "/<script>",
        "/" + "a" * 600,
    ],
)
async def test_nothing_else_is_there(console: Client, path: str):
    """No part of an older build, no file beside the page and nothing of the API's is answered by the page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", console.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), answer
    assert b"<title>" not in answer
    assert b"secret" not in answer


async def test_the_api_stays(console: Client):
    """Whatever the folder holds, the API answers; the page is only read."""
    async with console.get("/office/v1/me") as response:
        assert await response.json() == {"api": True}
    async with console.post("/settings/users", data=b"x") as response:
        assert response.status == 405


@pytest.mark.parametrize(
    ("accept", "words"),
    [("zh-CN", "总部界面尚未构建"), ("zh-TW", "總部介面尚未建置"), ("en", "The console was not built")],
)
async def test_hint_when_not_built(tmp_path: Path, accept: str, words: str):
    """Without a build each address tells what to do, in the asker's language."""
    async for client in _serve(tmp_path / "nowhere"):
        for path in ("/", "/overview"):
            async with client.get(path, headers={"Accept-Language": accept}) as response:
                assert response.status == 404
                assert words in await response.text()
                assert response.headers["Content-Security-Policy"] == POLICY


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[OfficeClient]:
    """A head office with a manager, an accountant and an operator."""
    client = await open_client(tmp_path)
    yield client
    await close_client(client)


async def test_no_session_is_fixed_from_outside(office: OfficeClient):
    """Each sign-in has a token of its own that the office drew; one brought along is worth nothing and stays so."""
    planted = "ab" * 32
    office.token = planted
    await office.ask("GET", "/me", status=401)
    one = (await office.sign_in("chen.jing"))["token"]
    two = (await office.sign_in("chen.jing"))["token"]
    assert len({planted, one, two}) == 3
    office.token = planted
    await office.ask("GET", "/me", status=401)


async def test_tokens_end_with_the_password(office: OfficeClient):
    """After a change of the password no earlier token serves, also not the one that changed it."""
    tokens = [(await office.sign_in("sun.qi"))["token"] for _ in range(2)]
    await office.ask("POST", "/password", {"old": PASSWORD, "new": "a new long password"})
    for token in tokens:
        office.token = token
        await office.ask("GET", "/me", status=401)


async def test_no_token_travels_in_an_address_or_a_cookie(office: OfficeClient):
    """Only the Authorization header signs in, so no other site's page can act for somebody."""
    token = (await office.sign_in("chen.jing"))["token"]
    office.token = ""
    cookie = {"Cookie": f"token={token}; Authorization=Bearer {token}"}
    await office.ask("GET", "/me", status=401, headers=cookie)
    assert (await office.raw("GET", f"/me?token={token}")).status in {400, 401}
    forged = await office.raw("POST", "/sign-out", headers={"Origin": "https://evil.example", **cookie})
    assert forged.status == 401
    assert "Access-Control-Allow-Origin" not in forged.headers


async def test_a_name_with_a_tag_stays_data(office: OfficeClient):
    """Markup in a stored name comes back as it was written, as JSON that no browser takes for a page."""
    await office.sign_in("chen.jing")
    evil = "<img src=x onerror=alert(1)>"
    body = {"name": "zhou.xin", "display": evil, "role": "operator", "password": "first password"}
    await office.ask("POST", "/users", body)
    response = await office.raw("GET", "/users")
    assert response.content_type == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert evil in [user["display"] for user in (await response.json())["users"]]
