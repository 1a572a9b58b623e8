"""What people type by mistake or on purpose: a clear word at the field, and nothing of the sale is lost."""

import pytest
from playwright.async_api import expect
from shop_facts import NOODLES, TEA, barcode, sales_of

PAGE_OF_TEXT = "第三条 会员储值卡余额不足时,可以用现金补足差额。\n<b>'; DROP TABLE sales; --</b>\t" * 2_000
NAME = """王"小'明' 😀<i>&amp;"""
NO_MONEY = ("letters", "1e309", "-5", "0x10", "12.345", "٣", "1,000,000,000,000")


@pytest.mark.parametrize("text", NO_MONEY)
async def test_no_money(till, witness, text):
    """What is no amount is told at the field; the payment is not done, and goes on with a right one."""
    await till.scan(barcode(TEA))
    await till.has_lines(TEA)
    await till.pay()
    received = till.field("pay.received")
    await received.fill(text)
    await expect(till.payment.get_by_text(till.word("pay.bad"))).to_be_visible()
    await expect(received).to_have_attribute("aria-invalid", "true")
    await till.press("Enter")
    await till.has_lines(TEA)
    assert await sales_of(witness, till) == []
    await received.fill("4")
    await till.confirm()
    assert len(await sales_of(witness, till)) == 1


async def test_a_float_that_is_none(new_till):
    """A shift is not opened with letters for its float; the word stands at the field until it is right."""
    till = await new_till()
    await till.open()
    await till.sign_in()
    await till.field("shift.float").fill("五百")
    await till.press("Enter")
    await expect(till.page.get_by_text(till.word("pay.bad"))).to_be_visible()
    await till.open_shift()


async def test_a_name_with_marks(till, witness):
    """A member's name with quotes, markup and an emoji is kept and shown as it was typed."""
    await till.press("F3")
    await till.button("member.register", till.dialog()).click()
    await till.field("member.name").fill(NAME)
    await till.register()
    await till.dialog().wait_for(state="detached")
    await expect(till.member.get_by_text(NAME, exact=True)).to_be_visible()
    assert [row["name"] for row in (await witness.get("/members", q=NAME))["members"]] == [NAME]


async def test_a_pasted_page(till):
    """A page of text pasted into the search, a note or an amount is bounded and told; the lines stay."""
    for name in (NOODLES, TEA):
        await till.scan(barcode(name))
    await till.has_lines(NOODLES, TEA)
    await till.page.keyboard.insert_text(PAGE_OF_TEXT)
    await till.notice.or_(till.page.get_by_text(till.word("search.noneHint"))).wait_for()
    await till.press("Escape")
    await expect(till.field("search.label")).to_have_value("")
    await till.press("Shift+Digit8")
    quantity = till.field("quantity.title", till.dialog())
    await expect(quantity).to_be_focused()
    await till.press("Control+A")
    await till.page.keyboard.insert_text(PAGE_OF_TEXT)
    await expect(till.dialog().get_by_text(till.word("quantity.bad"))).to_be_visible()
    await till.press("Enter", "Escape")
    await till.dialog().wait_for(state="detached")
    await till.press("F7")
    await expect(till.field("hold.note", till.dialog())).to_be_focused()
    await till.page.keyboard.insert_text(PAGE_OF_TEXT)
    assert len(await till.field("hold.note", till.dialog()).input_value()) <= 200
    await till.press("Escape")
    await till.dialog().wait_for(state="detached")
    await till.has_lines(NOODLES, TEA)
