"""commerce.withdrawal: value that leaves lots without a sale (worked-examples.md 5.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import DAY, DESK, MEMBER, cash, lot_id, stored_pair, summed, used, view

from commerce.accounts import receivable
from commerce.errors import InputError, RuleError
from commerce.facts import Terms
from commerce.lots import pairs
from commerce.moves import Move, Reason, unbalanced
from commerce.withdrawal import (
    Approval,
    CashOut,
    CashOutPart,
    book_cash_out,
    cash_out_fact,
    deduct_fact,
    expire_fact,
    undo_fact,
)

WHY = Approval("1002", "会员要求")
ACT = b"W" * 16


@pytest.mark.parametrize(
    ("refund", "p", "b", "booked"),
    [
        (50000, 50000, 10000, CashOut(50000, 0, 0, 10000)),
        (50000, 40000, 20000, CashOut(40000, 10000, 0, 20000)),
        (40000, 60000, 0, CashOut(40000, 0, 20000, 0)),
    ],
)
def test_booking(refund, p, b, booked):
    """The three worked bookings of a cash-out."""
    assert book_cash_out(refund, p, b) == booked


def test_cash_out_beyond_the_lot():
    """What the law gives beyond the lot is the issuer's expense; the bonus is forfeited to the issuer."""
    (pair,) = pairs(stored_pair(40000, 20000, issuer="gulou"), DAY)
    fact = cash_out_fact(DESK, ACT, MEMBER, [CashOutPart(pair, 50000)], tenders=(cash(50000),), approval=WHY)
    assert fact.moves == (Move(lot_id(1), Reason.CASH_OUT, 40000), Move(lot_id(2), Reason.FORFEIT, 20000))
    assert summed([fact]) == {
        (lot_id(1), "money"): 40000,
        ("refund_expense:gulou", "money"): 10000,
        ("cash:xihu:cash", "money"): -50000,
        (lot_id(2), "bonus"): 20000,
        ("breakage:gulou", "bonus"): -20000,
    }


def test_cash_out_kept():
    """Principal that the law leaves with the merchant is breakage of the issuer."""
    (pair,) = pairs(stored_pair(60000, 0), DAY)
    fact = cash_out_fact(DESK, ACT, MEMBER, [CashOutPart(pair, 40000)], tenders=(cash(40000),), approval=WHY)
    assert fact.moves == (Move(lot_id(1), Reason.CASH_OUT, 40000), Move(lot_id(1), Reason.FORFEIT, 20000))
    assert summed([fact])["breakage:xihu", "money"] == -20000


def test_cash_out_needs_the_principal():
    """A pair whose principal lies elsewhere cannot be paid out here."""
    (half,) = pairs([view(2, "bonus", 50, pair=lot_id(1))], DAY)
    with pytest.raises(RuleError, match="principal_not_here"):
        cash_out_fact(DESK, ACT, MEMBER, [CashOutPart(half, 0)], tenders=(), approval=WHY)


@given(st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 10**8))
def test_every_cash_out_balances(p, b, refund):
    """Any cash-out uses up all that lies here of the pair and balances per unit."""
    (pair,) = pairs(stored_pair(p, b), DAY)
    tenders = (cash(refund),) if refund else ()
    fact = cash_out_fact(DESK, ACT, MEMBER, [CashOutPart(pair, refund)], tenders=tenders, approval=WHY)
    assert not unbalanced(fact.postings)
    assert sum(move.amount for move in fact.moves) == p + b
    assert summed([fact])[lot_id(1), "money"] == p


