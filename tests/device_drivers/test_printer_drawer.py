"""The drawer on a printer's port, to its users a device of its own."""

import pytest
from escpos_samples import SMALL

from device_drivers.drivers.escpos_printer import EscposPrinter
from device_drivers.drivers.printer_drawer import PrinterDrawer
from device_drivers.errors import AskPersonError, Code
from device_drivers.interfaces.cash_drawer import CashDrawer
from device_drivers.interfaces.device import Health
from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.serving import memory_line


async def drawer_of(machine):
    """The drawer and its printer, which is open."""
    printer = EscposPrinter(memory_line(machine), columns=32)
    await printer.open()
    return PrinterDrawer(printer), printer


async def test_it_opens_once_for_each_pulse():
    """A pulse opens it, and it says how it stands; the printer prints on after it."""
    machine = PosPrinter(32)
    drawer, printer = await drawer_of(machine)
    assert isinstance(drawer, CashDrawer)
    assert await drawer.drawer_opened() is False
    await drawer.open_drawer()
    assert (machine.drawer_pulses, await drawer.drawer_opened()) == (1, True)
    await printer.print_paper(SMALL)
    assert (machine.drawer_pulses, machine.cuts) == (1, 1)


async def test_its_health_is_the_printers():
    """Without paper the printer obeys nothing: the drawer says so, and no pulse waits for the paper."""
    machine = PosPrinter(32)
    drawer, _ = await drawer_of(machine)
    assert await drawer.check_health() == Health()
    machine.paper_out = True
    assert await drawer.check_health() == Health(Code.PAPER_OUT)
    with pytest.raises(AskPersonError) as caught:
        await drawer.open_drawer()
    assert (caught.value.code, caught.value.begun) == (Code.PAPER_OUT, False)
    machine.paper_out = False
    machine.beat()
    assert machine.drawer_pulses == 0


async def test_it_leaves_the_line_to_the_printer():
    """Opening and closing the drawer does nothing to the line that receipts use."""
    machine = PosPrinter(32)
    drawer, printer = await drawer_of(machine)
    await drawer.open()
    await drawer.close()
    await drawer.close()
    await printer.print_paper(SMALL)
    assert machine.cuts == 1
