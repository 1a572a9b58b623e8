"""The queue of what does not add up: its evidence, who looks after it, and how it is resolved."""

import pytest
from hq_world import World
from office_client import close_client, open_client
from office_world import NOW

from commerce.facts import CountedCash
from hq_server.errors import HqError
from hq_server.head_office import discrepancies, discrepancy_evidence, resolutions, users
from hq_server.head_office.act import CONSOLE, Act
from hq_server.head_office.resolutions import Decision
from hq_server.head_office.secrets import Secret
from hq_server.ledger import discrepancies as ledger
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as D
from hq_server.storage.database import Database

MEMBER = b"m" * 16


@pytest.fixture
def world(tmp_path):
    """HQ with three people."""
    world = World(tmp_path)
    for name, role in (("chen.jing", "manager"), ("sun.qi", "accountant"), ("li.na", "operator")):
        user = users.User(name, name, role, active=True, must_change=False)
        do(world, users.create, user, Secret(b"s" * 16, b"h" * 32), by=CONSOLE)
    yield world
    world.conn.close()


def do(world, function, *args, by="sun.qi"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return world.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def decide(world, found, *decision, by="sun.qi"):
    """Resolve or propose to."""
    return do(world, resolutions.decide, world.ids(), found.discrepancy, Decision(*decision), by=by)


def short_drawer(world, lacking):
    """A shop whose drawer lacks so much at its shift's end; returns what HQ found."""
    world.do(
        lambda conn, _hq, now: conn.execute(
            "INSERT OR IGNORE INTO branches VALUES ('guanqian', '观前店', 'active', ?)", (now,)
        )
    )
    shop = world.shop("guanqian")
    shop.close_shift((CountedCash("cash", 1_000_00),), (CountedCash("cash", 1_000_00 - lacking),))
    shop.send()
    world.apply()
    (found,) = ledger.rows(world.conn, "open", 9)
    return found


def balance(world, account):
    """What an account shows."""
    row = world.one("SELECT amount FROM balances WHERE account = ? AND unit = 'money'", account)
    return row[0] if row else 0


def test_a_shift_difference_shows_its_counts_and_its_signed_entry(world):
    """Evidence tells per tender what should be there and what was, and whose signature vouches for the entry."""
    found = short_drawer(world, 50_00)
    (entry,) = discrepancy_evidence.entries(world.conn, found)
    assert (entry.kind, entry.body["act"], entry.kept) == ("shift", "close", True)
    assert len(entry.signer) == len(entry.hash) == 32
    rows = discrepancy_evidence.rows(world.conn, found, entry, NOW)
    assert rows.counts == [("cash", 1_000_00, 950_00)]


def test_a_damaged_batch_vouches_for_nothing(world):
    """What does not stand its signature any more is told without a signer."""
    found = short_drawer(world, 50_00)
    world.conn.execute("UPDATE incarnations SET signing_key = ? WHERE state = 'open'", (b"k" * 32,))
    (entry,) = discrepancy_evidence.entries(world.conn, found)
    assert (entry.signer, entry.kind) == (b"", "shift")


def test_one_person_resolves_what_is_worth_little(world):
    """Up to the limit one person's reason is enough, and the fact in HQ's log bears both."""
    found = short_drawer(world, 500_00)
    done = decide(world, found, "accept", "已看监控")
    assert done.state == "done"
    row = ledger.by_id(world.conn, found.discrepancy)
    assert (row.state, row.by, row.note) == ("resolved", "sun.qi", "accept: 已看监控")
    with pytest.raises(HqError, match="already_resolved"):
        decide(world, found, "accept", "再来一次")
    assert world.verify().ok


def test_beyond_the_limit_two_people_decide(world):
    """One proposes, another approves; the proposer cannot, and until then nothing is booked."""
    found = short_drawer(world, 500_01)
    proposal = decide(world, found, "adjust", "钱箱确实少了")
    assert (proposal.state, balance(world, "difference:guanqian")) == ("proposed", 0)
    assert decide(world, found, "accept", "另一种办法", by="chen.jing").resolution == proposal.resolution
    with pytest.raises(HqError, match="same_person"):
        do(world, resolutions.approve, proposal.resolution)
    done = do(world, resolutions.approve, proposal.resolution, by="chen.jing")
    assert (done.state, done.decided_by) == ("done", "chen.jing")
    assert balance(world, "difference:guanqian") == 500_01
    assert balance(world, "cash:guanqian:cash") == -500_01
    assert ledger.by_id(world.conn, found.discrepancy).by == "sun.qi chen.jing"
    with pytest.raises(HqError, match="not_proposed"):
        do(world, resolutions.approve, proposal.resolution, by="chen.jing")
    assert world.verify().ok


def test_a_proposal_can_be_withdrawn_and_made_anew(world):
    """What was withdrawn binds nobody."""
    found = short_drawer(world, 900_00)
    proposal = decide(world, found, "accept", "先放着")
    assert do(world, resolutions.withdraw, proposal.resolution).state == "withdrawn"
    again = decide(world, found, "charge", "店长赔付", 900_00)
    assert (again.state, again.debtor, again.creditor) == ("proposed", "guanqian", "HQ")
    assert [one.state for one in resolutions.of(world.conn, found.discrepancy)] == ["proposed", "withdrawn"]


def test_a_charge_is_a_row_of_clearing_in_the_open_period(world):
    """The branch owes what it is charged, the books balance, and replay comes to the same."""
    found = short_drawer(world, 300_00)
    assert decide(world, found, "charge", "店长赔付", 300_00).state == "done"
    rows = world.all("SELECT period, day, debtor, creditor, col, amount FROM clearing_rows")
    assert rows == [(1, "2026-11-30", "guanqian", "HQ", "adjustment", 300_00)]
    assert (balance(world, "clearing:guanqian:HQ"), balance(world, "cash:guanqian:cash")) == (300_00, -300_00)
    report = world.verify()
    assert report.ok, report.violations


def test_more_than_is_lacking_is_the_creditors_gain(world):
    """A charge beyond the difference takes only the difference out of the drawer."""
    found = short_drawer(world, 100_00)
    decide(world, found, "charge", "含罚款", 150_00)
    assert balance(world, "cash:guanqian:cash") == -100_00
    assert balance(world, "difference:HQ") == -50_00
    assert world.verify().ok


@pytest.mark.parametrize(
    ("lacking", "charged", "drawer", "branch", "creditor"),
    [
        (100_00, 60_00, -100_00, 40_00, 0),
        (100_00, 100_00, -100_00, 0, 0),
        (-80_00, 30_00, 80_00, -80_00, -30_00),
    ],
)
def test_a_charge_leaves_nothing_in_the_drawers_account(world, lacking, charged, drawer, branch, creditor):
    """Whatever part is charged, the drawer's account then shows what was counted; the rest is its branch's."""
    found = short_drawer(world, lacking)
    assert decide(world, found, "charge", "收银员赔一部分", charged).state == "done"
    assert balance(world, "cash:guanqian:cash") == drawer
    assert (balance(world, "difference:guanqian"), balance(world, "difference:HQ")) == (branch, creditor)
    assert balance(world, "clearing:guanqian:HQ") == charged
    assert world.verify().ok


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (("write_off", "不对的办法"), "bad_value"),
        (("charge", "没有金额"), "bad_value"),
        (("charge", "没有这家店", 1, "xihu"), "unknown_branch"),
        (("charge", "自己欠自己", 1, "guanqian", "guanqian"), "bad_value"),
        (("accept", ""), "bad_value"),
        (("accept", "长" * 189), "bad_value"),
    ],
)
def test_odd_decisions_are_refused(world, decision, code):
    """Only what makes sense for the code, and with a reason."""
    found = short_drawer(world, 100_00)
    with pytest.raises(HqError, match=code):
        decide(world, found, *decision)
    assert resolutions.of(world.conn, found.discrepancy) == []


