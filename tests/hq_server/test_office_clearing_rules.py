"""Clearing rules: two people, a day ahead, what branches read, and a preview on a period's real spends."""

import threading

import pytest
from hq_world import DAY, World
from office_client import close_client, open_client

from commerce.reference import CHAIN_FEED, ClearingRuleRow
from hq_server.analysis import follow
from hq_server.errors import HqError
from hq_server.head_office import clearing_preview, clearing_rules, settlement, users
from hq_server.head_office.act import CONSOLE, Act
from hq_server.head_office.clearing_rules import Scoped
from hq_server.head_office.secrets import Secret
from hq_server.ledger import clearing_rules as kept
from hq_server.ledger import grants
from hq_server.storage.database import transaction

MEMBER = b"m" * 16
SOON = "2026-12-05"
HALF = Scoped("", ClearingRuleRow("", SOON, (1, 0, 1), (0, 1, 0)))


@pytest.fixture
def world(tmp_path):
    """Two shops: one topped a member up, the other sold to that member."""
    world = World(tmp_path)
    for name in ("chen.jing", "sun.qi"):
        user = users.User(name, name, "manager", active=True, must_change=False)
        do(world, users.create, user, Secret(b"s" * 16, b"h" * 32), by=CONSOLE)
    for branch in ("guanqian", "xihu"):
        world.conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (branch, f"{branch}店"))
    yield world
    world.conn.close()


def do(world, function, *args, by="sun.qi"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return world.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def settle(world, *, spend=100_00):
    """100.00 and 20.00 bonus sold in one shop; `spend` of it used in the other, in the same proportion."""
    first, second = world.shop("guanqian"), world.shop("xihu")
    first.top_up(MEMBER, 100_00, 20_00, returned=(100_00, 20_00))
    first.send()
    world.apply()
    granted = [(lot, amount) for lot, amount in world.all("SELECT lot, own FROM lots")]
    world.do(lambda conn, hq, now: grants.grant(conn, hq, second.no, granted, "placement", 0, now))
    second.take_grants()
    second.sell(MEMBER, spend)
    second.send()
    world.apply()
    return first, second


def caught_up(world):
    """Have the read models follow."""
    with transaction(world.conn):
        while follow.step(world.conn):
            pass


def preview(world, wanted, n=0):
    """The preview as plain figures: pairs, nets."""
    caught_up(world)
    found = clearing_preview.preview(world.conn, wanted, clearing_preview.period_of(world.conn, n))
    assert found.complete
    assert sum(net.present for net in found.nets) == sum(net.proposed for net in found.nets) == 0
    return found


def test_two_people_put_a_rule_that_branches_read(world):
    """It is proposed with a reason, approved by another, distributed as a row; its history is in the journal."""
    proposal = do(world, clearing_rules.propose, world.ids(), HALF, "加盟合同")
    with pytest.raises(HqError, match="same_person"):
        do(world, clearing_rules.approve, proposal.proposal)
    assert kept.rows(world.conn, CHAIN_FEED) == []
    done = do(world, clearing_rules.approve, proposal.proposal, by="chen.jing")
    assert (done.state, done.decided_by) == ("done", "chen.jing")
    assert kept.rows(world.conn, CHAIN_FEED) == [HALF.row]
    assert kept.of_branch(world.conn, "xihu").of("R", SOON) == HALF.row
    dirty = world.all("SELECT feed, key FROM feed_dirty WHERE key LIKE 'clearing_rule%'")
    assert dirty == [("chain", f"clearing_rule::{SOON}")]
    with pytest.raises(HqError, match="not_proposed"):
        do(world, clearing_rules.withdraw, proposal.proposal)
    assert world.verify().ok


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (HALF._replace(row=ClearingRuleRow("", "2026-11-30")), "bad_value"),
        (HALF._replace(row=ClearingRuleRow("", "2036-11-30")), "bad_value"),
        (HALF._replace(row=ClearingRuleRow("", "2026-13-30")), "bad_value"),
        (HALF._replace(row=ClearingRuleRow("none", SOON)), "unknown_row"),
        (HALF._replace(row=ClearingRuleRow("", SOON, fee_to="nowhere")), "unknown_branch"),
        (HALF._replace(branch="nowhere"), "unknown_branch"),
        (HALF._replace(branch="HQ"), "bad_value"),
        (HALF._replace(row=ClearingRuleRow("", SOON, (0, 0, 0))), "bad_rule"),
    ],
)
def test_odd_rules_are_refused(world, wanted, code):
    """Never for a day that has begun, never for what does not exist, never without a weight."""
    with pytest.raises(Exception, match=code):
        do(world, clearing_rules.propose, world.ids(), wanted, "试试")


def test_a_rule_whose_day_has_come_is_proposed_anew(world):
    """Lots of that day were opened on other terms already."""
    proposal = do(world, clearing_rules.propose, world.ids(), HALF, "加盟合同")
    world.now += 20 * 86_400_000
    with pytest.raises(HqError, match="day_passed"):
        do(world, clearing_rules.approve, proposal.proposal, by="chen.jing")


def test_the_preview_clears_the_real_spends_once_more(world):
    """Of 83.33 principal the issuer keeps half, of 16.67 bonus head office bears all; nothing is booked."""
    settle(world)
    assert settlement.matrix(world.conn, 0)
    found = preview(world, HALF)
    assert (found.n, found.spends) == (1, 2)
    pairs = {(pair.debtor, pair.creditor): (pair.present, pair.proposed) for pair in found.pairs}
    assert pairs == {("guanqian", "xihu"): (100_00, 41_67), ("HQ", "xihu"): (0, 16_67)}
    assert {net.entity: net.proposed for net in found.nets} == {"guanqian": -41_67, "xihu": 58_34, "HQ": -16_67}
    same = preview(world, Scoped("", ClearingRuleRow("", SOON)))
    assert all(pair.present == pair.proposed for pair in same.pairs)


