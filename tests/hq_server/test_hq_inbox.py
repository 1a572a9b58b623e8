"""Stage 1: batches are kept as signed, once, in order; what does not continue a log is told apart."""

import pytest
from hq_world import World

from hq_server.ledger import inbox
from hq_server.ledger.inbox import Outcome


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    return World(tmp_path)


@pytest.fixture
def shop(world):
    """A shop with ten entries, none of them sent."""
    shop = world.shop("guanqian")
    member = world.ids()
    for _ in range(9):
        shop.top_up(member, 10_00)
    return shop


def test_batch_is_kept_as_it_was_signed(world, shop):
    """The stored bytes are the sent bytes, and the ack names their head."""
    batch, raw = shop.log.batch(1, 10)
    appended = shop.offer(batch, raw)
    assert appended == (Outcome.KEPT, (10, shop.log.hash_at(10)))
    assert world.one("SELECT batch FROM inbox") == (raw,)


def test_repeated_batch_is_acked_again_and_kept_once(world, shop):
    """A retry after a lost ack changes nothing."""
    batch, raw = shop.log.batch(1, 10)
    shop.offer(batch, raw)
    assert shop.offer(batch, raw) == (Outcome.DUPLICATE, (10, shop.log.hash_at(10)))
    assert shop.offer(*shop.log.batch(3, 5)).outcome == Outcome.DUPLICATE
    assert world.one("SELECT count(*) FROM inbox") == (1,)


def test_overlapping_batch_counts_from_the_first_new_entry(world, shop):
    """Entries that HQ holds already are cut off by seq."""
    shop.send(1, 6)
    assert shop.offer(*shop.log.batch(4, 10)).outcome == Outcome.KEPT
    assert world.all("SELECT first_seq, last_seq FROM inbox") == [(1, 6), (7, 10)]
    world.apply()
    assert world.one("SELECT count(*) FROM lots") == (9,)
    assert world.verify().ok


def test_gap_is_not_a_fact(world, shop):
    """Nothing behind a gap is kept; the node resumes behind what is acked."""
    shop.send(1, 3)
    assert shop.offer(*shop.log.batch(5, 10)) == (Outcome.GAP, (3, shop.log.hash_at(3)))
    assert world.one("SELECT count(*) FROM inbox") == (1,)


@pytest.mark.parametrize("held", [6, 10])
def test_second_branch_of_an_open_log_is_a_fork(world, shop, held):
    """Another entry in a place that HQ holds: nothing is kept before the incarnation is closed."""
    other = shop.clone()
    other.log.entries = other.log.entries[:5]
    for _ in range(5):
        other.top_up(world.ids(), 20_00)
    shop.send(1, held)
    assert shop.offer(*other.log.batch(1, 10)).outcome == Outcome.FORK
    assert shop.offer(*other.log.batch(7, 10)).outcome == Outcome.FORK
    assert world.one("SELECT count(*) FROM inbox") == (1,)


def test_closed_log_takes_its_tail_and_keeps_evidence(world, shop):
    """Of a closed incarnation the true tail continues the log, all else is evidence, each batch once."""
    other = shop.clone()
    shop.send(1, 8)
    other.log.entries = other.log.entries[:8]
    other.top_up(world.ids(), 5_00)
    shop.close("cloned")
    assert shop.offer(*other.log.batch(8, 9)).outcome == Outcome.KEPT
    assert shop.offer(*shop.log.batch(9, 10)).outcome == Outcome.EVIDENCE
    assert shop.offer(*shop.log.batch(9, 10)).outcome == Outcome.DUPLICATE
    assert shop.offer(*shop.log.batch(10, 10)).outcome == Outcome.EVIDENCE
    world.apply()
    assert world.one("SELECT count(*) FROM evidence") == (2,)
    assert world.verify().violations == ()


def test_hash_is_known_at_every_seq(world, shop):
    """HQ can show the hash after any entry it holds, also in the middle of a batch, and of none beyond."""
    shop.send(1, 4)
    shop.offer(*shop.log.batch(3, 9))
    assert [inbox.hash_at(world.conn, shop.no, seq) for seq in range(10)] == [
        shop.log.hash_at(seq) for seq in range(10)
    ]
    assert inbox.hash_at(world.conn, shop.no, 10) is None


def test_entries_are_read_back_byte_for_byte(world, shop):
    """Any range of a log can be read again, whatever batches it came in."""
    shop.send(1, 4)
    shop.offer(*shop.log.batch(3, 9))
    assert inbox.read_entries(world.conn, shop.no, 2, 8) == shop.log.entries[1:8]
    assert inbox.entry(world.conn, shop.no, 6) == shop.log.entries[5]
    assert inbox.entry(world.conn, shop.no, 10) is None
    own = inbox.read_entries(world.conn, world.hq.no, 1, 99)
    assert own == [entry for (entry,) in world.all("SELECT entry FROM own_log ORDER BY seq")]


def test_waiting_counts_what_stage_two_has_not_applied(world, shop):
    """The backlog is known in entries."""
    shop.send(1, 4)
    assert inbox.waiting(world.conn) == 4
    world.apply()
    assert inbox.waiting(world.conn) == 0
