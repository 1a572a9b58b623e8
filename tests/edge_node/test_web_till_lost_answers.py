"""A payment whose answer is lost, in a real browser with the built screens: asked for under its key, sold once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web as http
from aiohttp.test_utils import TestClient, TestServer
from browser import CHROMIUM, Page, browser
from web_shop import Till, WebShop

from edge_node.web import till_page
from edge_node.web.service import build_app

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: the client is tested without one"),
    pytest.mark.skipif(not (till_page.FOLDER / "index.html").is_file(), reason="the screens were not built"),
    pytest.mark.timeout(120),
]

PAID = "document.body.innerText.includes('收款完成')"


class Line:
    """The node behind a bad line: it does what it is asked, but the first ``lost`` answers to payments never arrive."""

    def __init__(self) -> None:
        self.lost = 0
        self.holds: asyncio.Event | None = None
        self.keys: list[str] = []

    async def pass_on(self, request: http.Request, handler: Any) -> http.StreamResponse:
        """Let the node do its work; then lose the answer, hold it, or hand it over."""
        answer = await handler(request)
        if request.path.endswith("/checkout"):
            self.keys.append(request.headers["Idempotency-Key"])
            if self.holds is not None:
                await self.holds.wait()
            if self.lost:
                self.lost -= 1
                assert request.transport is not None
                request.transport.abort()
        return answer


@pytest.fixture
def line() -> Line:
    """A line that is good so far."""
    return Line()


@pytest.fixture
async def address(web: WebShop, line: Line) -> AsyncIterator[str]:
    """Where the page is, behind the line."""
    app = build_app(web.deps)

    @http.middleware
    async def pass_on(request: http.Request, handler: Any) -> http.StreamResponse:
        return await line.pass_on(request, handler)

    app.middlewares.insert(0, pass_on)
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    yield str(client.make_url("/"))
    await client.close()


@pytest.fixture
async def till(web: WebShop) -> Till:
    """A till with an open shift."""
    signed_in = await web.till()
    await signed_in.open_shift()
    return signed_in


@pytest.fixture
async def page(tmp_path: Path, address: str, till: Till) -> AsyncIterator[Page]:
    """A tab at the till's screen, signed in."""
    async with browser(tmp_path / "profile") as opened:
        await opened.look(1366, 768, "light")
        await opened.open(address)
        await opened.until("!!document.querySelector('input')")
        await opened.run(f"localStorage['stayopen.till'] = 't1'; sessionStorage['stayopen.token'] = '{till.token}'")
        await opened.open(address)
        yield opened
        assert opened.complaints == []


def button(words: str) -> str:
    """Find a button that may be pressed, by its words."""
    return f"[...document.querySelectorAll('button')].find(b => b.innerText.includes('{words}') && !b.disabled)"


async def pay(page: Page, line: Line) -> None:
    """Sell a milk tea for the exact amount in cash, as somebody impatient: pressing until something happens."""
    for words in ("珍珠奶茶", "收款", "正好"):
        await page.until(f"!!{button(words)}")
        await page.run(f"{button(words)}.click()")
    async with asyncio.timeout(10):
        while not line.keys:
            await page.run(f"{button('完成收款')}?.click()")


async def sold(till: Till) -> int:
    """Count the sales that the node knows of."""
    return len((await till.get("/sales"))["sales"])


async def test_a_lost_answer(page: Page, line: Line, till: Till):
    """The answer is lost twice: the till asks again by itself under the same key, shows the result, and sold once."""
    line.lost = 2
    await pay(page, line)
    await page.until(PAID)
    assert len(line.keys) == 3
    assert len(set(line.keys)) == 1
    assert await sold(till) == 1


async def test_a_page_closed_after_paying(page: Page, line: Line, till: Till, address: str):
    """The page goes away while the answer is out: opened again it asks under the same key and shows what it sold."""
    line.holds = asyncio.Event()
    await pay(page, line)
    await page.open(address)
    line.holds.set()
    await page.until(PAID)
    assert len(line.keys) == 2
    assert len(set(line.keys)) == 1
    assert await sold(till) == 1
