"""Points: earned, taken back, worth, and how long they last."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.errors import InputError
from commerce.points import (
    NO_POINTS,
    ExpiryRule,
    RedeemRule,
    add_months,
    check_rate,
    check_redeem_rule,
    earned,
    expires_on,
    most_redeemable,
    parse_day,
    points_for,
    rate_for,
    taken_back,
    value_of,
)

RATES = st.tuples(st.integers(0, 1_000), st.integers(1, 1_000))
DAYS = st.dates(date(2000, 1, 1), date(2999, 12, 31))


@LAW
@given(st.lists(st.integers(0, 10_000), max_size=6), RATES)
def test_refunds_in_steps_take_back_all_that_was_earned(steps, rate):
    """However a sale is refunded in steps, the points taken back sum to the points earned, none below zero."""
    base = sum(steps)
    back = []
    for step in steps:
        back.append(taken_back(base, base - step, rate))
        base -= step
    assert sum(back) == earned(sum(steps), rate)
    assert all(points >= 0 for points in back)


@LAW
@given(RATES, st.integers(0, 10_000), st.integers(0, 10**8))
def test_a_tiers_rate_is_the_exact_product(rate, per_mille, base):
    """A tier's rate in lowest terms earns what the exact product of rate and multiplier earns."""
    num, den = rate_for(rate, per_mille)
    assert Fraction(num, den) == Fraction(*rate) * per_mille / 1000
    assert earned(base, (num, den)) == base * rate[0] * per_mille // (rate[1] * 1000)


@LAW
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 50), st.integers(1, 50), st.integers(0, 1000))
def test_most_redeemable_is_the_most(total, available, num, den, share):
    """What is proposed keeps to points at hand and share of the total, wastes none, and a cent more would not."""
    rule = RedeemRule(num, den, most_per_mille=share)
    points, worth = most_redeemable(total, available, rule)
    assert points <= available
    assert worth * 1000 <= total * share
    assert points_for(worth, rule) == points
    assert value_of(points, rule) == worth
    better = points_for(worth + 1, rule)
    assert better > available or value_of(better, rule) * 1000 > total * share


def test_below_the_least_nothing_is_proposed():
    """Fewer points than the rule's least pay nothing."""
    rule = RedeemRule(1, 1, least=100)
    assert most_redeemable(5_000, 99, rule) == (0, 0)
    assert most_redeemable(5_000, 100, rule) == (100, 100)
    assert most_redeemable(50, 9_999, rule) == (0, 0)


def test_no_points_rate_earns_nothing():
    """The rate of those who earn nothing earns nothing on anything."""
    assert earned(10**9, NO_POINTS) == 0


@pytest.mark.parametrize("rate", [(1, 0), (-1, 1), (1, -1), (1.5, 1), (10**6 + 1, 1), (True, 1)])
def test_rate_out_of_bounds_is_refused(rate):
    """A rate has a numerator from zero and a denominator from one."""
    with pytest.raises(InputError, match="bad_number"):
        check_rate(rate)


@pytest.mark.parametrize(
    "rule", [RedeemRule(0, 1), RedeemRule(1, 0), RedeemRule(1, 1, 0), RedeemRule(1, 1, 1, 1001), RedeemRule(1.0, 1)]
)
def test_redeem_rule_out_of_bounds_is_refused(rule):
    """A rule by which points would be worth nothing, or more than a total, is refused."""
    with pytest.raises(InputError):
        check_redeem_rule(rule)


@pytest.mark.parametrize(("before", "after"), [(100, 101), (100, -1)])
def test_a_refund_only_lowers_the_base(before, after):
    """The base after a refund is between zero and the base before."""
    with pytest.raises(InputError, match="bad_amount"):
        taken_back(before, after, (1, 100))


@LAW
@given(DAYS, st.integers(0, 1_200))
def test_months_are_added_as_calendars_do(day, months):
    """Months later is the same day of that month, or its last when it has none such."""
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and add_months(later.replace(day=1), 1).toordinal() - 1 == later.toordinal()
    )


@LAW
@given(DAYS, st.sampled_from(["months", "year_end"]), st.integers(1, 100))
def test_points_never_expire_before_they_are_earned(day, kind, span):
    """Points may be used on the day on which they were earned."""
    assert expires_on(ExpiryRule(kind, span), day.isoformat()) >= day.isoformat()


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (ExpiryRule("forever"), "unknown_expiry"),
        (ExpiryRule("months", 0), "bad_number"),
        (ExpiryRule("months", 1201), "bad_number"),
        (ExpiryRule("year_end", -1), "bad_number"),
        (ExpiryRule("year_end", 101), "bad_number"),
    ],
)
def test_expiry_rule_out_of_bounds_is_refused(rule, code):
    """An expiry rule is one of three and spans no more than a century."""
    with pytest.raises(InputError) as refusal:
        expires_on(rule, "2026-03-05")
    assert refusal.value.code == code


@pytest.mark.parametrize("rule", [ExpiryRule("months", 12), ExpiryRule("year_end", 1)])
def test_expiry_beyond_the_calendar_is_refused(rule):
    """A day that no calendar holds is refused, not wrapped."""
    with pytest.raises(InputError, match="bad_day"):
        expires_on(rule, "9999-12-31")


@pytest.mark.parametrize(
    "day", ["2026-3-5", "20260305", "2026-02-30", "", None, 20260305, "2026-03-05T00:00", "2026-W10-4"]
)
def test_only_iso_days_are_days(day):
    """A business date is YYYY-MM-DD and exists."""
    assert parse_day("2026-03-05") == date(2026, 3, 5)
    with pytest.raises(InputError, match="bad_day"):
        parse_day(day)
