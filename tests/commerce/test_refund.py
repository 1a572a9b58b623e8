"""commerce.refund: refunds over what remains, claims and releases (worked-examples.md 5.5, 5.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import DESK, MEMBER, basket, cash, in_steps, lot_id, summed, used, view

from commerce.accounts import receivable
from commerce.cut import cut
from commerce.errors import InputError, RuleError
from commerce.facts import LotIssue, RefundLine, Tender, Terms
from commerce.moves import Move, Reason, unbalanced
from commerce.refund import (
    claim_fact,
    claim_paid_fact,
    pay_back,
    plan_refund,
    refund_fact,
    refused_release_fact,
    release_fact,
    sold,
)
from commerce.sale import Earned, sale_fact

SALE = b"S" * 16
CLAIM = b"C" * 16


def a_sale(priced, tenders, uses=(), points_base=0, rule=(1, 100)):
    """Return the fact of a sale at the sample desk that earns points on `points_base`."""
    points = points_base * rule[0] // rule[1]
    lot = LotIssue(lot_id(50), MEMBER, "member", "points", "xihu", points, DESK.day, "", b"", Terms())
    earned = Earned(lot, points_base, rule) if points else None
    return sale_fact(DESK, SALE, "西湖-0002", MEMBER, priced, tenders, uses, earned)


def give_back(plan, tenders=None, **kw):
    """Return the fact of a refund at the sample desk."""
    tenders = plan.tenders if tenders is None else tenders
    return refund_fact(DESK, b"R" * 16, plan, tenders=tenders, approved_by="1002", reason="不合适", **kw)


def three_pieces():
    """Return the worked sale: one line of 10.00 for 3 pieces, paid 7.00 principal and 3.00 bonus."""
    uses = (used(1, "principal", 700), used(2, "bonus", 300))
    return a_sale(basket(1000, quantities=[3000]), (Tender("stored_value", 1000),), uses)


def test_piece_by_piece():
    """Three refunds of one piece each give 3.33, 3.33, 3.34 and exactly the shares that paid."""
    left = sold(three_pieces().body)
    back = []
    for _ in range(3):
        plan = plan_refund(left, [(0, 1000)])
        back.append((plan.amount, plan.lines[0].shares))
        left = plan.left
    assert back == [(333, (233, 100)), (333, (233, 100)), (334, (234, 100))]
    assert not any(use.amount for use in left.uses)
    with pytest.raises(RuleError) as refused:
        plan_refund(left, [(0, 1)])
    assert refused.value.evidence == {"line": 0, "asked": 1, "available": 0}


def test_refund_goes_back_to_the_lots():
    """Value comes back to the very lots that paid, bonus as bonus, with the sale named in every move."""
    plan = plan_refund(sold(three_pieces().body), [(0, 1000)])
    fact = give_back(plan)
    assert fact.moves == (Move(lot_id(1), Reason.REFUND, 233, SALE), Move(lot_id(2), Reason.REFUND, 100, SALE))
    assert summed([fact]) == {
        (lot_id(1), "money"): -233,
        ("sales:xihu", "money"): 233,
        (lot_id(2), "bonus"): -100,
        ("sales:xihu", "bonus"): 100,
    }
    assert fact.body.lines == (RefundLine(0, 1000, 333, (233, 100), 0),)


def test_points_are_taken_back():
    """99.50 earned 99 points; half of it back takes 50, the other half 49."""
    priced = basket(9950, quantities=[2000])
    left = sold(a_sale(priced, (cash(9950),), points_base=9950).body)
    first = plan_refund(left, [(0, 1000)])
    second = plan_refund(first.left, [(0, 1000)])
    assert (first.points, second.points) == (50, 49)
    assert second.left.points_base == 0


def test_points_spent_elsewhere_are_owed():
    """Points are claimed back from the rights at hand, the earning lot first; the rest the member owes."""
    left = sold(a_sale(basket(10000), (cash(10000),), points_base=10000).body)
    views = [view(50, "points", 60), view(40, "points", 10)]
    fact = give_back(plan_refund(left, [(0, 1000)]), points_views=views)
    assert fact.moves == (Move(lot_id(50), Reason.DEDUCT, 60, SALE), Move(lot_id(40), Reason.DEDUCT, 10, SALE))
    assert (fact.body.points_back, fact.body.points_owed) == (70, 30)
    assert summed([fact]) == {
        ("sales:xihu", "money"): 10000,
        ("cash:xihu:cash", "money"): -10000,
        (lot_id(50), "points"): 60,
        (lot_id(40), "points"): 10,
        (receivable(MEMBER), "points"): 30,
        ("given:xihu", "points"): -100,
    }


def test_money_goes_back_by_its_tenders():
    """Money goes back by the tenders that paid, in their proportion, or all in cash when asked."""
    left = sold(a_sale(basket(1000, quantities=[3000]), (cash(400), Tender("支付宝", 600, 0, "T1"))).body)
    plan = plan_refund(left, [(0, 1000)])
    assert plan.tenders == (Tender("cash", 133), Tender("支付宝", 200, 0, "T1"))
    assert pay_back(plan, in_cash=False) == plan.tenders
    assert pay_back(plan, in_cash=True) == (Tender("cash", 333),)
    assert summed([give_back(plan, (Tender("cash", 333),))])["cash:xihu:cash", "money"] == -333
    assert pay_back(plan_refund(sold(three_pieces().body), [(0, 1)]), in_cash=True) == ()


def test_money_must_match():
    """The tenders of a refund sum to its money, and value never goes out as a tender."""
    plan = plan_refund(sold(a_sale(basket(1000), (cash(1000),)).body), [(0, 500)])
    for tenders in ((), (Tender("cash", 499),), (Tender("stored_value", 500),), (Tender("cash", 501), Tender("x", -1))):
        with pytest.raises(RuleError, match="tender_mismatch"):
            give_back(plan, tenders)


@pytest.mark.parametrize(
    ("requests", "code"),
    [
        ([], "no_lines"),
        ([(1, 1)], "unknown_line"),
        ([(-1, 1)], "unknown_line"),
        ([(0, 0)], "bad_quantity"),
        ([(0, -5)], "bad_quantity"),
        ([(0, 1.5)], "bad_quantity"),
        ([(0, 1), (0, 1)], "duplicate_line"),
        ([(0, 3001)], "already_refunded"),
    ],
)
def test_hostile_requests(requests, code):
    """Unknown lines, impossible quantities and a line named twice are refused with a stable code."""
    with pytest.raises((InputError, RuleError)) as refused:
        plan_refund(sold(three_pieces().body), requests)
    assert refused.value.code == code


def test_rounding_is_reversed():
    """A refund takes back its part of the line's rounding, so that sales and rounding both end at zero."""
    sale = a_sale(basket(1290, quantities=[3000], roundings=[-8]), (cash(1290),))
    left, facts = sold(sale.body), [sale]
    for quantity in (1000, 2000):
        plan = plan_refund(left, [(0, quantity)])
        facts.append(give_back(plan))
        left = plan.left
    assert [fact.body.lines[0].rounding for fact in facts[1:]] == [-2, -6]
    assert summed(facts) == {}


