"""Items of any span are the same whether months or days are read."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_world import open_world

from hq_server.analysis.items import per_item
from hq_server.analysis.reports_source import Span
from hq_server.analysis.rows import ITEMS, Rows
from hq_server.analysis.write import add_sums

FIRST = date(2025, 12, 20)
DAYS = 120


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """Every day of four months each of two branches sells one item, and one of two others."""
    conn = open_world(tmp_path_factory.mktemp("items")).conn
    rows = Rows()
    for n in range(DAYS):
        day = (FIRST + timedelta(days=n)).isoformat()
        for branch in ("b001", "b002"):
            for item in ("tea", f"cup{n % 2}"):
                rows.add([(ITEMS, (day, branch, item), (1000 * n, 10 + n, 9 + n, 1))])
    add_sums(conn, rows)
    yield conn
    conn.close()


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(first=st.integers(-3, DAYS), length=st.integers(0, DAYS), branch=st.sampled_from(["", "b001", "b009"]))
def test_months_and_days_add_up_alike(conn, first, length, branch):
    """A span cut into whole months and days tells what its days tell, of all branches and of one."""
    begin = FIRST + timedelta(days=first)
    span = Span(begin.isoformat(), (begin + timedelta(days=length)).isoformat(), branch)
    found = per_item(span)
    expected = conn.execute(
        "SELECT item, sum(quantity), sum(list), sum(charged), sum(count) FROM day_items WHERE day BETWEEN ? AND ?"
        " AND branch LIKE ? GROUP BY item ORDER BY item",
        (span.first, span.last, branch or "%"),
    ).fetchall()
    assert conn.execute(f"{found.sql} ORDER BY item", found.params).fetchall() == expected
