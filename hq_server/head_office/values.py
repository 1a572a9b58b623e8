"""Checks of single values that people type at head office.

Phones and cards take the form in which edge nodes hash them: digits only without +86, upper case without blanks.
"""

import unicodedata
from datetime import date, datetime, timedelta, timezone

from hq_server.errors import Code, InputError
from hq_server.head_office import limits

CHINA = timezone(timedelta(hours=8))
"""Head office's own acts have no shift; their business date is the calendar's in China, which has one time zone."""


def business_day(now: int) -> str:
    """Return today's business date at head office; `now` in ms."""
    return datetime.fromtimestamp(now / 1000, CHINA).date().isoformat()


def text(value: str, field: str, most: int, *, required: bool = False) -> str:
    """Return printable text of at most `most` characters, else InputError ``bad_value`` naming the field."""
    if len(value) > most or not value.isprintable() or (required and not value.strip()):
        raise InputError(Code.BAD_VALUE, field=field, limit=most)
    return value


def day(value: str, field: str) -> str:
    """Return a business date 'YYYY-MM-DD' that exists, else InputError ``bad_value`` naming the field."""
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise InputError(Code.BAD_VALUE, field=field) from None
    if parsed.isoformat() != value:
        raise InputError(Code.BAD_VALUE, field=field)
    return value


def normal_phone(phone: str) -> str:
    """Return a phone's digits without the country code 86; InputError ``bad_value``."""
    digits = unicodedata.normalize("NFKC", phone).strip()
    for mark in " -()":
        digits = digits.replace(mark, "")
    digits = digits.removeprefix("+86").removeprefix("0086").removeprefix("+")
    low, high = limits.PHONE
    if not (digits.isascii() and digits.isdigit() and low <= len(digits) <= high):
        raise InputError(Code.BAD_VALUE, field="phone")
    return digits


def normal_card(card: str) -> str:
    """Return a card number in upper case without blanks; InputError ``bad_value``."""
    number = "".join(unicodedata.normalize("NFKC", card).upper().split())
    plain = number.replace("-", "").replace("_", "")
    if not (1 <= len(number) <= limits.CARD and plain.isascii() and plain.isalnum()):
        raise InputError(Code.BAD_VALUE, field="card")
    return number


def last_four(digits: str) -> str:
    """Return the last four digits of a phone as a member says them; InputError ``bad_value``."""
    if not (len(digits) == 4 and digits.isascii() and digits.isdigit()):
        raise InputError(Code.BAD_VALUE, field="phone")
    return digits