def overspent(world):
    """A clone spent what its twin had spent; returns the finding."""
    world.do(
        lambda conn, _hq, now: conn.execute(
            "INSERT OR IGNORE INTO branches VALUES ('guanqian', '观前店', 'active', ?)", (now,)
        )
    )
    shop = world.shop("guanqian")
    shop.top_up(MEMBER, 300_00)
    shop.send()
    world.apply()
    clone = shop.clone()
    shop.sell(MEMBER, 200_00)
    shop.send()
    world.apply()
    shop.close("forked")
    clone.sell(MEMBER, 250_00)
    clone.send(len(clone.log.entries))
    world.apply()
    return {row.code: row for row in ledger.rows(world.conn, "open", 9)}


def test_both_histories_of_a_fork_stand_beside_each_other(world):
    """A fork's evidence is the kept entry and the other one, each with its hash."""
    found = overspent(world)
    kept, other = discrepancy_evidence.entries(world.conn, found[D.FORKED])
    assert (kept.kept, other.kept, kept.seq) == (True, False, other.seq)
    assert kept.hash != other.hash
    assert [kept.body["lines"][0][5], other.body["lines"][0][5]] == [200_00, 250_00]


def test_exposure_is_written_off_at_head_offices_expense(world):
    """What was used twice leaves the log's exposure account; the lot's own counters stay as they were."""
    found = overspent(world)[D.LATE_EXPOSURE]
    account = f"exposure:{found.incarnation.hex()}"
    assert balance(world, account) == 150_00
    assert resolutions.kinds(world.conn, found) == ("accept", "charge", "write_off")
    assert decide(world, found, "write_off", "克隆机造成的损失").state == "done"
    assert (balance(world, account), balance(world, "given:HQ")) == (0, 150_00)
    assert world.one("SELECT sum(exposure) FROM lots") == (150_00,)
    assert world.verify().ok


