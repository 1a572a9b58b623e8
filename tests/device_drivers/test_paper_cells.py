"""Text in half-width cells."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.limits import MARKS
from device_drivers.paper import cells

TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("可口可乐，。（）￥¥ 0123.-ABC\u0301\u200b—…é한\U00020bb7")), max_size=60
)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("Coca-Cola 500ml", 15),
        ("可口可乐", 8),
        ("￥12.50", 7),
        ("（含蘸料）", 10),
        ("一—…·×①Ω", 14),  # ambiguous, but double bytes in GBK
        ("é", 2),  # GBK A8A6
        ("ñ", 1),  # not in GBK, and no wide character of Unicode
        ("e\u0323", 1),
        ("\u200b\u202e\x1b", 0),
        ("한국어", 6),
        ("\U00020bb7", 2),
        ("ｱｲｳ", 3),
    ],
)
def test_how_many_cells_a_text_takes(text, width):
    """Wide, full-width and all that GBK has as a double byte take two cells; marks and invisible ones none."""
    assert cells.width(text) == width


def test_all_double_bytes_of_gbk_are_two_cells_wide():
    """A printer in Chinese mode draws every double byte 24 dots wide, whatever Unicode says of its width."""
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                character = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                continue
            assert cells.width(character) == 2, character


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("旺仔牛奶 245ml ￥5.50 ★", True),
        ("¥5.50", False),  # cleaned text has ￥
        ("€", False),
        ("欧阳䶮", False),
        ("한국어", False),
        ("ñ", False),
        ("\x1b@", False),
        ("\ue000", False),  # a vendor's own character
        ("\ud800", False),
    ],
)
def test_what_a_gbk_font_has(text, fits):
    """ASCII and GBK's characters fit; the yen sign, rare names, other scripts and control characters do not."""
    assert cells.fits_gbk(text) is fits


@given(TEXTS)
def test_clean_text_can_be_printed(text):
    """Clean text is NFC, has no control or format characters, no ¥ and no blanks but two, and stays what it is."""
    cleaned = cells.clean(text)
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "¥" not in cleaned
    assert {character for character in cleaned if character.isspace()} <= {" ", "\u3000"}
    assert cells.clean(cleaned) == cleaned
    assert cells.width(cleaned) == sum(glyph.cells for glyph in cells.glyphs(cleaned))


def test_what_cleaning_changes():
    """Tabs and line ends become blanks, half a surrogate pair a question mark, and marks without end are cut."""
    assert cells.clean("王\t小\r\n明\x00\x1b@\u202e") == "王 小  明@"
    assert cells.clean("¥1 cafe\u0301 \ud83d") == "￥1 café ?"
    assert cells.clean("e\u200b\u0301") == "é"
    assert cells.clean("❤\ufe0f") == "❤"
    assert len(cells.clean("q" + "\u0323" * 1000)) == 1 + MARKS


@given(TEXTS.map(cells.clean), st.integers(0, 30))
def test_a_cut_text_is_the_longest_beginning_that_fits(text, room):
    """What is cut is a beginning, fits, and one glyph more would not."""
    kept = cells.cut(text, room)
    assert text.startswith(kept)
    assert cells.width(kept) <= room
    rest = cells.glyphs(text)[len(cells.glyphs(kept)) :]
    assert not rest or cells.width(kept) + rest[0].cells > room


@given(TEXTS.map(cells.clean), st.integers(2, 30))
def test_wrapping_loses_nothing_but_blanks(text, room):
    """All that is seen stands on the lines in order, no line is too wide, none but an only one is empty at its end."""
    lines = cells.wrap(text, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells.width(line) <= room for line in lines)
    assert all(line == line.rstrip() for line in lines)
    assert len(lines) == 1 or lines[-1]


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 8, [""]),
        ("   ", 8, [""]),
        ("可口可乐零度", 5, ["可口", "可乐", "零度"]),
        ("Coca Cola Zero", 10, ["Coca Cola", "Zero"]),
        ("零度 Zero汽水", 10, ["零度 Zero", "汽水"]),
        ("买三送一，仅今日", 8, ["买三送", "一，仅今", "日"]),
        ("羊排（含蘸料）", 6, ["羊排", "（含蘸", "料）"]),
        ("实付￥12.50", 8, ["实付", "￥12.50"]),
        ("实付-￥12.50", 9, ["实付", "-￥12.50"]),
        ("Supercalifragilistic", 8, ["Supercal", "ifragili", "stic"]),
        ("semi-skimmed milk", 8, ["semi-", "skimmed", "milk"]),
        ("2026-01-02", 8, ["2026-01-", "02"]),
        ("  缩进 x", 6, ["  缩进", "x"]),
        ("。。。。。", 4, ["。。", "。。", "。"]),
        ("中文", 1, ["中", "文"]),
    ],
)
def test_where_lines_break(text, room, lines):
    """At blanks and between Chinese characters, not within words and amounts, nor before closing punctuation."""
    assert cells.wrap(text, room) == lines
