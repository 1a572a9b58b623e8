"""The simulated receipt printer: an interpreter of its own, and a body that behaves as a real one."""

import pytest
from decoder_laws import pieces
from escpos_reader import Reader
from escpos_samples import RECEIPT, SMALL, text
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.paper.cells import width
from device_drivers.paper.layout import TextLine, lay_out
from device_drivers.paper.model import Paper
from device_drivers.protocols.escpos import encode
from device_drivers.protocols.escpos.encode import Setup
from device_drivers.simulators import pos_printer, pos_printer_head, pos_printer_paper
from device_drivers.simulators.pos_printer import PosPrinter

CUT = b"\x1dV\x00"
WHITE = 255
COMMANDS = st.sampled_from(
    [
        *(
            b"\x1b@",
            b"\x1c&",
            b"\x1c.",
            b"\x1d!\x11",
            b"\x1da\xff",
            b"\x1dr\x01",
            b"\x10\x04\x01",
            b"\x10\x05\x02",
            CUT,
        ),
        *(b"\x1dv0\x00\x02\x00\x01\x00ab", b"\x1dv0\x03\xff\xff\xff\xff", b"\x1d(k\x03\x001Q0", b"\x1dkI\x04{Bab"),
        *(
            b"\x1b*\x21\x02\x00123456",
            b"\x1bD\x04\x08\x00",
            b"\x1b3\x00",
            b"\x1bd\xff",
            b"\x1dL\xff\xff",
            b"\x1bp\x0022",
        ),
        *(b"\x1b\\\xff\xff", b"\xb2\xe8", b"\x819\x819", b"\n", b"A" * 60),
    ]
)
STREAMS = st.lists(COMMANDS | st.binary(max_size=12), max_size=12).map(b"".join)


def printed(data, **printer):
    """The first receipt of a job."""
    machine = PosPrinter(**printer)
    machine.receive(data)
    return machine.receipts[0]


def image(data):
    """The picture of the first receipt of a job on 58 mm paper."""
    return printed(data, columns=32).image().convert("L")


def words(paper, columns):
    """What a paper's text lines say, piece by piece at its cell."""
    lines = []
    for line in lay_out(paper, columns):
        if isinstance(line, TextLine):
            said, at = "", 0
            for piece in line.pieces:
                said += " " * (piece.cell - at) + piece.span.text
                at = piece.cell + width(piece.span.text) * (2 if piece.span.wide else 1)
            lines.append(said.rstrip())
    return lines


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (42, 512), (48, 576)])
def test_it_prints_what_was_laid_out(columns, dots):
    """Encoder and interpreter, which share nothing, agree on every line; what GBK lacks is a picture."""
    job = b"".join(encode.job(RECEIPT, Setup(columns, dots)))
    receipt = printed(job, columns=columns, dots=dots)
    got = [line for line in receipt.text.split("\n") if not line.startswith("[")]
    assert got == [line for line in words(RECEIPT, columns) if "𠮷" not in line]
    assert "[qr] https://stayopen.example/r/会员?s=MEUCIQDx" in receipt.text
    assert "[code128] 0102-{0001}" in receipt.text
    assert f"[picture {dots}x30]" in receipt.text


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576)])
def test_a_strict_reader_agrees(columns, dots):
    """A third reader of ESC/POS, which takes any doubtful byte for an error, reads the same lines and codes."""
    job = b"".join(encode.job(RECEIPT, Setup(columns, dots)))
    receipt = printed(job, columns=columns, dots=dots)
    strict = Reader(dots).read(job).receipts[0]
    assert [line for line in receipt.text.split("\n") if not line.startswith("[")] == strict.lines
    assert strict.codes == [
        ("qr", "https://stayopen.example/r/会员?s=MEUCIQDx"),
        ("code128", "{{".join(("0102-", "0001}"))),
    ]


def test_no_command_of_a_job_is_unknown_or_refused():
    """What the encoder writes is in the command reference, and makes sense on this paper."""
    for setup in (Setup(), Setup(32, 384), Setup(charset="raster", codes="raster"), Setup(cutter=False, feed=2)):
        machine = PosPrinter(setup.columns, setup.dots)
        machine.receive(b"".join(encode.job(RECEIPT, setup)))
        assert (machine.unknown, machine.refused, machine.waiting) == ({}, 0, 0)
        if not setup.cutter:
            assert "好又多便利店" in machine.tear().text
        assert machine.current.height == 0


