"""commerce.sale: a sale as a fact (worked-examples.md 5.4, ledger.md "Accounts")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import DESK, MEMBER, basket, cash, lot_id, summed, used

from commerce.cut import cut
from commerce.errors import InputError, RuleError
from commerce.facts import LotIssue, Tender, Terms
from commerce.moves import Move, Reason, unbalanced
from commerce.sale import Earned, sale_fact, spread


def points_lot(amount):
    """Return the member's points lot that grows by `amount`."""
    return LotIssue(lot_id(50), MEMBER, "member", "points", "xihu", amount, DESK.day, "2027-12-31", b"", Terms())


def sell(priced, tenders, uses=(), earned=None, member=MEMBER):
    """Return the fact of a sale at the sample desk."""
    return sale_fact(DESK, b"S" * 16, "西湖-0001", member, priced, tenders, uses, earned)


@pytest.mark.parametrize(
    ("lines", "values", "money", "shares"),
    [
        ([1999, 350], [2000, 349], 0, [(1702, 297), (298, 52)]),
        ([3333, 3333, 3334], [5000, 5000], 0, [(1666, 1667), (1666, 1667), (1668, 1666)]),
        ([100], [33, 33, 34], 0, [(33, 33, 34)]),
        ([600, 400], [500], 500, [(300,), (200,)]),
    ],
)
def test_lines_over_uses(lines, values, money, shares):
    """Lines in order take their share of what remains of each use; money takes the rest."""
    assert spread(lines, values, money) == shares


def test_cash_sale():
    """A walk-in's cash sale debits the drawer, credits sales, moves no lot."""
    fact = sell(basket(1299, 850), (cash(2149, 2200),), member=b"")
    assert fact.moves == ()
    assert summed([fact]) == {("cash:xihu:cash", "money"): 2149, ("sales:xihu", "money"): -2149}
    assert fact.body.tenders[0].given == 2200


def test_rounding_has_its_own_account():
    """Sales are credited before rounding; what rounding gave away is debited to rounding."""
    fact = sell(basket(1290, 860, roundings=[-9, -4]), (cash(2150),))
    assert summed([fact]) == {
        ("cash:xihu:cash", "money"): 2150,
        ("sales:xihu", "money"): -2163,
        ("rounding:xihu", "money"): 13,
    }
    assert [line.rounding for line in fact.body.lines] == [-9, -4]


def test_stored_value_sale():
    """Principal pays in money, bonus in its own unit; each use spends its lot's rights."""
    fact = sell(basket(60000), (Tender("stored_value", 60000),), (used(1, "principal", 50000), used(2, "bonus", 10000)))
    assert fact.moves == (Move(lot_id(1), Reason.SPEND, 50000), Move(lot_id(2), Reason.SPEND, 10000))
    assert summed([fact]) == {
        (lot_id(1), "money"): 50000,
        ("sales:xihu", "money"): -50000,
        (lot_id(2), "bonus"): 10000,
        ("sales:xihu", "bonus"): -10000,
    }
    assert fact.body.lines[0].shares == (50000, 10000)


def test_points_used_and_earned():
    """Points pay in their own unit and their value is given; earned points are given to the member's points lot."""
    earned = Earned(points_lot(90), 9000, (1, 100))
    fact = sell(basket(10000), (Tender("points", 1000, 200), cash(9000)), (used(7, "points", 200, 1000),), earned)
    assert fact.moves == (Move(lot_id(7), Reason.SPEND, 200), Move(lot_id(50), Reason.ISSUE, 90))
    assert summed([fact]) == {
        ("cash:xihu:cash", "money"): 9000,
        ("given:xihu", "money"): 1000,
        ("sales:xihu", "money"): -10000,
        (lot_id(7), "points"): 200,
        ("sales:xihu", "points"): -200,
        ("given:xihu", "points"): 90,
        (lot_id(50), "points"): -90,
    }
    assert (fact.body.points_base, fact.body.points_rule) == (9000, (1, 100))


