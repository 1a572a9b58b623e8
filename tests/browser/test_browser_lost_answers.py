"""A payment whose answer is lost: asked for under its key by the page itself, sold once, whatever was killed."""

import asyncio

import pytest
import pytest_asyncio
from killable import killable
from shop_facts import TEA, barcode, sales_of

CHECKOUT = "**/checkout"


class Line:
    """Between page and node: the node does what it is asked, and the answer is lost, held, or never asked for."""

    def __init__(self):
        self.keys = []
        self.lost = 0
        self.reaches = True
        self.pressed = asyncio.Event()
        self.done = asyncio.Event()
        self.held = None

    async def take(self, route):
        """Pass one payment on; the first answer, when it is held, goes to nobody."""
        self.keys.append(route.request.headers["idempotency-key"])
        self.pressed.set()
        if self.reaches:
            answer = await route.fetch()
            self.done.set()
        if self.held is not None and len(self.keys) == 1:
            await self.held.wait()
        elif self.lost:
            self.lost -= 1
            await route.abort("connectionreset")
        else:
            await route.fulfill(response=answer)


@pytest.fixture
async def wire():
    """A line that is good so far."""
    return Line()


@pytest_asyncio.fixture(loop_scope="session")
async def till(new_till):
    """A till that is ready to sell, without a service worker: what passes through one is not seen by the line."""
    made = await new_till(service_workers="block")
    await made.enter()
    return made


async def pay(till):
    """Sell a tea for the exact amount in cash, as far as pressing the button."""
    await till.scan(barcode(TEA))
    await till.has_lines(TEA)
    await till.pay()
    await till.button("pay.exact", till.payment).click()
    await till.confirms()


async def test_a_lost_answer(till, wire, witness):
    """The answer is lost twice: the till asks again by itself under the same key, shows the result, and sold once."""
    wire.lost = 2
    await till.page.route(CHECKOUT, wire.take)
    await pay(till)
    await till.result.wait_for()
    assert len(wire.keys) == 3
    assert len(set(wire.keys)) == 1
    assert len(await sales_of(witness, till)) == 1


async def test_a_page_reloaded_after_paying(till, wire, witness):
    """The page is reloaded while the answer is out: it asks under the same key and shows what it sold."""
    wire.held = asyncio.Event()
    await till.page.route(CHECKOUT, wire.take)
    await pay(till)
    await wire.done.wait()
    await till.page.reload()
    await till.result.wait_for()
    wire.held.set()
    assert len(wire.keys) == 2
    assert len(set(wire.keys)) == 1
    assert len(await sales_of(witness, till)) == 1


@pytest.mark.parametrize("reaches", [True, False], ids=["the node sold", "the node heard nothing"])
async def test_the_browser_killed_after_paying(playwright, box, numbers, tmp_path, wire, witness, reaches):
    """The browser is killed after Pay was pressed; opened again it sells the basket once, not twice and not never."""
    wire.reaches, wire.held = reaches, asyncio.Event()
    name = f"t{next(numbers)}"
    async with killable(playwright, box.url, name, tmp_path / "profile") as till:
        await till.enter()
        await till.page.route(CHECKOUT, wire.take)
        await pay(till)
        await (wire.done if reaches else wire.pressed).wait()
    assert len(await sales_of(witness, till)) == int(reaches)
    async with killable(playwright, box.url, name, tmp_path / "profile") as again:
        await again.open()
        await again.sign_in()
        if reaches:
            await again.result.or_(again.field("search.label")).wait_for()
            await again.has_lines()
        else:
            await again.result.or_(again.lines).wait_for()
            if await again.lines.count():
                await again.pay_exactly()
        assert len(await sales_of(witness, again)) == 1
