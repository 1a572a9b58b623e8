"""Pinyin initials of Chinese names, as cashiers type them (「可口可乐」: kkkl)."""

import os
import unicodedata
from itertools import islice, product

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # the phrase dictionary takes 45 MB; readings by character do here

from pypinyin import Style, pinyin

from hq_server.head_office import limits


def initials(name: str) -> str:
    """Return lower-case initials, ASCII letters and digits as they stand.

    A name with characters of several readings has several, the commonest of each character first, divided by blanks:
    search looks for a part of the text, so 「重庆小面」 is found by zqxm and by cqxm.
    """
    folded = [char for char in unicodedata.normalize("NFKC", name).lower() if char.isalnum()]
    readings = [_letters(char) for char in folded]
    words = islice(product(*[letters for letters in readings if letters]), limits.PINYIN_READINGS)
    return " ".join(dict.fromkeys("".join(word) for word in words))[: limits.PINYIN]


def _letters(char: str) -> tuple[str, ...]:
    """The letters one character may begin with; none for a character that is neither ASCII nor Chinese."""
    if char.isascii():
        return (char,)
    found = pinyin(char, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return tuple(
        dict.fromkeys(letter for letter in (found[0] if found else []) if letter.isascii() and letter.isalpha())
    )
