"""Refunds here, claims elsewhere: each sold quantity comes back once, to the lots that paid."""

import pytest
from edge_feed import grant, send
from edge_shop import CASHIER, DAY, LEAD, Shop

from commerce.errors import CommerceError, RuleError
from commerce.facts import Release, Tender
from commerce.reference import ClaimRow
from commerce.tender import Offer
from edge_node.errors import AskPersonError, Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import bodies, claims
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.till import claims as claim_acts
from edge_node.till import lookups, papers, refunds
from edge_node.till.claims import ClaimOrder
from edge_node.till.refunds import RefundOrder
from sync_protocol.entry import decode_entry

FOREIGN = b"F" * 16


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A member with 1000.00 + 200.00 in an open shift."""
    shop.open()
    member = shop.register()
    shop.top_up(member)
    return member


def _back(shop: Shop, sale: bytes, *lines: tuple[int, int], in_cash: bool = False) -> refunds.Refunded:
    return shop.write(refunds.refund, shop.at(), RefundOrder(sale, lines, in_cash, "不想要"), LEAD)


def test_value_goes_back_to_the_lots_that_paid(shop: Shop, member: bytes):
    """Principal and bonus return in their shares, points earned are claimed back, to the very cent in three steps."""
    before = wallet(shop.conn, shop.node, member).here(DAY)
    sale = shop.sell([Offer("stored_value", 4500)], ("tea", 3000), member=member)
    first = _back(shop, sale.sale, (0, 1000))
    assert [(use.asset, use.value) for use in first.uses] == [("principal", 1250), ("bonus", 250)]
    assert first.points_back == 15
    _back(shop, sale.sale, (0, 1000))
    _back(shop, sale.sale, (0, 1000))
    assert {k: v for k, v in wallet(shop.conn, shop.node, member).here(DAY).items() if v} == before
    with pytest.raises(RuleError, match="already_refunded"):
        _back(shop, sale.sale, (0, 1000))
    assert verify(shop.conn).ok


def test_money_goes_back_by_its_tender_or_in_cash(shop: Shop):
    """The cashier chooses: as it was paid, or all of it out of the drawer."""
    shop.open()
    sale = shop.sell([Offer("wechat", 2000), Offer("cash", 1000)], ("tea", 2000))
    assert [(t.tender, t.amount) for t in _back(shop, sale.sale, (0, 1000)).tenders] == [
        ("wechat", 1000),
        ("cash", 500),
    ]
    assert _back(shop, sale.sale, (0, 1000), in_cash=True).tenders == (Tender("cash", 1500),)


def test_points_spent_meanwhile_are_owed(shop: Shop, member: bytes):
    """What cannot be claimed back from rights here is the member's debt; no lot goes below zero."""
    sale = shop.sell([Offer("cash", 3000)], ("tea", 2000), member=member)
    shop.sell([Offer("points", 30), Offer("cash", 1470)], member=member)
    done = _back(shop, sale.sale, (0, 2000))
    assert (done.points_back, done.points_owed) == (14, 16)
    assert verify(shop.conn).ok


@pytest.mark.parametrize(
    "lines",
    [(), ((0, 0),), ((0, -1000),), ((0, 4000),), ((9, 1000),), ((-1, 1000),), ((0, 1000), (0, 1000)), ((0, 2**63),)],
)
def test_bad_lines_are_refused(shop: Shop, member: bytes, lines: tuple[tuple[int, int], ...]):
    """Unknown lines, quantities out of bounds, and a line named twice give nothing back."""
    sale = shop.sell([Offer("stored_value", 4500)], ("tea", 3000), member=member)
    with pytest.raises((CommerceError, EdgeError)):
        _back(shop, sale.sale, *lines)
    assert lookups.by_id(shop.conn, sale.sale).left.lines[0].milli_qty == 3000


