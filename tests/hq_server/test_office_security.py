"""The office's API against people who mean harm: of another branch, of another site, of a patient kind."""

import asyncio
import json
import re

import pytest
from hq_world import DAY
from office_client import close_client, open_client
from office_shops import Hall
from office_world import PASSWORD

from hq_server.head_office import duties, limits
from hq_server.web.office.table import LISTINGS, ROUTES

MEMBER, STRANGER = b"M" * 16, b"N" * 16
WRONG = "不对不对不对不对不对"
SECRET = ("b002", "隐秘路店", "2002", "前台密")
"""Words that stand in what belongs to the other branch, and nowhere else."""
ASKED = {
    "on": "2026-11-29",
    "from_day": "2026-11-01",
    "to_day": "2027-01-31",
    "day": DAY,
    "since": "2026-11-01",
    "from_month": "2026-10",
    "to_month": "2027-01",
}
"""What the queries of some routes need, so that they look at what the shops did."""
BRANCH_ROUTES = [route for route in ROUTES if route.roles == {duties.BRANCH}]
WRITES = [route for route in ROUTES if route.body is not None]
HOSTILE = {
    "deep": "[" * 50_000,
    "deep_object": '{"a":' * 50_000,
    "huge_number": '{"name":1e999999,"n":' + "9" * 4_000 + "}",
    "not_a_number": '{"name":NaN}',
    "half_a_character": '{"name":"\\ud800","display":"\\udfff","reason":"\\ud83d"}',
    "nothing_in_it": "\x00\x00",
    "not_utf8": b'{"name":"\xff\xfe"}',
    "null": "null",
    "array": "[]",
    "prototype": '{"__proto__":{"role":"manager"},"constructor":1}',
}


@pytest.fixture(name="client")
async def _client(tmp_path):
    """Two shops with facts of their own, a manager of the first; everything of the second bears telling words."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for branch, name in (("b001", "南京路店"), ("b002", "隐秘路店")):
        await client.ask("PUT", f"/branches/{branch}", {"name": name})
    staff = {"name": "隐秘路店员工", "roles": ["cashier"], "pin": "246810"}
    await client.ask("PUT", "/branches/b002/staff/2002", staff)
    hall = Hall(client.world)
    one, two = hall.shop("b001"), hall.shop("b002")
    one.top_up(MEMBER, 100_00)
    one.sell(MEMBER, 24_00)
    two.desk = two.desk._replace(till="前台密", staff="2002", day=DAY)
    client.lot = two.top_up(STRANGER, 50_00)[0]
    client.sale = two.sell(STRANGER, 8_00)
    two.refund(client.sale, (0, 500))
    two.close_shift(1_000, 900)
    hall.settle(one, two)
    hall.branch_manager("he.lin", "b001", PASSWORD)
    query = "SELECT n FROM acts WHERE branch = 'b002' ORDER BY n"
    client.acts = [n for (n,) in hall.conn.execute(query).fetchall()]
    client.gaps = [row[0] for row in hall.conn.execute("SELECT discrepancy FROM discrepancies WHERE branch = 'b002'")]
    client.log = hall.conn.execute("SELECT incarnation FROM incarnations WHERE branch = 'b002'").fetchone()[0]
    hall.conn.close()
    await client.sign_in("he.lin")
    yield client
    await close_client(client)


def paths(client, route):
    """The route's path for each thing of the other branch that could stand in it."""
    things = {
        "branch": ["b002"],
        "n": [str(n) for n in client.acts],
        "member": [STRANGER.hex()],
        "lot": [client.lot.hex()],
        "discrepancy": [one.hex() for one in client.gaps],
    }
    path = route.path.removeprefix("/office/v1")
    names = re.findall(r"{(\w+)}", path)
    if not names:
        return [path]
    return [path.replace(f"{{{names[0]}}}", thing) for thing in things.get(names[0], ["0" * 32])]


async def asked_of(client, route, **more):
    """(path, status, text) of each way in which the route can be asked about the other branch's things."""
    fields = route.query.__struct_fields__ if route.query else ()
    query = {name: value for name, value in {**ASKED, "id": client.sale.hex()}.items() if name in fields}
    answers = []
    for path in paths(client, route):
        response = await client.raw(route.method, path, params={**query, **more})
        answers.append((path, response.status, await response.text()))
    return answers


async def test_nothing_of_another_branch_is_told(client):
    """Whatever a branch's manager asks, by list, by id or by naming the branch, the other branch stays unseen."""
    secrets = (*SECRET, client.log.hex(), client.lot.hex())
    told, wrong = set(), []
    for route in BRANCH_ROUTES:
        for path, status, text in await asked_of(client, route):
            if status not in {200, 403, 404} or (status == 200 and any(word in text for word in secrets)):
                wrong.append((route.name, path, status, text[:300]))
        if route.query and "branch" in route.query.__struct_fields__:
            named = await asked_of(client, route, branch="b002")
            wrong += [(route.name, path, status, "named") for path, status, _ in named if status not in {403, 404}]
    assert wrong == []
    await client.sign_in("chen.jing")
    for route in BRANCH_ROUTES:
        if any(any(word in text for word in secrets) for _, _, text in await asked_of(client, route)):
            told.add(route.name)
    assert {"listStaff", "listActs", "getAct", "getBranch", "listLogs", "listLotActs"} <= told, "it asks in vain"


