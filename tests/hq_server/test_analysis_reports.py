"""Reports as selections over the read models: what each counts, and what it must not."""

import pytest
from office_world import open_world
from report_facts import M1, M2, M3, SHIFT1, fill, summed

from commerce.points import RedeemRule
from hq_server.analysis import (
    reports_cash,
    reports_goods,
    reports_members,
    reports_points,
    reports_sales,
)
from hq_server.analysis.reports_source import Span

NOVEMBER = Span("2026-11-01", "2026-11-30")


@pytest.fixture(name="conn")
def _conn(tmp_path):
    """A small chain's read models."""
    world = open_world(tmp_path)
    fill(world)
    yield world.conn
    world.conn.close()


def read(conn, source):
    """Rows of a source by column names."""
    cursor = conn.execute(f"SELECT * FROM {source.table}", source.params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def by(rows, name="part"):
    """Rows by one column."""
    return {row[name]: row for row in rows}


def test_sales_stand_in_the_group_asked_for(conn):
    """Days, months, week days and branches tell the same sales; what lies outside the span is in none."""
    days = by(read(conn, reports_sales.totals(NOVEMBER, "day")))
    assert list(days) == ["2026-11-02", "2026-11-03"]
    first = days["2026-11-02"]
    assert (first["sales"], first["sales_count"], first["average"]) == (30_000, 3, 10_000)
    assert (first["refunds"], first["net"]) == (2_000, 28_000)
    assert (first["member_sales"], first["walk_in_sales"], first["top_ups"], first["bonus"]) == (
        *(25_000, 5_000),
        *(100_000, 10_000),
    )
    assert by(read(conn, reports_sales.totals(NOVEMBER, "month")))["2026-11"]["sales"] == 45_001
    assert sorted(by(read(conn, reports_sales.totals(NOVEMBER, "weekday")))) == ["1", "2"]  # Monday and Tuesday
    branches = by(read(conn, reports_sales.totals(NOVEMBER, "branch")))
    assert {name: row["average"] for name, row in branches.items()} == {"b001": 10_000, "b002": 7_500}


def test_a_branch_alone(conn):
    """A span of one branch holds nothing of the others, whatever is asked."""
    own = Span(*NOVEMBER[:2], "b002")
    assert list(by(read(conn, reports_sales.totals(own, "branch")))) == ["b002"]
    assert [row["sales"] for row in read(conn, reports_sales.hours(own))] == [15_001]
    assert sorted(by(read(conn, reports_sales.goods(own, "item")))) == ["gone", "tea"]
    assert {row["branch"] for row in read(conn, reports_goods.commission(own, "staff"))} == {"b002"}
    assert [row["tender"] for row in read(conn, reports_cash.tenders(own, "tender"))] == ["cash"]
    assert [row["branch"] for row in read(conn, reports_cash.shifts(own))] == ["b002"]
    assert read(conn, reports_cash.counts(SHIFT1, "b002")) == []
    assert [row["member"] for row in read(conn, reports_members.members(own))] == [M1]
    assert list(by(read(conn, reports_points.points("2026-11-30", "branch", None, "b002")))) == ["b002"]


def test_hours_add_up_over_days(conn):
    """An hour holds its sales of all days."""
    hours = by(read(conn, reports_sales.hours(NOVEMBER)), "hour")
    assert {hour: (row["sales_count"], row["sales"]) for hour, row in hours.items()} == {
        9: (1, 10_000),
        18: (4, 35_001),
    }


def test_goods_by_category(conn):
    """Categories are the present catalogue's; what is not in it has none; shares are of all that was charged."""
    rows = by(read(conn, reports_sales.goods(NOVEMBER, "category")))
    assert {part: (row["charged"], row["items"]) for part, row in rows.items()} == {
        "茶": (29_500, 1),
        "杯具": (10_500, 1),
        "": (5_001, 1),
    }
    assert rows["茶"]["discount"] == 500
    assert rows["茶"]["share"] == 29_500 * 1000 // 45_001


def test_margin_takes_the_cost_of_the_day(conn):
    """Tea sold before the 3rd costs 6.00 and after it 7.00; the branch and category add up the same products."""
    tea = by(read(conn, reports_goods.products(NOVEMBER, "item")))["tea"]
    assert (tea["cost"], tea["margin"]) == (10 * 600 + 5 * 700, 29_500 - 9_500)
    assert tea["margin_per_mille"] == 20_000 * 1000 // 29_500
    assert by(read(conn, reports_goods.products(NOVEMBER, "brand")))["龙井"]["cost"] == 9_500
    only = read(conn, reports_goods.products(NOVEMBER, "item", category="茶"))
    assert [row["part"] for row in only] == ["tea"]


def test_what_has_no_cost_has_no_margin(conn):
    """A cost of 0, and no terms at all, are costs nobody has said: told beside the margin, never counted as gain."""
    rows = by(read(conn, reports_goods.products(NOVEMBER, "item")))
    for item, charged in (("cup", 10_500), ("gone", 5_001)):
        row = rows[item]
        assert (row["cost"], row["margin"], row["margin_per_mille"]) == (None, None, None)
        assert (row["costed"], row["uncosted"]) == (0, charged)
    branch = by(read(conn, reports_goods.products(NOVEMBER, "branch")))["b001"]
    assert (branch["margin"], branch["uncosted"]) == (19_500 - 6_000, 10_500)
    source = reports_goods.products(NOVEMBER, "item")
    sums = summed(conn, source, reports_goods.PRODUCT_SUMS)
    assert (sums["margin"], sums["uncosted"], sums["charged"]) == (20_000, 15_501, 45_001)


def test_commission_is_the_terms_of_the_day(conn):
    """Thousandths of what was charged and an amount a piece, both as they were valid; returns take theirs back."""
    rows = read(conn, reports_goods.commission(NOVEMBER, "staff"))
    earned = {(row["branch"], row["staff"]): (row["commission"], row["untold"]) for row in rows}
    assert earned == {
        ("b001", "1001"): (19_500 * 50 // 1000 - (2_000 * 100 // 1000 + 20), 0),
        ("b001", "1002"): (300, 0),
        ("b002", "1001"): (10_000 * 100 // 1000 + 5 * 20, 5_001),
    }


@pytest.mark.parametrize("group", ["item", "day"])
def test_commission_parts_add_up(conn, group):
    """Commission by products or by days sums to the commission of the person."""
    parts = read(conn, reports_goods.commission(NOVEMBER, group, staff="1001"))
    whole = read(conn, reports_goods.commission(NOVEMBER, "staff", staff="1001"))
    assert sum(row["commission"] for row in parts) == sum(row["commission"] for row in whole)
    assert len(parts) > len(whole)


def test_the_tender_mix(conn):
    """Sales, refunds, top-ups and the rest by tender add up to what came in; shares are of sales."""
    rows = by(read(conn, reports_cash.tenders(NOVEMBER, "tender")), "tender")
    cash = rows["cash"]
    assert (cash["sales"], cash["sales_count"], cash["refunds"], cash["other"]) == (25_001, 4, -2_000, -3_000)
    assert cash["total"] == 20_001
    assert rows["wechat"]["top_ups"] == rows["wechat"]["total"] == 100_000
    assert (cash["share"], rows["stored_value"]["share"], rows["wechat"]["share"]) == (555, 444, 0)


def test_shifts_and_what_was_counted(conn):
    """A closed shift shows its difference, an open one none; only differing ones can be asked for."""
    rows = by(read(conn, reports_cash.shifts(NOVEMBER)), "branch")
    assert (rows["b001"]["opening"], rows["b001"]["cash_out"], rows["b001"]["delta"]) == (20_000, 5_000, -500)
    assert rows["b002"]["delta"] == 0
    assert [row["shift"] for row in read(conn, reports_cash.shifts(NOVEMBER, differing=True))] == [SHIFT1]
    (cash,) = read(conn, reports_cash.counts(SHIFT1))
    assert (cash["tender"], cash["received"], cash["expected"], cash["counted"], cash["delta"]) == (
        *("cash", 10_000, 30_000),
        *(29_500, -500),
    )


def test_the_grid_counts_each_member_once(conn):
    """A member stands in the cell of the last visit and of all visits in the span; a return alone is no visit."""
    cells = {row["recency"] + row["frequency"]: row for row in read(conn, reports_members.grid(NOVEMBER))}
    assert {cell: (row["members"], row["spent"]) for cell, row in cells.items()} == {
        "00": (1, 5_000),
        "01": (1, 26_000),
    }
    half = Span("2026-06-01", "2026-11-30")
    assert "32" in {row["recency"] + row["frequency"] for row in read(conn, reports_members.grid(half))}
    assert [row["member"] for row in read(conn, reports_members.members(half, 3, 2))] == [M3]
    (first, *_) = sorted(read(conn, reports_members.members(NOVEMBER)), key=lambda row: -row["spent"])
    assert (first["member"], first["days"], first["visits"], first["topped_up"]) == (M1, 27, 3, 100_000)


def test_tenths_of_the_members(conn):
    """The biggest spenders stand first; shares are of what all spent, and the last part reaches all of it."""
    rows = read(conn, reports_members.tenths(conn, Span("2026-06-01", "2026-11-30")))
    assert [(row["tenth"], row["members"], row["spent"]) for row in rows] == [
        (1, 1, 26_000),
        (2, 1, 9_000),
        (3, 1, 5_000),
    ]
    assert [row["up_to"] for row in rows] == [650, 875, 1000]


def test_cohorts_by_month_of_registration(conn):
    """Who registered in August is looked for in August (m0), September (m1), …; of a branch, only there."""
    (august, november) = read(conn, reports_members.cohorts("2026-08", "2026-11"))
    assert (august["cohort"], august["members"], august["m0"], august["m1"], august["m3"]) == ("2026-08", 2, 1, 0, 1)
    assert (november["members"], november["m0"]) == (2, 1)
    (own,) = read(conn, reports_members.cohorts("2026-08", "2026-09", "b001"))
    assert (own["members"], own["m3"]) == (1, 1)
    (other,) = read(conn, reports_members.cohorts("2026-08", "2026-09", "b002"))
    assert (other["members"], other["m0"], other["m3"]) == (1, 1, 0)


def test_who_stays_away(conn):
    """Dormant is who has bought before the day and not since; of one branch, what was bought there alone counts."""
    assert [row["member"] for row in read(conn, reports_members.dormant("2026-11-01"))] == [M3]
    assert {row["member"] for row in read(conn, reports_members.dormant("2026-11-03", "b001"))} == {M1, M2}
    assert read(conn, reports_members.dormant("2026-08-01")) == []


def test_points_and_their_worth(conn):
    """Only what is left counts, in thirty days' notice of its end; worth only where the chain has a rule."""
    rule = RedeemRule(1, 10)
    rows = by(read(conn, reports_points.points("2026-11-30", "branch", rule)))
    assert {part: (row["points"], row["soon"], row["worth"]) for part, row in rows.items()} == {
        "b001": (200, 200, 20),
        "b002": (77, 0, 7),
    }
    ages = by(read(conn, reports_points.points("2026-11-30", "age", None)))
    assert {part: (row["points"], row["worth"]) for part, row in ages.items()} == {"0": (200, None), "3": (77, None)}
    assert sorted(by(read(conn, reports_points.points("2026-11-30", "expiry", rule)))) == ["", "2026-12"]
