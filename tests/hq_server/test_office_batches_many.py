"""Gifts to the members of a filter: who was previewed gets it, once; undone is what nobody used and HQ holds."""

import pytest
from branch_world import Chain
from hq_world import DAY
from office_client import close_client, open_client

from commerce.promotions.row import Off, PromotionRow
from commerce.reference import SettingRow, TopUpRuleRow
from hq_server.errors import HqError
from hq_server.head_office import (
    batches,
    batches_chosen,
    batches_run,
    batches_undo,
    branches,
    catalogue,
    members_limits,
    members_state,
    merging,
    registration,
    tags,
)
from hq_server.head_office.act import Act
from hq_server.head_office.batches import Draft
from hq_server.head_office.members_find import Filters
from hq_server.ledger import grants, lots

RULE = TopUpRuleRow("c100", "充 100 送 10", 10_000, 49_999, bonus=1_000, points=20)
COUPON = PromotionRow("tea", "奶茶券", "coupon", coupon="tea", off=Off("amount", 500))
PEOPLE = ("张伟", "李娜", "王芳", "=HYPERLINK(1) 🍵")
ABOUT = Draft("十一月", "auto", "bank_transfer", "")
MONTH = 31 * 24 * 3_600_000


@pytest.fixture
def chain(tmp_path):
    """HQ with its core, a branch, a rule, a coupon, four members; the first three have a tag."""
    chain = Chain(tmp_path)
    do(chain, branches.register, "guanqian", "观前街店")
    do(chain, catalogue.put, "", RULE)
    do(chain, catalogue.put, "", COUPON)
    new = [registration.NewMember("guanqian", name, f"1380001000{n}") for n, name in enumerate(PEOPLE)]
    chain.members = [do(chain, registration.register, one, DAY, chain.ids) for one in new]
    do(chain, tags.put, "企业客户", "")
    do(chain, tags.give, "企业客户", chain.members[:3])
    yield chain
    chain.conn.close()


