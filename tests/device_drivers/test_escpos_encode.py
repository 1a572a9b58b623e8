"""ESC/POS: the bytes of a job. Golden ones by hand from Epson's ESC/POS Command Reference; oracle: python-escpos."""

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest
import qrcode
from escpos.printer import Dummy
from escpos_samples import LOGO, RECEIPT, text
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from device_drivers import limits
from device_drivers.paper.layout import Piece, TextLine, lay_out
from device_drivers.paper.model import Barcode, Cut, Feed, Paper, Picture, QRCode, Span
from device_drivers.protocols.escpos import encode, raster
from device_drivers.protocols.escpos import text as text_lines
from device_drivers.protocols.escpos.encode import Setup

START = b"\x1b@\x1bR\x00\x1b2"
CUT = b"\x1dVB\x00"


def job(*blocks, **setup):
    """The job of a paper of these blocks, without its beginning and its cut."""
    done = b"".join(encode.job(Paper(blocks), Setup(**setup)))
    assert done.startswith(START)
    return done[len(START) :]


def oracle(act):
    """What python-escpos' printer for tests makes of it."""
    printer = Dummy()
    with redirect_stdout(StringIO()):
        act(printer)
    return printer.output


def test_chinese_stands_between_fs_and_fs():
    """Text that GBK has goes as FS &, GB18030, FS .; plain ASCII as it is; each line ends in one line feed."""
    assert job(text("茶 2杯"), text("Tea $2")) == b"\x1c&\xb2\xe8 2\xb1\xad\x1c.\nTea $2\n" + CUT


def test_the_yen_sign_becomes_the_one_that_gbk_has():
    """U+00A5 would be four bytes of GB18030, which no GBK font knows; U+FFE5 is two."""
    assert job(text("¥5")) == b"\x1c&\xa3\xa45\x1c.\n" + CUT


def test_styles_are_plain_at_the_end_of_each_line():
    """Bold is ESC E, size GS ! and for Chinese FS ! too; blanks that place a piece are never wide."""
    wide = text("茶", "centre", bold=True, wide=True, tall=True)
    assert (
        job(wide, columns=8) == (b"\x1c&  \x1bE\x01\x1d!\x11\x1c!\x0c\xb2\xe8\x1bE\x00\x1d!\x00\x1c!\x00\x1c.\n") + CUT
    )
    assert job(text("A", tall=True)) == b"\x1d!\x01A\x1d!\x00\n" + CUT


def test_blanks_reach_the_cell_of_each_piece():
    """A gap between pieces is blanks in plain style, whatever the pieces look like."""
    line = TextLine((Piece(1, Span("a", wide=True)), Piece(5, Span("b", wide=True))))
    assert text_lines.encode(line) == b" \x1d!\x10a\x1d!\x00  \x1d!\x10b\x1d!\x00\n"


@given(st.lists(st.tuples(st.integers(0, 6), st.text("ab 茶é…", min_size=1, max_size=4), st.booleans()), max_size=4))
def test_every_piece_begins_at_its_cell(parts):
    """However wide what stands before it is, the printer's position is the piece's cell when the piece begins."""
    pieces, at = [], 0
    for gap, words, wide in parts:
        pieces.append(Piece(at + gap, Span(words, wide=wide)))
        at += gap + sum(1 if sign < "\x80" else 2 for sign in words) * (1 + wide)
    sent = text_lines.encode(TextLine(tuple(pieces))).replace(b"\x1c&", b"").replace(b"\x1c.", b"")
    position, size, found, rest = 0, 1, [], sent[:-1]
    while rest:
        command = re.match(rb"\x1d!(.)|\x1c!.|\x1bE.", rest, re.DOTALL)
        if command:
            size = 2 if command[1] == b"\x10" else 1 if command[1] == b"\x00" else size
            rest = rest[command.end() :]
            continue
        width = 1 if rest[0] < 0x80 else 2
        found.append((position, rest[:width].decode("gbk")))
        position += width * size
        rest = rest[width:]
    for piece in pieces:
        assert (piece.cell, piece.span.text[0]) in found


