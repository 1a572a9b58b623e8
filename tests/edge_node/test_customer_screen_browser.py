"""The second screen in a real browser, where one is installed: live, calm over a restart, not fooled by a name."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from browser import CHROMIUM, Page, browser
from PIL import Image
from web_shop import WebShop

from commerce.pictures import picture_of
from edge_node.web.customer_screen import token_of
from edge_node.web.service import build_app

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: the page is tested over HTTP only"),
    pytest.mark.timeout(120),
]

SHOWN = "[...document.querySelectorAll('main > section')].filter(part => !part.hidden).map(part => part.id).join()"
NAMES = "[...document.querySelectorAll('#lines .name')].map(place => place.textContent).join('|')"
MARKUP = "<img src=x onerror=document.title='hacked'>"


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A tab of a browser that nobody used before."""
    async with browser(tmp_path / "profile") as opened:
        yield opened
        assert opened.complaints == []


def address(web: WebShop, token: str = "") -> str:
    """Where the page is, with a token handed over."""
    return str(web.client.make_url("/display")) + (f"#token={token}" if token else "")


async def test_a_sale_is_followed(web: WebShop, page: Page):
    """Signed in once, the screen follows a sale by itself; a product's name is text, whatever it looks like."""
    manager, till = await web.till("3001", "t9"), await web.till()
    await manager.do("PUT /reference/products/evil", {"name": MARKUP, "price": 900})
    await till.open_shift()
    await page.open(address(web))
    await page.until(f"{SHOWN} === 'sign-in'")
    fields = {"staff": "1001", "pin": "1357", "till": "t1"}
    for name, value in fields.items():
        await page.run(f"document.querySelector('[name={name}]').value = '{value}'")
    await page.run("document.querySelector('#form button').click()")
    await page.until(f"{SHOWN} === 'idle'")
    basket = await till.basket("naicha", "evil")
    assert await page.until(f"document.querySelectorAll('#lines li').length === 2 && {NAMES}") == f"珍珠奶茶|{MARKUP}"
    assert await page.run("document.getElementById('total').textContent") == "¥24.00"
    assert await page.run("document.querySelectorAll('#lines img').length") == 0
    await till.do(f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 5000}]})
    await page.until(f"{SHOWN} === 'paid'")
    assert await page.run("document.getElementById('change-amount').textContent") == "¥26.00"
    assert await page.run("document.title") != "hacked"
    assert "1357" not in await page.run("JSON.stringify(localStorage)")


def poster(colour: str) -> bytes:
    """A picture that a browser can show."""
    made = io.BytesIO()
    Image.new("RGB", (480, 320), colour).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_idle_pictures(web: WebShop, page: Page, theme: str):
    """While nobody buys the shop's pictures fade into each other over its words; one that is missing is passed over."""
    manager = await web.till("3001")
    rows = [picture_of(poster(colour)) for colour in ("#b03a2e", "#1f618d")]
    for row in rows:
        body = {"data": base64.b64encode(row.data).decode()}
        await manager.do(f"PUT /reference/pictures/{row.hash}", body)
    await manager.do("PUT /reference/settings/shop_name", {"value": '"小满茶铺"'})
    names = [rows[0].hash, "0" * 64, rows[1].hash]
    await manager.do("PUT /reference/settings/idle_pictures", {"value": json.dumps(names)})
    await page.look(1024, 600, theme)
    await page.open(address(web, token_of(web.deps.digest_key, "t9")))
    shown = "document.querySelector('#pictures img.shown').src.slice(-64)"
    await page.until(f"{shown} === '{rows[0].hash}'")
    assert await page.run("getComputedStyle(document.querySelector('#pictures img')).transitionDuration") == "1.4s"
    turns = "import('/display/slides.js').then(({ Slides }) => { const place = document.getElementById('pictures');"
    turns += (
        f" window.next = new Slides(place, () => 0); next.at = 0; next.names = {json.dumps(names)}; next.turn(0) }})"
    )
    await page.run(turns)
    await page.until(f"{shown} === '{rows[1].hash}'")
    for language, word in (("zh-CN", "欢迎光临"), ("zh-TW", "歡迎光臨"), ("en", "Welcome")):
        await page.run(f"document.querySelector('[data-language={language}]').click()")
        assert await page.run("document.getElementById('idle-text').textContent") == word
        assert await page.run("document.getElementById('idle-shop').textContent") == "小满茶铺"
        assert await page.run("document.documentElement.scrollHeight <= innerHeight")
    await page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    assert await page.run("getComputedStyle(document.querySelector('#pictures img')).transitionDuration") == "0s"
    till = await web.till("3001", "t9")
    await till.open_shift()
    await till.basket("naicha")
    await page.until(f"{SHOWN} === 'basket'")


