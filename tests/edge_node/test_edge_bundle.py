"""What goes into a bundle: every log of the chain that waits, oldest first, in bounds, and what HQ opens of it."""

import random

import pytest
from edge_shop import Shop
from scripted_hq import CHAIN, HQ_IMPORT, NODE, OWN_KEY, joined_shop, node_identity

from edge_node.ledger import change_log, incarnations
from edge_node.storage.database import Database
from edge_node.sync import bundle
from sync_protocol import limits
from sync_protocol.batch import open_batch
from sync_protocol.bundle import OpenedBundle, open_bundle
from sync_protocol.opening import Direction
from sync_protocol.sealing import Expected
from sync_protocol.signed import key_id

DB_KEY = bytes(range(32))


@pytest.fixture
def shop(tmp_path):
    """A shop that has just joined the chain; its history of its own waits as well."""
    made = joined_shop(tmp_path / "edge.db")
    yield made
    made.conn.close()


async def export(shop: Shop) -> bytes | None:
    """Make the bundle as the node does."""
    database = await Database.open(shop.path, DB_KEY)
    try:
        return await bundle.make_bundle(database, node_identity(), random.Random(7).randbytes)
    finally:
        await database.close()


def opened(data: bytes | None) -> OpenedBundle:
    """Open it as HQ would."""
    assert data is not None
    expected = Expected(CHAIN, CHAIN, Direction.TO_HQ, b"")
    keys = {key_id(HQ_IMPORT.public_raw): HQ_IMPORT.private}
    return open_bundle(data, expected, keys.get, lambda node, _key: OWN_KEY.public_key() if node == NODE else None)


def reached(found: OpenedBundle) -> list[tuple[bytes, int, int]]:
    """What the batches bring: (incarnation, first, last)."""
    headers = [open_batch(raw, OWN_KEY.public_key()).header for raw in found.batches]
    return [(header.incarnation, header.first, header.last) for header in headers]


async def test_all_logs_of_the_chain_that_wait(shop: Shop):
    """Oldest first, each from HQ's ack on; what was sold before joining is another chain's and stays."""
    first = incarnations.current(shop.conn)
    shop.write(incarnations.open_next, "closed", b"2" * 16, 3000)
    second = incarnations.current(shop.conn)
    found = opened(await export(shop))
    assert reached(found) == [(first.incarnation, 1, first.seq), (second.incarnation, 1, second.seq)]
    assert [tuple(log) for log in found.opening.logs] == [
        (log.incarnation, log.seq, log.head) for log in (first, second)
    ]
    shop.write(change_log.mark_acked, first.no, first.seq, first.head, b"")
    assert reached(opened(await export(shop))) == [(second.incarnation, 1, second.seq)]


async def test_nothing_waits_nothing_is_made(shop: Shop):
    """When HQ has confirmed all, there is no file; making one marks nothing."""
    before = incarnations.logs(shop.conn)
    assert await export(shop)
    assert incarnations.logs(shop.conn) == before
    log = incarnations.current(shop.conn)
    shop.write(change_log.mark_acked, log.no, log.seq, log.head, b"")
    assert await export(shop) is None


async def test_a_long_log_is_brought_as_far_as_it_fits(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """Beyond the bound the bundle ends between two batches, and is whole all the same."""
    log = incarnations.current(shop.conn)
    shop.write(incarnations.open_next, "closed", b"2" * 16, 3000)
    monkeypatch.setattr(bundle, "_ROOM", limits.MAX_BATCH + 100)
    assert reached(opened(await export(shop))) == [(log.incarnation, 1, log.seq)]
