"""Papers and labels as pictures."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageFont

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper import bitmap, fonts, picture, symbols
from device_drivers.paper.fonts import Face
from device_drivers.paper.label import Label, LabelBarcode, LabelQRCode, LabelText
from device_drivers.paper.layout import Piece, TextLine, lay_out
from device_drivers.paper.model import Barcode, Cut, Feed, Paper, Picture, QRCode, Rule, Span, Text
from device_drivers.paper.template import parse

RECEIPT = parse(
    "# 不打烊超市\n---\n@columns 3 1 1\n商品 | 数量 | 金额\n红富士苹果（散称）Fuji | 1.385 | ¥17.73\n! 合计 | ¥17.73\n"
    "会员 **欧阳䶮** | 138****5678\n@qr https://a.cn/1\n@barcode 010726000123\n> 谢谢\n@feed 2\n@cut"
).fill({})


def ink(drawn: Picture) -> Image.Image:
    """Return a picture with its black as set dots."""
    return Image.frombytes("1", (drawn.width, drawn.height), drawn.rows)


def text(*lines: str) -> Paper:
    """Return a paper of plain lines."""
    return Paper(tuple(Text((Span(line),)) for line in lines))


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576), (42, 512)])
def test_a_receipt_is_as_wide_as_the_paper(columns, dots):
    """Black on white, as wide as the printer prints and as high as its lines, the last cut not counted."""
    drawn = picture.render(RECEIPT, columns, dots)
    assert (drawn.mode, drawn.width) == ("1", dots)
    assert set(drawn.convert("L").tobytes()) == {0, 255}
    opened = Image.open(BytesIO(picture.png(RECEIPT, columns, dots)))
    assert (opened.format, opened.size) == ("PNG", (dots + 80, drawn.height + 80))
    shown = opened.convert("L")
    assert shown.getpixel((0, 0)) == 200
    assert (
        ImageChops.difference(shown.crop((40, 40, dots + 40, drawn.height + 40)), drawn.convert("L")).getbbox() is None
    )


def test_the_same_paper_is_the_same_picture():
    """Nothing that was drawn before changes what is drawn."""
    first = picture.png(RECEIPT)
    for cache in (fonts.sized, bitmap._glyph, symbols.qr):
        cache.cache_clear()
    assert picture.png(RECEIPT) == first


def test_each_kind_of_line_has_its_height():
    """Lines every 30 dots, tall ones 54, a cut within the paper is a dashed line."""
    tall = Text((Span("高", tall=True),))
    for blocks, height in [
        ((), 1),
        ((Text(()),), 30),
        ((tall,), 54),
        ((Feed(3),), 90),
        ((Cut(), Rule()), 78),
        ((Cut(),), 1),
    ]:
        assert picture.render(Paper(blocks), 32, 384).height == height
    dashes = ImageChops.invert(picture.render(Paper((Cut(), Feed(1))), 32, 384)).getbbox()
    assert dashes == (0, 23, 376, 25)


def test_text_stands_in_its_cells():
    """A letter's ink keeps within its 12 dots and a Chinese one's within 24, doubled or bold or neither."""
    large = Span("", bold=True, wide=True, tall=True)
    for style in [Span(""), Span("", bold=True), Span("", wide=True), Span("", tall=True), large]:
        for letter, cells in [("W", 1), ("g", 1), ("@", 1), ("ñ", 1), ("一", 2), ("鬱", 2), ("￥", 2), ("😀", 2)]:
            line = TextLine((Piece(3, style._replace(text=letter)),), style.tall)
            drawn = picture.line_picture(line, 384)
            assert (drawn.width, drawn.height) == (384, 48 if style.tall else 24)
            left, _, right, _ = ink(drawn).getbbox()
            assert left >= 36
            assert right <= 36 + cells * 12 * (2 if style.wide else 1)


def test_small_text_beside_tall_stands_on_the_same_foot():
    """As printers print it: the lower half of the line."""
    line = TextLine((Piece(0, Span("高", tall=True)), Piece(4, Span("小"))), tall=True)
    drawn = ink(picture.line_picture(line, 384))
    assert drawn.crop((0, 0, 24, 24)).getbbox()
    assert drawn.crop((48, 0, 384, 24)).getbbox() is None
    assert drawn.crop((48, 24, 384, 48)).getbbox()


def test_styles_are_seen():
    """Bold has more ink, and no two characters or styles look alike."""
    shapes = {}
    for letter in "王玉1l0O":
        for bold in (False, True):
            rows = picture.line_picture(TextLine((Piece(0, Span(letter, bold=bold)),)), 24).rows
            shapes[letter, bold] = rows
        assert sum(map(int.bit_count, shapes[letter, True])) > sum(map(int.bit_count, shapes[letter, False]))
    assert len(set(shapes.values())) == len(shapes)


def test_a_wrapped_line_is_drawn_as_laid_out():
    """Each line of the layout is found in the picture, at its place."""
    paper = text("内蒙古草原散养黑山羊排精选礼盒装（含蘸料、香菜、辣椒面）2.5kg")
    whole = ImageChops.invert(picture.render(paper, 32, 384))
    lines = lay_out(paper, 32)
    assert len(lines) == 2
    for number, line in enumerate(lines):
        part = whole.crop((0, 30 * number + 3, 384, 30 * number + 27))
        assert part.tobytes() == picture.line_picture(line, 384).rows


def test_codes_are_drawn_centred():
    """A QR code with six dots a module; bars with their text below."""
    qr = ImageChops.invert(picture.render(Paper((QRCode("https://a.cn/1"),)), 32, 384))
    modules = symbols.qr("https://a.cn/1")
    left, top, right, bottom = qr.getbbox()
    assert (right - left, bottom - top) == (modules.width * 6, modules.height * 6)
    assert left == 384 - right
    small = qr.crop((left, top, right, bottom)).resize((modules.width, modules.height), Image.Resampling.NEAREST)
    assert small.tobytes() == modules.rows
    bars = picture.code_picture(Barcode("010726000123"), 384)
    assert bars.width == symbols.code128("010726000123").width * 3
    assert ink(bars).crop((0, 70, bars.width, 94)).getbbox()


def test_a_picture_that_is_none_is_refused():
    """Rows that are not as long as the picture says, from wherever it came."""
    for wrong in (Picture(16, 2, b"123"), Picture(0, 0, b"")):
        with pytest.raises(StopError) as caught:
            picture.render(Paper((wrong,)), 32, 384)
        assert caught.value.code is Code.UNPRINTABLE
    assert picture.render(Paper((Picture(800, 1, b"\xff" * 100),)), 32, 384).width == 384


def test_what_cannot_be_previewed_is_refused():
    """More cells than the dots hold, and paper by the kilometre."""
    with pytest.raises(StopError) as caught:
        picture.png(RECEIPT, 48, 384)
    assert caught.value.code is Code.BAD_OPTION
    with pytest.raises(StopError) as caught:
        picture.png(Paper((Feed(limits.PREVIEW_ROWS // 30 + 1),)))
    assert caught.value.code is Code.UNPRINTABLE


def test_a_shops_own_font(tmp_path):
    """A font of one weight is struck twice for bold, wide Latin letters are squeezed; what is no font is told."""
    own = tmp_path / "own.ttf"
    own.write_bytes(ImageFont.load_default(24).path.getvalue())
    face = Face(str(own), 0)
    plain, bold = (
        picture.line_picture(TextLine((Piece(0, Span("W", bold=bold)),)), 48, face) for bold in (False, True)
    )
    assert ink(plain).getbbox()[2] <= 12
    assert sum(map(int.bit_count, bold.rows)) > sum(map(int.bit_count, plain.rows))
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    for path in (broken, tmp_path / "missing.ttf"):
        with pytest.raises(StopError) as caught:
            picture.png(RECEIPT, face=Face(str(path), 0))
        assert (caught.value.code, caught.value.evidence["option"]) == (Code.BAD_OPTION, "font")


def test_the_mainland_and_taiwan_write_differently():
    """The faces differ where the countries' shapes do."""
    line = TextLine((Piece(0, Span("骨")),))
    assert picture.line_picture(line, 24, fonts.SC) != picture.line_picture(line, 24, fonts.TC)


