"""HQ prices every sale once more by the rows of its time, and asks people only where nothing explains it."""

from dataclasses import replace

import pytest
from hq_world import DAY, NOW, World

from commerce import basket as baskets
from commerce.basket import Basket
from commerce.catalogue import Catalogue
from commerce.facts import Tender
from commerce.pricing import price
from commerce.reference import CHAIN_FEED, ProductRow
from commerce.sale import sale_fact
from hq_server.distribution import feed
from hq_server.head_office import catalogue, discrepancy_evidence
from hq_server.head_office.act import Act
from hq_server.ledger import discrepancies
from hq_server.reconcile import price_check

RICE = ProductRow("rice", "东北大米", "粮油", "袋", 999)


@pytest.fixture
def world(tmp_path):
    """HQ with one product on sale."""
    world = World(tmp_path)
    put(world, RICE)
    yield world
    world.conn.close()


@pytest.fixture
def shop(world):
    """A shop."""
    return world.shop("guanqian")


def put(world, row):
    """Write a row and sequence it; returns where the feed ends."""
    world.do(lambda conn, hq, now: catalogue.put(conn, Act(hq, "chen.jing", now), "", row))
    world.do(feed.sequence)
    return head(world)


def head(world):
    """Where the chain's feed ends."""
    return world.one("SELECT head FROM feeds WHERE feed = ?", CHAIN_FEED)[0]


def sell(world, shop, row, position, *, off=0):
    """Sell one of a product as a till would that read the feed up to `position`; `off`: a forged price."""
    goods = Catalogue([row])
    priced = price(baskets.add(Basket(), goods, row.item, 1000), goods)
    if off:
        line = replace(priced.lines[0], charged=priced.total - off, list_amount=priced.total - off)
        priced = replace(priced, lines=(line,), total=priced.total - off)
    tenders = (Tender("cash", priced.total, priced.total),)
    shop.write(sale_fact(shop.desk, world.ids(), "S1", b"", priced, tenders, positions=((CHAIN_FEED, position),)))


def check(world, shop, now=NOW):
    """Send, apply and check all; returns what was found."""
    shop.send()
    world.apply()
    while world.do(lambda conn, hq, _: price_check.step(conn, hq, now, 2)):
        pass
    return [row for row in discrepancies.rows(world.conn, "open", 200) if row.code == "price_differs"]


def test_a_sale_is_judged_by_the_rows_of_its_own_time(world, shop):
    """A branch that had not heard of a new price sold rightly at the old one."""
    before = head(world)
    after = put(world, replace(RICE, price=1_099))
    sell(world, shop, RICE, before)
    sell(world, shop, replace(RICE, price=1_099), after)
    assert check(world, shop) == []
    assert world.verify().ok


def test_a_price_that_nothing_explains_is_found_once_with_its_steps(world, shop):
    """The finding names sale and line; its evidence is the price as it should be, step by step."""
    sell(world, shop, RICE, head(world), off=99)
    (found,) = check(world, shop)
    assert (found.branch, found.expected, found.found) == ("guanqian", 999, 900)
    (entry,) = discrepancy_evidence.entries(world.conn, found)
    told = discrepancy_evidence.rows(world.conn, found, entry, NOW).price
    assert told.known
    (line,) = told.lines
    assert (line.expected, line.found, line.agrees) == (999, 900, False)
    assert [(step.code, step.amount) for step in line.steps] == [("list", 999)]
    world.conn.execute("DELETE FROM meta WHERE name = ?", (price_check.CURSOR,))
    assert len(check(world, shop)) == 1
    assert world.verify().ok


@pytest.mark.parametrize(("position", "later"), [(1_000, 0), (0, 500 * 86_400_000)])
def test_nobody_is_accused_where_history_is_gone(world, shop, position, later):
    """Positions that HQ lost, and rows kept no longer: nobody can tell."""
    sell(world, shop, RICE, head(world) + position, off=99)
    assert check(world, shop, NOW + later) == []


def test_sales_without_positions_are_left_alone(world, shop):
    """A standalone shop's history names no rows of the chain."""
    shop.sell(b"", 500, value=0)
    assert check(world, shop) == []


def test_where_all_prices_are_off_the_queue_is_not_drowned(world, shop, monkeypatch):
    """Beyond so many open findings of a branch one a day says that there are more."""
    monkeypatch.setattr(price_check, "LISTED_MAX", 3)
    for n in range(6):
        sell(world, shop, RICE, head(world), off=10 + n)
    found = check(world, shop)
    assert [row.detail for row in found][3:] == [f"more {DAY}"]
    assert world.verify().ok


def test_an_unreadable_day_keeps_nobody_waiting(world, shop):
    """A sale whose date is none is passed over, and those behind it are judged."""
    shop.desk = shop.desk._replace(day="morgen....")
    sell(world, shop, RICE, head(world), off=99)
    shop.desk = shop.desk._replace(day=DAY)
    sell(world, shop, RICE, head(world), off=98)
    assert [row.found for row in check(world, shop)] == [901]
