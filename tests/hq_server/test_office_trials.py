"""Rules tried on what happened: promotions on past baskets, tiers on members, prices of a basket that nobody bought."""

from dataclasses import replace

import pytest
from hq_world import DAY, NOW, World
from office_client import close_client, open_client

from commerce.errors import CommerceError
from commerce.facts import Fact, MemberChanged, MemberRegistered
from commerce.promotions.row import Off, PromotionRow, Target, Window
from commerce.reference import ProductRow, TierRow
from hq_server.analysis import follow
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue, dry_runs, goods_limits, price_trial, tier_moves
from hq_server.head_office.act import Act
from hq_server.head_office.dry_runs import Ask, DryRun, TriedLine
from hq_server.storage.database import transaction

HALF = PromotionRow("half", "烤鸭半价", "discount", target=Target(("P000",)), off=Off("per_mille", 500))
TENTH = PromotionRow("tenth", "全场九折", "discount", off=Off("per_mille", 100))
DUCK, SOUP = ProductRow("P000", "北京烤鸭", "熟食", "只", 9_900), ProductRow("P001", "老鸭汤", "熟食", "份", 2_000)
MEMBER = b"m" * 16


def put(world, *rows, branch=""):
    """Write reference rows."""
    with transaction(world.conn):
        catalogue.put_all(world.conn, Act(world.hq, "chen.jing", world.now), branch, rows)


@pytest.fixture
def world(tmp_path):
    """Two shops' sales of one day, applied and followed."""
    world = World(tmp_path)
    put(world, DUCK, SOUP)
    with transaction(world.conn):
        branches.register(world.conn, Act(world.hq, "chen.jing", world.now), "b002", "人民广场店")
    world.east, world.west = world.shop("b001"), world.shop("b002")
    world.east.write(Fact("member", MemberRegistered("registered", MEMBER, "basic", DAY, "", b"")))
    world.sold = [
        world.east.sell(b"", 10_000, 2_000, value=0),
        world.east.sell(MEMBER, 6_000, value=0),
        world.west.sell(b"", 4_000, value=0),
    ]
    follow_all(world)
    yield world
    world.conn.close()


def follow_all(world):
    """Send, apply and follow everything."""
    for shop in (world.east, world.west):
        shop.send()
    world.apply()
    while True:
        with transaction(world.conn):
            if not follow.step(world.conn):
                return


def tried(world, row, branch="", chunk=2):
    """Run a promotion on the day's sales."""
    ask = Ask(row, branch, DAY, DAY)
    dry_runs.check(world.conn, ask)
    found, every = dry_runs.past(world.conn, ask)
    run = DryRun(world.conn, ask)
    for start in range(0, len(found), chunk):
        run.step(world.conn, found[start : start + chunk])
    return run.result(every=every)


def test_past_baskets_are_priced_with_and_without(world):
    """Every basket that has the goods is touched, at the list price of its day; the receipts most touched are shown."""
    found = tried(world, HALF)
    assert (found.sales, found.touched, found.left_out, found.all) == (3, 3, 0, True)
    assert (found.before, found.saved, found.less) == (22_000, 10_000, 10_000)
    assert [(day.day, day.sales, day.touched, day.less) for day in found.days] == [(DAY, 3, 3, 10_000)]
    assert [(one.saved, one.sale, one.branch) for one in found.sample] == [
        (5_000, world.sold[0], "b001"),
        (3_000, world.sold[1], "b001"),
        (2_000, world.sold[2], "b002"),
    ]
    assert found.sample[0].lines == [
        TriedLine("北京烤鸭", 3_000, 10_000, 5_000),
        TriedLine("老鸭汤", 3_000, 2_000, 2_000),
    ]


def test_what_it_takes_the_place_of_is_counted_against_it(world):
    """A promotion that wins over another costs the chain only the difference; both figures are told."""
    put(world, TENTH)
    found = tried(world, HALF)
    assert (found.saved, found.less) == (10_000, 8_000)
    assert tried(world, replace(TENTH, off=Off("per_mille", 100))).less == 2_200


def test_a_branchs_own_row_is_tried_there_alone(world):
    """A branch's promotion is priced on that branch's sales, in place of the chain's of its code."""
    put(world, TENTH)
    found = tried(world, replace(TENTH, off=Off("per_mille", 500)), "b002")
    assert (found.sales, found.saved, found.less) == (1, 2_000, 1_600)


def test_dates_to_come_are_passed_over_hours_are_not(world):
    """A promotion of next year is tried as if it ran; its hours count by the clock of the sale."""
    assert tried(world, replace(HALF, first_day="2027-01-01")).touched == 3
    # by the shop's clock these sales were made in the morning after their business date
    inside, outside = Window((), 1_439, 2_400), Window((), 0, 1)
    assert tried(world, replace(HALF, windows=(inside,))).touched == 3
    assert tried(world, replace(HALF, windows=(outside,))).touched == 0


def test_members_and_coupons(world):
    """What is for members is tried on members' baskets; of a coupon every customer hands over one."""
    assert tried(world, replace(HALF, members_only=True)).touched == 1
    coupon = PromotionRow("c10", "满50减10", "coupon", coupon="c10", off=Off("amount", 1_000), least_amount=5_000)
    found = tried(world, coupon)
    assert (found.touched, found.saved) == (2, 2_000)


def test_what_left_the_catalogue_is_left_out(world):
    """A sale of goods that are gone is counted as left out, never as untouched."""
    world.conn.execute("DELETE FROM reference WHERE key = 'product:P000'")
    found = tried(world, TENTH)
    assert (found.sales, found.left_out, found.saved) == (1, 2, 200)


