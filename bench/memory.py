"""Resident memory and start-up of real processes, from /proc: an edge node idle and busy, HQ with 50 connected nodes.

Everywhere 10,000 products and 50,000 members. *idle*: started anew on its filled database, connected, nobody sells.
*busy*: after 500 checkouts over HTTP by four tills at once, three lines each, every second one of a member. HQ's other
49 nodes are real nodes too, but live in this process. *start-up*: from exec to the first answered health request,
against a bare Python process that imports aiohttp and serves, interleaved; HQ's answer is not waited for.
"""

import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.big_chain import BRANCH, MEMBERS, PRODUCTS, Crowd, big_chain, phone
from bench.harness import Figure, report
from hq_server import runtime
from hq_server.head_office.values import business_day
from stayopen.demo.box import Box
from stayopen.demo.chain import Chain
from stayopen.demo.people import CASHIERS
from stayopen.demo.places import free_ports
from stayopen.demo.program import STAYOPEN
from stayopen.demo.till_acts import find_member, open_shift, sell

STARTS, CHECKOUTS, TILLS, NODES = 7, 500, 4, 50
SETTLE = 3.0
POLL = 0.002
BARE = """
import sys
from aiohttp import web
async def health(request):
    return web.json_response({})
app = web.Application()
app.router.add_get("/api/v1/health", health)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


def memory(name: str, pid: int, target: int | None = None, **details: object) -> Figure:
    """Resident megabytes (10^6 bytes) of a process now; the most there ever was among the details."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    now, peak = (round(int(fields[name].split()[0]) * 1024 / 1e6, 1) for name in ("VmRSS", "VmHWM"))
    return Figure(f"memory, {name}", now, "MB", at_most=target, details={"peak": peak, **details})


def seconds_to_health(words: tuple[str, ...], port: int) -> float:
    """Start a process, ask until it answers, stop it."""
    url = f"http://127.0.0.1:{port}/api/v1/health"
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    answer.read()
                return time.perf_counter() - begun
            except OSError:
                time.sleep(POLL)
                if process.poll() is not None:
                    raise RuntimeError(f"{words[:4]} ended by itself") from None
    finally:
        process.terminate()
        process.wait()


def starts(box: Box) -> list[Figure]:
    """Start-up of a node that is down, against the bare process."""
    node = (*STAYOPEN, *box.program._words)
    ours, control = [], []
    for turn in range(STARTS + 1):
        (port,) = free_ports(1)
        bare = (sys.executable, "-c", BARE, str(port))
        found = seconds_to_health(node, box.port), seconds_to_health(bare, port)
        if turn:
            ours.append(found[0])
            control.append(found[1])
    one, other = statistics.median(ours), statistics.median(control)
    what = f"start-up of an edge node, {PRODUCTS:,} products, {MEMBERS:,} members"
    return [
        Figure(what, round(one, 2), "s", at_most=2, details={"all": [round(each, 2) for each in ours]}),
        Figure("the same / a bare aiohttp process", round(one / other, 1), "×", details={"bare_s": round(other, 2)}),
    ]


async def sell_much(chain: Chain, box: Box) -> None:
    """500 checkouts by four tills at once."""
    day = business_day(runtime.now_ms())

    async def one_till(n: int) -> None:
        till = await chain.till(box.name, f"till-{n}", CASHIERS[n % 2])
        await open_shift(till, day)
        dice = random.Random(n)
        for turn in range(CHECKOUTS // TILLS):
            member = await find_member(till, phone(dice.randrange(MEMBERS))) if turn % 2 else None
            items = {f"p{dice.randrange(PRODUCTS)}": 1 for _ in range(3)}
            await sell(till, items, member=member)

    await asyncio.gather(*(one_till(n) for n in range(TILLS)))


async def measure(folder: Path) -> list[Figure]:
    """All figures of one chain."""
    found: list[Figure] = []
    async with big_chain(folder) as chain:
        box = chain.boxes[BRANCH[0]]
        found.append(memory("edge node after its first sync", box.program.pid))
        await box.program.stop()
        found += await asyncio.to_thread(starts, box)
        await chain.hq.stop()
        await chain.start_hq()
        await box.up()
        await box.linked()
        await asyncio.sleep(SETTLE)
        found.append(memory("edge node idle", box.program.pid, 80))
        found.append(memory("HQ, 1 node", chain.hq.pid))
        begun = time.perf_counter()
        await sell_much(chain, box)
        rate = round(CHECKOUTS / (time.perf_counter() - begun))
        await chain.settled()
        found.append(memory(f"edge node busy, {CHECKOUTS} checkouts", box.program.pid, 80, checkouts_per_second=rate))
        crowd = Crowd(chain, NODES - 1)
        try:
            await crowd.join()
            await asyncio.sleep(SETTLE)
            found.append(memory(f"HQ, {NODES} nodes", chain.hq.pid))
        finally:
            await crowd.leave()
    return found


def main() -> list[Figure]:
    """Measure on a chain in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
        return asyncio.run(measure(Path(folder) / "chain"))


if __name__ == "__main__":
    report(main())
