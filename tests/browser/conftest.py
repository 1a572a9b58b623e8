"""A chain of real processes and a real Chromium, both started once: each test has a till of its own.

All of it runs in one worker and one event loop (the session's), so there is one browser at a time and nothing here
meets another test's loop.
"""

import itertools
import re
from pathlib import Path

import pytest
import pytest_asyncio
from chromium import ADVICE, FLAGS, demanded, find
from console_page import ConsolePage
from playwright.async_api import async_playwright, expect
from till_page import TillPage

from edge_node.web import till_page as served
from hq_server.web import console_page
from stayopen import seed
from stayopen.demo.chain import Chain
from stayopen.demo.people import MANAGER
from stayopen.demo.waiting import until

HERE = Path(__file__).parent
FAILURES = HERE.parents[1] / "build" / "failures"
"""Pictures of what a failed test saw last."""
FAILED = pytest.StashKey()
BRANCH = "b001"
SIZE = {"width": 1366, "height": 768}
WAIT_MS = 15_000
"""Until something must be there: long for a busy machine, short for a person who looks on."""
expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(items):
    """Give every test here the session's loop; say what is missing where nothing can run."""
    missing = "" if find() else ADVICE
    if not all((app.FOLDER / "index.html").is_file() for app in (served, console_page)):
        missing = "the screens were not built: make screens"
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            if missing and not demanded():
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether the test failed."""
    report = yield
    item.stash.setdefault(FAILED, []).append(report.failed)
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chain(tmp_path_factory):
    """Head office and one branch, as programs, with the demo's goods, staff and members."""
    async with Chain(tmp_path_factory.mktemp("browser") / "chain", seed.BRANCHES[:1]) as made:
        try:
            await made.up()
            yield made
        finally:
            for program in (made.hq, *(box.program for box in made.boxes.values())):
                print(f"--- {program.name}:\n{program.said()[-2000:]}")


@pytest.fixture
def box(chain):
    """The branch's node."""
    return chain.boxes[BRANCH]


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["online", "offline"])
async def line(chain, request):
    """How the line to head office is: each test that uses this runs both ways, and sees no difference."""
    if request.param == "online":
        yield
        return
    chain.relays[BRANCH].cut()

    async def alone():
        health = await chain.boxes[BRANCH].health()
        return health is not None and not health["link"]["connected"]

    await until(alone, "the branch is cut off")
    yield
    chain.relays[BRANCH].restore()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright():
    """Playwright itself."""
    async with async_playwright() as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(playwright):
    """The browser, in a profile that nobody used."""
    assert find(), ADVICE
    browser = await playwright.chromium.launch(executable_path=find(), args=FLAGS)
    yield browser
    await browser.close()


@pytest.fixture(scope="session")
def numbers():
    """Numbers for tills: no two tests share one."""
    return itertools.count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def new_till(chromium, box, numbers, request):
    """Open tabs, each at a till of its own and like a browser of its own; no script may fail in any of them."""
    contexts, complaints = [], []

    async def make(language="zh-CN", theme="light", size=SIZE, *, named=True, **options):
        context = await chromium.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else 0)
        till = TillPage(page, box.url.removesuffix("api/v1"), f"t{next(numbers)}", language)
        kept = {"language": language} | ({"till": till.till} if named else {})
        for name, value in kept.items():
            await page.add_init_script(f"localStorage['stayopen.{name}'] ??= '{value}'")
        return till

    yield make
    for number, context in enumerate(contexts):
        if any(request.node.stash.get(FAILED, ())):
            name = re.sub(r"[^\w.-]+", "-", f"{request.node.name}-{number}.png")
            await context.pages[0].screenshot(path=FAILURES / name)
        await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def new_console(chromium, chain, request):
    """Open tabs of the console, each like a browser of its own; no script may fail in any of them."""
    contexts, complaints = [], []

    async def make(language="zh-CN", theme="light", size=SIZE):
        context = await chromium.new_context(
            viewport=size, color_scheme=theme, reduced_motion="reduce", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else 0)
        await page.add_init_script(f"localStorage['stayopen.language'] ??= '{language}'")
        return ConsolePage(page, chain.console_url, language)

    yield make
    for number, context in enumerate(contexts):
        if any(request.node.stash.get(FAILED, ())):
            name = re.sub(r"[^\w.-]+", "-", f"{request.node.name}-{number}.png")
            await context.pages[0].screenshot(path=FAILURES / name)
        await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def till(new_till):
    """A till that is ready to sell."""
    made = await new_till()
    await made.enter()
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def witness(chain):
    """The manager beside the till, who asks the node what it knows."""
    return await chain.till(BRANCH, "witness", MANAGER)
