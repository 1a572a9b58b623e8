"""Staged release of a bonus: each part on its day, once, by HQ, at the issuer's expense; none once money went back."""

from datetime import date, timedelta

import pytest
from hq_world import DAY, World

from commerce.facts import Fact, Withdraw
from commerce.moves import Move, Posting, Reason
from hq_server.ledger import lots, stages

STAGED = ((30, 10_00), (60, 15_00))


def day(later: int) -> str:
    """A business day so many days after the top-up."""
    return (date.fromisoformat(DAY) + timedelta(days=later)).isoformat()


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    return World(tmp_path)


@pytest.fixture
def shop(world):
    """A shop that topped one member up by 100.00: 5.00 at once for 90 days, 10.00 after 30 days, 15.00 after 60."""
    shop = world.shop("guanqian")
    shop.member = world.ids()
    shop.pair = shop.top_up(shop.member, 100_00, 5_00, bonus_days=90, staged=STAGED)
    shop.send()
    world.apply()
    return shop


def sweep(world, today, limit=100):
    """Sweep to the end; return the turns it took."""
    turns = 1
    while world.do(lambda conn, hq, now: stages.issue_due(conn, hq, today, now, limit)):
        turns += 1
    return turns


def parts(world, shop):
    """The parts issued: amount, first and last day, and HQ's own rights to each."""
    return world.all(
        "SELECT issued, opened_on, expires_on, own FROM lots WHERE pair = ? AND lot <> ? ORDER BY opened_on",
        shop.pair[0],
        shop.pair[1],
    )


def test_each_part_comes_on_its_day_and_once(world, shop):
    """Nothing before its day; then one lot each, valid as long as the bonus given at once; the books balance."""
    sweep(world, day(29))
    assert parts(world, shop) == []
    sweep(world, day(30))
    first = (10_00, day(30), day(120), 10_00)
    assert parts(world, shop) == [first]
    for later in (30, 31, 59):
        sweep(world, day(later))
    assert parts(world, shop) == [first]
    sweep(world, day(75))
    assert parts(world, shop) == [first, (15_00, day(60), day(150), 15_00)]
    sweep(world, day(100))
    assert len(parts(world, shop)) == 2
    lot = lots.by_ids(world.conn, [stages.part_lot(shop.pair[0], 0)])[stages.part_lot(shop.pair[0], 0)]
    assert (lot.owner, lot.asset, lot.issuer, lot.pair) == (shop.member, "bonus", "guanqian", shop.pair[0])
    assert world.one("SELECT amount FROM balances WHERE account = 'given:guanqian' AND unit = 'bonus'") == (30_00,)
    assert world.codes() == []
    assert world.verify().ok


def test_parts_missed_while_hq_was_down_come_at_once(world, shop):
    """A sweep after both days issues both parts, and the member waits to be placed."""
    sweep(world, day(61))
    assert [issued for issued, *_ in parts(world, shop)] == [10_00, 15_00]
    assert world.all("SELECT member FROM to_place") == [(shop.member,)]


def test_a_part_that_would_be_expired_is_not_issued(world, shop):
    """What would have ended before today is nobody's any more."""
    sweep(world, day(130))
    assert [issued for issued, *_ in parts(world, shop)] == [15_00]


def test_nothing_follows_a_top_up_that_was_undone(world, shop):
    """Once value left without a sale the parts to come are not given."""
    withdraw = Withdraw(
        "undo", world.ids(), shop.desk.shift, DAY, "前台1", "1001", "1002", "充错", shop.member, (), (), shop.pair[0]
    )
    moves = (Move(shop.pair[0], Reason.UNDO, 100_00),)
    postings = (Posting(shop.pair[0], "money", 100_00), Posting("cash:guanqian:cash", "money", -100_00))
    shop.write(Fact("withdraw", withdraw, moves, postings))
    shop.send()
    world.apply()
    sweep(world, day(61))
    assert parts(world, shop) == []


def test_a_sweep_goes_on_where_it_stopped(world, shop):
    """In turns of one lot all members get theirs, and a second sweep of the day does nothing."""
    others = [world.ids() for _ in range(3)]
    pairs = [shop.top_up(member, 50_00, 1_00, staged=((30, 2_00),)) for member in others]
    shop.send()
    world.apply()
    assert sweep(world, day(30), limit=1) == 5
    for principal, _ in pairs:
        assert stages.part_lot(principal, 0) in lots.by_ids(world.conn, [stages.part_lot(principal, 0)])
    before = world.one("SELECT count(*) FROM own_log")
    assert sweep(world, day(30), limit=1) == 1
    assert world.one("SELECT count(*) FROM own_log") == before
    assert world.verify().ok
