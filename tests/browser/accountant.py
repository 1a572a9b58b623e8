"""What an accountant does in the console, as one call each: merge, charge, approve, close, fetch a statement."""

from console_page import ConsolePage
from playwright.async_api import expect

REASON = "已和门店核对"


class Accountant(ConsolePage):
    """Somebody who may settle, signed in."""

    @property
    def rows(self):
        """The lines of the page's list; the leaves of a calendar are tables too."""
        return self.page.locator(".data-table tbody tr")

    async def merge_members(self, phone):
        """Find the members with one phone, and make one of them."""
        await self.go(f"members?q={phone}")
        await expect(self.rows).to_have_count(2)
        await self.rows.first.click()
        await self.button("members.merge.act").click()
        await self.field("members.search", self.panel).fill(phone)
        await self.button("members.merge.search", self.panel).click()
        await self.panel.locator(".found button").first.click()
        await self.field("members.reason", self.panel).fill(REASON)
        await self.button("members.merge.act", self.panel).click()
        await self.confirm("members.merge.act")

    async def confirm(self, key):
        """Type the word that a dangerous act asks for."""
        dialog = self.page.locator(".el-dialog").last
        asked = await dialog.locator("label.field span").first.inner_text()
        before, after = self.word("app.confirm.type", word="\0").split("\0")
        await dialog.get_by_role("textbox").fill(asked.removeprefix(before).removesuffix(after))
        await self.button(key, dialog).click()
        await expect(dialog).to_be_hidden()

    async def decide_alone_up_to(self, amount):
        """Say up to what amount one person resolves a difference."""
        await self.go("reconciliation/discrepancies")
        await self.button("discrepancies.limit.title").click()
        dialog = self.page.locator(".el-dialog").last
        await self.field("discrepancies.limit.amount", dialog).fill(amount)
        await self.button("discrepancies.limit.save", dialog).click()
        await expect(dialog).to_be_hidden()

    async def charge(self, code, amount, *, second):
        """Have the branch that a difference of this kind stands in pay head office for it; its figures are proposed."""
        await self.go(f"reconciliation/discrepancies?code={code}")
        await expect(self.rows).to_have_count(1)
        await self.rows.first.click()
        await self.panel.locator(".el-radio-button", has_text=self.word("discrepancies.resolve.kind.charge")).click()
        await expect(self.field("discrepancies.resolve.amount", self.panel)).to_have_value(amount)
        await self.field("discrepancies.resolve.reason", self.panel).fill(REASON)
        await self.button(f"discrepancies.resolve.{'two' if second else 'alone'}", self.panel).click()
        if second:
            await self.panel.get_by_text(self.word("discrepancies.waitingNow")).wait_for()
            await expect(self.button("discrepancies.resolve.approve", self.panel)).to_be_disabled()
        else:
            await expect(self.rows).to_have_count(0)

    async def approve(self, code):
        """Agree, as the second person, to what a colleague proposed."""
        await self.go("reconciliation/discrepancies?waiting=true")
        await expect(self.rows).to_have_count(1)
        await expect(self.rows.first).to_contain_text(self.word(f"discrepancies.code.{code}"))
        await self.rows.first.click()
        await self.panel.get_by_text(REASON).wait_for()
        await self.button("discrepancies.resolve.approve", self.panel).click()
        await expect(self.rows).to_have_count(0)

    async def accept_all(self):
        """Let what is left stand as it is, each with a reason, until the queue is empty."""
        await self.go("reconciliation/discrepancies")
        for left in range(await self.rows.count(), 0, -1):
            await self.rows.first.click(position={"x": 40, "y": 16})  # beside the panel, which may be open
            await self.field("discrepancies.resolve.reason", self.panel).fill(REASON)
            await self.button("discrepancies.resolve.alone", self.panel).click()
            await expect(self.rows).to_have_count(left - 1)

    async def close_period(self):
        """Close the open period, having looked at each point that is told before."""
        await self.go("reconciliation/periods")
        await self.button("reconciliation.periods.close").click()
        panel = self.page.locator(".el-drawer")
        await panel.get_by_text(self.word("reconciliation.periods.checks")).wait_for()
        for point in await panel.get_by_text(self.word("reconciliation.periods.seen")).all():
            await point.click()
        await self.button("reconciliation.periods.act", panel).click()
        await self.confirm("reconciliation.periods.act")

    async def statement(self, party):
        """Fetch a party's statement of the first period as a workbook."""
        await self.go(f"reconciliation/statements?period=1&party={party}")
        async with self.page.expect_download() as download:
            await self.button("reconciliation.statements.xlsx").last.click()
        path = await (await download.value).path()
        return path.read_bytes()
