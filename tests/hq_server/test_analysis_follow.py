"""Read models follow the facts: in any steps, late, refunded, forked, hostile; and equal what is made anew."""

import tempfile
from pathlib import Path

import pytest
from branch_world import Chain
from hq_world import DAY, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import msgpack
from test_hq_plan_histories import PlanChain

from commerce.facts import CountedCash, Fact, ShiftAct
from hq_server.analysis import follow, people, rebuild
from hq_server.analysis.follow import Cursor
from hq_server.analysis.limits import RETRY_MS
from hq_server.analysis.rows import SUMS
from hq_server.storage.database import transaction

ENCODE = msgpack.Encoder(order="sorted").encode
TABLES = ("acts", "act_lots", *people.TABLES, *(table.name for table in SUMS))


def catch_up(conn, *, most=1):
    """Follow to the end, a transaction a step."""
    while True:
        with transaction(conn):
            if not follow.step(conn, most):
                return


def contents(conn):
    """All rows of all read models."""
    return {name: sorted(conn.execute(f"SELECT * FROM {name}").fetchall()) for name in TABLES}


def total(world, what, **where):
    """Count and amount of one kind of total."""
    more = "".join(f" AND {name} = ?" for name in where)
    sql = f"SELECT coalesce(sum(count), 0), coalesce(sum(amount), 0) FROM day_totals WHERE what = ?{more}"
    return world.one(sql, what, *where.values())


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(10, 60), sizes=st.lists(st.integers(1, 400), min_size=1))
def test_any_steps_give_the_same_tables_and_equal_what_is_made_anew(seed, steps, sizes):
    """Whatever the history (forks, claims, late tails) and the size of steps, tables equal those of one pass."""
    with tempfile.TemporaryDirectory() as folder:
        chain = PlanChain(Path(folder), seed)
        conn = chain.world.conn
        for n in range(steps):
            chain.step()
            with transaction(conn):
                follow.step(conn, sizes[n % len(sizes)])
        chain.heal()
        catch_up(conn)
        followed = contents(conn)
        assert rebuild.compare(conn) == []
        with transaction(conn):
            rebuild.reset(conn)
        assert sum(map(len, contents(conn).values())) == 0
        catch_up(conn, most=10**9)
        assert contents(conn) == followed
        sums_are_those_of_acts(chain.world)
        conn.close()


def sums_are_those_of_acts(world):
    """Totals, items, tenders and members' figures add up to the amounts of the acts themselves."""
    sold, back = (
        world.one(f"SELECT coalesce(sum(amount), 0) FROM acts WHERE {which} AND problem = ''")[0]
        for which in ("kind = 'sale'", "kind = 'refund' AND act IN ('refund', 'release')")
    )
    assert total(world, "sales")[1] == sold
    assert total(world, "refunds")[1] == -back
    assert total(world, "member_sales")[1] + total(world, "walk_in_sales")[1] == sold
    for table in ("day_items", "month_items", "chain_day_items", "chain_month_items"):
        assert world.one(f"SELECT coalesce(sum(charged), 0) FROM {table}")[0] == sold + back
    assert world.one("SELECT coalesce(sum(amount), 0) FROM day_hours")[0] == sold
    for table in ("member_days", "member_totals"):
        assert world.one(f"SELECT coalesce(sum(visits), 0), coalesce(sum(spent), 0) FROM {table}") == (
            total(world, "member_sales")[0],
            sold + back,  # everybody in these histories is a member
        )
    money = "tender NOT IN ('stored_value', 'points', 'uses')"
    cash = world.one(f"SELECT coalesce(sum(amount), 0) FROM day_tenders WHERE {money}")[0]
    drawer = "SELECT coalesce(sum(CASE what WHEN 'received' THEN amount ELSE -amount END), 0) FROM shift_totals"
    assert cash == world.one(f"{drawer} WHERE what IN ('received', 'paid_out') AND {money}")[0]
    books = world.one("SELECT coalesce(sum(amount), 0) FROM balances WHERE account LIKE 'cash:%'")[0]
    assert cash == books


@pytest.fixture
def world(tmp_path):
    """A chain with one shop."""
    made = World(tmp_path)
    made.box = made.shop("guanqian")
    yield made
    made.conn.close()


def settle(world, *shops):
    """Have everything sent, applied and followed."""
    for shop in shops or (world.box,):
        shop.send()
    world.apply()
    catch_up(world.conn)


