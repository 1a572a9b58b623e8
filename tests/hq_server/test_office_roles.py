"""Roles and duties: every route against every role, and that nobody gives what he does not have."""

import re

import pytest
from office_client import close_client, open_client
from office_world import PASSWORD, open_world

from hq_server.errors import HqError
from hq_server.head_office import branches, duties, roles, users
from hq_server.head_office.act import CONSOLE
from hq_server.head_office.secrets import Secret
from hq_server.web.office.table import ROUTES

GUARDED = [route for route in ROUTES if route.roles is not None]
OWN = {"signOut", "changeOwnPassword"}
"""Routes that end the session they are asked in."""
MADE = {"set_up": {"settings"}, "buyer": {"see", "goods"}, "clerk": {"see", "members", "people"}}
SECRET = Secret(b"s" * 16, b"h" * 32)
FILLED = {"branch": "b1", "n": "1", "entity": "HQ", "kind": "type", "role": "nobody", "number": "9", "hash": "0" * 64}


@pytest.fixture
def world(tmp_path):
    """A head office with two managers, a clerk who may make users, and a branch with its manager."""
    world = open_world(tmp_path)
    world.add_user("chen.jing", "manager")
    world.do(roles.put, "clerk", "人事专员", MADE["clerk"], by=CONSOLE)
    world.add_user("wang.fang", "clerk")
    world.do(branches.register, "b1", "南京路店")
    yield world
    world.conn.close()


