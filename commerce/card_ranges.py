"""Member card numbers that a branch may give out while it is offline: each branch has a range that no other has.

A number is the range's prefix, a serial of fixed width and a Luhn check digit (ISO/IEC 7812-1, annex B), so that a
number typed wrong is noticed.
"""

from commerce.checks import check_int, check_text
from commerce.errors import InputError
from commerce.limits import CARD_PREFIX_MAX, CARD_SERIAL_MAX, CODE_MAX
from commerce.reference import CardRangeRow

NUMBER_MIN = 6
"""Digits of the shortest card number: four are the end of a phone number, five are typed by chance."""

_MOBILE = 11
"""Digits of a mobile number, which begins with 1 in China: a card must not look like one."""


def check_card_range(row: CardRangeRow) -> CardRangeRow:
    """Return a range whose numbers can be told from phone numbers and fit a card; else InputError with the field."""
    check_text(row.branch, "branch", CODE_MAX, required=True)
    check_text(row.prefix, "prefix", CARD_PREFIX_MAX, required=True)
    if not (row.prefix.isascii() and row.prefix.isdigit()):
        raise InputError("bad_code", field="prefix", limit=CARD_PREFIX_MAX)
    check_int(row.first, "first", 0, CARD_SERIAL_MAX)
    check_int(row.last, "last", row.first, CARD_SERIAL_MAX)
    check_int(row.next_hint, "next_hint", row.first, row.last)
    digits = len(card_number(row, row.last))
    if digits < NUMBER_MIN or (digits == _MOBILE and row.prefix.startswith("1")):
        raise InputError("bad_code", field="prefix", limit=CARD_PREFIX_MAX)
    return row


def card_number(row: CardRangeRow, serial: int) -> str:
    """Return the card number of a serial of the range, with its check digit."""
    digits = f"{row.prefix}{serial:0{len(str(row.last))}d}"
    return digits + check_digit(digits)


def serial_of(row: CardRangeRow, number: str) -> int | None:
    """Return the serial of a card number that lies in the range; None: it does not, or was typed wrong."""
    serial = number.removeprefix(row.prefix)[:-1]
    if not (number.startswith(row.prefix) and serial.isascii() and serial.isdigit()):
        return None
    found = int(serial)
    return found if row.first <= found <= row.last and card_number(row, found) == number else None


def check_digit(digits: str) -> str:
    """Return the Luhn digit of a number without it: every second digit from the right doubled, its figures summed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def overlaps(one: CardRangeRow, other: CardRangeRow) -> bool:
    """Whether two ranges share a number, also when one's prefix begins with the other's."""
    spans = [
        (len(row.prefix) + len(str(row.last)), *(int(_body(row, n)) for n in (row.first, row.last)))
        for row in (one, other)
    ]
    (width, first, last), (other_width, other_first, other_last) = spans
    return width == other_width and first <= other_last and other_first <= last


def _body(row: CardRangeRow, serial: int) -> str:
    """A number without its check digit."""
    return card_number(row, serial)[:-1]
