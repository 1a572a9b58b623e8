"""Parameters: set on two levels, now or from a time on, looked back on."""

import json

import pytest
from office_client import close_client, open_client
from office_world import NOW, open_world

from commerce.reference import SettingRow
from hq_server.core.heart import HqCore
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue, limits, parameters
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import transaction
from sync_protocol.hq_session import HqIdentity

HOUR = limits.HOUR


@pytest.fixture
def world(tmp_path):
    """A head office with a branch."""
    world = open_world(tmp_path)
    world.add_user("chen.jing", "manager")
    world.do(branches.register, "b001", "南京路店")
    yield world
    world.conn.close()


@pytest.fixture
async def client(tmp_path):
    """The same, served."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b001", {"name": "南京路店"})
    yield client
    await close_client(client)


def put(world, branch, name, value, from_at=0, by="chen.jing"):
    """Set one parameter."""
    world.do(parameters.put, branch, [(name, value)], from_at, by=by)


def stands(world, name, branch="b001"):
    """(chain, own, waiting values) of one parameter."""
    value = next(value for value in parameters.every(world.conn, branch) if value.name == name)
    return value.chain, value.own, [plan.value for plan in value.waiting]


def settings(world, branch):
    """What the branches of a feed read."""
    return {row.name: row.value for row in catalogue.page(world.conn, branch, "setting", "", 100)}


def tick(world, now):
    """Let HQ look at the time."""
    with transaction(world.conn):
        return parameters.take_effect(world.conn, world.hq, now)


def refused(world, *args):
    """(code, field) with which a value is refused."""
    with pytest.raises(HqError) as caught:
        put(world, *args)
    return caught.value.code.value, caught.value.evidence.get("field")


def test_a_branch_has_its_own_and_loses_it_again(world):
    """A branch's own value stands beside the chain's until it is taken away; taking away twice is harmless."""
    put(world, "", "rounding", '"jiao_down"')
    put(world, "b001", "rounding", ' "yuan_down" ')
    assert stands(world, "rounding") == ('"jiao_down"', '"yuan_down"', [])
    assert settings(world, "b001") == {"rounding": '"yuan_down"'}
    put(world, "b001", "rounding", "")
    put(world, "b001", "rounding", "")
    assert stands(world, "rounding") == ('"jiao_down"', "", [])
    put(world, "", "rounding", "")
    assert settings(world, "") == {}


def test_what_is_planned_holds_from_its_time_on(world):
    """A change for later is no row until its time has come; then it is written in its author's name, once."""
    put(world, "", "undo_days", "3")
    put(world, "b001", "undo_days", "0", NOW + HOUR, by="zhao.min")
    put(world, "", "undo_days", "", NOW + 2 * HOUR)
    assert stands(world, "undo_days") == ("3", "", ["0", ""])
    assert not tick(world, NOW + HOUR - 1)
    assert settings(world, "b001") == {}
    assert tick(world, NOW + HOUR)
    assert stands(world, "undo_days") == ("3", "0", [""])
    assert not tick(world, NOW + HOUR)
    (version,) = parameters.versions(world.conn, "b001", "undo_days", 2**53, 9)
    assert version[1:] == ("0", NOW + HOUR, "zhao.min")
    assert tick(world, NOW + 5 * HOUR)
    assert stands(world, "undo_days") == ("", "0", [])


def test_of_two_plans_for_one_moment_the_later_counts(world):
    """Planning again for the same moment replaces what was planned."""
    put(world, "", "undo_days", "3", NOW + HOUR)
    put(world, "", "undo_days", "5", NOW + HOUR)
    assert stands(world, "undo_days") == ("", "", ["5"])
    tick(world, NOW + HOUR)
    assert settings(world, "") == {"undo_days": "5"}


def test_a_plan_can_be_withdrawn_once(world):
    """What was withdrawn never holds, and cannot be withdrawn again."""
    put(world, "", "undo_days", "3", NOW + HOUR)
    (plan,) = next(value for value in parameters.every(world.conn, "") if value.name == "undo_days").waiting
    world.do(parameters.withdraw, plan.n)
    assert not tick(world, NOW + HOUR)
    with pytest.raises(HqError, match="unknown_row"):
        world.do(parameters.withdraw, plan.n)


def test_a_plan_that_makes_no_sense_any_more_is_withdrawn(world):
    """HQ goes on when a newer version refuses what an older one had let wait; the other plans take effect."""
    put(world, "", "undo_days", "3", NOW + HOUR)
    put(world, "", "speech", "true", NOW + HOUR)
    world.conn.execute("UPDATE parameter_plans SET value = '\"three\"' WHERE name = 'undo_days'")
    assert tick(world, NOW + HOUR)
    assert settings(world, "") == {"speech": "true"}
    assert not tick(world, NOW + HOUR)


