"""A sale from the first article to the change: with the scanner alone, the keyboard alone, and fingers alone."""

import pytest
from playwright.async_api import expect
from shop_facts import APPLES, NOODLES, TEA, WATER, barcode, sales_of

from stayopen.demo.people import CASHIERS

pytestmark = pytest.mark.usefixtures("line")


async def test_by_scanner_alone(till, witness):
    """Articles are scanned and paid; the next customer's first scan leaves the result by itself."""
    for name in (WATER, TEA, WATER):
        await till.scan(barcode(name))
    await till.has_lines(WATER, TEA)
    await till.pay_exactly()
    await till.scan(barcode(TEA))
    await till.result.wait_for(state="detached")
    await till.has_lines(TEA)
    (sale,) = await sales_of(witness, till)
    assert sale["total"] == 800


async def test_by_keyboard_alone(new_till, witness):
    """A till is named, its shift opened, goods found by pinyin, counted, paid in cash: no pointer touches the page."""
    till = await new_till(named=False)
    await till.open()
    await expect(till.field("signIn.staff")).to_be_focused()
    await till.tab_to(till.field("signIn.till"))
    await till.press("Control+A")
    await till.type(till.till)
    await till.press("Enter")
    await till.tab_to(till.field("signIn.staff"))
    for text in CASHIERS[0]:
        await till.type(text)
        await till.press("Enter")
    await expect(till.field("shift.float")).to_be_focused()
    await till.type("300")
    await till.press("Enter")
    await till.sells()
    await till.type("hsnrm")
    await till.named(NOODLES).wait_for()
    await till.press("Enter")
    await till.has_lines(NOODLES)
    await till.press("Shift+Digit8")
    await expect(till.field("quantity.title", till.dialog())).to_be_focused()
    await till.type("3")
    await till.press("Enter")
    await expect(till.lines.first).to_contain_text("16.50")
    await till.sells()
    await till.press("Enter")
    await till.payment.wait_for()
    await expect(till.field("pay.received")).to_be_focused()
    await till.type("20")
    await till.press("Enter")
    await expect(till.result).to_contain_text("3.50")
    await till.next()
    (sale,) = await sales_of(witness, till)
    assert (sale["total"], sale["lines"][0]["milli_qty"]) == (1650, 3000)


async def test_by_touch_alone(new_till, witness):
    """Fingers sign in, open the shift, find goods by category, weigh, and take money; no key is pressed."""
    till = await new_till(has_touch=True)
    await till.open()
    await till.field("signIn.staff").wait_for()
    for text in CASHIERS[0]:
        await till.tap(text)
        await till.button("signIn.submit").tap()
    await till.field("shift.float").wait_for()
    await till.tap("300")
    await till.button("shift.submit").tap()
    await till.named("生鲜").tap()
    await till.named(APPLES).tap()
    await till.dialog().wait_for()
    await till.tap("1.25")
    await till.button("quantity.submit").tap()
    await till.has_lines(APPLES)
    await till.named("方便食品").tap()
    await till.named(NOODLES).tap()
    await till.has_lines(APPLES, NOODLES)
    await till.basket.get_by_role("button", name=till.word("basket.more"), exact=True).tap()
    await expect(till.lines.nth(1)).to_contain_text("11.00")
    await till.pay()
    await till.tap("50")
    await till.confirm()
    await expect(till.result).to_contain_text("23.00")
    await till.button("result.next").tap()
    (sale,) = await sales_of(witness, till)
    assert sale["total"] == 2700
