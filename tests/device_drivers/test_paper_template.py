"""The language of templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper.model import Barcode, Cell, Cut, Feed, Paper, Picture, QRCode, Row, Rule, Span, Text
from device_drivers.paper.template import parse

LOGO = Picture(8, 1, b"\xff")


def filled(text, **values):
    """Return the blocks of a template."""
    return parse(text).fill(values).blocks


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("# {{shop}}", Text((Span("不打烊", bold=True, wide=True, tall=True),), "centre")),
        ("## {{shop}} 分店", Text((Span("不打烊", bold=True), Span(" 分店", bold=True)), "centre")),
        ("^ 欢迎", Text((Span("欢迎"),), "centre")),
        (">  谢谢", Text((Span("谢谢"),), "right")),
        ("电话 021", Text((Span("电话 021"),))),
        ("  缩进", Text((Span("  缩进"),))),
        ("  ^ 居中", Text((Span("居中"),), "centre")),
        ("#1 收银台", Text((Span("#1 收银台"),))),
        ("a|b", Text((Span("a|b"),))),
        ("", Feed(1)),
        ("   ", Feed(1)),
        ("---", Rule("-")),
        ("==========", Rule("=")),
        ("--", Text((Span("--"),))),
        ("---x", Text((Span("---x"),))),
        ("@cut", Cut()),
        ("  @cut  ", Cut()),
        ("@feed 3", Feed(3)),
        ("@feed", Feed(1)),
        ("@logo", LOGO),
        ("@qr https://a.cn/{{code}}", QRCode("https://a.cn/A1|B")),
        ("@barcode {{code}}", Barcode("A1|B")),
        ("\\# 不是 | **标题** {{shop}}", Text((Span("# 不是 | **标题** "), Span("不打烊")))),
        ("\\@微信", Text((Span("@微信"),))),
        ("  \\@微信", Text((Span("  @微信"),))),
        ("\\{{shop}}", Text((Span("不打烊"),))),
        ("会员 **{{shop}}** 好", Text((Span("会员 "), Span("不打烊", bold=True), Span(" 好")))),
        ("**a** b **c**", Text((Span("a", bold=True), Span(" b "), Span("c", bold=True)))),
        ("138****5678 **x", Text((Span("138****5678 **x"),))),
        ("{{none}}", Text(())),
        ("{{ member.name }}", Text((Span("欧阳"),))),
        ("{{member.card.number}}{{shop.x}}{{member}}{{yes}}", Text(())),
    ],
)
def test_each_line_is_a_block(line, block):
    """Every form of line gives the block that the language names, with the values in it."""
    values = {"shop": "不打烊", "code": "A1|B", "member": {"name": "欧阳"}, "yes": True}
    assert parse(line).fill(values, logo=LOGO).blocks == (block,)


def test_rows():
    """The first cell stands left and takes what is left, the others right; ``@columns`` gives weights to its rows."""

    def row(*cells):
        return Row(tuple(cells))

    assert filled("小计 | 12.50") == (row(Cell((Span("小计"),)), Cell((Span("12.50"),), 0, "right")),)
    assert filled("| 右") == (row(Cell(()), Cell((Span("右"),), 0, "right")),)
    total = Span("", bold=True, tall=True)
    one = total._replace(text="1")
    assert filled("!  合计 |{{x}} | {{x}}", x="1") == (
        row(Cell((total._replace(text="合计 |"), one)), Cell((one,), 0, "right")),
    )
    assert filled("! 谢谢") == (Text((total._replace(text="谢谢"),)),)
    weights = [
        tuple(cell.weight for cell in block.cells)
        for block in filled("a | b | c\n@columns 3 1 1\na | b | c\na | b\n! a | b | c\n@columns\na | b | c")
        if isinstance(block, Row)
    ]
    assert weights == [(1, 0, 0), (3, 1, 1), (1, 0), (3, 1, 1), (1, 0, 0)]


def test_sections():
    """For each of many, once for what is true, not at all else; ``^`` the other way; names are sought outwards."""
    lines = "{{#lines}}\n{{name}} {{unit}}\n{{#discounts}}\n- {{name}}\n{{/discounts}}\n{{/lines}}"
    values = {"unit": "元", "lines": [{"name": "苹果", "discounts": [{"name": "会员"}]}, {"name": "梨", "unit": "斤"}]}
    texts = ["".join(span.text for span in block.spans) for block in filled(lines, **values)]
    assert texts == ["苹果 元", "- 会员", "梨 斤"]
    once = "{{#x}}\nja\n{{/x}}\n{{^x}}\nnein\n{{/x}}"
    for value in (True, "a", {"a": "b"}, [{}]):
        assert filled(once, x=value) == (Text((Span("ja"),)),)
    for value in (False, "", {}, []):
        assert filled(once, x=value) == (Text((Span("nein"),)),)
    assert filled(once) == (Text((Span("nein"),)),)
    assert filled("  {{# a.b }}\n{{c}}\n  {{/ a.b }}", a={"b": {"c": "d"}}) == (Text((Span("d"),)),)


def test_what_prints_nothing():
    """Remarks, a logo that there is not, and codes without data leave no trace."""
    assert filled("{{! 备注 }}\n@logo\n@qr {{x}}\n@barcode {{x}}\n@columns 1 2") == ()


def test_line_ends_of_any_system():
    """A template written on Windows is the same template; the last line's end is no empty line."""
    assert filled("a\r\n\r\nb\r\n") == filled("a\n\nb") == (Text((Span("a"),)), Feed(1), Text((Span("b"),)))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a\n{{#lines}}\n{{#x}}\n{{/x}}\nb", 2, "unclosed_section"),
        ("{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", 3, "wrong_closing_tag"),
        ("a\n{{/a}}", 2, "wrong_closing_tag"),
        ("a\n\n@prnt", 3, "unknown_directive"),
        ("@", 1, "unknown_directive"),
        ("@feed many", 1, "bad_number"),
        ("@feed 21", 1, "bad_number"),
        ("@feed -1", 1, "bad_number"),
        ("@feed ١", 1, "bad_number"),
        ("@columns 3 x 1", 1, "bad_number"),
        ("@columns 0 0", 1, "bad_number"),
        ("@columns " + "1 " * 9, 1, "too_many_cells"),
        ("a" + " | b" * 8, 1, "too_many_cells"),
        ("@qr", 1, "missing_argument"),
        ("@cut here", 1, "unexpected_argument"),
        ("x {{name", 1, "unclosed_tag"),
        ("{{{name}}}", 1, "bad_name"),
        ("{{a b}}", 1, "bad_name"),
        ("{{}}", 1, "bad_name"),
        ("{{a..b}}", 1, "bad_name"),
        ("{{&a}}", 1, "bad_name"),
        ("{{#}}", 1, "bad_name"),
        ("{{" + "a" * 65 + "}}", 1, "bad_name"),
        ("{{#a}} x {{/a}}", 1, "section_within_a_line"),
        ("x {{! remark }}", 1, "section_within_a_line"),
        ("{{#a}}\n" * 5, 5, "too_deep"),
        ("x" * (limits.TEMPLATE_CHARS + 1), 1, "too_long"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, reason):
    """A mistake names its line and what it is."""
    with pytest.raises(StopError) as caught:
        parse(text)
    assert caught.value.code is Code.BAD_TEMPLATE
    assert (caught.value.evidence["line"], caught.value.evidence["reason"]) == (line, reason)


@pytest.mark.parametrize(
    ("text", "values", "line"),
    [
        ("{{#x}}\na\n{{/x}}", {"x": [{}] * (limits.PAPER_BLOCKS + 1)}, 2),
        ("a\n{{x}}", {"x": "字" * limits.PAPER_CHARS}, 2),
        ("{{#x}}\n" * 4 + "{{/x}}\n" * 4, {"x": [{}] * 500}, 4),
        ("{{#x}}\n" * 4 + "@logo\n" + "{{/x}}\n" * 4, {"x": [{}] * 500}, 5),
    ],
)
def test_a_paper_without_end_is_refused(text, values, line):
    """Blocks, characters and rounds are bounded, also of what prints nothing."""
    with pytest.raises(StopError) as caught:
        parse(text).fill(values)
    assert (caught.value.code, caught.value.evidence["line"]) == (Code.BAD_TEMPLATE, line)


SALE = parse(
    "# {{x}}\n## {{x}}\n^ {{x}}\n> {{x}}\n{{x}}\n{{x}} | {{x}} | {{x}}\n! {{x}} | {{x}}\n**{{x}}**\n\\{{x}}\n"
    "{{#lines}}\n{{x}} | {{y}}\n{{/lines}}\n@qr {{x}}\n@barcode {{x}}\n@cut"
)
MARKUP = st.sampled_from(
    ["# ", "## ", "^ ", "> ", " | ", "! ", "**", "---", "@cut", "@feed 9", "{{y}}", "{{#lines}}", "{{/lines}}"]
)
NAMES = st.lists(st.one_of(MARKUP, st.text(max_size=4)), min_size=1, max_size=6).map("".join).filter(bool)


def shape(paper: Paper):
    """Return a paper with each of its texts as its length in values alone."""
    return [
        (type(block), [len(cell.spans) for cell in block.cells])
        if isinstance(block, Row)
        else (type(block), len(getattr(block, "spans", ())))
        for block in paper.blocks
    ]


@given(NAMES, NAMES)
def test_a_value_never_becomes_markup(x, y):
    """A member called "@cut" or "**x**" stands on the paper as that: shape and styles are those of any other name."""
    paper = SALE.fill({"x": x, "lines": [{"y": y}]})
    plain = SALE.fill({"x": "王", "lines": [{"y": "李"}]})
    assert shape(paper) == shape(plain)
    for block, other in zip(paper.blocks, plain.blocks, strict=True):
        spans = [span for cell in getattr(block, "cells", (block,)) for span in getattr(cell, "spans", ())]
        others = [span for cell in getattr(other, "cells", (other,)) for span in getattr(cell, "spans", ())]
        named = [span._replace(text={"王": x, "李": y}[span.text]) for span in others]
        assert spans == named
    assert paper.blocks[-3:] == (QRCode(x), Barcode(x), Cut())


PIECES = st.one_of(
    st.sampled_from(["{{#a}}", "{{/a}}", "{{^b}}", "{{/b}}", "{{a}}", "{{a.b}}", "{{", "}}", "**", " | ", "# ", "\n"]),
    st.sampled_from(["@qr ", "@columns ", "@cut", "@feed ", "3 1", "---", "\n", "\\", "!", "中", "x", " "]),
    st.text(max_size=3),
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_a_template_or_a_mistake(text):
    """Whatever a shop types is read, or refused with a line of it."""
    try:
        template = parse(text)
    except StopError as error:
        assert error.code is Code.BAD_TEMPLATE
        assert 1 <= error.evidence["line"] <= text.count("\n") + text.count("\r") + 1
    else:
        assert isinstance(template.fill({"a": [{"b": "x"}], "b": ""}), Paper)


@pytest.mark.parametrize("piece", ["{{", "{{a", "**", "** ", "* *", " |", "|", "**a***", "{{#", "\r", "@", "}}"])
def test_no_text_keeps_the_reader_busy(piece):
    """The longest template of one piece over and over is read or refused within the test's time, in linear steps."""
    try:
        parse(piece * (limits.TEMPLATE_CHARS // len(piece)))
    except StopError as error:
        assert error.code is Code.BAD_TEMPLATE
