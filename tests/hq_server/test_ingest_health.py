"""What boxes tell of themselves: kept by HQ's clock, in a live session, never trusted to be sound."""

import pytest
from branch_world import Chain

from hq_server.ingest import health as ingest
from hq_server.ingest import limits
from hq_server.storage.database import transaction
from sync_protocol.epoch import HqEpoch
from sync_protocol.limits import MAX_NUMBER
from sync_protocol.messages import BlockList, DeviceState, FeedPosition, Health

MEMBER = b"m" * 16
TELLING = {"protocol": 1, "health": 1}
NODE = b"n" * 16
FIRST, SECOND = HqEpoch(1, b"e" * 16), HqEpoch(2, b"f" * 16)
PRINTER = DeviceState("前台小票机", "pos_printer", works=False, code="paper_out", since=0)


@pytest.fixture
def chain(tmp_path):
    """HQ, nobody connected."""
    return Chain(tmp_path)


@pytest.fixture
def box(chain):
    """A box that is live and can tell."""
    made = chain.box("b001")
    made.versions = TELLING
    made.connect()
    chain.pump()
    return made


def kept(chain, *columns):
    """What is kept of the one node that told."""
    return chain.conn.execute(f"SELECT {', '.join(columns)} FROM node_health").fetchone()


def unsent(chain):
    """Entries that the one node was last known to hold."""
    return chain.conn.execute("SELECT unsent FROM nodes").fetchone()[0]


def tell(chain, box, **fields):
    """Tell, and let HQ hear it."""
    said = {"at": chain.now, "head": len(box.shop.log.entries), "oldest": 0, "blocks": None, "devices": ()}
    box.session.health(Health(**(said | fields)))
    chain.pump()


def test_times_are_kept_by_hqs_clock(chain, box):
    """A box whose clock is an hour ahead tells ages; what it tells is kept with HQ's times, its clock beside."""
    hour = 3_600_000
    ahead = chain.now + hour
    devices = (PRINTER._replace(since=ahead - 60_000),)
    tell(chain, box, at=ahead, devices=devices, blocks=BlockList(FIRST, 0, ahead - 5_000))
    told_at, clock, applied_at = kept(chain, "told_at", "clock", "blocks_applied_at")
    assert clock == ahead - told_at
    assert applied_at == told_at - 5_000
    rows = chain.conn.execute("SELECT name, kind, works, code, since FROM node_devices").fetchall()
    assert rows == [("前台小票机", "pos_printer", 0, "paper_out", told_at - 60_000)]


def test_what_comes_after_it_makes_it_true(chain, box):
    """Told with entries on their way: once these are here nothing waits any more, whatever was told before."""
    box.shop.top_up(MEMBER, 5_000)
    seen = []
    box.session.health(
        Health(at=chain.now, head=len(box.shop.log.entries), oldest=chain.now - 9, blocks=None, devices=())
    )
    with transaction(chain.conn):
        chain.core.receive(chain.conn, box.link, box.session.outgoing()[0], chain.now)
    seen.append((unsent(chain), kept(chain, "oldest_at")[0]))
    chain.pump()
    seen.append((unsent(chain), kept(chain, "oldest_at")[0]))
    (waits, oldest), after = seen
    assert waits > 0
    assert oldest == kept(chain, "told_at")[0] - 9
    assert after == (0, 0)


def test_what_hq_holds_is_not_waiting(chain, box):
    """An oldest entry that a node tells of while HQ holds all of its log only lacks the ack: nothing waits."""
    tell(chain, box, oldest=chain.now - 5_000)
    assert kept(chain, "oldest_at") == (0,)


def test_a_session_that_begins_with_nothing_unsent(chain, box):
    """A node that comes back with no more than HQ holds, as after a bundle, waits with nothing."""
    tell(chain, box)
    chain.conn.execute("UPDATE node_health SET oldest_at = 5")
    box.cut()
    box.connect()
    chain.pump()
    assert kept(chain, "oldest_at") == (0,)


def test_a_bundle_counts(chain, box):
    """What comes in a file is waited for no more; the time of the oldest goes once nothing is left."""
    tell(chain, box)
    with transaction(chain.conn):
        chain.conn.execute("UPDATE nodes SET unsent = 5")
        chain.conn.execute("UPDATE node_health SET oldest_at = 7")
        ingest.brought(chain.conn, box.shop.node, 3)
        first = (unsent(chain), *kept(chain, "oldest_at"))
        ingest.brought(chain.conn, box.shop.node, 9)
    assert [first, (unsent(chain), *kept(chain, "oldest_at"))] == [(2, 7), (0, 0)]


