"""What holds for each driver of the registry, on its simulator: a driver without one cannot enter the list."""

import asyncio
import contextlib

import pytest

from device_drivers import registry
from device_drivers.discovery.asking import answers
from device_drivers.errors import Code, DeviceError, RetryError
from device_drivers.interfaces.device import Device, Health, Kind
from device_drivers.interfaces.input_devices import MSR, Scanner, SmartCardRW
from device_drivers.interfaces.pos_printer import POSPrinter
from device_drivers.interfaces.scale import Scale
from device_drivers.paper.label import Label, LabelText
from device_drivers.paper.model import Cut, Paper, Span, Text
from device_drivers.simulators import catalogue
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import LineFaults, memory_line

LINED = tuple(one for one in registry.SUPPORTED if one.lines != ("pcsc",))
"""Drivers whose devices are at the end of a line of bytes."""

each = pytest.mark.parametrize("supported", LINED, ids=lambda one: one.driver)


class Babbler(Machine):
    """A device that says anything at all, at any time."""

    beat_s = 0.001

    def __init__(self):
        self._state = 1

    def beat(self):
        """Say some bytes, others each time."""
        self._state = self._state * 48271 % 2147483647
        return (self._state.to_bytes(4, "big") * 64)[: 1 + self._state % 255]

    def receive(self, data):
        """Say some more."""
        return self.beat()


def device(supported, machine, faults=None):
    """A device of a driver with its factory settings, at the end of a line in memory."""
    return registry.make(supported.driver, memory_line(machine, faults), {})


async def settled(work, seconds=10.0):
    """Run it; DeviceError and its own result are both well, anything else is not, nor is hanging."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except DeviceError as error:
        return error


async def read_a_while(made):
    """Read of a device that speaks, for a moment."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            for _ in range(20):
                await made.next_reading()


def test_every_driver_has_a_simulator():
    """The catalogue of simulators and the list of drivers name the same, but for what is no line of bytes."""
    assert set(catalogue.SIMULATORS) == {one.driver for one in LINED}


@each
def test_every_choice_of_every_option_makes_a_device(supported):
    """Each allowed value of each option makes a device of the driver's kind."""
    for option in supported.options:
        for value in option.choices or (option.low, option.high):
            made = registry.make(supported.driver, memory_line(Babbler()), {option.name: value})
            assert isinstance(made, Device)
            assert made.kind is supported.kind


@each
async def test_it_opens_tells_its_health_and_closes(supported):
    """On its simulator a device opens, is well, and closes as often as it is told to."""
    made = device(supported, catalogue.machine(supported.driver))
    for _ in range(2):
        await made.open()
        async with asyncio.timeout(10):
            assert isinstance(await made.check_health(), Health)
        await made.close()
        await made.close()


@each
async def test_a_line_that_is_not_there_is_offline(supported):
    """A device that is unplugged cannot be opened, and says so as something to be tried again."""
    made = device(supported, catalogue.machine(supported.driver), LineFaults(unplugged=True))
    with pytest.raises(RetryError) as refusal:
        await made.open()
    assert refusal.value.code is Code.OFFLINE
    await made.close()


@each
async def test_it_comes_back_after_it_was_unplugged(supported):
    """Pulled out in use a device raises errors to be tried again only; plugged in, closed and opened it is well."""
    faults = LineFaults()
    made = device(supported, catalogue.machine(supported.driver), faults)
    await made.open()
    faults.unplugged = True
    ended = await settled(made.check_health())
    assert isinstance(ended, Health | RetryError)
    if isinstance(made, Scanner | MSR | SmartCardRW | Scale):
        assert isinstance(await settled(made.next_reading()), RetryError)
    await made.close()
    faults.unplugged = False
    await made.open()
    assert isinstance(await settled(made.check_health()), Health)
    await made.close()


@each
async def test_babble_neither_crashes_nor_hangs_it(supported):
    """Whatever a line says, a device raises DeviceError or answers, in time, and closes."""
    made = device(supported, Babbler())
    await settled(made.open())
    assert isinstance(await settled(made.check_health()), Health | DeviceError)
    if isinstance(made, Scanner | MSR | SmartCardRW | Scale):
        await settled(read_a_while(made))
    await made.close()


PRINTERS = [one.driver for one in LINED if one.kind in {Kind.POS_PRINTER, Kind.LABEL_PRINTER}]
QUESTIONS = [one.driver for one in LINED if one.ask is not None]


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("driver", PRINTERS)
async def test_a_polite_question_prints_nothing_and_spoils_nothing(driver, asked):
    """Asked as anything a printer answers its own driver only, prints nothing, and prints well after that."""
    machine = catalogue.machine(driver)
    assert await answers(memory_line(machine), registry.by_name(asked).ask) is (driver == asked)
    made = registry.make(driver, memory_line(machine), {})
    if isinstance(made, POSPrinter):
        assert (machine.receipts, machine.drawer_pulses, machine.line_buffer) == ([], 0, "")
        await made.open()
        await made.print_paper(Paper((Text((Span("珍珠奶茶"),)), Cut())))
        assert ([one.text for one in machine.receipts], machine.unknown) == (["珍珠奶茶"], {})
    else:
        assert machine.roll.printed == 0
        await made.open()
        await made.print_label(Label(400, 300, (LabelText(20, 20, 40, "珍珠奶茶"),)))
        assert (machine.roll.printed, machine.strange) == (1, 0)
    await made.close()
