"""The laws of feeds: versions in commit order, gapless pages, one newest row a key, tombstones, history."""

import hmac
from dataclasses import replace

import msgspec
import pytest
from hq_world import NOW, World
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.facts import Terms
from commerce.reference import CHAIN_FEED, ProductRow, RightsRow
from hq_server.distribution import feed, limits, mac
from hq_server.ledger import changes, grants
from hq_server.storage.database import transaction
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import FeedPosition
from sync_protocol.wire import check_page

ENCODE = msgspec.msgpack.Encoder(order="sorted").encode
MEMBER = b"m" * 16


@pytest.fixture
def world(tmp_path):
    """HQ without branches."""
    return World(tmp_path)


def put(world, key, body):
    """Write or drop (None) a reference row."""
    with transaction(world.conn):
        if body is None:
            world.conn.execute("DELETE FROM reference WHERE feed = ? AND key = ?", (CHAIN_FEED, key))
        else:
            world.conn.execute("INSERT OR REPLACE INTO reference VALUES (?, ?, ?)", (CHAIN_FEED, key, body))
        changes.mark(world.conn, CHAIN_FEED, key)


def sequence(world, now=NOW):
    """Let the sequencer run once."""
    with transaction(world.conn):
        return feed.sequence(world.conn, world.hq, now)


def head(world, name=CHAIN_FEED):
    """A feed's head."""
    with transaction(world.conn):
        return feed.heads(world.conn, world.hq, [name])[name]


def read(world, at=None, name=CHAIN_FEED):
    """Read a feed to its head as a branch does; return its rows and where it stands."""
    rows = {}
    while (page := feed.page(world.conn, name, head(world, name), at)) is not None:
        check_page(page)
        assert page.start == (at.position if at else 0)
        for row in page.rows:
            if row.body is None:
                rows.pop(row.key, None)
            else:
                rows[row.key] = row.body
        at = FeedPosition(page.lineage, page.end)
    return rows, at


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("drop"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("sequence"), st.just(0), st.just(0)),
        st.tuples(st.just("read"), st.integers(0, 2), st.just(0)),
    ),
    max_size=40,
)


@given(ACTS)
@settings(derandomize=True, max_examples=40, deadline=None)
def test_every_reader_ends_equal(tmp_path_factory, acts):
    """Whenever and however often a branch reads, at the head it holds exactly the present rows."""
    world = World(tmp_path_factory.mktemp("feed"))
    readers = [({}, None) for _ in range(3)]
    now = {}
    for act, n, value in acts:
        if act in ("put", "drop"):
            key = f"product:P{n}"
            now[key] = ENCODE({"v": value}) if act == "put" else None
            put(world, key, now[key])
        elif act == "sequence":
            sequence(world)
        else:
            rows, at = readers[n]
            fresh, at = read_more(world, rows, at)
            readers[n] = (fresh, at)
    sequence(world)
    wanted = {key: body for key, body in now.items() if body is not None}
    for rows, place in readers:
        fresh, at = read_more(world, rows, place)
        assert fresh == wanted
        assert at is None or at == head(world)
    world.conn.close()


def read_more(world, rows, at):
    """Go on reading where a reader stands."""
    rows = dict(rows)
    while (page := feed.page(world.conn, CHAIN_FEED, head(world), at)) is not None:
        for row in page.rows:
            rows.pop(row.key, None)
            if row.body is not None:
                rows[row.key] = row.body
        at = FeedPosition(page.lineage, page.end)
    return rows, at


def test_pages_are_bounded_in_rows(world, monkeypatch):
    """A page has at most so many rows, and the next begins where it ended."""
    monkeypatch.setattr(feed, "PAGE_ROWS", 4)
    for n in range(10):
        put(world, f"product:P{n}", ENCODE(n))
    sequence(world)
    sizes, at = [], None
    while (page := feed.page(world.conn, CHAIN_FEED, head(world), at)) is not None:
        sizes.append(len(page.rows))
        at = FeedPosition(page.lineage, page.end)
    assert sizes == [4, 4, 2]


