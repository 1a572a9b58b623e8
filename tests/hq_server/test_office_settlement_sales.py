"""Settlement over real logs: top-ups in one branch, spends in another, refunds, closing between them."""

import pytest
from hq_world import DAY, World

from hq_server.head_office import settlement
from hq_server.head_office.act import Act
from hq_server.head_office.settlement_statements import statement
from hq_server.ledger import grants

MEMBER = b"M" * 16


@pytest.fixture
def world(tmp_path):
    """HQ with two shops."""
    world = World(tmp_path)
    world.a, world.b = world.shop("b001"), world.shop("b002")
    yield world
    world.conn.close()


def spend_elsewhere(world, charged, **rule):
    """Top up 1000 + 200 in the first shop, move half to the second and spend `charged` there; returns the sale."""
    lots = world.a.top_up(MEMBER, 100_000, 20_000, returned=(50_000, 10_000), **rule)
    world.a.send()
    world.apply()
    parts = list(zip(lots, (50_000, 10_000), strict=True))
    world.do(lambda conn, hq, now: grants.grant(conn, hq, world.b.no, parts, "placement", 0, now))
    world.b.take_grants()
    sale = world.b.sell(MEMBER, charged)
    world.b.send()
    world.apply()
    return sale


def close(world, last_day):
    """Close the open period."""
    return world.do(lambda conn, hq, now: settlement.close(conn, Act(hq, "sun.qi", now), last_day))


def test_the_issuer_owes_the_spender_principal_and_bonus(world):
    """By default the branch that took the money owes the branch that sold all that it sold for it, to the cent."""
    spend_elsewhere(world, 36_000)
    assert [tuple(row) for row in settlement.matrix(world.conn, 0)] == [
        ("b001", "b002", "bonus", 6_000),
        ("b001", "b002", "principal", 30_000),
    ]
    assert settlement.net_positions(world.conn, 0) == {"HQ": 0, "b001": -36_000, "b002": 36_000}
    assert statement(world.conn, 0, "b002", DAY).bonus_unpaid == 0


def test_a_branch_that_bears_the_bonus_is_told_so(world):
    """Where the spender bears the bonus nobody owes it for that part of its sales: the statement says how much."""
    spend_elsewhere(world, 36_000, bonus_ratio=(0, 0, 1))
    assert settlement.net_positions(world.conn, 0)["b002"] == 30_000
    assert statement(world.conn, 0, "b002", DAY).bonus_unpaid == 6_000


def test_a_refund_takes_back_what_the_sale_brought(world):
    """Half of the goods back takes half of the rows back, all of them leave an empty matrix."""
    sale = spend_elsewhere(world, 36_000)
    world.b.refund(sale, (0, 1_500))
    world.b.send()
    world.apply()
    assert settlement.net_positions(world.conn, 0)["b002"] == 18_000
    world.b.refund(sale, (0, 1_500))
    world.b.send()
    world.apply()
    assert settlement.matrix(world.conn, 0) == ()
    assert world.one("SELECT count(*), sum(amount) FROM clearing_rows") == (6, 0)


def test_closing_applies_what_has_arrived_and_later_facts_fall_into_the_next_period(world):
    """Sales that HQ holds when the period is closed belong to it; what comes later is settled in the next one."""
    sale = spend_elsewhere(world, 12_000)
    world.b.sell(MEMBER, 6_000)
    world.b.send()
    first = close(world, DAY)
    assert (first.first_day, first.last_day) == (DAY, DAY)
    assert settlement.net_positions(world.conn, first.n)["b002"] == 18_000
    world.b.refund(sale, (0, 3_000))
    world.b.send()
    world.apply()
    assert settlement.net_positions(world.conn, first.n)["b002"] == 18_000
    assert settlement.net_positions(world.conn, 0)["b002"] == -12_000
    late = statement(world.conn, 0, "b002", DAY).late
    assert [(line.day, line.other, line.owed) for line in late] == [(DAY, "b001", -2_000), (DAY, "b001", -10_000)]
    report = world.verify()
    assert report.ok, report.violations
