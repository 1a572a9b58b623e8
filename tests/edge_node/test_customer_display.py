"""Pole displays: the newest state wins, one that hangs holds up nobody, and rows fit whatever display there is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import registry
from device_drivers.drivers.line_displays import LedDisplay, RowDisplay
from device_drivers.errors import Code, RetryError
from device_drivers.interfaces.line_display import Lamp
from device_drivers.paper import cells
from device_drivers.protocols.line_display import CD5220, Charset, amount
from device_drivers.simulators.line_displays import Cd5220Display, Led8Display
from device_drivers.simulators.memory_serving import memory_line
from edge_node.devices import limits
from edge_node.devices.customer_display import CustomerDisplays
from edge_node.devices.customer_rows import Shape, rows_of
from edge_node.devices.customer_view import CustomerLine, CustomerView
from edge_node.devices.ports import Role

ASCII = Shape(20, 2, chinese=False, digits=False)
CHINESE = Shape(20, 2, chinese=True, digits=False)
LED = Shape(8, 1, chinese=False, digits=True)


def view(state: str = "basket", **more: Any) -> CustomerView:
    """A view of till t1: two milk teas unless said otherwise."""
    line = CustomerLine("珍珠奶茶", 2000, 1500, 3000, 3000)
    given = {"language": "zh-CN", "shop": "好味道茶饮", "text": "", "lines": [line], "total": 3000, **more}
    return CustomerView(state, "t1", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "shape", "lines", "lamp"),
    [
        (view(), ASCII, ("2 x 15.00      30.00", "TOTAL          30.00"), Lamp.TOTAL),
        (view(), CHINESE, ("珍珠奶茶    x2 30.00", "合计           30.00"), Lamp.TOTAL),
        (view(language="zh-TW"), CHINESE, ("珍珠奶茶    x2 30.00", "合計           30.00"), Lamp.TOTAL),
        (view(language="en"), CHINESE, ("珍珠奶茶    x2 30.00", "TOTAL          30.00"), Lamp.TOTAL),
        (view("paid", given=5000, change=2000), ASCII, ("PAID           50.00", "CHANGE         20.00"), Lamp.CHANGE),
        (view("paid", given=3000), CHINESE, ("收款           30.00", "      谢谢惠顾"), Lamp.PAID),
        (view("idle"), ASCII, ("      WELCOME", ""), Lamp.NONE),
        (view("idle"), CHINESE, ("     好味道茶饮", "      欢迎光临"), Lamp.NONE),
        (view("idle", text="新品\n半价"), CHINESE, ("     好味道茶饮", "        新品"), Lamp.NONE),
        (view("idle", shop="Tea House"), ASCII, ("     Tea House", "      WELCOME"), Lamp.NONE),
        (view("idle"), LED, (), Lamp.NONE),
    ],
)
def test_rows(seen, shape, lines, lamp):
    """Each state has its rows: in the chain's language where the display has the font, else in ASCII."""
    made = rows_of(seen, shape)
    assert (made.lines, made.lamp) == (lines, lamp)


@pytest.mark.parametrize(
    ("seen", "shown", "lamp"),
    [
        (view(), "30.00", Lamp.TOTAL),
        (view("paid", given=5000, change=2000), "20.00", Lamp.CHANGE),
        (view("paid", given=3000), "30.00", Lamp.PAID),
    ],
)
def test_digits_show_the_amount_that_matters(seen, shown, lamp):
    """Eight digits show the total, the change, or what was paid, under the right lamp."""
    made = rows_of(seen, LED)
    assert (amount(made.lines), made.lamp) == (shown, lamp)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Milk tea 奶茶", "Milk tea"),
        ("可口可乐330ml", "1 x 15.00"),
        ("Haagen-Dazs vanilla ice cream", "Haagen-Dazs va"),
        ("123", "123"),
    ],
)
def test_names_on_displays_without_chinese(name, left):
    """Of a name that is mostly ASCII that part is shown; of another one the quantity and unit price."""
    line = CustomerLine(name, 1000, 1500, 1500, 1500)
    assert rows_of(view(lines=[line], total=1500), ASCII).lines[0].startswith(left)


