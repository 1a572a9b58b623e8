"""Shifts: nothing is sold outside of one, the drawer is counted blind, differences are explained."""

import pytest
from edge_shop import DAY, LEAD, Shop

from commerce.errors import CommerceError, RuleError
from commerce.facts import CountedCash, ShiftAct
from commerce.tender import Offer
from edge_node.errors import Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import bodies, print_jobs
from edge_node.ledger.verify import verify
from edge_node.till import refunds, shifts
from edge_node.till.refunds import RefundOrder
from sync_protocol.entry import decode_entry


def test_nothing_is_sold_before_a_shift_is_open(shop: Shop):
    """Selling, topping up and registering need an open shift with a float."""
    with pytest.raises(NotNowError) as caught:
        shop.sell([Offer("cash", 1500)])
    assert caught.value.code is Code.SHIFT_NEEDED
    with pytest.raises(NotNowError):
        shop.register()


def test_a_till_has_one_shift(shop: Shop):
    """A second shift at the same till is refused; another till opens its own."""
    shop.open()
    with pytest.raises(NotNowError) as caught:
        shop.open()
    assert caught.value.code is Code.SHIFT_ALREADY_OPEN
    shop.write(shifts.open_shift, shop.at(till="T2"), DAY, 0)
    assert shifts.current(shop.conn, "T2") is not None


@pytest.mark.parametrize("day", ["", "2026-02-30", "2026-3-1", "20260301", "今天"])
def test_a_business_date_is_an_iso_date(shop: Shop, day: str):
    """Anything but YYYY-MM-DD of a real day is refused."""
    with pytest.raises(MendInputError) as caught:
        shop.open(day=day)
    assert caught.value.code is Code.BAD_DAY


@pytest.mark.parametrize("float_", [-1, 10**9, 2**63, 1.5, True, "100"])
def test_a_float_is_an_amount_in_bounds(shop: Shop, float_: object):
    """Negative, huge and non-integer floats are refused."""
    with pytest.raises((EdgeError, CommerceError)):
        shop.open(float_=float_)


def test_x_and_z_add_up_the_log(shop: Shop):
    """Expected cash is float + in − out + cash taken − cash given back; X changes nothing, Z closes and prints."""
    shop.open(10000)
    sale = shop.sell([Offer("cash", 10000)], ("tea", 2000))
    shop.sell([Offer("wechat", 2200)], ("cake", 1000))
    shop.write(shifts.cash, shop.at(LEAD), "cash_in", 5000, "备用零钱")
    shop.write(shifts.cash, shop.at(LEAD), "cash_out", 2000, "买冰块")
    shop.write(refunds.refund, shop.at(), RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了"), LEAD)
    x = shifts.x_report(shop.conn, "T1")
    assert (x.sales, x.sold, x.refunds, x.refunded) == (2, 5200, 1, 1500)
    shop.write(shifts.count, shop.at(), (CountedCash("cash", 14500), CountedCash("wechat", 2200)))
    done = shop.write(shifts.close_shift, shop.at(LEAD))
    assert done.report.expected == (CountedCash("cash", 14500), CountedCash("wechat", 2200))
    assert all(row.delta == 0 for row in done.report.differences)
    assert shifts.current(shop.conn, "T1") is None
    assert print_jobs.waiting(shop.conn)[-1].kind == "shift"
    assert verify(shop.conn).ok


def test_other_tills_do_not_count(shop: Shop):
    """A shift adds up its own till's sales only, though the log is one."""
    shop.open()
    shop.write(shifts.open_shift, shop.at(till="T2"), DAY, 0)
    shop.sell([Offer("cash", 1500)])
    assert shifts.x_report(shop.conn, "T2").sales == 0


def test_a_counted_shift_sells_nothing_more(shop: Shop):
    """After the count only a new count or the close is possible; the last count decides."""
    shop.open(10000)
    shop.write(shifts.count, shop.at(), (CountedCash("cash", 1),))
    with pytest.raises(NotNowError) as caught:
        shop.sell([Offer("cash", 1500)])
    assert caught.value.code is Code.SHIFT_COUNTED
    shop.write(shifts.count, shop.at(), (CountedCash("cash", 10000),))
    assert shop.write(shifts.close_shift, shop.at(LEAD)).report.counted == (CountedCash("cash", 10000),)


def test_a_difference_needs_a_reason(shop: Shop):
    """A drawer that differs is closed only with words, which stand in the fact with both figures."""
    shop.open(10000)
    with pytest.raises(NotNowError) as caught:
        shop.write(shifts.close_shift, shop.at(LEAD))
    assert caught.value.code is Code.SHIFT_NOT_COUNTED
    shop.write(shifts.count, shop.at(), (CountedCash("cash", 9900),))
    with pytest.raises(RuleError, match="difference_needs_reason"):
        shop.write(shifts.close_shift, shop.at(LEAD))
    done = shop.write(shifts.close_shift, shop.at(LEAD), "找零时多给了一元")
    body = bodies.decode(ShiftAct, decode_entry(done.entry.entry).body)
    assert (body.expected, body.counted, body.reason) == (
        (CountedCash("cash", 10000),),
        (CountedCash("cash", 9900),),
        "找零时多给了一元",
    )


def test_cash_moves_need_a_reason_and_an_amount(shop: Shop):
    """Cash put in or taken out is a fact with a reason; nonsense is refused."""
    shop.open()
    at = shop.at(LEAD)
    for act, amount, reason in (
        ("steal", 100, "x"),
        ("cash_out", 0, "x"),
        ("cash_out", 100, "  "),
        ("cash_in", 10**10, "x"),
    ):
        with pytest.raises((EdgeError, CommerceError)):
            shop.write(shifts.cash, at, act, amount, reason)
    assert shifts.x_report(shop.conn, "T1").cash_out == 0