def test_history_tells_who_made_what_of_it(world):
    """Each change is a version with its author, also the one that took the value away; undoing is setting it again."""
    put(world, "", "shop_name", '"好味道"')
    put(world, "", "shop_name", '"好味道茶饮"', by="zhao.min")
    put(world, "", "shop_name", "")
    found = parameters.versions(world.conn, "", "shop_name", 2**53, 9)
    assert [(version.value, version.by) for version in found] == [
        ("", "chen.jing"),
        ('"好味道茶饮"', "zhao.min"),
        ('"好味道"', "chen.jing"),
    ]
    assert parameters.versions(world.conn, "", "shop_name", found[0].n, 1) == [found[1]]
    put(world, "", "shop_name", found[2].value)
    assert settings(world, "") == {"shop_name": '"好味道"'}


def test_several_are_set_together_or_not_at_all(world):
    """One value that makes no sense keeps all of a request from being set."""
    values = [("speech", "true"), ("undo_days", "999")]
    with pytest.raises(HqError):
        world.do(parameters.put, "", values)
    assert settings(world, "") == {}


def test_what_is_out_of_bounds_is_refused(world, monkeypatch):
    """Unknown parameters and branches, times beyond next year, and more plans than anybody oversees."""
    assert refused(world, "", "colour", "1") == ("unknown_row", None)
    assert refused(world, "b009", "speech", "true") == ("unknown_branch", None)
    assert refused(world, "", "speech", "true", world.now + limits.AHEAD + HOUR) == ("bad_value", "from_at")
    assert refused(world, "", "speech", '"yes"', NOW + HOUR) == ("bad_value", "speech")
    monkeypatch.setattr(limits, "PLANS_WAITING", 1)
    put(world, "", "speech", "true", NOW + HOUR)
    assert refused(world, "", "undo_days", "3", NOW + HOUR) == ("bad_value", "from_at")


def test_what_head_office_alone_reads_is_no_branchs(world):
    """How much one person may give out is the chain's to say: no branch has it, and none can be given its own."""
    put(world, "", "batch_alone", "100")
    assert stands(world, "batch_alone", "") == ("100", "", [])
    assert "batch_alone" not in [value.name for value in parameters.every(world.conn, "b001")]
    assert refused(world, "b001", "batch_alone", "200") == ("unknown_row", None)


def test_names_of_other_versions_do_no_harm(world):
    """A setting that this version does not know is kept for branches and not offered."""
    world.do(catalogue.put, "", SettingRow("colour_of_next_year", '"red"'))
    assert "colour_of_next_year" not in [value.name for value in parameters.every(world.conn, "")]


async def test_the_api_tells_forms_values_and_what_waits(client):
    """A screen learns all that it draws from one answer; setting answers with all as it stands then."""
    body = {"values": [{"name": "gifts", "value": '[{"code": "mug", "name": "马克杯", "points": 500}]'}]}
    await client.ask("PUT", "/parameters", body)
    later = {"branch": "b001", "values": [{"name": "speech", "value": "true"}], "from_at": client.world.now + HOUR}
    await client.ask("PUT", "/parameters", later)
    found = {row["name"]: row for row in (await client.ask("GET", "/parameters?branch=b001"))["parameters"]}
    assert json.loads(found["gifts"]["chain"]) == [{"code": "mug", "name": "马克杯", "points": 500}]
    assert found["gifts"]["form"]["of"]["fields"][2]["name"] == "points"
    assert found["gifts"]["form"]["of"]["fields"][2]["form"]["unit"] == "points"
    (waiting,) = found["speech"]["waiting"]
    assert (waiting["value"], waiting["by"], waiting["branch"]) == ("true", "chen.jing", "b001")
    await client.ask("DELETE", f"/parameter-plans/{waiting['n']}")
    assert (await client.ask("DELETE", f"/parameter-plans/{waiting['n']}", status=404))["code"] == "unknown_row"
    versions = await client.ask("GET", "/parameters/gifts/versions?limit=1")
    assert [version["by"] for version in versions["versions"]] == ["chen.jing"]
    wrong = {"values": [{"name": "gifts", "value": '[{"code":"mug","name":"马克杯","points":0}]'}]}
    answer = await client.ask("PUT", "/parameters", wrong, status=422)
    assert answer["evidence"]["field"] == "gifts.1.points"
    await client.sign_in("li.na")
    assert (await client.ask("GET", "/parameters", status=403))["code"] == "forbidden"


def test_the_clock_of_head_office_makes_plans_take_effect(world):
    """Head office looks for itself whether a plan's time has come, and gives the row a version for the branches."""
    put(world, "", "undo_days", "3", NOW + HOUR)
    core = HqCore(world.hq, Reconciler(), HqIdentity(world.keys.chain, world.keys.signing, lambda _: None))
    for now, given in ((NOW + HOUR - 1, None), (NOW + HOUR, 1)):
        with transaction(world.conn):
            core.tick(world.conn, now)
        query = "SELECT count(*) FROM feed_rows WHERE feed = 'chain' AND key = 'setting:undo_days'"
        assert world.conn.execute(query).fetchone() == (given or 0,)
