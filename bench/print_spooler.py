"""500 receipts to five printers, one of which fails all the time: what that costs the other four.

Everything is real but the printers, which are simulated behind lines in memory: ledger (encrypted), papers, spooler,
device manager and ESC/POS driver. Timed: from the first receipt of the four until they have printed their 400.
Control: the same 400 on the same four, and no fifth.
"""

import asyncio
import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

from bench.harness import Figure, Times, report
from bench.shop import KEY, NOW, open_shop
from commerce.tender import STORED_VALUE, Offer
from device_drivers.simulators.line_faults import LineFaults
from device_drivers.simulators.memory_serving import serve_memory
from device_drivers.simulators.pos_printer import PosPrinter
from edge_node.devices.manager import Manager
from edge_node.devices.papers.source import Means
from edge_node.devices.spooler import Desk, Spooler
from edge_node.ledger import devices, print_jobs
from edge_node.ledger.devices import Duty, Setup
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBooks
from edge_node.storage.database import Database, transaction
from edge_node.till import baskets, checkout
from edge_node.till.checkout import Payment

HEALTHY = 4
JOBS = 100
"""Receipts of each printer."""
ROUNDS = 3
FAILURES = ("out of paper", "never answers")


def template(path: Path) -> Node:
    """Make a shop that sold once, and wants that receipt at each of five tills a hundred times."""
    shop = open_shop(path, KEY)
    basket = shop.basket()
    total = baskets.priced(shop.at().book, baskets.get(shop.conn, basket).basket, None, "").total
    with transaction(shop.conn):
        shop.conn.execute("DELETE FROM print_jobs")
        done = checkout.checkout(shop.conn, shop.at(), basket, Payment((Offer(STORED_VALUE, total),)))
        seen = print_jobs.seen_of(shop.conn, done.entry.id)
        shop.conn.execute("DELETE FROM print_jobs")
        for _ in range(JOBS):
            for till in range(HEALTHY + 1):
                print_jobs.add(shop.conn, "sale", done.entry.id, f"t{till}", NOW, seen=seen)
    shop.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shop.conn.close()
    return shop.node


@contextlib.asynccontextmanager
async def plugged(database: Database, failure: str) -> AsyncIterator[None]:
    """Plug the printers in, one for each till; that of till 0 fails, or is not there (`failure` "")."""
    async with contextlib.AsyncExitStack() as stack:
        for till in range(0 if failure else 1, HEALTHY + 1):
            machine, faults = PosPrinter(48), LineFaults()
            if till == 0:
                machine.paper_out = failure == "out of paper"
                faults.deaf = failure == "never answers"
            await stack.enter_async_context(serve_memory(machine, f"bench-{till}", faults))
            setup = Setup(f"printer {till}", "escpos", {}, (Duty("receipt", f"t{till}", 0),))
            await database.write(devices.add, bytes([till + 1]) * 16, f"memory:bench-{till}", setup, NOW)
        yield


async def once(path: Path, node: Node, failure: str) -> int:
    """Print; return the nanoseconds that the healthy four took from their first receipt to their last."""
    begun = time.monotonic_ns()
    printed: list[int] = []
    enough = asyncio.Event()

    def now() -> int:
        return NOW + (time.monotonic_ns() - begun) // 1_000_000

    def tell(_kind: str, **data: int | str) -> None:
        if data["state"] == "done":
            printed.append(time.perf_counter_ns())
            if len(printed) == HEALTHY * JOBS:
                enough.set()

    database = await Database.open(path, KEY)
    try:
        async with plugged(database, failure):
            ready = asyncio.Event()

            def changed(_device: bytes, _state: object) -> None:
                if all(manager.state(bytes([till + 1]) * 16).ready for till in range(1, HEALTHY + 1)):
                    ready.set()

            manager = Manager(database, now, changed=changed)
            desk = Desk(lambda: node, PriceBooks(), now, lambda _limit: 0, Means(sign=lambda _: bytes(64)), tell=tell)
            spooler = Spooler(database, manager, desk)
            tasks = [asyncio.create_task(manager.run()), asyncio.create_task(spooler.run())]
            await ready.wait()
            spooler.wake()
            await enough.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        await database.close()
    return printed[-1] - printed[0]


def main() -> list[Figure]:
    """Measure each failure against no fifth printer, in turns."""
    found = []
    with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
        origin = Path(folder) / "origin.db"
        node = template(origin)

        def run(failure: str) -> int:
            path = Path(folder) / "edge.db"
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            shutil.copyfile(origin, path)
            return asyncio.run(once(path, node, failure))

        run("")
        taken: dict[str, list[int]] = {failure: [] for failure in ("", *FAILURES)}
        for turn in range(ROUNDS):
            for failure in sorted(taken, reverse=bool(turn % 2)):
                taken[failure].append(run(failure))
        medians = {failure: statistics.median(times) / 1000 for failure, times in taken.items()}
        for failure in FAILURES:
            times = Times(round(medians[failure], 1), round(medians[""], 1), ROUNDS)
            what = f"400 receipts on four printers, the fifth {failure}: time / without a fifth"
            found.append(Figure(what, round(times.ratio, 2), "×", at_most=1.2, details=asdict(times)))
    return found


if __name__ == "__main__":
    report(main())