TEXT = st.text(st.one_of(st.characters(), st.sampled_from("珍珠奶茶 Milk¥\n\x1b")), max_size=40)
MONEY = st.integers(-(10**11), 10**11)


@given(
    st.sampled_from(["idle", "basket", "paid"]),
    *(TEXT, TEXT, TEXT, MONEY, MONEY),
    st.integers(1, 10**9),
    st.builds(Shape, st.sampled_from([8, 16, 20]), st.sampled_from([1, 2]), st.booleans(), st.booleans()),
)
def test_rows_always_fit(state, name, shop, text, total, change, milli_qty, shape):
    """Whatever names and amounts there are, there are at most so many rows, and a plain amount is never cut."""
    line = CustomerLine(name, milli_qty, 1, total, total)
    seen = view(state, lines=[line], shop=shop, text=text, total=total, change=change, given=total)
    made = rows_of(seen, shape)
    assert len(made.lines) <= (2 if shape.digits else shape.rows)
    if abs(total) < 10**6 and shape.columns == 20:
        assert all(cells.width(row) <= 20 for row in made.lines)


class Displays:
    """The manager as the displays see it: devices by till; ``gate`` holds every use up while it is set."""

    def __init__(self, **devices: Any) -> None:
        self.devices = {till.encode(): device for till, device in devices.items()}
        self.calls: list[tuple[bytes, float]] = []
        self.stuck: set[bytes] = set()
        self.let = asyncio.Event()

    def of_role(self, role: Role, till: str) -> tuple[bytes, ...]:
        """The till's one display."""
        assert role is Role.DISPLAY
        return (till.encode(),) if till.encode() in self.devices else ()

    async def use(self, device: bytes, act: Callable[[Any], Awaitable[Any]], seconds: float) -> Any:
        """Run it, or hang."""
        self.calls.append((device, seconds))
        if device in self.stuck:
            await self.let.wait()
            raise RetryError(Code.TIMEOUT)
        return await act(self.devices[device])


class Shown:
    """The views, as they are now; ``reads``: how often one was read."""

    def __init__(self) -> None:
        self.now: dict[str, CustomerView] = {}
        self.reads = 0
        self.asked = asyncio.Event()

    async def read(self, till: str) -> CustomerView:
        """Read a till's."""
        self.reads += 1
        self.asked.set()
        if till not in self.now:
            raise ValueError(till)
        return self.now[till]

    async def tills(self) -> list[str]:
        """List the tills at work."""
        if "broken" in self.now:
            raise ValueError(self.now)
        return list(self.now)


@pytest.fixture
async def t1():
    """A Chinese display of till t1: its line and its driver."""
    line = memory_line(Cd5220Display(chinese=True))
    display = RowDisplay(line, CD5220, charset=Charset.GB18030)
    await display.open()
    yield line.line, display
    await display.close()


async def started(devices: Displays, shown: Shown) -> tuple[CustomerDisplays, "asyncio.Task[None]"]:
    """The displays, running."""
    displays = CustomerDisplays(devices, shown.read, shown.tills)
    return displays, asyncio.create_task(displays.run())


