"""Checks of single values from outside."""

import pytest

from commerce.checks import check_amount, check_code, check_int, check_per_mille, check_text
from commerce.errors import InputError


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, 11])
def test_only_integers_in_bounds_pass(value):
    """A bool is no int, a number out of bounds is none either, and the refusal names field and bounds."""
    assert check_int(10, "rank", 0, 10) == 10
    with pytest.raises(InputError) as refusal:
        check_int(value, "rank", 0, 10)
    assert (refusal.value.code, refusal.value.evidence) == ("bad_number", {"field": "rank", "low": 0, "high": 10})


def test_amounts_and_shares_have_codes_of_their_own():
    """An amount out of bounds and a share above a whole are told apart."""
    with pytest.raises(InputError, match="bad_amount"):
        check_amount(-1, "price")
    with pytest.raises(InputError, match="bad_per_mille"):
        check_per_mille(1001, "discount")


@pytest.mark.parametrize("value", ["少辣\n加冰", "\x1b@", "a" * 201, 5, None, b"x"])
def test_text_with_control_characters_or_too_long_is_refused(value):
    """Text that could reach a printer's command stream, or fill a fact, is refused."""
    assert check_text("少辣，加冰", "note") == "少辣，加冰"
    with pytest.raises(InputError, match="bad_text"):
        check_text(value, "note")


def test_required_text_is_not_blank():
    """A required text of blanks only is refused; else empty text is fine."""
    assert check_text("", "note") == ""
    with pytest.raises(InputError, match="bad_text"):
        check_text("  ", "name", required=True)


@pytest.mark.parametrize("value", ["", "a b", "a" * 33, "a\t", 7])
def test_codes_are_short_and_without_spaces(value):
    """A code has 1 to 32 printable characters and no space."""
    assert check_code("会员价", "level") == "会员价"
    with pytest.raises(InputError, match="bad_code"):
        check_code(value, "level")