def test_a_refund_needs_a_shift_lead_and_a_reason(shop: Shop):
    """A cashier alone refunds nothing."""
    shop.open()
    sale = shop.sell([Offer("cash", 1500)])
    order = RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="不想要")
    for approver, code in ((None, Code.APPROVAL_NEEDED), (CASHIER, Code.ROLE_NEEDED)):
        with pytest.raises(AskPersonError) as caught:
            shop.write(refunds.refund, shop.at(), order, approver)
        assert caught.value.code is code
    with pytest.raises(MendInputError):
        shop.write(refunds.refund, shop.at(), order._replace(reason=" "), LEAD)
    with pytest.raises(MendInputError) as unknown:
        shop.write(refunds.refund, shop.at(), order._replace(sale=FOREIGN), LEAD)
    assert unknown.value.code is Code.UNKNOWN_SALE


def test_a_refund_to_a_closing_lot_goes_on_to_hq(shop: Shop, member: bytes):
    """What comes back to a lot that HQ is closing does not stay here."""
    grant(shop, member)
    sale = shop.sell([Offer("stored_value", 120000 + 1500)], ("tea", 81000), member=member)
    grant(shop, member, order="closing", gone_known=0)
    _back(shop, sale.sale, (0, 81000))
    assert shop.rows("SELECT granted + born - gone FROM rights WHERE lot = ?", b"L" * 16) == [(0,)]
    assert verify(shop.conn).ok


def test_sales_are_found_by_number_id_and_member(shop: Shop, member: bytes):
    """The printed number, the receipt's code and lists lead to the same sale, with what remains of it."""
    sale = shop.sell([Offer("cash", 3000)], ("tea", 2000), member=member)
    other = shop.sell([Offer("cash", 1500)])
    _back(shop, sale.sale, (0, 1000), in_cash=True)
    view = lookups.by_number(shop.conn, f" {sale.number} ")
    assert (view.body.sale, view.left.lines[0].milli_qty, view.refundable) == (sale.sale, 1000, True)
    assert [(row.sale, row.refunded) for row in lookups.recent(shop.conn)] == [(other.sale, False), (sale.sale, True)]
    assert [row.sale for row in lookups.recent(shop.conn, other.entry.id, 10)] == [sale.sale]
    assert [row.sale for row in lookups.of_member(shop.conn, member)] == [sale.sale]
    for number in ("", "260301-1-1", "x-y-z", "1-2", "260301-1-" + "9" * 30, "260301-" + "9" * 12 + "-1", "²-1-1"):
        with pytest.raises(MendInputError):
            lookups.by_number(shop.conn, number)


def test_papers_are_reprinted_with_a_trace(shop: Shop):
    """A copy says it is one, and leaves an audit fact; so does the drawer, for a shift lead only."""
    shop.open()
    sale = shop.sell([Offer("cash", 1500)])
    written = shop.write(papers.reprint, shop.at(), sale.entry.id, "客人要一份")
    assert decode_entry(written.entry).kind == "audit"
    assert shop.rows("SELECT kind, id, copy FROM print_jobs ORDER BY job DESC LIMIT 1") == [("sale", sale.entry.id, 1)]
    shop.write(papers.open_drawer, shop.at(LEAD), "换零钱")
    with pytest.raises(AskPersonError):
        shop.write(papers.open_drawer, shop.at(), "换零钱")
    for entry in (0, -1, written.id, 2**63, 5 << 40):
        with pytest.raises(MendInputError):
            shop.write(papers.reprint, shop.at(), entry, "x")


def _claimed(shop: Shop) -> bytes:
    order = ClaimOrder(FOREIGN, "b002", ((0, 1000),), "不想要")
    return shop.write(claim_acts.claim, shop.at(), order, LEAD).claim


def _outcome(shop: Shop, claim: bytes, state: str, **more: object) -> None:
    row = ClaimRow(claim, FOREIGN, "b002", shop.node.branch, ((0, 1000),), state, **more)
    send(shop, f"branch:{shop.node.branch}", (f"claim:{claim.hex()}", row))


