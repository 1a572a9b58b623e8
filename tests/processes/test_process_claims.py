"""Goods of one branch taken back in two others at once: one is released, the money goes out once."""

import asyncio

import pytest
from process_world import ITEMS, all_verified, hq_rows, member_of, till_with_shift

from stayopen.demo.client import RefusedError
from stayopen.demo.people import LEAD
from stayopen.demo.till_acts import STORED_VALUE, claim, here, sell, top_up
from stayopen.demo.waiting import until

SELLER, OTHERS = "b001", ("b002", "b003")


async def _outcome(till, made):
    """How a claim ended: released or refused."""

    async def ended():
        answer = await till.get(f"/claims/{made}")
        return answer if answer["state"] != "to_release" else None

    return await until(ended, "the claim is answered")


async def _claimed_at_once(chain, sale, lines):
    """Claim the same goods in both other branches at once; return (till, claim's id, its answer) each."""
    tills = [await till_with_shift(chain, branch) for branch in OTHERS]
    made = await asyncio.gather(*(claim(till, sale, SELLER, LEAD, lines) for till in tills))
    answers = await asyncio.gather(*(_outcome(till, one) for till, one in zip(tills, made, strict=True)))
    return list(zip(tills, made, answers, strict=True))


async def test_a_cash_sale_refunded_in_two_branches_at_once_pays_once(chain):
    """Of two claims for the same goods one is released and paid, once; the other is refused."""
    seller = await till_with_shift(chain, SELLER)
    sale = await sell(seller, {ITEMS["自热火锅"]: 2})
    found = await _claimed_at_once(chain, sale["sale"], [(0, 2_000)])
    assert sorted(answer["state"] for _, _, answer in found) == ["refused", "released"]
    for till, made, answer in found:
        if answer["state"] == "released":
            paid = await till.act(f"POST /claims/{made}/pay", {"in_cash": True})
            assert [(tender["tender"], tender["amount"]) for tender in paid["tenders"]] == [("cash", sale["total"])]
        else:
            assert answer["refused"] == "already_refunded"
        with pytest.raises(RefusedError) as again:
            await till.act(f"POST /claims/{made}/pay", {"in_cash": True})
        assert again.value.code == "claim_not_released"
    await chain.settled()
    assert hq_rows(chain, "SELECT sum(paid) FROM claims") == [(sale["total"],)]
    await all_verified(chain)


async def test_stored_value_refunded_in_two_branches_at_once_comes_back_once(chain):
    """Value paid for goods claimed twice returns to its lots once and is usable where the claim was released."""
    seller = await till_with_shift(chain, SELLER)
    member = await member_of(seller, 2)
    await top_up(seller, member, 10_000)
    sale = await sell(seller, {ITEMS["自热火锅"]: 3}, STORED_VALUE, member)
    await chain.settled(SELLER)
    found = await _claimed_at_once(chain, sale["sale"], [(0, 3_000)])
    assert sorted(answer["state"] for _, _, answer in found) == ["refused", "released"]
    await chain.settled()
    lots = hq_rows(chain, "SELECT issued, spent, refunded, exposure FROM lots WHERE asset = 'principal'")
    assert lots == [(10_000, sale["total"], sale["total"], 0)]
    (winner,) = (till for till, _, answer in found if answer["state"] == "released")
    (loser,) = (till for till, _, answer in found if answer["state"] == "refused")

    async def usable():
        return (await here(winner, member)).get("principal", 0) == sale["total"]

    await until(usable, "the value is usable where the claim was released")
    assert (await here(loser, member)).get("principal", 0) == 0
    await all_verified(chain)
