"""Clearing rules: which one counts for a lot, and what it changes of its terms."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.clearing import clear_spend, net_positions
from commerce.errors import InputError
from commerce.facts import LotIssue, Terms
from commerce.reference import ClearingRuleRow
from commerce.sharing import NO_RULES, ClearingRules, check_clearing_rule

ROW = ClearingRuleRow("", "2026-12-01", (2, 3, 5), (0, 1, 0), 50, "HQ")


def lot(asset, **terms):
    """A lot about to be issued."""
    return LotIssue(b"l" * 16, b"m" * 16, "member", asset, "b001", 100, "2026-12-05", "", b"", Terms(**terms))


def test_a_rule_counts_from_its_first_day_on():
    """The day before, lots have their own terms; from that business date on the rule's; a later rule takes over."""
    later = replace(ROW, from_day="2026-12-10", fee_bp=0)
    rules = ClearingRules([later, ROW])
    assert [rules.of("", day) for day in ("2026-11-30", "2026-12-01", "2026-12-09", "2026-12-10")] == [
        None,
        ROW,
        ROW,
        later,
    ]
    assert NO_RULES.of("", "2026-12-01") is None


def test_the_narrowest_scope_wins_however_old():
    """One branch and rule, the rule anywhere, the branch, the chain."""
    chain, own = ROW, replace(ROW, fee_bp=1)
    of_rule, own_of_rule = replace(ROW, rule="R", fee_bp=2), replace(ROW, rule="R", fee_bp=3, from_day="2026-11-01")
    assert ClearingRules([chain, of_rule], [own, own_of_rule]).of("R", "2026-12-05") == own_of_rule
    assert ClearingRules([chain, of_rule], [own]).of("R", "2026-12-05") == of_rule
    assert ClearingRules([chain, of_rule], [own]).of("S", "2026-12-05") == own
    assert ClearingRules([chain, of_rule]).of("S", "2026-12-05") == chain


def test_only_what_is_cleared_bears_the_rule():
    """Value, gift cards and uses get its terms and keep what else they say; points and coupons stay as they are."""
    lots = tuple(
        lot(asset, paid=9, plan="R", uses=3)
        for asset in ("principal", "bonus", "gift_card", "uses:wash", "points", "coupon:a")
    )
    shared = ClearingRules([ROW]).share(lots, "R", "2026-12-05")
    assert [one.terms.fee_bp for one in shared] == [50, 50, 50, 50, 0, 0]
    assert shared[0].terms == Terms(
        paid=9, plan="R", uses=3, principal_ratio=(2, 3, 5), bonus_ratio=(0, 1, 0), fee_bp=50, fee_to="HQ"
    )
    assert ClearingRules([ROW]).share(lots, "R", "2026-11-30") == lots


@pytest.mark.parametrize(
    "wrong",
    [
        {"principal_ratio": (0, 0, 0)},
        {"bonus_ratio": (0, -1, 2)},
        {"fee_bp": 10_001},
        {"fee_to": "x" * 33},
        {"rule": "x" * 33},
    ],
)
def test_what_cannot_be_computed_with_is_passed_over(wrong):
    """A till never meets a rule that shares nothing; an editor is refused it."""
    row = replace(ROW, **wrong)
    with pytest.raises(InputError):
        check_clearing_rule(row)
    assert ClearingRules([row]).of("", "2026-12-05") is None


@given(
    st.integers(1, 10**9),
    st.tuples(*[st.integers(0, 1_000_000)] * 3).filter(any),
    st.tuples(*[st.integers(0, 1_000_000)] * 3).filter(any),
    st.integers(0, 10_000),
    st.sampled_from(["", "HQ", "b003"]),
)
def test_whatever_a_rule_says_the_positions_sum_to_zero(amount, principal, bonus, fee, fee_to):
    """Under any rule what some owe others are owed."""
    row = replace(ROW, principal_ratio=principal, bonus_ratio=bonus, fee_bp=fee, fee_to=fee_to)
    (shared,) = ClearingRules([row]).share((lot("principal"),), "", "2026-12-05")
    rows = clear_spend("b001", "b002", amount, amount // 3, shared.terms).rows
    assert sum(net_positions(rows).values()) == 0
