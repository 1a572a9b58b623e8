"""Money as text, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.errors import InputError
from commerce.limits import AMOUNT_MAX
from commerce.money import Currency, format_decimal, format_money, parse_money

JPY = Currency("JPY", 0, "¥", "円")

AMOUNTS = st.integers(0, AMOUNT_MAX)


@LAW
@given(AMOUNTS, st.booleans(), st.booleans())
def test_formatted_money_parses_back(amount, symbol, group):
    """What is written for people can be typed back in and is the same amount."""
    assert parse_money(format_money(amount, symbol=symbol, group=group)) == amount
    assert parse_money(format_money(amount, JPY, symbol=symbol, group=group), JPY) == amount


@LAW
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_code(text):
    """No text crashes the parser: it gives an amount in bounds or one of two codes."""
    try:
        assert 0 <= parse_money(text) <= AMOUNT_MAX
    except InputError as refusal:
        assert refusal.code in {"bad_money", "bad_amount"}


@pytest.mark.parametrize(
    "text", [None, 12, 12.5, b"12", "", " ", ".", "¥", "元", "1 2", "+5", "1,", "12,80", "0x10", "9" * 33]
)
def test_what_is_no_amount_is_refused(text):
    """Other types, empty text, broken groups, signs and endless digits are no amounts."""
    with pytest.raises(InputError) as refusal:
        parse_money(text)
    assert refusal.value.code == "bad_money"


def test_currency_without_decimals():
    """A currency of exponent 0 has no decimals and refuses them."""
    assert parse_money("1,280円", JPY) == 1280
    assert format_money(-1280, JPY, symbol=True, group=True) == "-¥1,280"
    with pytest.raises(InputError) as refusal:
        parse_money("12.8", JPY)
    assert refusal.value.evidence == {"reason": "too_many_decimals", "decimals": 0}


def test_upper_bound_is_the_callers():
    """An amount above the bound that the caller sets is refused with both bounds."""
    assert parse_money("500.00", high=50_000) == 50_000
    with pytest.raises(InputError) as refusal:
        parse_money("500.01", high=50_000)
    assert (refusal.value.code, refusal.value.evidence["high"]) == ("bad_amount", 50_000)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (1280, "12.80"), (-1_280_050, "-12800.50")],
)
def test_plain_format_keeps_all_decimals(amount, text):
    """Files and receipts get every decimal, no groups, and the sign before the digits."""
    assert format_decimal(amount, 2) == format_money(amount) == text


def test_grouped_format_with_symbol():
    """On screen the sign stands before the symbol and thousands are grouped."""
    assert format_money(-1_280_050, symbol=True, group=True) == "-¥12,800.50"