LABEL = Label(
    400,
    300,
    (
        LabelText(20, 20, 40, "红富士苹果 ¥12.80", bold=True),
        LabelText(20, 80, 30, "规格很长很长很长", width=90),
        LabelBarcode(20, 140, 80, "6901234567892", "ean13"),
        LabelBarcode(20, 230, 50, "A-1"),
        LabelQRCode(280, 140, 100, "https://a.cn/1"),
    ),
)


@pytest.mark.parametrize("dots_per_mm", [8, 12])
def test_a_label_is_drawn_in_its_places(dots_per_mm):
    """Texts alone, or what is asked for; the preview has all of it; sizes are true to the printer's dots."""
    texts = picture.label_picture(LABEL, dots_per_mm)
    assert (texts.width, texts.height) == (40 * dots_per_mm, 30 * dots_per_mm)
    assert ink(texts).crop((0, 12 * dots_per_mm, texts.width, texts.height)).getbbox() is None
    cut = ink(texts).crop((0, 8 * dots_per_mm, texts.width, 12 * dots_per_mm)).getbbox()
    assert cut[2] <= (2 + 9) * dots_per_mm
    codes = ink(picture.label_picture(LABEL, dots_per_mm, lambda element: not isinstance(element, LabelText)))
    left, top, _, _ = codes.getbbox()
    assert (left, top) == (2 * dots_per_mm, 14 * dots_per_mm)
    shown = Image.open(BytesIO(picture.label_png(LABEL, dots_per_mm))).convert("L")
    inside = shown.crop((1, 1, texts.width + 1, texts.height + 1))
    black = ImageChops.invert(inside.convert("1", dither=Image.Dither.NONE))
    assert black.tobytes() == ImageChops.logical_or(codes, ink(texts)).tobytes()


def test_elements_beyond_the_edge():
    """What hangs over is cut, what lies outside is not there, and nothing fails."""
    over = Label(
        100, 100, (LabelText(80, 20, 40, "红富士"), LabelText(500, 500, 40, "外"), LabelText(0, 90, 1000, "大"))
    )
    drawn = picture.label_picture(over, 8)
    assert (drawn.width, drawn.height) == (80, 80)
    with pytest.raises(StopError) as caught:
        picture.label_png(Label(100, 100, (LabelBarcode(0, 0, 10, "6901234567890", "ean13"),)))
    assert caught.value.code is Code.UNPRINTABLE
