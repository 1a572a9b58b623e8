"""Checkout: any tenders, one transaction, nothing left behind by a refusal."""

import pytest
from edge_feed import grant, send
from edge_shop import DAY, KEY, LEAD, Shop

from commerce.errors import CommerceError, ShortageError
from commerce.facts import Sale
from commerce.reference import BalanceRow, SettingRow
from commerce.tender import Offer
from edge_node.errors import Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import bodies, change_log, incarnations, print_jobs, reference_local
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.storage.database import open_connection
from edge_node.till import baskets, checkout, members
from edge_node.till.checkout import Payment
from sync_protocol.entry import decode_entry


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A member with 1000.00 + 200.00 in an open shift."""
    shop.open()
    member = shop.register()
    shop.top_up(member)
    return member


def _body(shop: Shop, sale: bytes) -> Sale:
    (entry,) = shop.rows("SELECT id FROM sales WHERE sale = ?", sale)[0]
    stored = change_log.read_entry(shop.conn, *change_log.split_id(entry))
    assert stored is not None
    return bodies.decode(Sale, decode_entry(stored.entry).body)


def test_a_walk_in_pays_cash(shop: Shop):
    """Change is given, the basket is gone, the receipt waits with the drawer's opening."""
    shop.open()
    done = shop.sell([Offer("cash", 10000)], ("tea", 2000), ("apple", 1535))
    assert (done.total, done.change) == (4960, 5040)
    assert baskets.list_all(shop.conn, "open") == ()
    (job,) = print_jobs.waiting(shop.conn)
    assert (job.kind, job.entry, job.drawer, job.copy) == ("sale", done.entry.id, True, False)
    assert done.number == f"260301-1-{done.entry.seq}"


def test_further_receipts_are_copies(shop: Shop):
    """As many receipts as the chain wants of each sale; all but the first are marked as copies and open no drawer."""
    setting = SettingRow("receipt_copies", "3")
    shop.write(reference_local.write_row, shop.node, setting, "301", shop.now)
    shop.books.forget()
    shop.open()
    shop.sell([Offer("cash", 1500)])
    assert [(job.copy, job.drawer) for job in print_jobs.waiting(shop.conn)] == [
        (False, True),
        (True, False),
        (True, False),
    ]


def test_a_split_of_all_tenders(shop: Shop, member: bytes):
    """Stored value, points, an external tender and cash pay one basket; the pair pays by its terms."""
    shop.sell([Offer("cash", 10000)], ("tea", 5000), member=member)
    offers = [Offer("stored_value", 600), Offer("points", 50), Offer("wechat", 550, "WX1"), Offer("cash", 1000)]
    done = shop.sell(offers, ("cake", 1000), member=member)
    body = _body(shop, done.sale)
    assert [(use.asset, use.amount, use.value) for use in body.uses] == [
        ("principal", 500, 500),
        ("bonus", 100, 100),
        ("points", 50, 50),
    ]
    assert (done.total, done.change, body.rounding) == (2200, 0, 0)
    assert done.balances["principal"] == 99500
    assert verify(shop.conn).ok


def test_points_are_earned_on_what_earns_and_not_on_points(shop: Shop, member: bytes):
    """⌊base·rate⌋ on goods that earn, less what points paid; the tier multiplies; one lot collects them."""
    assert shop.sell([Offer("cash", 2000)], ("tea", 1000), ("card", 1000), member=member).points_earned == 15
    done = shop.sell([Offer("points", 15), Offer("cash", 1485)], member=member)
    assert done.points_earned == 14
    assert done.balances["points"] == 14
    shop.conn.execute("UPDATE members SET tier = 'gold' WHERE member = ?", (member,))
    assert shop.sell([Offer("cash", 1350)], member=member).points_earned == 27
    assert shop.rows("SELECT count(*), max(expires_on) FROM lots WHERE asset = 'points'") == [(1, "2028-12-31")]


def test_a_refused_spend_says_what_is_here_and_leaves_nothing(shop: Shop, member: bytes):
    """A shortage names what can be spent here; no entry, no job, and the basket is still open."""
    basket = shop.basket(("tea", 99000), member=member)
    before = incarnations.current(shop.conn)
    jobs = print_jobs.waiting(shop.conn)
    with pytest.raises(ShortageError) as caught:
        shop.write(checkout.checkout, shop.at(), basket, Payment([Offer("stored_value", 148500)]))
    assert caught.value.evidence["available"] == 120000
    assert incarnations.current(shop.conn) == before
    assert print_jobs.waiting(shop.conn) == jobs
    assert baskets.get(shop.conn, basket).state == "open"


def test_a_foreign_lot_is_spent_as_far_as_it_was_granted(shop: Shop, member: bytes):
    """Value topped up elsewhere pays here up to this incarnation's rights, and the sale names its issuer."""
    grant(shop, member)
    done = shop.sell([Offer("stored_value", 150000)], ("tea", 100000), member=member)
    assert {(use.issuer, use.amount) for use in _body(shop, done.sale).uses} == {
        ("b002", 30000),
        (shop.node.branch, 100000),
        (shop.node.branch, 20000),
    }
    assert done.balances == {"points": done.points_earned}
    assert verify(shop.conn).ok


