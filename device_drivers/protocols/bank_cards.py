"""Tells cards of banks from cards of shops, so that no till ever keeps or passes on what stands on a bank card.

Sources: ISO/IEC 7812-1 (numbers: issuer, check digit by Luhn), ISO/IEC 7813 (tracks 1 and 2: number, name, expiry,
service code), the issuer ranges as the card schemes publish them. One in ten of a shop's numbers passes the check digit
by chance, so a number alone counts only where a scheme gives numbers of that beginning and length; a track that has an
expiry and a service code in a bank's places counts by its beginning alone.
"""

import re

_ANY = range(13, 20)
_LONG = range(16, 20)
_ISSUERS = (
    ("4", (13, 16, 19)),  # Visa
    ("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),  # Mastercard
    ("62|81[0-7]", _ANY),  # 银联 UnionPay
    ("955|940", _LONG),  # Chinese banks from before 62
    ("3[47]", (15,)),  # American Express
    ("30[0-5]|309|3[689]", range(14, 20)),  # Diners Club
    ("352[89]|35[3-8]", _LONG),  # JCB
    ("6011|64[4-9]|65", _LONG),  # Discover, RuPay
    ("50|5[6-8]|6304|67[5-7]", _ANY),  # Maestro
    ("220[0-4]", _LONG),  # Mir
)
_BEGINNINGS = re.compile("|".join(beginning for beginning, _ in _ISSUERS))
_NUMBERS = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")
_TRACK_1 = re.compile(r"B[0-9 ]{12,22}\^[^^]{2,26}\^[0-9]{2}(?:0[1-9]|1[0-2])")
_TRACK_2 = re.compile(r"([0-9]{12,19})=[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3}")
_TRACK_3 = re.compile(r"[0-9]{2}([0-9]{12,19})=")


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        digit = int(sign) << place % 2
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def bank_number(digits: str) -> bool:
    """Whether this is a number as banks give it: begun and as long as a scheme has them, its check digit right."""
    issued = any(len(digits) in lengths and re.match(beginning, digits) for beginning, lengths in _ISSUERS)
    return issued and luhn(digits)


def bank_track(data: str) -> bool:
    """Whether a track, without its sentinels, is a bank card's: by its number, or by number, expiry, service code."""
    if any(bank_number(number) for number in _NUMBERS.findall(data)) or _TRACK_1.match(data):
        return True
    second, third = _TRACK_2.match(data), _TRACK_3.match(data)
    if second is not None and _BEGINNINGS.match(second[1]):
        return True
    return third is not None and bank_number(third[1])
