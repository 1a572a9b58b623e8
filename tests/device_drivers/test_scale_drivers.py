"""What holds for every counter scale, over memory and over a pty; the drivers are made as the registry makes them."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from device_drivers import limits, registry
from device_drivers.errors import AskPersonError, Code, RetryError, StopError
from device_drivers.interfaces.device import Health, Weight
from device_drivers.simulators import scales
from device_drivers.simulators.serving import LineFaults, memory_line, serve_pty
from device_drivers.transports.opening import transport

SCALES = {
    "toledo_8217": scales.Toledo8217Scale,
    "cas": scales.CasScale,
    "cas_lines": scales.CasLineScale,
    "aclas_os2": scales.AclasScale,
    "dahua_acs": scales.DahuaScale,
    "toledo_continuous": scales.ToledoContinuousScale,
}
TARING = ("toledo_8217", "aclas_os2", "toledo_continuous")
TELLS_OVERLOAD = [name for name in SCALES if name != "dahua_acs"]
TELLS_MOTION = TELLS_OVERLOAD
EACH = pytest.mark.parametrize("name", SCALES)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch):
    """A second of a real scale passes in a few milliseconds."""
    monkeypatch.setattr(limits, "LOOK_S", 0.005)
    for machine in SCALES.values():
        if machine.beat_s:
            monkeypatch.setattr(machine, "beat_s", 0.003)


@asynccontextmanager
async def opened(name, machine=None, faults=None):
    """A scale of this kind on a memory line: driver, machine, the line's far side."""
    machine = machine or SCALES[name]()
    line = memory_line(machine, faults)
    scale = registry.make(name, line, {})
    await scale.open()
    try:
        yield scale, machine, line.line
    finally:
        await scale.close()


async def until(scale, wanted):
    """Read until it shows this."""
    async with asyncio.timeout(5):
        while (shown := await scale.next_reading()) != wanted:
            pass
    return shown


@EACH
async def test_a_weight_at_rest_is_read(name):
    """What lies still on the scale is read in grams, as often as asked."""
    async with opened(name) as (scale, machine, _):
        machine.load = 1234
        assert await scale.read_weight() == Weight(1234, stable=True)
        machine.load = 14_995
        assert await scale.read_weight() == Weight(14_995, stable=True)
        machine.load = 0
        assert await scale.read_weight() == Weight(0, stable=True)
        assert await scale.check_health() == Health()


@EACH
async def test_a_weight_is_read_over_a_pty(name):
    """The same bytes over what the system takes for a serial port."""
    async with serve_pty(SCALES[name](load=760)) as line:
        scale = registry.make(name, transport(line.address, registry.by_name(name).serial), {})
        await scale.open()
        assert await scale.read_weight() == Weight(760, stable=True)
        await scale.close()


@pytest.mark.parametrize("name", TELLS_MOTION)
async def test_a_moving_weight_is_not_read(name, monkeypatch):
    """While the weight moves there is none to sell; when it lies still there is."""
    monkeypatch.setattr(limits, "SETTLE_S", 0.1)
    async with opened(name) as (scale, machine, _):
        machine.load, machine.moving = 500, True
        with pytest.raises(RetryError) as caught:
            await scale.read_weight()
        assert caught.value.code is Code.WEIGHT_UNSTABLE
        machine.moving = False
        monkeypatch.setattr(limits, "SETTLE_S", 5.0)
        assert await scale.read_weight() == Weight(500, stable=True)


async def test_a_scale_that_tells_no_motion_must_show_the_same_several_times(monkeypatch):
    """A 大华 ACS never says "moving": a weight that changes with each frame is not read."""
    monkeypatch.setattr(limits, "SETTLE_S", 0.1)

    class Swinging(scales.DahuaScale):
        def beat(self):
            self.load = 505 if self.load == 500 else 500
            return super().beat()

    async with opened("dahua_acs", Swinging()) as (scale, _, _):
        with pytest.raises(RetryError) as caught:
            await scale.read_weight()
        assert caught.value.code is Code.WEIGHT_UNSTABLE


