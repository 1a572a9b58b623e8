"""How a person's name is found: by its beginning, by any tail of it, by its pinyin initials (王小明: wxm)."""

import os
import unicodedata
from itertools import islice, product

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # the phrase dictionary takes 45 MB of a small box's memory

_VARIANTS = 4
"""Initials kept of a name with characters of several readings (单, 曾): the commonest of each first."""

_TAILS = 8
"""Tails kept of a long name; a Chinese name has four characters at most."""


def fold(text: str) -> str:
    """Fold a name or a search: full-width to ASCII, lower case, no blanks or dots between parts."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in plain if char.isalnum())


def initials(text: str) -> tuple[str, ...]:
    """Return the pinyin initials of a text, commonest reading first; other characters stand for themselves."""
    from pypinyin import Style, pinyin  # noqa: PLC0415  12 MB and 60 ms that a start does not need

    readings = pinyin(fold(text), style=Style.FIRST_LETTER, heteronym=True, errors=list)  # type: ignore[arg-type]
    choices = [tuple(dict.fromkeys(letter for letter in reading if letter)) or ("",) for reading in readings]
    return tuple(dict.fromkeys("".join(parts) for parts in islice(product(*choices), _VARIANTS)))


def terms(name: str) -> frozenset[str]:
    """Return the words under whose beginnings a name is found."""
    folded = fold(name)
    if not folded:
        return frozenset()
    tails = (folded[start:] for start in range(min(len(folded), _TAILS)))
    return frozenset(tails) | frozenset(initials(name))


def masked(name: str) -> str:
    """Mask a name for a list: the first character, and the last of three or more (王*明)."""
    name = name.strip()
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]
