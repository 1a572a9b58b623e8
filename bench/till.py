"""The till's page in Chromium at an edge node with 10,000 products and 50,000 members, by the browser's own clock.

*scan*: from the Enter of a scan to its line drawn. *pay*: from Enter in the payment to the result drawn. Both end with
the frame after the one that finds the change. *page ready*: from the start of the navigation until the search
takes keys, signed in, with nothing in the cache. The control is an empty health request of the same page, interleaved;
so what the machine is slow at shows in both. The first load's scripts are counted as they are sent, gzipped.
"""

import asyncio
import gzip
import statistics
import sys
import tempfile
from pathlib import Path

from bench.big_chain import BRANCH, PRODUCTS, big_chain
from bench.harness import Figure, report
from edge_node.web import till_page as served

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from chromium import ADVICE, FLAGS, find
from playwright.async_api import Page, async_playwright
from till_page import TillPage

SCANS_A_SALE, SALES, LOADS = 5, 40, 15
MODULE = 'script[type="module"]'
LISTEN = """
() => {
  const frame = () => new Promise(requestAnimationFrame)
  let begun = 0
  addEventListener('keydown', event => { if (event.key === 'Enter') begun = performance.now() }, { capture: true })
  window.bench = {
    // from the last Enter until `seen` holds and is drawn
    async since(seen) {
      while (!seen()) await frame()
      await frame()
      return performance.now() - begun
    },
    async control() {
      const from = performance.now()
      await (await fetch('/api/v1/health', { cache: 'no-store' })).json()
      return performance.now() - from
    },
  }
}
"""
LINES = "() => document.querySelectorAll('[role=option]').length"
RESULT = "() => document.querySelector('section[role=status]') !== null"
READY = """
async () => {
  while (document.activeElement?.type !== 'search') await new Promise(requestAnimationFrame)
  return performance.now()
}
"""


def p95(times: list[float]) -> float:
    """The time that 95 of 100 do not exceed, ms."""
    return statistics.quantiles(times, n=20)[-1]


def first_load() -> float:
    """Kilobytes (10^3) of gzipped JavaScript that the first load fetches: the page's script and what it preloads."""
    page = (served.FOLDER / "index.html").read_text("utf-8")
    names = {part.split('"')[0] for part in page.split('="/')[1:] if part.split('"')[0].endswith(".js")}
    return sum(len(gzip.compress((served.FOLDER / name).read_bytes())) for name in names) / 1000


async def sell(till: TillPage, turn: int, scans: list[float], pays: list[float], controls: list[float]) -> None:
    """One sale, each of its steps timed, a control beside each."""
    page = till.page
    for place in range(SCANS_A_SALE):
        before = await page.evaluate(LINES)
        waiting = asyncio.create_task(page.evaluate(f"bench.since(() => ({LINES})() > {before})"))
        await till.scan(f"p{1000 + (turn * SCANS_A_SALE + place) * 7 % (PRODUCTS - 1000)}")
        scans.append(await waiting)
        controls.append(await page.evaluate("bench.control()"))
    await till.press("Enter")
    await till.payment.wait_for()
    waiting = asyncio.create_task(page.evaluate(f"bench.since({RESULT})"))
    await till.press("Enter")
    pays.append(await waiting)
    controls.append(await page.evaluate("bench.control()"))
    await till.next()


async def loads(till: TillPage) -> list[float]:
    """Open the page anew with an empty cache, signed in; ms until it takes keys."""
    wire = await till.page.context.new_cdp_session(till.page)
    found = []
    for _ in range(LOADS):
        await wire.send("Network.clearBrowserCache")
        await till.page.reload(wait_until="commit")
        found.append(await till.page.evaluate(READY))
    await wire.detach()
    return found


async def measure(page: Page, url: str) -> list[Figure]:
    """All figures of one till."""
    till = TillPage(page, url, "t1")
    await page.add_init_script("localStorage['stayopen.till'] ??= 't1'")
    # before the page's own scripts: they keep a scan's keys from everybody who listens later
    await page.add_init_script(f"({LISTEN})()")
    await till.enter()
    ready = await loads(till)
    await till.sells()
    scans: list[float] = []
    pays: list[float] = []
    controls: list[float] = []
    for turn in range(SALES + 2):
        if turn == 2:
            scans, pays, controls = [], [], []
        await sell(till, turn, scans, pays, controls)
    control = p95(controls)
    found = [Figure("till: an empty health request from the page, p95", round(control, 1), "ms")]
    for name, times, target in (("scan to line", scans, 100), ("pay to done", pays, 300)):
        detail = {"median": round(statistics.median(times), 1), "worst": round(max(times), 1), "count": len(times)}
        found.append(Figure(f"till: {name}, p95", round(p95(times), 1), "ms", at_most=target, details=detail))
        found.append(Figure("the same / the health request", round(p95(times) / control, 1), "×"))
    details = {"median": round(statistics.median(ready)), "count": len(ready)}
    found.append(Figure("till: page ready, p95", round(p95(ready) / 1000, 2), "s", at_most=1.5, details=details))
    found.append(Figure("till: JavaScript of the first load, gzipped", round(first_load(), 1), "kB", at_most=250))
    return found


async def run(folder: Path) -> list[Figure]:
    """Measure at a node of a real chain."""
    async with big_chain(folder) as chain, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=FLAGS)
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        page = await context.new_page()
        try:
            return await measure(page, chain.boxes[BRANCH[0]].url.removesuffix("api/v1"))
        finally:
            await browser.close()


def main() -> list[Figure]:
    """Measure in a temporary folder."""
    if not find():
        sys.exit(ADVICE)
    with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
        return asyncio.run(run(Path(folder) / "chain"))


if __name__ == "__main__":
    report(main())
