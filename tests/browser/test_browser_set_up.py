"""What head office sets up reaches the till: a slip's number is asked for, and whether the customer wants a receipt."""

import json

import pytest
import pytest_asyncio
from conftest import BRANCH
from playwright.async_api import expect
from shop_facts import NOODLES, TEA, barcode, sales_of

from stayopen.demo.waiting import until

pytestmark = pytest.mark.parametrize("line", ["online"], indirect=True)
"""Of the tests that cut the line these run with those that do not: parameters come over it."""

CHOSEN = {"tender_references": {"card": 4}, "drawer_tenders": ["card"], "print_sale": "ask"}


async def choose(chain, witness, values):
    """Set the branch's parameters at head office, and wait until its node obeys them."""
    rows = [{"name": name, "value": value} for name, value in values.items()]
    await chain.office.send("PUT /parameters", {"branch": BRANCH, "values": rows})
    mode = json.loads(values["print_sale"] or '"always"')

    async def obeyed():
        return (await witness.get("/till"))["print_sale"] == mode

    await until(obeyed, "the branch has its parameters")


@pytest_asyncio.fixture(loop_scope="session")
async def chosen(chain, witness, line):
    """The branch as it is set up here; afterwards as it was."""
    await choose(chain, witness, {name: json.dumps(value) for name, value in CHOSEN.items()})
    yield
    await choose(chain, witness, dict.fromkeys(CHOSEN, ""))


async def test_a_slip_and_a_receipt_that_was_asked_for(chosen, till, witness):
    """By keyboard: the slip's number is what is left to type; the sale bears it, and P prints its receipt."""
    await till.scan(barcode(TEA))
    await till.has_lines(TEA)
    await till.pay()
    await till.named(till.word("pay.card"), till.payment).click()
    slip = till.field("pay.slip", till.payment)
    await expect(slip).to_be_focused()
    await expect(till.button("pay.confirm")).to_be_disabled()
    await till.type("4821")
    await till.press("Enter")
    await expect(till.result).to_contain_text("4821")
    await expect(till.result).to_contain_text(till.word("paperOffer.question"))
    (sale,) = await sales_of(witness, till)
    assert [(part["tender"], part["ref"]) for part in sale["tenders"]] == [("card", "4821")]
    assert await printed(witness, till) == [("sale", "cancelled"), ("drawer", True)]
    await till.press("p")
    await expect(till.result).to_contain_text(till.word("paperOffer.asked"))
    assert [kind for kind, _ in await printed(witness, till)] == ["sale", "drawer"]
    assert ("sale", "cancelled") not in await printed(witness, till)


async def test_a_receipt_that_nobody_wants(chosen, till, witness):
    """The next scan begins the next sale; no paper comes out."""
    await till.scan(barcode(NOODLES))
    await till.has_lines(NOODLES)
    await till.pay_exactly()
    await till.scan(barcode(TEA))
    await till.has_lines(TEA)
    assert ("sale", "cancelled") in await printed(witness, till)


async def printed(witness, till):
    """Print jobs of this till's sales, the newest first; of a drawer only that there is one."""
    jobs = (await witness.get("/print-jobs", list="recent"))["jobs"]
    mine = [job for job in jobs if job["till"] == till.till and job["kind"] in {"sale", "drawer"}]
    return [(job["kind"], job["state"] if job["kind"] == "sale" else True) for job in mine]
