"""Customer displays without I/O: golden bytes from the manuals, texts that can never become commands."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.interfaces.line_display import Lamp
from device_drivers.paper import cells
from device_drivers.protocols.line_display import CD5220, EPSON, TOO_LONG, Charset, amount, digits, row, rows
from device_drivers.simulators.line_displays import Cd5220Display, EpsonDisplay, Led8Display

HARD = st.text(st.one_of(st.characters(), st.sampled_from("\x0c\x1b\r\n\x1fQAB@s0珍珠奶茶¥×合计12.50 ")), max_size=60)


def cuts(data: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at these places, modulo their length."""
    marks = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(marks)]


def test_cd5220_golden():
    """Two rows are two strings of ESC Q, each twenty cells and CR (CD5220 user's manual, 6.1)."""
    assert rows(["Milk tea x2", "TOTAL          30.00"], CD5220, 20, Charset.ASCII) == (
        b"\x1bQAMilk tea x2         \r\x1bQBTOTAL          30.00\r"
    )


def test_epson_golden():
    """Each row begins with the cursor placed by US $ column row (Epson, DM-D)."""
    assert rows(["HELLO"], EPSON, 20, Charset.ASCII) == (
        b"\x1f$\x01\x01HELLO" + b" " * 15 + b"\x1f$\x01\x02" + b" " * 20
    )


def test_led8_golden():
    """The amount goes as ESC Q A digits CR, the lamp as ESC s and an ASCII digit."""
    assert digits(["合计 12.50"], Lamp.TOTAL) == b"\x1bQA12.50\r\x1bs2"
    assert digits(["-3.00"], Lamp.CHANGE) == b"\x1bQA-3.00\r\x1bs4"
    assert digits(["谢谢惠顾"], Lamp.NONE) == b"\x0c\x1bs0"


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["2 x 15.00", "TOTAL 30.00"], "30.00"),
        (["TOTAL 30.00", ""], "30.00"),
        (["999999.99"], "999999.99"),
        (["9999999.99"], TOO_LONG),
        (["-99999.99"], "-99999.99"),
        (["-999999.99"], TOO_LONG),
        (["1.2.3"], ""),
        ([], ""),
    ],
)
def test_the_last_amount_is_shown_whole_or_not_at_all(lines, shown):
    """Eight digits show the last number of the rows; one that does not fit is shown as dashes, never in part."""
    assert amount(lines) == shown


@pytest.mark.parametrize(
    ("text", "ascii_bytes", "chinese"),
    [
        ("珍珠奶茶 Milk tea ×2", b"Milk tea x2", "珍珠奶茶 Milk tea ×"),
        ("合计：12.50", b":12.50", "合计：12.50"),
        ("¥12.50", b"12.50", "￥12.50"),
        ("１２", b"12", "１２"),
        ("a\x1b@\x0cb", b"a@ b", "a@ b"),
        ("한글 ok", b"ok", " ok"),
    ],
)
def test_texts_are_reduced_to_the_font(text, ascii_bytes, chinese):
    """A display gets only what its font has, always a whole row."""
    assert row(text, 20, Charset.ASCII) == ascii_bytes.ljust(20)
    assert row(text, 20, Charset.GB18030).decode("gbk").rstrip(" ") == chinese


@given(HARD, st.sampled_from([16, 20]), st.sampled_from(Charset))
def test_a_row_is_a_row_and_never_a_command(text, columns, charset):
    """Whatever the text, it fills exactly its cells and holds no control byte."""
    made = row(text, columns, charset)
    assert len(made) == columns
    assert not any(byte < 0x20 or byte == 0x7F for byte in made)
    if charset is Charset.GB18030:
        assert cells.width(made.decode("gbk")) == columns


@pytest.mark.parametrize(("dialect", "kind"), [(CD5220, Cd5220Display), (EPSON, EpsonDisplay)])
@given(texts=st.lists(HARD, max_size=3), places=st.lists(st.integers(0, 200), max_size=5), chinese=st.booleans())
def test_displays_show_what_was_sent(dialect, kind, texts, places, chinese):
    """Cut anywhere, a display shows exactly the rows that were meant, and nothing was strange to it."""
    charset = Charset.GB18030 if chinese else Charset.ASCII
    display = kind(chinese=chinese)
    display.receive(dialect.setup)
    for piece in cuts(rows(texts, dialect, 20, charset), places):
        display.receive(piece)
    meant = [row(text, 20, charset) for text in [*texts, "", ""][:2]]
    assert list(display.rows) == [shown.decode("gb18030" if chinese else "ascii") for shown in meant]
    assert display.strange == 0


@given(st.lists(HARD, max_size=2), st.sampled_from(Lamp), st.lists(st.integers(0, 60), max_size=4))
def test_digits_show_what_was_sent(texts, lamp, places):
    """Eight digits show the amount and light the lamp, cut anywhere."""
    display = Led8Display()
    for piece in cuts(digits(texts, lamp), places):
        display.receive(piece)
    assert display.shown == amount(texts)
    assert bool(display.lamp) == (lamp is not Lamp.NONE and bool(amount(texts)))
    assert display.strange == 0


@pytest.mark.parametrize("kind", [Cd5220Display, EpsonDisplay, Led8Display])
@given(st.lists(st.binary(max_size=200), max_size=6))
def test_random_bytes_break_no_display(kind, pieces):
    """A simulated display survives anything, and shows the same however it was cut."""
    whole, cut = kind(), kind()
    whole.receive(b"".join(pieces))
    for piece in pieces:
        assert cut.receive(piece) == b""
    state = ("rows", "shown", "lamp", "strange")
    assert [getattr(whole, name, None) for name in state] == [getattr(cut, name, None) for name in state]


def test_a_strict_display_refuses_what_the_manual_forbids():
    """After a string of ESC Q a CD5220 takes no cursor command before CLR or CAN."""
    display = Cd5220Display()
    display.receive(b"\x1bQAHELLO\r\x1bl\x01\x02")
    assert (display.rows[0], display.strange) == ("HELLO".ljust(20), 1)
    display.receive(b"\x0c\x1bl\x03\x02hi")
    assert display.rows == (" " * 20, "  hi".ljust(20))
