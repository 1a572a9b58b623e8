"""ESC/POS: what a printer answers. Bits from Epson's ESC/POS Command Reference: DLE EOT, GS r, GS a."""

import pytest
from decoder_laws import assert_cut_anywhere, held
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import Code
from device_drivers.protocols.escpos import status
from device_drivers.protocols.escpos.status import Answers, Kind

READY = (0x16, 0x12, 0x12, 0x12)


def kinds(data):
    """What the bytes are."""
    return [answer.kind for answer in Answers().feed(data)]


def test_questions_are_those_of_the_manual():
    """DLE EOT n in real time; GS r 1 in sequence."""
    assert [status.ask(number) for number in range(1, 5)] == [
        b"\x10\x04\x01",
        b"\x10\x04\x02",
        b"\x10\x04\x03",
        b"\x10\x04\x04",
    ]
    assert status.ASK_PRINTED == b"\x1dr\x01"


def test_fixed_bits_tell_what_a_byte_is():
    """0xx1xx10 is an answer in real time, 0xx0xxxx one in sequence, 0x11 and 0x13 flow control, the rest noise."""
    assert kinds(b"\x12\x16\x1e\x72\x7e") == [Kind.REAL_TIME] * 5
    assert kinds(b"\x00\x03\x0c\x0f\x60") == [Kind.IN_SEQUENCE] * 5
    assert kinds(b"\x11\x13") == [Kind.FLOW] * 2
    assert kinds(b"\x80\xff\x92\x15\x1f") == [Kind.GARBLED] * 5


def test_sensors_come_in_pairs():
    """GS r 1 sets both bits of a sensor or none: a byte that does not is no answer to it."""
    assert kinds(b"\x01\x02\x04\x08\x0b") == [Kind.GARBLED] * 5


def test_automatic_status_is_passed_over_as_a_whole():
    """Its three further bytes look like answers in sequence and are none; a byte that cannot belong to it ends it."""
    assert kinds(b"\x14\x00\x00\x0f\x00") == [Kind.AUTOMATIC] * 4 + [Kind.IN_SEQUENCE]
    assert kinds(b"\x14\x00\x12\x00") == [Kind.AUTOMATIC, Kind.AUTOMATIC, Kind.REAL_TIME, Kind.IN_SEQUENCE]


def test_a_broken_line_ends_an_automatic_status():
    """What a lost line cut off does not take the first answers of the next one."""
    answers = Answers()
    answers.feed(b"\x14\x00")
    answers.forget()
    assert answers.feed(b"\x00")[0].kind is Kind.IN_SEQUENCE


@given(st.binary(max_size=60), st.lists(st.integers(0, 1000), max_size=6))
def test_the_line_may_cut_anywhere(data, cuts):
    """Any bytes in any pieces give the same, and nothing is kept of them but a number."""
    assert_cut_anywhere(Answers, data, cuts)
    answers = Answers()
    assert len(answers.feed(data * 100)) == 100 * len(data)
    assert held(answers) == 0


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (READY, None),
        ((0x1E, 0x16, 0x12, 0x12), Code.COVER_OPEN),
        ((0x1E, 0x32, 0x12, 0x72), Code.PAPER_OUT),
        ((0x16, 0x12, 0x12, 0x72), Code.PAPER_OUT),
        ((0x1E, 0x36, 0x12, 0x72), Code.COVER_OPEN),
        ((0x1E, 0x52, 0x1A, 0x12), Code.CUTTER),
        ((0x1E, 0x52, 0x52, 0x12), Code.OVERHEATED),
        ((0x1E, 0x52, 0x32, 0x12), Code.PRINTER_ERROR),
        ((0x1E, 0x52, 0x16, 0x12), Code.PRINTER_ERROR),
        ((0x1E, 0x52, 0x12, 0x12), Code.PRINTER_ERROR),
        ((0x1E, 0x12, 0x12, 0x12), Code.PRINTER_ERROR),
        ((0x1E, 0x1A, 0x12, 0x12), Code.BUSY),
        ((0x56, 0x12, 0x12, 0x12), Code.BUSY),
        ((0x16, 0x12, 0x12, 0x1E), None),
    ],
)
def test_answers_say_why_it_cannot_print(answers, code):
    """Cover, paper, knife, heat, error, a held feed button, offline for no reason; paper near its end is no trouble."""
    assert status.trouble(status.state(answers)) is code


def test_paper_and_drawer_are_read():
    """Paper near its end from DLE EOT 4, the drawer's pin from DLE EOT 1."""
    assert status.state((0x12, 0x12, 0x12, 0x1E)).near_end
    assert not status.state(READY).near_end
    assert status.state(READY).pin_high
    assert not status.state((0x12, 0x12, 0x12, 0x12)).pin_high


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4))
def test_any_four_bytes_are_a_state(answers):
    """Whatever they say, there is a state and it prints or there is a code why not."""
    now = status.state(answers)
    assert status.trouble(now) in {None, *Code}
    assert now.online or status.trouble(now) is not None


@given(st.binary(max_size=20))
def test_a_printer_is_known_by_its_fixed_bits(answer):
    """Exactly one answer in real time, and nothing that no printer would say beside it."""
    sorts = kinds(answer)
    assert status.knows(answer) == (
        sorts.count(Kind.REAL_TIME) == 1 and not {Kind.GARBLED, Kind.IN_SEQUENCE} & {*sorts}
    )


def test_what_knows_a_printer_and_what_does_not():
    """One byte of DLE EOT 1, also among an automatic status; an echo of the question, a page printer's talk: none."""
    assert status.knows(b"\x16")
    assert status.knows(b"\x14\x00\x00\x00\x1e")
    for other in (b"", b"\x10\x04\x01", b"\x16\x16", b"@PJL\r\n", b"HTTP/1.1 400", b"\xff\xfd\x01"):
        assert not status.knows(other)


def test_paper_gone_is_read_from_the_answer_in_sequence():
    """A printer that goes on without paper says so in its sensors."""
    assert status.paper_gone(0x0C)
    assert status.paper_gone(0x0F)
    assert not status.paper_gone(0x03)
