"""Staff of branches, departments and types, over the API."""

import pytest
from office_client import close_client, open_client
from office_world import PASSWORD

from commerce.reference import StaffRow
from hq_server.head_office import catalogue

WANG = {"name": "王芳", "roles": ["cashier"], "pin": "246810"}


@pytest.fixture
async def client(tmp_path):
    """A head office with two branches and their first cashier, the manager signed in."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for branch, name in (("b001", "南京路店"), ("b002", "人民广场店")):
        await client.ask("PUT", f"/branches/{branch}", {"name": name})
    await client.ask("PUT", "/branches/b001/staff/1001", WANG)
    yield client
    await close_client(client)


async def listed(client, query=""):
    """Who is listed."""
    return [(row["branch"], row["number"]) for row in (await client.ask("GET", f"/staff{query}"))["rows"]]


async def test_pins_go_in_and_never_out(client):
    """A PIN is hashed before it is stored, kept when none is given, and shown to nobody."""
    again = {"name": "王芳芳", "roles": ["cashier", "shift_lead"], "must_change_pin": False}
    written = await client.ask("PUT", "/branches/b001/staff/1001", again)
    shown = {
        "key": "b001/1001",
        "number": "1001",
        "branch": "b001",
        "active": True,
        "department": "",
        "type": "",
        "also": [],
    }
    assert written == {**shown, **again, "role": "shift_lead"}
    assert (await client.ask("GET", "/staff"))["rows"] == [written]
    assert (await client.ask("PUT", "/branches/b001/staff/1002", again, status=404))["code"] == "unknown_row"
    bad = {**WANG, "pin": "12"}
    assert (await client.ask("PUT", "/branches/b001/staff/1002", bad, status=422))["code"] == "weak_secret"
    bad = {**WANG, "roles": ["owner"]}
    assert (await client.ask("PUT", "/branches/b001/staff/1002", bad, status=422))["code"] == "bad_value"


async def test_one_person_in_several_branches(client):
    """The same person is written in each branch with one PIN; a number of somebody else there is refused."""
    await client.ask("PUT", "/branches/b002/staff/1001", {**WANG, "name": "李娜"})
    both = {**WANG, "also": ["b002"]}
    answer = await client.ask("PUT", "/branches/b001/staff/1001", both, status=409)
    assert (answer["code"], answer["evidence"]) == ("staff_number_taken", {"branch": "b002"})
    assert "人民" not in answer["message"]
    del both["pin"]
    await client.ask("PUT", "/branches/b001/staff/1007", {**WANG, "name": "赵敏"})
    await client.ask("PUT", "/branches/b001/staff/1007", {**both, "name": "赵敏", "must_change_pin": False})
    rows = (await client.ask("GET", "/staff?q=1007"))["rows"]
    assert [(row["branch"], row["also"]) for row in rows] == [("b001", ["b002"]), ("b002", ["b001"])]
    pins = [await stored(client, branch, "1007") for branch in ("b001", "b002")]
    assert pins[0] == pins[1]
    renamed = {**both, "name": "赵敏之", "also": ["b002"]}
    await client.ask("PUT", "/branches/b001/staff/1007", renamed)
    assert {row["name"] for row in (await client.ask("GET", "/staff?q=1007"))["rows"]} == {"赵敏之"}
    for also in (["b001"], ["b002", "b002"]):
        answer = await client.ask("PUT", "/branches/b001/staff/1007", {**both, "also": also}, status=422)
        assert answer["code"] == "bad_value"
    assert await client.ask("PUT", "/branches/b001/staff/1007", {**both, "also": ["b9"]}, status=404)


async def stored(client, branch, number):
    """The row that a branch's tills read."""

    def read(conn):
        row = catalogue.get(conn, branch, f"staff:{number}")
        assert isinstance(row, StaffRow)
        return row

    return await client.http.app_databases[0].read(read)