def do(chain, function, *args, by="chen.jing"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return chain.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def top_ups(chain, amount="100", **filters):
    """Prepare a top-up for who fits."""
    return do(chain, batches_chosen.draft_top_ups, chain.ids(), ABOUT, Filters(**filters), amount)


def coupons(chain, each=2, last_day="", **filters):
    """Prepare coupons for who fits."""
    about = ABOUT._replace(what="tea", last_day=last_day)
    return do(chain, batches_chosen.draft_coupons, chain.ids(), about, Filters(**filters), each)


def tagging(chain, tag, **filters):
    """Prepare a tag for who fits."""
    return do(chain, batches_chosen.draft_tags, chain.ids(), ABOUT._replace(what=tag), Filters(**filters))


def run(chain, batch):
    """Propose a batch and carry it out."""
    assert do(chain, batches.propose, batch).state == "approved"
    while do(chain, batches_run.carry_out, batch, 2):
        pass


def undo(chain, batch, reason="发错了"):
    """Propose to undo a batch, if nobody did, and go through its rows once; return its sums."""
    if batches.get(chain.conn, batch).state == "done":
        assert do(chain, batches.propose_undo, batch, reason).state == "undoing"
    step = batches_undo.Step(0, over=False)
    while not step.over:
        step = do(chain, batches_undo.undo, batch, step.after, 2)
    return batches.sums(chain.conn, batch)


def held(chain, asset):
    """What each member has of something."""
    return [lots.balances(chain.conn, member).get(asset, 0) for member in chain.members]


def test_who_was_previewed_gets_it(chain):
    """Whoever fits the filter later, or no more, changes nothing; the source tells filters, never what was typed."""
    found = top_ups(chain, tag="企业客户", q="13800010001")
    assert found.source == "members:q&tag=企业客户"
    batch = top_ups(chain, tag="企业客户").batch
    assert batches.sums(chain.conn, batch) == (3, 3, 0, 0, 0, 30_000, 3_000, 60)
    do(chain, tags.take, "企业客户", chain.members[:1])
    do(chain, tags.give, "企业客户", chain.members[3:])
    run(chain, batch)
    assert held(chain, "principal") == [10_000, 10_000, 10_000, 0]
    assert chain.verify().ok


def test_an_amount_that_is_none_or_outside_the_rule_is_said_of_each(chain):
    """What is wrong with the amount stands in every row, frozen members first; a tender that is none is refused."""
    do(chain, lambda conn, act: members_state.set_frozen(conn, act, chain.members[2], "挂失", DAY, frozen=True))
    chosen = ABOUT._replace(rule="c100")
    for amount, wrong in (("1e309", "bad_amount"), ("99", "out_of_rule"), ("100", "")):
        made = do(chain, batches_chosen.draft_top_ups, chain.ids(), chosen, Filters(tag="企业客户"), amount)
        told = chain.all("SELECT problem, member FROM batch_rows WHERE batch = ?", made.batch)
        assert {(problem, member == chain.members[2]) for problem, member in told} == {(wrong, False), ("frozen", True)}
    with pytest.raises(HqError, match="bad_value"):
        do(chain, batches_chosen.draft_top_ups, chain.ids(), ABOUT._replace(tender="gold"), Filters(), "100")


def test_a_filter_that_names_nobody_or_too_many_is_refused(chain, monkeypatch):
    """Nothing is prepared for nobody; members merged into others are not counted beside them."""
    with pytest.raises(HqError, match="nothing_to_do"):
        top_ups(chain, tier="gold")
    do(chain, merging.merge, chain.members[0], chain.members[1], "同一个人", DAY, chain.ids)
    batch = top_ups(chain, tag="企业客户").batch
    told = chain.all("SELECT member FROM batch_rows WHERE batch = ?", batch)
    assert {member for (member,) in told} == set(chain.members[1:3])
    monkeypatch.setattr(members_limits, "CHOSEN", 2)
    with pytest.raises(HqError, match="too_many_members"):
        top_ups(chain, state="active")


def test_coupons_are_given_once_each(chain):
    """Each member gets so many of the template, frozen ones none; carried out again, nobody gets more."""
    do(chain, lambda conn, act: members_state.set_frozen(conn, act, chain.members[2], "挂失", DAY, frozen=True))
    batch = coupons(chain, tag="企业客户").batch
    run(chain, batch)
    assert held(chain, "coupon:tea") == [2, 2, 0, 0]
    assert do(chain, batches_run.carry_out, batch) == 0
    assert held(chain, "coupon:tea") == [2, 2, 0, 0]
    for odd in ({"each": 0}, {"last_day": "2020-01-01"}):
        with pytest.raises(Exception, match=r"bad_number|bad_value"):
            coupons(chain, **odd)
    with pytest.raises(HqError, match="unknown_row"):
        do(chain, batches_chosen.draft_coupons, chain.ids(), ABOUT._replace(what="none"), Filters(), 1)
    assert chain.verify().ok


def test_above_the_limit_coupons_take_two_people(chain):
    """Pieces are counted, for giving and for undoing; a tag never needs a second one."""
    do(chain, catalogue.put, "", SettingRow("coupons_alone", "5"))
    batch = coupons(chain, tag="企业客户").batch
    assert do(chain, batches.propose, batch).state == "proposed"
    with pytest.raises(HqError, match="same_person"):
        do(chain, batches.approve, batch)
    assert do(chain, batches.approve, batch, by="zhao.min").state == "approved"
    while do(chain, batches_run.carry_out, batch):
        pass
    assert do(chain, batches.propose_undo, batch, "发错了").state == "undo_proposed"
    with pytest.raises(HqError, match="same_person"):
        do(chain, batches.approve, batch)
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches_undo.undo, batch, 0)
    assert do(chain, batches.withdraw, batch, by="zhao.min").state == "done"
    do(chain, batches.propose_undo, batch, "发错了")
    assert do(chain, batches.approve, batch, by="zhao.min").state == "undoing"
    assert undo(chain, batch).undone == 3
    assert held(chain, "coupon:tea") == [0, 0, 0, 0]
    do(chain, tags.put, "新", "")
    assert do(chain, batches.propose, tagging(chain, "新").batch).state == "approved"


def test_tags_are_given_to_who_has_them_not_and_taken_from_those_alone(chain):
    """Undone, the tag stays with whom somebody else gave it to."""
    batch = tagging(chain, "企业客户").batch
    rows = chain.all("SELECT problem FROM batch_rows WHERE batch = ?", batch)
    assert sorted(problem for (problem,) in rows) == ["", "has_tag", "has_tag", "has_tag"]
    run(chain, batch)
    assert tags.every(chain.conn)[0].members == 4
    assert (undo(chain, batch).undone, tags.every(chain.conn)[0].members) == (1, 3)
    with pytest.raises(HqError, match="unknown_row"):
        tagging(chain, "没有")


def test_a_top_up_is_undone_where_nobody_used_it(chain):
    """Money, bonus and points go back; who used some keeps all of it and is told; the books hold."""
    batch = top_ups(chain, tag="企业客户").batch
    run(chain, batch)
    chain.conn.execute("INSERT OR REPLACE INTO seen VALUES (?, 'guanqian')", (chain.members[0],))
    shop = chain.shop("guanqian")
    mine = [
        lot.lot for lot in lots.of_owners(chain.conn, [chain.members[0]])[chain.members[0]] if lot.asset != "points"
    ]

    chain.do(lambda conn, hq, now: grants.grant(conn, hq, shop.no, [(lot, 1_000) for lot in mine], "request", 0, now))
    shop.take_grants()
    shop.sell(chain.members[0], 500)
    shop.send()
    chain.apply()
    told = undo(chain, batch)
    assert (told.undone, told.kept) == (2, 1)
    assert batches.get(chain.conn, batch).state == "undone"
    assert held(chain, "principal")[1:] == held(chain, "bonus")[1:] == held(chain, "points")[1:] == [0, 0, 0]
    assert chain.all("SELECT kept FROM batch_rows WHERE batch = ? AND kept <> ''", batch) == [("used",)]
    assert chain.one("SELECT amount FROM balances WHERE account = 'cash:HQ:bank_transfer'") == (10_000,)
    assert chain.verify().ok


