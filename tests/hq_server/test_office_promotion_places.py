"""Which promotions run where, as head office and a branch's manager read it."""

from dataclasses import replace

import pytest
from office_client import close_client, open_client
from office_world import PASSWORD

from hq_server.head_office import branches, users
from hq_server.head_office.act import CONSOLE
from hq_server.head_office.secrets import new_password
from hq_server.head_office.users import User
from hq_server.storage.database import open_connection, transaction

BODY = {"name": "八折", "kind": "discount", "off": {"how": "per_mille", "value": 200}}


@pytest.fixture
async def client(tmp_path):
    """Two branches, four promotions of the chain, three of branches; he.lin manages b001."""
    client = await open_client(tmp_path)
    world = replace(client.world, conn=open_connection(client.world.path))
    world.do(branches.register, "b001", "南京路店")
    world.do(branches.register, "b002", "人民广场店")
    with transaction(world.conn):
        person = User("he.lin", "何琳", "branch_manager", active=True, must_change=False, branch="b001")
        users.create(world.conn, world.act(CONSOLE), person, new_password(PASSWORD, b"a salt for tests"))
    world.conn.close()
    await client.sign_in("chen.jing")
    for where, days in (
        ("/promotions/always", {}),
        ("/promotions/spring", {"first_day": "2027-02-01", "last_day": "2027-02-28"}),
        ("/promotions/gone", {"last_day": "2026-11-29"}),
        ("/promotions/off", {"active": False}),
        ("/branches/b001/promotions/always", {"name": "七折"}),
        ("/branches/b001/promotions/open", {"first_day": "2026-11-30"}),
        ("/branches/b002/promotions/open", {"name": "开业"}),
    ):
        await client.ask("PUT", where, {**BODY, **days})
    yield client
    await close_client(client)


async def places(client, more=""):
    """What is told of the 30th of November, as (code, branch, state)."""
    found = await client.ask("GET", f"/promotion-places?on=2026-11-30{more}")
    return [(row["code"], row["branch"], row["state"]) for row in found["rows"]]


async def test_each_place_tells_its_own(client):
    """All rows of the chain and of branches; of one branch those that hold there, its own in the chain's place."""
    assert await places(client) == [
        ("always", "", "now"),
        ("always", "b001", "now"),
        ("gone", "", "past"),
        ("off", "", "off"),
        ("open", "b001", "now"),
        ("open", "b002", "now"),
        ("spring", "", "future"),
    ]
    assert await places(client, "&branch=b001&state=now") == [("always", "b001", "now"), ("open", "b001", "now")]
    assert await places(client, "&branch=b002&state=now") == [("always", "", "now"), ("open", "b002", "now")]
    assert await places(client, "&state=past") == [("gone", "", "past")]
    assert await places(client, "&q=开业&sort=-first_day&limit=1") == [("open", "b002", "now")]
    rows = (await client.ask("GET", "/promotion-places?on=2026-11-30"))["rows"]
    assert [(row["own_in"], row["replaces"]) for row in rows[:2]] == [(1, False), (0, True)]
    assert [row["replaces"] for row in rows if row["code"] == "open"] == [False, False]
    assert (await client.ask("GET", "/promotion-places", status=400))["code"] == "bad_request"


async def test_an_own_one_is_read_changed_and_taken_away(client):
    """One branch's row is opened by its branch and code; without it the chain's holds there again."""
    assert (await client.ask("GET", "/branches/b001/promotions/always"))["name"] == "七折"
    assert (await client.ask("GET", "/branches/b002/promotions/always", status=404))["code"] == "unknown_row"
    await client.ask("DELETE", "/branches/b001/promotions/always")
    assert ("always", "", "now") in await places(client, "&branch=b001")


async def test_a_branch_manager_sees_nothing_of_another_branch(client):
    """Whoever belongs to a branch reads what holds there, and no row of another one by filter or by address."""
    await client.sign_in("he.lin")
    assert {branch for _, branch, _ in await places(client)} == {"", "b001"}
    assert await places(client, "&state=now") == [("always", "b001", "now"), ("open", "b001", "now")]
    assert (await client.ask("GET", "/promotion-places?on=2026-11-30&branch=b002", status=403))["code"] == "forbidden"
    assert (await client.ask("GET", "/branches/b002/promotions/open", status=403))["code"] == "forbidden"
    rows = (await client.ask("GET", "/promotion-places?on=2026-11-30"))["rows"]
    assert all(not row["own_in"] for row in rows)


async def test_pages_follow_each_other(client):
    """One row a page tells all of them once."""
    found, after = [], ""
    while True:
        page = await client.ask("GET", f"/promotion-places?on=2026-11-30&sort=name&limit=2&after={after}")
        found += [row["id"] for row in page["rows"]]
        after = page["next"]
        if not after:
            break
    assert len(found) == len(set(found)) == 7
