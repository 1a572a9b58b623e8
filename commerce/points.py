"""Points: earned on money, taken back with refunds, worth money, and how long they last.

All by exact integers (worked-examples.md 5.6). A rate is (num, den): ⌊money · num / den⌋ points, one point per 1.00 is
(1, 100). In which lots points lie, and which go first, is the wallet's.
"""

from calendar import monthrange
from datetime import date
from math import gcd
from typing import NamedTuple

from commerce.checks import check_amount, check_int, check_per_mille
from commerce.errors import InputError
from commerce.limits import PER_MILLE_MAX, POINTS_MAX, RATIO_MAX

Rate = tuple[int, int]

NO_POINTS: Rate = (0, 1)

YEARS_MAX = 100
"""Points that last longer than a century never expire; say so with ``never``."""

_MONTHS = 12


def check_rate(rate: Rate) -> Rate:
    """Return a rate whose weights are in bounds, den ≥ 1; else InputError ``bad_number``."""
    num, den = rate
    return check_int(num, "num", 0, RATIO_MAX), check_int(den, "den", 1, RATIO_MAX)


def rate_for(rate: Rate, per_mille: int = 1000) -> Rate:
    """Return the rate times a tier's multiplier in thousandths, in lowest terms, so that a sale can store it."""
    num, den = check_rate(rate)
    num *= check_int(per_mille, "points_per_mille", 0, PER_MILLE_MAX)
    shared = gcd(num, den * 1000)
    return num // shared, den * 1000 // shared


def earned(base: int, rate: Rate) -> int:
    """Return the points that `base` minor units earn: ⌊base · num / den⌋."""
    num, den = rate
    return base * num // den


def taken_back(before: int, after: int, rate: Rate) -> int:
    """Return the points a refund takes back when the sale's base falls from `before` to `after`: e(before) − e(after).

    Any sequence of refunds that ends at base 0 takes back exactly what was earned.
    """
    if not 0 <= after <= before:
        raise InputError("bad_amount", field="after", low=0, high=before)
    return earned(before, rate) - earned(after, rate)


class RedeemRule(NamedTuple):
    """What points are worth as money: ``num`` minor units for ``den`` points, and how many may be used at once."""

    num: int
    den: int
    least: int = 1  # fewest points in one payment
    most_per_mille: int = 1000  # largest share of a total that points may pay


def check_redeem_rule(rule: RedeemRule) -> RedeemRule:
    """Return a rule whose figures are in bounds and give points a worth; else InputError."""
    check_int(rule.num, "num", 1, RATIO_MAX)
    check_int(rule.den, "den", 1, RATIO_MAX)
    check_int(rule.least, "least", 1, POINTS_MAX)
    check_per_mille(rule.most_per_mille, "most_per_mille")
    return rule


def value_of(points: int, rule: RedeemRule) -> int:
    """Return what `points` are worth in minor units, rounded down."""
    return points * rule.num // rule.den


def points_for(amount: int, rule: RedeemRule) -> int:
    """Return the fewest whole points worth at least `amount` minor units."""
    return -(-amount * rule.den // rule.num)


def most_redeemable(total: int, available: int, rule: RedeemRule) -> tuple[int, int]:
    """Return (points, worth): the most that may pay of `total` with `available` points; (0, 0) when below the least.

    No point is wasted: fewer points would be worth less.
    """
    check_amount(total, "total")
    most = total * rule.most_per_mille // 1000
    points = min(available, ((most + 1) * rule.den - 1) // rule.num)
    worth = value_of(points, rule)
    points = points_for(worth, rule)
    return (points, worth) if points >= rule.least and worth else (0, 0)


class ExpiryRule(NamedTuple):
    """How long points last: ``never``, ``months`` after the day, or to the end of the ``span``-th year after it."""

    kind: str = "never"  # never | months | year_end
    span: int = 0


def expires_on(rule: ExpiryRule, day: str) -> str:
    """Return the last business day on which points earned on `day` may be used; "" when they never expire.

    (``year_end``, 2): the end of the year after next. A month without such a day ends on its last.
    """
    earned_on = parse_day(day)
    if rule.kind == "never":
        return ""
    if rule.kind == "year_end":
        return date(_year(earned_on.year + check_int(rule.span, "years", 0, YEARS_MAX)), 12, 31).isoformat()
    if rule.kind == "months":
        return add_months(earned_on, check_int(rule.span, "months", 1, YEARS_MAX * _MONTHS)).isoformat()
    raise InputError("unknown_expiry", kind=rule.kind[:32])


def parse_day(day: str) -> date:
    """Return the date of an ISO text ``YYYY-MM-DD``; InputError ``bad_day`` for anything else."""
    try:
        parsed = date.fromisoformat(day)
    except (TypeError, ValueError):
        raise InputError("bad_day") from None
    if parsed.isoformat() != day:
        raise InputError("bad_day")
    return parsed


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or that month's last when it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(_year(year), month + 1, min(day.day, monthrange(_year(year), month + 1)[1]))


def _year(year: int) -> int:
    """Return a year that a date can hold; InputError ``bad_day`` beyond."""
    return check_int(year, "year", date.min.year, date.max.year, "bad_day")
