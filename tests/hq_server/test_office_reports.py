"""Reports and the overview over HTTP: paging, sums, names, exports, and that a branch manager sees one branch alone."""

import pytest
from office_client import close_client, open_client
from office_world import PASSWORD
from report_facts import M1, SHIFT1, fill

from hq_server.head_office import users
from hq_server.head_office.act import CONSOLE
from hq_server.head_office.secrets import new_password
from hq_server.storage.database import open_connection
from hq_server.web.office import reports, reports_members

SPAN = "from_day=2026-11-01&to_day=2026-11-30"
QUERIES = {
    "reportCohorts": "from_month=2026-08&to_month=2026-11",
    "reportDormant": "since=2026-12-01",
    "reportPoints": "day=2026-11-30",
    "reportShiftTenders": "",
}
LISTS = (*reports.LISTINGS, *reports_members.LISTINGS)
SECRET = []
OF_BRANCHES = [listing for listing in LISTS if listing is not reports.MARGINS]


@pytest.fixture(name="client")
async def _client(tmp_path):
    """A small chain, with a manager of b001 beside the people of head office; an operator is signed in."""
    client = await open_client(tmp_path)
    world = client.world
    world.conn = open_connection(world.path)
    fill(world)
    if not SECRET:
        SECRET.append(new_password(PASSWORD, b"a salt for tests"))
    manager = users.User("he.lin", "何林", "branch_manager", active=True, must_change=False, branch="b001")
    world.do(users.create, manager, SECRET[0], by=CONSOLE)
    world.conn.close()
    await client.sign_in("li.na")
    yield client
    await close_client(client)


def address(listing, more="", shift=SHIFT1):
    """Where a list is asked for, with what it needs."""
    path = listing.where.removeprefix("GET ").replace("{shift}", shift.hex())
    return f"{path}?{QUERIES.get(listing.name, SPAN)}{more}".replace("?&", "?")


async def test_every_report_sorts_by_every_column(client):
    """Each column that says so can be sorted by, both ways, page by page, and the pages hold what one page holds."""
    for listing in LISTS:
        whole = await client.ask("GET", address(listing))
        assert whole["rows"], listing.name
        for column in listing.columns:
            for sort in (column.name, f"-{column.name}") if column.sort else ():
                rows, after = [], ""
                while True:
                    page = await client.ask("GET", address(listing, f"&sort={sort}&limit=2&after={after}"))
                    rows += page["rows"]
                    after = page["next"]
                    if not after:
                        break
                assert len(rows) == len(whole["rows"]), (listing.name, sort)
                assert sorted(map(str, rows)) == sorted(map(str, whole["rows"]))


async def test_sums_are_of_all_rows_and_stand_on_the_first_page(client):
    """What a page leaves out is still in its sums; later pages tell none."""
    first = await client.ask("GET", address(reports.SALES, "&limit=1"))
    assert first["sums"]["sales"] == 45_001
    second = await client.ask("GET", address(reports.SALES, f"&limit=1&after={first['next']}"))
    assert second["sums"] == {}


async def test_names_stand_beside_codes(client):
    """Branches and their people are named; the same number at another branch is another person."""
    rows = (await client.ask("GET", address(reports.COMMISSION)))["rows"]
    named = {(row["branch"], row["staff"]): (row["branch_name"], row["staff_name"]) for row in rows}
    assert named == {
        ("b001", "1001"): ("南京路店", "王小明"),
        ("b001", "1002"): ("南京路店", ""),
        ("b002", "1001"): ("徐家汇店", ""),
    }
    rows = (await client.ask("GET", address(reports.SALES, "&group=branch")))["rows"]
    assert [row["name"] for row in rows] == ["南京路店", "徐家汇店"]


async def test_tiers_are_told_by_name(client):
    """A member's tier is named as the chain names it, in lists and so in files; one that is gone by its code."""
    told = {row["tier"] for row in (await client.ask("GET", address(reports_members.USE)))["rows"]}
    code = max(told)
    await client.sign_in("chen.jing")
    await client.ask("PUT", f"/tiers/{code}", {"name": "金卡会员", "rank": 1})
    rows = (await client.ask("GET", address(reports_members.USE)))["rows"]
    assert {row["tier"] for row in rows} == told - {code} | {"金卡会员"}


@pytest.mark.parametrize(
    "query",
    [
        "from_day=2026-11-30&to_day=2026-11-01",
        "from_day=2026-02-30&to_day=2026-03-01",
        "from_day=2020-01-01&to_day=2026-11-30",
    ],
)
async def test_days_that_make_no_span(client, query):
    """Days must exist and stand in order, and no report reads more than three years."""
    answer = await client.ask("GET", f"/reports/sales?{query}", status=422)
    assert answer["code"] == "bad_value"
    await client.ask("GET", f"/overview?{query}", status=422)


