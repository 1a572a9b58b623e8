"""The journal over HTTP: who did what, searched and exported; and all chains verified as a job."""

import csv
import io

import pytest
from office_client import close_client, open_client
from office_shops import Hall
from office_world import PASSWORD

MEMBER = b"M" * 16
COLUMNS = ["day", "who", "act", "subject"]


@pytest.fixture(name="client")
async def _client(tmp_path):
    """A shop that sold, and a manager who made two users, one with markup for a name; all of it is followed."""
    client = await open_client(tmp_path)
    client.hall = hall = Hall(client.world)
    shop = hall.shop("b001")
    shop.top_up(MEMBER, 100_00)
    shop.sell(MEMBER, 24_00)
    hall.settle(shop)
    await client.sign_in("chen.jing")
    for name, display in (("wu.qian", "吴倩"), ("qian.duo", "=1+1")):
        body = {"name": name, "display": display, "role": "operator", "password": PASSWORD}
        await client.ask("POST", "/users", body)
    await client.ask("PUT", "/users/wu.qian", {"display": "吴倩", "role": "accountant"})
    hall.follow()
    yield client
    hall.conn.close()
    await close_client(client)


async def lines(client, query=""):
    """The acts of a page: (who, act, subject)."""
    answer = await client.ask("GET", f"/journal?{query}")
    return [(row["who"], row["act"], row["subject"]) for row in answer["rows"]]


async def test_acts_of_people_stand_in_it_and_trade_does_not(client):
    """Newest first, the acts of people are told with who did them; sales and top-ups are in other lists."""
    assert (await lines(client))[:3] == [
        ("chen.jing", "user_changed", "wu.qian"),
        ("chen.jing", "user_created", "qian.duo"),
        ("chen.jing", "user_created", "wu.qian"),
    ]
    kinds = {row["kind"] for row in (await client.ask("GET", "/journal"))["rows"]}
    assert kinds == {"audit", "incarnation"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=chen.jing", 3),
        ("who=nobody", 0),
        ("act=user_created&who=chen.jing", 2),
        ("subject=qian&who=chen.jing", 3),
        ("subject=wu.", 2),
        ("subject=%25", 0),
        ("branch=b001", 1),
        ("branch=b001&kind=audit", 0),
        ("from_day=2026-11-30&to_day=2026-11-30&who=chen.jing", 3),
        ("to_day=2026-11-29", 0),
        ("kind=period", 0),
    ],
)
async def test_it_is_searched(client, query, count):
    """Who, what, about what, where and when narrow it down, each by itself and together."""
    assert len(await lines(client, query)) == count


async def test_its_pages_hold_each_act_once(client):
    """Page after page each act is told once, in the same order as at once, and in either direction."""
    whole = await client.ask("GET", "/journal")
    for sort in ("-day", "day"):
        found, after = [], ""
        while True:
            page = await client.ask("GET", f"/journal?limit=2&sort={sort}&after={after}")
            found += [row["n"] for row in page["rows"]]
            after = page["next"]
            if not after:
                break
        expected = [row["n"] for row in whole["rows"]]
        assert found == (expected if sort == "-day" else expected[::-1])


@pytest.mark.parametrize("query", ["from_day=2026-13-01", "branch=B%20001", "kind=sale", "sort=who", "limit=0", "x=1"])
async def test_odd_questions_are_refused(client, query):
    """What is no day, no branch, no kind and no field is refused."""
    assert (await client.raw("GET", f"/journal?{query}")).status in {400, 422}


async def test_only_the_duty_opens_it(client):
    """Operators and managers of branches neither read nor export the journal, nor verify; accountants do."""
    client.hall.branch_manager("he.lin", "b001", PASSWORD)
    export = {"listing": "listJournal", "columns": [{"name": "who", "title": "谁"}], "format": "csv", "title": "日志"}
    for name in ("li.na", "he.lin"):
        await client.sign_in(name)
        await client.ask("GET", "/journal", status=403)
        await client.ask("POST", "/verify", status=403)
        await client.ask("POST", "/exports", export, status=403)
    await client.sign_in("sun.qi")
    assert await lines(client, "who=chen.jing")


async def test_it_is_exported_as_shown(client):
    """The file holds the filtered lines in the screen's words, with titles as told."""
    columns = [{"name": name, "title": name.upper()} for name in COLUMNS]
    columns[2]["words"] = {"user_created": "新增用户"}
    body = {"listing": "listJournal", "query": {"act": "user_created", "who": "chen.jing"}, "columns": columns}
    job = await client.ended(await client.ask("POST", "/exports", body | {"format": "csv", "title": "审计日志"}))
    assert job["state"] == "done", job
    response = await client.raw("GET", f"/jobs/{job['job']}/file")
    rows = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    assert ["DAY", "WHO", "ACT", "SUBJECT"] in rows
    assert rows[-2:] == [
        ["2026-11-30", "chen.jing", "新增用户", "qian.duo"],
        ["2026-11-30", "chen.jing", "新增用户", "wu.qian"],
    ]


async def test_all_chains_are_verified(client):
    """A verification counts what it checked and finds a whole ledger whole."""
    job = await client.ended(await client.ask("POST", "/verify"))
    assert job["state"] == "done", job
    result = job["result"]
    assert (result["ok"], result["found"], result["violations"]) == (True, 0, [])
    assert result["entries"] == job["total"] == job["done"]
    assert result["lots"] == 1


async def test_a_broken_chain_is_named(client):
    """One changed byte of a kept entry is found and told."""
    client.hall.conn.execute("UPDATE own_log SET hash = zeroblob(32) WHERE n = 2")
    job = await client.ended(await client.ask("POST", "/verify"))
    assert job["state"] == "done", job
    assert job["result"]["ok"] is False
    assert job["result"]["found"] >= 1
    assert any("hash" in line or "chain" in line for line in job["result"]["violations"])


async def test_a_job_belongs_to_who_began_it(client):
    """Nobody else sees that somebody verifies, or what came of it."""
    job = await client.ended(await client.ask("POST", "/verify"))
    await client.sign_in("zhao.min")
    await client.ask("GET", f"/jobs/{job['job']}", status=404)
