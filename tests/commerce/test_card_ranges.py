"""commerce.card_ranges: every branch's numbers are its own, and a wrong digit is noticed."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commerce.card_ranges import card_number, check_card_range, check_digit, overlaps, serial_of
from commerce.errors import InputError
from commerce.reference import CardRangeRow

RANGE = CardRangeRow("nanjing", "6688", 1, 99_999, 1)

prefixes = st.text("0123456789", min_size=1, max_size=4)


@st.composite
def ranges(draw):
    """A range of few numbers, so that two of them often touch."""
    first = draw(st.integers(0, 120))
    last = first + draw(st.integers(0, 30))
    return CardRangeRow("b", draw(prefixes), first, last, first)


def test_known_check_digits():
    """The digit is that of ISO/IEC 7812-1: 7992739871 has 3."""
    assert check_digit("7992739871") == "3"
    assert card_number(RANGE, 7) == "668800007" + check_digit("668800007")


@given(ranges(), st.data())
def test_number_and_back(row, data):
    """A number tells its serial; a number with one digit changed lies in no range."""
    serial = data.draw(st.integers(row.first, row.last))
    number = card_number(row, serial)
    assert serial_of(row, number) == serial
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert serial_of(row, number[:place] + other + number[place + 1 :]) is None


@given(ranges(), ranges())
def test_overlap_is_a_shared_number(one, other):
    """Two ranges overlap when some number is in both, whatever their prefixes."""
    numbers = [{card_number(row, n) for n in range(row.first, row.last + 1)} for row in (one, other)]
    assert overlaps(one, other) == bool(numbers[0] & numbers[1])
    assert overlaps(one, other) == overlaps(other, one)


@given(ranges(), ranges())
def test_apart(one, other):
    """A number of one range has no serial in another that does not overlap it."""
    assume(not overlaps(one, other))
    assert serial_of(other, card_number(one, one.last)) is None


@pytest.mark.parametrize("number", ["", "6688", "6688x00071", "6688-1", "٦٦٨٨000018", "13800138000"])
def test_what_is_no_number(number):
    """Text that is no card number of the range has no serial."""
    assert serial_of(RANGE, number) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prefix": ""}, "prefix"),
        ({"prefix": "VIP"}, "prefix"),
        ({"prefix": "1" * 13}, "prefix"),
        ({"prefix": "13800"}, "prefix"),
        ({"prefix": "8", "last": 99}, "prefix"),
        ({"first": -1}, "first"),
        ({"last": 0}, "last"),
        ({"last": 10_000_000_000}, "last"),
        ({"next_hint": 0}, "next_hint"),
        ({"branch": ""}, "branch"),
    ],
)
def test_ranges_that_make_no_sense(change, field):
    """A range that is empty, too short, or looks like mobile numbers is refused by its field."""
    with pytest.raises(InputError) as refused:
        check_card_range(replace(RANGE, **change))
    assert refused.value.evidence["field"] == field


def test_a_sound_range():
    """A sound range is returned as it is."""
    assert check_card_range(RANGE) == RANGE
