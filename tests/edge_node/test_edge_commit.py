"""Commit and the change log: one fact, one entry, one transaction."""

import pytest
from edge_shop import Shop

from commerce.errors import RightsError
from commerce.facts import Audit, Fact
from commerce.moves import Move, Posting, Reason
from edge_node.errors import Code, MendInputError, NotNowError, StopWorkError
from edge_node.ledger import change_log, incarnations
from edge_node.ledger.commit import commit
from edge_node.storage.database import transaction
from sync_protocol import chain
from sync_protocol.entry import decode_entry

NOTE = Audit("note", "x", "101", "T1", "试", b"")


def test_entries_chain_from_h0(shop: Shop):
    """Each hash is the chain's over the stored bytes, seqs have no gap, the head is the last hash."""
    log = incarnations.current(shop.conn)
    entries = change_log.read_range(shop.conn, log.no, 0, 10**9, 10**6)
    hashes = chain.extend_all(chain.first_hash(log.identity), entries)
    assert log.seq == len(entries) == len(hashes) > 10
    assert [decode_entry(entry).seq for entry in entries] == list(range(1, log.seq + 1))
    assert hashes[-1] == log.head == change_log.hash_at(shop.conn, log.no, log.seq)
    assert change_log.hash_at(shop.conn, log.no, 0) == log.h0
    assert change_log.hash_at(shop.conn, log.no, log.seq + 1) is None


def test_a_range_is_bounded_by_bytes_and_count_but_never_empty(shop: Shop):
    """A batch gets as many entries as fit, and one too large to fit all the same."""
    no = shop.node.no
    one = change_log.read_range(shop.conn, no, 0, 1, 500)
    assert len(one) == 1
    two = change_log.read_range(shop.conn, no, 0, len(one[0]) + 400, 500)
    assert 1 <= len(two) < 10
    assert len(change_log.read_range(shop.conn, no, 2, 10**9, 3)) == 3
    assert change_log.read_range(shop.conn, no, 10**6, 10**9, 500) == ()


def test_a_range_ends_with_its_log(shop: Shop):
    """Entries of the next incarnation never slip into the range of an older log."""
    seq = incarnations.current(shop.conn).seq
    shop.write(incarnations.open_next, "restored", shop.new_id(), 5)
    assert len(change_log.read_range(shop.conn, shop.node.no, 0, 10**9, 10**6)) == seq


def test_the_locator_ends_at_h0(shop: Shop):
    """HELLO's points run from the head back to seq 0 with this log's own hashes."""
    points = change_log.locator(shop.conn, shop.node.no)
    assert points[0].seq == incarnations.current(shop.conn).seq
    assert points[-1].seq == 0
    assert all(point.hash == change_log.hash_at(shop.conn, shop.node.no, point.seq) for point in points)


def test_an_unbalanced_fact_is_never_written(shop: Shop):
    """Postings that do not sum to zero per unit stop the act."""
    fact = Fact("audit", NOTE, (), (Posting("cash:x:cash", "money", 5), Posting("sales:x", "points", -5)))
    with pytest.raises(StopWorkError) as caught:
        shop.write(commit, shop.node, fact, 1)
    assert caught.value.code is Code.UNBALANCED_FACT


def test_out_moves_need_rights_and_leave_nothing_behind(shop: Shop):
    """A move beyond the rights is refused, and the refused transaction writes no entry."""
    before = incarnations.current(shop.conn)
    fact = Fact("audit", NOTE, (Move(b"l" * 16, Reason.ISSUE, 5), Move(b"l" * 16, Reason.SPEND, 6)))
    with pytest.raises(RightsError):
        shop.write(commit, shop.node, fact, 1)
    assert incarnations.current(shop.conn) == before
    assert shop.rows("SELECT * FROM rights") == []


def test_moves_carry_their_counter(shop: Shop):
    """Each move bears the value of its counter after it: born for in-moves, gone for out-moves."""
    lot = b"l" * 16
    fact = Fact(
        "audit",
        NOTE,
        (
            Move(lot, Reason.ISSUE, 5),
            Move(lot, Reason.SPEND, 3),
            Move(lot, Reason.REFUND, 2),
            Move(lot, Reason.RETURN, 1),
        ),
    )
    written = shop.write(commit, shop.node, fact, 1)
    assert [move.counter for move in decode_entry(written.entry).moves] == [5, 3, 7, 4]
    assert shop.rows("SELECT granted, born, gone FROM rights WHERE lot = ?", lot) == [(0, 7, 4)]


def test_a_stopped_incarnation_spends_nothing(shop: Shop):
    """Out-moves are refused while stopped; what comes in is real and stays possible."""
    lot = b"l" * 16
    shop.write(commit, shop.node, Fact("audit", NOTE, (Move(lot, Reason.ISSUE, 5),)), 1)
    shop.write(incarnations.stop_stored_value, shop.node.no, "old_copy")
    with pytest.raises(NotNowError) as caught:
        shop.write(commit, shop.node, Fact("audit", NOTE, (Move(lot, Reason.SPEND, 1),)), 1)
    assert caught.value.code is Code.STORED_VALUE_STOPPED
    shop.write(commit, shop.node, Fact("audit", NOTE, (Move(lot, Reason.ISSUE, 5),)), 1)


def test_nobody_writes_into_a_log_that_ended(shop: Shop):
    """A Node loaded before its incarnation was followed by another cannot commit any more."""
    shop.write(incarnations.open_next, "restored", shop.new_id(), 5)
    with pytest.raises(StopWorkError):
        shop.write(commit, shop.node, Fact("audit", NOTE), 1)


def test_acks_only_go_forward_and_only_where_the_hash_fits(shop: Shop):
    """An ack of another history, or of less than acked before, changes nothing."""
    no = shop.node.no
    third, second = change_log.hash_at(shop.conn, no, 3), change_log.hash_at(shop.conn, no, 2)
    assert shop.write(change_log.mark_acked, no, 3, third, b"ack3")
    assert not shop.write(change_log.mark_acked, no, 3, second, b"bad")
    assert not shop.write(change_log.mark_acked, no, 2, second, b"ack2")
    log = incarnations.current(shop.conn)
    assert (log.acked_seq, log.acked_head, log.ack) == (3, third, b"ack3")


def test_an_entry_can_be_shown_to_a_witness(shop: Shop):
    """A till asks for the hash at a seq, and for the entry itself."""
    stored = change_log.read_entry(shop.conn, shop.node.no, 2)
    assert stored is not None
    assert (stored.no, stored.seq) == (shop.node.no, 2)
    assert change_log.split_id(change_log.entry_id(7, 2**40 - 1)) == (7, 2**40 - 1)
    assert change_log.read_entry(shop.conn, 99, 1) is None


def test_a_fact_beyond_an_entrys_size_is_refused(shop: Shop):
    """What would not fit into one entry is refused with its limit, before anything is written."""
    with pytest.raises(MendInputError) as caught:
        shop.write(commit, shop.node, Fact("audit", Audit("x" * 70_000, "x", "1", "T", "", b"")), 1)
    assert caught.value.code is Code.TOO_LARGE


def test_time_before_1970_is_written_as_zero(shop: Shop):
    """A clock that claims nonsense does not stop the shop: `at` is only a claim."""
    with transaction(shop.conn):
        written = commit(shop.conn, shop.node, Fact("audit", NOTE), -5)
    assert decode_entry(written.entry).at == 0
