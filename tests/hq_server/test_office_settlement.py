"""Settlement: matrix, positions, statements, and closing a period."""

import pytest
from office_world import open_world

from commerce.clearing import Row
from hq_server.errors import HqError
from hq_server.head_office import branches, settlement
from hq_server.head_office.settlement_statements import statement
from hq_server.web.office.settlement import ROWS as CLEARING_ROWS
from hq_server.web.office.settlement import RowsQuery

ROWS = [
    # day, debtor, creditor, column, amount: ledger.md example 5.9, a refund, and a late row
    ("2026-11-02", "b001", "HQ", "principal", 1_500),
    ("2026-11-02", "b001", "b002", "principal", 7_000),
    ("2026-11-02", "HQ", "b002", "bonus", 501),
    ("2026-11-03", "b002", "b001", "fee", 60),
    ("2026-11-04", "b001", "b002", "principal", -2_000),
    ("2026-11-05", "b003", "b001", "principal", 900),
]


@pytest.fixture
def world(tmp_path):
    """Three branches that owe each other something."""
    world = open_world(tmp_path)
    for branch, name in (("b001", "南京路店"), ("b002", "徐家汇店"), ("b003", "五角场店")):
        world.do(branches.register, branch, name)
    write(world, ROWS)
    yield world
    world.conn.close()


def write(world, rows, period=1):
    """Write clearing rows as stage 2 does: the row and its cell of the matrix."""
    for day, debtor, creditor, column, amount in rows:
        world.conn.execute(
            "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq)"
            " VALUES (?, ?, ?, ?, ?, ?, 1, 1)",
            (period, day, debtor, creditor, column, amount),
        )
        world.conn.execute(
            "INSERT INTO clearing_totals VALUES (?1, ?2, ?3, ?4, ?5)"
            " ON CONFLICT (period, debtor, creditor, col) DO UPDATE SET amount = amount + ?5",
            (period, debtor, creditor, column, amount),
        )


TODAY = "2026-11-30"


def statement_of(world, party, n=0):
    """One party's statement."""
    return statement(world.conn, n, party, TODAY)


def rows(world, n=0, **query):
    """All rows that a question finds, read in pages of two."""
    pages = CLEARING_ROWS.pages(world.conn, RowsQuery(n=str(n), **query), "", 2)
    return [row for page in pages for row in page.rows]


def test_the_matrix_is_the_sum_of_all_rows(world):
    """Each cell sums its rows, refunds included; cells at zero are left out; 0 names the open period."""
    assert settlement.matrix(world.conn, 0) == (
        Row("HQ", "b002", "bonus", 501),
        Row("b001", "HQ", "principal", 1_500),
        Row("b001", "b002", "principal", 5_000),
        Row("b002", "b001", "fee", 60),
        Row("b003", "b001", "principal", 900),
    )
    write(world, [("2026-11-06", "b003", "b001", "principal", -900)])
    assert all(row.debtor != "b003" for row in settlement.matrix(world.conn, 1))


def test_net_positions_sum_to_zero(world):
    """HQ is an entity of the matrix; what some are owed the others owe."""
    net = settlement.net_positions(world.conn, 0)
    assert net == {"HQ": 999, "b001": -5_540, "b002": 5_441, "b003": -900}
    assert sum(net.values()) == 0


def test_a_statement_shows_both_sides(world):
    """An entity's statement lists what each other owes it and is owed, column by column, and its net position."""
    found = statement_of(world, "b001")
    assert [(line.other, line.column, line.owed, line.owes) for line in found.lines] == [
        ("HQ", "principal", 0, 1_500),
        ("b002", "fee", 60, 0),
        ("b002", "principal", 0, 5_000),
        ("b003", "principal", 900, 0),
    ]
    assert sum(line.owed - line.owes for line in found.lines) == found.net == -5_540
    with pytest.raises(HqError, match="unknown_branch"):
        statement_of(world, "b099")


def test_rows_lead_down_to_their_entries(world):
    """The rows behind the matrix are paged: of one side, of one cell, or of all; their sum is the cell."""
    assert [row.amount for row in rows(world, side="b002")] == [7_000, 501, 60, -2_000]
    assert len(rows(world)) == len(ROWS)
    first = rows(world)[0]
    assert (first.branch, first.seq, first.late) == ("HQ", 1, False)
    for cell in settlement.matrix(world.conn, 0):
        found = rows(world, debtor=cell.debtor, creditor=cell.creditor, column=cell.column)
        assert sum(row.amount for row in found) == cell.amount


def test_bonus_that_nobody_pays_is_told(world):
    """A branch whose terms make it bear the bonus is told how much of its sales that was."""
    world.conn.execute("INSERT INTO balances VALUES ('sales:b002', 'bonus', -800)")
    assert statement_of(world, "b002").bonus_unpaid == 299
    assert statement_of(world, "b003").bonus_unpaid == 0


def test_a_closed_period_is_locked_and_the_next_one_opens(world):
    """Closing names the days, keeps the matrix's digest, and later rows fall into the next period as late ones."""
    closed = world.do(settlement.close, "2026-11-30")
    assert (closed.state, closed.first_day, closed.last_day) == ("closed", "2026-11-02", "2026-11-30")
    assert closed.by == "chen.jing"
    assert len(closed.digest) == 32
    before = settlement.matrix(world.conn, closed.n)
    opened = settlement.period(world.conn, 0)
    assert (opened.n, opened.state) == (closed.n + 1, "open")
    write(world, [("2026-11-29", "b001", "b003", "principal", 40)], opened.n)
    write(world, [("2026-12-01", "b001", "b003", "principal", 2)], opened.n)
    assert settlement.matrix(world.conn, closed.n) == before
    assert settlement.net_positions(world.conn, 0)["b003"] == 42
    assert [(line.day, line.owed, line.owes) for line in statement_of(world, "b003").late] == [("2026-11-29", 40, 0)]


def test_periods_follow_each_other(world):
    """A period cannot end before the day after the last one."""
    world.do(settlement.close, "2026-11-30")
    with pytest.raises(HqError, match="period_order"):
        world.do(settlement.close, "2026-11-30")
    with pytest.raises(HqError, match="bad_value"):
        world.do(settlement.close, "2062-12-31")
    world.now += 31 * 24 * 3_600_000
    second = world.do(settlement.close, "2026-12-31")
    assert second.first_day == "2026-12-01"
    assert [period.n for period in settlement.periods(world.conn)] == [3, 2, 1]
    with pytest.raises(HqError, match="unknown_period"):
        settlement.matrix(world.conn, 9)


@pytest.mark.parametrize("day", ["", "2026-13-01", "20261130", "2026-02-30", "2026-11-30T00:00"])
def test_days_must_exist(world, day):
    """The last day is a date that exists, in ISO form."""
    with pytest.raises(HqError, match="bad_value"):
        world.do(settlement.close, day)
