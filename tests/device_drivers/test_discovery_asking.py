"""Asking politely: only where it is allowed, only the question, and never for long."""

import asyncio

import pytest

from device_drivers import registry
from device_drivers.discovery import asking
from device_drivers.interfaces.device import Kind
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, memory_line
from device_drivers.supported import Ask, Supported

QUESTION = b"\x10\x04\x01"


class Polite(Machine):
    """A device that answers one question, and keeps what it got."""

    def __init__(self, answer=b"\x16"):
        self.got = b""
        self.answer = answer

    def receive(self, data):
        """Answer at the end of the question."""
        self.got += data
        return self.answer if self.got.endswith(QUESTION) else b""


def entry(name, ask):
    """A driver's entry."""
    return Supported(name, Kind.POS_PRINTER, ("机", name), ("tcp",), lambda *_: None, "manual", ask=ask)


@pytest.fixture
def drivers(monkeypatch):
    """Two drivers that ask, one that does not."""
    made = {
        "deaf": entry("deaf", None),
        "other": entry("other", Ask(b"\x05", lambda heard: heard == b"\x06")),
        "escpos": entry("escpos", Ask(QUESTION, lambda heard: heard[-1:] == b"\x16")),
    }
    monkeypatch.setattr(registry, "_BY_NAME", made)
    return tuple(made)


@pytest.fixture
def soon(monkeypatch):
    """Deadlines of a test."""
    monkeypatch.setattr(asking.limits, "ASK_S", 0.05)
    monkeypatch.setattr(asking.limits, "OPEN_S", 0.05)


@pytest.mark.parametrize("address", ["tcp://10.0.0.9:9100", "usb:/dev/usb/lp0"])
async def test_the_first_driver_that_knows_the_answer_is_it(drivers, soon, address):
    """Each driver's question is asked on a line of its own until one knows the answer; nothing else is sent."""
    machine = Polite()
    assert await asking.ask(address, drivers, lambda _: memory_line(machine)) == "escpos"
    assert machine.got == b"\x05" + QUESTION


@pytest.mark.parametrize("address", ["serial:/dev/ttyUSB0", "serial:socket://10.0.0.9:4001", "pcsc:reader", "memory:x"])
async def test_other_lines_are_not_even_opened(drivers, address):
    """A serial line is never opened to ask, for a drawer behind it would spring open."""

    def line(_):
        pytest.fail("a line was made")

    assert await asking.ask(address, drivers, line) == ""


@pytest.mark.parametrize(
    ("machine", "faults"),
    [
        (Polite(), LineFaults(deaf=True)),
        (Polite(), LineFaults(unplugged=True)),
        (Polite(), LineFaults(cut_after=2)),
        (Polite(b"login: "), LineFaults()),
        (Polite(b"x" * 10_000), LineFaults()),
    ],
)
async def test_whoever_answers_otherwise_is_not_it(drivers, soon, machine, faults):
    """Silence, a line that breaks, another answer and a flood all end as a no, within the deadline."""
    async with asyncio.timeout(5):
        assert await asking.ask("tcp://10.0.0.9:9100", drivers, lambda _: memory_line(machine, faults)) == ""


async def test_an_answer_in_pieces_behind_other_words_is_known(drivers, soon):
    """What the line still held before the answer, and an answer in pieces, do not hide it."""
    assert (
        await asking.ask(
            "tcp://10.0.0.9:9100", ("escpos",), lambda _: memory_line(Polite(), LineFaults(garbage=b"\x00\xff"))
        )
        == "escpos"
    )