def test_points_worth_less_than_a_cent_come_back():
    """A points lot whose part was worth nothing comes back with the whole sale, not never."""
    uses = (used(7, "points", 1, 0), used(8, "points", 99, 1))
    left = sold(a_sale(basket(10, quantities=[2000]), (Tender("points", 1, 100), cash(9)), uses).body)
    first = plan_refund(left, [(0, 1000)])
    second = plan_refund(first.left, [(0, 1000)])
    assert [a.amount + b.amount for a, b in zip(first.uses, second.uses, strict=True)] == [1, 99]


@given(
    st.lists(st.tuples(st.integers(0, 10**5), st.integers(1, 9000), st.integers(-9, 9)), min_size=1, max_size=3),
    st.lists(st.integers(1, 50), min_size=6, max_size=6),
    st.data(),
)
def test_refunds_in_any_steps_end_exactly(lines, weights, data):
    """Refunds of all quantities in any steps reverse every posting, use, tender and point of the sale to zero."""
    total = sum(charged for charged, _, _ in lines)
    parts = cut(total, weights)
    assets = ("principal", "bonus", "gift_card", "points")
    uses = tuple(used(n, asset, part) for n, (asset, part) in enumerate(zip(assets, parts, strict=False), 1) if part)
    stored = sum(use.value for use in uses if use.asset != "points")
    tenders = (
        Tender("stored_value", stored),
        Tender("points", parts[3]),
        Tender("cash", parts[4]),
        Tender("微信", parts[5]),
    )
    charged, quantities, roundings = zip(*lines, strict=True)
    priced = basket(*charged, quantities=quantities, roundings=roundings)
    sale = a_sale(priced, tuple(t for t in tenders if t.amount), uses, points_base=total - parts[3], rule=(3, 200))
    left, facts, points = sold(sale.body), [sale], 0
    for number, quantity in enumerate(quantities):
        for step in in_steps(data, quantity, 4):
            before = left
            plan = plan_refund(left, [(number, step)])
            assert all(0 <= use.amount <= had.amount for use, had in zip(plan.uses, before.uses, strict=True))
            assert plan.money == sum(tender.amount for tender in plan.tenders) >= 0
            assert plan.points >= 0
            facts.append(give_back(plan, points_views=[view(50, "points", 10**6)]))
            assert not unbalanced(facts[-1].postings)
            points += plan.points
            left = plan.left
    assert summed(facts) == {}
    assert points == (sale.body.earned.amount if sale.body.earned else 0)
    assert all(use.amount == use.value == 0 for use in left.uses)
    assert not any(tender.amount for tender in left.tenders)


