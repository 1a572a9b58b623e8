"""An old backup put back by hand, and one disk in two boxes: found out, closed, sold on, each entry counted once."""

import pytest
from process_world import (
    all_verified,
    codes_of_discrepancies,
    copy_disk,
    hq_rows,
    hq_sales,
    logs_of,
    member_of,
    new_life,
    sales_of,
    till_with_shift,
)

from stayopen.demo.client import RefusedError
from stayopen.demo.till_acts import STORED_VALUE, ask_rights, here, quick_sale, top_up
from stayopen.demo.waiting import until

BRANCH = "b002"


def principal(chain, *columns):
    """Figures of all principal lots at HQ, summed: one value per column."""
    sums = ", ".join(f"sum({column})" for column in columns)
    return hq_rows(chain, f"SELECT {sums} FROM lots WHERE asset = 'principal'")[0]


async def stop(box):
    """Stop a box as a person does before touching its disk."""
    assert await box.program.stop() == 0


async def test_an_old_backup_put_back_ends_its_incarnation(chain, tmp_path):
    """A node behind HQ is closed, goes on for cash without rights, and two people give the value back to the chain."""
    box = chain.boxes[BRANCH]
    till = await till_with_shift(chain, BRANCH)
    member = await member_of(till)
    await top_up(till, member, 10_000)
    await chain.settled(BRANCH)
    await stop(box)
    copy_disk(box.place.data, tmp_path / "backup")
    await box.up()
    sold = [await quick_sale(till, 7_000, STORED_VALUE, member), await quick_sale(till, 500)]
    await chain.settled(BRANCH)
    old = (await box.health())["incarnation"]
    await stop(box)
    copy_disk(tmp_path / "backup", box.place.data)
    await box.up()
    await new_life(box, old)
    assert await here(till, member) == {}
    assert (await ask_rights(till, member, 1_000))["state"] == "refused"
    sold.append(await quick_sale(till, 600))
    await chain.settled(BRANCH)
    closed = next(log for log in await logs_of(chain, BRANCH) if log["incarnation"] == old)
    assert (closed["state"], closed["closed_reason"]) == ("closed", "restored")
    assert hq_sales(chain, BRANCH) == {sale["sale"]: (sale["total"], False) for sale in sold}
    assert principal(chain, "issued", "spent", "exposure") == (10_000, 7_000, 0)
    await _released_by_two(chain, old)
    assert (await ask_rights(till, member, 3_000))["state"] == "granted"
    await quick_sale(till, 3_000, STORED_VALUE, member)
    await chain.settled(BRANCH)
    assert principal(chain, "issued", "spent", "exposure", "own") == (10_000, 10_000, 0, 0)
    assert set(await codes_of_discrepancies(chain)) == {"exposure_accepted"}
    await all_verified(chain)


async def _released_by_two(chain, incarnation):
    """One person proposes and may not approve; the other one approves, once."""
    proposer, approver = chain.person(0), chain.person(1)
    body = {"kind": "incarnation", "subject": incarnation, "reason": "已核对备份"}
    release = (await proposer.send("POST /releases", body))["release"]
    with pytest.raises(RefusedError) as alone:
        await proposer.send(f"POST /releases/{release}/approve")
    assert alone.value.code == "same_person"
    assert (await approver.send(f"POST /releases/{release}/approve"))["state"] == "done"
    with pytest.raises(RefusedError) as again:
        await approver.send(f"POST /releases/{release}/approve")
    assert again.value.code == "not_proposed"


async def test_a_restored_node_that_sold_offline_leaves_two_branches_of_one_log(chain, tmp_path):
    """Both branches of a forked log are counted, each entry once, and the exposure is exactly what was spent twice."""
    box, relay = chain.boxes[BRANCH], chain.relays[BRANCH]
    till = await till_with_shift(chain, BRANCH)
    member = await member_of(till)
    await top_up(till, member, 10_000)
    await chain.settled(BRANCH)
    await stop(box)
    copy_disk(box.place.data, tmp_path / "backup")
    await box.up()
    sold = [await quick_sale(till, 7_000, STORED_VALUE, member)]
    sold += [await quick_sale(till, 100 + n) for n in range(0, 50, 10)]
    await chain.settled(BRANCH)
    old = (await box.health())["incarnation"]
    relay.cut()
    await stop(box)
    copy_disk(tmp_path / "backup", box.place.data)
    await box.up()
    sold.append(await quick_sale(till, 5_000, STORED_VALUE, member))
    sold.append(await quick_sale(till, 900))
    relay.restore()
    await new_life(box, old)
    sold.append(await quick_sale(till, 800))
    await chain.settled(BRANCH)
    closed = next(log for log in await logs_of(chain, BRANCH) if log["incarnation"] == old)
    assert closed["state"] == "closed"
    assert hq_sales(chain, BRANCH) == {sale["sale"]: (sale["total"], False) for sale in sold}
    assert principal(chain, "issued", "spent", "exposure") == (10_000, 12_000, 2_000)
    assert set(await codes_of_discrepancies(chain)) == {"forked", "late_exposure"}
    await all_verified(chain)


async def test_two_boxes_from_one_disk_both_go_on_with_nothing_counted_twice(chain):
    """A cloned disk is found out; both sell on under new incarnations, each entry counts once, a person is told."""
    first = chain.boxes[BRANCH]
    till = await till_with_shift(chain, BRANCH)
    member = await member_of(till)
    await top_up(till, member, 10_000)
    await chain.settled(BRANCH)
    old = (await first.health())["incarnation"]
    await stop(first)
    second = await chain.add_copy(BRANCH, "b002-copy")
    copy_disk(first.place.data, second.place.data)
    line = chain.relays[second.name]
    line.cut()
    await first.up()
    await second.up()
    await first.linked()
    other = await chain.till(second.name, "till-1", ("2001", "246810"))
    sold = [await quick_sale(till, 6_000, STORED_VALUE, member), await quick_sale(till, 500)]
    sold += [await quick_sale(other, 6_000, STORED_VALUE, member), await quick_sale(other, 700)]
    await chain.settled(BRANCH)
    line.restore()
    await new_life(first, old)
    await new_life(second, old)
    sold += [await quick_sale(till, 800), await quick_sale(other, 900)]
    assert await here(till, member) == await here(other, member) == {}
    await chain.settled(first.name, second.name)
    assert hq_sales(chain, BRANCH) == {sale["sale"]: (sale["total"], False) for sale in sold}
    mine, theirs = await sales_of(till), await sales_of(other)
    assert len(mine) == len(theirs) == 3
    assert principal(chain, "issued", "spent", "exposure") == (10_000, 12_000, 2_000)
    logs = {log["incarnation"]: log["state"] for log in await logs_of(chain, BRANCH)}
    lives = {(await box.health())["incarnation"] for box in (first, second)}
    assert logs[old] == "closed"
    assert len(lives) == 2
    assert {logs[life] for life in lives} == {"open"}

    async def told():
        return "two_boxes" in await codes_of_discrepancies(chain, BRANCH)

    await until(told, "a person is told of two boxes")
    await all_verified(chain)