def test_the_picture_shows_the_text():
    """Dots are black where characters stand and white beside; bold, wide and tall ones are blacker, wider, taller."""
    plain = image(b"\x1c&\xb2\xe8\n" + CUT)
    assert plain.size == (384, 30)
    assert plain.crop((24, 0, 384, 30)).getextrema() == (WHITE, WHITE)
    black = plain.histogram()[0]
    big = image(b"\x1c&\x1d!\x11\xb2\xe8\n" + CUT)
    assert big.size == (384, 48)
    assert big.histogram()[0] == 4 * black
    assert image(b"\x1c&\x1bE\x01\xb2\xe8\n" + CUT).histogram()[0] > black
    assert image(b"\x1dB\x01AB\n" + CUT).histogram()[0] > 12 * 24
    assert printed(b"A\n" + CUT, columns=32).png().startswith(b"\x89PNG")


def test_drawn_and_printed_text_look_alike():
    """A line sent as text and the same line sent as dots cover much the same paper."""
    paper = Paper((text("会员余额 123.45"),))
    as_text = image(b"".join(encode.job(paper, Setup(32, 384))))
    as_dots = image(b"".join(encode.job(paper, Setup(32, 384, charset="raster"))))
    blacks = [image.histogram()[0] for image in (as_text, as_dots)]
    assert min(blacks) > 500
    assert max(blacks) < 1.3 * min(blacks)


def test_codes_are_drawn_as_they_are_sent():
    """A QR code has modules of the size that was set, a barcode its height, both stand in the middle."""
    qr = image(b"\x1ba\x01\x1d(k\x03\x001C\x04\x1d(k\x05\x001P0a1\x1d(k\x03\x001Q0" + CUT)
    assert qr.size == (384, 84)
    assert qr.crop((150, 0, 150 + 28, 4)).getextrema() == (0, 0)
    bars = printed(b"\x1dh\x28\x1dw\x02\x1dkI\x04{Bab" + CUT, columns=32)
    assert bars.height == 40
    assert bars.image().getpixel((0, 39)) == 0
    assert printed(b"\x1dH\x02\x1dh\x28\x1dkI\x04{Bab" + CUT, columns=32).height == 64


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"\x1dkI\x06{CbA\x0c{", "[code128] 986512"),
        (b"\x1dkI\x07{A12{{B", "[code128] 12{B"),
        (b"\x1dk\x02690123456789\x00", "[ean13] 690123456789"),
        (b"\x1dkE\x05ABC12", "[code39] ABC12"),
    ],
)
def test_barcodes_are_read_as_the_manual_says(sent, shown):
    """Code sets, doubled braces, pairs of digits; function A ends with NUL, function B has a length."""
    assert printed(sent + CUT).text == shown


def test_what_is_too_wide_is_not_printed():
    """Printers print nothing of a code that is wider than the paper, and refuse a cut in the middle of a line."""
    machine = PosPrinter(32)
    machine.receive(b"\x1dw\x06\x1dkI\x12{BABCDEFGHIJKLMNOP" + b"\x1dkC\x03abc" + b"x" + CUT)
    assert (machine.refused, machine.receipts, machine.line_buffer) == (3, [], "x")


def test_text_runs_on_in_the_next_line():
    """A full line is printed by itself; margins, positions, tabs and alignment place what stands on it."""
    assert printed(b"A" * 40 + b"\n" + CUT, columns=32).text == "A" * 32 + "\n" + "A" * 8
    assert printed(b"\x1b$\x18\x00a\x1b\\\x0c\x00b\tc\n" + CUT).text == "  a b   c"
    assert printed(b"\x1ba\x02ab\n\x1ba\x01ab\n" + CUT, columns=8).text == "      ab\n   ab"
    assert printed(b"\x1dL\x18\x00\x1dW\x18\x00abc\n" + CUT).text == "  ab\n  c"


