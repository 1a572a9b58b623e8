"""Lists of the office: pages by key hold every row once, in order, whatever is sorted by; cursors are not trusted."""

import sqlite3

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.errors import InputError
from hq_server.web.office.listing import Column, Listing, ListQuery
from hq_server.web.office.work import BRANCH, SEE


class Row(msgspec.Struct, frozen=True):
    """A row of the table below."""

    n: int
    day: str
    amount: int


class Query(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of one branch."""

    branch: str = ""


def find(conn, query, at, cut):
    """As rooms write it."""
    where = ["branch = ?"] if at else []
    found = cut.fetch(conn, select="n, day, amount", tables="things", make=Row, where=where, params=[at] if at else [])
    assert query.sort in {"", "day", "-day", "amount", "-amount"}
    return found


THINGS = Listing(
    "GET /things",
    "listThings",
    "Things",
    row=Row,
    query=Query,
    columns=(Column("n", "count"), Column("day", "day", "day"), Column("amount", "money", "amount")),
    find=find,
    key="n",
    order="-day",
    roles=BRANCH,
)

ROWS = st.lists(
    st.tuples(st.sampled_from([f"2026-11-0{n}" for n in range(1, 5)]), st.integers(-3, 3), st.sampled_from("ab")),
    max_size=40,
)


def table(rows):
    """A table of `rows`, numbered."""
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE things (n INTEGER PRIMARY KEY, day TEXT, amount INTEGER, branch TEXT)")
    conn.executemany("INSERT INTO things (day, amount, branch) VALUES (?, ?, ?)", rows)
    return conn


@given(ROWS, st.sampled_from(["", "day", "-day", "amount", "-amount"]), st.integers(1, 7), st.sampled_from(["", "a"]))
def test_pages_hold_every_row_once_in_order(rows, sort, size, at):
    """Page by page one reads what one question gives, also where many rows are equal in what is sorted by."""
    conn = table(rows)
    wanted = [Row(n, day, amount) for n, (day, amount, branch) in enumerate(rows, 1) if not at or branch == at]
    by = (sort or "-day").lstrip("-")
    wanted.sort(key=lambda row: (getattr(row, by), row.n), reverse=(sort or "-day").startswith("-"))
    query = Query(sort=sort, branch=at)
    assert [row for found in THINGS.pages(conn, query, at, size) for row in found.rows] == wanted
    read, after = [], ""
    for _ in range(len(rows) + 1):
        asked = msgspec.structs.replace(query, after=after, limit=size)
        found = find(conn, asked, at, THINGS.cut(asked))
        assert len(found.rows) <= size
        read += found.rows
        after = found.after
        if not after:
            break
    assert read == wanted


def test_a_page_is_not_moved_by_what_is_written_meanwhile():
    """A row written before the cursor is neither told twice nor pushes another out."""
    conn = table([("2026-11-01", n, "a") for n in range(6)])
    query = Query(sort="-day", limit=3)
    first = find(conn, query, "", THINGS.cut(query))
    conn.execute("INSERT INTO things (day, amount, branch) VALUES ('2026-11-04', 9, 'a')")
    query = msgspec.structs.replace(query, after=first.after)
    second = find(conn, query, "", THINGS.cut(query))
    assert [row.n for row in (*first.rows, *second.rows)] == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("sort", ["n", "-n", "branch", "nothing", "day;"])
def test_only_named_columns_can_be_sorted_by(sort):
    """What is not a sortable column is refused, never put into the question."""
    with pytest.raises(InputError, match="bad_value"):
        THINGS.cut(Query(sort=sort))


@pytest.mark.parametrize("after", ["x", "AAAA", "kg", "gaFh", "!!!", "k6Fh\n", "三", "A" * 600, "ks////////////AQ"])
def test_odd_cursors_are_refused(after):
    """A cursor that no page gave is the asker's mistake, and nothing else."""
    with pytest.raises(InputError, match="bad_value"):
        THINGS.cut(Query(after=after))


def test_the_route_says_who_may_ask():
    """A listing's route names its duty, its query and its page."""
    assert THINGS.route.roles == BRANCH != SEE
    assert THINGS.route.query is Query
    assert set(THINGS.route.answer.__struct_fields__) == {"rows", "next", "sums"}
