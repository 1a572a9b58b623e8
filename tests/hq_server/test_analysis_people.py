"""Who a member is now: totals and cohorts of people, through merges and their undoing, in any order of coming."""

import pytest
from test_analysis_reports_laws import MEMBERS, Books, read

from hq_server.analysis import overview, rebuild, reports_members
from hq_server.analysis.reports_source import Span

LI, WANG, ZHAO = MEMBERS[:3]
HALF, WEEK = Span("2026-01-01", "2026-06-30"), Span("2026-01-05", "2026-01-11")
TEA = [("龙井", 1, 100, "")]


@pytest.fixture(name="books")
def _books(tmp_path):
    """Li and Wang registered in January; Li came then, Wang in January and March."""
    made = Books(tmp_path)
    for act in (
        *(("register", 0, "2026-01-03", LI), ("register", 1, "2026-01-20", WANG)),
        *(("sale", 0, "2026-01-05", LI, TEA), ("sale", 1, "2026-01-06", WANG, TEA)),
        ("sale", 1, "2026-03-01", WANG, TEA),
    ):
        made.take(act)
    made.settle()
    yield made
    assert rebuild.compare(made.conn) == []
    made.conn.close()


def came(books, span):
    """People with their visits."""
    return dict(read(books.conn, reports_members.members(span), "member", "visits"))


def cohort(books, branch=""):
    """January's: how many registered, how many came in January and in March."""
    source = reports_members.cohorts("2026-01", "2026-01", branch)
    return read(books.conn, source, "members", "m0", "m2")


def test_two_who_are_one_count_once(books):
    """After a merge their visits are one person's, over short spans and long ones, and so is who comes back."""
    assert cohort(books) == [(2, 2, 1)]
    books.take(("merge", WANG, LI))
    books.settle()
    assert came(books, HALF) == {LI: 3}
    assert came(books, WEEK) == {LI: 2}
    assert [overview.active_members(books.conn, span) for span in (HALF, WEEK)] == [1, 1]
    assert cohort(books) == [(1, 1, 1)]
    assert cohort(books, "b001") == [(1, 1, 0)]  # in March they came to the other branch
    assert read(books.conn, reports_members.dormant("2026-02-01"), "member") == []


def test_a_merge_undone_leaves_what_was(books):
    """Parted again, each counts what its own id did, also in between; the cohorts are two people's as before."""
    books.take(("merge", WANG, LI))
    books.take(("sale", 0, "2026-03-02", LI, TEA))
    books.settle()
    books.take(("merge", WANG, b""))
    books.settle()
    assert came(books, HALF) == {LI: 2, WANG: 2}
    assert cohort(books) == [(2, 2, 2)]


def test_late_acts_of_a_merged_member_are_the_persons(books):
    """What comes after the merge under the old id counts with who goes on, on its own day."""
    books.take(("merge", WANG, LI))
    books.settle()
    books.take(("sale", 1, "2025-12-30", WANG, TEA))
    books.take(("top_up", 1, "2026-07-02", WANG, 50))
    books.settle()
    assert came(books, HALF) == {LI: 3}
    assert came(books, Span("2025-12-01", "2026-12-31")) == {LI: 4}


def test_who_registers_after_the_first_visit(books):
    """A registration that comes late brings its months with it; of two the first to arrive counts."""
    books.take(("sale", 0, "2026-01-08", ZHAO, TEA))
    books.settle()
    assert cohort(books) == [(2, 2, 1)]
    books.take(("register", 0, "2026-01-08", ZHAO))
    books.settle()
    books.registered.clear()
    books.take(("register", 0, "2026-02-08", ZHAO))
    books.settle()
    assert cohort(books) == [(3, 3, 1)]
