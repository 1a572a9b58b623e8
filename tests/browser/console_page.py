"""The console as people at head office see it: found by roles and names, pressed like a person does.

Names come from the console's own words (``console_words.py``). Nothing here waits for a time: Playwright waits until
the thing is there.
"""

import re

from console_words import word
from playwright.async_api import Locator, Page, expect


class ConsolePage:
    """One tab of one person at head office."""

    def __init__(self, page: Page, url: str, language: str = "zh-CN") -> None:
        """`url`: where the console is, ending with a slash."""
        self.page = page
        self.url = url
        self.language = language

    # Words and parts

    def word(self, key: str, **values: object) -> str:
        """Return a text in the page's language."""
        return word(key, self.language, **values)

    def button(self, key: str, where: Locator | None = None, **values: object) -> Locator:
        """Find the button that begins with a text; its key cap may follow."""
        name = re.compile(rf"^\s*{re.escape(self.word(key, **values))}(\s|$)")
        return (where or self.page).get_by_role("button", name=name)

    def field(self, key: str, where: Locator | None = None, **values: object) -> Locator:
        """Find the field that a text labels."""
        return (where or self.page).get_by_label(self.word(key, **values), exact=True)

    def link(self, key: str, where: Locator | None = None) -> Locator:
        """Find a link by its words."""
        return (where or self.page).get_by_role("link", name=self.word(key), exact=True)

    @property
    def nav(self) -> Locator:
        """The navigation by job."""
        return self.page.get_by_role("navigation", name=self.word("app.nav.label"))

    @property
    def title(self) -> Locator:
        """The title of the page."""
        return self.page.get_by_role("heading", level=1)

    @property
    def rows(self) -> Locator:
        """The lines of the page's tables."""
        return self.page.locator("tbody tr")

    @property
    def panel(self) -> Locator:
        """The panel at the side, or the dialog, that is open."""
        return self.page.get_by_role("dialog")

    # The way in

    async def open(self, path: str = "") -> None:
        """Go to an address of the console."""
        await self.page.goto(self.url + path)

    async def sign_in(self, name: str, password: str) -> None:
        """Fill the sign-in that is shown."""
        await self.field("app.signIn.name").fill(name)
        await self.field("app.signIn.password").fill(password)
        await self.field("app.signIn.password").press("Enter")

    async def enter(self, name: str, password: str) -> None:
        """Come to the first page of somebody whose password is their own."""
        await self.open()
        await self.sign_in(name, password)
        await self.nav.wait_for()

    async def change_password(self, old: str, new: str) -> None:
        """Fill the form that the first sign-in leads to."""
        await self.field("app.password.old").fill(old)
        await self.field("app.password.new", least=10).fill(new)
        await self.field("app.password.again").fill(new)
        await self.button("app.password.submit").click()

    # What people do

    async def jobs(self) -> list[str]:
        """The headings of the navigation that this person sees."""
        return [text.strip(" ▸▾\n") for text in await self.nav.locator(".head").all_inner_texts()]

    async def entries(self) -> list[tuple[str, str]]:
        """Every entry of the navigation: its words and its address; each job is opened on the way."""
        found = []
        for head in await self.nav.locator(".head").all():
            if await head.get_attribute("href"):
                found.append((await head.inner_text(), await head.get_attribute("href")))
                continue
            if await head.get_attribute("aria-expanded") == "false":
                await head.click()
            links = self.nav.locator(".pages a")
            await links.first.wait_for()
            found += [(await link.inner_text(), await link.get_attribute("href")) for link in await links.all()]
        return [(name.strip(), href or "") for name, href in found]

    async def go(self, href: str) -> None:
        """Go to an entry of the navigation by its address, and wait until the page has what it asked for."""
        await self.open(href.removeprefix("/"))
        await self.settled()

    async def settled(self) -> None:
        """Wait until the page stands: its title is there and nothing is asked any more."""
        await expect(self.title.or_(self.page.locator(".empty strong")).first).to_be_visible()
        await self.page.wait_for_load_state("networkidle")

    async def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return await self.page.evaluate(
            "Math.max(...[document.documentElement, document.body, document.querySelector('main')]"
            ".filter(Boolean).map(part => part.scrollWidth - part.clientWidth))"
        )