def test_undo_needs_the_whole_pair():
    """A top-up is undone only by the holder of the whole pair; all that was paid goes back, gifts are taken back."""
    (pair,) = pairs(stored_pair(1000, 200), DAY)
    fact = undo_fact(
        DESK,
        ACT,
        MEMBER,
        pair,
        issue=b"I" * 16,
        tenders=(cash(1000),),
        approval=WHY,
        points=50,
        points_views=[view(9, "points", 30)],
    )
    assert fact.moves == (
        Move(lot_id(1), Reason.UNDO, 1000, b"I" * 16),
        Move(lot_id(2), Reason.UNDO, 200, b"I" * 16),
        Move(lot_id(9), Reason.DEDUCT, 30, b"I" * 16),
    )
    assert summed([fact]) == {
        (lot_id(1), "money"): 1000,
        ("cash:xihu:cash", "money"): -1000,
        (lot_id(2), "bonus"): 200,
        ("given:xihu", "bonus"): -200,
        (lot_id(9), "points"): 30,
        (receivable(MEMBER), "points"): 20,
        ("given:xihu", "points"): -50,
    }


@pytest.mark.parametrize(("p", "b"), [(999, 200), (1000, 199), (1000, 0), (0, 200)])
def test_undo_of_a_part_is_refused(p, b):
    """Any part of the pair used or elsewhere makes it a cash-out, not an undo."""
    terms = Terms(paid=1000, bonus=200)
    views = [view(1, "principal", p, terms=terms), view(2, "bonus", b, pair=lot_id(1), terms=terms)]
    (pair,) = pairs(views, DAY)
    with pytest.raises(RuleError, match="pair_not_whole") as refused:
        undo_fact(DESK, ACT, MEMBER, pair, issue=b"", tenders=(), approval=WHY)
    assert refused.value.evidence == {"principal": p, "bonus": b}


def test_points_deducted_and_gifts():
    """Points taken by hand are breakage of their issuer; a gift counts as sold in points."""
    uses = (used(9, "points", 30, 0, issuer="gulou"),)
    deducted = deduct_fact(DESK, ACT, MEMBER, "deduct", uses, approval=WHY)
    assert deducted.moves == (Move(lot_id(9), Reason.DEDUCT, 30),)
    assert summed([deducted]) == {(lot_id(9), "points"): 30, ("breakage:gulou", "points"): -30}
    gift = deduct_fact(DESK, ACT, MEMBER, "gift", uses, approval=WHY, reference=b"G" * 16)
    assert gift.moves == (Move(lot_id(9), Reason.GIFT, 30, b"G" * 16),)
    assert summed([gift]) == {(lot_id(9), "points"): 30, ("sales:xihu", "points"): -30}
    assert deduct_fact(DESK, ACT, MEMBER, "forfeit", uses, approval=WHY).moves[0].reason == Reason.FORFEIT


def test_refused_deductions():
    """Unknown acts, nothing at all, and money are not deducted."""
    with pytest.raises(InputError, match="unknown_act"):
        deduct_fact(DESK, ACT, MEMBER, "steal", (used(9, "points", 1, 0),), approval=WHY)
    with pytest.raises(InputError, match="no_lines"):
        deduct_fact(DESK, ACT, MEMBER, "deduct", (), approval=WHY)
    with pytest.raises(RuleError, match="money_is_not_deducted"):
        deduct_fact(DESK, ACT, MEMBER, "deduct", (used(1, "principal", 1),), approval=WHY)


def test_expiry():
    """A holder ordered to expire writes off its own rights as breakage of the issuer; money never expires."""
    views = [view(2, "bonus", 50, expires="2026-03-01", issuer="gulou"), view(3, "points", 0, expires="2026-03-01")]
    fact = expire_fact(DESK, ACT, views)
    assert fact.moves == (Move(lot_id(2), Reason.EXPIRE, 50),)
    assert summed([fact]) == {(lot_id(2), "bonus"): 50, ("breakage:gulou", "bonus"): -50}
    assert fact.body.member == MEMBER
    with pytest.raises(RuleError, match="never_expires"):
        expire_fact(DESK, ACT, [view(1, "principal")])
    with pytest.raises(InputError, match="no_lines"):
        expire_fact(DESK, ACT, [view(3, "points", 0)])
