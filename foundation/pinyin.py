"""First letters of the readings of Chinese characters, from pypinyin's table of single characters.

The table is read as the file it is and kept flat, in half a megabyte: as a dictionary, which
importing the package makes of it, it takes 12 MB of a small box's memory.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

_ENTRY = re.compile(r'"(\d+)":\s*"([^"\\]+)"')
"""``"21333": "dān,shàn,chán"``: code point, readings, the commonest first."""


class _Table(NamedTuple):
    """``points`` rise; the letters of code point ``points[i]`` are ``letters[codes[i]]``."""

    points: "array[int]"
    codes: "array[int]"
    letters: tuple[tuple[str, ...], ...]


def letters(char: str) -> tuple[str, ...]:
    """Return the lower-case ASCII letters that a character's readings begin with; () for what is not Chinese."""
    table, point = _table(), ord(char)
    at = bisect_left(table.points, point)
    known = at < len(table.points) and table.points[at] == point
    return table.letters[table.codes[at]] if known else ()


@cache
def _table() -> _Table:
    """Read the table, once, at the first name (0.1 s); the file rises by code point."""
    known: dict[str, int] = {}
    points, codes = array("I"), array("H")
    for point, readings in _entries():
        found = "".join(dict.fromkeys(unicodedata.normalize("NFD", reading)[0] for reading in readings.split(",")))
        points.append(point)
        codes.append(known.setdefault(found, len(known)))
    return _Table(points, codes, tuple(map(tuple, known)))


def _entries() -> Iterator[tuple[int, str]]:
    """Yield code point and readings, line by line, without importing the package."""
    spec = find_spec("pypinyin")
    assert spec is not None
    assert spec.submodule_search_locations
    with (Path(spec.submodule_search_locations[0]) / "pinyin_dict.json").open(encoding="utf-8") as lines:
        for line in lines:
            if (entry := _ENTRY.search(line)) is not None:
                yield int(entry[1]), entry[2]
