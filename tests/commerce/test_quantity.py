"""Quantities in thousandths and the amount of a line."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.errors import InputError
from commerce.limits import MILLI_QTY_MAX
from commerce.quantity import check_quantity, format_quantity, half_up, line_amount, parse_quantity, quantity_of

QUANTITIES = st.integers(1, MILLI_QTY_MAX)


@LAW
@given(QUANTITIES)
def test_formatted_quantity_parses_back(milli_qty):
    """What is written for people can be typed back in and is the same quantity."""
    assert parse_quantity(format_quantity(milli_qty)) == milli_qty


@pytest.mark.parametrize(
    ("text", "milli_qty"), [("2", 2000), ("１.535", 1535), ("0.001", 1), ("1。5", 1500), ("1,000", 1_000_000)]
)
def test_quantity_as_typed(text, milli_qty):
    """Full-width digits and the Chinese full stop are read as a cashier means them."""
    assert parse_quantity(text) == milli_qty


@pytest.mark.parametrize("text", ["0", "0.0001", "-1", "1e3", "两斤", "", None, 3, "100000.001"])
def test_what_is_no_quantity_is_refused(text):
    """Zero, too fine, negative, worded and too large quantities are refused with one code."""
    with pytest.raises(InputError) as refusal:
        parse_quantity(text)
    assert refusal.value.code == "bad_quantity"


def test_quantity_must_be_a_multiple_of_its_step():
    """Goods sold by the piece are not sold by halves."""
    assert check_quantity(3000, 1000) == 3000
    with pytest.raises(InputError) as refusal:
        check_quantity(1500, 1000)
    assert refusal.value.evidence == {"reason": "not_a_multiple", "step": 1000}


@pytest.mark.parametrize("value", [True, 1.0, "1000", None, 0, -1, MILLI_QTY_MAX + 1])
def test_only_integers_in_bounds_are_quantities(value):
    """A bool, a float, a text and a number out of bounds are no quantities."""
    with pytest.raises(InputError):
        check_quantity(value)


@pytest.mark.parametrize(("text", "written"), [("2.000", "2"), ("1.500", "1.5"), ("0.333", "0.333"), ("10", "10")])
def test_useless_zeros_are_not_written(text, written):
    """A quantity is written with no more decimals than it needs."""
    assert format_quantity(parse_quantity(text)) == written


@LAW
@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_half_up_is_the_nearest_integer(numerator, denominator):
    """Rounding half up is exact: the nearest integer, the upper one when two are equally near."""
    exact, rounded = Fraction(numerator, denominator), half_up(numerator, denominator)
    assert -Fraction(1, 2) < exact - rounded < Fraction(1, 2) or rounded - exact == Fraction(1, 2)


@LAW
@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_costs_no_less(price, one, more):
    """A larger quantity never costs less."""
    assert line_amount(price, one + more) >= line_amount(price, one)


@LAW
@given(st.integers(1, 10**4), st.integers(1, 10**7))
def test_quantity_of_a_label_gives_its_amount_back(price, amount):
    """The quantity worked out from a price label costs the label's amount, but for a thousandth of the unit price."""
    assert abs(line_amount(price, quantity_of(amount, price)) - amount) * 1000 <= price + 1000