def test_what_lies_in_a_branch_is_ordered_back_first(chain):
    """A row waits until the branch has returned what it holds; then it is undone, and the order is lifted."""
    batch = coupons(chain, q=chain.members[0].hex()).batch
    run(chain, batch)
    (lot,) = [lot.lot for lot in lots.of_owners(chain.conn, [chain.members[0]])[chain.members[0]]]
    shop = chain.shop("guanqian")

    chain.do(lambda conn, hq, now: grants.grant(conn, hq, shop.no, [(lot, 2)], "placement", 0, now))
    told = undo(chain, batch)
    assert (told.undone, batches_undo.waiting(chain.conn, batch)) == (0, 1)
    assert batches.get(chain.conn, batch).state == "undoing"
    assert lots.orders(chain.conn, [lot]) == {(lot, shop.no): ("closing", 0)}
    shop.take_grants()
    shop.give_back(lot, 2)
    shop.send()
    chain.apply()
    assert undo(chain, batch).undone == 1
    assert (held(chain, "coupon:tea")[0], lots.orders(chain.conn, [lot])) == (0, {})
    assert batches.get(chain.conn, batch).state == "undone"
    assert chain.verify().ok


def test_top_ups_are_undone_in_time_alone(chain):
    """After the days that the chain allows it is refused; nothing is undone twice nor before it was done."""
    batch = top_ups(chain, tag="企业客户").batch
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches.propose_undo, batch, "发错了")
    run(chain, batch)
    chain.now += MONTH
    with pytest.raises(HqError, match="undo_too_late"):
        do(chain, batches.propose_undo, batch, "发错了")
    do(chain, catalogue.put, "", SettingRow("undo_days", "60"))
    assert undo(chain, batch).undone == 3
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches.propose_undo, batch, "发错了")


@pytest.fixture
async def client(tmp_path):
    """A head office with a branch, a coupon and two members."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b001", {"name": "南京路店"})
    for n in (1, 2):
        body = {"home": "b001", "name": f"张{n}", "phone": f"1380001000{n}"}
        await client.ask("POST", "/members", body)
    await client.http.app_databases[-1].write(
        lambda conn: catalogue.put(conn, client.world.act("chen.jing"), "", COUPON)
    )
    yield client
    await close_client(client)


async def test_gifts_run_as_jobs_and_need_their_own_duty(client):
    """Coupons need the duty of goods at every step, a tag that of members; undoing is a job that tells what it did."""
    body = {"name": "双十一", "template": "tea", "count": 1, "filters": {"state": "active"}}
    batch = await client.ask("POST", "/batches/coupons", body)
    assert (batch["kind"], batch["what"], batch["sums"]["good"], batch["alone"]) == ("coupons", "tea", 2, 500)
    path = f"/batches/{batch['batch']}"
    await client.sign_in("li.na")
    assert (await client.ask("POST", "/batches/coupons", body, status=403))["code"] == "forbidden"
    for act, more in (("propose", None), ("withdraw", None), ("run", None), ("undo", {"reason": "错"})):
        assert (await client.ask("POST", f"{path}/{act}", more, status=403))["code"] == "forbidden"
    await client.ask("PUT", "/member-tags/VIP", {})
    tagged = await client.ask(
        "POST", "/batches/tags", {"name": "VIP", "tag": "VIP", "filters": {"q": "138000100"}}, status=409
    )
    assert tagged["code"] == "nothing_to_do"
    tagged = await client.ask("POST", "/batches/tags", {"name": "VIP", "tag": "VIP", "filters": {}})
    assert (await client.ask("POST", f"/batches/{tagged['batch']}/propose"))["state"] == "approved"
    await client.ended(await client.ask("POST", f"/batches/{tagged['batch']}/run"))
    assert [row["tags"] for row in (await client.ask("GET", "/members"))["rows"]] == [["VIP"], ["VIP"]]
    await client.sign_in("chen.jing")
    await client.ask("POST", f"{path}/propose")
    job = await client.ended(await client.ask("POST", f"{path}/run"))
    assert (job["state"], job["done"]) == ("done", 2)
    assert (await client.ask("POST", f"{path}/undo", {"reason": "发错了"}))["state"] == "undoing"
    job = await client.ended(await client.ask("POST", f"{path}/run"))
    assert (job["state"], job["result"]) == ("done", {"undone": 2, "kept": 0, "waiting": 0})
    told = await client.ask("GET", path)
    assert (told["state"], told["undo_by"], told["sums"]["undone"]) == ("undone", "chen.jing", 2)
    assert [row["kind"] for row in (await client.ask("GET", "/batches?kind=tag"))["rows"]] == ["tag"]
