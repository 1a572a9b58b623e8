"""What HQ's core does beside messages: expiry by its clock, the position of a feed as a witness, what is unsent."""

import pytest
from branch_world import Chain

from commerce.lots import LotView
from commerce.withdrawal import expire_fact
from hq_server.head_office.values import business_day
from hq_server.ingest import limits

MEMBER = b"m" * 16
DAY_MS = 86_400_000


@pytest.fixture
def chain(tmp_path):
    """HQ with nobody connected."""
    return Chain(tmp_path)


@pytest.fixture
def box(chain):
    """A connected box whose member has a bonus that is good for one more day."""
    box = chain.box("b001")
    box.shop.top_up(MEMBER, 10_000, bonus=2_000, bonus_days=1)
    box.connect()
    chain.pump()
    return box


def bonus(chain, *columns):
    """Columns of the bonus lot."""
    return chain.one(f"SELECT {', '.join(columns)} FROM lots WHERE asset = 'bonus'")


def obey(box):
    """Write off what HQ ordered, as a node does with the page that brings the row."""
    for row in list(box.rows.values()):
        if getattr(row, "order", "") == "expire" and (rights := box.shop.log.holdings[row.lot].rights):
            view = LotView(
                *(row.lot, row.owner, row.asset, row.issuer, row.opened_on, row.expires_on, row.pair, row.terms),
                rights,
            )
            box.shop.write(expire_fact(box.shop.desk, box.ids(), [view]))


def test_the_day_changes_and_what_is_past_it_is_written_off(chain, box):
    """HQ's core orders once the day is over and a grace beyond, without anybody's message; the order ends obeyed."""
    (expires_on,) = bonus(chain, "expires_on")
    while business_day(chain.now) <= expires_on:
        chain.now += DAY_MS // 4
    chain.pump()
    assert chain.all("SELECT kind FROM orders") == []
    chain.now += limits.EXPIRY_GRACE_MS
    chain.pump()
    assert chain.all("SELECT kind FROM orders") == [("expire",)]
    assert business_day(chain.now - limits.EXPIRY_GRACE_MS) > expires_on
    obey(box)
    chain.pump()
    assert bonus(chain, "expired", "own") == (2_000, 0)
    assert chain.all("SELECT kind FROM orders") == []
    assert chain.codes() == []
    assert chain.verify().ok


def test_a_turn_that_failed_sweeps_again(chain, box):
    """A day is done only when its sweep is committed."""
    chain.now += 5 * DAY_MS
    with pytest.raises(ZeroDivisionError):
        chain.do(lambda conn, _hq, now: (chain.core.work(conn, now), 1 / 0))
    chain.do(lambda conn, _hq, _now: chain.core.recover(conn))
    chain.pump()
    assert chain.all("SELECT kind FROM orders") == [("expire",)]


def test_many_lots_take_many_turns(chain, box, monkeypatch):
    """One turn looks at so many lots; the next goes on, until all are ordered."""
    monkeypatch.setattr(limits, "LOTS_PER_SWEEP", 2)
    for _ in range(4):
        box.shop.top_up(MEMBER, 1_000, bonus=100, bonus_days=1)
    chain.pump()
    chain.now += 5 * DAY_MS
    assert chain.do(lambda conn, _hq, now: chain.core.work(conn, now)) is True
    assert chain.one("SELECT count(*) FROM orders") == (2,)
    chain.pump()
    assert chain.one("SELECT count(*) FROM orders") == (5,)


def test_a_confirmed_page_is_a_witness(chain, box):
    """A hot copy of a disk, taken before a page was stored, shows by its feed though log and session are the same."""
    copy = (box.shop.clone(), dict(box.feeds))
    before = box.shop.row.fed
    other = chain.box("b002")
    other.connect()
    other.shop.top_up(MEMBER, 5_000)
    chain.pump()
    n = box.ask(MEMBER, 5_000)
    chain.pump()
    assert box.answers[n].refused == ""
    assert box.shop.row.fed == box.feeds["branch:b001"].position > before
    box.cut()
    box.shop, box.feeds = copy
    box.logs = [box.shop.log]
    assert len(box.shop.log.entries) == box.shop.row.acked_seq
    assert box.number == box.shop.row.session_used
    box.connect()
    chain.pump()
    assert box.verdicts == ["behind"]
    assert box.shop.row.closed_reason == "cloned"
    assert chain.verify().ok


def test_a_page_that_was_lost_closes_nobody(chain, box):
    """A node that crashed before it stored a page never confirmed it: it comes back where it was, and is normal."""
    box.take_page = lambda page: None
    box.shop.sell(MEMBER, 500)
    chain.pump()
    del box.take_page
    behind = dict(box.feeds)
    assert chain.one("SELECT head FROM feeds WHERE feed = 'branch:b001'")[0] > behind["branch:b001"].position
    for _ in range(3):
        box.cut()
        box.feeds = dict(behind)
        box.connect()
        box.receive = lambda _data: None  # every answer is lost
        chain.pump()
        del box.receive
    box.cut()
    box.connect()
    chain.pump()
    assert box.verdicts == ["normal"]
    assert box.shop.row.fed == box.feeds["branch:b001"].position


def test_a_position_that_hq_never_had_is_not_kept(chain, box):
    """A node that confirms what was never sent gains nothing by it, and is not closed for it."""
    fed, (_, position) = box.shop.row.fed, box.feeds["branch:b001"]
    box.session.feed_at("branch:b001", box.feeds["branch:b001"].lineage, position + 999)
    chain.pump()
    assert box.shop.row.fed == fed == position


def test_another_lineage_compares_with_nothing(chain, box):
    """Positions under an HQ epoch that HQ has left say nothing about copies."""
    lineage, position = box.feeds["branch:b001"]
    chain.conn.execute("UPDATE feeds SET lineage = 0 WHERE feed = 'branch:b001'")
    assert position
    box.cut()
    chain.restart()
    box.feeds["branch:b001"] = box.feeds["branch:b001"]._replace(lineage=lineage, position=0)
    box.connect()
    chain.pump()
    assert box.verdicts == ["normal"]


def test_nothing_is_unsent_once_everything_is_acked(chain, box):
    """What the office sees of a backlog ends with the ack of its last entry, also when the box leaves at once."""
    box.cut()
    for _ in range(3):
        box.shop.sell(MEMBER, 100)
    box.connect()
    box.push = lambda: None
    chain.pump()
    assert chain.one("SELECT unsent FROM nodes") == (3,)
    del box.push
    chain.pump()
    assert chain.one("SELECT unsent FROM nodes") == (0,)
