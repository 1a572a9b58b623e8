"""commerce.top_up: money into value."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import DAY, DESK, MEMBER, cash, lot_id, summed

from commerce.errors import InputError, RuleError
from commerce.facts import LotIssue, Tender, Terms
from commerce.moves import Move, Reason, unbalanced
from commerce.reference import TopUpRuleRow
from commerce.top_up import TopUpIds, check_rule, given_fact, plan_top_up, plus_days, top_up_fact

IDS = TopUpIds(lot_id(1), lot_id(2), lot_id(3))
RULE = TopUpRuleRow(
    code="充1000送200",
    name="充一千送两百",
    min_amount=100000,
    max_amount=500000,
    bonus=20000,
    points=100,
    order="bonus_first",
    bonus_days=365,
    staged=((30, 5000), (60, 5000)),
)


def plan(amount=100000, rule=RULE):
    """Return the plan of a top-up by the sample member."""
    return plan_top_up(amount, rule, IDS, owner=MEMBER, issuer="xihu", day=DAY, points_expire="2027-12-31")


def test_lots_of_a_top_up():
    """A rule issues principal that never expires, its bonus as the pair's other half, and points."""
    top_up = plan()
    principal, bonus, points = top_up.lots
    assert (principal.asset, principal.amount, principal.expires_on, principal.pair) == ("principal", 100000, "", b"")
    assert (bonus.asset, bonus.amount, bonus.expires_on, bonus.pair) == ("bonus", 20000, "2027-03-08", principal.lot)
    assert (points.asset, points.amount, points.expires_on) == ("points", 100, "2027-12-31")
    assert principal.terms == bonus.terms == top_up.terms
    assert (top_up.terms.paid, top_up.terms.bonus, top_up.terms.order) == (100000, 20000, "bonus_first")
    assert top_up.terms.staged == ((30, 5000), (60, 5000))


def test_without_a_rule():
    """Without a rule a top-up is principal alone; a bonus that never expires has no date."""
    assert [lot.asset for lot in plan(5, None).lots] == ["principal"]
    rule = TopUpRuleRow("p", "按比例", 1, 10**6, bonus_per_mille=125)
    assert [(lot.asset, lot.amount, lot.expires_on) for lot in plan(999, rule).lots] == [
        ("principal", 999, ""),
        ("bonus", 124, ""),
    ]


@pytest.mark.parametrize(("amount", "code"), [(99999, "below_minimum"), (500001, "above_maximum")])
def test_limits_of_a_rule(amount, code):
    """An amount outside the rule is refused with the bound."""
    with pytest.raises(RuleError) as refused:
        plan(amount)
    assert refused.value.code == code


def test_inactive_rule():
    """A rule that was switched off gives nothing any more."""
    with pytest.raises(RuleError, match="rule_inactive"):
        plan(100000, TopUpRuleRow("x", "旧规则", 1, 10**6, active=False))


@pytest.mark.parametrize("amount", [0, -5, 10**11, 1.0, "100", True])
def test_hostile_amounts(amount):
    """Amounts out of bounds or of another type are refused."""
    with pytest.raises(InputError, match="bad_amount"):
        plan(amount, None)


@pytest.mark.parametrize(
    "bad",
    [
        {"min_amount": 0},
        {"max_amount": 99999},
        {"bonus": -1},
        {"bonus_per_mille": -1},
        {"points": 10**11},
        {"bonus_days": 10**6},
        {"order": "newest_first"},
        {"principal_ratio": (0, 0, 0)},
        {"bonus_ratio": (-1, 1, 1)},
        {"staged": ((0, 5),)},
        {"staged": ((5, 0),)},
        {"staged": ((1, 1),) * 61},
    ],
)
def test_bad_rules(bad):
    """A rule with impossible figures is refused when it is written, not when a member pays."""
    assert check_rule(RULE) is RULE
    with pytest.raises(InputError):
        check_rule(replace(RULE, **bad))