@pytest.fixture
async def client(tmp_path):
    """The same, served; everybody has the same password."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b1", {"name": "南京路店"})
    for role, having in MADE.items():
        await client.ask("PUT", f"/roles/{role}", {"name": f"自定义 {role}", "duties": sorted(having)})
    yield client
    await close_client(client)


def refused(world, function, *args, **more):
    """The code with which an act is refused."""
    with pytest.raises(HqError) as caught:
        world.do(function, *args, **more)
    return caught.value.code.value


def person(name, role, branch="", *, active=True):
    """A user."""
    return users.User(name, f"{name} 同事", role, active, must_change=False, branch=branch)


OF_A_BATCH = {duties.ADJUST, duties.GOODS, duties.MEMBERS}
"""Top-ups, coupons and tags: the same routes lead them all to their end, and ask for the duty of the one they name."""


async def enter(client, name, role, branch=""):
    """Add a user as the manager does, and sign in as that user, with a password of their own."""
    await client.sign_in("chen.jing")
    body = {"name": name, "display": "同事", "role": role, "branch": branch, "password": PASSWORD}
    await client.ask("POST", "/users", body)
    await client.sign_in(name)
    await client.ask("POST", "/password", {"old": PASSWORD, "new": f"{PASSWORD}再来"})
    await client.sign_in(name, f"{PASSWORD}再来")


@pytest.mark.parametrize("role", [*duties.BUILT_IN, *MADE])
async def test_a_route_answers_exactly_those_who_have_its_duty(client, role):
    """Each route refuses a role when, and only when, the role lacks the duty that the route names."""
    having = duties.BUILT_IN.get(role) or MADE[role] | ({"branch"} if "see" in MADE[role] else set())
    at = "b1" if role == "branch_manager" else ""
    await enter(client, "ren.he", role, at)
    wrong = []
    for route in GUARDED:
        if route.name in OWN:
            continue
        path = re.sub(r"{(\w+)}", lambda found: FILLED.get(found[1], "0" * 32), route.path)
        response = await client.raw(route.method, path.removeprefix("/office/v1"), {} if route.body else None)
        if response.content_type != "application/json":
            continue
        answer = await response.json()
        if (answer.get("code") == "forbidden") is bool(route.roles & (having | {"user"})):
            wrong.append((route.name, sorted(route.roles), answer.get("code")))
    assert wrong == []


def test_every_route_names_one_duty_that_there_is():
    """A route needs one duty of the closed set, a session, or nothing (signing in); a batch says which by its kind."""
    for route in GUARDED:
        assert len(route.roles) == 1 or route.roles == OF_A_BATCH, route.name
        assert route.roles <= {*duties.DUTIES, "user"}, route.name


async def test_changed_duties_hold_with_the_next_request(client):
    """A role that loses or gains a duty binds the sessions that are open."""
    await enter(client, "ren.he", "buyer")
    token = client.token
    assert (await client.ask("GET", "/journal", status=403))["code"] == "forbidden"
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/roles/buyer", {"name": "采购", "duties": ["see", "audit"]})
    client.token = token
    await client.ask("GET", "/journal")
    assert (await client.ask("GET", "/me"))["duties"] == ["audit", "branch", "see"]
    assert (await client.ask("PUT", "/tiers/gold", {"name": "金卡", "rank": 1}, status=403))["code"] == "forbidden"


async def test_roles_are_listed_with_what_they_allow(client):
    """The list names all duties, the built-in roles first, and how many people have each."""
    answer = await client.ask("GET", "/roles")
    assert answer["duties"] == list(duties.DUTIES)
    assert answer["of_a_branch"] == ["branch"]
    assert [role["role"] for role in answer["roles"]] == [*duties.BUILT_IN, *sorted(MADE)]
    by_name = {role["role"]: role for role in answer["roles"]}
    assert by_name["manager"] == {
        "role": "manager",
        "name": "",
        "duties": list(duties.DUTIES),
        "built_in": True,
        "users": 3,
    }
    assert by_name["buyer"]["duties"] == ["see", "branch", "goods"]


def test_a_role_in_use_cannot_vanish(world):
    """A role that somebody has stays, also when that person has left; an unused one goes, and only once."""
    assert refused(world, roles.drop, "clerk") == "role_in_use"
    world.do(users.change, person("wang.fang", "clerk", active=False))
    assert refused(world, roles.drop, "clerk") == "role_in_use"
    world.do(users.change, person("wang.fang", "operator"))
    world.do(roles.drop, "clerk")
    assert refused(world, roles.drop, "clerk") == "unknown_role"
    assert refused(world, roles.drop, "manager") == "role_in_use"
    assert refused(world, roles.drop, "accountant") == "unknown_role"


@pytest.mark.parametrize(
    ("role", "name", "having"),
    [
        ("manager", "经理", ["see"]),
        ("Buyer", "采购", ["see"]),
        ("buyer", "", ["see"]),
        ("buyer", "采购\n", ["see"]),
        ("buyer", "采购", []),
        ("buyer", "采购", ["user"]),
        ("buyer", "采购", ["see", "everything"]),
    ],
)
def test_odd_roles_are_refused(world, role, name, having):
    """Built-in roles stay as they are; codes, names and duties are checked."""
    assert refused(world, roles.put, role, name, having) == "bad_value"


def test_nobody_gives_more_than_they_have(world):
    """Neither by a role, nor by a user, nor by the password of somebody who may do more."""
    by = {"by": "wang.fang"}
    assert refused(world, roles.put, "boss", "老板", ["see", "settle"], **by) == "more_than_own"
    assert refused(world, roles.put, "clerk", "人事专员", ["see", "people", "goods"], **by) == "more_than_own"
    assert refused(world, users.create, person("li.na", "accountant"), SECRET, **by) == "more_than_own"
    assert refused(world, users.change, person("wang.fang", "manager"), **by) == "more_than_own"
    assert refused(world, users.change, person("chen.jing", "operator"), **by) == "more_than_own"
    assert refused(world, users.set_secret, "chen.jing", SECRET, **by) == "more_than_own"
    world.do(roles.put, "greeter", "前台", ["members", "see"], **by)
    world.do(users.create, person("li.na", "greeter"), SECRET, **by)
    world.do(users.create, person("zhou.bo", "branch_manager", "b1"), SECRET, **by)
    world.do(users.set_secret, "li.na", SECRET, **by)
    assert users.get(world.conn, "li.na").duties == {"see", "branch", "members"}


def test_a_role_cannot_be_stripped_by_who_has_less(world):
    """Changing a role needs what the role had, too: nobody disarms those above."""
    world.do(roles.put, "chief", "总监", ["see", "settle", "approve"])
    assert refused(world, roles.put, "chief", "总监", ["see"], by="wang.fang") == "more_than_own"
    assert refused(world, roles.drop, "chief", by="wang.fang") == "more_than_own"


def test_people_of_a_branch_keep_to_it_whatever_their_role(world):
    """A user of a branch has of any role only what concerns a branch, so gives nothing to anybody."""
    world.do(users.create, person("zhou.bo", "manager", "b1"), SECRET)
    assert users.get(world.conn, "zhou.bo").duties == {"branch"}
    assert refused(world, users.create, person("li.na", "operator"), SECRET, by="zhou.bo") == "more_than_own"


def test_the_last_manager_cannot_be_locked_out(world):
    """Somebody of head office keeps all duties: not retired, not given a lesser role, not sent to a branch."""
    for less in (
        person("chen.jing", "operator"),
        person("chen.jing", "manager", active=False),
        person("chen.jing", "manager", "b1"),
    ):
        assert refused(world, users.change, less) == "last_manager"


def test_who_gains_duties_by_a_role_is_no_second_person_yet(world):
    """When a colleague widens a role, those who have it count as entrusted from then on."""
    world.do(roles.put, "chief", "总监", ["see", "settle"])
    world.do(users.create, person("sun.qi", "chief"), SECRET, by=CONSOLE)
    assert users.two_people_from(world.conn, "sun.qi", "sun.qi") == 0
    world.do(roles.put, "chief", "总监", ["see"])
    assert users.two_people_from(world.conn, "sun.qi", "sun.qi") == 0
    world.do(roles.put, "chief", "总监", ["see", "settle", "approve"])
    assert users.two_people_from(world.conn, "sun.qi", "sun.qi") > world.now


def test_changes_of_roles_stand_in_the_journal(world):
    """Making, changing and dropping a role are acts with their author."""
    world.do(roles.put, "greeter", "前台", ["members"])
    world.do(roles.drop, "greeter")
    query = "SELECT count(*) FROM own_log WHERE instr(entry, CAST('greeter' AS BLOB))"
    assert world.conn.execute(query).fetchone() == (2,)
