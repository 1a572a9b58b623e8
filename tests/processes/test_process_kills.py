"""kill -9 of real processes at random moments under load: nothing acknowledged is lost, nothing is doubled."""

import asyncio

import pytest
from process_world import all_verified, codes_of_discrepancies, hq_rows, hq_sales, member_of, sales_of, till_with_shift
from till_load import Cashier

from stayopen.demo.waiting import until

KILLS = 100
TILLS = 2
PATIENCE = 240
"""Seconds: on a busy machine a box needs many to start, and it is killed again and again."""


class Reaper:
    """Kills and restarts HQ and the boxes, each as often as its dice say, until all kills are done."""

    def __init__(self, chain, cashiers, dice):
        self.kills = dict.fromkeys(("hq", *chain.boxes), 0)
        self.early = 0
        self._chain = chain
        self._cashiers = cashiers
        self._dice = dice

    async def reap(self):
        """Kill until all kills are done, every program beside the others."""
        await asyncio.gather(*(self._haunt(name) for name in self.kills))

    async def _haunt(self, name):
        """Kill one program again and again: mostly at work, now and then while it starts."""
        program = self._chain.hq if name == "hq" else self._chain.boxes[name].program
        while sum(self.kills.values()) < KILLS:
            early = self._dice.random() < 0.15
            if early:
                await asyncio.sleep(self._dice.uniform(0.0, 1.5))  # some moment of its start
                self.early += 1
            else:
                await self._busy(name)
                await asyncio.sleep(self._dice.uniform(0.0, 0.2))  # some moment of its work
            self.kills[name] += 1
            await program.kill()
            await program.start()

    async def _busy(self, name):
        """Wait until a program is in use: a box answered a till since its start, HQ has a branch on the line."""
        if name == "hq":
            await until(self._heard, "a branch is connected to HQ", PATIENCE)
        else:
            mine = [cashier for cashier in self._cashiers if cashier.branch == name]
            before = {cashier: cashier.acts for cashier in mine}

            async def moved():
                return all(cashier.acts > before[cashier] for cashier in mine)

            await until(moved, f"tills of {name} get on", PATIENCE)

    async def _heard(self):
        healths = [await box.health() for box in self._chain.boxes.values() if box.program.alive]
        return any(health and health["link"]["connected"] for health in healths)


@pytest.mark.timeout(420)
async def test_killed_a_hundred_times_nothing_is_lost_and_nothing_doubled(chain, dice):
    """After a hundred kills under load, boxes and HQ hold exactly the acts that tills were told are done."""
    cashiers = []
    for branch in chain.boxes:
        for n in range(1, TILLS + 1):
            till = await till_with_shift(chain, branch, f"till-{n}")
            till.patience = PATIENCE
            members = [await member_of(till, number) for number in range(12)]
            cashiers.append(Cashier(till, branch, members, type(dice)(dice.random())))
    reaper, ended = Reaper(chain, cashiers, dice), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for cashier in cashiers:
            group.create_task(cashier.work(ended))
        await reaper.reap()
        ended.set()
    await until(chain.hq_answers, "HQ serves")
    await asyncio.gather(*(box.serves() for box in chain.boxes.values()))
    await chain.settled()
    print(f"kills {reaper.kills}, {reaper.early} of them early; acts {[cashier.acts for cashier in cashiers]}")
    for branch in chain.boxes:
        await _compare(chain, branch, [cashier for cashier in cashiers if cashier.branch == branch])
    assert await codes_of_discrepancies(chain) == []
    await all_verified(chain)


async def _compare(chain, branch, cashiers):
    """Compare one branch sale by sale, top-up by top-up, and its cash, at the box and at HQ."""
    told = {sale: (total, sale in one.refunded) for one in cashiers for sale, total in one.sales.items()}
    assert await sales_of(cashiers[0].till) == told
    assert hq_sales(chain, branch) == told
    topped_up = sum(amount for one in cashiers for amount in one.topped_up.values())
    query = "SELECT coalesce(sum(issued), 0) FROM lots WHERE issuer = ? AND asset = 'principal'"
    assert hq_rows(chain, query, branch) == [(topped_up,)]
    for one in cashiers:
        figures = await one.till.get("/shift/x")
        assert (figures["sales"], figures["refunds"], figures["top_ups"]) == (
            len(one.sales),
            len(one.refunded),
            len(one.topped_up),
        )
        flow = {row["tender"]: row["received"] - row["paid_out"] for row in figures["tenders"]}
        assert flow.get("cash", 0) == one.cash
    query = "SELECT amount FROM balances WHERE account = ?"
    held = sum(one.cash for one in cashiers)
    assert [abs(amount) for (amount,) in hq_rows(chain, query, f"cash:{branch}:cash")] == [held]
