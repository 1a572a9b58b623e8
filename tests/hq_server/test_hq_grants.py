"""Grants in one commit, orders that ride the rights row, HQ's own expiry."""

import pytest
from hq_world import DAY, World

from hq_server.errors import Code, RefusedError
from hq_server.ledger import expiry, grants, lots
from hq_server.ledger.lots import Holder
from hq_server.storage.database import transaction


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    return World(tmp_path)


@pytest.fixture
def shop(world):
    """A shop that returned a whole pair to HQ."""
    shop = world.shop("guanqian")
    shop.member = world.ids()
    shop.pair = shop.top_up(shop.member, 100_00, 20_00, returned=(100_00, 20_00), bonus_days=1)
    shop.send()
    world.apply()
    return shop


def test_grant_is_debit_total_and_fact_in_one(world, shop):
    """HQ's own goes down, the total goes up, a fact says so, and the row is marked: all in one commit."""
    amounts = [(shop.pair[0], 60_00), (shop.pair[1], 12_00)]
    world.do(lambda conn, hq, now: grants.grant(conn, hq, shop.no, amounts, "request", 7, now))
    known = lots.by_ids(world.conn, shop.pair)
    assert [known[lot].own for lot in shop.pair] == [40_00, 8_00]
    assert [lots.holders(world.conn, shop.pair)[lot] for lot in shop.pair] == [
        [Holder(shop.no, 60_00, 100_00, 100_00, 0, 0)],
        [Holder(shop.no, 12_00, 20_00, 20_00, 0, 0)],
    ]
    marks = {
        key for (key,) in world.all("SELECT key FROM feed_dirty WHERE feed = 'branch:guanqian' AND key LIKE 'rights%'")
    }
    assert marks == {f"rights:{lot.hex()}:{shop.row.incarnation.hex()}" for lot in shop.pair}
    assert world.verify().ok


@pytest.mark.parametrize("asked", [[(0, 60_00), (1, 20_01)], [(0, 0)], [(0, -5)], [(0, 60_00), (0, 60_00)], [(9, 1)]])
def test_grant_beyond_hqs_own_does_nothing(world, shop, asked):
    """All or nothing: a grant that HQ cannot cover leaves every lot as it was."""
    amounts = [((*shop.pair, *[b"?" * 16] * 8)[n], amount) for n, amount in asked]
    with pytest.raises(RefusedError) as refused:
        world.do(lambda conn, hq, now: grants.grant(conn, hq, shop.no, amounts, "placement", 0, now))
    assert refused.value.code == Code.RIGHTS_SHORT
    assert world.one("SELECT sum(own) FROM lots") == (120_00,)
    assert world.one("SELECT sum(granted) FROM rights") == (0,)


def test_counter_of_a_grant_is_the_total(world, shop):
    """HQ's own entries carry the total granted so far: evidence of its own counter."""
    for amount in (10_00, 5_00):
        world.do(
            lambda conn, hq, now, a=amount: grants.grant(conn, hq, shop.no, [(shop.pair[0], a)], "placement", 0, now)
        )
    assert world.one("SELECT granted FROM rights WHERE lot = ?", shop.pair[0]) == (15_00,)
    assert world.codes() == []
    assert world.verify().ok


def test_order_stands_until_it_is_dropped(world, shop):
    """An order describes a state on the rights row; putting or dropping it marks the row."""
    with transaction(world.conn):
        world.conn.execute("DELETE FROM feed_dirty")
        grants.put_order(world.conn, shop.pair[0], shop.no, grants.KEEP, 5_00, world.now)
    assert lots.orders(world.conn, shop.pair) == {(shop.pair[0], shop.no): ("keep", 5_00)}
    assert world.one("SELECT count(*) FROM feed_dirty") == (1,)
    grants.drop_order(world.conn, shop.pair[0], shop.no)
    assert lots.orders(world.conn, shop.pair) == {}


def test_only_due_rights_of_hq_expire_and_money_never(world, shop):
    """HQ writes off its own rights of what is past its date; principal stays whatever the date."""
    for day, expired in ((DAY, 0), ("2027-03-01", 20_00)):
        world.do(lambda conn, hq, now, day=day: expiry.expire_due(conn, hq, day, now, 100))
        assert world.one("SELECT sum(expired) FROM lots") == (expired,)
    assert lots.balances(world.conn, shop.member) == {"principal": 100_00, "bonus": 0}
    assert world.verify().ok


def test_lots_are_found_by_owner(world, shop):
    """All of a member's lots, with the terms they were issued under."""
    found = lots.of_owners(world.conn, [shop.member, world.ids()])
    assert [lot.lot for lot in found[shop.member]] == sorted(shop.pair)
    assert {lot.terms.paid for lot in found[shop.member]} == {100_00}
    assert list(found) == [shop.member]