async def test_a_branch_manager_sees_one_branch(client):
    """Asked for nothing, each report of a branch manager is his branch's; asked for another branch, it is refused."""
    of_branch = [listing for listing in OF_BRANCHES if listing is not reports.COUNTS]
    own = {listing.name: await client.ask("GET", address(listing, "&branch=b001")) for listing in of_branch}
    await client.sign_in("he.lin")
    for listing in of_branch:
        assert await client.ask("GET", address(listing)) == own[listing.name]
        assert own[listing.name]["rows"], listing.name
        assert "b002" not in str(own[listing.name])
        await client.ask("GET", address(listing, "&branch=b002"), status=403)


async def test_a_branch_manager_sees_no_margin_and_no_other_shift(client):
    """What goods cost is head office's own; a shift of another branch is empty to whoever knows its id."""
    world = client.world
    conn = open_connection(world.path)
    conn.execute("UPDATE shifts SET no = 3 WHERE shift = ?", (SHIFT1,))
    conn.close()
    assert (await client.ask("GET", address(reports.COUNTS)))["rows"]
    await client.sign_in("he.lin")
    await client.ask("GET", address(reports.MARGINS), status=403)
    assert (await client.ask("GET", address(reports.COUNTS)))["rows"] == []


async def test_an_export_is_as_narrow_as_its_list(client):
    """A branch manager's file holds his branch alone, and lists beyond his duty make no file."""
    await client.sign_in("he.lin")
    body = {
        "listing": "reportSales",
        "query": {"from_day": "2026-11-01", "to_day": "2026-11-30", "group": "branch"},
        "columns": [{"name": "part", "title": "门店"}, {"name": "sales", "title": "销售额"}],
        "format": "csv",
        "title": "销售",
    }
    job = await client.ended(await client.ask("POST", "/exports", body))
    assert job["state"] == "done", job
    text = (await (await client.raw("GET", f"/jobs/{job['job']}/file")).read()).decode("utf-8-sig")
    assert "b001" in text
    assert "b002" not in text
    other = body | {"query": body["query"] | {"branch": "b002"}}
    await client.ask("POST", "/exports", other, status=403)
    await client.ask(
        "POST", "/exports", body | {"listing": "reportMargins", "columns": body["columns"][:1]}, status=403
    )


async def test_the_overview_of_the_chain(client):
    """One answer: the span, the time before it, what is owed, branches by name, the hour at which it was read."""
    found = await client.ask("GET", f"/overview?{SPAN}")
    assert (found["now"]["sales"], found["now"]["average_sale"], found["now"]["active_members"]) == (45_001, 9_000, 2)
    assert (found["then"]["from_day"], found["then"]["to_day"], found["then"]["sales"]) == (
        *("2026-10-02", "2026-10-31"),
        8_000,
    )
    owed = await client.ask("GET", "/overview/owed")
    assert owed == {"principal": 80_000, "bonus": 10_000, "gift_cards": 20_000, "points": 277}
    assert [(point["name"], point["sales"]) for point in found["by_branch"]] == [
        ("南京路店", 30_000),
        ("徐家汇店", 15_001),
    ]
    assert found["at"] == client.world.now
    year = await client.ask("GET", f"/overview?{SPAN}&compare=year")
    assert (year["then"]["from_day"], year["then"]["sales"]) == ("2025-11-01", 9_000)


async def test_the_overview_of_a_branch_manager(client):
    """A branch manager's first page is his branch's, in every part of it."""
    own = await client.ask("GET", f"/overview?{SPAN}&branch=b001")
    await client.sign_in("he.lin")
    assert await client.ask("GET", f"/overview?{SPAN}") == own
    assert "b002" not in str(own)
    await client.ask("GET", f"/overview?{SPAN}&branch=b002", status=403)
    assert (await client.ask("GET", "/overview/owed"))["gift_cards"] == 0
    await client.ask("GET", "/overview/owed?branch=b002", status=403)


async def test_head_office_has_no_name_but_hq(client):
    """What head office did itself stands under HQ in reports by branch."""
    conn = open_connection(client.world.path)
    conn.execute(
        "INSERT INTO day_totals (day, branch, what, count, amount) VALUES ('2026-11-05', 'HQ', 'top_up', 1, 100)"
    )
    conn.close()
    rows = (await client.ask("GET", address(reports.SALES, "&group=branch&sort=-part")))["rows"]
    assert [row["name"] for row in rows] == ["徐家汇店", "南京路店", "HQ"]


async def test_members_of_a_cell(client):
    """From a cell of the grid one comes to its members, by their ids and masked names."""
    rows = (await client.ask("GET", address(reports_members.USE, "&recency=0&frequency=1")))["rows"]
    assert [(row["member"], row["name"], row["visits"]) for row in rows] == [(M1.hex(), "陈*", 3)]