def test_fact_of_a_top_up():
    """Money comes into the drawer, principal is owed, bonus and points are given; each lot is issued here."""
    fact = top_up_fact(DESK, b"I" * 16, "充值-1", MEMBER, plan(), tenders=(cash(40000), Tender("微信", 60000)))
    assert fact.moves == (
        Move(lot_id(1), Reason.ISSUE, 100000),
        Move(lot_id(2), Reason.ISSUE, 20000),
        Move(lot_id(3), Reason.ISSUE, 100),
    )
    assert summed([fact]) == {
        ("cash:xihu:cash", "money"): 40000,
        ("cash:xihu:微信", "money"): 60000,
        (lot_id(1), "money"): -100000,
        ("given:xihu", "bonus"): 20000,
        (lot_id(2), "bonus"): -20000,
        ("given:xihu", "points"): 100,
        (lot_id(3), "points"): -100,
    }


def test_fresh_value_returned_at_once():
    """What placement does not keep here is returned in the same entry, never more than was issued."""
    fact = top_up_fact(
        DESK,
        b"I" * 16,
        "充值-2",
        MEMBER,
        plan(),
        tenders=(cash(100000),),
        returned={lot_id(1): 70000, lot_id(2): 14000},
    )
    assert fact.moves[3:] == (Move(lot_id(1), Reason.RETURN, 70000), Move(lot_id(2), Reason.RETURN, 14000))
    for returned in ({lot_id(1): 100001}, {lot_id(9): 1}, {lot_id(1): 0}):
        with pytest.raises(InputError, match="bad_return"):
            top_up_fact(DESK, b"I" * 16, "x", MEMBER, plan(), tenders=(cash(100000),), returned=returned)


def test_tenders_must_pay_it():
    """A top-up is paid in money, exactly."""
    for tenders in ((cash(99999),), (Tender("stored_value", 100000),), ()):
        with pytest.raises(RuleError, match="tender_mismatch"):
            top_up_fact(DESK, b"I" * 16, "x", MEMBER, plan(), tenders=tenders)


def test_points_by_hand():
    """Points by hand and campaign lots are given; money never is."""
    lot = LotIssue(lot_id(3), MEMBER, "member", "points", "xihu", 88, DAY, "", b"", Terms())
    fact = given_fact(DESK, b"I" * 16, MEMBER, (lot,), act="points", reason="生日赠送")
    assert summed([fact]) == {("given:xihu", "points"): 88, (lot_id(3), "points"): -88}
    with pytest.raises(RuleError, match="money_is_not_given"):
        given_fact(DESK, b"I" * 16, MEMBER, (lot._replace(asset="principal"),), act="points", reason="")
    with pytest.raises(InputError, match="unknown_act"):
        given_fact(DESK, b"I" * 16, MEMBER, (lot,), act="top_up", reason="")
    with pytest.raises(InputError, match="too_many"):
        given_fact(DESK, b"I" * 16, MEMBER, (lot,) * 65, act="campaign", reason="")


def test_dates():
    """Days are counted by the calendar; dates that do not exist or leave it are refused."""
    assert plus_days("2028-02-28", 2) == "2028-03-01"
    for day, days in (("2026-02-30", 1), ("9999-12-31", 1), ("昨天", 1)):
        with pytest.raises(InputError, match="bad_day"):
            plus_days(day, days)


@given(st.integers(1, 10**9), st.integers(0, 3000), st.integers(0, 10**6))
def test_every_top_up_balances(amount, per_mille, bonus):
    """Every top-up balances per unit, and what is issued is what was paid and given."""
    rule = TopUpRuleRow("r", "规则", 1, 10**9, bonus=bonus, bonus_per_mille=per_mille)
    top_up = plan(amount, rule)
    fact = top_up_fact(DESK, b"I" * 16, "n", MEMBER, top_up, tenders=(cash(amount),))
    assert not unbalanced(fact.postings)
    assert sum(lot.amount for lot in top_up.lots) == amount + bonus + amount * per_mille // 1000