async def test_departments_and_types_are_the_chains_own(client):
    """A department is made before anybody is in it; what is inactive stays with those who are in it."""
    unmade = {**WANG, "department": "hair"}
    answer = await client.ask("PUT", "/branches/b001/staff/1001", unmade, status=422)
    assert answer["evidence"] == {"field": "department"}
    await client.ask("PUT", "/staff-groups/department/hair", {"name": "美发部"})
    await client.ask("PUT", "/staff-groups/type/senior", {"name": "高级技师"})
    row = await client.ask("PUT", "/branches/b001/staff/1001", {**unmade, "type": "senior"})
    assert (row["department"], row["type"]) == ("hair", "senior")
    groups = (await client.ask("PUT", "/staff-groups/department/hair", {"name": "美发", "active": False}))["groups"]
    assert groups == [
        {"kind": "department", "code": "hair", "name": "美发", "active": False, "people": 1},
        {"kind": "type", "code": "senior", "name": "高级技师", "active": True, "people": 1},
    ]
    assert await listed(client, "?department=hair") == [("b001", "1001")]
    assert await listed(client, "?type=junior") == []
    odd = await client.ask("PUT", "/staff-groups/type/x", {"name": "\n"}, status=422)
    assert odd["code"] == "bad_value"


async def test_the_list_filters_sorts_and_pages(client):
    """Staff are found by what a person looks for, in the order asked, page after page without gaps."""
    for n, (branch, name) in enumerate((("b002", "陈静"), ("b001", "安娜"), ("b002", "Bob"))):
        roles = ["manager"] if n == 0 else ["cashier"]
        await client.ask("PUT", f"/branches/{branch}/staff/20{n}", {**WANG, "name": name, "roles": roles})
    left = {"name": "Bob", "roles": ["cashier"], "active": False}
    await client.ask("PUT", "/branches/b002/staff/202", left)
    assert await listed(client) == [("b001", "1001"), ("b001", "201"), ("b002", "200"), ("b002", "202")]
    assert await listed(client, "?q=bo") == [("b002", "202")]
    assert await listed(client, "?role=manager") == [("b002", "200")]
    assert await listed(client, "?state=left&branch=b002") == [("b002", "202")]
    assert await listed(client, "?sort=-number") == [
        ("b002", "202"),
        ("b001", "201"),
        ("b002", "200"),
        ("b001", "1001"),
    ]
    page = await client.ask("GET", "/staff?sort=name&limit=3")
    rest = await client.ask("GET", f"/staff?sort=name&limit=3&after={page['next']}")
    names = [row["name"] for row in page["rows"] + rest["rows"]]
    assert names == sorted(names)
    assert rest["next"] == ""


async def test_a_branch_manager_sees_the_own_staff_only(client):
    """Neither list nor export nor a person's further branches tell of another branch; writing is refused."""
    await client.ask("PUT", "/branches/b001/staff/1001", {**WANG, "also": ["b002"]})
    await client.ask("PUT", "/staff-groups/type/senior", {"name": "高级技师"})
    body = {"name": "zhou.bo", "display": "周波", "role": "branch_manager", "branch": "b001", "password": PASSWORD}
    await client.ask("POST", "/users", body)
    await client.sign_in("zhou.bo")
    await client.ask("POST", "/password", {"old": PASSWORD, "new": f"{PASSWORD}再来"})
    await client.sign_in("zhou.bo", f"{PASSWORD}再来")
    (row,) = (await client.ask("GET", "/staff"))["rows"]
    assert (row["branch"], row["also"]) == ("b001", [])
    assert (await client.ask("GET", "/staff?branch=b002", status=403))["code"] == "forbidden"
    assert (await client.ask("GET", "/staff-groups"))["groups"][0]["people"] == 0
    assert (await client.ask("PUT", "/branches/b001/staff/1001", WANG, status=403))["code"] == "forbidden"
    export = {
        "listing": "listStaff",
        "columns": [{"name": "number", "title": "工号"}],
        "format": "csv",
        "title": "员工",
        "query": {"branch": "b002"},
    }
    assert (await client.ask("POST", "/exports", export, status=403))["code"] == "forbidden"
