"""The console in a real browser: the way in, every page of the navigation, and what each role sees of it."""

import secrets

import pytest
from console_look import Watch
from look import axe

from stayopen.demo.people import OFFICE, PASSWORD

FIRST = "given by a colleague"
OWN = "known to nobody else"


async def colleague(chain, role, branch=""):
    """Make a user whose password has to be changed; its name."""
    name = f"liu.{secrets.token_hex(4)}"
    body = {"name": name, "display": "刘洋 <b>", "role": role, "branch": branch, "password": FIRST}
    await chain.office.send("POST /users", body)
    return name


async def test_the_way_in(new_console, chain):
    """A deep link asks who one is, then for a password of one's own, and leads to where one wanted to be."""
    name = await colleague(chain, "accountant")
    console = await new_console()
    await console.open("settings/journal?subject=liu")
    await console.sign_in(name, "wrong password")
    await console.page.get_by_role("alert").wait_for()
    await console.sign_in(name, FIRST)
    await console.change_password(FIRST, OWN)
    await console.nav.wait_for()
    assert console.page.url.endswith("/settings/journal?subject=liu")
    await console.settled()
    token = await console.page.evaluate("sessionStorage['stayopen.office.token']")
    assert token
    assert token not in str(await console.page.evaluate("({ ...localStorage })"))
    await console.page.reload()
    await console.nav.wait_for()
    await console.button("app.signOut").click()
    await console.field("app.signIn.name").wait_for()
    assert await console.page.evaluate("sessionStorage.length") == 0
    await console.open("settings/users")
    await console.sign_in(name, OWN)
    await console.page.get_by_text(console.word("app.missing.title")).wait_for()


@pytest.mark.timeout(300)
async def test_every_page(new_console):
    """Each entry of the navigation opens without a complaint, fits a small screen and has a title and table to read."""
    console = await new_console()
    await console.enter(OFFICE[0], PASSWORD)
    entries = await console.entries()
    assert len(entries) > 10
    watch = Watch(console)
    for name, href in entries:
        await console.go(href)
        await watch.look(name)
    assert watch.faults == {}


async def test_a_branch_manager_sees_what_is_theirs(new_console, chain):
    """Whoever belongs to a branch finds neither users nor journal, in the navigation or by address."""
    name = await colleague(chain, "branch_manager", "b001")
    console = await new_console()
    await console.open()
    await console.sign_in(name, FIRST)
    await console.change_password(FIRST, OWN)
    await console.nav.wait_for()
    hrefs = {href for _, href in await console.entries()}
    assert hrefs
    assert not hrefs & {"/settings/users", "/settings/journal", "/settings/chains", "/settings/roles"}
    for path in ("settings/users", "settings/journal"):
        await console.open(path)
        await console.page.get_by_text(console.word("app.missing.title")).wait_for()
    watch = Watch(console)
    for called, href in await console.entries():
        await console.go(href)
        await watch.look(called)
    assert watch.faults == {}


async def test_a_name_with_a_tag_runs_nothing(new_console, chain):
    """A user whose name is markup stands in the list as that text, and no script of it runs."""
    name = await colleague(chain, "operator")
    evil = "<img src=x onerror=window.hit=1>"
    await chain.office.send(f"PUT /users/{name}", {"display": evil, "role": "operator"})
    console = await new_console()
    await console.enter(OFFICE[0], PASSWORD)
    await console.open("settings/users")
    await console.page.get_by_role("cell", name=evil).first.wait_for()
    assert await console.page.evaluate("window.hit === undefined")


async def test_users_are_read_by_who_cannot_see(new_console):
    """Axe finds no serious fault on the pages of sign-in, users, journal and chains, in light and dark."""
    console = await new_console()
    await console.open()
    await console.field("app.signIn.name").wait_for()
    assert await axe(console.page) == []
    await console.sign_in(OFFICE[0], PASSWORD)
    await console.nav.wait_for()
    for path in ("settings/users", "settings/users?open=%2B", "settings/journal", "settings/chains"):
        await console.open(path)
        await console.settled()
        assert await axe(console.page) == [], path
        await console.page.emulate_media(color_scheme="dark")
        assert await axe(console.page, "color-contrast") == [], path
        await console.page.emulate_media(color_scheme="light")


async def test_the_chains_are_verified(new_console):
    """The verification runs to its end beside everything else and says that all agrees."""
    console = await new_console()
    await console.enter(OFFICE[0], PASSWORD)
    await console.open("settings/chains")
    await console.button("audit.chains.begin").or_(console.button("audit.chains.again")).click()
    await console.page.get_by_text(console.word("audit.chains.whole")).wait_for()
