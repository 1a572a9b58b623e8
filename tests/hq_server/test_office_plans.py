"""Plans, pictures, card ranges and coupons at head office: stored as tills read them, refused by field."""

import base64
from dataclasses import replace

import msgspec
import pytest
from office_client import close_client, open_client
from office_world import DAY, open_world

from commerce.card_ranges import card_number, serial_of
from commerce.errors import CommerceError
from commerce.limits import PICTURE_BYTES_MAX
from commerce.plans.row import PlanRow
from commerce.promotions.row import Off, PromotionRow, Target
from commerce.reference import CHAIN_FEED, FEED_BODIES, CardRangeRow, ProductRow, SettingRow
from hq_server.distribution.rows import bodies
from hq_server.errors import HqError
from hq_server.head_office import branches, card_ranges, catalogue, coupons, limits, pictures, registration
from hq_server.ledger import changes, lots, placing
from hq_server.reconcile.verify import verify

TEN = PlanRow("wash10", "洗车十次卡", "count", 30_000, uses=10, days=365, target=Target(("2001",)))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
RANGE = CardRangeRow("b001", "6688", 1, 9_999, 1)
JUNE = PromotionRow("june", "六月券", "coupon", coupon="june", off=Off("amount", 500))
BODY = {
    "name": "洗车十次卡",
    "kind": "count",
    "price": 30_000,
    "uses": 10,
    "days": 365,
    "target": {"items": ["2001"]},
}


@pytest.fixture
def world(tmp_path):
    """A head office with two branches."""
    world = open_world(tmp_path)
    world.do(branches.register, "b001", "南京路店")
    world.do(branches.register, "b002", "徐家汇店")
    world.conn.execute("DELETE FROM feed_dirty")
    yield world
    world.conn.close()


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    yield client
    await close_client(client)


def stored(world, feed, key):
    """A row as branches decode it."""
    body = bodies(world.conn, world.hq, feed, [key], world.now)[key]
    return msgspec.msgpack.decode(body, type=FEED_BODIES[key.partition(":")[0]])


def test_a_plan_is_stored_as_tills_read_it(world):
    """What lies in the chain's feed decodes to the very row; a branch has no plans of its own."""
    world.do(catalogue.put, "", TEN)
    assert changes.dirty(world.conn) == {CHAIN_FEED: ["plan:wash10"]}
    assert stored(world, CHAIN_FEED, "plan:wash10") == TEN
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.put, "b001", TEN)


def test_a_plan_is_retired_and_stays(world, monkeypatch):
    """Members hold what was sold: a plan is switched off, never dropped; only those on sale are counted."""
    monkeypatch.setattr(limits, "PLANS", 1)
    world.do(catalogue.put, "", TEN)
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.put, "", replace(TEN, code="wash20", uses=20))
    assert world.do(catalogue.retire_plan, "wash10") == replace(TEN, active=False)
    world.do(catalogue.put, "", replace(TEN, code="wash20", uses=20))
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.drop, "", "plan:wash10")


@pytest.mark.parametrize("change", [{"uses": 0}, {"kind": "lottery"}, {"per_day": 2}, {"price": -1}])
def test_plans_that_make_no_sense_are_not_distributed(world, change):
    """The editor's check of commerce stands before the feed."""
    with pytest.raises(CommerceError):
        world.do(catalogue.put, "", replace(TEN, **change))
    assert changes.dirty(world.conn) == {}


def test_a_picture_lies_here_once(world):
    """The same bytes make one row; what a product or the idle screen shows is not taken away."""
    kept = world.do(pictures.put, PNG)
    assert world.do(pictures.put, PNG) == kept
    assert stored(world, CHAIN_FEED, f"picture:{kept.hash}").data == PNG
    tea = ProductRow("1001", "龙井茶", "茶叶", "盒", 8_800, picture=kept.hash)
    world.do(catalogue.put, "", tea)
    with pytest.raises(HqError, match="picture_used"):
        world.do(pictures.drop, kept.hash)
    world.do(catalogue.put, "", replace(tea, picture=""))
    world.do(catalogue.put, "", SettingRow("idle_pictures", f'["{kept.hash}"]'))
    with pytest.raises(HqError, match="picture_used"):
        world.do(pictures.drop, kept.hash)
    world.do(catalogue.put, "", SettingRow("idle_pictures", "[]"))
    world.do(pictures.drop, kept.hash)
    assert pictures.page(world.conn, "", 9) == []