def test_what_gbk_lacks_is_drawn():
    """A line with one character that GBK lacks goes as a picture as wide as the paper; the lines around it as text."""
    sent = job(text("茶"), text("𠮷"), text("酒"))
    assert sent.startswith(b"\x1c&\xb2\xe8\x1c.\n\x1dv0\x00\x48\x00\x1e\x00")
    assert sent.endswith(b"\x1c&\xbe\xc6\x1c.\n" + CUT)
    assert len(sent) == 7 + 8 + 72 * 30 + 7 + len(CUT)


def test_a_printer_without_a_chinese_font_gets_pictures_only():
    """With charset raster every line with text is drawn, in bands that a broken line can be mended after."""
    sent = encode.job(RECEIPT, Setup(charset="raster", codes="raster"))
    assert {part[:3] for part in sent} <= {b"\x1b@\x1b", b"\x1dv0", b"\x1bJ\x10", b"\x1bd\x02", b"\x1dVB"}
    assert max(map(len, sent)) <= 8 + raster.BAND * 72


def test_no_byte_above_ascii_stands_outside_of_chinese_mode():
    """A printer in another mode would take it for a letter of its code page."""
    for part in encode.job(RECEIPT, Setup()):
        if part[:1] not in {b"\x1d", b"\x1b"}:
            assert re.sub(rb"\x1c&.*?\x1c\.", b"", part, flags=re.DOTALL).isascii()


def test_gbk_and_gb18030_agree_on_what_is_sent():
    """Of every character that counts as GBK, the GB18030 bytes are the two that GBK has."""
    for code in range(0x80, 0x10000):
        line = TextLine((Piece(0, Span(chr(code))),))
        if text_lines.fits(line):
            assert text_lines.encode(line) == b"\x1c&" + chr(code).encode("gbk") + b"\x1c.\n"


def test_a_qr_code_is_that_of_python_escpos():
    """Model 2, level M, UTF-8, centred by ESC a, with white above and below."""
    data = "https://stayopen.example/会员"
    expected = oracle(lambda printer: printer.qr(data, ec=1, size=6, model=2, native=True))
    assert job(QRCode(data)) == b"\x1bJ\x10\x1ba\x01" + expected + b"\x1ba\x00\x1bJ\x10" + CUT


def test_a_barcode_is_that_of_python_escpos():
    """Code 128 in set B, its text below; a brace is doubled, as it begins a command within the data."""
    options = {"height": 64, "width": 3, "align_ct": False, "function_type": "B", "check": False}
    expected = oracle(lambda printer: printer.barcode("{B01-{{2}", "CODE128", **options))
    assert job(Barcode("01-{2}")) == b"\x1bJ\x10\x1ba\x01" + expected + b"\x1ba\x00\x1bJ\x10" + CUT


def test_codes_that_a_printer_could_not_draw_are_drawn_here():
    """A barcode too wide for the paper at the narrowest bars, a QR code with a command in it: pictures, not nothing."""
    for block in (Barcode("ABCDEFGHIJKLMNOPQRSTUVWX"), QRCode("a\x10\x04\x01")):
        sent = job(block, columns=32, dots=384)
        assert sent.startswith(b"\x1bJ\x10\x1dv0")
        assert b"\x1d(k" not in sent
        assert b"\x1dk" not in sent


@given(st.integers(1, limits.QR_BYTES))
def test_qr_codes_of_every_size_fit_their_paper(size):
    """A module has three dots at least, and the whole code is no wider than the paper."""
    sent = job(QRCode("a" * size), columns=32, dots=384)
    dots = sent[sent.index(b"1C") + 2]
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(b"a" * size, optimize=0)
    assert dots >= 3
    assert (17 + 4 * code.best_fit()) * dots <= 384