@pytest.mark.parametrize("name", TELLS_OVERLOAD)
async def test_an_overload_is_a_persons_business(name):
    """Too much on the scale: it says so, shows no weight, and is well again without it."""
    async with opened(name) as (scale, machine, _):
        machine.load = 15_001
        with pytest.raises(AskPersonError) as caught:
            await scale.read_weight()
        assert caught.value.code is Code.OVERWEIGHT
        assert await scale.check_health() == Health(trouble=Code.OVERWEIGHT)
        assert await scale.next_reading() == Weight(0, stable=False)
        machine.load = 200
        assert await scale.read_weight() == Weight(200, stable=True)


@EACH
async def test_nobody_sells_less_than_nothing(name):
    """A weight below zero is shown but not sold."""
    async with opened(name) as (scale, machine, _):
        machine.zero = 300
        with pytest.raises(AskPersonError) as caught:
            await scale.read_weight()
        assert caught.value.code is Code.UNDER_ZERO
        if name != "toledo_8217":  # it sends no weights below zero
            assert (await scale.next_reading()).grams == -300


@EACH
async def test_the_live_display_shows_changes_only(name):
    """A reading comes when the weight changes or settles, and none while it stays."""
    async with opened(name) as (scale, machine, line):
        machine.load = 100
        await until(scale, Weight(100, stable=True))
        waiting = asyncio.ensure_future(scale.next_reading())
        answered = line.answered
        await line.wait_for(lambda _: line.answered > answered + 300)
        assert not waiting.done()
        machine.load = 250
        if not (shown := await waiting).stable:
            shown = await scale.next_reading()
        assert shown == Weight(250, stable=True)


async def test_the_live_display_shows_motion_first():
    """Goods that are put on show as unstable before they show as stable."""
    async with opened("cas_lines") as (scale, machine, _):
        await until(scale, Weight(0, stable=True))
        machine.load, machine.moving = 300, True
        assert await scale.next_reading() == Weight(300, stable=False)
        machine.moving = False
        assert await scale.next_reading() == Weight(300, stable=True)


@EACH
async def test_a_reader_that_gave_up_loses_nothing(name):
    """Cancelling a wait for a change leaves the scale usable."""
    async with opened(name) as (scale, machine, _):
        machine.load = 100
        await until(scale, Weight(100, stable=True))
        waiting = asyncio.ensure_future(scale.next_reading())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        machine.load = 900
        assert await scale.read_weight() == Weight(900, stable=True)


@pytest.mark.parametrize("name", TARING)
async def test_a_tare_is_taken_off_and_goes(name):
    """A bowl is tared, its goods weigh net, and pressing tare on the empty scale takes the tare away."""
    async with opened(name) as (scale, machine, _):
        machine.load = 150
        await scale.tare()
        assert machine.tared == 150
        assert await scale.read_weight() == Weight(0, stable=True, tare=150)
        machine.load = 650
        assert await scale.read_weight() == Weight(500, stable=True, tare=150)
        machine.load = 0
        await scale.tare()
        assert machine.tared == 0
        machine.load = 650
        assert await scale.read_weight() == Weight(650, stable=True)


@pytest.mark.parametrize("name", TARING)
async def test_what_is_tared_already_is_not_tared_again(name):
    """Taring a tared bowl changes nothing: the tare is not taken away under the cashier's hands."""
    async with opened(name) as (scale, machine, _):
        machine.load = 150
        await scale.tare()
        await scale.tare()
        assert await scale.read_weight() == Weight(0, stable=True, tare=150)


@pytest.mark.parametrize("name", TARING)
async def test_a_tare_that_was_cleared_at_the_scale_is_not_shown(name):
    """When somebody presses the scale's own key, the tare is gone here too."""
    async with opened(name) as (scale, machine, _):
        machine.load = 150
        await scale.tare()
        machine.press("clear")
        assert await scale.read_weight() == Weight(150, stable=True)


@pytest.mark.parametrize("name", TARING)
async def test_zero(name, monkeypatch):
    """A little dust is taken as zero; goods are not, and a person is told so."""
    monkeypatch.setattr(limits, "SETTLE_S", 0.5)
    async with opened(name) as (scale, machine, _):
        machine.load = 6
        await scale.zero_scale()
        assert machine.zero == 6
        machine.load = 2000
        with pytest.raises(AskPersonError) as caught:
            await scale.zero_scale()
        assert caught.value.code is Code.NOT_ZEROED


