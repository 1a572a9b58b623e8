"""Reports and overview over what real facts leave in the read models: the figures are those of what was done."""

import pytest
from hq_world import DAY, World
from report_facts import summed

from commerce.facts import CountedCash, Fact, ShiftAct
from hq_server.analysis import follow, overview, reports_cash, reports_goods, reports_members, reports_sales
from hq_server.analysis.reports_source import Span
from hq_server.storage.database import transaction

LATER = "2026-12-02"
SPAN = Span(DAY, LATER)


@pytest.fixture(name="world")
def _world(tmp_path):
    """Two shops: one sells two things to a member, takes one back days later; the other sells and closes its shift."""
    made = World(tmp_path)
    made.first, made.second = made.shop("guanqian"), made.shop("xihu")
    made.member = made.ids()
    made.first.top_up(made.member, 100_00, 20_00)
    sale = made.first.sell(made.member, 30_00, 9_00, value=24_00, earn=7)
    made.first.desk = made.first.desk._replace(day=LATER)
    made.first.refund(sale, (0, 1000))
    other = made.ids()
    desk = made.second.desk
    made.second.write(Fact("shift", ShiftAct("open", desk.shift, DAY, desk.till, desk.staff, 0, (), (), "")))
    made.second.top_up(other, 50_00)
    made.second.sell(other, 8_00, value=0)
    made.second.close_shift((CountedCash("cash", 58_00),), (CountedCash("cash", 57_00),))
    for shop in (made.first, made.second):
        shop.send()
    made.apply()
    with transaction(made.conn):
        while follow.step(made.conn, 1_000):
            pass
    yield made
    made.conn.close()


def rows(world, source, name="part"):
    """Rows of a source by one column."""
    cursor = world.conn.execute(f"SELECT * FROM {source.table}", source.params)
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    return {row[name]: row for row in found}


def test_sales_and_refunds_on_their_days(world):
    """A refund counts on the day it came back, at its branch, and net sales are sales less refunds."""
    days = rows(world, reports_sales.totals(SPAN, "day"))
    assert (days[DAY]["sales"], days[DAY]["sales_count"], days[DAY]["refunds"]) == (47_00, 2, 0)
    assert (days[LATER]["sales"], days[LATER]["refunds"], days[LATER]["net"]) == (0, 10_00, -10_00)
    branches = rows(world, reports_sales.totals(SPAN, "branch"))
    assert {branch: row["net"] for branch, row in branches.items()} == {"guanqian": 29_00, "xihu": 8_00}
    assert (branches["guanqian"]["top_ups"], branches["guanqian"]["bonus"]) == (100_00, 20_00)


def test_goods_tell_the_same_money_however_they_are_gathered(world):
    """By product, with margins or by branch it is what was charged less what came back; nobody served, nobody earns."""
    charged = {
        summed(world.conn, source, ["charged"])["charged"]
        for source in (
            reports_sales.goods(SPAN, "item"),
            reports_goods.products(SPAN, "item"),
            reports_goods.products(SPAN, "branch"),
        )
    }
    assert charged == {37_00}
    assert rows(world, reports_goods.commission(SPAN, "item")) == {}
    margins = rows(world, reports_goods.products(SPAN, "item"))
    assert all(row["margin"] is None and row["uncosted"] == row["charged"] for row in margins.values())


def test_tenders_add_up_to_what_came_in(world):
    """Money by tender: sales and top-ups in, refunds out; nothing stands under other."""
    sums = summed(world.conn, reports_cash.tenders(SPAN, "tender"), reports_cash.TENDER_SUMS)
    assert (sums["sales"], sums["refunds"], sums["top_ups"], sums["other"]) == (47_00, -10_00, 150_00, 0)
    assert sums["total"] == 187_00


def test_a_closed_shift_and_its_difference(world):
    """A shift that was counted short is told so, by tender too, at its own branch alone."""
    (shift,) = rows(world, reports_cash.shifts(SPAN, differing=True), "shift").values()
    assert (shift["branch"], shift["expected"], shift["counted"], shift["delta"]) == ("xihu", 58_00, 57_00, -1_00)
    assert rows(world, reports_cash.counts(shift["shift"], "xihu"), "tender")["cash"]["delta"] == -1_00
    assert rows(world, reports_cash.counts(shift["shift"], "guanqian"), "tender") == {}


def test_members_and_overview(world):
    """A member's spending is what was bought less what came back; the overview tells the same chain."""
    use = rows(world, reports_members.members(SPAN), "member")
    assert (use[world.member]["visits"], use[world.member]["spent"]) == (1, 29_00)
    found = overview.figures(world.conn, SPAN)
    assert (found.sales, found.refunds, found.top_ups, found.active_members) == (47_00, 10_00, 150_00, 2)
    owed = overview.liability(world.conn)
    spent = world.one("SELECT sum(spent - refunded) FROM lots WHERE asset IN ('principal', 'bonus')")[0]
    assert owed.principal + owed.bonus == 170_00 - spent
    assert owed == overview.Liability(
        *(a + b for a, b in zip(*(_owed(world, branch) for branch in ("guanqian", "xihu")), strict=True))
    )


def _owed(world, branch):
    found = overview.liability(world.conn, branch)
    return (found.principal, found.bonus, found.gift_cards, found.points)
