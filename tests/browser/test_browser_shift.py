"""What a cashier may not do alone: take goods back, end the shift. Each is approved on the cashier's screen."""

import pytest
from playwright.async_api import expect
from shop_facts import NOODLES, TEA, barcode, sales_of

from stayopen.demo.people import LEAD

pytestmark = pytest.mark.usefixtures("line")


async def test_refund_with_approval(till, witness):
    """Goods are taken back from the sale's page; a shift lead approves at this till, and the node has them back."""
    await till.scan(barcode(NOODLES))
    await till.scan(barcode(TEA))
    await till.has_lines(NOODLES, TEA)
    await till.pay_exactly()
    await till.next()
    (sale,) = await sales_of(witness, till)
    await till.press("F11")
    await till.page.get_by_role("option").filter(has_text=sale["number"]).click()
    await till.button("sales.refund", till.page.get_by_role("region", name=sale["number"])).click()
    await till.named(f"{NOODLES} {till.word('refund.of', n=1)}").click()
    await till.button("refund.r1").click()
    await till.button("refund.submit").click()
    await till.approve(LEAD)
    await expect(till.page.get_by_role("status").filter(has_text=till.word("refund.done"))).to_contain_text("5.50")
    (sale,) = await sales_of(witness, till)
    assert [(line["name"], line["left_qty"]) for line in sale["lines"]] == [(NOODLES, 0), (TEA, 1000)]


async def test_shift_to_z(till, witness):
    """Cash is put in, the drawer is counted blind, a lead closes the shift: not a cent differs; the next opens."""
    await till.scan(barcode(TEA))
    await till.has_lines(TEA)
    await till.pay_exactly()
    await till.next()
    await till.choose("shift.page")
    await till.button("shift.cashIn").click()
    await till.field("shift.amount").fill("100")
    await till.button("shift.i1").click()
    await till.button("shift.in").click()
    await till.approve(LEAD)
    await till.button("shift.end").click()
    for value, pieces in (("100.00", "6"), ("1.00", "4")):
        await till.page.get_by_label(till.word("shift.pieces", value=value), exact=True).fill(pieces)
    await till.button("shift.next").click()
    await till.page.get_by_text(till.word("shift.closingWhy")).wait_for()
    await till.button("shift.close").click()
    await till.approve(LEAD)
    await till.page.get_by_role("heading", name=till.word("shift.zDone")).wait_for()
    await expect(till.page.get_by_text(till.word("shift.even"))).to_be_visible()
    await till.button("shift.goOn").click()
    await till.open_shift()