@pytest.mark.parametrize("name", [name for name in SCALES if name not in TARING])
async def test_what_the_protocol_cannot_is_not_supported(name):
    """A protocol without these keys says so at once."""
    async with opened(name) as (scale, _, line):
        received = line.received
        for act in (scale.tare, scale.zero_scale):
            with pytest.raises(StopError) as caught:
                await act()
            assert caught.value.code is Code.NOT_SUPPORTED
        assert line.received == received


async def test_an_8217_without_tare_says_so(monkeypatch):
    """A scale that is silent to the tare key has none enabled."""
    monkeypatch.setattr(limits, "ASK_S", 0.05)
    async with opened("toledo_8217") as (scale, machine, _):
        machine.load, machine.tare_enabled = 150, False
        with pytest.raises(StopError) as caught:
            await scale.tare()
        assert caught.value.code is Code.NOT_SUPPORTED


async def test_a_cas_that_is_not_ready_is_asked_again(monkeypatch):
    """NAK to ENQ means not yet: asked until the weight's time is over."""
    monkeypatch.setattr(limits, "SETTLE_S", 0.1)
    async with opened("cas") as (scale, machine, _):
        machine.ready = False
        with pytest.raises(RetryError) as caught:
            await scale.read_weight()
        assert caught.value.code is Code.WEIGHT_UNSTABLE
        machine.ready = True
        assert (await scale.read_weight()).stable


@EACH
async def test_a_silent_scale_is_told_apart_from_a_moving_one(name, monkeypatch):
    """No answer at all is a timeout, for the weight and for the health."""
    monkeypatch.setattr(limits, "ASK_S", 0.03)
    async with opened(name, faults=LineFaults(deaf=True)) as (scale, _, _):
        for act in (scale.read_weight, scale.check_health):
            with pytest.raises(RetryError) as caught:
                await act()
            assert caught.value.code is Code.TIMEOUT


@EACH
async def test_half_an_answer_and_garbage_are_no_failure(name, monkeypatch):
    """A damaged answer costs another look, nothing else."""
    monkeypatch.setattr(limits, "ASK_S", 0.3)
    faults = LineFaults()
    async with opened(name, faults=faults) as (scale, machine, _):
        machine.load = 321
        faults.cut_answer_after = 5
        faults.garbage = b"\x02\x01\x00ST,\xff\r\n12"
        assert await scale.read_weight() == Weight(321, stable=True)


@EACH
async def test_an_unplugged_scale_says_so_and_comes_back(name):
    """Unplugging ends a waiting reader at once; after plugging in and opening again it weighs on."""
    faults = LineFaults()
    async with opened(name, faults=faults) as (scale, machine, _):
        machine.load = 100
        await until(scale, Weight(100, stable=True))
        waiting = asyncio.ensure_future(scale.next_reading())
        await asyncio.sleep(0)
        faults.unplugged = True
        with pytest.raises(RetryError) as caught:
            await waiting
        assert caught.value.code is Code.UNPLUGGED
        for act in (scale.read_weight, scale.check_health):
            with pytest.raises(RetryError):
                await act()
        with pytest.raises(RetryError) as caught:
            await scale.open()
        assert caught.value.code is Code.OFFLINE
        faults.unplugged = False
        await scale.open()
        assert await scale.read_weight() == Weight(100, stable=True)


@EACH
async def test_a_scale_that_is_not_open_is_offline(name):
    """Before opening and after closing every call says offline; closing twice is well."""
    scale = registry.make(name, memory_line(SCALES[name]()), {})
    await scale.close()
    with pytest.raises(RetryError) as caught:
        await scale.read_weight()
    assert caught.value.code is Code.OFFLINE
    await scale.open()
    await scale.close()
    await scale.close()
    with pytest.raises(RetryError) as caught:
        await scale.next_reading()
    assert caught.value.code is Code.OFFLINE


async def test_a_flood_leaves_the_newest():
    """Megabytes that nobody reads leave a bounded number of readings, the newest among them, and block nobody."""
    async with opened("cas_lines") as (scale, machine, line):
        await until(scale, Weight(0, stable=True))
        machine.beat_s = 0
        frame = scales.CasLineScale(load=111).beat()
        for _ in range(40):
            line.say(frame * 2400)
            answered = line.answered
            await line.wait_for(lambda _, before=answered: line.answered >= before + 22 * 2400)
        assert line.answered > 2_000_000
        assert len(scale._intake._readings) == limits.QUEUE
        line.say(scales.CasLineScale(load=222).beat() * 3)
        await until(scale, Weight(222, stable=True))
