"""The office API over HTTP: who may what, what comes in, what comes out."""

import re

import pytest
from office_client import close_client, open_client
from office_world import PASSWORD

from foundation.http_api.problem import LANGUAGES
from hq_server.errors import Code, RetryError, StopError
from hq_server.head_office.duties import BUILT_IN, DUTIES
from hq_server.web.office.table import ROUTES
from hq_server.web.office.words import ERRORS, translate

PRODUCT = {"name": "可口可乐 500ml", "category": "饮料", "unit": "瓶", "price": 350, "barcodes": ["6901234510021"]}
PEOPLE = {"operator": "li.na", "accountant": "sun.qi", "manager": "chen.jing"}


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    yield client
    await close_client(client)


def fill(path):
    """A path with something in each of its places."""
    given = {"name": "li.na", "item": "1", "code": "x", "branch": "b1", "number": "1", "n": "0", "entity": "HQ"}
    given["hash"] = "0" * 64
    filled = re.sub(r"{(\w+)}", lambda found: given.get(found[1], "0" * 32), path)
    return filled.removeprefix("/office/v1")


async def test_signing_in_and_out(client):
    """A token serves until it is given back."""
    answer = await client.sign_in("chen.jing")
    assert answer["user"] == {
        "name": "chen.jing",
        "display": "chen.jing 同事",
        "role": "manager",
        "active": True,
        "must_change": False,
        "branch": "",
        "duties": sorted(DUTIES),
    }
    assert (await client.ask("GET", "/me"))["name"] == "chen.jing"
    await client.ask("POST", "/sign-out")
    assert (await client.ask("GET", "/me", status=401))["code"] == "signed_out"


async def test_a_wrong_password_tells_nothing(client):
    """Unknown names and wrong passwords get the same answer, in the asker's language, Chinese by default."""
    body = {"name": "chen.jing", "password": "不对不对不对不对不对"}
    wrong = await client.ask("POST", "/sign-in", body, status=401)
    unknown = await client.ask("POST", "/sign-in", {**body, "name": "nobody"}, status=401)
    assert wrong == unknown
    assert wrong["code"] == "sign_in_refused"
    assert wrong["message"].startswith("用户名或密码不对")
    english = await client.ask("POST", "/sign-in", body, status=401, headers={"Accept-Language": "en-GB"})
    assert english["message"].startswith("Wrong name or password")


async def test_a_first_password_must_be_changed(client):
    """With a password given by somebody else nothing is allowed but to change it."""
    answer = await client.sign_in("xin.ren")
    assert answer["user"]["must_change"] is True
    assert (await client.ask("GET", "/branches", status=403))["code"] == "forbidden"
    wrong = {"old": "不对不对不对不对不对", "new": "我自己的新密码一二三"}
    assert (await client.ask("POST", "/password", wrong, status=401))["code"] == "sign_in_refused"
    weak = {"old": PASSWORD, "new": "太短"}
    assert (await client.ask("POST", "/password", weak, status=422))["code"] == "weak_secret"
    await client.ask("POST", "/password", {"old": PASSWORD, "new": wrong["new"]})
    assert (await client.ask("GET", "/me", status=401))["code"] == "signed_out"
    await client.sign_in("xin.ren", wrong["new"])
    assert (await client.ask("GET", "/branches"))["branches"] == []


async def test_each_route_keeps_its_roles(client):
    """Who lacks the duty that a route names is refused before all else; nobody at all is signed out."""
    guarded = [route for route in ROUTES if route.roles is not None]
    assert [route.name for route in ROUTES if route not in guarded] == ["signIn"]
    for route in guarded:
        assert (await client.ask(route.method, fill(route.path), status=401))["code"] == "signed_out"
    for role, name in PEOPLE.items():
        await client.sign_in(name)
        for route in guarded:
            if route.name in {"signOut", "changeOwnPassword"}:
                continue
            answer = await (await client.raw(route.method, fill(route.path), {})).json()
            assert (answer.get("code") == "forbidden") is not bool(route.roles & (BUILT_IN[role] | {"user"})), (
                route.name
            )


async def test_products_are_written_read_and_searched(client):
    """A manager writes a product, an operator finds it; what was committed wakes the feeds."""
    await client.sign_in("chen.jing")
    before = client.changes
    written = await client.ask("PUT", "/products/1002", PRODUCT)
    assert "kkkl500ml" in written["pinyin"].split()
    assert client.changes == before + 1
    await client.sign_in("li.na")
    assert await client.ask("GET", "/products/1002") == written
    assert [row["item"] for row in (await client.ask("GET", "/products?q=kkkl"))["rows"]] == [written["item"]]
    assert (await client.ask("GET", "/products/1003", status=404))["code"] == "unknown_row"


