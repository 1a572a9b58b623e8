"""The console's languages in a real browser: one is fetched to begin with, and a choice needs no network later."""

from playwright.async_api import expect

from stayopen.demo.people import OFFICE, PASSWORD
from stayopen.demo.waiting import until

FETCHED = (
    "performance.getEntriesByType('resource').map(one => /assets\\/(en|zh-CN|zh-TW)-[\\w-]+\\.js$/.exec(one.name)?.[1])"
    ".filter(Boolean).sort()"
)
"""The languages whose words the page has fetched."""


async def test_another_language_needs_no_network(new_console):
    """The sign-in fetches one language; the others follow, and then a choice shows their words without the office."""
    console = await new_console("zh-TW")
    await console.open()
    await console.field("app.signIn.name").wait_for()
    assert await console.page.evaluate(FETCHED) == ["zh-TW"]
    await console.sign_in(OFFICE[0], PASSWORD)
    await console.nav.wait_for()

    async def all_there():
        return len(await console.page.evaluate(FETCHED)) == 3

    await until(all_there, "the other languages are fetched", 60)
    await console.settled()
    await console.page.context.set_offline(True)
    choice = console.field("app.look.language")
    console.language = "en"
    await choice.select_option("en")
    await expect(console.title).to_have_text(console.word("overview.title"))
    await expect(console.page.locator("html")).to_have_attribute("lang", "en")
    await console.page.context.set_offline(False)
    await console.page.reload()
    await expect(console.title).to_have_text(console.word("overview.title"))


async def test_a_report_leads_on(new_console):
    """A report asked for by its address comes after the sign-in with its filters, and keeps column choice and order."""
    console = await new_console()
    await console.open("reports/sales?group=branch&sort=-sales")
    await console.sign_in(OFFICE[0], PASSWORD)
    await console.nav.wait_for()
    await console.settled()
    assert console.page.url.endswith("/reports/sales?group=branch&sort=-sales")
    head = console.page.get_by_role("columnheader", name=console.word("reports.column.rounding"))
    await expect(head).to_have_count(0)
    await console.button("app.table.columns").click()
    await console.page.locator(".el-checkbox", has_text=console.word("reports.column.rounding")).click()
    await expect(head).to_have_count(1)
    await console.page.reload()
    await console.settled()
    await expect(head).to_have_count(1)
    ordered = console.page.locator("th[aria-sort='descending']")
    await expect(ordered).to_contain_text(console.word("reports.column.sales"))