def test_exposure_may_be_charged_to_its_branch(world):
    """The branch whose box was cloned pays for it."""
    found = overspent(world)[D.LATE_EXPOSURE]
    decide(world, found, "charge", "分店私自克隆", 150_00)
    assert balance(world, f"exposure:{found.incarnation.hex()}") == 0
    assert world.all("SELECT debtor, creditor, col, amount FROM clearing_rows WHERE col = 'adjustment'") == [
        ("guanqian", "HQ", "adjustment", 150_00)
    ]
    lots = discrepancy_evidence.rows(world.conn, found, None, NOW)
    assert [(lot.issuer, lot.exposure) for lot in lots.lots] == [("guanqian", 150_00)]
    assert [held.exposure for held in lots.holders] == [150_00]
    assert world.verify().ok


@pytest.mark.parametrize(("charged", "borne", "gained"), [(50_00, 100_00, 0), (150_00, 0, 0), (200_00, 0, -50_00)])
def test_what_of_exposure_nobody_is_charged_head_office_bears(world, charged, borne, gained):
    """A charge of a part clears the log's exposure account as a whole: the rest is written off."""
    found = overspent(world)[D.LATE_EXPOSURE]
    decide(world, found, "charge", "分店承担一部分", charged)
    assert balance(world, f"exposure:{found.incarnation.hex()}") == 0
    assert (balance(world, "given:HQ"), balance(world, "difference:HQ")) == (borne, gained)
    assert world.verify().ok


def test_overspent_bonus_is_charged_in_money(world):
    """Bonus is no money: head office bears it in its own unit, and what the branch is charged is head office's gain."""
    world.do(
        lambda conn, _hq, now: conn.execute("INSERT INTO branches VALUES ('guanqian', '观前店', 'active', ?)", (now,))
    )
    shop = world.shop("guanqian")
    shop.top_up(MEMBER, 300_00, 60_00)
    shop.send()
    world.apply()
    clone = shop.clone()
    shop.sell(MEMBER, 240_00)
    shop.send()
    world.apply()
    shop.close("forked")
    clone.sell(MEMBER, 240_00)
    clone.send(len(clone.log.entries))
    world.apply()
    late = [row for row in ledger.rows(world.conn, "open", 9) if row.code == D.LATE_EXPOSURE]
    units = {resolutions.exposed(world.conn, row): row for row in late}
    (bonus,) = (row for (unit, _), row in units.items() if unit == "bonus")
    lacking = bonus.found - bonus.expected
    decide(world, bonus, "charge", "分店承担赠送", lacking)
    account = f"exposure:{bonus.incarnation.hex()}"
    assert world.one("SELECT amount FROM balances WHERE account = ? AND unit = 'bonus'", account)[0] == 0
    assert world.one("SELECT amount FROM balances WHERE account = 'given:HQ' AND unit = 'bonus'") == (lacking,)
    assert (balance(world, "clearing:guanqian:HQ"), balance(world, "difference:HQ")) == (lacking, -lacking)
    assert world.verify().ok