async def test_tiers_and_rules_come_back_as_written(client):
    """Tiers and top-up rules are written with named parts and read back the same, defaults filled in."""
    await client.sign_in("chen.jing")
    tier = {"name": "金卡会员", "rank": 2, "discount_per_mille": 50, "from_spend": 200_000}
    written = await client.ask("PUT", "/tiers/gold", tier)
    assert (written["code"], written["period_days"], written["discount_per_mille"]) == ("gold", 365, 50)
    assert (await client.ask("GET", "/tiers"))["rows"] == [written]
    rule = {
        "name": "充 1000 送 200",
        "min_amount": 100_000,
        "max_amount": 500_000,
        "bonus": 20_000,
        "bonus_ratio": {"issuer": 1, "hq": 1},
        "staged": [{"days_later": 30, "amount": 10_000}],
    }
    written = await client.ask("PUT", "/top-up-rules/c1000", rule)
    assert written["bonus_ratio"] == {"issuer": 1, "hq": 1, "spender": 0}
    assert written["principal_ratio"] == {"issuer": 0, "hq": 0, "spender": 1}
    assert written["staged"] == rule["staged"]
    assert (await client.ask("GET", "/top-up-rules"))["rows"] == [written]


async def test_an_enrolment_code_is_shown_once(client):
    """A new code makes no branch yet; its text is not in the database."""
    await client.sign_in("chen.jing")
    answer = await client.ask("POST", "/branches/b002/enrolment-codes", {"name": "徐家汇店"})
    assert answer["branch"] == "b002"
    assert answer["expires_at"] > client.world.now
    rows = await client.http.app_databases[0].read(
        lambda conn: conn.execute("SELECT * FROM enrolment_codes").fetchall()
    )
    assert len(rows) == 1
    assert answer["code"] not in repr(rows)
    assert (await client.ask("POST", "/branches/HQ/enrolment-codes", {}, status=404))["code"] == "not_found"


async def test_members_are_registered_found_and_shown(client):
    """An operator registers a member, finds them by phone, and sees the account."""
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b001", {"name": "南京路店"})
    await client.sign_in("li.na")
    body = {"home": "b001", "name": "张伟", "phone": "138 0001 0001", "card": "80010001"}
    member = (await client.ask("POST", "/members", body))["member"]
    (found,) = (await client.ask("GET", "/members?q=13800010001"))["rows"]
    assert (found["member"], found["name"], found["phone"], found["branch"]) == (member, "张*", "138****0001", "HQ")
    assert (await client.ask("GET", "/members"))["rows"] == [found]
    account = await client.ask("GET", f"/members/{member}")
    assert account["profile"] == {"card:1": "80010001", "name": "张伟", "phone": "13800010001"}
    assert (account["lots"], account["became"], account["balances"]) == ([], [], {})
    wrong = await client.ask("POST", "/members", {**body, "home": "b009"}, status=404)
    assert wrong["code"] == "unknown_branch"


async def test_users_are_kept_by_managers(client):
    """A manager adds a user, changes the role, gives a password; a name stands once."""
    await client.sign_in("chen.jing")
    body = {"name": "wu.qian", "display": "吴倩", "role": "operator", "password": PASSWORD}
    assert (await client.ask("POST", "/users", body))["must_change"] is True
    assert (await client.ask("POST", "/users", body, status=409))["code"] == "user_exists"
    await client.ask("PUT", "/users/wu.qian", {"display": "吴倩", "role": "accountant"})
    await client.ask("POST", "/users/wu.qian/password", {"password": PASSWORD})
    users = {user["name"]: user["role"] for user in (await client.ask("GET", "/users"))["users"]}
    assert users["wu.qian"] == "accountant"


async def test_settlement_is_read_and_closed(client):
    """The matrix of a chain without sales is empty and closes; operators may look, accountants close."""
    await client.sign_in("sun.qi")
    matrix = await client.ask("GET", "/periods/0/matrix")
    assert (matrix["cells"], matrix["net"]) == ([], {"HQ": 0})
    closed = await client.ask("POST", "/periods/close", {"last_day": "2026-11-30"})
    assert closed["state"] == "closed"
    statement = await client.ask("GET", "/periods/1/statements/HQ")
    assert (statement["net"], statement["lines"]) == (0, [])
    assert (await client.ask("GET", "/periods/1/rows"))["rows"] == []
    assert [period["state"] for period in (await client.ask("GET", "/periods"))["periods"]] == ["open", "closed"]


