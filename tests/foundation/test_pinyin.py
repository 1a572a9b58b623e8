"""First letters of Chinese readings, compared with the library whose table they are."""

import os
import subprocess
import sys

import pytest

from foundation.pinyin import letters

_SCRIPT = """
from foundation.pinyin import letters
from pypinyin import Style, pinyin
from pypinyin.constants import PINYIN_DICT
print(len(PINYIN_DICT))
for code in PINYIN_DICT:
    told = pinyin(chr(code), style=Style.FIRST_LETTER, heteronym=True)[0]
    plain = {letter for letter in told if letter.isascii()}
    if not plain <= set(letters(chr(code))) or (letters(chr(code))[:1] != tuple(told)[:1] and told[0].isascii()):
        print(chr(code), told, letters(chr(code)))
"""


@pytest.mark.parametrize(
    ("char", "found"),
    [("明", ("m",)), ("单", ("d", "c", "s")), ("曾", ("c", "z")), ("嗯", ("n",)), ("𠀀", ("h",))],
)
def test_letters(char, found) -> None:
    """Every reading's first letter is told once, the commonest reading's first."""
    assert letters(char) == found


@pytest.mark.parametrize("char", ["a", "1", " ", "é", "あ", "한", "\U0010ffff", "\x00"])
def test_other_characters(char) -> None:
    """What is no Chinese character has no letters."""
    assert letters(char) == ()


def test_every_character_is_read_as_the_library_reads_it() -> None:
    """Of all 41,923 characters the library's letters are known, with the same one first."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True,
        env=os.environ | {"PYPINYIN_NO_PHRASES": "1", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    count, *others = done.stdout.splitlines()
    assert int(count) > 40_000
    assert not others
