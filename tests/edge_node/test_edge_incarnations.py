"""Incarnations: first start, the next life, joining a chain."""

import pytest
from edge_shop import LEAD, MEMBER_KEY, Shop

from commerce.tender import Offer
from edge_node.errors import AskPersonError, Code, StopWorkError
from edge_node.ledger import incarnations, members
from edge_node.ledger.incarnations import Enrolment
from edge_node.ledger.node import load_node
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.storage.database import open_connection
from edge_node.storage.migrate import migrate
from edge_node.till import refunds
from edge_node.till.claims import ClaimOrder, claim
from edge_node.till.refunds import RefundOrder

CHAIN_KEY = b"c" * 32


def _joined(shop: Shop) -> Enrolment:
    return Enrolment(b"C" * 16, b"N" * 16, shop.node.branch, shop.new_id(), b"k" * 32, CHAIN_KEY)


def test_the_first_start_makes_a_chain_of_one(shop: Shop):
    """A new box is a branch `s-` and 12 hex digits, alone, with a log that begins with its own opening."""
    assert shop.node.standalone
    assert len(shop.node.branch) == 14
    log = incarnations.current(shop.conn)
    assert log.predecessor is None
    assert log.state == "current"


def test_a_box_starts_once(shop: Shop):
    """A second first start is refused: a log is never begun anew."""
    ids = incarnations.StandaloneIds(*(shop.new_id() for _ in range(4)))
    with pytest.raises(StopWorkError) as caught:
        shop.write(incarnations.start_standalone, ids, b"s" * 32, 1)
    assert caught.value.code is Code.ALREADY_STARTED


def test_the_next_incarnation_holds_no_rights(shop: Shop):
    """After a restore the box sells for cash: what lots it held are suspended at HQ, not spendable here."""
    shop.open()
    member = shop.register()
    shop.top_up(member)
    old = incarnations.current(shop.conn)
    shop.write(incarnations.open_next, "restored", shop.new_id(), 9)
    shop.node = load_node(shop.conn, MEMBER_KEY)
    new = incarnations.current(shop.conn)
    assert new.predecessor == (old.incarnation, old.seq, old.head)
    assert (new.seq, new.session, new.state) == (1, 0, "current")
    assert wallet(shop.conn, shop.node, member).views == ()
    assert [log.state for log in incarnations.logs(shop.conn)] == ["closed", "current"]
    assert shop.sell([Offer("cash", 1500)]).total == 1500
    assert verify(shop.conn).ok


def test_points_collect_in_a_new_lot_after_the_next_incarnation(shop: Shop):
    """A lot issued by an earlier incarnation never grows again."""
    shop.open()
    member = shop.register()
    shop.sell([Offer("cash", 1500)], member=member)
    shop.write(incarnations.open_next, "restored", shop.new_id(), 9)
    shop.node = load_node(shop.conn, MEMBER_KEY)
    shop.sell([Offer("cash", 1500)], member=member)
    assert shop.rows("SELECT count(*), count(DISTINCT no) FROM lots WHERE asset = 'points'") == [(2, 2)]
    assert verify(shop.conn).ok


def test_joining_a_chain_keeps_history_and_finds_members_by_new_hashes(shop: Shop):
    """The old log is adopted history; phones, cards and names find members under the chain's key."""
    shop.open()
    member = shop.register(card="VIP 0001")
    shop.write(incarnations.enrol, _joined(shop), 9)
    node = load_node(shop.conn, CHAIN_KEY)
    assert not node.standalone
    assert (node.chain, node.node) == (b"C" * 16, b"N" * 16)
    old, new = incarnations.logs(shop.conn)
    assert (old.state, new.state) == ("adopted", "current")
    assert new.predecessor == (old.incarnation, old.seq, old.head)
    for text in ("13800138000", "8000", "VIP0001", "wxm", "小明"):
        assert [card.member for card in members.find(shop.conn, node, text)] == [member], text
    assert verify(shop.conn).ok


def test_an_adopted_sale_can_still_be_refunded_here(shop: Shop):
    """What was sold before joining is refunded as ever; once an incarnation was closed, all before it is claimed."""
    shop.open()
    sale = shop.sell([Offer("cash", 3000)], ("tea", 2000))
    shop.write(incarnations.enrol, _joined(shop), 9)
    shop.node = load_node(shop.conn, CHAIN_KEY)
    order = RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了")
    assert shop.write(refunds.refund, shop.at(), order, LEAD).amount == 1500
    shop.write(incarnations.open_next, "closed", shop.new_id(), 9)
    shop.node = load_node(shop.conn, CHAIN_KEY)
    with pytest.raises(AskPersonError) as caught:
        shop.write(refunds.refund, shop.at(), order, LEAD)
    assert caught.value.code is Code.SALE_NEEDS_CLAIM
    made = shop.write(claim, shop.at(), ClaimOrder(sale.sale, shop.node.branch, ((0, 1000),), "洒了"), LEAD)
    assert shop.rows("SELECT state FROM claims WHERE claim = ?", made.claim) == [("to_release",)]
    assert verify(shop.conn).ok


def test_session_numbers_never_fall(shop: Shop):
    """A session number is stored before any row of that session, and an older one changes nothing."""
    shop.write(incarnations.store_session, shop.node.no, 5)
    shop.write(incarnations.store_session, shop.node.no, 3)
    assert incarnations.current(shop.conn).session == 5


def test_an_empty_database_has_no_node(tmp_path):
    """Before the first start there is nobody to act as."""
    conn = open_connection(tmp_path / "x.db", b"k" * 32)
    migrate(conn)
    with pytest.raises(StopWorkError) as caught:
        load_node(conn, MEMBER_KEY)
    assert caught.value.code is Code.NOT_STARTED
    conn.close()