def test_pages_are_bounded_in_bytes(world):
    """Large rows make short pages, and a row larger than a page travels alone."""
    for n in range(5):
        put(world, f"product:P{n}", bytes([n]) * (limits.PAGE_BYTES // 2))
    sequence(world)
    page = feed.page(world.conn, CHAIN_FEED, head(world), None)
    assert len(page.rows) == 1
    assert len(read(world)[0]) == 5


def test_unchanged_row_keeps_its_version(world):
    """A mark without a change sends nothing."""
    put(world, "product:P1", ENCODE(1))
    assert sequence(world) == {CHAIN_FEED}
    before = head(world)
    put(world, "product:P1", ENCODE(1))
    assert sequence(world) == set()
    assert head(world) == before
    assert not feed.is_dirty(world.conn)


def test_tombstone_is_a_row(world):
    """What is gone is told once, as a row without a body; what never was is not told at all."""
    put(world, "product:P1", ENCODE(1))
    sequence(world)
    put(world, "product:P1", None)
    put(world, "product:P2", None)
    sequence(world)
    page = feed.page(world.conn, CHAIN_FEED, head(world), None)
    assert [(row.key, row.body) for row in page.rows] == [("product:P1", None)]


def test_sequencer_takes_many_keys_in_steps(world):
    """More marks than a step takes wait for the next one."""
    for n in range(7):
        put(world, f"product:P{n}", ENCODE(n))
    with transaction(world.conn):
        feed.sequence(world.conn, world.hq, NOW, 5)
    assert head(world).position == 5
    assert feed.is_dirty(world.conn)
    sequence(world)
    assert head(world).position == 7


def test_superseded_reference_rows_are_kept_for_a_while(world):
    """HQ can tell which price was in force at a position, for 400 days."""
    put(world, "product:P1", ENCODE(1))
    sequence(world)
    put(world, "product:P1", ENCODE(2))
    sequence(world, NOW + 5)
    kept = world.all("SELECT key, version, body, superseded_at FROM reference_history")
    assert kept == [("product:P1", 1, ENCODE(1), NOW + 5)]
    with transaction(world.conn):
        assert feed.forget_history(world.conn, NOW + 399 * 86_400_000) == 0
        assert feed.forget_history(world.conn, NOW + 401 * 86_400_000) == 1


def test_node_of_another_lineage_begins_anew(world):
    """A position in another lineage means nothing: the next page begins at 0."""
    put(world, "product:P1", ENCODE(ProductRow("P1", "绿茶", "饮料", "瓶", 300)))
    sequence(world)
    elsewhere = FeedPosition(HqEpoch(7, b"x" * 16), 1)
    assert feed.page(world.conn, CHAIN_FEED, head(world), elsewhere).start == 0
    assert feed.page(world.conn, CHAIN_FEED, head(world), head(world)) is None


def test_rights_rows_tell_totals_and_orders(world):
    """A rights row bears what HQ granted, HQ's order, the epoch, and HQ's MAC; it is the lot's description too."""
    shop, other = world.shop("b001"), world.shop("b002")
    lot, _ = shop.top_up(MEMBER, 1_000, bonus=100, returned=(600,))
    shop.send()
    world.apply()
    world.do(lambda conn, hq, now: grants.grant(conn, hq, other.no, [(lot, 400)], "placement", 0, now))
    world.do(lambda conn, _hq, now: grants.put_order(conn, lot, other.no, "keep", 150, now))
    sequence(world)
    key = f"rights:{lot.hex()}:{other.log.identity.incarnation.hex()}"
    (row,) = feed.rows_now(world.conn, "branch:b002", [key, "rights:unknown"])
    body = msgspec.msgpack.decode(row.body, type=RightsRow)
    assert (body.granted, body.gone_known, body.order, body.order_amount) == (400, 0, "keep", 150)
    assert (body.asset, body.issuer, body.owner, body.epoch) == ("principal", "b001", MEMBER, 1)
    assert isinstance(body.terms, Terms)
    assert mac.genuine(body, world.keys.mac_key)


def test_forged_rights_row_is_not_genuine(world):
    """A row that HQ's key did not seal, or that was changed after, is told apart."""
    row = RightsRow(
        *(
            b"l" * 16,
            b"i" * 16,
            5,
            0,
            "",
            0,
            1,
            b"e" * 16,
            MEMBER,
            "member",
            "principal",
            "b001",
            "2026-01-01",
            "",
            b"",
        ),
        Terms(),
        b"",
    )
    sealed = mac.sealed(row, world.keys.mac_key)
    assert mac.genuine(sealed, world.keys.mac_key)
    assert not mac.genuine(sealed, b"z" * 32)
    assert not mac.genuine(replace(sealed, granted=6), world.keys.mac_key)
    assert not mac.genuine(replace(sealed, terms=Terms(uses=1)), world.keys.mac_key)


def test_a_row_sealed_before_uses_were_counted_is_genuine(world):
    """Terms have grown a field since the first version; what HQ sealed without it is still its own."""
    told = RightsRow(
        b"l" * 16,
        b"i" * 16,
        5,
        0,
        "",
        0,
        1,
        b"e" * 16,
        MEMBER,
        "member",
        "principal",
        "b001",
        "2026-01-01",
        "",
        b"",
        Terms(),
        b"",
    )
    old = msgspec.to_builtins(told, builtin_types=(bytes,)) | {"terms": list(Terms())[:9]}
    body = msgspec.msgpack.Encoder(order="sorted").encode(old)
    sealed = replace(told, mac=hmac.digest(world.keys.mac_key, b"stayopen/1 rights row" + body, "sha256"))
    assert mac.genuine(sealed, world.keys.mac_key)


def test_balances_are_the_whole_chains(world):
    """A balance row sums what is left everywhere, as of the oldest holder's last word."""
    shop, other = world.shop("b001"), world.shop("b002")
    shop.top_up(MEMBER, 1_000, bonus=100)
    other.top_up(MEMBER, 500)
    shop.send()
    first = world.now
    other.send()
    world.apply()
    other.sell(MEMBER, 200)
    other.send()
    world.apply()
    sequence(world, world.now)
    rows, _ = read(world, name="branch:b001")
    body = msgspec.msgpack.decode(rows[f"balance:{MEMBER.hex()}"])
    assert body["balances"] == [["bonus", 100], ["principal", 1_300]]
    assert body["as_of"] == first
