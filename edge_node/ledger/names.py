"""How a person's name is found: by its beginning, by any tail of it, by its pinyin initials (王小明: wxm)."""

import unicodedata
from itertools import islice, product

from foundation import pinyin

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
    choices = [pinyin.letters(char) or (char,) for char in fold(text)]
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