def test_assignment_and_comments_are_kept(world):
    """Whoever looks after it is somebody who may; what people said is told in order."""
    found = short_drawer(world, 1_00)
    assert do(world, discrepancies.assign, [found.discrepancy], "li.na") == 1
    assert do(world, discrepancies.assign, [found.discrepancy], "li.na") == 0
    assert discrepancies.assignee(world.conn, found.discrepancy) == "li.na"
    for wrong, code in (("wang.wu", "unknown_user"),):
        with pytest.raises(HqError, match=code):
            do(world, discrepancies.assign, [found.discrepancy], wrong)
    do(world, discrepancies.comment, found.discrepancy, "问过店长")
    said = do(world, discrepancies.comment, found.discrepancy, "晚班的人不在")
    assert [one.text for one in said] == ["问过店长", "晚班的人不在"]


def test_a_count_within_the_chains_tolerance_asks_nobody(world):
    """The setting ``count_tolerance`` decides from which difference on people are asked; replay agrees."""
    row = b"\x82\xa4name\xafcount_tolerance\xa5value\xa4\x32\x30\x30\x30"
    world.conn.execute("INSERT INTO reference VALUES ('chain', 'setting:count_tolerance', ?)", (row,))
    shop = world.shop("guanqian")
    shop.close_shift((CountedCash("cash", 1_000_00),), (CountedCash("cash", 980_00),))
    shop.send()
    world.apply()
    assert world.codes() == []
    assert world.verify().ok
    shop.close_shift((CountedCash("cash", 1_000_00),), (CountedCash("cash", 979_99),))
    shop.send()
    world.apply()
    assert world.codes() == ["cash_differs"]
    assert world.verify().ok


def test_a_tail_behind_a_gap_is_shown(world):
    """Entries of a closed log that come without those before them are applied and a person is told."""
    shop = world.shop("guanqian")
    shop.top_up(MEMBER, 100_00)
    shop.send()
    world.apply()
    shop.sell(MEMBER, 10_00)
    shop.sell(MEMBER, 20_00)
    shop.close("lost")
    last = len(shop.log.entries)
    shop.send(last)
    world.apply()
    found = next(row for row in ledger.rows(world.conn, "open", 9) if row.code == D.GAP)
    assert (found.expected, found.found, found.branch) == (last - 1, last, "guanqian")
    shop.send(last - 1, last - 1)
    world.apply()
    assert world.codes().count("gap") == 1
    assert world.verify().ok


# --- over HTTP


@pytest.fixture
async def client(tmp_path):
    """The office with two branches and one discrepancy in each."""
    client = await open_client(tmp_path)
    conn = await Database.open(client.world.path)

    def fill(conn):
        for n, branch in enumerate(("b001", "b002")):
            conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (branch, f"{branch}店"))
            hq, at = client.world.hq, NOW + n * 86_400_000
            ledger.open_(conn, hq, D.CASH_DIFFERS, branch, b"i" * 16, 0, 0, 100 * (n + 1), f"{n} cash", at)

    await conn.write(fill)
    await conn.close()
    yield client
    await close_client(client)


