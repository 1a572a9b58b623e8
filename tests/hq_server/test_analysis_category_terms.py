"""hq_server.analysis.category_terms: reports read the tree of categories."""

from office_world import open_world
from report_facts import fill

from commerce.reference import CategoryRow
from hq_server.analysis import reports_sales
from hq_server.analysis.reports_source import Span
from hq_server.head_office import catalogue

NOVEMBER = Span("2026-11-01", "2026-11-30")


def read(conn, source):
    """What was charged for each part."""
    rows = conn.execute(f"SELECT part, charged FROM {source.table}", source.params)
    return dict(rows.fetchall())


def test_reports_roll_up_and_take_what_is_below(tmp_path):
    """Below one heading, categories add up to it; without a tree each is its own; a filter takes all below."""
    world = open_world(tmp_path)
    fill(world)
    goods = reports_sales.goods
    flat = {"茶": 29_500, "杯具": 10_500, "": 5_001}
    assert read(world.conn, goods(NOVEMBER, "top")) == flat
    world.do(catalogue.put_all, "", [CategoryRow("店内"), CategoryRow("茶", "店内"), CategoryRow("杯具", "店内")])
    assert read(world.conn, goods(NOVEMBER, "top")) == {"店内": 40_000, "": 5_001}
    below = {"茶": 29_500, "杯具": 10_500}
    assert read(world.conn, goods(NOVEMBER, "category", category="店内")) == below
    assert read(world.conn, goods(NOVEMBER, "category", category="茶")) == {"茶": 29_500}
    world.conn.close()
