"""Members at the till: money taken for value and spent again, a card of ten coffees sold and used."""

import pytest
from playwright.async_api import expect
from shop_facts import COFFEE, barcode, registered, sales_of

pytestmark = pytest.mark.usefixtures("line")
RULE, PLAN = "充 100 送 10", "咖啡十杯卡"


async def test_top_up_and_spend(till, witness):
    """A member tops up by a rule with a bonus, and pays the next sale from it."""
    card, member = await registered(witness, "4")
    await till.scan(card)
    await expect(till.member).to_contain_text(till.word("member.here"))
    await till.press("F5")
    await till.named(RULE).click()
    await till.button("topUp.toPay").click()
    await till.keypad.wait_for()
    await till.press("Enter")
    await till.page.get_by_text(till.word("topUp.done")).wait_for()
    await till.button("topUp.finish").click()
    await till.sells()
    await expect(till.member).to_contain_text("110.00")
    await till.scan(barcode(COFFEE))
    await till.has_lines(COFFEE)
    await till.pay()
    await till.press("F3")
    await till.confirm()
    (sale,) = await sales_of(witness, till)
    assert [part["tender"] for part in sale["tenders"]] == ["stored_value"]
    here = (await witness.get(f"/members/{member}"))["here"]
    assert here["principal"] + here["bonus"] == 11_000 - sale["total"]


async def test_count_card(till, witness):
    """Ten coffees are sold ahead; the next coffee is taken from the card, costs nothing now, and nine are left."""
    card, member = await registered(witness, "5")
    await till.scan(card)
    await expect(till.member).to_contain_text(till.word("member.here"))
    await till.choose("plan.title")
    await till.named(PLAN).click()
    await till.button("topUp.toPay").click()
    await till.keypad.wait_for()
    await till.press("Enter")
    await till.page.get_by_text(till.word("plan.done")).wait_for()
    await till.button("topUp.finish").click()
    await till.sells()
    await till.scan(barcode(COFFEE))
    await till.has_lines(COFFEE)
    await till.button("cover.many", till.member, n=1).click()
    await till.button("cover.useAll", till.dialog(), n=1).click()
    await expect(till.button("cover.useAll", till.dialog(), n=0)).to_be_disabled()
    await till.button("benefits.done", till.dialog()).click()
    await till.dialog().wait_for(state="detached")
    await till.pay()
    await till.confirm()
    (sale,) = await sales_of(witness, till)
    assert [part["tender"] for part in sale["tenders"]] == ["uses"]
    (held,) = (await witness.get(f"/members/{member}/plans"))["plans"]
    assert held["uses_here"] == 9
