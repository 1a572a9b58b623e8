"""What the law pays back of a prepaid card: 法释〔2025〕4号 (ledger.md "Law", worked-examples.md 5.7).

Per pair: P paid and B given, both in minor units, as issued; U the face value used; L the list price of what the pair
paid for. The figures never depend on which half of the pair was used. Whose reason it was, contract terms that favour
the consumer more and the two exceptions of art. 14 are the caller's inputs, chosen by a person.
"""

from datetime import date

from commerce.checks import check_amount, check_int
from commerce.errors import InputError
from commerce.limits import BASIS_POINTS_MAX, VALID_DAYS_MAX


def art18(paid: int, given: int, used: int) -> int:
    """Art. 18, not the consumer's fault: P − ⌊U·P/(P+B)⌋, rounded for the consumer."""
    _pair(paid, given, used)
    whole = paid + given
    return paid - (used * paid // whole if whole else 0)


def art19(paid: int, list_price: int) -> int:
    """Art. 19, the consumer's own reason: P − L, by art. 20 never below zero."""
    check_amount(paid, "paid")
    check_amount(list_price, "list_price")
    return max(0, paid - list_price)


def art14(paid: int, given: int, used: int, *, within: bool, excepted: bool = False) -> int | None:
    """Art. 14, within seven days: all that was paid, less what was used (art. 15, priced as by art. 18).

    None where the article does not apply: too late, or `excepted` (the consumer had the same goods or services before).
    """
    if not within or excepted:
        return None
    return art18(paid, given, used)


def within_seven_days(paid_on: str, asked_on: str) -> bool:
    """Whether `asked_on` is within seven calendar days (chain's zone) of payment; day 1 is the day after it."""
    return 0 <= _days(paid_on, asked_on) <= 7


def art22(paid: int, days_left: int, days_in_all: int) -> int:
    """Art. 22, an unlimited-use period card: ⌈P · days left / days in all⌉; nothing after the term."""
    check_amount(paid, "paid")
    check_int(days_in_all, "days_in_all", 1, VALID_DAYS_MAX)
    check_int(days_left, "days_left", 0, days_in_all)
    return -(-paid * days_left // days_in_all)


def interest(refund: int, rate_bp: int, days: int) -> int:
    """Arts 16, 17: ⌈refund · rate · days / 365⌉ from the end of the contract; `rate_bp` in basis points a year."""
    check_amount(refund, "refund")
    check_int(rate_bp, "rate_bp", 0, BASIS_POINTS_MAX)
    check_int(days, "days", 0, VALID_DAYS_MAX)
    return -(-refund * rate_bp * days // 3_650_000)


def _pair(paid: int, given: int, used: int) -> None:
    check_amount(paid, "paid")
    check_amount(given, "given")
    check_amount(used, "used", 0, paid + given)


def _days(start: str, end: str) -> int:
    try:
        return (date.fromisoformat(end) - date.fromisoformat(start)).days
    except ValueError:
        raise InputError("bad_day", start=start[:10], end=end[:10]) from None
