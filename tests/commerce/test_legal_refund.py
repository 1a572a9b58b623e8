"""commerce.legal_refund: 法释〔2025〕4号 (worked-examples.md 5.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.errors import InputError
from commerce.legal_refund import art14, art18, art19, art22, interest, within_seven_days


@pytest.mark.parametrize(
    ("paid", "given_", "used", "list_price", "by18", "by19"),
    [
        (100000, 20000, 60000, 60000, 50000, 40000),
        (100000, 20000, 60000, 80000, 50000, 20000),
        (10000, 3333, 9999, 9999, 2501, 1),
        (50000, 0, 30000, 60000, 20000, 0),
    ],
)
def test_arts_18_19_20(paid, given_, used, list_price, by18, by19):
    """The table of arts 18 and 19; art. 20: never below zero."""
    assert art18(paid, given_, used) == by18
    assert art19(paid, list_price) == by19


def test_art_14():
    """Within seven days all of it, less what was used as by art. 18; later or excepted the article does not apply."""
    assert art14(100000, 20000, 0, within=within_seven_days("2026-03-01", "2026-03-06")) == 100000
    assert art14(100000, 20000, 6000, within=True) == 95000
    assert art14(100000, 20000, 6000, within=within_seven_days("2026-03-01", "2026-03-10")) is None
    assert art14(100000, 20000, 0, within=True, excepted=True) is None


@pytest.mark.parametrize(
    ("asked", "inside"),
    [("2026-02-27", False), ("2026-02-28", True), ("2026-03-07", True), ("2026-03-08", False)],
)
def test_seven_days(asked, inside):
    """Day 1 is the day after payment; the seventh still counts; before the payment nothing does."""
    assert within_seven_days("2026-02-28", asked) is inside


@pytest.mark.parametrize(
    ("paid", "left", "whole", "refund"), [(120000, 265, 365, 87124), (30000, 10, 31, 9678), (99900, 0, 90, 0)]
)
def test_art_22(paid, left, whole, refund):
    """A period card pays back the days left, rounded up for the consumer, nothing after the term."""
    assert art22(paid, left, whole) == refund


@pytest.mark.parametrize(
    ("refund", "rate", "days", "due"), [(50000, 310, 30, 128), (40000, 150, 15, 25), (87124, 310, 365, 2701)]
)
def test_interest(refund, rate, days, due):
    """Interest is rounded up to the cent."""
    assert interest(refund, rate, days) == due


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.data())
def test_art_19_never_above_art_18(paid, given_, data):
    """0 ≤ art. 19 ≤ art. 18 ≤ P whenever the list price is at least the face value used."""
    used = data.draw(st.integers(0, paid + given_))
    list_price = used + data.draw(st.integers(0, 10**6))
    assert 0 <= art19(paid, list_price) <= art18(paid, given_, used) <= paid


@given(st.integers(0, 10**9), st.integers(1, 3650), st.data())
def test_art_22_bounds(paid, whole, data):
    """A period card never pays back more than was paid, and all of it on day 0."""
    left = data.draw(st.integers(0, whole))
    assert 0 <= art22(paid, left, whole) <= paid
    assert art22(paid, whole, whole) == paid


def test_hostile_input():
    """Impossible figures and dates are refused."""
    for call in (
        lambda: art18(100, 20, 121),
        lambda: art18(-1, 0, 0),
        lambda: art19(100, -1),
        lambda: art22(100, 11, 10),
        lambda: art22(100, 0, 0),
        lambda: interest(100, 10_001, 1),
        lambda: interest(100, 1, -1),
        lambda: within_seven_days("2026-02-30", "2026-03-01"),
    ):
        with pytest.raises(InputError):
            call()