def test_a_picture_is_that_of_python_escpos():
    """GS v 0, in bands, in the middle of the paper by blank bytes."""
    ink = Image.frombytes("1", (24, 3), bytes(255 - byte for byte in LOGO.rows))
    expected = oracle(lambda printer: printer.image(ink, impl="bitImageRaster"))
    assert b"".join(raster.encode(LOGO, 24)) == expected
    wider = b"".join(raster.encode(LOGO, 56))
    assert wider == b"\x1dv0\x00\x05\x00\x03\x00" + b"".join(
        b"\x00\x00" + LOGO.rows[at : at + 3] for at in range(0, 9, 3)
    )


def test_pictures_are_sent_in_bands():
    """No command is longer than a line of double height: that is the most that a broken line leaves unfinished."""
    tall = Picture(8, 100, bytes(range(100)))
    bands = list(raster.encode(tall, 8))
    assert [band[6] for band in bands] == [48, 48, 4]
    assert b"".join(band[8:] for band in bands) == raster.harmless(tall.rows)


def test_a_picture_wider_than_the_paper_is_cut_off():
    """What stands over the right edge is lost; the rows stay rows."""
    assert list(raster.encode(Picture(24, 2, b"abcdef"), 16)) == [b"\x1dv0\x00\x02\x00\x02\x00" + b"abde"]


@given(st.binary(max_size=200))
def test_dots_are_never_a_command(data):
    """DLE EOT, ENQ and DC4 are obeyed wherever they stand, and the last one opens a drawer; dots only darken."""
    sent = raster.harmless(data)
    assert not re.search(rb"\x10[\x04\x05\x14]", sent)
    assert len(sent) == len(data)
    assert all(new & old == old for new, old in zip(sent, data, strict=True))
    assert raster.harmless(b"a\x10\x14b") == b"a\x18\x14b"


def test_the_end_of_a_paper():
    """A cut is added where there is none, never twice; without a knife the paper is fed to the tear bar."""
    assert job(text("a")) == job(text("a"), Cut()) == b"a\n" + CUT
    assert job(text("a"), cutter=False) == b"a\n\x1bd\x04"
    assert job(text("a"), feed=3) == b"a\n\x1bd\x03" + CUT
    assert job(text("a"), feed=3, cutter=False) == b"a\n\x1bd\x07"
    assert job(Feed(2)) == b"\x1bd\x02" + CUT
    assert job() == CUT


def test_a_cut_and_a_pulse_are_those_of_python_escpos():
    """GS V 66 feeds to the knife itself; ESC p pulses pin 2 or pin 5."""
    assert oracle(lambda printer: printer.cut(feed=False)) == CUT
    assert encode.pulse(2) == oracle(lambda printer: printer.cashdraw(2)) == b"\x1bp\x0022"
    assert encode.pulse(5) == oracle(lambda printer: printer.cashdraw(5)) == b"\x1bp\x0122"


@pytest.mark.parametrize("setup", [Setup(), Setup(32, 384), Setup(32, 384, charset="raster", codes="raster")])
def test_clearing_is_longer_than_any_command(setup):
    """As many zeros as the longest command can still wait for, then ESC @; the cut only when asked for."""
    longest = max(map(len, encode.job(RECEIPT, setup)))
    clear = encode.clear(setup, cut=False)
    assert clear.endswith(b"\x1b@")
    assert set(clear[:-2]) == {0}
    assert len(clear) - 2 >= longest
    assert encode.clear(setup, cut=True) == clear + CUT


@given(st.lists(st.text(max_size=30), max_size=5), st.sampled_from([32, 42, 48]))
def test_any_text_can_be_sent(paragraphs, columns):
    """Whatever a customer is called, a job comes of it, with a line feed or a picture for each laid-out line."""
    paper = Paper(tuple(text(words) for words in paragraphs))
    parts = encode.job(paper, Setup(columns, encode.DOTS[columns]))
    assert len(parts) == len(lay_out(paper, columns)) + 2
    assert all(part.endswith(b"\n") or part.startswith(b"\x1dv0") for part in parts[1:-1])