def test_gift_cards_pay_and_coupons_are_used():
    """A gift card is money; a coupon is used up in its own unit and is worth nothing."""
    uses = (used(3, "gift_card", 1000), used(4, "coupon:满减", 1, 0))
    fact = sell(basket(1000), (Tender("stored_value", 1000),), uses)
    assert summed([fact]) == {
        (lot_id(3), "money"): 1000,
        (lot_id(4), "coupon:满减"): 1,
        ("sales:xihu", "coupon:满减"): -1,
        ("sales:xihu", "money"): -1000,
    }


def test_uses_of_a_plan_need_a_covered_line():
    """Uses of a card plan pay for nothing but lines that it covers."""
    with pytest.raises(InputError, match="bad_use"):
        sell(basket(600), (Tender("uses", 600),), (used(4, "uses:洗剪吹", 1, 600),))


def test_free_sale():
    """A sale whose total is zero has lines, no tenders and no postings."""
    fact = sell(basket(0), ())
    assert (fact.postings, fact.moves, fact.body.tenders) == ((), (), ())


@pytest.mark.parametrize(
    ("tenders", "uses"),
    [
        ((cash(999),), ()),
        ((cash(1001),), ()),
        ((Tender("stored_value", 1000),), (used(1, "principal", 999),)),
        ((Tender("stored_value", 1000),), (used(1, "points", 100, 1000),)),
        ((Tender("points", 1000),), (used(1, "principal", 1000),)),
    ],
)
def test_tenders_must_match(tenders, uses):
    """Tenders pay the total exactly, and the lots behind them are worth exactly what each kind of tender pays."""
    with pytest.raises(RuleError, match="tender_mismatch"):
        sell(basket(1000), tenders, uses)


@pytest.mark.parametrize(
    ("priced", "tenders", "uses", "earned", "code"),
    [
        (basket(), (), (), None, "no_lines"),
        (basket(*[1] * 501), (cash(501),), (), None, "too_many"),
        (basket(21), (cash(1),) * 21, (), None, "too_many"),
        (basket(10), (cash(10), Tender("card", 0)), (), None, "amount_not_positive"),
        (basket(10), (Tender("stored_value", 10),), (used(1, "principal", 5),) * 2, None, "duplicate_lot"),
        (basket(9), (Tender("stored_value", 9),), (used(1, "principal", 5, 9),), None, "bad_use"),
        (basket(100), (cash(100),), (), Earned(points_lot(2), 100, (1, 100)), "points_differ"),
        (basket(100), (cash(100),), (), Earned(points_lot(1), 100, (1, 0)), "points_differ"),
    ],
)
def test_contradictions_are_refused(priced, tenders, uses, earned, code):
    """Bounds and contradictions are refused with a stable code before anything is built."""
    with pytest.raises(InputError) as refused:
        sell(priced, tenders, uses, earned)
    assert refused.value.code == code


def test_walk_in_earns_nothing():
    """Points need a member to own them."""
    with pytest.raises(InputError, match="points_differ"):
        sell(basket(100), (cash(100),), earned=Earned(points_lot(1), 100, (1, 100)), member=b"")


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any),
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
    st.lists(st.integers(-9, 9), min_size=6, max_size=6),
)
def test_every_sale_balances(lines, weights, roundings):
    """Whatever paid a sale, it balances per unit, every line's shares stay within it and every use is exhausted."""
    total = sum(lines)
    parts = cut(total, weights)
    assets = ("principal", "bonus", "points", "gift_card")
    uses = tuple(used(n, assets[n - 1], part) for n, part in enumerate(parts[1:], 1) if part)
    stored = sum(use.value for use in uses if use.asset != "points")
    points = sum(use.value for use in uses if use.asset == "points")
    tenders = (Tender("stored_value", stored), Tender("points", points), Tender("微信", parts[0]))
    fact = sell(basket(*lines, roundings=roundings[: len(lines)]), tuple(t for t in tenders if t.amount), uses)
    assert not unbalanced(fact.postings)
    for line in fact.body.lines:
        assert 0 <= sum(line.shares) <= line.charged
    assert [sum(line.shares[n] for line in fact.body.lines) for n in range(len(uses))] == [use.value for use in uses]
    assert all(posting.amount for posting in fact.postings)