def test_a_sale_is_told_whole(world):
    """A sale's row and sums say who, where, when, what was charged and what it did to the member's value."""
    member = world.ids()
    world.box.top_up(member, 100_00, 20_00)
    sale = world.box.sell(member, 20_00, 10_00, value=24_00, earn=7)
    settle(world)
    row = world.one(
        "SELECT day, branch, kind, number, till, staff, member, amount, principal + bonus, points, problem FROM acts"
        " WHERE id = ?",
        sale,
    )
    assert row == (DAY, "guanqian", "sale", "S1", "前台1", "1001", member, 30_00, -24_00, 7, "")
    assert total(world, "sales") == (1, 30_00)
    assert total(world, "top_up") == (1, 100_00)
    assert total(world, "top_up_bonus") == (1, 20_00)
    assert total(world, "stored_value") == (1, 24_00)
    assert total(world, "points_earned") == (1, 7)
    assert total(world, "members") == (0, 0)
    assert world.all("SELECT item, quantity, charged, count FROM day_items ORDER BY item") == [
        ("P000", 3000, 20_00, 1),
        ("P001", 3000, 10_00, 1),
    ]
    assert world.all("SELECT act, tender, amount FROM day_tenders ORDER BY act, tender") == [
        ("issue", "cash", 100_00),
        ("sale", "cash", 6_00),
        ("sale", "stored_value", 24_00),
    ]
    assert world.one("SELECT first_day, last_day, visits, spent, topped_up FROM member_totals") == (
        *(DAY, DAY, 1),
        *(30_00, 100_00),
    )


def test_refunds_subtract_on_the_day_they_came(world):
    """What comes back is taken off its item, its attendant, its tenders and its member on its own business day."""
    member = world.ids()
    world.box.top_up(member, 100_00)
    sale = world.box.sell(member, 30_00, value=0)
    world.box.desk = world.box.desk._replace(day="2026-12-02")
    world.box.refund(sale, (0, 1000))
    settle(world)
    assert total(world, "sales", day=DAY) == (1, 30_00)
    assert total(world, "refunds", day="2026-12-02") == (1, 10_00)
    assert world.all("SELECT day, item, quantity, list, charged, count FROM day_items ORDER BY day") == [
        (DAY, "P000", 3000, 30_00, 30_00, 1),
        ("2026-12-02", "P000", -1000, -10_00, -10_00, 0),
    ]
    assert world.all("SELECT month, charged FROM month_items ORDER BY month") == [
        ("2026-11", 30_00),
        ("2026-12", -10_00),
    ]
    assert world.one("SELECT amount, ref FROM acts WHERE kind = 'refund'") == (-10_00, sale)
    assert world.one("SELECT last_day, spent FROM member_totals") == (DAY, 20_00)


def test_late_facts_land_on_their_own_day(world):
    """A branch that was dark for weeks brings sales of their own business dates, whenever they arrive."""
    late = world.shop("xihu")
    late.desk = late.desk._replace(day="2026-10-05")
    member = world.ids()
    world.box.top_up(member, 10_00)
    world.box.sell(member, 10_00)
    late.top_up(member, 50_00)
    late.sell(member, 8_00)
    settle(world)
    assert total(world, "sales", day="2026-10-05") == (0, 0)
    settle(world, late)
    assert total(world, "sales", day="2026-10-05", branch="xihu") == (1, 8_00)
    assert world.one("SELECT first_day, last_day, visits FROM member_totals") == ("2026-10-05", DAY, 2)


def test_figures_beyond_belief_are_listed_and_not_counted(world):
    """A fact whose figures no shop can mean stands in the list with its problem, and in no sum."""
    body = ShiftAct("cash_in", world.box.desk.shift, DAY, "前台1", "1001", 2**50, (), (), "")
    world.box.write(Fact("shift", body))
    world.box.append("sale", (), (), b"\xc1")
    too_much = (("cash:guanqian:cash", "money", 2**45), ("sales:guanqian", "money", -(2**45)))
    world.box.append("sale", (), too_much, b"\x80")
    settle(world)
    rows = world.all("SELECT kind, amount, problem FROM acts WHERE branch = 'guanqian' AND problem <> '' ORDER BY n")
    assert rows == [("shift", 0, "figures"), ("sale", 0, "body"), ("sale", 0, "too_much")]
    assert world.one("SELECT count(*) FROM shift_totals")[0] == 0
    assert total(world, "sales") == (0, 0)
    assert rebuild.compare(world.conn) == []


