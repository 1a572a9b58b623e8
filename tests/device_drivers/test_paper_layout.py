"""Papers as lines of cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import Code, StopError
from device_drivers.paper import cells
from device_drivers.paper.layout import Piece, TextLine, lay_out, span_cells
from device_drivers.paper.model import Barcode, Cell, Cut, Feed, Paper, Picture, QRCode, Row, Rule, Span, Text
from device_drivers.paper.template import parse


def drawn(line: TextLine) -> str:
    """Return a line as the text that a reader sees, blanks and all."""
    text = ""
    for piece in line.pieces:
        text += " " * (piece.cell - sum(map(cells.width, text))) + piece.span.text
    return text


def printed(template: str, columns: int, **values) -> list[str]:
    """Return the lines of a template's paper as texts."""
    return [drawn(line) for line in lay_out(parse(template).fill(values), columns) if isinstance(line, TextLine)]


STYLES = st.builds(Span, st.just(""), st.booleans(), st.booleans(), st.booleans())


def spans(alphabet: str):
    """Return spans with letters of an alphabet, blanks, marks, and punctuation that does not like to break."""
    text = st.text(st.sampled_from(alphabet * 3 + " \u3000\u20dd，。（￥-"), max_size=25)
    return st.lists(st.builds(lambda style, text: style._replace(text=text), STYLES, text), max_size=4).map(tuple)


ALIGNS = st.sampled_from(["left", "centre", "right"])
TEXTS = st.builds(Text, spans("甲乙丙abc123"), ALIGNS)
ALPHABETS = ["甲乙abc", "丙丁def", "戊己ghi", "庚辛jkl", "壬癸mno", "子丑pqr"]
ROWS = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        *(st.builds(Cell, spans(ALPHABETS[place]), st.integers(0, 4), ALIGNS) for place in range(count))
    ).map(Row)
)


def seen(text: str, alphabet: str) -> str:
    """Return the letters of an alphabet in a text."""
    return "".join(character for character in text if character in alphabet)


@given(st.lists(st.one_of(TEXTS, ROWS), max_size=4), st.integers(8, 64))
def test_no_line_is_wider_than_the_paper(blocks, columns):
    """Pieces stand side by side in order, none beyond the edge; a line is tall when a piece is."""
    for line in lay_out(Paper(tuple(blocks)), columns):
        free = 0
        for piece in line.pieces:
            assert piece.cell >= free
            assert piece.span.text
            free = piece.cell + span_cells(piece.span)
        assert free <= columns
        assert line.tall == any(piece.span.tall for piece in line.pieces)


@given(TEXTS, st.integers(8, 64))
def test_no_character_of_a_text_is_lost(text, columns):
    """All that is not blank stands on the lines, in order and in its style."""
    placed = [
        (character, piece.span._replace(text=""))
        for line in lay_out(Paper((text,)), columns)
        for piece in line.pieces
        for character in piece.span.text
        if not character.isspace()
    ]
    wanted = [
        (character, span._replace(text=""))
        for span in text.spans
        for character in cells.clean(span.text)
        if not character.isspace()
    ]
    assert placed == wanted


@given(ROWS, st.integers(8, 64))
def test_no_character_of_a_cell_is_lost(row, columns):
    """Each cell's text stands on the lines in order, however narrow its column."""
    whole = "".join(piece.span.text for line in lay_out(Paper((row,)), columns) for piece in line.pieces)
    for cell, alphabet in zip(row.cells, ALPHABETS, strict=False):
        assert seen(whole, alphabet) == seen("".join(span.text for span in cell.spans), alphabet)


def test_a_receipt_on_narrow_paper():
    """Names wrap in their column, amounts stand right on the paper's edge and are never broken."""
    lines = printed(
        "^ {{shop}}\n---\n@columns 3 1 1\n商品 | 数量 | 金额\n"
        "{{name}} | {{count}} | {{amount}}\n@columns\n合计 | {{amount}}",
        32,
        shop="不打烊超市上海南京西路第一百货商店店",
        name="内蒙古草原散养黑山羊排（精选）2.5kg",
        count="12.345",
        amount="¥1,288.00",
    )
    assert lines == [
        "不打烊超市上海南京西路第一百货商",
        "              店店",
        "-" * 32,
        "商品                 数量   金额",
        "内蒙古草原散养 12.345 ￥1,288.00",
        "黑山羊排（精",
        "选）2.5kg",
        "合计                  ￥1,288.00",
    ]