def test_a_rule_reaches_only_its_own_scope(world):
    """A branch's rule changes what that branch issued; a rule for a plan what was sold under it."""
    settle(world)
    assert preview(world, HALF._replace(branch="xihu")).spends == 0
    assert preview(world, HALF._replace(branch="guanqian")).spends == 2
    assert preview(world, Scoped("", HALF.row.__class__("other", SOON, (1, 0, 1)))).spends == 0
    narrower = ClearingRuleRow("R", DAY)
    body = clearing_rules._ENCODER.encode(narrower)
    world.conn.execute("INSERT INTO reference VALUES ('chain', ?, ?)", (kept.key_of(narrower), body))
    assert preview(world, HALF).spends == 0


def test_fees_and_refunds_are_counted(world):
    """A fee is owed by the spender; what came back is cleared back."""
    _, second = settle(world)
    (sale,) = second.sales
    second.refund(sale, (0, 3000))
    second.send()
    world.apply()
    with_fee = Scoped("", ClearingRuleRow("", SOON, fee_bp=1000, fee_to="HQ"))
    found = preview(world, with_fee)
    assert found.spends == 4
    assert all(pair.proposed == 0 for pair in found.pairs)


def test_each_period_has_its_own_spends(world):
    """A closed period is previewed by what was booked in it, the open one by what came since."""
    _, second = settle(world, spend=60_00)
    do(world, settlement.close, DAY)
    second.sell(MEMBER, 12_00)
    second.send()
    world.apply()
    first, now = preview(world, HALF, 1), preview(world, HALF)
    assert (first.n, now.n) == (1, 2)
    assert {net.entity: net.present for net in first.nets} == {"guanqian": -60_00, "xihu": 60_00, "HQ": 0}
    assert {net.entity: net.present for net in now.nets} == {"guanqian": -12_00, "xihu": 12_00, "HQ": 0}
    with pytest.raises(HqError, match="unknown_period"):
        clearing_preview.period_of(world.conn, 3)


async def test_rules_over_http(tmp_path):
    """An accountant previews and proposes, a manager approves, an operator only looks."""
    client = await open_client(tmp_path)
    try:
        await client.sign_in("sun.qi")
        rule = {"from_day": SOON, "principal_ratio": [0, 1, 9], "bonus_ratio": [1, 0, 0]}
        job = await client.ended(await client.ask("POST", "/clearing-previews", {"rule": rule}))
        assert (job["state"], job["result"]["pairs"]) == ("done", [])
        odd = {"rule": rule, "period": 9}
        assert (await client.ask("POST", "/clearing-previews", odd, status=404))["code"] == "unknown_period"
        made = await client.ask("POST", "/clearing-rules", {"rule": rule, "reason": "总部管理费"})
        path = f"/clearing-rules/{made['proposal']}"
        assert (await client.raw("POST", f"{path}/approve")).status == 403
        await client.sign_in("chen.jing")
        assert (await client.ask("POST", f"{path}/approve"))["state"] == "done"
        told = await client.ask("GET", "/clearing-rules")
        assert [(one["from_day"], one["state"]) for one in told["rules"]] == [(SOON, "coming")]
        assert [one["state"] for one in told["proposals"]] == ["done"]
        await client.sign_in("li.na")
        await client.ask("GET", "/clearing-rules")
        assert (await client.raw("POST", "/clearing-rules", {"rule": rule, "reason": "我也要"})).status == 403
        assert (await client.raw("POST", "/clearing-previews", {"rule": rule})).status == 403
    finally:
        await close_client(client)


def test_a_preview_tells_how_far_it_is_and_can_be_given_up(world, monkeypatch):
    """It goes through lots some at a time, with the same result; who watches may end it at any of them."""
    settle(world)
    whole = preview(world, HALF)
    monkeypatch.setattr(clearing_preview, "_LOTS_AT_A_TIME", 1)
    told = []
    by_one = clearing_preview.preview(world.conn, HALF, 1, lambda *far: told.append(far))
    assert by_one == whole
    assert told == [(0, 2), (1, 2), (2, 2)]

    def enough(done, _):
        assert done < 1, "enough"

    with pytest.raises(AssertionError, match="enough"):
        clearing_preview.preview(world.conn, HALF, 1, enough)


async def test_a_preview_over_http_is_given_up_by_who_began_it(tmp_path, monkeypatch):
    """Whoever leaves the page gives the job up; others neither see nor end it."""
    running = threading.Event()

    def endless(_conn, _wanted, _period, tell):
        while True:
            tell(3, 8)
            running.wait(0.01)

    monkeypatch.setattr(clearing_preview, "preview", endless)
    client = await open_client(tmp_path)
    try:
        await client.sign_in("sun.qi")
        rule = {"from_day": SOON, "principal_ratio": [0, 1, 9], "bonus_ratio": [1, 0, 0]}
        job = await client.ask("POST", "/clearing-previews", {"rule": rule})
        while not job["total"]:
            job = await client.ask("GET", f"/jobs/{job['job']}")
        assert (job["kind"], job["state"], job["done"], job["total"]) == ("clearing_preview", "running", 3, 8)
        mine = client.token
        await client.sign_in("chen.jing")
        await client.ask("DELETE", f"/jobs/{job['job']}", status=404)
        client.token = mine
        await client.ask("DELETE", f"/jobs/{job['job']}")
        assert (await client.ended(job))["state"] == "cancelled"
    finally:
        await close_client(client)
