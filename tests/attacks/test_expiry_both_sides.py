"""Expiry with real ledgers on both sides: HQ's clock decides, each holder writes off what it holds when it is told."""

import pytest
from both_sides import Chain
from edge_shop import DAY, LEAD
from hq_world import World

from commerce.facts import Audit, Fact, Issue, LotIssue, Terms
from commerce.moves import Move, Posting, Reason
from commerce.tender import Offer
from edge_node.ledger.rights import wallet
from edge_node.till import refunds
from edge_node.till.refunds import RefundOrder
from hq_server.ledger import closing, expiry, grants, lots
from hq_server.ledger import incarnations as registry
from hq_server.ledger.record import record

LATER = "2031-01-01"
"""A day on which the points of every test are past their date."""


@pytest.fixture
def chain(tmp_path):
    """HQ and three branches."""
    return Chain(tmp_path, 7)


def expire(chain, today=LATER, limit=100):
    """Let HQ's clock strike `today`; return how many steps it took."""
    steps = 1
    while chain.world.do(lambda conn, hq, now: expiry.expire_due(conn, hq, today, now, limit)):
        steps += 1
    return steps


def points(chain):
    """The lot of 500 points; sales earn smaller ones beside it."""
    return max(all_points(chain), key=lambda lot: lot.issued)


def all_points(chain):
    """Every lot of points."""
    return [lot for lot in lots.by_ids(chain.world.conn, all_lots(chain)).values() if lot.asset == "points"]


def all_lots(chain):
    """Every lot's id."""
    return [lot for (lot,) in chain.world.conn.execute("SELECT lot FROM lots")]


def orders(chain):
    """The kinds of all orders that stand."""
    return [kind for (kind,) in chain.world.conn.execute("SELECT kind FROM orders ORDER BY lot, no")]


def spread(chain, *parts):
    """500 yuan with a bonus and 500 points that expire, in the first branch; `parts` of the points lie in others."""
    first, *others = chain.boxes
    member = first.shop.register()
    first.shop.top_up(member, 50000, "r500")
    for box in chain.boxes:
        chain.sync(box)
    lot = points(chain).lot
    no = registry.need(chain.world.conn, first.log.incarnation).no
    if parts:
        chain.world.do(lambda c, hq, now: grants.put_order(c, lot, no, grants.KEEP, 500 - sum(parts), now))
        chain.sync(first)
        chain.sync(first)
        chain.world.do(lambda c, hq, now: grants.drop_order(c, lot, no))
    for box, part in zip(others, parts, strict=False):
        if part:
            to = registry.need(chain.world.conn, box.log.incarnation).no
            chain.world.do(
                lambda c, hq, now, to=to, part=part: grants.grant(c, hq, to, [(lot, part)], "placement", 0, now)
            )
        chain.sync(box)
    return member


def test_every_holder_writes_off_its_own_and_hq_its_own(chain):
    """After the day all that lay anywhere is expired; money is untouched; no order stands; all books hold."""
    member = spread(chain, 100, 50)
    chain.world.do(
        lambda c, hq, now: grants.put_order(
            c, points(chain).lot, registry.need(c, chain.boxes[0].log.incarnation).no, grants.KEEP, 200, now
        )
    )
    chain.sync(chain.boxes[0])
    chain.sync(chain.boxes[0])
    assert points(chain).own == 150
    expire(chain)
    assert (points(chain).own, points(chain).expired) == (0, 150)
    assert orders(chain) == ["expire"] * 4
    for _ in range(2):
        for box in chain.boxes:
            chain.sync(box)
    assert (points(chain).expired, points(chain).left) == (500, 0)
    assert orders(chain) == []
    for box in chain.boxes:
        assert wallet(box.conn, box.shop.node, member).points(LATER) == 0
    assert sum(lot.left for lot in lots.by_ids(chain.world.conn, all_lots(chain)).values()) == 50000
    assert chain.world.codes() == []
    chain.check()


