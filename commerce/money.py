"""Money as text: parse what a person typed, format what a person reads. Inside it is int minor units, never a float.

Parsing takes what Chinese keyboards really send (full-width digits, ``。`` for a point, ``¥`` and ``元``) and refuses
what could be read two ways: more decimals than the currency has, groups that are not groups of three, exponents, signs.
"""

import re
import unicodedata
from typing import NamedTuple

from commerce.checks import check_amount
from commerce.errors import InputError
from commerce.limits import AMOUNT_MAX, CODE_MAX


class Currency(NamedTuple):
    """The chain's one currency. ``exponent``: decimals of the major unit, 2 for CNY, 0 for JPY."""

    code: str = "CNY"
    exponent: int = 2
    symbol: str = "¥"
    suffix: str = "元"  # a word that people type behind an amount; "" for none


CNY = Currency()

_NUMBER = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.(?P<part>[0-9]*))?")


def parse_decimal(text: object, exponent: int, code: str) -> int:
    """Return decimal `text` times 10**exponent, exactly; InputError `code` when it is not such a number."""
    if not isinstance(text, str) or len(text) > CODE_MAX:
        raise InputError(code, reason="not_a_number")
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").strip()
    match = _NUMBER.fullmatch(plain)
    if match is None or not (match["whole"] or match["part"]):
        raise InputError(code, reason="not_a_number")
    part = match["part"] or ""
    if len(part) > exponent:
        raise InputError(code, reason="too_many_decimals", decimals=exponent)
    digits = (match["whole"] or "0").replace(",", "") + part.ljust(exponent, "0")
    return int(digits)


def parse_money(text: object, currency: Currency = CNY, high: int = AMOUNT_MAX) -> int:
    """Return minor units of an amount as typed, 0…high; InputError ``bad_money`` or ``bad_amount``. Never negative."""
    if not isinstance(text, str) or len(text) > CODE_MAX:
        raise InputError("bad_money", reason="not_a_number")
    plain = unicodedata.normalize("NFKC", text).strip()
    for mark in (currency.code, unicodedata.normalize("NFKC", currency.symbol)):
        if mark and plain.upper().startswith(mark):
            plain = plain[len(mark) :]
            break
    if currency.suffix:
        plain = plain.removesuffix(currency.suffix)
    return check_amount(parse_decimal(plain, currency.exponent, "bad_money"), "money", 0, high)


def format_decimal(value: int, exponent: int) -> str:
    """Write an int times 10**-exponent with all its decimals and no grouping: the form for files and receipts."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(exponent + 1, "0")
    return f"{sign}{digits}" if not exponent else f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def format_money(amount: int, currency: Currency = CNY, *, symbol: bool = False, group: bool = False) -> str:
    """Write minor units for people: ``-12800.50``, with `group` ``-12,800.50``, with `symbol` ``-¥12,800.50``."""
    text = format_decimal(abs(amount), currency.exponent)
    if group:
        whole, point, part = text.partition(".")
        text = f"{int(whole):,}{point}{part}"
    return f"{'-' if amount < 0 else ''}{currency.symbol if symbol else ''}{text}"
