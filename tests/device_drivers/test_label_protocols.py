"""TSPL and ZPL without I/O: golden bytes from the manuals, and data that can never become a command."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.errors import Code, StopError
from device_drivers.paper.label import Label, LabelBarcode, LabelQRCode, LabelText
from device_drivers.paper.model import Picture
from device_drivers.protocols import tspl, zpl
from device_drivers.protocols.label_parts import Band, LabelStatus, bands
from device_drivers.simulators.tspl_printer import TsplLabelPrinter
from device_drivers.simulators.zpl_printer import ZplLabelPrinter

EMPTY = Picture(320, 240, bytes(40 * 240))
NASTY = st.text(
    st.sampled_from('"\\^~>_,\r\n\x1b!?AXZPRINT1 [].B:H S\u00a5\u73cd0123456789abc\x00'), min_size=1, max_size=24
)


def label(*elements) -> Label:
    """A label of 40 x 30 mm."""
    return Label(400, 300, elements)


def picture(*rows: bytes) -> Picture:
    """A picture of these rows."""
    return Picture(len(rows[0]) * 8, len(rows), b"".join(rows))


def test_tspl_golden():
    """A label in TSPL, byte by byte as the manual writes the commands: ink is 0 in a BITMAP."""
    made = label(
        LabelText(0, 0, 30, "价"),
        LabelBarcode(50, 200, 50, "6901234567892", "ean13"),
        LabelBarcode(15, 100, 40, "AB-12"),
        LabelQRCode(250, 20, 130, "https://shop.example/1"),
    )
    ink = picture(b"\x00\x00\x00", b"\x00\x80\x01", b"\x00\x00\x00")
    assert tspl.encode(made, ink, 3, tspl.Setup()) == (
        b"SIZE 40.0 mm,30.0 mm\r\nGAP 2.0 mm,0 mm\r\nDIRECTION 1\r\nREFERENCE 0,0\r\nDENSITY 8\r\nCLS\r\n"
        b"BITMAP 8,1,2,1,0,\x7f\xfe\r\n"
        b'BARCODE 40,160,"EAN13",40,0,0,2,2,"6901234567892"\r\n'
        b'BARCODE 12,80,"128",32,0,0,2,2,"AB-12"\r\n'
        b'QRCODE 200,16,M,4,A,0,M2,S7,"https://shop.example/1"\r\n'
        b"PRINT 1,3\r\n"
    )


def test_zpl_golden():
    """A label in ZPL II, as the programming guide writes the commands: ink is 1 in ^GFA, a QR code sinks by ^BY."""
    made = label(
        LabelBarcode(50, 200, 50, "690123456789", "ean13"),
        LabelBarcode(15, 100, 40, "AB-12"),
        LabelQRCode(250, 20, 130, "https://shop.example/1"),
    )
    ink = picture(b"\x00\x00", b"\x00\x81", b"\x00\x18")
    assert zpl.encode(made, ink, 2, 8) == (
        b"^XA^PW320^LL240^LH0,0^PON\r\n"
        b"^FO8,1^GFA,2,2,1,8118^FS\r\n"
        b"^BY2,2,40^FO40,160^BEN,40,N,N^FD690123456789^FS\r\n"
        b"^BY2,2,32^FO12,80^BCN,32,N,N,N,A^FDAB-12^FS\r\n"
        b"^BY2,2,1^FO200,15^BQN,2,4^FDMA,https://shop.example/1^FS\r\n"
        b"^PQ2^XZ\r\n"
    )


def test_ink_is_cut_into_narrow_bands():
    """Only rows and columns with ink are sent; each stands where it stood."""
    rows = (b"\0\0\0", b"\0\x01\0", b"\x80\0\0", b"\0\0\0", b"\0\0\x01")
    assert list(bands(picture(*rows))) == [
        Band(0, 1, 2, 2, b"\x00\x01\x80\x00"),
        Band(16, 4, 1, 1, b"\x01"),
    ]
    assert list(bands(EMPTY)) == []


def _trouble(code: Code, reason: str) -> LabelStatus:
    return LabelStatus(busy=False, trouble=code, reason=reason)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (0x00, LabelStatus(busy=False)),
        (0x20, LabelStatus(busy=True)),
        (0x01, _trouble(Code.COVER_OPEN, "head")),
        (0x02, _trouble(Code.PRINTER_ERROR, "jam")),
        (0x04, _trouble(Code.PAPER_OUT, "paper")),
        (0x05, _trouble(Code.PAPER_OUT, "paper")),
        (0x08, _trouble(Code.PRINTER_ERROR, "ribbon")),
        (0x10, _trouble(Code.PRINTER_ERROR, "paused")),
        (0x80, _trouble(Code.PRINTER_ERROR, "other")),
    ],
)
def test_tspl_status(answer, meant):
    """The status byte is read by its bits, as the manual lists them for <ESC>!?."""
    assert tspl.status(answer) == meant


def _answer(paper="0", pause="0", formats="000", head="0", left="00000000", hot="0") -> bytes:
    first = f"030,{paper},{pause},1245,{formats},0,0,0,000,0,0,{hot}"
    second = f"000,0,{head},0,0,2,4,0,{left},1,000"
    return b"".join(b"\x02" + text.encode() + b"\x03\r\n" for text in (first, second, "1234,0"))


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (_answer(), LabelStatus(busy=False)),
        (_answer(formats="002"), LabelStatus(busy=True)),
        (_answer(left="00000005"), LabelStatus(busy=True)),
        (_answer(paper="1"), _trouble(Code.PAPER_OUT, "paper")),
        (_answer(head="1"), _trouble(Code.COVER_OPEN, "head")),
        (_answer(pause="1"), _trouble(Code.PRINTER_ERROR, "paused")),
        (_answer(hot="1"), _trouble(Code.OVERHEATED, "head")),
    ],
)
@given(places=st.lists(st.integers(0, 200), max_size=6), before=st.binary(max_size=20))
def test_zpl_status(answer, meant, places, before):
    """The answer to ~HS is understood however it is cut and whatever garbage came before it."""
    reader = zpl.StatusReader()
    data = before + b"\x03" + answer
    marks = sorted({0, len(data), *(place % len(data) for place in places)})
    found = [status for start, end in pairwise(marks) if (status := reader.feed(data[start:end])) is not None]
    assert found[-1] == meant


@given(st.lists(st.binary(max_size=300), max_size=20), st.booleans())
def test_random_answers_break_nothing(pieces, control):
    """Random bytes give no error, no endless memory, and the same whether they come whole or cut."""
    joined = b"\x02" * control + b"".join(pieces)
    whole, cut = zpl.StatusReader(), zpl.StatusReader()
    expected = whole.feed(joined)
    cut.feed(b"\x02" * control)
    found = [status for piece in pieces if (status := cut.feed(piece)) is not None]
    assert (found[-1] if found else None) == expected
    for _ in range(5):
        whole.feed(b"\x02" * 4096)
    assert len(whole._buffer) <= 4096
    for byte in joined:
        tspl.status(byte)


@pytest.mark.parametrize("machine", [TsplLabelPrinter, ZplLabelPrinter])
@given(code=NASTY, qr=NASTY)
@settings(max_examples=60, deadline=None)
def test_data_never_becomes_a_command(machine, code, qr):
    """An independent interpreter understands every command, prints one label, and draws that very data or nothing."""
    printer = machine()
    made = [LabelQRCode(0, 100, 100, qr)]
    if code.isascii() and code.isprintable():
        made.append(LabelBarcode(0, 0, 50, code))
    if machine is TsplLabelPrinter:
        native, job = tspl.native, tspl.encode(label(*made), EMPTY, 1, tspl.Setup())
    else:
        native, job = zpl.native, zpl.encode(label(*made), EMPTY, 1, 8)
    answer = printer.receive(job)
    assert (printer.strange, printer.roll.printed, answer) == (0, 1, b"")
    expected = [
        ("qr" if isinstance(element, LabelQRCode) else "code128", element.data) for element in made if native(element)
    ]
    assert list(printer.roll.labels[0].codes) == expected


@given(st.binary(min_size=40, max_size=400))
def test_no_picture_holds_an_immediate_command(data):
    """A printer's interrupt finds no <ESC>! and no ~! in the ink of a picture."""
    rows = (data + bytes(40))[: len(data) // 40 * 40] + bytes.fromhex("e4de81de") + bytes(36)
    made = tspl.encode(label(), Picture(320, len(rows) // 40, rows), 1, tspl.Setup())
    assert re.search(rb"[\x1b~]!", made) is None


@pytest.mark.parametrize(
    ("made", "copies", "code"),
    [
        (Label(0, 300, ()), 1, Code.UNPRINTABLE),
        (Label(400, 30_000, ()), 1, Code.UNPRINTABLE),
        (label(), 0, Code.UNPRINTABLE),
        (label(), 101, Code.UNPRINTABLE),
        (label(*[LabelText(0, 0, 10, "x")] * 51), 1, Code.UNPRINTABLE),
        (label(LabelText(-1, 0, 10, "x")), 1, Code.UNPRINTABLE),
        (label(LabelBarcode(0, 0, 10, "6901234567893", "ean13")), 1, Code.UNPRINTABLE),
        (label(LabelBarcode(0, 0, 10, "69012", "ean13")), 1, Code.UNPRINTABLE),
        (label(LabelBarcode(0, 0, 10, "珍珠")), 1, Code.UNPRINTABLE),
        (label(LabelBarcode(0, 0, 10, "x" * 25)), 1, Code.UNPRINTABLE),
        (label(LabelBarcode(0, 0, 10, "1", "code39")), 1, Code.NOT_SUPPORTED),
        (label(LabelQRCode(0, 0, 10, "")), 1, Code.UNPRINTABLE),
        (label(LabelQRCode(0, 0, 10, "x" * 601)), 1, Code.UNPRINTABLE),
        (label(LabelQRCode(0, 0, 10, "\ud800")), 1, Code.UNPRINTABLE),
    ],
)
def test_what_cannot_be_printed_is_refused(made, copies, code):
    """A label that no printer could print is refused before anything is sent, by both languages alike."""
    for encode in (lambda: tspl.encode(made, EMPTY, copies, tspl.Setup()), lambda: zpl.encode(made, EMPTY, copies, 8)):
        with pytest.raises(StopError) as refusal:
            encode()
        assert refusal.value.code is code