def test_a_box_that_may_only_upload_is_not_heard(chain, box):
    """A revoked or expired box's word about itself is dropped."""
    box.cut()
    box.connect(upload_only=True)
    chain.pump()
    tell(chain, box)
    assert kept(chain, "told_at") is None


def test_an_older_box_tells_nothing(chain):
    """A box that does not know the message lives as it always did."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    assert not box.session.takes_health
    assert kept(chain, "told_at") is None


def on_health(chain, head, now, position=None, lineage=FIRST, **fields):
    """Keep one message of a node without a session; how fresh its block list is."""
    blocks = None if position is None else BlockList(lineage, position, 0)
    said = Health(**({"at": now, "head": 0, "oldest": 0, "blocks": blocks, "devices": ()} | fields))
    with transaction(chain.conn):
        ingest.on_health(chain.conn, NODE, said, head, 1, now)
    return kept(chain, "blocks_good_at")[0]


def test_how_fresh_a_block_list_is(chain):
    """At the head it is of now; behind a head that never rests it is of when that head was seen; stuck, it ages."""
    at = lambda position, lineage=FIRST: FeedPosition(lineage, position)  # noqa: E731
    assert on_health(chain, at(100), 1_000) == 0
    assert on_health(chain, at(100), 2_000, 40) == 0
    assert on_health(chain, at(150), 3_000, 90) == 0
    assert on_health(chain, at(200), 4_000, 100) == 2_000
    assert on_health(chain, at(250), 5_000, 220) == 4_000
    assert on_health(chain, at(300), 6_000, 220) == 4_000
    assert on_health(chain, at(300), 7_000, 300) == 7_000
    assert on_health(chain, at(300), 8_000, 300) == 8_000
    assert on_health(chain, at(10, SECOND), 9_000, 300) == 8_000
    assert on_health(chain, at(10, SECOND), 10_000, 4, SECOND) == 8_000
    assert on_health(chain, at(20, SECOND), 11_000, 10, SECOND) == 10_000


@pytest.mark.parametrize(
    ("at", "oldest", "expected"),
    [
        (5_000, 4_000, 10**12 - 1_000),
        (5_000, 6_000, 10**12),
        (10**12, 10**12 - limits.AGE_MS, 10**12 - limits.AGE_MS),
        (10**12, 10**12 - limits.AGE_MS - 1, 0),
        (0, 0, 0),
        (0, MAX_NUMBER, 10**12),
        (MAX_NUMBER, 1, 0),
    ],
)
def test_ages_that_make_no_sense(chain, at, oldest, expected):
    """The future is now, and what is older than a year is not known."""
    on_health(chain, FeedPosition(FIRST, 0), 10**12, at=at, oldest=oldest)
    assert kept(chain, "oldest_at") == (expected,)


def test_devices_replace_those_told_before(chain):
    """What is told is all there is; what cannot be printed is taken out of names."""
    head = FeedPosition(FIRST, 0)
    on_health(chain, head, 1_000, devices=(PRINTER, PRINTER))
    on_health(chain, head, 2_000, devices=(PRINTER._replace(name=" 收\x1b[31m银\n台 "),))
    assert chain.conn.execute("SELECT n, name FROM node_devices").fetchall() == [(0, "收[31m银台")]


def test_the_largest_message_is_kept(chain):
    """All bounds at once fit into the database's columns."""
    device = DeviceState("秤" * 40, "k" * 24, works=False, code="c" * 24, since=MAX_NUMBER)
    health = Health(
        at=MAX_NUMBER,
        head=MAX_NUMBER,
        oldest=MAX_NUMBER,
        blocks=BlockList(FIRST, MAX_NUMBER, MAX_NUMBER),
        devices=(device,) * 100,
    )
    with transaction(chain.conn):
        ingest.on_health(chain.conn, NODE, health, FeedPosition(FIRST, 0), MAX_NUMBER, 1_000)
    assert kept(chain, "clock", "blocks_good_at") == (MAX_NUMBER - 1_000, 1_000)
