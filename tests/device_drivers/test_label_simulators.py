"""Simulated label printers: strict interpreters that survive anything and show what they printed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.simulators.label_canvas import LabelRoll
from device_drivers.simulators.tspl_printer import TsplLabelPrinter
from device_drivers.simulators.zpl_printer import ZplLabelPrinter

TSPL = b'SIZE 40 mm,30 mm\r\nCLS\r\nBITMAP 0,0,1,2,0,\x00\xff\r\nBARCODE 8,8,"128",16,0,0,2,2,"A1"\r\nPRINT 1,2\r\n'
ZPL = b"^XA^PW320^LL240\r\n^FO0,0^GFA,2,2,1,FF00^FS\r\n^BY2,2,16^FO8,8^BCN,16,N,N,N,A^FDA1^FS^PQ2^XZ\r\n"
PIECES = [
    *(b"BITMAP 0,0,9,9,0,", b"SIZE 1e999 mm,2 mm\r\n", b'QRCODE 1,1,M,4,A,0,M2,S7,"x"\r\n', b"PRINT 9,99\r\n"),
    *(b"^XA", b"^XZ", b"^FO1,1", b"^GFA,4,4,1,ff", b"^BQN,2,4^FDMA,x^FS", b"^PQ99999999", b"^LL999999"),
]
JOBS = [(TsplLabelPrinter, TSPL, b"\x1b!?", b"\x1b!."), (ZplLabelPrinter, ZPL, b"~HS", b"~JA")]


@pytest.mark.parametrize(("kind", "job", "ask", "cancel"), JOBS)
def test_a_label_is_printed_and_shown(kind, job, ask, cancel):
    """Cut at every byte, a job prints the same: ink black where it was sent, codes that can be read, copies counted."""
    for cut in range(len(job)):
        printer = kind()
        printer.receive(job[:cut])
        printer.receive(job[cut:])
        assert (printer.roll.printed, printer.strange) == (2, 0)
    printed = printer.roll.labels[0]
    assert (printed.image.size, printed.codes) == ((320, 240), (("code128", "A1"),))
    assert [bool(printed.image.getpixel((x, 0))) for x in (0, 7, 8)] == [False, False, True]
    assert printed.image.getpixel((8, 8)) == 0
    assert printed.png().startswith(b"\x89PNG")


@pytest.mark.parametrize(("kind", "job", "ask", "cancel"), JOBS)
def test_paper_and_head_hold_labels_back(kind, job, ask, cancel):
    """Without labels or with an open head it prints nothing and says so; mended, it goes on; cancelled, it forgets."""
    printer = kind(roll=LabelRoll(left=1))
    printer.receive(job)
    assert printer.roll.printed == 1
    out = printer.receive(ask)
    printer.roll.left, printer.roll.head_open = 10, True
    opened = printer.receive(ask)
    assert len({out, opened, kind().receive(ask)}) == 3
    assert printer.roll.printed == 1
    printer.roll.head_open = False
    printer.receive(ask)
    assert printer.roll.printed == 2
    printer.roll.left = 0
    printer.receive(job + cancel)
    printer.roll.left = 5
    printer.receive(ask)
    assert printer.roll.printed == 2


@pytest.mark.parametrize(("kind", "job", "ask", "cancel"), JOBS)
def test_a_cancelled_half_job_is_forgotten(kind, job, ask, cancel):
    """Wherever a job broke off, after a cancel the next one is printed whole and nothing else."""
    for cut in range(len(job) - 2):
        printer = kind()
        printer.receive(job[:cut])
        before = printer.roll.printed
        printer.receive(cancel)
        printer.receive(job)
        assert printer.roll.printed == before + 2


@pytest.mark.parametrize(("kind", "job", "ask", "cancel"), JOBS)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(PIECES),
        ),
        max_size=10,
    )
)
@settings(max_examples=60, deadline=None)
def test_random_bytes_break_no_printer(kind, job, ask, cancel, pieces):
    """Random bytes and half commands give no error, the same result however cut, and bounded memory."""
    whole, cut = kind(), kind()
    answer = whole.receive(b"".join(pieces))
    assert b"".join(cut.receive(piece) for piece in pieces) == answer
    assert (whole.roll.printed, whole.strange) == (cut.roll.printed, cut.strange)
    assert len(whole.roll.labels) <= 50
    whole.receive(cancel)
    whole.roll.left = None
    printed = whole.roll.printed
    whole.receive(b"\r\n" + job)
    assert whole.roll.printed == printed + 2


@pytest.mark.parametrize(("kind", "job", "ask", "cancel"), JOBS)
def test_endless_nonsense_is_dropped(kind, job, ask, cancel):
    """What never becomes a command does not fill the memory."""
    printer = kind()
    for _ in range(40):
        printer.receive(b"x" * 65_536)
    assert len(printer._buffer) <= 1 << 21
    assert printer.strange