def test_the_total_shown_is_the_total_paid(shop: Shop):
    """If the price changed since the cashier read it out, nothing happens."""
    shop.open()
    basket = shop.basket(("tea", 1000))
    with pytest.raises(NotNowError) as caught:
        shop.write(checkout.checkout, shop.at(), basket, Payment([Offer("cash", 1400)], 1400))
    assert (caught.value.code, caught.value.evidence) == (Code.TOTAL_CHANGED, {"shown": 1400, "total": 1500})


def test_an_empty_basket_is_not_sold(shop: Shop):
    """No lines, no sale."""
    shop.open()
    basket = shop.basket()
    with pytest.raises(MendInputError) as caught:
        shop.write(checkout.checkout, shop.at(), basket, Payment([]))
    assert caught.value.code is Code.EMPTY_BASKET


def test_a_frozen_member_pays_by_other_means(shop: Shop, member: bytes):
    """Frozen value is not spent; cash is taken as ever."""
    shop.write(members.set_frozen, shop.at(LEAD), member, frozen=True)
    with pytest.raises(NotNowError) as caught:
        shop.sell([Offer("stored_value", 1500)], member=member)
    assert caught.value.code is Code.MEMBER_FROZEN
    shop.sell([Offer("cash", 1500)], member=member)
    shop.write(members.set_frozen, shop.at(LEAD), member, frozen=False)
    shop.sell([Offer("stored_value", 1500)], member=member)


def test_an_expired_lot_is_not_offered(shop: Shop, member: bytes):
    """The business date decides what a till offers; nothing is written off by it."""
    shop.conn.execute("UPDATE lots SET expires_on = '2026-02-28' WHERE asset = 'bonus'")
    assert wallet(shop.conn, shop.node, member).stored_value(DAY) == 100000
    assert shop.rows("SELECT born - gone FROM rights r JOIN lots l USING (lot) WHERE asset = 'bonus'") == [(20000,)]


def test_quick_sale_needs_only_an_amount(shop: Shop, member: bytes):
    """An amount is sold without goods, to a walk-in or a member, without tier discounts."""
    done = shop.write(checkout.quick_sale, shop.at(), 8800, Payment([Offer("alipay", 8800)]))
    assert (done.total, done.change) == (8800, 0)
    mine = shop.write(checkout.quick_sale, shop.at(), 1000, Payment([Offer("stored_value", 1000)]), member=member)
    assert mine.points_earned == 10
    assert _body(shop, mine.sale).lines[0].name == "快速收银"


@pytest.mark.parametrize(
    "offers",
    [
        [],
        [Offer("cash", -1)],
        [Offer("cash", 2**63)],
        [Offer("cash", 1.5)],
        [Offer("gold", 1500)],
        [Offer("stored_value", 1500)],
        [Offer("points", 1500)],
        [Offer("wechat", 1501)],
        [Offer("cash", 1499)],
        [Offer("cash", 1500)] * 30,
    ],
)
def test_bad_payments_are_refused_whole(shop: Shop, offers: list[Offer]):
    """Wrong, missing, negative, overflowing and unknown tenders are refused and nothing is written."""
    shop.open()
    basket = shop.basket(("tea", 1000))
    seq = incarnations.current(shop.conn).seq
    with pytest.raises((CommerceError, EdgeError)):
        shop.write(checkout.checkout, shop.at(), basket, Payment(offers))
    assert incarnations.current(shop.conn).seq == seq
    assert baskets.get(shop.conn, basket).state == "open"


def test_a_checkout_stays_within_its_statements(shop: Shop, member: bytes):
    """Member, stored value, points and cash: at most thirteen statements between BEGIN and COMMIT."""
    shop.sell([Offer("cash", 1500)], member=member)
    basket = shop.basket(("tea", 1000), member=member)
    at = shop.at()
    calls: list[str] = []

    class Counting:
        """Counts the statements of the real connection."""

        def execute(self, *args):
            calls.append(args[0])
            return shop.conn.execute(*args)

        def executemany(self, *args):
            calls.append(args[0])
            return shop.conn.executemany(*args)

    shop.conn.execute("BEGIN IMMEDIATE")
    offers = [Offer("stored_value", 1000), Offer("points", 10), Offer("cash", 490)]
    checkout.checkout(Counting(), at, basket, Payment(offers))
    shop.conn.execute("COMMIT")
    assert len(calls) <= 13, calls


def test_a_sale_names_the_positions_it_was_priced_at(shop: Shop):
    """HQ checks prices with the rows of those positions."""
    shop.open()
    send(shop, "chain", ("setting:rounding", {"name": "rounding", "value": '"none"'}))
    done = shop.sell([Offer("cash", 1500)])
    assert _body(shop, done.sale).positions == (("chain", 1),)


def test_an_acknowledged_sale_is_there_after_a_restart(shop: Shop, member: bytes):
    """A commit that returned is found again by another process, with its rights used."""
    done = shop.sell([Offer("stored_value", 1500)], member=member)
    shop.conn.close()
    shop.conn = open_connection(shop.path, KEY)
    assert _body(shop, done.sale).number == done.number
    assert wallet(shop.conn, shop.node, member).stored_value(DAY) == 118500
    assert verify(shop.conn).ok


def test_a_balance_row_does_not_open_a_wallet(shop: Shop, member: bytes):
    """What the whole chain holds is shown, never spent: only own rights pay."""
    row = BalanceRow(member, (("principal", 900000),), 5)
    send(shop, f"branch:{shop.node.branch}", (f"balance:{member.hex()}", row))
    with pytest.raises(ShortageError):
        shop.sell([Offer("stored_value", 150000)], ("tea", 100000), member=member)