def test_a_dark_branch_obeys_at_its_return_and_its_spends_stand(chain):
    """Spent before the order was read: it counts as spent, the rest is written off, nobody is to blame."""
    member = spread(chain, 100)
    dark = chain.boxes[1]
    expire(chain)
    dark.shop.sell([Offer("points", 60), Offer("cash", 1440)], member=member)
    for box in (chain.boxes[0], chain.boxes[2], chain.boxes[0]):
        chain.sync(box)
    assert (points(chain).expired, points(chain).left) == (400, 100)
    assert orders(chain) == ["expire"]
    chain.check()
    chain.sync(dark)
    assert points(chain).spent == 60
    assert sum(lot.issued for lot in all_points(chain)) == 514
    for _ in range(2):
        chain.sync(dark)
    assert (points(chain).expired, sum(lot.left for lot in all_points(chain))) == (440, 0)
    assert orders(chain) == []
    assert chain.world.codes() == []
    chain.check()


def test_what_comes_back_later_expires_as_well(chain):
    """A refund brings points back to an expired lot, in the very batch of the write-off: the branch is told again."""
    member = spread(chain)
    first = chain.boxes[0]
    sale = first.shop.sell([Offer("points", 100), Offer("cash", 1400)], member=member).sale
    chain.sync(first)
    expire(chain)
    chain.pull(first)
    first.shop.write(
        refunds.refund, first.shop.at(), RefundOrder(sale, ((0, 1000),), in_cash=False, reason="不想要"), LEAD
    )
    before = points(chain)
    assert before.expired == 0
    for _ in range(4):
        chain.sync(first)
    after = points(chain)
    assert (after.left, after.refunded, orders(chain)) == (0, 100, [])
    assert chain.world.codes() == []
    chain.check()


def test_money_never_expires_and_a_day_once_declared_stays(chain):
    """The clock of HQ set back changes nothing; principal is not even looked at."""
    spread(chain)
    expire(chain, "2026-04-01")
    assert orders(chain) == []
    expire(chain)
    count = chain.world.one("SELECT count(*) FROM own_log")
    assert expire(chain, "2026-04-02") == 1
    assert expire(chain) == 1
    assert chain.world.one("SELECT count(*) FROM own_log") == count
    kinds = chain.world.all("SELECT l.asset FROM orders o JOIN lots l USING (lot) ORDER BY 1")
    assert kinds == [("bonus",), ("points",)]


def test_the_sweep_goes_in_bounded_steps(chain):
    """However many lots expire on one day, one step looks at so many, and a step that failed is done again."""
    for n, box in enumerate(chain.boxes):
        for m in range(3):
            member = box.shop.register(f"王小{n}{m}", f"138001380{n}{m}")
            box.shop.top_up(member, 50000, "r500")
        chain.sync(box)
    assert expire(chain, limit=4) == 5
    assert orders(chain) == ["expire"] * 18
    chain.check()


@pytest.mark.parametrize("date", ["2026 12 01", "20 ff 00 0", "          ", "\0" * 10, "二〇二六年十二月一日"])
def test_a_date_that_is_none_holds_no_sweep_up(tmp_path, date):
    """Ten characters that a hostile branch calls a date: the sweep passes them once and comes to its end."""
    world = World(tmp_path)
    shop = world.shop("x666")
    plan = [LotIssue(shop.ids(), b"M" * 16, "member", "bonus", "x666", 5, DAY, date, b"", Terms()) for _ in range(3)]
    for lot in plan:
        body = Issue("campaign", shop.ids(), "1", b"", DAY, "1", "1", b"M" * 16, (lot,), (), "", "")
        postings = (Posting(lot.lot, "bonus", -5), Posting("given:x666", "bonus", 5))
        shop.write(Fact("issue", body, (Move(lot.lot, Reason.ISSUE, 5),), postings))
    shop.send()
    world.apply()
    steps = 1
    while world.do(lambda conn, hq, now: expiry.expire_due(conn, hq, LATER, now, 1)):
        steps += 1
        assert steps < 9
    assert world.one("SELECT count(*) FROM orders") == (3 if date < LATER else 0,)
    assert world.verify().ok