async def test_the_queue_is_filtered_sorted_and_paged(client):
    """Branch, code, day and assignee narrow it; it is sorted by age or by what it comes to; cursors do not overlap."""
    await client.sign_in("sun.qi")

    async def rows(query=""):
        return [row["branch"] for row in (await client.ask("GET", f"/discrepancies?{query}"))["rows"]]

    assert await rows() == ["b001", "b002"]
    assert await rows("sort=-delta") == ["b002", "b001"]
    assert await rows("branch=b002") == ["b002"]
    assert await rows("code=forked") == []
    assert await rows("from_day=2026-12-01") == ["b002"]
    assert await rows("to_day=2026-11-30") == ["b001"]
    assert await rows("state=resolved") == []
    page = await client.ask("GET", "/discrepancies?limit=1")
    assert await rows(f"limit=1&after={page['next']}") == ["b002"]
    one = page["rows"][0]
    assert (one["expected"], one["found"], one["delta"]) == (0, 100, 100)
    assert await client.ask(
        "POST", "/discrepancies/assign", {"discrepancies": [one["discrepancy"]], "assignee": "li.na"}
    )
    assert await rows("assignee=li.na") == ["b001"]
    assert await rows("assignee=-") == ["b002"]
    counts = await client.ask("GET", "/discrepancy-counts")
    assert counts["codes"] == [{"code": "cash_differs", "open": 2}]
    assert {person["name"] for person in counts["people"]} >= {"li.na", "sun.qi"}


async def test_one_is_told_and_resolved(client):
    """Its page tells how it can be resolved; an accountant does, an operator may only comment."""
    await client.sign_in("sun.qi")
    (one, _) = (await client.ask("GET", "/discrepancies"))["rows"]
    path = f"/discrepancies/{one['discrepancy']}"
    told = await client.ask("GET", path, headers={"Accept-Language": "en"})
    assert told["discrepancy"]["text"] == "A shift's count is not what it should be"
    assert (told["kinds"], told["limit"], told["discrepancy"]["worth"]) == (["accept", "adjust", "charge"], 50_000, 100)
    done = await client.ask("POST", f"{path}/resolve", {"kind": "charge", "reason": "店长赔付", "amount": 50_001})
    assert done["state"] == "proposed"
    assert (await client.ask("GET", "/discrepancies?waiting=true"))["rows"][0]["waiting"] is True
    again = f"/resolutions/{done['resolution']}/approve"
    assert (await client.ask("POST", again, status=403))["code"] == "forbidden"
    await client.sign_in("chen.jing")
    assert (await client.ask("POST", again))["state"] == "done"
    assert (await client.ask("GET", path))["kinds"] == []
    await client.sign_in("li.na")
    assert len((await client.ask("POST", f"{path}/comments", {"text": "知道了"}))["comments"]) == 1
    refused = await client.raw("POST", f"{path}/resolve", {"reason": "我也来"})
    assert refused.status == 403


async def test_the_manager_of_a_branch_sees_nothing_of_another(client):
    """Lists, details and counts are those of the own branch."""
    conn = await Database.open(client.world.path)
    await conn.write(
        lambda conn: conn.execute("UPDATE users SET role = 'branch_manager', branch = 'b001' WHERE name = 'li.na'")
    )
    await conn.close()
    await client.sign_in("chen.jing")
    other = (await client.ask("GET", "/discrepancies?branch=b002"))["rows"][0]
    await client.sign_in("li.na")
    assert [row["branch"] for row in (await client.ask("GET", "/discrepancies"))["rows"]] == ["b001"]
    assert (await client.raw("GET", "/discrepancies?branch=b002")).status == 403
    assert (await client.raw("GET", f"/discrepancies/{other['discrepancy']}")).status == 403
    counts = await client.ask("GET", "/discrepancy-counts")
    assert (counts["codes"], counts["people"]) == ([{"code": "cash_differs", "open": 1}], [])
    assert (await client.raw("POST", f"/discrepancies/{other['discrepancy']}/comments", {"text": "偷看"})).status == 403


async def test_a_manager_says_what_one_person_decides(client):
    """The limit is read by all, set by who keeps the settings, and counts at once."""
    await client.sign_in("sun.qi")
    assert (await client.ask("GET", "/resolve-limit"))["limit"] == 50_000
    assert (await client.raw("PUT", "/resolve-limit", {"limit": 1})).status == 403
    await client.sign_in("chen.jing")
    assert (await client.ask("PUT", "/resolve-limit", {"limit": 99}))["limit"] == 99
    (one, _) = (await client.ask("GET", "/discrepancies"))["rows"]
    done = await client.ask("POST", f"/discrepancies/{one['discrepancy']}/resolve", {"reason": "已看监控"})
    assert done["state"] == "proposed"