def test_bytes_of_another_mode_are_other_characters():
    """Outside Chinese mode two bytes are two letters of code page 437; four bytes of GB18030 no GBK font has."""
    assert printed(b"\xb2\xe8\n" + CUT).text == "▓Φ"
    assert printed(b"\x1c&\xb2\xe8\x1c.\xb2\n" + CUT).text == "茶▓"
    assert printed(b"\x1c&\x819\x819a\n" + CUT).text == "□a"


def test_styles_of_latin_and_chinese():
    """GS ! sizes both, FS ! and FS W only Chinese, ESC ! only Latin characters."""

    def sizes(sent):
        strip = printed(b"\x1c&" + sent + b"a\xb2\xe8\n" + CUT).strips[0]
        return [(glyph.style.wide, glyph.style.tall) for glyph in strip.glyphs]

    assert sizes(b"\x1d!\x12") == [(2, 3), (2, 3)]
    assert sizes(b"\x1c!\x0c") == [(1, 1), (2, 2)]
    assert sizes(b"\x1cW\x01") == [(1, 1), (2, 2)]
    assert sizes(b"\x1b!\x30") == [(2, 2), (1, 1)]
    assert sizes(b"\x1d!\x11\x1b@\x1c&") == [(1, 1), (1, 1)]


def test_without_paper_it_waits():
    """Out of paper in mid-job it prints no more, obeys nothing and still answers in real time; then it goes on."""
    job = b"".join(encode.job(SMALL, Setup(32, 384))) + b"\x1bp\x0022\x1dr\x01"
    whole = printed(job, columns=32).text
    machine = PosPrinter(32)
    machine.paper_left = 60
    assert machine.receive(job) == b""
    assert machine.receipts == []
    assert 0 < machine.current.height < 200
    assert machine.receive(b"\x10\x04\x04") == b"\x72"
    assert (machine.drawer_pulses, machine.waiting > 0) == (0, True)
    machine.paper_out = False
    assert machine.beat() == b"\x00"
    assert machine.receipts[0].text == whole
    assert (machine.drawer_pulses, machine.waiting) == (1, 0)