async def test_wrong_pin_and_bad_token(web: WebShop, page: Page):
    """A token that is none leads to the form, and a refused PIN is explained in the page's language."""
    await page.open(address(web, "customer.t1." + "0" * 64))
    await page.until(f"{SHOWN} === 'sign-in'")
    assert await page.run("location.hash") == ""
    await page.run("document.querySelector('[data-language=zh-TW]').click()")
    for name, value in {"staff": "1001", "pin": "9999", "till": "t1"}.items():
        await page.run(f"document.querySelector('[name={name}]').value = '{value}'")
    await page.run("document.querySelector('#form button').click()")
    told = await page.until("document.getElementById('refusal').textContent")
    assert "密碼" in told
    page.complaints.clear()  # the browser lists refused requests


async def test_a_restart_is_calm(web: WebShop, page: Page):
    """While the node restarts the screen keeps what it showed, and follows again by itself afterwards."""
    till = await web.till()
    await till.open_shift()
    basket = await till.basket("naicha")
    await page.open(address(web, token_of(web.deps.digest_key, "t1")))
    await page.until(f"{SHOWN} === 'basket'")
    assert await page.run("location.hash + location.search") == ""
    port = web.client.port
    await web.client.close()
    await page.until("performance.now() > 0")
    assert await page.run(f"{SHOWN} + document.getElementById('link').textContent") == "basket"
    web.client = TestClient(TestServer(build_app(web.deps), port=port))
    await web.client.start_server()
    await till.do(f"POST /baskets/{basket}/lines", {"item": "shui1"})
    await page.until("document.querySelectorAll('#lines li').length === 2")
    await page.until("document.getElementById('link').hidden")
    page.complaints.clear()  # the browser lists what it could not reach


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_themes_and_languages(web: WebShop, page: Page, theme: str):
    """In both themes and all languages every text stands out from its ground, and nothing is cut off."""
    till = await web.till()
    await till.open_shift()
    await page.look(1024, 600, theme)
    await page.open(address(web, token_of(web.deps.digest_key, "t1")))
    await till.basket("naicha", "jianfa", "shui1")
    await page.until(f"{SHOWN} === 'basket'")
    dark = await page.run("getComputedStyle(document.documentElement).getPropertyValue('--dark').trim() === '1'")
    assert dark == (theme == "dark")
    for language, word in (("zh-CN", "应付"), ("zh-TW", "應付"), ("en", "To pay")):
        await page.run(f"document.querySelector('[data-language={language}]').click()")
        assert await page.run("document.querySelector('[data-word=to_pay]').textContent") == word
        assert await page.run("document.documentElement.scrollWidth <= innerWidth")
        assert await page.run("document.documentElement.scrollHeight <= innerHeight")
    colours = await page.run("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    ink, paper = (sum(int(part) for part in colour.strip("rgb()").split(",")) for colour in colours)
    assert abs(ink - paper) > 500
    assert (await asyncio.wait_for(page.picture(), 20)).startswith(b"\x89PNG")