def test_another_branchs_sale_is_claimed_and_paid_once_released(shop: Shop):
    """Goods now, money when the seller has released it, and only once."""
    shop.open()
    claim = _claimed(shop)
    with pytest.raises(NotNowError) as early:
        shop.write(claim_acts.pay_claim, shop.at(), claim, in_cash=True)
    assert early.value.code is Code.CLAIM_NOT_RELEASED
    _outcome(shop, claim, "released", tenders=(Tender("wechat", 1500),))
    assert [state.state for state in claims.open_here(shop.conn, 10)] == ["released"]
    paid = shop.write(claim_acts.pay_claim, shop.at(), claim, in_cash=True)
    assert paid.tenders == (Tender("cash", 1500),)
    with pytest.raises(NotNowError):
        shop.write(claim_acts.pay_claim, shop.at(), claim, in_cash=True)
    _outcome(shop, claim, "released", tenders=(Tender("wechat", 1500),))
    assert claims.made_here(shop.conn, claim).state == "paid"
    assert verify(shop.conn).ok


def test_a_refused_claim_pays_nothing(shop: Shop):
    """The seller had refunded it already: the outcome says so, and no money goes out."""
    shop.open()
    claim = _claimed(shop)
    _outcome(shop, claim, "refused", refused="already_refunded")
    state = claims.made_here(shop.conn, claim)
    assert (state.state, state.outcome and state.outcome.refused) == ("refused", "already_refunded")
    with pytest.raises(NotNowError):
        shop.write(claim_acts.pay_claim, shop.at(), claim, in_cash=True)
    assert claims.open_here(shop.conn, 10) == ()


def test_an_own_sale_is_refunded_not_claimed(shop: Shop):
    """What this node can refund here and now needs no claim."""
    shop.open()
    sale = shop.sell([Offer("cash", 1500)])
    order = ClaimOrder(sale.sale, "b002", ((0, 1000),), "不想要")
    with pytest.raises(NotNowError) as caught:
        shop.write(claim_acts.claim, shop.at(), order, LEAD)
    assert caught.value.code is Code.SALE_OF_THIS_BRANCH


def _asked(shop: Shop, sale: bytes, claim: bytes, quantity: int = 1000) -> list[str]:
    row = ClaimRow(claim, sale, shop.node.branch, "b002", ((0, quantity),), "to_release")
    send(shop, f"branch:{shop.node.branch}", (f"claim:{claim.hex()}", row))
    return shop.rows("SELECT state FROM claims WHERE claim = ? AND role = 'seller'", claim)


def test_the_seller_releases_each_sold_quantity_once(shop: Shop, member: bytes):
    """Two claims and a refund of the same piece: the first gets it, the others are refused; a repeat writes nothing."""
    sale = shop.sell([Offer("stored_value", 3000)], ("tea", 2000), member=member)
    before = wallet(shop.conn, shop.node, member).stored_value(DAY)
    assert _asked(shop, sale.sale, b"1" * 16, 2000) == [("released",)]
    assert wallet(shop.conn, shop.node, member).stored_value(DAY) == before
    assert _asked(shop, sale.sale, b"2" * 16) == [("refused",)]
    entries = shop.rows("SELECT count(*) FROM entries")
    assert _asked(shop, sale.sale, b"1" * 16, 2000) == [("released",)]
    assert shop.rows("SELECT count(*) FROM entries") == entries
    with pytest.raises(RuleError, match="already_refunded"):
        _back(shop, sale.sale, (0, 1000))
    bodies_ = [decode_entry(entry).body for (entry,) in shop.rows("SELECT entry FROM entries ORDER BY id DESC LIMIT 2")]
    refused, released = (bodies.decode(Release, body) for body in bodies_)
    assert (refused.refused, released.refused) == ("already_refunded", "")
    assert verify(shop.conn).ok


def test_a_claim_on_a_sale_this_node_never_made_is_left_to_hq(shop: Shop):
    """A new box in the same branch cannot answer for the old one's sales."""
    shop.open()
    assert _asked(shop, FOREIGN, b"3" * 16) == []
