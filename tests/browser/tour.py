"""Every place of the till's page, one after the other: whoever looks at all of them walks along here.

``async for name in tour(till, shop): …``: at each name the page shows that place. It begins at the address and needs a
till whose shift was not opened yet.
"""

from functools import cache

from playwright.async_api import expect
from shop_facts import APPLES, COFFEE, NOODLES, TEA, WATER, barcode
from words import SOURCES, asked

from stayopen.demo.people import CASHIERS, LEAD

RULE = "充 100 送 10"
FILLED = {"plan": "咖啡十杯卡", "topUp": RULE}
"""Pages that are filled from the node after they opened, and what stands there then."""

_PAGES = """
const { PAGES } = await import(process.argv[1])
process.stdout.write(JSON.stringify(Object.entries(PAGES).map(([name, page]) => [name, page.title])))
"""


@cache
def pages():
    """The full pages beside selling: name and key of the title."""
    return asked(_PAGES, SOURCES / "pages.ts")


async def tour(till, card):
    """Walk; `card`: of a member who has stored value in this branch."""
    for part in (gates(till), selling(till, card), dialogs(till), payment(till), others(till, card), closing(till)):
        async for name in part:
            yield name


async def gates(till):
    """What comes before selling."""
    await till.open()
    await till.field("signIn.staff").wait_for()
    yield "sign-in"
    await till.field("signIn.staff").fill(CASHIERS[0][0])
    await till.field("signIn.pin").fill("9999")
    await till.field("signIn.pin").press("Enter")
    await expect(till.page.get_by_role("alert").first).not_to_be_empty()
    yield "sign-in-refused"
    await till.sign_in()
    await till.field("shift.float").wait_for()
    yield "open-shift"
    await till.open_shift()


async def selling(till, card):
    """The selling screen, from empty to full."""
    await till.named("饮料").wait_for()
    yield "selling-empty"
    for name in (WATER, TEA, COFFEE, COFFEE):
        await till.scan(barcode(name))
    await till.has_lines(WATER, TEA, COFFEE)
    await till.scan(card)
    await expect(till.member).to_contain_text(till.word("member.here"))
    yield "selling-member"
    await till.page.keyboard.insert_text("红烧")
    await expect(till.named("美式咖啡")).to_have_count(0)
    await till.named(NOODLES).wait_for()
    yield "search-found"
    await till.page.keyboard.insert_text("没有这个")
    await till.page.get_by_text(till.word("search.noneHint")).wait_for()
    yield "search-none"
    await till.press("Escape")
    await till.scan("6900000000007")
    await till.notice.wait_for()
    yield "notice"
    await till.press("Escape")


async def dialogs(till):
    """What lies over the selling screen."""
    for name, key in (
        ("quantity", "Shift+Digit8"),
        ("line-discount", "Shift+Digit5"),
        ("order-discount", "F4"),
        ("hold", "F7"),
        ("recall", "F8"),
        ("member-find", "F3"),
        ("shortcuts", "Shift+Slash"),
        ("more", "F10"),
    ):
        await till.sells()
        await till.press(key)
        await till.dialog().wait_for()
        yield name
        if name == "member-find":
            await till.page.keyboard.insert_text("zw")
            await till.dialog().get_by_role("button", name="张伟").wait_for()
            yield "member-found"
            await till.button("member.register", till.dialog()).click()
            await till.field("member.name").wait_for()
            await till.button("member.submit").click()
            yield "member-register"
        await till.press("Escape")
        await till.dialog().wait_for(state="detached")
    await till.named(APPLES).click()
    await till.dialog().wait_for()
    yield "weight"
    await till.press("Escape")
    await till.dialog().wait_for(state="detached")
    await till.press("F4")
    await till.field("discount.percentLabel").fill("90")
    await till.press("Enter")
    await till.dialog("approval.title").wait_for()
    yield "approval"
    await till.press("Escape", "Escape")
    await till.dialog().wait_for(state="detached")
    await till.button("rail.clear", till.rail).click()
    await till.dialog().wait_for()
    yield "clear"
    await till.press("Escape")
    await till.dialog().wait_for(state="detached")
    await till.page.get_by_role("button", name=till.word("menu.open")).click()
    yield "menu"
    await till.press("Escape")
    await till.page.get_by_role("banner").get_by_role("button", expanded=False).first.click()
    yield "status"
    await till.page.get_by_role("banner").get_by_role("button", expanded=True).first.click()


