"""What head office is shown of a branch is what its box is: devices, what waits, its block list, through an outage."""

from process_world import all_verified, hq_sales, member_of, till_with_shift

from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.serving import serve_tcp
from stayopen.demo.people import MANAGER
from stayopen.demo.program import command
from stayopen.demo.till_acts import STORED_VALUE, quick_sale, sell, top_up
from stayopen.demo.waiting import until

BRANCH = "b001"
TOLD_S = 45.0
"""A change is told within ten seconds of the one before; the rest is for two slow cores."""


async def health_of(chain, branch=BRANCH):
    """The branch as the office is shown it."""
    (row,) = (await chain.office.get("/branch-health", branch=branch))["rows"]
    return row


async def devices_of(chain, branch=BRANCH):
    """Its devices as the office is shown them: what, whether they work, why not."""
    rows = (await chain.office.get("/branch-devices", branch=branch))["rows"]
    return [(row["name"], row["kind"], row["works"], row["code"]) for row in rows]


async def carry(chain, stick):
    """Put on a stick what waits at the box, and bring it to HQ."""
    url = chain.boxes[BRANCH].url
    staff, pin = MANAGER
    async with chain.http.post(f"{url}/sign-in", json={"staff": staff, "pin": pin, "till": "stick"}) as answer:
        headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
    async with chain.http.get(f"{url}/sync/bundle", headers=headers) as answer:
        assert answer.status == 200
        stick.write_bytes(await answer.read())
    await command("hq", "import", str(stick), "--config", str(chain.place.config))


async def shown(chain, expected):
    """Wait until the office is shown these devices."""

    async def so():
        return await devices_of(chain) == expected

    await until(so, f"HQ shows {expected}", TOLD_S)


async def test_a_printer_that_is_unplugged_is_shown_at_head_office(chain):
    """A printer taken into use is told, and once it is gone that it cannot be reached; others tell their own."""
    manager, till = await chain.till(BRANCH, "office", MANAGER), await till_with_shift(chain, BRANCH)
    async with serve_tcp(PosPrinter()) as printer:
        await manager.act("POST /devices", {"address": printer.address, "driver": "escpos", "name": "前台小票机"})
        await shown(chain, [("前台小票机", "pos_printer", True, "")])
    await sell(till, {"1001": 1})
    await shown(chain, [("前台小票机", "pos_printer", False, "device_offline")])
    row = await health_of(chain)
    assert (row["devices"], row["devices_down"]) == (1, 1)
    assert abs(row["clock"]) < 60_000
    assert row["blocks_good_at"] > 0
    assert [one["branch"] for one in (await chain.office.get("/branch-devices", down="true"))["rows"]] == [BRANCH]
    assert await devices_of(chain, "b002") == []
    assert (await health_of(chain, "b002"))["told_at"] > 0


async def test_an_outage_leaves_what_was_told_and_its_end_makes_it_true(chain, tmp_path):
    """Cut off, the last word stands with its time; a stick brings entries and no word; back, nothing waits."""
    till = await till_with_shift(chain, BRANCH)
    member = await member_of(till)
    await top_up(till, member, 5_000)
    await chain.settled(BRANCH)
    chain.relays[BRANCH].cut()
    sold = [await quick_sale(till, 700, STORED_VALUE, member), await sell(till, {"1001": 2})]
    before = await health_of(chain)
    assert before["told_at"] > 0
    await carry(chain, tmp_path / "stick.bundle")

    async def booked():
        return {sale["sale"] for sale in sold} <= set(hq_sales(chain, BRANCH))

    await until(booked, "the stick's sales are in the books")
    dark = await health_of(chain)
    assert (dark["told_at"], dark["oldest_at"], dark["unsent"]) == (before["told_at"], 0, 0)
    assert dark["acked_seq"] > before["acked_seq"]
    later = await sell(till, {"1010": 1})
    assert (await chain.boxes[BRANCH].health())["link"]["unsent"] > 0
    chain.relays[BRANCH].restore()
    await chain.settled(BRANCH)
    assert later["sale"] in hq_sales(chain, BRANCH)

    async def told_anew():
        row = await health_of(chain)
        return row if row["told_at"] > before["told_at"] else None

    after = await until(told_anew, "the box tells of itself again", TOLD_S)
    assert (after["unsent"], after["oldest_at"], after["waiting"]) == (0, 0, 0)
    assert after["blocks_good_at"] >= before["blocks_good_at"]
    await all_verified(chain)