def test_the_longest_names_still_fit_an_entry(chain):
    """Lots whose assets a hostile branch named with 64 characters of four bytes: HQ and an honest branch go on."""
    world, honest = chain.world, chain.boxes[0]
    hostile = world.shop("x666")
    made = []
    for n in range(150):
        asset = chr(0x20000 + n) * 64
        lot = LotIssue(hostile.ids(), b"M" * 16, "member", asset, "x666", 10, DAY, "2027-01-01", b"", Terms())
        body = Issue("campaign", hostile.ids(), "1", b"", DAY, "1", "1", b"M" * 16, (lot,), (), "", "")
        postings = (Posting(lot.lot, asset, -10), Posting("given:x666", asset, 10))
        hostile.write(
            Fact("issue", body, (Move(lot.lot, Reason.ISSUE, 10), Move(lot.lot, Reason.RETURN, 10)), postings)
        )
        made.append(lot.lot)
    hostile.send()
    chain.apply()
    no = registry.need(world.conn, honest.log.incarnation).no
    world.do(lambda c, hq, now: grants.grant(c, hq, no, [(lot, 6) for lot in made], "placement", 0, now))
    chain.sync(honest)
    expire(chain, limit=1_000)
    assert world.one("SELECT sum(own), sum(expired) FROM lots") == (0, 600)
    for _ in range(2):
        chain.sync(honest)
    assert world.one("SELECT sum(expired) FROM lots") == (1_500,)
    assert orders(chain) == []
    chain.check()


def test_suspended_rights_wait_for_their_late_spends_and_for_two_people(chain):
    """A closed log's rights are not written off: its tail may still come; released, they expire at HQ."""
    member = spread(chain, 100)
    lost = chain.boxes[1]
    lost.shop.sell([Offer("points", 60), Offer("cash", 1440)], member=member)
    no = registry.need(chain.world.conn, lost.log.incarnation).no
    chain.world.do(lambda c, hq, now: closing.close(c, hq, no, "lost", "丢了", now))
    expire(chain)
    chain.sync(chain.boxes[0])
    chain.sync(chain.boxes[0])
    assert (points(chain).expired, points(chain).left) == (400, 100)
    chain.send(lost, lost.log)
    chain.apply()
    suspended = chain.world.one("SELECT suspended FROM rights WHERE no = ? AND lot = ?", no, points(chain).lot)
    assert (suspended, points(chain).exposure) == ((40,), 0)
    chain.world.do(lambda c, hq, now: closing.release(c, hq, no, "张三", "李四", "找不到了", now))
    expire(chain, "2031-01-02")
    assert (points(chain).expired, sum(lot.left for lot in all_points(chain))) == (440, 0)
    assert chain.world.codes() == ["exposure_accepted"]
    chain.check()


def test_what_was_set_aside_is_written_off(chain):
    """Rights that nobody may use do not outlive their date: freed for this alone, in one entry."""
    spread(chain)
    first = chain.boxes[0]
    no = registry.need(chain.world.conn, first.log.incarnation).no
    lot = points(chain).lot
    chain.world.do(lambda c, hq, now: grants.put_order(c, lot, no, grants.KEEP, 400, now))
    chain.sync(first)
    chain.sync(first)
    aside = Fact("audit", Audit("set_aside", "", "", "", "", b""), (Move(lot, Reason.SET_ASIDE, 30),))
    chain.world.do(lambda c, hq, now: record(c, hq, aside, now))
    assert (points(chain).own, points(chain).set_aside) == (70, 30)
    expire(chain)
    assert (points(chain).own, points(chain).set_aside, points(chain).expired) == (0, 0, 100)
    chain.check()


def test_a_write_off_that_hq_did_not_declare_is_shown(chain):
    """A branch that expires before HQ's day, or money, is booked and brought before people."""
    spread(chain)
    first = chain.boxes[0]
    no = registry.need(chain.world.conn, first.log.incarnation).no
    chain.world.do(lambda c, hq, now: grants.put_order(c, points(chain).lot, no, grants.EXPIRE, 0, now))
    chain.sync(first)
    chain.sync(first)
    assert points(chain).expired == 500
    assert chain.world.codes() == ["expired_unordered"]
    chain.check()
