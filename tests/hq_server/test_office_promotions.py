"""Promotions at head office: stored as tills read them, branch or chain, retired, refused by field."""

from dataclasses import replace

import msgspec
import pytest
from office_client import close_client, open_client
from office_world import open_world

from commerce.errors import CommerceError
from commerce.promotions.row import Off, PromotionRow, Target, Window
from commerce.reference import CHAIN_FEED, FEED_BODIES
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue
from hq_server.ledger import changes

SECOND = PromotionRow(
    "second",
    "第二件半价",
    "nth_item",
    target=Target((), ("饮料",), ("1009",)),
    windows=(Window((6, 7), 840, 1020),),
    every=2,
    off=Off("per_mille", 500),
)
BODY = {
    "name": "周末套餐",
    "kind": "bundle",
    "windows": [{"weekdays": [6, 7]}],
    "parts": [{"target": {"items": ["1002"]}}, {"target": {"categories": ["糕点"]}, "milli_qty": 2000}],
    "off": {"how": "price", "value": 1800},
}


@pytest.fixture
def world(tmp_path):
    """A head office with one branch."""
    world = open_world(tmp_path)
    world.do(branches.register, "b001", "南京路店")
    world.conn.execute("DELETE FROM feed_dirty")
    yield world
    world.conn.close()


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    yield client
    await close_client(client)


def dirty(world):
    """What waits to be distributed."""
    return {feed: list(keys) for feed, keys in changes.dirty(world.conn).items()}


def test_a_promotion_is_stored_as_tills_read_it(world):
    """What lies in the feed decodes to the very row, for the chain or for one branch."""
    world.do(catalogue.put, "", SECOND)
    world.do(catalogue.put, "b001", replace(SECOND, name="第二件七折", off=Off("per_mille", 300)))
    assert dirty(world) == {CHAIN_FEED: ["promotion:second"], "branch:b001": ["promotion:second"]}
    query = "SELECT body FROM reference WHERE feed = ? AND key = 'promotion:second'"
    ((body,),) = world.conn.execute(query, (CHAIN_FEED,)).fetchall()
    assert msgspec.msgpack.decode(body, type=FEED_BODIES["promotion"]) == SECOND


def test_the_chains_are_retired_a_branchs_own_also_dropped(world):
    """Old receipts name promotions: the chain's rows stay, switched off; a branch's own make way for the chain's."""
    world.do(catalogue.put, "", SECOND)
    world.do(catalogue.put, "b001", SECOND)
    assert world.do(catalogue.retire_promotion, "", "second") == replace(SECOND, active=False)
    assert catalogue.get(world.conn, "", "promotion:second").active is False
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.drop, "", "promotion:second")
    world.do(catalogue.drop, "b001", "promotion:second")
    assert catalogue.page(world.conn, "b001", "promotion", "", 10) == []
    with pytest.raises(HqError, match="unknown_row"):
        world.do(catalogue.retire_promotion, "", "third")


def test_what_makes_no_sense_is_not_distributed(world):
    """The editor's check of commerce stands before the feed."""
    for row in (replace(SECOND, every=0), replace(SECOND, kind="lottery"), replace(SECOND, coupon="x")):
        with pytest.raises(CommerceError):
            world.do(catalogue.put, "", row)
    assert dirty(world) == {}


def test_promotions_in_force_are_bounded(world, monkeypatch):
    """More promotions than can be priced in time are refused; retired ones do not count."""
    monkeypatch.setattr(catalogue, "PROMOTIONS_MAX", 2)
    world.do(catalogue.put_all, "", [replace(SECOND, code="a"), replace(SECOND, code="b")])
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.put, "", SECOND)
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.put_all, "b001", [replace(SECOND, code=name) for name in "abc"])
    world.do(catalogue.retire_promotion, "", "a")
    world.do(catalogue.put, "", SECOND)


async def test_promotions_are_written_listed_and_retired(client):
    """A manager writes and retires, an operator reads; unnamed fields have their defaults."""
    await client.sign_in("chen.jing")
    made = await client.ask("PUT", "/promotions/weekend", BODY)
    assert {name: made[name] for name in BODY if name not in {"windows", "parts"}} == {
        name: value for name, value in BODY.items() if name not in {"windows", "parts"}
    }
    assert made["windows"] == [{"weekdays": [6, 7], "from_minute": 0, "until_minute": 1440}]
    everything = {"items": [], "categories": [], "except_items": []}
    assert made["target"] == everything
    assert made["parts"] == [
        {"target": {**everything, "items": ["1002"]}, "milli_qty": 1000, "by_weight": False},
        {"target": {**everything, "categories": ["糕点"]}, "milli_qty": 2000, "by_weight": False},
    ]
    assert (made["code"], made["priority"], made["stackable"], made["active"]) == ("weekend", 100, False, True)
    steps = {"name": "满减", "kind": "spend_save", "steps": [{"spent": 10_000, "saved": 2_000}], "each": True}
    assert (await client.ask("PUT", "/promotions/save", steps))["steps"] == steps["steps"]
    prices = {
        "name": "会员价",
        "kind": "member_price",
        "members_only": True,
        "prices": [{"item": "1002", "price": 300}],
    }
    assert (await client.ask("PUT", "/promotions/member", prices))["prices"] == prices["prices"]
    assert (await client.ask("POST", "/promotions/weekend/retire"))["active"] is False
    await client.sign_in("li.na")
    assert (await client.ask("PUT", "/promotions/x", BODY, status=403))["code"] == "forbidden"
    first = await client.ask("GET", "/promotions?limit=2")
    rest = await client.ask("GET", f"/promotions?limit=2&after={first['next']}")
    assert [row["code"] for row in first["rows"] + rest["rows"]] == ["member", "save", "weekend"]
    assert (await client.ask("GET", "/promotions/weekend"))["active"] is False


async def test_a_branch_has_promotions_of_its_own(client):
    """A branch's own row is written beside the chain's, listed, and dropped again."""
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b001", {"name": "南京路店"})
    await client.ask("PUT", "/promotions/weekend", BODY)
    await client.ask("PUT", "/branches/b001/promotions/weekend", {**BODY, "active": False})
    own = await client.ask("GET", "/branches/b001/promotions")
    assert [(row["code"], row["active"]) for row in own["promotions"]] == [("weekend", False)]
    assert (await client.ask("GET", "/promotions/weekend"))["active"] is True
    await client.ask("DELETE", "/branches/b001/promotions/weekend")
    assert (await client.ask("GET", "/branches/b001/promotions"))["promotions"] == []


async def test_a_refusal_names_the_field(client):
    """What the editor got wrong is named; a misspelt field is no promotion on everything."""
    await client.sign_in("chen.jing")
    for body, field in (
        ({**BODY, "parts": []}, "parts"),
        ({**BODY, "off": {"how": "per_mille", "value": 1001}}, "off"),
        ({**BODY, "last_day": "2026-02-30"}, "last_day"),
        ({**BODY, "steps": [{"spent": 100, "saved": 1}]}, "steps"),
    ):
        refusal = await client.ask("PUT", "/promotions/weekend", body, status=422)
        assert (refusal["code"], refusal["evidence"]["field"]) == ("rule", field)
    wrong = {"name": "八折", "kind": "discount", "target": {"catagories": ["饮料"]}, "off": {"value": 200}}
    assert (await client.ask("PUT", "/promotions/weekend", wrong, status=400))["code"] == "bad_request"