@pytest.mark.parametrize(
    ("trouble", "answers"),
    [
        ({}, b"\x16\x12\x12\x12"),
        ({"paper_out": True}, b"\x1e\x32\x12\x72"),
        ({"cover_open": True}, b"\x1e\x16\x12\x12"),
        ({"near_end": True}, b"\x16\x12\x12\x1e"),
        ({"fault": "cutter"}, b"\x1e\x52\x1a\x12"),
        ({"fault": "overheated"}, b"\x1e\x52\x52\x12"),
        ({"fault": "head"}, b"\x1e\x52\x32\x12"),
        ({"drawer_open": True}, b"\x12\x12\x12\x12"),
    ],
)
def test_it_says_how_it_is(trouble, answers):
    """DLE EOT 1 to 4, also when nothing else is obeyed; GS r only while it prints."""
    machine = PosPrinter()
    for name, value in trouble.items():
        setattr(machine, name, value)
    assert machine.receive(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04") == answers
    works = not {"paper_out", "cover_open", "fault"} & {*trouble}
    assert machine.receive(b"\x1dr\x01") == (b"\x03" if "near_end" in trouble else b"\x00") * works


def test_it_answers_in_sequence():
    """GS r, ESC v and GS I wait their turn; some clones say nothing to them; automatic status is sent unasked."""
    machine = PosPrinter()
    assert machine.receive(b"\x1dr\x02\x1bv\x1dI\x01\x1dIC") == b"\x01\x00\x20_POS printer\0"
    assert machine.receive(b"\x1da\xff") == b"\x14\x00\x00\x00"
    machine.cover_open = True
    assert machine.beat() == b"\x3c\x00\x00\x00"
    assert machine.beat() == b""
    machine.cover_open = False
    assert machine.receive(b"\x1da\x00") == b"\x14\x00\x00\x00"
    assert PosPrinter(in_sequence=False).receive(b"\x1dr\x01") == b""
    assert PosPrinter(real_time=False).receive(b"\x10\x04\x01\x1dr\x01") == b"\x00"


def test_commands_in_real_time_are_obeyed_within_data():
    """Dots that look like DLE EOT are answered, dots that look like DLE DC4 open the drawer; they stay dots."""
    machine = PosPrinter()
    dots = b"\x10\x04\x01\x10\x14\x01\x00\x01"
    assert machine.receive(b"\x1dv0\x00\x08\x00\x01\x00" + dots + CUT) == b"\x16"
    assert machine.drawer_pulses == 1
    assert machine.receipts[0].strips[0].rows == dots


def test_a_person_or_a_command_recovers_from_errors():
    """DLE ENQ 1 goes on after a jam of the knife, DLE ENQ 2 forgets what waited."""
    machine = PosPrinter()
    machine.fault = "cutter"
    machine.receive(b"a\n\x10\x05\x01")
    assert machine.current.text == "a"
    machine.fault = "cutter"
    machine.receive(b"b\n\x10\x05\x02")
    machine.beat()
    assert machine.current.text == "a"


def test_the_line_buffer_survives_a_broken_line():
    """What was sent before stands before what is sent after, until ESC @; so does an unfinished command."""
    machine = PosPrinter()
    machine.receive(b"half a li")
    assert machine.line_buffer == "half a li"
    machine.receive(b"ne\n" + b"lost" + b"\x1b@" + b"new\n" + b"\x1dv0\x00\x01\x00\x05\x00a")
    assert machine.current.text == "half a line\nnew"
    machine.receive(b"\x1b@\n\n" + b"after\n")
    assert machine.current.text == "half a line\nnew\n[picture 8x5]\nafter"
    machine.receive(b"off")
    machine.switch_off()
    machine.receive(b"on\n")
    assert machine.current.text.endswith("after\non")


@given(STREAMS, st.lists(st.integers(0, 500), max_size=6))
@settings(max_examples=300, deadline=None)
def test_bytes_may_come_cut_anywhere(data, cuts):
    """In whatever pieces bytes come, the printer answers and prints the same."""
    whole, cut = PosPrinter(32), PosPrinter(32)
    said = whole.receive(data)
    assert b"".join(cut.receive(part) for part in pieces(data, cuts)) == said
    assert [receipt.text for receipt in cut.receipts] == [receipt.text for receipt in whole.receipts]
    assert (cut.current.text, cut.line_buffer, cut.waiting) == (whole.current.text, whole.line_buffer, whole.waiting)
    assert (cut.drawer_pulses, cut.unknown, cut.refused) == (whole.drawer_pulses, whole.unknown, whole.refused)


@given(STREAMS)
@settings(max_examples=100, deadline=None)
def test_whatever_was_printed_can_be_shown(data):
    """Any bytes leave paper that can be read and drawn, and a printer that prints on when it was off and on again."""
    machine = PosPrinter(32)
    machine.receive(data)
    machine.switch_off()
    machine.receive(b"sane\n" + CUT)
    assert machine.receipts[-1].text.endswith("sane")
    for receipt in machine.receipts:
        assert receipt.png().startswith(b"\x89PNG")
        assert receipt.image().width == 384


def test_its_memory_is_bounded(monkeypatch):
    """A flood without paper, a picture without end, a strip of kilometres: bytes, rows and receipts are dropped."""
    monkeypatch.setattr(pos_printer, "BACKLOG", 1000)
    machine = PosPrinter()
    machine.paper_out = True
    machine.receive(b"a\n" * 5000)
    assert (machine.waiting, machine.overflowed) == (1000, 9000)
    machine.paper_out = False
    machine.receive(b"\x1b@\x1dv0\x00\xff\xff\xff\xff")
    for _ in range(50):
        machine.receive(bytes(900))
    assert machine.waiting == 0
    machine.switch_off()
    monkeypatch.setattr(pos_printer_paper, "LONGEST", 300)
    monkeypatch.setattr(pos_printer_head, "KEPT_ROWS", 1000)
    for _ in range(20):
        machine.receive(b"a\n" * 100 + CUT)
    assert machine.cuts == 20
    assert 3 <= len(machine.receipts) <= 4
    assert max(receipt.height for receipt in machine.receipts) <= 300
    for name in range(200):
        machine.receive(b"\x1f" + bytes((0x1B, 0x80 | name)))
    assert len(machine.unknown) == 64
    assert len(machine.receive(b"\x10\x04\x01" * 50_000) + machine.beat()) <= pos_printer.ANSWERS