def test_a_run_is_bounded(world, monkeypatch):
    """Of more sales than a run looks at the newest are taken, and that is said; the range of days is bounded."""
    monkeypatch.setattr(goods_limits, "DRY_RUN_SALES", 2)
    monkeypatch.setattr(goods_limits, "DRY_RUN_SAMPLE", 1)
    found = tried(world, HALF)
    assert (found.sales, found.all, len(found.sample)) == (2, False, 1)
    for first, last in (("2026-01-01", "2026-12-31"), ("2026-12-31", "2026-01-01"), ("2026-02-30", "2026-03-01")):
        with pytest.raises(HqError, match="bad_value"):
            dry_runs.check(world.conn, Ask(HALF, "", first, last))
    with pytest.raises(CommerceError):
        dry_runs.check(world.conn, Ask(replace(HALF, every=3), "", DAY, DAY))


def moved(world, *drafts, today=DAY):
    """Whom the ladder with these drafts would move."""
    run = tier_moves.TierMoves(tier_moves.ladder_with(world.conn, drafts), today)
    after, count = run.step(world.conn, b"")
    while count:
        after, count = run.step(world.conn, after)
    return run.result()


def test_a_ladder_says_whom_it_would_move(world):
    """Members move up by what they spent in the period, and down when it has run out; nothing is written."""
    put(world, TierRow("basic", "普通", 0), TierRow("silver", "银卡", 1, from_spend=10_000))
    assert (moved(world).stay, moved(world).moves) == (1, [])
    found = moved(world, TierRow("silver", "银卡", 1, from_spend=6_000))
    (move,) = found.moves
    assert (move.before, move.after, move.change, move.members) == ("basic", "silver", "up", 1)
    (sample,) = move.sample
    assert (sample.member, sample.reason, sample.spent) == (MEMBER, "threshold_met", 6_000)
    assert (found.now, found.then) == ({"basic": 1}, {"silver": 1})
    world.east.write(Fact("member", MemberChanged("tier", MEMBER, DAY, "1001", "silver", b"")))
    follow_all(world)
    assert moved(world, today="2027-11-28").moves == []
    (move,) = moved(world, today="2027-11-29").moves
    assert (move.before, move.after, move.change) == ("silver", "basic", "down")


def test_points_earned_count_and_returns_count_against(world):
    """A threshold of points looks at what sales earned, however much was spent since."""
    put(world, TierRow("basic", "普通", 0))
    world.east.sell(MEMBER, 3_000, value=0, earn=30)
    follow_all(world)
    (move,) = moved(world, TierRow("gold", "金卡", 2, from_points=30)).moves
    assert move.after == "gold"
    assert moved(world, TierRow("gold", "金卡", 2, from_points=31)).moves == []


def test_a_ladder_that_makes_no_sense_is_refused(world):
    """Two tiers of one rank, or a draft out of bounds, are refused before any member is looked at."""
    put(world, TierRow("basic", "普通", 0))
    for draft in (TierRow("other", "另一", 0), TierRow("x", "坏", 3, discount_per_mille=1_001)):
        with pytest.raises(CommerceError):
            moved(world, draft)


def test_a_basket_is_priced_as_a_till_would(world):
    """Steps explain the price: level, tier, promotions of the branch, and the draft that is tried."""
    put(world, replace(DUCK, levels=(("gold", 9_000),)), TierRow("gold", "金卡", 1, 100, "gold"), TENTH)
    ask = price_trial.Ask([("P000", 1_000)], "", member=False, tier="", day=DAY, minute=600, coupons=[], promotion=None)
    assert price_trial.priced(world.conn, ask, NOW).total == 8_910
    gold = price_trial.priced(world.conn, ask._replace(tier="gold"), NOW)
    assert [step.code for step in gold.lines[0].steps] == ["list", "level", "tier", "promotion"]
    assert gold.total == 7_290
    assert price_trial.priced(world.conn, ask._replace(promotion=HALF), NOW).total == 4_950
    for wrong in (ask._replace(tier="none"), ask._replace(lines=[("P9", 1_000)]), ask._replace(lines=[("P000", 500)])):
        with pytest.raises(CommerceError):
            price_trial.priced(world.conn, wrong, NOW)


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    yield client
    await close_client(client)


async def test_trials_over_http(client):
    """Trials are for who sets rules; what makes no sense is refused at once, by its field."""
    half = {"name": "半价", "kind": "discount", "off": {"how": "per_mille", "value": 500}}
    body = {"code": "half", "promotion": half, "from_day": "2026-11-01", "last_day": "2026-11-30"}
    job = await client.ended(await client.ask("POST", "/promotion-trials", body))
    assert (job["state"], job["result"]["sales"], job["result"]["all"]) == ("done", 0, True)
    refusal = await client.ask("POST", "/promotion-trials", {**body, "promotion": {**half, "every": 2}}, status=422)
    assert refusal["evidence"]["field"] == "every"
    tiers = {"tiers": [{"code": "basic", "name": "普通", "rank": 0}]}
    job = await client.ended(await client.ask("POST", "/tier-moves", tiers))
    assert job["result"] == {"looked_at": 0, "stay": 0, "moves": [], "now": {}, "then": {}}
    await client.ask("PUT", "/products/1", {"name": "茶", "price": 1_000})
    basket = {"lines": [{"item": "1", "milli_qty": 2_000}], "promotion": half, "code": "half"}
    priced = await client.ask("POST", "/price-trials", basket)
    assert (priced["total"], priced["subtotal"], priced["promotions"][0]["saved"]) == (1_000, 2_000, 1_000)
    assert [step["code"] for step in priced["lines"][0]["steps"]] == ["list", "promotion"]
    await client.sign_in("sun.qi")
    for path, asked in (("/promotion-trials", body), ("/tier-moves", tiers), ("/price-trials", basket)):
        assert (await client.ask("POST", path, asked, status=403))["code"] == "forbidden"
