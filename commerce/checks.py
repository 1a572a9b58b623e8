"""Checks of single values that come from outside: type, range, length. Each returns the value it let pass."""

from commerce.errors import InputError
from commerce.limits import AMOUNT_MAX, CODE_MAX, TEXT_MAX


def check_int(value: object, what: str, low: int, high: int, code: str = "bad_number") -> int:
    """Return `value` if it is an int (a bool is none) in low…high; else InputError `code` with the bounds."""
    if type(value) is not int or not low <= value <= high:
        raise InputError(code, field=what, low=low, high=high)
    return value


def check_amount(value: object, what: str, low: int = 0, high: int = AMOUNT_MAX) -> int:
    """Return `value` if it is an amount of minor units in low…high; else InputError ``bad_amount``."""
    return check_int(value, what, low, high, "bad_amount")


def check_per_mille(value: object, what: str) -> int:
    """Return `value` if it is a share in thousandths of a whole, 0…1000; else InputError ``bad_per_mille``."""
    return check_int(value, what, 0, 1000, "bad_per_mille")


def check_text(value: object, what: str, most: int = TEXT_MAX, *, required: bool = False) -> str:
    """Return `value` if it is printable text of at most `most` characters; else InputError ``bad_text``.

    Control characters are refused: they would travel to a printer's command stream.
    """
    if type(value) is not str or len(value) > most or not value.isprintable() or (required and not value.strip()):
        raise InputError("bad_text", field=what, limit=most)
    return value


def check_code(value: object, what: str) -> str:
    """Return `value` if it is a code: 1…32 printable characters without spaces; else InputError ``bad_code``."""
    if type(value) is not str or not 1 <= len(value) <= CODE_MAX or not value.isprintable() or " " in value:
        raise InputError("bad_code", field=what, limit=CODE_MAX)
    return value
