"""Timed sessions: time becomes steps by the rule alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_page import rows

from commerce.errors import InputError
from commerce.timing import MINUTE_MS, STEPS_MAX, Run, TimeRule, billed_steps, check_time_rule, time_run


@rows("timed")
def test_the_worked_table(row):
    """Each row of docs/pricing.md, "Timed sessions", is billed as it says."""
    rule = TimeRule("table", *(int(row[name]) for name in ("step", "free", "grace", "least", "most")))
    hours, minutes = row["time"].split(":")
    run_ms = (int(hours) * 60 + int(minutes)) * MINUTE_MS
    assert billed_steps(check_time_rule(rule), run_ms) == int(row["steps"])


@st.composite
def rules(draw):
    """Any rule that passes its check."""
    step = draw(st.integers(1, 1440))
    least = draw(st.integers(0, 50))
    most = draw(st.one_of(st.just(0), st.integers(max(1, least), 100)))
    free, grace = draw(st.integers(0, 1440)), draw(st.integers(0, step - 1))
    return check_time_rule(TimeRule("item", step, free, grace, least, most))


@given(rules(), st.integers(0, 10**10), st.integers(0, 10**9))
def test_more_time_never_costs_fewer_steps(rule, run_ms, more):
    """The bill never falls while a session runs."""
    assert billed_steps(rule, run_ms) <= billed_steps(rule, run_ms + more)


@given(rules(), st.integers(0, 10**11))
def test_steps_stay_in_the_rules_bounds(rule, run_ms):
    """A bill is nothing, or between the least and the most steps, and never beyond what a line may hold."""
    steps = billed_steps(rule, run_ms)
    assert steps == 0 or rule.least_steps <= steps <= (rule.most_steps or STEPS_MAX)


@given(rules(), st.lists(st.integers(0, 10**8), min_size=1, max_size=8))
def test_pauses_do_not_change_the_bill(rule, lengths):
    """Time cut into runs by pauses is billed as the same time in one run."""
    runs, at = [], 0
    for length in lengths:
        runs.append(Run(at, at + length))
        at += length + 12_345
    assert time_run(runs) == sum(lengths)
    assert billed_steps(rule, time_run(runs)) == billed_steps(rule, sum(lengths))


def test_a_clock_set_back_counts_nothing():
    """A run that ends before it began adds no time and takes none away."""
    assert time_run([Run(1000, 500), Run(2000, 5000)]) == 3000


@pytest.mark.parametrize(
    "rule",
    [
        TimeRule("", 30),
        TimeRule("table", 0),
        TimeRule("table", 30, grace_minutes=30),
        TimeRule("table", 30, least_steps=5, most_steps=4),
        TimeRule("table", 30, free_minutes=-1),
    ],
)
def test_rules_that_make_no_sense_are_refused(rule):
    """A rule is checked before anybody is billed by it."""
    with pytest.raises(InputError):
        check_time_rule(rule)