def test_a_day_that_is_none_is_not_believed(world):
    """A business date that does not exist is replaced by the calendar's, so that a fact cannot hide from its month."""
    body = ShiftAct("open", world.box.desk.shift, "0000-00-00", "前台1", "1001", 5_00, (), (), "")
    world.box.write(Fact("shift", body))
    settle(world)
    assert world.one("SELECT day FROM acts WHERE kind = 'shift'")[0] == "2026-11-30"  # at 0:53 in China


def test_several_who_served_share_a_line(world):
    """A line's attendants share its pieces and money equally, to the last cent."""
    shop = world.box
    member = world.ids()
    shop.top_up(member, 100_00)
    shop.sell(member, 10_01)
    *envelope, data = msgpack.decode(shop.log.entries.pop())
    body = msgpack.decode(data)
    body["lines"][0][7] = "1001,1002,1003"
    shop.log.entries.append(ENCODE([*envelope, ENCODE(body)]))
    settle(world)
    assert world.all("SELECT staff, quantity, charged, count FROM day_staff ORDER BY staff") == [
        ("1001", 1000, 3_33, 1),
        ("1002", 1000, 3_34, 1),
        ("1003", 1000, 3_34, 1),
    ]


def test_shifts_tell_what_was_counted(world):
    """A close brings expected and counted money per tender; the act's amount is the difference."""
    world.box.close_shift((CountedCash("cash", 50_00),), (CountedCash("cash", 48_50),))
    settle(world)
    assert world.all("SELECT what, tender, amount FROM shift_totals ORDER BY what") == [
        ("counted", "cash", 48_50),
        ("expected", "cash", 50_00),
    ]
    assert world.one("SELECT amount FROM acts WHERE kind = 'shift'")[0] == -1_50


def test_a_damaged_table_is_found(world):
    """Comparing names rows that the facts do not give, in every kind of table."""
    member = world.ids()
    world.box.top_up(member, 100_00)
    world.box.sell(member, 30_00)
    settle(world)
    assert rebuild.compare(world.conn) == []
    for sql, word in (
        ("UPDATE acts SET amount = amount + 1 WHERE kind = 'sale'", "act "),
        ("DELETE FROM act_lots WHERE reason = 16", "move of lot"),
        ("UPDATE day_totals SET amount = 1 WHERE what = 'sales'", "day_totals"),
        ("UPDATE member_totals SET visits = 9", "member_totals"),
        ("DELETE FROM day_hours", "day_hours: not in the table"),
        ("INSERT INTO month_staff VALUES ('2026-11', 'x', 'y', 'z', 1, 1, 1)", "month_staff: the facts do not give"),
    ):
        world.conn.execute("SAVEPOINT damage")
        world.conn.execute(sql)
        assert any(word in line for line in rebuild.compare(world.conn)), sql
        world.conn.execute("ROLLBACK TO damage")
        world.conn.execute("RELEASE damage")


def test_a_step_that_fails_leaves_nothing_behind(world, monkeypatch):
    """Rows and cursor are one transaction: after an error the same facts are taken again, once."""
    world.box.top_up(world.ids(), 100_00)
    world.box.send()
    world.apply()

    def broken(conn, at):
        raise RuntimeError

    monkeypatch.setattr(follow, "set_cursor", broken)
    with pytest.raises(RuntimeError), transaction(world.conn):
        follow.step(world.conn)
    monkeypatch.undo()
    assert follow.cursor(world.conn) == Cursor(0, 0)
    assert world.one("SELECT count(*) FROM acts")[0] == 0
    waiting = follow.waiting(world.conn)
    catch_up(world.conn)
    assert world.one("SELECT count(*) FROM acts")[0] == waiting
    assert follow.waiting(world.conn) == 0


def test_the_core_follows_when_stage_2_rests(tmp_path, caplog, monkeypatch):
    """A turn either applies or follows; when following fails, selling and syncing go on and it is tried again later."""
    chain = Chain(tmp_path)
    box = chain.box("guanqian")
    box.connect()
    chain.pump()
    with transaction(chain.conn):
        monkeypatch.setattr(follow, "chunks", lambda *_: 1 / 0)
        box.shop.top_up(chain.ids(), 100_00)
    chain.pump()
    assert chain.one("SELECT count(*) FROM lots")[0] == 1
    assert follow.waiting(chain.conn) > 0
    assert len([record for record in caplog.records if record.name == "stayopen.hq.core"]) == 1
    monkeypatch.undo()
    chain.now += RETRY_MS
    chain.pump()
    assert follow.waiting(chain.conn) == 0
    assert rebuild.compare(chain.conn) == []
    assert total(chain, "top_up") == (1, 100_00)
