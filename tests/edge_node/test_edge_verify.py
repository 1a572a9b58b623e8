"""Verification can fail: each kind of damage is planted and found."""

import msgspec
import pytest
from edge_feed import grant
from edge_shop import LEAD, Shop

from commerce.tender import Offer
from edge_node.ledger import incarnations
from edge_node.ledger.node import load_node
from edge_node.ledger.verify import verify
from edge_node.till import refunds, withdrawals
from edge_node.till.refunds import RefundOrder


@pytest.fixture
def used(shop: Shop) -> Shop:
    """A shop with a bit of everything in its log."""
    shop.open()
    member = shop.register()
    shop.top_up(member)
    grant(shop, member)
    sale = shop.sell([Offer("stored_value", 4500)], ("tea", 3000), member=member)
    shop.sell([Offer("cash", 1500)], member=member)
    shop.write(refunds.refund, shop.at(), RefundOrder(sale.sale, ((0, 1000),), in_cash=False, reason="洒了"), LEAD)
    undone = shop.top_up(member)
    shop.write(withdrawals.undo_top_up, shop.at(), undone.issue, "充错", LEAD, in_cash=True)
    return shop


def test_an_untouched_database_is_ok(used: Shop):
    """Everything is checked: all entries, all lots, and progress is told."""
    told: list[tuple[int, int]] = []
    report = verify(used.conn, lambda done, total: told.append((done, total)))
    assert (report.ok, report.violations) == (True, [])
    assert report.entries == used.rows("SELECT count(*) FROM entries")[0][0]
    assert report.lots == used.rows("SELECT count(*) FROM lots")[0][0] == 6
    assert told[-1] == (report.entries, report.entries)


def test_bytes_of_an_earlier_version_are_read(used: Shop):
    """Terms, and what remains of sales, were written without fields that have defaults by now: they are the same."""
    for lot, terms in used.rows("SELECT lot, terms FROM lots"):
        older = msgspec.msgpack.encode(msgspec.msgpack.decode(terms)[:9])
        used.conn.execute("UPDATE lots SET terms = ? WHERE lot = ?", (older, lot))
    for number, left in used.rows('SELECT id, "left" FROM sales WHERE "left" IS NOT NULL'):
        sale, member, lines, uses, *rest = msgspec.msgpack.decode(left)
        older = msgspec.msgpack.encode([sale, member, [line[:4] for line in lines], [use[:5] for use in uses], *rest])
        used.conn.execute('UPDATE sales SET "left" = ? WHERE id = ?', (older, number))
    assert verify(used.conn).violations == []


def test_older_logs_are_checked_too(used: Shop):
    """Every incarnation's log is walked, not only the current one."""
    used.write(incarnations.open_next, "restored", used.new_id(), 9)
    used.node = load_node(used.conn, used.node.member_key)
    used.sell([Offer("cash", 1500)])
    assert verify(used.conn).ok
    used.conn.execute("UPDATE entries SET hash = zeroblob(32) WHERE id = (1 << 40 | 3)")
    assert not verify(used.conn).ok


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE entries SET entry = zeroblob(9) WHERE id = (1 << 40 | 5)", "does not continue the chain"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE id = (1 << 40 | 5)", "does not continue the chain"),
        ("DELETE FROM entries WHERE id = (1 << 40 | 5)", "where 5 is due"),
        ("DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)", "its head says"),
        ("UPDATE entries SET at = at + 1 WHERE id = (1 << 40 | 5)", "entry 5 says"),
        ("INSERT INTO entries SELECT 9 << 40 | 1, at, hash, entry FROM entries LIMIT 1", "belong to no log"),
        ("UPDATE incarnations SET h0 = zeroblob(32)", "h0 is not"),
        ("UPDATE incarnations SET node = zeroblob(16)", "h0 is not"),
        ("UPDATE incarnations SET head = zeroblob(32)", "its head says"),
        ("UPDATE incarnations SET acked_seq = 3, acked_head = zeroblob(32)", "acked another entry"),
        ("UPDATE incarnations SET acked_head = zeroblob(32)", "acked head at 0"),
        ("UPDATE rights SET born = born + 1 WHERE born > 0", "its moves make"),
        ("UPDATE rights SET gone = gone - 1 WHERE gone > 0", "its moves make"),
        ("DELETE FROM rights WHERE gone > 0", "moved in log 1 but not held"),
        ("UPDATE rights SET granted = 0, born = 0, gone = 0", "its moves make"),
        ("DELETE FROM lots WHERE asset = 'bonus'", "held but not known"),
        ("UPDATE lots SET pair = x'' WHERE asset = 'bonus'", "lots: "),
        ("UPDATE sales SET total = total + 1", "sales: "),
        ('UPDATE sales SET "left" = NULL', "sales: "),
        ("DELETE FROM sales", "sales: "),
        ("UPDATE issues SET undone = x''", "issues: "),
        ("UPDATE shifts SET day = '2026-03-02'", "shifts: "),
    ],
)
def test_damage_is_found(used: Shop, damage: str, found: str):
    """Whatever row is changed behind the ledger's back, verify says which."""
    used.conn.execute("PRAGMA ignore_check_constraints = ON")
    used.conn.execute(damage)
    report = verify(used.conn)
    assert not report.ok
    assert any(found in violation for violation in report.violations), report.violations


def test_spent_beyond_granted_is_found(used: Shop):
    """A grant taken back behind the ledger's back leaves rights below zero."""
    used.conn.execute("PRAGMA ignore_check_constraints = ON")
    used.conn.execute("UPDATE rights SET granted = 0")
    assert any("below zero" in violation for violation in verify(used.conn).violations)


def test_a_false_counter_in_an_entry_is_found(used: Shop):
    """Counters written into entries are compared with what the moves make."""
    used.conn.execute("UPDATE rights SET born = born + 5")
    member = used.rows("SELECT member FROM members")[0][0]
    used.sell([Offer("stored_value", 1500)], member=member)
    assert any("counter" in violation for violation in verify(used.conn).violations)
