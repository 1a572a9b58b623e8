"""What HQ's rows, at their worst, may do to a branch: no page may stop it, no rollback may forget what it saw."""

import random

import pytest
from edge_feed import LOT, grant, key_of, rights_row, send
from edge_shop import DAY, Shop, open_shop

from commerce.facts import Release
from commerce.reference import ClaimRow
from commerce.tender import Offer
from edge_node.ledger import bodies, change_log
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from sync_protocol.entry import decode_entry


@pytest.fixture
def shop(tmp_path):
    """A standalone shop before its first shift."""
    made = open_shop(tmp_path / "edge.db")
    yield made
    made.conn.close()


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A member in an open shift."""
    shop.open()
    return shop.register()


def _feed(shop: Shop) -> str:
    return f"branch:{shop.node.branch}"


def test_a_claim_in_the_page_that_finds_an_old_copy_does_not_undo_the_stop(shop: Shop, member: bytes):
    """A copy of a box that a rights row finds out stays stopped, whatever else came in that page."""
    shop.top_up(member)
    sale = shop.sell([Offer("stored_value", 4500)], ("tea", 3000), member=member)
    (lot,) = shop.rows("SELECT lot FROM lots WHERE asset = 'principal'")[0]
    row = rights_row(shop, member, lot=lot, granted=0, gone_known=10**6)
    claim = ClaimRow(b"c" * 16, sale.sale, shop.node.branch, "b002", ((0, 1000),), "to_release")
    send(shop, _feed(shop), (key_of(row), row), (f"claim:{claim.claim.hex()}", claim))
    assert change_log.head(shop.conn, shop.node.no).stopped == "old_copy"
    assert shop.rows("SELECT 1 FROM claims") == []
    assert verify(shop.conn).ok


@pytest.mark.parametrize(("order", "asset"), [("keep", "principal"), ("closing", "bonus"), ("expire", "points")])
def test_orders_on_any_number_of_lots_are_obeyed(shop: Shop, member: bytes, order: str, asset: str):
    """The night on which all points expire, or a page full of recalls, fits entries of the size that travels."""
    ids = random.Random(7)
    made = [
        rights_row(shop, member, lot=ids.randbytes(16), granted=100, asset=asset, expires_on="2026-02-28")
        for _ in range(1500)
    ]
    send(shop, _feed(shop), *((key_of(row), row) for row in made))
    rows = [
        rights_row(shop, member, lot=row.lot, granted=100, asset=asset, expires_on="2026-02-28", order=order)
        for row in made
    ]
    send(shop, _feed(shop), *((key_of(row), row) for row in rows))
    assert shop.rows("SELECT count(*), sum(granted + born - gone) FROM rights") == [(1500, 0)]
    assert verify(shop.conn).ok
    for (entry,) in shop.rows("SELECT entry FROM entries"):
        assert decode_entry(entry)


def test_money_does_not_expire_even_when_ordered(shop: Shop, member: bytes):
    """An order to write off principal is not obeyed (art. 24), and does not stop the page it came in."""
    row = rights_row(shop, member, order="expire")
    points = rights_row(shop, member, lot=b"P" * 16, asset="points", order="expire")
    applied = send(shop, _feed(shop), (key_of(row), row), (key_of(points), points))
    assert applied.wrote
    assert shop.rows("SELECT lot, granted - gone FROM rights ORDER BY lot") == [(LOT, 30000), (b"P" * 16, 0)]


@pytest.mark.parametrize(
    "bad",
    [
        {"lot": b"short"},
        {"granted": -1},
        {"granted": 2**60},
        {"order_amount": -5},
        {"order": "burn"},
        {"asset": ""},
        {"asset": "a" * 500},
        {"gone_known": -1},
    ],
)
def test_a_row_that_is_none_is_passed_over(shop: Shop, member: bytes, bad: dict):
    """A rights row with impossible figures changes nothing, and the next row counts."""
    broken = rights_row(shop, member, **({"order": "closing"} | bad))
    good = rights_row(shop, member, lot=b"G" * 16, granted=700)
    send(shop, _feed(shop), (f"rights:{'0' * 32}:{shop.node.incarnation.hex()}", broken), (key_of(good), good))
    assert shop.rows("SELECT lot, granted FROM rights") == [(b"G" * 16, 700)]


@pytest.mark.parametrize(
    "lines", [(), ((0, 0),), ((0, -1000),), ((-1, 1000),), ((0, 1000), (0, 1000)), ((10**12, 1),), ((0, 2**62),)]
)
def test_an_impossible_claim_is_refused_once(shop: Shop, member: bytes, lines: tuple):
    """A claim on quantities that were never sold is answered with a refusal; the same one again with nothing."""
    sale = shop.sell([Offer("cash", 4500)], ("tea", 3000), member=member)
    claim = ClaimRow(b"c" * 16, sale.sale, shop.node.branch, "b002", lines, "to_release")
    assert send(shop, _feed(shop), ("claim:c", claim)).wrote
    assert not send(shop, _feed(shop), ("claim:c", claim)).wrote
    assert shop.rows("SELECT state FROM claims") == [("refused",)]
    assert shop.rows('SELECT "left" FROM sales') == [(None,)]


def test_a_claim_whose_id_is_none_is_passed_over(shop: Shop, member: bytes):
    """An id that no entry can carry is not answered."""
    shop.top_up(member)
    sale = shop.sell([Offer("stored_value", 4500)], ("tea", 3000), member=member)
    claim = ClaimRow(b"c" * 40, sale.sale, shop.node.branch, "b002", ((0, 1000),), "to_release")
    assert not send(shop, _feed(shop), ("claim:c", claim)).wrote


def test_a_grant_that_comes_back_smaller_or_doubled_changes_nothing(shop: Shop, member: bytes):
    """Totals: of all rows of this incarnation the largest counts once, however often and in whatever order."""
    for granted in (500, 900, 500, 900, 0, 700):
        grant(shop, member, granted=granted)
    assert wallet(shop.conn, shop.node, member).stored_value(DAY) == 900


def test_a_release_too_large_for_an_entry_is_refused_and_its_page_goes_on(shop: Shop, member: bytes):
    """A sale that just fits an entry may not fit its release: the claim is refused whole, nothing of it is booked."""
    ids = random.Random(8)
    made = [rights_row(shop, member, lot=ids.randbytes(16), granted=76_800) for _ in range(192)]
    send(shop, _feed(shop), *((key_of(row), row) for row in made))
    lines = [("apple", 200_000)] * 57
    sale = shop.sell([Offer("stored_value", 57 * 256_000)], *lines, member=member)
    before = shop.rows("SELECT lot, born, gone FROM rights ORDER BY lot")
    goods = tuple((line, 200_000) for line in range(57))
    claim = ClaimRow(b"c" * 16, sale.sale, shop.node.branch, "b002", goods, "to_release")
    assert send(shop, _feed(shop), ("claim:c", claim)).wrote
    ((answer,),) = shop.rows("SELECT body FROM claims WHERE state = 'refused'")
    assert bodies.decode(Release, answer).refused == "too_large"
    assert shop.rows("SELECT lot, born, gone FROM rights ORDER BY lot") == before
    assert verify(shop.conn).ok