async def test_health_counts_what_waits(client):
    """HQ tells its epoch, its log and what waits for people."""
    await client.sign_in("li.na")
    health = await client.ask("GET", "/health")
    assert health["chain"] == client.world.keys.chain.hex()
    assert health["log_seq"] >= 1
    assert (health["waiting"], health["open_discrepancies"], health["open_releases"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/products/1", {**PRODUCT, "colour": "red"}, 400, "bad_request"),
        ("PUT", "/products/1", {**PRODUCT, "price": "350"}, 400, "bad_request"),
        ("PUT", "/products/1", {**PRODUCT, "price": 3.5}, 400, "bad_request"),
        ("PUT", "/products/1", {**PRODUCT, "price": -1}, 400, "bad_request"),
        ("PUT", "/products/1", {**PRODUCT, "barcodes": ["a b"]}, 422, "rule"),
        ("PUT", "/products/1", {**PRODUCT, "price": 10**30}, 400, "bad_request"),
        ("PUT", "/products/1", {"name": "无价"}, 400, "bad_request"),
        ("PUT", "/products/1", [], 400, "bad_request"),
        ("PUT", "/products/a%20b", PRODUCT, 404, "not_found"),
        ("GET", "/products?limit=0", None, 400, "bad_request"),
        ("GET", "/products?limit=999", None, 400, "bad_request"),
        ("GET", "/products?colour=red", None, 400, "bad_request"),
        ("GET", "/products?q=a&q=b", None, 400, "bad_request"),
        ("GET", "/members/xyz", None, 404, "not_found"),
        ("GET", f"/members/{'0' * 32}", None, 404, "unknown_member"),
        ("GET", "/periods/99/matrix", None, 404, "unknown_period"),
        ("POST", "/periods/close", {"last_day": "2026-02-30"}, 422, "bad_value"),
        ("POST", f"/logs/{'0' * 32}/close", {"reason": "lost", "evidence": "被盗"}, 404, "unknown_incarnation"),
        ("POST", f"/logs/{'0' * 32}/close", {"reason": "cloned", "evidence": "克隆"}, 422, "bad_value"),
        ("POST", f"/discrepancies/{'0' * 32}/resolve", {"reason": "已核对"}, 404, "unknown_discrepancy"),
        ("POST", "/releases", {"kind": "claim", "subject": "0" * 32, "reason": "门店已关"}, 404, "unknown_claim"),
        ("POST", "/releases", {"kind": "set_aside", "subject": "0" * 32, "reason": "查过"}, 404, "unknown_lot"),
        ("POST", "/releases", {"kind": "claim_refusal", "subject": "0" * 32, "reason": "没有"}, 404, "unknown_claim"),
        ("POST", f"/members/{'0' * 32}/closing", {"ordered": True}, 404, "unknown_member"),
        ("POST", f"/releases/{'0' * 32}/approve", None, 404, "unknown_release"),
        ("PATCH", "/products/1", {}, 405, "method_not_allowed"),
        ("GET", "/nothing", None, 404, "not_found"),
        ("PUT", "/products/1", {"name": "x" * 400_000}, 413, "too_large"),
    ],
)
async def test_bad_input_is_refused_with_a_code(client, method, path, body, status, code):
    """Wrong types, unknown fields, bounds, unknown ids and sizes each get a stable code, and the server stays up."""
    await client.sign_in("chen.jing")
    answer = await client.ask(method, path, body, status=status)
    assert answer["code"] == code
    assert answer["message"]
    assert (await client.ask("GET", "/me"))["name"] == "chen.jing"


async def test_no_cookie_and_no_page(client):
    """Answers set no cookie and forbid caching, sniffing and framing: another site cannot act for a user."""
    await client.sign_in("chen.jing")
    response = await client.raw("GET", "/me")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_every_code_has_words():
    """Each code of HQ that a request can meet is told in all languages; codes that stop HQ fall to general ones."""
    codes = list(Code)
    stops = set(codes[codes.index(Code.DATABASE_UNREADABLE) :])
    assert set(Code) - stops - set(ERRORS) == set()
    assert all(set(known.words) == set(LANGUAGES) for known in ERRORS.values())


def test_unforeseen_errors_stay_unforeseen():
    """An error that is none of ours is not told as if it were; one without words gets the words of its kind."""
    assert translate(KeyError("x")) is None
    assert translate(StopError(Code.NOT_STARTED)).code == "conflict"
    assert translate(RetryError(Code.NOT_STARTED)).code == "busy"
