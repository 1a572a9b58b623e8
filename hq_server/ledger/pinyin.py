"""Pinyin initials of Chinese names, as cashiers type them (「可口可乐」: kkkl)."""

import unicodedata
from itertools import islice, product

from foundation.pinyin import letters

_LONGEST = 200
"""Characters of a text's initials in all readings: commerce.limits.TEXT_MAX."""
_READINGS = 8
"""Readings kept of a text: three characters of two readings each."""


def initials(name: str) -> str:
    """Return lower-case initials, ASCII letters and digits as they stand.

    A name with characters of several readings has several, the commonest of each character first, divided by blanks:
    search looks for a part of the text, so 「重庆小面」 is found by zqxm and by cqxm.
    """
    folded = [char for char in unicodedata.normalize("NFKC", name).lower() if char.isalnum()]
    readings = [(char,) if char.isascii() else letters(char) for char in folded]
    words = islice(product(*[reading for reading in readings if reading]), _READINGS)
    return " ".join(dict.fromkeys("".join(word) for word in words))[:_LONGEST]
