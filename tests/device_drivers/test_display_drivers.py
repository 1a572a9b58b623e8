"""Drivers of displays and of the serial drawer at simulated machines: what is seen, and how a lost line is told."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import registry
from device_drivers.drivers.serial_drawer import TRIGGERS
from device_drivers.errors import Code, RetryError, StopError
from device_drivers.interfaces.device import Health, Kind
from device_drivers.interfaces.line_display import Lamp
from device_drivers.simulators.line_displays import Cd5220Display, EpsonDisplay, Led8Display
from device_drivers.simulators.memory_serving import memory_line
from device_drivers.simulators.serial_drawer import TriggerBox

ROW_DISPLAYS = [("cd5220", Cd5220Display), ("epson_display", EpsonDisplay)]


@pytest.mark.parametrize(("driver", "kind"), ROW_DISPLAYS)
async def test_rows_are_shown(driver, kind):
    """What is displayed replaces what stood there; cleared, the display is empty."""
    machine = kind(chinese=True)
    line = memory_line(machine)
    display = registry.make(driver, line, {"charset": "gb18030"})
    assert (display.columns, display.rows, display.chinese, display.digits) == (20, 2, True, False)
    await display.open()
    await display.display_text(["珍珠奶茶 ×2   30.00", "合计           30.00"], Lamp.TOTAL)
    await line.line.wait_for(lambda seen: seen.rows[1].startswith("合计"))
    assert machine.rows == ("珍珠奶茶 ×2   30.00", "合计           30.00")
    await display.display_text(["WELCOME"])
    await line.line.wait_for(lambda seen: seen.rows == ("WELCOME".ljust(20), " " * 20))
    await display.clear_text()
    await line.line.wait_for(lambda seen: seen.rows == (" " * 20, " " * 20))
    assert machine.strange == 0
    await display.close()


@pytest.mark.parametrize(("driver", "kind"), ROW_DISPLAYS)
async def test_health_brings_the_rows_back(driver, kind):
    """A display that lost its power for a moment shows the same again after the next look at its health."""
    machine = kind()
    line = memory_line(machine)
    display = registry.make(driver, line, {})
    await display.open()
    assert await display.check_health() == Health()
    await display.display_text(["TOTAL 12.50"])
    await line.line.wait_for(lambda seen: seen.rows[0].startswith("TOTAL"))
    machine.clear()
    assert await display.check_health() == Health()
    await line.line.wait_for(lambda seen: seen.rows[0].startswith("TOTAL"))
    await display.close()


async def test_digits_and_lamp():
    """An eight-digit display shows the amount alone, under its lamp."""
    machine = Led8Display()
    line = memory_line(machine)
    display = registry.make("led8_display", line, {})
    assert (display.columns, display.rows, display.digits) == (8, 1, True)
    assert registry.by_name("led8_display").serial.baud == 2400
    await display.open()
    await display.display_text(["合计 1234.50"], Lamp.TOTAL)
    await line.line.wait_for(lambda seen: seen.lamp == "合计")
    assert machine.shown == "1234.50"
    await display.clear_text()
    await line.line.wait_for(lambda seen: seen.lamp == "" and seen.shown == "")
    assert await display.check_health() == Health()
    await display.close()


@pytest.mark.parametrize("trigger", TRIGGERS)
async def test_the_drawer_opens_by_its_trigger_alone(trigger):
    """Opening the line, looking at the health and closing it open no drawer; the trigger opens it, once each time."""
    machine = TriggerBox(bytes.fromhex(trigger))
    line = memory_line(machine)
    drawer = registry.make("serial_drawer", line, {"trigger": trigger})
    await drawer.open()
    assert await drawer.check_health() == Health()
    assert await drawer.drawer_opened() is None
    assert line.line.received == 0
    await drawer.open_drawer()
    await drawer.open_drawer()
    await line.line.wait_for(lambda box: box.opened == 2)
    assert machine.strange == 0
    await drawer.close()
    await drawer.close()


async def test_an_any_byte_box_opens_once_for_a_byte():
    """A box that opens at any byte is given a single one."""
    line = memory_line(TriggerBox(any_byte=True))
    drawer = registry.make("serial_drawer", line, {"trigger": "00"})
    await drawer.open()
    await drawer.open_drawer()
    await line.line.wait_for(lambda box: box.opened == 1)
    await drawer.close()


@pytest.mark.parametrize(
    ("driver", "machine"),
    [("cd5220", Cd5220Display()), ("led8_display", Led8Display()), ("serial_drawer", TriggerBox())],
)
async def test_a_lost_line_is_told_and_found_again(driver, machine):
    """Pulled out, the device says so at the next call; plugged in and opened again it works."""
    line = memory_line(machine)
    device = registry.make(driver, line, {})
    with pytest.raises(RetryError) as early:
        await device.check_health()
    assert early.value.code is Code.OFFLINE
    await device.open()
    line.line.faults.unplugged = True
    with pytest.raises(RetryError) as lost:
        while True:
            await asyncio.sleep(0)
            await device.check_health()
    assert lost.value.code is Code.UNPLUGGED
    with pytest.raises(RetryError) as off:
        await device.open()
    assert off.value.code is Code.OFFLINE
    line.line.faults.unplugged = False
    await device.open()
    assert await device.check_health() == Health()
    await device.close()


@pytest.mark.parametrize(
    ("driver", "options"),
    [("cd5220", {"charset": "big5"}), ("cd5220", {"columns": 400}), ("serial_drawer", {"trigger": "1b40"})],
)
def test_options_are_of_the_list(driver, options):
    """A display or drawer takes no option that its list does not have: above all no free bytes."""
    with pytest.raises(StopError) as refusal:
        registry.make(driver, memory_line(TriggerBox()), options)
    assert refusal.value.code is Code.BAD_OPTION


def test_kinds_of_the_list():
    """Displays and the drawer stand in the registry under their kinds."""
    kinds = {one.driver: one.kind for one in registry.SUPPORTED}
    assert kinds["cd5220"] is kinds["epson_display"] is kinds["led8_display"] is Kind.LINE_DISPLAY
    assert kinds["serial_drawer"] is Kind.CASH_DRAWER


@pytest.mark.parametrize("any_byte", [False, True])
@given(st.lists(st.binary(max_size=40), max_size=5), st.integers(0, 5))
def test_random_bytes_break_no_drawer(any_byte, pieces, triggers):
    """A trigger box counts the same however its line was cut, and finds its trigger after anything."""
    data = b"".join(pieces) + bytes.fromhex(TRIGGERS[0]) * triggers
    whole, cut = TriggerBox(any_byte=any_byte), TriggerBox(any_byte=any_byte)
    whole.receive(data)
    for byte in data:
        cut.receive(bytes((byte,)))
    assert (whole.opened, whole.strange) == (cut.opened, cut.strange)
    assert whole.opened >= triggers