def test_pictures_are_bounded(world, monkeypatch):
    """No more pictures than every branch's disk has room for; a product shows only what is here."""
    monkeypatch.setattr(limits, "PICTURES", 1)
    world.do(pictures.put, PNG)
    with pytest.raises(HqError, match="bad_value"):
        world.do(pictures.put, PNG + b"\0")
    with pytest.raises(HqError, match="bad_value"):
        world.do(catalogue.put, "", ProductRow("1001", "龙井茶", "茶叶", "盒", 8_800, picture="0" * 64))


def test_no_number_is_ever_two_branches_to_give(world):
    """A range overlaps neither what another branch has nor what it had; a branch's own may grow."""
    world.do(card_ranges.give, RANGE)
    assert stored(world, "branch:b001", "card_range:b001") == RANGE
    for other in (replace(RANGE, branch="b002"), CardRangeRow("b002", "66880", 1, 999, 1)):
        with pytest.raises(HqError, match="card_range_taken"):
            world.do(card_ranges.give, other)
    assert card_ranges.every(world.conn) == [RANGE]
    moved = CardRangeRow("b001", "6677", 1, 9_999, 1)
    world.do(card_ranges.give, moved)
    with pytest.raises(HqError, match="card_range_taken"):
        world.do(card_ranges.give, replace(RANGE, branch="b002", first=5_000, next_hint=5_000))
    world.do(card_ranges.give, replace(RANGE, next_hint=120))
    world.do(card_ranges.give, CardRangeRow("b002", "6699", 1, 9_999, 1))
    assert [row.branch for row in card_ranges.every(world.conn)] == ["b001", "b002"]
    world.do(card_ranges.take_away, "b001")
    assert [row.branch for row in card_ranges.every(world.conn)] == ["b002"]
    with pytest.raises(HqError, match="card_range_taken"):
        world.do(card_ranges.give, replace(RANGE, branch="b002"))


def test_a_range_lies_in_its_own_branchs_feed(world):
    """No branch reads the numbers of another."""
    for feed in ("", "b002"):
        with pytest.raises(HqError, match="bad_value"):
            world.do(catalogue.put, feed, RANGE)
    with pytest.raises(HqError, match="unknown_branch"):
        world.do(card_ranges.give, replace(RANGE, branch="b009"))


def test_coupons_are_lots_of_head_office(world):
    """Coupons given are HQ's own rights until they are placed; the books agree with a replay."""
    member = world.do(registration.register, registration.NewMember("b001", "张伟"), DAY, world.entropy.id)
    gift = coupons.Gift("june", 3, "2026-12-31", "周年庆")
    with pytest.raises(HqError, match="unknown_row"):
        give(world, member, gift)
    world.do(catalogue.put, "b002", JUNE)
    lot = lots.by_ids(world.conn, [give(world, member, gift)]).popitem()[1]
    assert (lot.asset, lot.issued, lot.own, lot.issuer, lot.expires_on) == ("coupon:june", 3, 3, "HQ", "2026-12-31")
    assert placing.waiting(world.conn, ["b001", "b002"]) == {member: ["b001"]}
    assert placing.waiting(world.conn, ["b002"]) == {}
    for bad in (gift.__class__("june", 1, "2026-11-28", "x"), gift.__class__("june", 1, "", " ")):
        with pytest.raises(HqError, match="bad_value"):
            give(world, member, bad)
    with pytest.raises(HqError, match="unknown_member"):
        give(world, b"?" * 16, gift)
    assert verify(world.conn).violations == ()


def give(world, member, gift):
    """Give coupons today."""
    return world.do(coupons.give, member, gift, (world.entropy.id(), world.entropy.id()), DAY)