# --- another branch's sale


def test_claim_moves_nothing():
    """A claim takes the goods and moves no value; its seller may be a closed log of the same branch."""
    fact = claim_fact(DESK, CLAIM, SALE, "gulou", ((0, 1000),), approved_by="1002", reason="换货")
    assert (fact.moves, fact.postings) == ((), ())
    assert (fact.body.branch, fact.body.seller) == ("xihu", "gulou")
    own = claim_fact(DESK, CLAIM, SALE, "xihu", ((0, 1000),), approved_by="", reason="").body
    assert (own.branch, own.seller) == ("xihu", "xihu")
    for lines in ((), ((0, 0),), ((-1, 5),), ((0, 1), (0, 2))):
        with pytest.raises(InputError):
            claim_fact(DESK, CLAIM, SALE, "gulou", lines, approved_by="", reason="")


def test_release_leaves_nothing_here():
    """A release brings the value in and returns it in the same entry; the money waits in transit for the claimant."""
    uses = (used(1, "principal", 400),)
    sale = a_sale(basket(1000), (Tender("stored_value", 400), cash(600)), uses)
    plan = plan_refund(sold(sale.body), [(0, 1000)])
    fact = release_fact("xihu", CLAIM, "gulou", DESK.day, plan)
    assert fact.moves == (Move(lot_id(1), Reason.REFUND, 400, SALE), Move(lot_id(1), Reason.RETURN, 400, CLAIM))
    assert summed([fact]) == {
        (lot_id(1), "money"): -400,
        ("transit", "money"): -600,
        ("sales:xihu", "money"): 1000,
    }
    paid = claim_paid_fact(DESK._replace(branch="gulou"), CLAIM, fact.body.tenders, (Tender("cash", 600),))
    assert summed([fact, paid]) == {
        (lot_id(1), "money"): -400,
        ("cash:gulou:cash", "money"): -600,
        ("sales:xihu", "money"): 1000,
    }


def test_release_at_hq():
    """HQ releases for a closed seller: the in-move alone raises HQ's own."""
    plan = plan_refund(sold(three_pieces().body), [(0, 3000)])
    fact = release_fact("xihu", CLAIM, "gulou", DESK.day, plan, at_hq=True)
    assert [move.reason for move in fact.moves] == [Reason.REFUND, Reason.REFUND]


def test_refused_release():
    """A refused release says why and moves nothing."""
    fact = refused_release_fact(CLAIM, SALE, "gulou", day=DESK.day, member=MEMBER, refused="already_refunded")
    assert (fact.moves, fact.postings, fact.body.refused) == ((), (), "already_refunded")


def test_claim_paid_needs_money():
    """A claim without a money part has nothing to pay out, and no more is paid than was released."""
    with pytest.raises(RuleError, match="nothing_to_pay"):
        claim_paid_fact(DESK, CLAIM, (), ())
    with pytest.raises(RuleError, match="tender_mismatch"):
        claim_paid_fact(DESK, CLAIM, (Tender("cash", 600),), (Tender("cash", 601),))