async def payment(till):
    """Paying and its result."""
    await till.pay()
    yield "payment-cash"
    await till.press("F3")
    yield "payment-stored-value"
    await till.press("F4")
    yield "payment-external"
    await till.field("pay.amount").fill("1")
    await till.press("Enter")
    await till.page.get_by_role("list", name=till.word("pay.parts")).wait_for()
    yield "payment-split"
    await till.press("F2")
    await till.field("pay.received").fill("letters")
    yield "payment-wrong"
    await till.field("pay.received").fill("100")
    await till.confirm()
    yield "result"
    await till.next()


async def others(till, card):
    """The full pages, each as it opens for a member whose sale it is."""
    await till.scan(card)
    await expect(till.member).to_contain_text(till.word("member.here"))
    for name, title in pages():
        await till.choose(title)
        await till.page.get_by_role("heading", level=1).wait_for()
        await till.page.wait_for_load_state("networkidle")
        if name in FILLED:
            await till.named(FILLED[name]).wait_for()
        yield f"page-{name}"
        async for deeper in DEEPER.get(name, nothing)(till):
            yield f"page-{name}-{deeper}"
        while await till.page.get_by_role("heading", level=1, name=till.word("basket.title")).count() == 0:
            await till.press("Escape")
            await till.page.evaluate("new Promise(done => setTimeout(done))")
        await till.sells()


async def nothing(_):
    """A page that is seen whole at once."""
    for name in ():
        yield name


async def member(till):
    """What is known of a member, tab by tab."""
    for key in ("profile", "sales", "topUps", "points"):
        await till.page.get_by_role("tab", name=till.word(f"member.tab_{key}")).click()
        await till.page.wait_for_load_state("networkidle")
        yield key


async def top_up(till):
    """A top-up from its amount to its result."""
    await till.named(RULE).click()
    yield "amount"
    await till.button("topUp.toPay").click()
    await till.keypad.wait_for()
    yield "pay"
    await till.press("Enter")
    await till.page.get_by_text(till.word("topUp.done")).wait_for()
    yield "done"


async def sales(till):
    """A sale found again, and goods taken back as far as the approval."""
    await till.page.get_by_role("option").first.click()
    await till.button("sales.refund").wait_for()
    yield "sale"
    await till.button("sales.refund").click()
    await till.button("refund.all").click()
    await till.page.wait_for_load_state("networkidle")
    yield "refund"


async def shift(till):
    """Cash into the drawer, and the drawer counted."""
    await till.button("shift.cashIn").click()
    await till.field("shift.amount").fill("1e309")
    await till.button("shift.in").click()
    yield "cash"
    await till.press("Escape")
    await till.button("shift.end").click()
    await till.page.get_by_label(till.word("shift.pieces", value="100.00"), exact=True).fill("6")
    yield "count"


async def display(screen, till):
    """The customer's screen beside a till that is ready to sell; `screen`: its tab."""
    await screen.goto(f"{till.url}display")
    await screen.locator("#form").wait_for()
    await screen.locator(f"[data-language={till.language}]").click()
    yield "display-sign-in"
    for name, value in (("staff", LEAD[0]), ("pin", LEAD[1]), ("till", till.till)):
        await screen.locator(f"[name={name}]").fill(value)
    await screen.locator("#form button").click()
    await screen.locator("#idle").wait_for()
    yield "display-idle"
    for name in (WATER, NOODLES, COFFEE):
        await till.scan(barcode(name))
    await till.has_lines(WATER, NOODLES, COFFEE)
    await expect(screen.locator("#lines li")).to_have_count(3)
    yield "display-basket"
    await till.pay_exactly()
    await screen.locator("#paid").wait_for()
    yield "display-paid"


async def closing(till):
    """The shift counted, closed with a difference, and its report."""
    await till.choose("shift.page")
    await till.button("shift.end").click()
    await till.page.get_by_label(till.word("shift.pieces", value="100.00"), exact=True).fill("6")
    await till.button("shift.next").click()
    await till.page.get_by_text(till.word("shift.closingWhy")).wait_for()
    yield "counted"
    await till.button("shift.close").click()
    await till.approve(LEAD)
    await till.button("shift.d1").wait_for()
    yield "counted-differs"
    await till.button("shift.d1").click()
    await till.button("shift.close").click()
    await till.approve(LEAD)
    await till.page.get_by_role("heading", name=till.word("shift.zDone")).wait_for()
    yield "z"


DEEPER = {"member": member, "topUp": top_up, "sales": sales, "shift": shift}
