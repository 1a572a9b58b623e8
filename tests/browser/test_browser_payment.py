"""What a sale is paid with: a member's stored value, several tenders, and what happens beside another till."""

import pytest
from playwright.async_api import expect
from shop_facts import COFFEE, NOODLES, TEA, WATER, barcode, sales_of, topped_up

pytestmark = pytest.mark.usefixtures("line")


async def test_stored_value(till, witness):
    """A member's card is swiped, the whole sale is taken from stored value, and the balance is told afterwards."""
    card = await topped_up(witness, "1", 5_000)
    await till.scan(card)
    await expect(till.member).to_contain_text("50.00")
    await till.scan(barcode(NOODLES))
    await till.has_lines(NOODLES)
    await till.pay()
    await till.press("F3")
    await till.confirm()
    await expect(till.result).to_contain_text(till.word("pay.stored_value"))
    (sale,) = await sales_of(witness, till)
    assert [(part["tender"], part["amount"]) for part in sale["tenders"]] == [("stored_value", sale["total"])]
    member = (await witness.get("/members", card=card))["members"][0]["member"]
    assert (await witness.get(f"/members/{member}"))["here"]["principal"] == 5_000 - sale["total"]


async def test_split(till, witness):
    """What stored value does not cover is paid by a named tender and in cash; the parts add up to the sale."""
    card = await topped_up(witness, "2", 1_000)
    await till.scan(card)
    for name in (COFFEE, COFFEE, WATER):
        await till.scan(barcode(name))
    await till.has_lines(COFFEE, WATER)
    await till.pay()
    await till.press("F3", "Enter")
    await expect(till.page.get_by_role("list", name=till.word("pay.parts"))).to_contain_text("10.00")
    await till.press("F4")
    await till.field("pay.amount").fill("5")
    await till.field("pay.ref").fill("4200001234")
    await till.press("Enter")
    await expect(till.page.get_by_role("list", name=till.word("pay.parts"))).to_contain_text("5.00")
    await till.press("F2")
    await till.button("pay.exact", till.payment).click()
    await till.confirm()
    (sale,) = await sales_of(witness, till)
    parts = {part["tender"]: part["amount"] for part in sale["tenders"]}
    assert parts == {"stored_value": 1_000, "wechat": 500, "cash": sale["total"] - 1_500}


async def test_held_here_recalled_there(till, new_till, witness):
    """A basket that one till holds is recalled and sold by another, and is gone from the first."""
    other = await new_till()
    await till.scan(barcode(TEA))
    await till.scan(barcode(NOODLES))
    await till.has_lines(TEA, NOODLES)
    await till.press("F7")
    await till.field("hold.note", till.dialog()).fill(f"靠窗 {till.till}")
    await till.press("Enter")
    await expect(till.lines).to_have_count(0)
    await other.enter()
    await other.press("F8")
    await other.dialog().get_by_role("button", name=f"靠窗 {till.till}").click()
    await other.has_lines(TEA, NOODLES)
    await other.pay_exactly()
    await till.press("F8")
    await expect(till.dialog().get_by_role("button", name=f"靠窗 {till.till}")).to_have_count(0)
    assert await sales_of(witness, till) == []
    assert [sale["total"] for sale in await sales_of(witness, other)] == [950]
