"""Text in half-width cells, as printers and displays count it: a Latin letter is one wide, a Chinese character two."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from device_drivers import limits

WIDE, HIGH = 12, 24
"""Dots of a half-width cell on receipts."""
_BLANKS = frozenset("\t\n\v\f\r\x85")
_NOT_FIRST = frozenset("，。、；：？！）】》〉」』〕］｝”’…—·～％‰℃°,.;:?!)]}%~")
_NOT_LAST = frozenset("（【《〈「『〔［｛“‘￥＄$£€([{+-－＋")


class Glyph(NamedTuple):
    """What stands in one place: a character with the marks on it, and how many cells it takes."""

    text: str
    cells: int

    @property
    def blank(self) -> bool:
        """Whether nothing is seen of it."""
        return self.text.isspace()


def clean(text: str) -> str:
    """Return what may stand on paper: NFC, ``￥`` for ``¥``, blanks for tabs and line ends, no control characters.

    Half a surrogate pair, which no encoding takes, becomes ``?``; of marks on one character the first few stay.
    """
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character in _BLANKS or category in {"Zl", "Zp"} or (category == "Zs" and character != "\u3000"):
            kept.append(" ")
        elif category == "Cs":
            kept.append("?")
        elif category not in {"Cc", "Cf"} and marks <= limits.MARKS and not _selects_variant(character):
            kept.append("￥" if character == "¥" else character)
    return unicodedata.normalize("NFC", "".join(kept))


def _selects_variant(character: str) -> bool:
    # They choose a shape that no receipt font has, and would keep a whole line from being sent as text
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def width(text: str) -> int:
    """Return how many cells a text takes."""
    return sum(map(_cells, text))


@lru_cache(maxsize=8192)
def _cells(character: str) -> int:
    if character < "\x7f":
        return 1 if character >= " " else 0
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc", "Cs"}:
        return 0
    # Ambiguous ones (…, α, é): a printer in Chinese mode draws every double byte two cells wide
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} or _in_gbk(character) else 1


@lru_cache(maxsize=8192)
def _in_gbk(character: str) -> bool:
    # Own characters of a vendor are encodable too, but no printer has them
    if unicodedata.category(character) in {"Co", "Cn", "Cc"}:
        return False
    try:
        return character.encode("gbk") == character.encode("gb18030")
    except UnicodeEncodeError:
        return False


def fits_gbk(text: str) -> bool:
    """Return whether a printer can draw it from its GBK font; else it goes as a picture."""
    return all(_in_gbk(character) for character in text)


def glyphs(text: str) -> list[Glyph]:
    """Split cleaned text into glyphs."""
    found: list[Glyph] = []
    for character in text:
        cells = _cells(character)
        if cells == 0 and found:
            found[-1] = Glyph(found[-1].text + character, found[-1].cells)
        else:
            found.append(Glyph(character, cells))
    return found


def cut(text: str, room: int) -> str:
    """Return the longest beginning that fits into so many cells; no character is halved."""
    kept: list[str] = []
    for glyph in glyphs(text):
        room -= glyph.cells
        if room < 0:
            break
        kept.append(glyph.text)
    return "".join(kept)


def wrap(text: str, room: int) -> list[str]:
    """Break a text into lines of so many cells at most; an empty text is one empty line."""
    placed = glyphs(text)
    return ["".join(glyph.text for glyph in placed[start:end]) for start, end in fold(placed, room)]


def fold(placed: Sequence[Glyph], room: int) -> list[tuple[int, int]]:
    """Break glyphs into lines: ranges, one at least. Blanks at a break belong to no line, all else to one.

    Breaks at blanks, between any two Chinese characters and after a hyphen between letters, but neither before closing
    punctuation nor after opening. What cannot be kept together is broken. A glyph wider than `room` has a line for
    itself.
    """
    lines: list[tuple[int, int]] = []
    start, end = 0, _last_seen(placed, len(placed))
    while start < end:
        full, taken = start, 0
        while full < end and taken + placed[full].cells <= room:
            taken += placed[full].cells
            full += 1
        stop = end if full == end else _break(placed, start, full)
        lines.append((start, max(start, _last_seen(placed, stop))))
        start = stop
        while start < end and placed[start].blank:
            start += 1
    return lines or [(0, 0)]


def _break(placed: Sequence[Glyph], start: int, full: int) -> int:
    for place in range(full, start, -1):
        if may_break(placed, place):
            return place
    return max(full, start + 1)


def _last_seen(placed: Sequence[Glyph], end: int) -> int:
    while end and placed[end - 1].blank:
        end -= 1
    return end


def may_break(placed: Sequence[Glyph], place: int) -> bool:
    """Return whether a line may end before the glyph at `place`, which is not the first."""
    before, after = placed[place - 1], placed[place]
    if before.blank or after.blank:
        return True
    if before.text == "-" and after.text[0].isalpha() and place > 1 and placed[place - 2].text[0].isalpha():
        return True
    if after.text[0] in _NOT_FIRST or before.text[0] in _NOT_LAST:
        return False
    return _free(before.text[0]) or _free(after.text[0])


def _free(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def longest_word(placed: Sequence[Glyph]) -> int:
    """Return the cells of the longest part that should not be broken."""
    longest = word = 0
    for place, glyph in enumerate(placed):
        if place and may_break(placed, place):
            word = 0
        word += 0 if glyph.blank else glyph.cells
        longest = max(longest, word)
    return longest