async def ended(task: "asyncio.Task[None]") -> None:
    """Stop them."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_sale_on_the_pole(t1):
    """A display follows its till from the first line to the thanks, and goes idle by itself when that is over."""
    line, display = t1
    shown = Shown()
    displays, task = await started(Displays(t1=display), shown)
    for seen, row in ((view(), "合计"), (view("paid", given=5000, change=2000, ends_in_ms=50), "找零")):
        shown.now["t1"] = seen
        displays.heard("customer", {"till": "t1"})
        await line.wait_for(lambda machine, row=row: machine.rows[1].startswith(row))
    shown.now["t1"] = view("idle")
    await line.wait_for(lambda machine: "欢迎光临" in machine.rows[1])
    assert line.machine.strange == 0
    await ended(task)


async def test_a_restart_fills_the_poles(t1):
    """When the node starts, the displays of tills with an open shift show what their tills are at, unasked."""
    line, display = t1
    shown = Shown()
    shown.now["t1"] = view()
    _, task = await started(Displays(t1=display), shown)
    await line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    await ended(task)
    shown.now["broken"] = view("idle")
    displays, task = await started(Displays(t1=display), shown)
    line.machine.clear()
    displays.heard("customer", {"till": "t1"})
    await line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    await ended(task)


async def test_the_newest_state_wins(t1):
    """A thousand notices while a display is busy make it show the last state, and few others."""
    line, display = t1
    shown, devices = Shown(), Displays(t1=display)
    displays, task = await started(devices, shown)
    for total in range(1, 1001):
        shown.now["t1"] = view(total=total * 100)
        displays.heard("customer", {"till": "t1"})
        if total % 100 == 0:
            await asyncio.sleep(0)
    await line.wait_for(lambda machine: machine.rows[1].endswith(" 1000.00"))
    assert shown.reads < 50
    await ended(task)


async def test_a_display_that_hangs_holds_up_nobody(t1):
    """While one till's display hangs the others follow, its own notices cost nothing, and each call has a deadline."""
    line, display = t1
    other = memory_line(Cd5220Display(chinese=True))
    hanging = RowDisplay(other, CD5220, charset=Charset.GB18030)
    await hanging.open()
    shown, devices = Shown(), Displays(t1=display, t2=hanging)
    devices.stuck.add(b"t2")
    displays, task = await started(devices, shown)
    shown.now = {"t1": view(), "t2": view()}
    for _ in range(100):
        displays.heard("customer", {"till": "t2"})
        await asyncio.sleep(0)
    displays.heard("customer", {"till": "t1"})
    await line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    assert devices.calls.count((b"t2", limits.DISPLAY_S)) == 1
    devices.stuck.clear()
    devices.let.set()
    await other.line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    assert devices.calls.count((b"t2", limits.DISPLAY_S)) == 2
    await ended(task)
    await hanging.close()


async def test_a_display_that_comes_back_is_filled(t1):
    """When a device is told to have changed, the displays show again what their tills are at."""
    line, display = t1
    shown = Shown()
    displays, task = await started(Displays(t1=display), shown)
    shown.now["t1"] = view()
    displays.heard("customer", {"till": "t1"})
    await line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    line.machine.clear()
    displays.heard("device", {"device": "00", "state": "works"})
    await line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    await ended(task)


async def test_what_cannot_be_read_or_understood_is_passed_over(t1):
    """A view that fails, odd notices and endless names of tills end nothing and fill nothing."""
    line, display = t1
    shown = Shown()
    displays, task = await started(Displays(t1=display), shown)
    for data in ({}, {"till": 1}, {"till": ""}):
        displays.heard("customer", data)
    displays.heard("reading", {"till": "t1"})
    displays.heard("customer", {"till": "t1"})
    await asyncio.wait_for(shown.asked.wait(), 5)
    for number in range(1000):
        displays.heard("customer", {"till": f"x{number}"})
    assert len(displays._known) == limits.DISPLAY_TILLS
    shown.now["t1"] = view()
    displays.heard("customer", {"till": "t1"})
    await line.wait_for(lambda machine: machine.rows[1].startswith("合计"))
    await ended(task)


async def test_digits_and_other_devices():
    """An eight-digit display goes dark when idle; a device that is no display is left alone."""
    line = memory_line(Led8Display())
    display = LedDisplay(line)
    await display.open()
    shown = Shown()
    drawer = registry.make("serial_drawer", memory_line(Led8Display()), {})
    displays, task = await started(Displays(t1=display, t2=drawer), shown)
    shown.now = {"t1": view(), "t2": view()}
    displays.heard("customer", {"till": "t2"})
    displays.heard("customer", {"till": "t1"})
    await line.line.wait_for(lambda machine: (machine.shown, machine.lamp) == ("30.00", "合计"))
    shown.now["t1"] = view("idle")
    displays.heard("reference", {})
    await line.line.wait_for(lambda machine: (machine.shown, machine.lamp) == ("", ""))
    await ended(task)
    await display.close()
