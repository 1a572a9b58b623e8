"""Points by hand, gifts, change put into the balance, and what a cashier is told of a member."""

import json

import pytest
from edge_shop import DAY, LEAD, Shop
from paper_shop import setting, text

from commerce.errors import CommerceError, InputError, ShortageError
from commerce.facts import Issue, Withdraw
from commerce.tender import Offer
from edge_node.errors import AskPersonError, EdgeError, MendInputError, NotNowError
from edge_node.ledger import bodies
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.till import checkout, members, points, reminders, saved_change, shifts
from edge_node.till.checkout import Payment
from edge_node.till.lookups import top_ups_of
from sync_protocol.entry import decode_entry

GIFTS = [
    {"code": "mug", "name": "马克杯", "points": 300, "item": "1203"},
    {"code": "bag", "name": "帆布袋", "points": 80},
]


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A registered member in an open shift, in a shop with gifts that takes change into balances."""
    setting(shop, gifts=json.dumps(GIFTS), change_to_balance="true")
    shop.open()
    return shop.register()


def _body(entry: bytes, kind: type):
    return bodies.decode(kind, decode_entry(entry).body)


def test_points_are_given_and_taken_by_a_lead(shop: Shop, member: bytes):
    """The fact says who let it happen and why; what was given can be taken again, soonest expiry first."""
    done = shop.write(points.adjust, shop.at(), member, 500, "生日补积分", LEAD)
    assert done.balances == {"points": 500}
    body = _body(done.entry.entry, Issue)
    assert (body.act, body.reason, body.approved_by, body.staff) == ("points", "生日补积分", "201", "101")
    back = shop.write(points.adjust, shop.at(), member, -120, "补错了", LEAD)
    assert (back.points, back.balances) == (-120, {"points": 380})
    taken = _body(back.entry.entry, Withdraw)
    assert (taken.act, taken.reason, taken.approved_by) == ("deduct", "补错了", "201")
    assert top_ups_of(shop.conn, member) == (), "points by hand are no top-up"
    assert verify(shop.conn).ok


@pytest.mark.parametrize("many", [0, 10**10 + 1, -(10**10) - 1, 2**63, True, 1.5])
def test_points_out_of_bounds_are_refused(shop: Shop, member: bytes, many: object):
    """Nothing, too many, and what is no whole number move nothing."""
    with pytest.raises((InputError, MendInputError)):
        shop.write(points.adjust, shop.at(), member, many, "误", LEAD)
    assert wallet(shop.conn, shop.node, member).here(DAY) == {}


def test_points_need_a_lead_a_reason_and_points(shop: Shop, member: bytes):
    """Without an approval, a reason or enough points nothing is taken."""
    with pytest.raises(AskPersonError):
        shop.write(points.adjust, shop.at(), member, 5, "误", None)
    with pytest.raises(AskPersonError):
        shop.write(points.adjust, shop.at(), member, 5, "误", shop.at().staff)
    with pytest.raises(EdgeError):
        shop.write(points.adjust, shop.at(), member, 5, "  ", LEAD)
    with pytest.raises(CommerceError):
        shop.write(points.adjust, shop.at(), member, 5, "x" * 201, LEAD)
    with pytest.raises(ShortageError) as caught:
        shop.write(points.adjust, shop.at(), member, -5, "误", LEAD)
    assert (caught.value.code, caught.value.evidence) == ("points_short", {"wanted": 5, "available": 0})


def test_a_gift_takes_its_points_and_prints_a_slip(shop: Shop, member: bytes):
    """Two bags for 160 points: the slip names them, the points before and after, and no money."""
    shop.write(points.adjust, shop.at(), member, 500, "开业", LEAD)
    gift = points.gift_of(shop.at(), "bag")
    done = shop.write(points.redeem, shop.at(), member, gift, 2)
    assert (done.points, done.balances) == (-160, {"points": 340})
    paper = "\n".join(text(shop))
    assert "礼品兑换" in paper
    assert "帆布袋 ×2" in paper
    assert "500 → 340" in paper
    assert "退款" not in paper
    with pytest.raises(ShortageError):
        shop.write(points.redeem, shop.at(), member, gift, 5)
    with pytest.raises(MendInputError):
        points.gift_of(shop.at(), "none")
    with pytest.raises(InputError):
        shop.write(points.redeem, shop.at(), member, gift, 0)
    shop.write(members.set_frozen, shop.at(LEAD), member, frozen=True)
    with pytest.raises(NotNowError):
        shop.write(points.redeem, shop.at(), member, gift, 1)
    assert verify(shop.conn).ok


def test_points_and_gifts_are_no_money_of_the_shift(shop: Shop, member: bytes):
    """The report counts top-ups and pay-outs of money, not points."""
    shop.write(points.adjust, shop.at(), member, 500, "开业", LEAD)
    shop.write(points.redeem, shop.at(), member, points.gift_of(shop.at(), "bag"), 1)
    report = shifts.x_report(shop.conn, "T1")
    assert (report.top_ups, report.topped_up, report.withdrawals, report.withdrawn) == (0, 0, 0, 0)


def _sell_saving(shop: Shop, member: bytes, given: int, *offers: Offer):
    basket = shop.basket(("tea", 1000), member=member)

    def act(conn):
        done = checkout.checkout(conn, shop.at(), basket, Payment([*offers, Offer("cash", given)]))
        return saved_change.save(conn, shop.at(), done)

    return shop.write(act)


def test_change_goes_into_the_balance(shop: Shop, member: bytes):
    """The change of a sale is principal at once, no cash leaves the drawer, and one paper tells both."""
    done = _sell_saving(shop, member, 2000)
    assert (done.total, done.change, done.saved_change) == (1500, 0, 500)
    assert done.balances == {"points": 15, "principal": 500}
    (row,) = top_ups_of(shop.conn, member)
    assert (row.total, row.number != done.number) == (500, True)
    report = shifts.x_report(shop.conn, "T1")
    assert [(row.tender, row.received) for row in report.tenders] == [("cash", 2000)]
    paper = "\n".join(text(shop))
    assert "找零转存" in paper
    assert "找零 " not in paper
    assert "0.00 → 5.00" in paper
    assert shop.rows("SELECT count(*) FROM print_jobs") == [(1,)]
    assert verify(shop.conn).ok


def test_exact_money_saves_nothing(shop: Shop, member: bytes):
    """Without change there is nothing to save."""
    done = _sell_saving(shop, member, 1500)
    assert (done.change, done.saved_change) == (0, 0)
    assert top_ups_of(shop.conn, member) == ()


def test_change_that_cannot_be_saved_undoes_the_sale(shop: Shop, member: bytes):
    """A walk-in, a frozen member or a chain that does not want it: nothing is sold, the basket stays."""
    with pytest.raises(MendInputError):
        _sell_saving(shop, b"", 2000)
    shop.write(members.set_frozen, shop.at(LEAD), member, frozen=True)
    with pytest.raises(NotNowError):
        _sell_saving(shop, member, 2000)
    shop.write(members.set_frozen, shop.at(LEAD), member, frozen=False)
    setting(shop, change_to_balance="false")
    with pytest.raises(NotNowError):
        _sell_saving(shop, member, 2000)
    assert shop.rows("SELECT count(*) FROM sales") == [(0,)]
    assert shop.rows("SELECT count(*) FROM baskets") == [(3,)]


@pytest.mark.parametrize(
    ("born", "today", "is_today"),
    [
        ("1990-03-01", "2026-03-01", True),
        ("1990-03-01", "2026-03-02", False),
        ("2000-02-29", "2026-02-28", True),
        ("2000-02-29", "2028-02-28", False),
        ("2000-02-29", "2028-02-29", True),
        ("2000-02-29", "2026-03-01", False),
        ("1990-13-01", "2026-03-01", False),
        ("生日", "2026-03-01", False),
        ("", "2026-03-01", False),
        ("1990-03-01", "", False),
    ],
)
def test_birthdays(born: str, today: str, is_today: bool):
    """A birthday is its day of the year; the leap day's is kept on 28 February, nonsense is nobody's."""
    assert reminders.birthday(born, today) is is_today


def test_what_expires_within_the_month_is_told(shop: Shop, member: bytes):
    """The first day counts, all of one asset on it; nothing beyond thirty days."""
    shop.write(points.adjust, shop.at(), member, 500, "开业", LEAD)
    has = wallet(shop.conn, shop.node, member)
    assert reminders.expiring(has, DAY) is None
    assert reminders.expiring(has, "2028-11-30") is None
    assert reminders.expiring(has, "2028-12-01") == ("points", 500, "2028-12-31")
    assert reminders.expiring(has, "2028-12-31") == ("points", 500, "2028-12-31")
    assert reminders.expiring(has, "2029-01-01") is None
    assert reminders.expiring(has, "") is None
