"""A line that is down or swallows everything: the tills sell on by the same code, and HQ is equal once it returns."""

import asyncio
import socket
from contextlib import contextmanager

import pytest
from process_world import all_verified, codes_of_discrepancies, hq_sales, member_of, sales_of, till_with_shift

from stayopen.demo.client import RefusedError
from stayopen.demo.till_acts import STORED_VALUE, ask_rights, here, quick_sale, sell, top_up
from stayopen.demo.waiting import until

BRANCH = "b001"


@contextmanager
def dropping_port():
    """A port where packets are dropped: it listens, but its queue is full, so the kernel ignores further callers."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        callers = []
        try:
            for _ in range(4):
                caller = socket.socket()
                callers.append(caller)
                caller.settimeout(0)
                caller.connect_ex(server.getsockname())
            yield server.getsockname()[1]
        finally:
            for caller in callers:
                caller.close()


async def test_checkout_does_not_wait_for_a_silent_hq(chain):
    """While a request for rights hangs on a silent line, sales are made and finished; the request can be cancelled."""
    till = await till_with_shift(chain, BRANCH)
    member = await member_of(till)
    await top_up(till, member, 5_000)
    asker = await chain.till(BRANCH, "till-2")
    chain.relays[BRANCH].silence()
    waiting = asyncio.create_task(ask_rights(asker, member, 9_000, deadline_ms=10_000))
    seen = await until(lambda: _request(till), "the request is written")
    sold = [await sell(till, {"1009": 1}, STORED_VALUE, member), await sell(till, {"1001": 2})]
    assert not waiting.done()
    canceller = await chain.till(BRANCH, "till-3")
    assert (await canceller.act(f"DELETE /rights-requests/{seen}"))["state"] == "cancelled"
    assert (await waiting)["state"] == "cancelled"
    assert not (await chain.boxes[BRANCH].health())["link"]["alarm"]
    chain.relays[BRANCH].restore()
    await chain.settled(BRANCH)
    assert set(hq_sales(chain, BRANCH)) == {sale["sale"] for sale in sold}
    await all_verified(chain)


async def _request(till):
    """The first request for rights of the first incarnation in the chain, once it is there."""
    for no in (1, 2, 3):
        try:
            return (await till.get(f"/rights-requests/{no}-1"))["request"]
        except RefusedError:
            continue
    return None


async def test_a_box_starts_and_sells_where_packets_are_dropped(chain):
    """A box that is started while HQ's port drops every packet serves tills at once, by the same code."""
    box, till = chain.boxes[BRANCH], await till_with_shift(chain, BRANCH)
    member = await member_of(till)
    await top_up(till, member, 5_000)
    await chain.settled(BRANCH)
    await box.program.stop()
    port = box.hq_port
    with dropping_port() as dead:
        box.hq_port = dead
        box.configure()
        await box.up()
        assert not (await box.health())["link"]["connected"]
        assert (await ask_rights(till, member, 9_000, deadline_ms=200))["state"] == "cancelled"
        sold = [await quick_sale(till, 5_000, STORED_VALUE, member), await sell(till, {"1010": 2})]
        assert not (await box.health())["link"]["connected"]
        assert await box.program.stop() == 0
    box.hq_port = port
    box.configure()
    await box.up()
    await chain.settled(BRANCH)
    assert set(hq_sales(chain, BRANCH)) == {sale["sale"] for sale in sold}
    await all_verified(chain)


async def test_a_branch_cut_off_sells_all_that_its_rights_and_cash_allow(chain, dice):
    """Cut off from start to end a branch spends its rights to the last cent and not one more; then HQ equals it."""
    box, relay = chain.boxes[BRANCH], chain.relays[BRANCH]
    till = await till_with_shift(chain, BRANCH)
    members = [await member_of(till, number) for number in range(3)]
    for member in members:
        await top_up(till, member, 20_000)
    await chain.settled(BRANCH)
    await box.program.stop()
    relay.cut()
    await box.up()
    told = {}
    for member in members:
        usable = (await here(till, member))["principal"]
        assert usable == 20_000
        while usable:
            amount = min(usable, 10 * dice.randint(100, 900))
            done = await quick_sale(till, amount, STORED_VALUE, member)
            told[done["sale"]] = amount
            usable -= amount
        with pytest.raises(RefusedError) as refusal:
            await quick_sale(till, 10, STORED_VALUE, member)
        assert (refusal.value.code, refusal.value.evidence["available"]) == ("stored_value_short", 0)
    for _ in range(20):
        done = await sell(till, {"1009": dice.randint(1, 5)})
        told[done["sale"]] = done["total"]
    fresh = await top_up(till, members[0], 7_000)
    assert fresh["unsynced"]
    relay.restore()
    await chain.settled(BRANCH)
    assert hq_sales(chain, BRANCH) == {sale: (total, False) for sale, total in told.items()} == await sales_of(till)
    account = await chain.office.get(f"/members/{members[0]}")
    assert account["balances"]["principal"] == 7_000
    assert await codes_of_discrepancies(chain) == []
    await all_verified(chain)
