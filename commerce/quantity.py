"""Quantities: int thousandths of the item's unit (1535 is 1.535 kg; 2000 is two pieces), and the amount of a line."""

from commerce.errors import InputError
from commerce.limits import MILLI_QTY_MAX
from commerce.money import format_decimal, parse_decimal

ONE = 1000
"""One whole unit, in thousandths."""


def half_up(numerator: int, denominator: int) -> int:
    """Round numerator / denominator (both ≥ 0, denominator > 0) to the nearest integer, halves upward."""
    return (2 * numerator + denominator) // (2 * denominator)


def per_mille_off(amount: int, per_mille: int) -> int:
    """Return what `per_mille` takes off `amount` ≥ 0: what is left to pay is rounded half up."""
    return amount - half_up(amount * (1000 - per_mille), 1000)


def check_quantity(value: object, step: int = 1, high: int = MILLI_QTY_MAX) -> int:
    """Return `value` if it is an int in 1…high thousandths, a multiple of `step`; else InputError ``bad_quantity``."""
    if type(value) is not int or not 1 <= value <= high:
        raise InputError("bad_quantity", reason="out_of_range", low=step, high=high)
    if value % step:
        raise InputError("bad_quantity", reason="not_a_multiple", step=step)
    return value


def parse_quantity(text: object, step: int = 1) -> int:
    """Return thousandths of a quantity as typed ("1.535", "２"); InputError ``bad_quantity`` when it is none."""
    return check_quantity(parse_decimal(text, 3, "bad_quantity"), step)


def format_quantity(milli_qty: int) -> str:
    """Write thousandths without useless zeros: ``2``, ``1.5``, ``0.333``."""
    return format_decimal(milli_qty, 3).rstrip("0").rstrip(".")


def line_amount(price: int, milli_qty: int) -> int:
    """Return price × quantity in minor units, half up (worked-examples.md 5.2)."""
    return half_up(price * milli_qty, ONE)


def quantity_of(amount: int, price: int) -> int:
    """Return the thousandths that `amount` buys at `price` > 0, half up, at least 1: for labels that bear a price."""
    return max(1, half_up(amount * ONE, price))
