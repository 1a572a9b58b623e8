"""Pinyin initials of Chinese names, as cashiers type them (「可口可乐」 → kkkl)."""

import unicodedata

from pypinyin import Style, lazy_pinyin

from hq_server.head_office import limits


def initials(name: str) -> str:
    """Return lower-case initials: first letters of Chinese characters, ASCII letters and digits as they stand."""
    folded = unicodedata.normalize("NFKC", name)
    parts = lazy_pinyin(folded, style=Style.FIRST_LETTER)
    letters = [char for part in parts for char in part.lower() if char.isascii() and char.isalnum()]
    return "".join(letters)[: limits.PINYIN]