async def test_plans_are_written_listed_and_retired(client):
    """A manager writes and retires, an operator reads; unnamed fields have their defaults."""
    await client.sign_in("chen.jing")
    made = await client.ask("PUT", "/plans/wash10", BODY)
    assert (made["code"], made["each"], made["active"]) == ("wash10", 1, True)
    assert made["target"] == {"items": ["2001"], "categories": [], "except_items": []}
    assert made["principal_ratio"] == {"issuer": 0, "hq": 0, "spender": 1}
    year = {"name": "年卡", "kind": "period", "price": 199_900, "days": 365, "per_day": 1}
    await client.ask("PUT", "/plans/year", year)
    assert (await client.ask("POST", "/plans/wash10/retire"))["active"] is False
    refusal = await client.ask("PUT", "/plans/year", {**year, "uses": 3}, status=422)
    assert (refusal["code"], refusal["evidence"]["field"]) == ("rule", "uses")
    await client.sign_in("li.na")
    assert (await client.ask("PUT", "/plans/year", year, status=403))["code"] == "forbidden"
    first = await client.ask("GET", "/plans?limit=1")
    rest = await client.ask("GET", f"/plans?limit=1&after={first['next']}")
    assert [row["code"] for row in first["rows"] + rest["rows"]] == ["wash10", "year"]
    assert (await client.ask("GET", "/plans/year"))["per_day"] == 1


async def test_pictures_and_numbers_over_http(client):
    """A picture comes and goes as base64; a branch's numbers are shown with their check digits."""
    await client.sign_in("chen.jing")
    kept = await client.ask("PUT", "/pictures", {"data": base64.b64encode(PNG).decode()})
    assert (kept["kind"], kept["size"]) == ("png", len(PNG))
    assert (await client.ask("GET", f"/pictures/{kept['hash']}"))["data"] == base64.b64encode(PNG).decode()
    assert [row["hash"] for row in (await client.ask("GET", "/pictures"))["pictures"]] == [kept["hash"]]
    script = base64.b64encode(b"<svg onload='x()'/>").decode()
    assert (await client.ask("PUT", "/pictures", {"data": script}, status=422))["evidence"]["rule"] == "bad_picture"
    big = base64.b64encode(PNG.ljust(PICTURE_BYTES_MAX + 1, b"\0")).decode()
    await client.ask("PUT", "/pictures", {"data": big}, status=400)
    await client.ask("DELETE", f"/pictures/{kept['hash']}")
    assert (await client.ask("GET", f"/pictures/{kept['hash']}", status=404))["code"] == "unknown_row"
    for branch in ("b001", "b002"):
        await client.ask("PUT", f"/branches/{branch}", {"name": "门店"})
    body = {"prefix": "6688", "first": 1, "last": 9_999}
    given = await client.ask("PUT", "/branches/b001/card-range", body)
    assert given["first_number"] == card_number(RANGE, 1)
    assert serial_of(RANGE, given["last_number"]) == 9_999
    refusal = await client.ask("PUT", "/branches/b002/card-range", body, status=409)
    assert (refusal["code"], refusal["evidence"]["branch"]) == ("card_range_taken", "b001")
    assert [row["branch"] for row in (await client.ask("GET", "/card-ranges"))["card_ranges"]] == ["b001"]
    await client.ask("DELETE", "/branches/b001/card-range")
    assert (await client.ask("GET", "/card-ranges"))["card_ranges"] == []


async def test_coupons_over_http(client):
    """A manager gives coupons; the account shows them."""
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b001", {"name": "南京路店"})
    off = {"how": "amount", "value": 500}
    await client.ask("PUT", "/promotions/june", {"name": "六月券", "kind": "coupon", "coupon": "june", "off": off})
    member = (await client.ask("POST", "/members", {"home": "b001", "name": "张伟"}))["member"]
    body = {"template": "june", "count": 2, "reason": "周年庆"}
    assert (await client.ask("POST", f"/members/{member}/coupons", body))["held"] == 2
    assert (await client.ask("POST", f"/members/{member}/coupons", body))["held"] == 4
    assert (await client.ask("GET", f"/members/{member}"))["balances"] == {"coupon:june": 4}
    await client.ask("POST", f"/members/{member}/coupons", {**body, "count": 101}, status=400)
    await client.sign_in("li.na")
    await client.ask("POST", f"/members/{member}/coupons", body, status=403)