async def test_no_file_tells_of_another_branch(client):
    """An export is refused as its list is, also when the branch is named in the list's own query."""
    for name, listing in LISTINGS.items():
        if listing.roles == {duties.BRANCH} and "branch" in listing.query.__struct_fields__:
            column = {"name": listing.columns[0].name, "title": "x"}
            body = {"listing": name, "columns": [column], "format": "csv", "title": "x", "query": {"branch": "b002"}}
            assert (await client.raw("POST", "/exports", body)).status in {400, 403, 422}, name


async def test_a_branch_manager_writes_nothing(client):
    """No duty of a branch's manager writes: each writing route but one's own session, password, files is refused."""
    own = {"signIn", "signOut", "changeOwnPassword"}
    for route in ROUTES:
        if route.method == "GET" or route.name in own or route.roles in ({"user"}, {duties.BRANCH}):
            continue
        path = re.sub(r"{\w+}", "b001", route.path.removeprefix("/office/v1"))
        assert (await client.raw(route.method, path, {})).status == 403, route.name


@pytest.mark.parametrize("kind", list(HOSTILE))
async def test_hostile_bodies_break_nothing(client, kind):
    """What is no sense at all, whatever its shape, is refused by each route that takes a body; nothing falls over."""
    await client.sign_in("chen.jing")
    data = HOSTILE[kind]
    wrong = []
    for route in WRITES:
        path = re.sub(r"{(\w+)}", lambda found: {"branch": "b001"}.get(found[1], "0" * 32), route.path)
        headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
        response = await client.http.request(route.method, path, data=data, headers=headers)
        if not 400 <= response.status < 500:
            wrong.append((route.name, response.status))
    assert wrong == []


async def test_a_form_of_another_site_does_nothing(client):
    """No cookie is set, no other origin is let in, and what a form can send is not read: nobody acts unawares."""
    await client.sign_in("chen.jing")
    response = await client.raw("POST", "/sign-in", {"name": "li.na", "password": PASSWORD})
    assert "Set-Cookie" not in response.headers
    forged = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    preflight = await client.raw("OPTIONS", "/tiers/gold", headers=forged)
    assert not [name for name in preflight.headers if name.startswith("Access-Control-")]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"Authorization": f"Bearer {client.token}", "Content-Type": kind}
        body = b'{"name":"x","rank":1}'
        answer = await client.http.request("PUT", "/office/v1/tiers/gold", data=body, headers=headers)
        assert answer.status == 415
    without = await client.http.request("PUT", "/office/v1/tiers/gold", json={"name": "x", "rank": 1})
    assert without.status == 401


async def test_no_answer_can_be_framed_sniffed_or_kept(client):
    """Refusals, data and files alike forbid framing, guessing their type, and caching."""
    for path in ("/me", "/nowhere", "/staff", "/users"):
        response = await client.raw("GET", path)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"


async def test_each_sign_in_has_a_token_of_its_own(client):
    """A token known before a sign-in is worth nothing after it, and none is given twice."""
    planted = "11" * limits.TOKEN_BYTES
    client.token = planted
    tokens = {(await client.sign_in("li.na"))["token"] for _ in range(3)}
    assert len(tokens) == 3
    client.token = planted
    assert (await client.ask("GET", "/me", status=401))["code"] == "signed_out"


async def test_guessing_a_password_takes_for_ever(client):
    """After a few wrong tries even the right password has to wait, each time longer; nobody else is kept waiting."""
    wrong = {"name": "li.na", "password": WRONG}
    waits = []
    for _ in range(limits.FREE_FAILURES + 3):
        answer = await client.ask("POST", "/sign-in", wrong, status=401)
        wait = answer["evidence"]["retry_after_ms"]
        client.world.now += wait
        waits.append(wait)
    assert waits[: limits.FREE_FAILURES - 1] == [0] * (limits.FREE_FAILURES - 1)
    grown = waits[limits.FREE_FAILURES - 1 :]
    assert grown == [limits.FAILURE_DELAY << n for n in range(len(grown))]
    await client.ask("POST", "/sign-in", wrong, status=401)
    right = {"name": "li.na", "password": PASSWORD}
    assert (await client.ask("POST", "/sign-in", right, status=401))["code"] == "sign_in_refused"
    await client.sign_in("sun.qi")


async def test_a_flood_of_sign_ins_is_told_to_come_back(client, monkeypatch):
    """More passwords at once than a whole office types are refused unhashed; who is signed in works on."""
    monkeypatch.setattr(limits, "HASHES_WAITING", 3)
    body = {"name": "li.na", "password": WRONG}
    many = [client.raw("POST", "/sign-in", body) for _ in range(limits.HASHES_WAITING + 20)]
    asked = asyncio.gather(*many)
    await asyncio.sleep(0)
    assert (await client.raw("GET", "/me")).status == 200
    statuses = {response.status for response in await asked}
    assert statuses <= {401, 503}
    assert 503 in statuses


async def test_names_are_data_and_never_a_page(client):
    """A name that holds a tag comes back as it was written, as JSON that no browser takes for a page."""
    await client.sign_in("chen.jing")
    name = '<script>alert("x")</script>'
    await client.ask("PUT", "/tiers/gold", {"name": name, "rank": 1})
    response = await client.raw("GET", "/tiers")
    assert response.content_type == "application/json"
    assert json.dumps(name) in await response.text()