def test_weights_share_the_width_by_largest_remainder():
    """46 cells for 3:1:1 are 28, 9 and 9; texts that are longer wrap within theirs."""
    row = Row((Cell((Span("甲" * 40),), 3), Cell((Span("乙" * 9),), 1), Cell((Span("丙" * 9),), 1)))
    first, *_ = lay_out(Paper((row,)), 48)
    assert first == TextLine((Piece(0, Span("甲" * 14)), Piece(29, Span("乙" * 4)), Piece(39, Span("丙" * 4))))


@pytest.mark.parametrize(
    ("cells_of_row", "lines"),
    [
        ([("左", 1), ("右边很长", 0)], ["左                      右边很长"]),
        # Both too long: the right one leaves a third to the left one
        ([("左" * 20, 1), ("右" * 20, 0)], ["左左左左左  右右右右右右右右右右"] * 2 + ["左左左左左", "左左左左左"]),
        ([("一", 0), ("二", 0)], ["一                            二"]),
        ([("", 1), ("", 0)], [""]),
        ([("甲", 1)] * 12, ["甲"] * 11 + [" " * 30 + "甲"]),  # not one glyph each: one below the other
    ],
)
def test_how_a_row_shares_the_paper(cells_of_row, lines):
    """Weight 0 is as wide as its text as far as others keep a part; what has no room at all goes below."""
    row = Row(
        tuple(
            Cell((Span(text),), weight, "right" if place and place + 1 == len(cells_of_row) else "left")
            for place, (text, weight) in enumerate(cells_of_row)
        )
    )
    assert [drawn(line) for line in lay_out(Paper((row,)), 32)] == lines


def test_doubled_text_takes_doubled_cells():
    """A wide span takes two cells a letter and four a Chinese character, and wraps by that."""
    text = Text((Span("大ab", wide=True), Span("小", tall=True), Span("大字", wide=True)))
    assert lay_out(Paper((text,)), 10) == (
        TextLine((Piece(0, Span("大ab", wide=True)), Piece(8, Span("小", tall=True))), tall=True),
        TextLine((Piece(0, Span("大字", wide=True)),)),
    )


def test_rules_are_drawn_with_characters():
    """A rule is as long as the paper at most; a wide character takes two cells, none that prints is a hyphen."""
    assert [drawn(line) for line in lay_out(Paper((Rule("="), Rule("═"), Rule("\x1b"), Rule(""))), 9)] == [
        "=" * 9,
        "═" * 4,
        "-" * 9,
        "-" * 9,
    ]


def test_text_is_clean_on_the_lines():
    """Whatever a paper was made of, no control character reaches a printer, and ¥ is what GBK has."""
    (line,) = lay_out(Paper((Text((Span("\x1b@王\n¥1"),)),)), 32)
    assert line == TextLine((Piece(0, Span("@王 ￥1")),))


def test_blocks_without_text_stay_what_they_are():
    """Pictures, feeds, cuts and codes that can be printed pass as they are."""
    blocks = (Picture(8, 1, b"\xff"), Feed(2), QRCode("https://a.cn/中"), Barcode("A-1"), Cut())
    assert lay_out(Paper(blocks), 32) == blocks


@pytest.mark.parametrize(
    ("code", "columns", "lines"),
    [
        (QRCode(""), 32, []),
        (QRCode("x" * 601), 32, ["x" * 32] * 18 + [" " * 3 + "x" * 25]),
        (QRCode("\ud800"), 32, ["               ?"]),
        (QRCode("x" * 300), 8, None),
        (Barcode("单号1"), 32, [" " * 13 + "单号1"]),
        (Barcode("1" * 25), 32, [" " * 3 + "1" * 25]),
        (Barcode("A\n1"), 32, [" " * 14 + "A 1"]),
        (Barcode("A" * 24), 24, ["A" * 24]),
        (Barcode("A" * 24), 32, None),
    ],
)
def test_a_code_that_cannot_be_printed_is_printed_as_text(code, columns, lines):
    """Too long, too wide or not in the alphabet: a person can still type it."""
    got = lay_out(Paper((code,)), columns)
    assert got == (code,) if lines is None else [drawn(line) for line in got] == lines


def test_a_paper_too_narrow_for_anything_is_refused():
    """Under eight cells not two large characters stand side by side."""
    with pytest.raises(StopError) as caught:
        lay_out(Paper(()), 7)
    assert caught.value.code is Code.BAD_OPTION
