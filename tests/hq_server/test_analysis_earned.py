"""Commission by terms: a change for days past marks its months, which the follower sums anew one by one."""

import pytest
from test_analysis_reports_laws import ITEMS, Books

from hq_server.analysis import earned, rebuild, reports_goods
from hq_server.analysis.reports_source import Span
from hq_server.storage.database import transaction

TEA = ITEMS[0]
YEAR = Span("2025-12-01", "2026-11-30")
CHANGE = ("terms", TEA, "2026-02-11", 77, 100, 0, "")


@pytest.fixture(name="books")
def _books(tmp_path):
    """One attendant serves tea for 2.00 in each of three months, without terms."""
    made = Books(tmp_path)
    for month in ("01", "02", "03"):
        made.take(("sale", 0, f"2026-{month}-20", b"", [(TEA, 1, 100, "7")]))
    made.settle()
    yield made
    made.conn.close()


def told(books, group="staff"):
    """What the attendant earned, and for what nobody had said any terms."""
    source = reports_goods.commission(YEAR, group)
    sql = f"SELECT sum(commission), sum(untold) FROM {source.table}"
    return books.conn.execute(sql, source.params).fetchone()


def test_a_change_counts_at_once_and_is_summed_anew_by_months(books):
    """Reports tell new terms from the change on; each step sums one month, and changes no figure."""
    assert told(books) == (0, 6_00)
    books.take(CHANGE)
    seen = []
    while True:
        assert told(books) == told(books, "day") == told(books, "item") == (40, 2_00)
        assert rebuild.compare(books.conn) == []
        seen.append(earned.until(books.conn))
        with transaction(books.conn):
            if not earned.step(books.conn):
                break
    books.settle()  # the follower takes such steps when no entry waits
    assert seen == ["2026-02", "2026-03", earned.NEVER]
    rates = books.conn.execute("SELECT month, per_mille, charged FROM month_earned ORDER BY month").fetchall()
    assert rates == [("2026-01", earned.UNTOLD, 2_00), ("2026-02", 100, 2_00), ("2026-03", 100, 2_00)]


def test_terms_taken_away_are_those_before_them_again(books):
    """Dropping terms marks the months as putting them does."""
    books.take(CHANGE)
    books.settle()
    with transaction(books.conn):
        books.drop(TEA, "2026-02-11")
    assert earned.until(books.conn) == "2026-02"
    assert told(books) == (0, 6_00)
    books.settle()
    assert told(books) == (0, 6_00)
    assert rebuild.compare(books.conn) == []


def test_what_comes_late_into_a_marked_month_is_counted_once(books):
    """Facts that arrive between a change and its summing anew stand in the sums once, before and after."""
    books.take(CHANGE)
    books.take(("sale", 1, "2026-02-21", b"", [(TEA, 1, 100, "7")]))
    books.take(("follow", 3, 1000, False))
    assert told(books) == (60, 2_00)
    books.settle()
    assert told(books) == (60, 2_00)
    assert rebuild.compare(books.conn) == []


def test_no_facts_no_months(tmp_path):
    """A change before anybody has served marks nothing for longer than one step."""
    made = Books(tmp_path)
    made.take(CHANGE)
    made.settle()
    assert earned.until(made.conn) == earned.NEVER
    with transaction(made.conn):
        assert not earned.step(made.conn)
    made.conn.close()
