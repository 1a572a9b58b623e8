"""The till's page as a cashier sees it: found by roles and names, pressed like a person does.

Names come from the page's own words (``words.py``), so a helper breaks when a control goes, not when it is called
otherwise. Nothing here waits for a time: Playwright waits until the thing is there.
"""

import asyncio
import re
import time
from contextlib import AbstractAsyncContextManager

from playwright.async_api import CDPSession, Locator, Page, Response, expect
from words import word

from stayopen.demo.people import CASHIERS

FLOAT = "500"
"""Yuan in the drawer when a test's shift opens."""
TABS = 60
"""More steps than any page has controls before one that is looked for."""
SCANNER_S, PERSON_S, APART_S = 0.008, 0.12, 0.3
"""The pause between two keys of a scanner and of a person, and the least one between two of either's texts."""


class TillPage:
    """One tab at one till of one node."""

    def __init__(self, page: Page, url: str, till: str, language: str = "zh-CN") -> None:
        """`url`: where the page is, ending with a slash; `till`: its name at the node."""
        self.page = page
        self.url = url
        self.till = till
        self.language = language
        self._wire: CDPSession | None = None
        self._typed = 0.0
        self._opened = 0.0

    # Words and parts

    def word(self, key: str, **values: object) -> str:
        """Return a text in the page's language."""
        return word(key, self.language, **values)

    def button(self, key: str, where: Locator | None = None, **values: object) -> Locator:
        """Find the button that begins with a text; its key cap may follow."""
        return self.named(self.word(key, **values), where)

    def named(self, name: str, where: Locator | None = None) -> Locator:
        """Find the button that begins with `name`."""
        return (where or self.page).get_by_role("button", name=re.compile(rf"^{re.escape(name)}(\s|$)"))

    def field(self, key: str, where: Locator | None = None) -> Locator:
        """Find the field that a text labels."""
        return (where or self.page).get_by_label(self.word(key))

    def dialog(self, key: str = "", **values: object) -> Locator:
        """Find the open dialog, by its title or whichever it is."""
        name = re.compile(f"^{re.escape(self.word(key, **values))}") if key else None
        return self.page.get_by_role("dialog", name=name)

    @property
    def basket(self) -> Locator:
        """The basket's side."""
        return self.page.get_by_role("region", name=self.word("basket.title"))

    @property
    def lines(self) -> Locator:
        """The basket's lines."""
        return self.basket.get_by_role("option")

    @property
    def rail(self) -> Locator:
        """The function keys."""
        return self.page.get_by_role("navigation", name=self.word("rail.label"))

    @property
    def member(self) -> Locator:
        """The member's bar."""
        return self.page.get_by_role("region", name=self.word("rail.member"))

    @property
    def payment(self) -> Locator:
        """The payment."""
        return self.page.get_by_role("region", name=self.word("pay.title"))

    @property
    def keypad(self) -> Locator:
        """The keys for fingers."""
        return self.page.get_by_role("group", name=self.word("keypad.label"))

    @property
    def result(self) -> Locator:
        """What was sold, and the change."""
        return self.page.get_by_role("status").filter(has_text=self.word("result.done"))

    @property
    def notice(self) -> Locator:
        """What the page has to say."""
        return self.page.get_by_role("alert").filter(has=self.button("app.close"))

    # The way in

    async def open(self) -> None:
        """Go to the page."""
        await self.page.goto(self.url)

    async def sign_in(self, staff: tuple[str, str] = CASHIERS[0]) -> None:
        """Sign in at a till that has its name."""
        number = self.field("signIn.staff")
        await number.fill(staff[0])
        await self.field("signIn.pin").fill(staff[1])
        await self.field("signIn.pin").press("Enter")
        await number.wait_for(state="detached")

    async def open_shift(self) -> None:
        """Open the shift with the float."""
        await self.field("shift.float").fill(FLOAT)
        await self.field("shift.float").press("Enter")
        await self.sells()

    async def sells(self) -> None:
        """Wait until goods can be added."""
        await self.field("search.label").wait_for()
        await expect(self.field("search.label")).to_be_focused()

    async def enter(self, staff: tuple[str, str] = CASHIERS[0]) -> None:
        """Come to the selling screen of a till whose shift was not opened yet."""
        await self.open()
        await self.sign_in(staff)
        await self.open_shift()

    # What a cashier does

    async def scan(self, code: str) -> None:
        """Type as a scanner does, and Enter, wherever the focus is."""
        await self._keys(f"{code}\r", SCANNER_S)

    async def type(self, text: str) -> None:
        """Type as a person does, wherever the focus is."""
        await self._keys(text, PERSON_S)

    async def _keys(self, text: str, pause: float) -> None:
        """Send keys that bear the times of who types them: no machine is so busy that it makes one of the other."""
        if self._wire is None:
            self._wire = await self.page.context.new_cdp_session(self.page)
        at = max(time.time(), self._typed + APART_S)
        events = []
        for key in text:
            at += pause
            events += [{"type": kind, "timestamp": at, **_key(key)} for kind in ("keyDown", "keyUp")]
        self._typed = at
        await asyncio.gather(*(self._wire.send("Input.dispatchKeyEvent", event) for event in events))

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def tab_to(self, place: Locator) -> None:
        """Reach a control by the Tab key alone; it fails for one that cannot be reached."""
        for _ in range(TABS):
            if await place.evaluate("element => element === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        await expect(place).to_be_focused(timeout=1)

    async def tap(self, digits: str) -> None:
        """Type on the keypad with a finger."""
        for digit in digits:
            name = self.word("keypad.dot") if digit == "." else digit
            await self.keypad.get_by_role("button", name=name, exact=True).tap()

    async def has_lines(self, *names: str) -> None:
        """Wait until the basket holds these lines, in this order; each begins with what is given."""
        await expect(self.lines).to_have_text([re.compile(rf"^\s*{re.escape(name)}") for name in names])

    async def pay_exactly(self) -> None:
        """Pay what is due in cash."""
        await self.pay()
        await self.button("pay.exact", self.payment).click()
        await self.confirm()

    async def pay(self) -> None:
        """Go to the payment."""
        await self.button("basket.pay", self.basket).click()
        await self.payment.wait_for()
        self._opened = await self.page.evaluate("performance.now()")

    async def confirm(self) -> None:
        """Finish the payment by its button, once it has rested: the second half of a double tap does not count."""
        await self.confirms()
        await self.result.wait_for()

    async def confirms(self) -> None:
        """Press the button; what comes of it is the caller's to see."""
        await self.page.wait_for_function("opened => performance.now() > opened + 500", arg=self._opened)
        await self.button("pay.confirm").click()

    async def next(self) -> None:
        """Leave the result; sell on. It listens from the task after the one that drew it."""
        await self.page.evaluate("new Promise(done => setTimeout(done))")
        await self.press("Enter")
        await self.result.wait_for(state="detached")
        await self.sells()

    async def with_member(self, phone: str) -> None:
        """Give the sale to a member, found by number."""
        await self.press("F3")
        await self.field("member.findLabel").fill(phone)
        await self.field("member.findLabel").press("Enter")
        await self.dialog().wait_for(state="detached")

    async def register(self) -> None:
        """Finish a registration whose fields are filled: the customer agrees."""
        await self.field("member.consent").check()
        await self.button("member.submit").click()

    async def approve(self, lead: tuple[str, str]) -> None:
        """Let a shift lead type number and PIN on this screen."""
        box = self.dialog("approval.title")
        await self.field("approval.staff", box).fill(lead[0])
        await self.field("approval.pin", box).fill(lead[1])
        await self.field("approval.pin", box).press("Enter")
        await box.wait_for(state="detached")

    async def choose(self, page: str) -> None:
        """Open a page from the list of all, by the key of its title."""
        await self.press("F10")
        await self.button(page, self.dialog("more.title")).click()

    def answers(self, path: str) -> AbstractAsyncContextManager[object]:
        """Wait, around what causes it, for the node's answer to an act whose path ends so."""
        return self.page.expect_response(lambda response: _is_act(response, path))


def _is_act(response: Response, path: str) -> bool:
    return response.request.method != "GET" and response.url.split("?")[0].endswith(path)


def _key(text: str) -> dict[str, object]:
    """Describe a letter, a digit, a point or Enter as Chromium wants to be told."""
    if text == "\r":
        return {"code": "Enter", "key": "Enter", "text": text, "windowsVirtualKeyCode": 13}
    place = f"Digit{text}" if text.isdigit() else f"Key{text.upper()}" if text.isalpha() else "Period"
    number = 190 if text == "." else ord(text.upper())
    return {"code": place, "key": text, "text": text, "windowsVirtualKeyCode": number}
