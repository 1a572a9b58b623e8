"""The device manager: every driver's misbehaviour stays with its own device."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from unruly_devices import PATIENCE, Room, room_at, scan, unplugged, work

from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError, StopError
from device_drivers.interfaces.device import CardToken, Health, Weight
from edge_node.devices import limits
from edge_node.ledger import devices
from edge_node.ledger.device_roles import Role
from edge_node.ledger.devices import Duty, Setup


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that waits for people or cables waits for moments."""
    monkeypatch.setattr(limits, "BACK_OFF_S", (0.0, 0.01))
    monkeypatch.setattr(limits, "STOPPED_S", 0.05)
    monkeypatch.setattr(limits, "TROUBLE_S", 0.01)
    monkeypatch.setattr(limits, "GRACE_S", 0.05)
    monkeypatch.setattr(limits, "CLOSE_S", 0.05)
    monkeypatch.setattr(limits, "OPEN_S", 0.2)
    monkeypatch.setattr(limits, "CHECK_S", 0.2)
    monkeypatch.setattr(limits, "READING_GAP_S", 0.0)
    monkeypatch.setattr(limits, "READ_AGAIN_S", 0.01)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A manager without devices."""
    async with room_at(tmp_path / "edge.db") as made:
        yield made


async def code_of(awaitable) -> Code:
    """The code that a call was refused with."""
    with pytest.raises(DeviceError) as caught:
        await awaitable
    return caught.value.code


async def test_accepted_devices_are_opened_and_closed(room: Room):
    """A device is opened when it is accepted, closed when it is forgotten, and both are told."""
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    assert await room.manager.use(device, work, 1) == 1
    assert room.manager.in_trouble() == 0
    await room.database.write(devices.forget, device)
    room.manager.wake()
    await room.script("tcp://a:1").until(lambda: room.script("tcp://a:1").closed == 1)
    assert await code_of(room.manager.use(device, work, 1)) is Code.OFFLINE


async def test_a_moved_device_is_opened_where_it_is_now(room: Room):
    """Another address closes the line to the old one before the new one is opened; a new name closes nothing."""
    device = await room.accept("serial:/dev/ttyUSB0", "serial_drawer")
    await room.ready(device)
    old, new = room.script("serial:/dev/ttyUSB0"), room.script("serial:/dev/ttyUSB1")
    await room.database.write(devices.accept, device, Setup("钱箱", "serial_drawer", {}, ()))
    room.manager.wake()
    await room.manager.use(device, work, 1)
    assert (old.opened, old.closed) == (1, 0)
    await room.database.write(
        lambda conn: conn.execute("UPDATE devices SET address = 'serial:/dev/ttyUSB1' WHERE device = ?", (device,))
    )
    room.manager.wake()
    await new.until(lambda: new.opened == 1)
    assert (old.opened, old.closed) == (1, 1)
    await room.ready(device)
    await room.manager.use(device, work, 1)
    assert new.acts == 1


async def test_one_caller_at_a_time(room: Room):
    """Callers of one device take turns; the device never meets two."""
    device = await room.accept("tcp://a:1", "serial_scanner")
    await room.ready(device)
    results = await asyncio.gather(*(room.manager.use(device, work, PATIENCE) for _ in range(20)))
    assert sorted(results) == list(range(1, 21))
    assert room.script("tcp://a:1").most_busy == 1


async def test_a_hanging_act_ends_at_its_deadline(room: Room):
    """A call that does not end is cancelled, told as begun, and the device goes on."""
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script = room.script("tcp://a:1")
    script.hang.add("act")
    with pytest.raises(RetryError) as caught:
        await room.manager.use(device, work, 0.05)
    assert (caught.value.code, caught.value.begun) == (Code.TIMEOUT, True)
    script.hang.clear()
    assert await room.manager.use(device, work, 1) == 1


async def test_waiting_counts(room: Room):
    """Whoever waits for another caller waits no longer than said, and is told that nothing was begun."""
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script = room.script("tcp://a:1")
    script.hang.add("act")
    first = asyncio.create_task(room.manager.use(device, work, PATIENCE))
    await script.until(lambda: script.busy == 1)
    with pytest.raises(RetryError) as caught:
        await room.manager.use(device, work, 0.02)
    assert (caught.value.code, caught.value.begun) == (Code.TIMEOUT, False)
    script.release.set()
    assert await first == 1
    assert script.opened == 1


async def test_waiting_callers_are_bounded(room: Room, monkeypatch: pytest.MonkeyPatch):
    """Beyond the bound a caller is refused at once instead of kept."""
    monkeypatch.setattr(limits, "WAITING", 2)
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script = room.script("tcp://a:1")
    script.hang.add("act")
    first = asyncio.create_task(room.manager.use(device, work, PATIENCE))
    await script.until(lambda: script.busy == 1)
    others = [asyncio.create_task(room.manager.use(device, work, PATIENCE)) for _ in range(2)]
    await asyncio.sleep(0)
    assert await code_of(room.manager.use(device, work, PATIENCE)) is Code.BUSY
    script.release.set()
    assert sorted(await asyncio.gather(first, *others)) == [1, 2, 3]


DEAF = ["act", "check_health", "open", "close", "next_reading"]


@pytest.mark.parametrize("where", DEAF)
async def test_a_driver_that_cannot_be_cancelled_is_left_behind(room: Room, where: str):
    """A driver that swallows its cancellation loses its device for a while, not the node, and stops no shutdown."""
    bad, good = "tcp://bad:1", "tcp://good:1"
    script = room.script(bad)
    if where in {"open", "next_reading"}:
        script.deaf_to_cancel.add(where)
    device = await room.accept(bad, "serial_scanner")
    other = await room.accept(good, "serial_drawer")
    await room.ready(other)
    if where not in {"open"}:
        await room.ready(device)
    script.deaf_to_cancel.add(where)
    for _ in range(3):
        with pytest.raises(DeviceError):
            script.raises["act"] = unplugged()
            await room.manager.use(device, work, 0.05)
    for _ in range(5):
        await room.manager.use(other, work, 1)
    await room.until(lambda: not room.manager.state(device).works)
    script.deaf_to_cancel.clear()
    script.raises.clear()
    script.release.set()
    await room.ready(device)
    assert await room.manager.use(device, work, 1) == 1


async def test_nobody_joins_a_call_that_does_not_end(room: Room):
    """A device that a call still holds after it was cancelled is given to nobody; a fresh one is opened instead."""
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script = room.script("tcp://a:1")
    script.deaf_to_cancel.add("act")
    with pytest.raises(StopError) as caught:
        await room.manager.use(device, work, 0.02)
    assert (caught.value.code, caught.value.begun) == (Code.DRIVER_FAILED, True)
    assert not room.manager.state(device).ready
    await script.until(lambda: script.opened == 2)
    script.deaf_to_cancel.clear()
    script.release.set()
    await room.ready(device)


async def test_calls_left_behind_are_bounded(room: Room):
    """A device whose calls never end is not opened for ever anew: it waits until one of them ends."""
    script = room.script("tcp://a:1")
    script.deaf_to_cancel.add("open")
    device = await room.accept("tcp://a:1", "serial_drawer")
    await script.until(lambda: script.opened == limits.STUCK)
    clock = room.script("tcp://clock:1")
    clock.open_raises = RetryError(Code.OFFLINE)
    await room.accept("tcp://clock:1", "serial_drawer")
    await clock.until(lambda: clock.opened == 5 * limits.STUCK)
    assert script.opened == limits.STUCK
    assert room.manager.state(device).trouble == "driver_failed"
    script.release.set()
    await room.ready(device)


RAISED = [
    ValueError("王小明"),
    KeyError(1),
    TimeoutError(),
    SystemExit(3),
    KeyboardInterrupt(),
    asyncio.CancelledError(),
]


@pytest.mark.parametrize("raised", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["act", "check_health", "open", "close", "next_reading"])
async def test_whatever_a_driver_raises_is_contained(
    room: Room, raised: BaseException, where: str, caplog: pytest.LogCaptureFixture
):
    """Anything a driver raises, even what ends programs, is told as its failure; it is opened anew, others go on."""
    script = room.script("tcp://bad:1")
    if where in {"open", "check_health", "next_reading"}:
        script.raises[where] = raised
    device = await room.accept("tcp://bad:1", "serial_scanner")
    other = await room.accept("tcp://good:1", "serial_drawer")
    await room.ready(other)
    if where in {"act", "close"}:
        await room.ready(device)
        script.raises["act"] = raised if where == "act" else unplugged()
        script.raises["close"] = raised
        with pytest.raises(DeviceError) as caught:
            await room.manager.use(device, work, 1)
        if where == "act":
            assert (caught.value.code, caught.value.begun) == (Code.DRIVER_FAILED, True)
    await script.until(lambda: script.opened >= 3 or where in {"act", "close"})
    if where not in {"act", "close"}:
        assert any(state.trouble == "driver_failed" for one, state in room.states if one == device)
    assert await room.manager.use(other, work, 1) == 1
    assert all(state.works for one, state in room.states if one == other)
    script.raises.clear()
    await room.ready(device)
    assert await room.manager.use(device, work, 1) == 1
    assert "王小明" not in caplog.text


async def test_a_driver_that_cannot_be_made_is_told(room: Room):
    """A driver that is not there any more, or fails while it is made, is a device in trouble and no more."""
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    await room.database.write(devices.accept, device, Setup("钱箱", "gone", {}, ()))
    room.manager.wake()
    await room.until(lambda: room.manager.state(device).trouble == "driver_failed")


async def test_setup_errors_wait_for_another_setup(room: Room, monkeypatch: pytest.MonkeyPatch):
    """What is set up wrongly is not tried again soon, but at once when its setup changes."""
    monkeypatch.setattr(limits, "STOPPED_S", 1000.0)
    script = room.script("tcp://a:1")
    script.open_raises = StopError(Code.BAD_ADDRESS)
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.until(lambda: room.manager.state(device).trouble == "bad_address")
    assert await code_of(room.manager.use(device, work, 1)) is Code.OFFLINE
    script.open_raises = None
    await room.database.write(devices.accept, device, Setup("钱箱", "serial_drawer", {"a": 1}, ()))
    room.manager.wake()
    await room.ready(device)


async def test_replugged_device_is_back_by_itself(room: Room):
    """A line that ends is opened again with pauses between the tries, until it stands."""
    script = room.script("tcp://a:1")
    device = await room.accept("tcp://a:1", "serial_scanner")
    await room.ready(device)
    script.open_raises = RetryError(Code.OFFLINE)
    script.readings.put_nowait(unplugged())
    await script.until(lambda: script.opened >= 4)
    assert room.manager.state(device).trouble == "device_offline"
    assert room.manager.in_trouble() == 1
    script.open_raises = None
    await room.ready(device)
    assert script.closed == script.opened - 1


async def test_a_plug_pulled_out_is_not_opened(room: Room):
    """A device whose address is not known is not opened, and told as unplugged."""
    device = await room.accept("serial:/dev/ttyUSB0", "serial_drawer")
    await room.ready(device)
    await room.database.write(lambda conn: conn.execute("UPDATE devices SET address = ''"))
    room.manager.wake()
    await room.until(lambda: room.manager.state(device).trouble == "device_unplugged")
    assert room.script("serial:/dev/ttyUSB0").opened == 1


@pytest.mark.parametrize(("health", "trouble"), [(Health(Code.PAPER_OUT), "paper_out"), (None, ""), (Health(), "")])
async def test_health_is_told_when_it_changes(room: Room, health: Health | None, trouble: str):
    """Trouble is asked for until it ends, told once when it begins and once when it ends; the device stays open."""
    script = room.script("tcp://a:1")
    if trouble:
        script.health = health
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.until(lambda: room.manager.state(device).ready)
    assert room.manager.state(device).trouble == trouble
    asked = script.asked
    if trouble:
        await script.until(lambda: script.asked > asked + 2)
        assert await room.manager.use(device, work, 1) == 1
    script.health = Health(None, "paper_low" * 9)
    await room.manager.ask(device)
    assert room.manager.state(device).warning == ("paper_low" * 9)[: limits.WARNING]
    assert [state.trouble for one, state in room.states] == ([trouble, ""] if trouble else ["", ""])
    assert script.opened == 1


@pytest.mark.parametrize("health", [None, "fine", Health("broken"), Health(None, 7), Health(Code.PAPER_OUT, None)])  # type: ignore[arg-type]
async def test_health_without_sense_is_the_drivers_failure(room: Room, health: object):
    """A driver that answers nonsense has failed."""
    script = room.script("tcp://a:1")
    script.health = health
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.until(lambda: room.manager.state(device).trouble == "driver_failed")


async def test_trouble_met_at_work_is_looked_into(room: Room):
    """An act that meets an open cover makes the manager look, so that all screens know at once."""
    script = room.script("tcp://a:1")
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script.raises["act"] = AskPersonError(Code.COVER_OPEN)
    script.health = Health(Code.COVER_OPEN)
    assert await code_of(room.manager.use(device, work, 1)) is Code.COVER_OPEN
    await room.until(lambda: room.manager.state(device).trouble == "cover_open")
    script.health = Health()
    await room.ready(device)
    assert script.opened == 1


@pytest.mark.parametrize("raised", [RetryError(Code.TIMEOUT), RetryError(Code.GARBLED)])
async def test_a_mute_device_is_opened_anew(room: Room, raised: RetryError):
    """A device that does not say how it is is closed and opened again."""
    script = room.script("tcp://a:1")
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script.raises["check_health"] = raised
    assert await code_of(room.manager.ask(device)) is raised.code
    await room.until(lambda: room.manager.state(device).trouble == raised.code.value)
    del script.raises["check_health"]
    await room.ready(device)
    assert script.opened > 1


async def test_a_person_mends_what_the_look_says(room: Room):
    """Trouble told by an error counts as an answer: the device stays open."""
    script = room.script("tcp://a:1")
    script.raises["check_health"] = AskPersonError(Code.UNDER_ZERO)
    device = await room.accept("tcp://a:1", "cas")
    await room.until(lambda: room.manager.state(device).trouble == "under_zero")
    assert room.manager.state(device).ready
    del script.raises["check_health"]
    await room.ready(device)
    assert script.opened == 1


async def test_an_unstable_weight_is_no_trouble(room: Room):
    """What passes by itself is told to the caller alone."""
    script = room.script("tcp://a:1")
    device = await room.accept("tcp://a:1", "cas")
    await room.ready(device)
    asked = script.asked
    script.raises["act"] = RetryError(Code.WEIGHT_UNSTABLE)
    assert await code_of(room.manager.use(device, work, 1)) is Code.WEIGHT_UNSTABLE
    script.raises["act"] = StopError(Code.NOT_SUPPORTED)
    assert await code_of(room.manager.use(device, work, 1)) is Code.NOT_SUPPORTED
    del script.raises["act"]
    await room.manager.use(device, work, 1)
    assert (script.asked, script.opened) == (asked, 1)


async def test_a_cancelled_caller_leaves_a_clean_line(room: Room):
    """Whoever is cancelled in the midst of an act leaves a device that is opened anew before the next."""
    script = room.script("tcp://a:1")
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    script.hang.add("act")
    caller = asyncio.create_task(room.manager.use(device, work, PATIENCE))
    await script.until(lambda: script.busy == 1)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert script.busy == 0
    await script.until(lambda: script.opened == 2)
    script.hang.clear()
    await room.ready(device)
    assert await room.manager.use(device, work, 1) == 1


async def test_readings_go_to_the_tills_of_their_device(room: Room):
    """A scanner's codes go to its till, a card reader's to both of its tills, a scale's without a till to all."""
    first = await room.accept("serial:1", "serial_scanner", Duty("scanner", "t1"))
    second = await room.accept("serial:2", "serial_scanner", Duty("scanner", "t2"))
    msr = await room.accept("serial:3", "serial_msr", Duty("card", "t1"), Duty("card", "t2"))
    scale = await room.accept("serial:4", "cas", Duty("scale"), Duty("scale", "t1"))
    idle = await room.accept("serial:5", "serial_scanner", Duty("receipt", "t1"))
    await room.ready(first, second, msr, scale, idle)
    room.script("serial:5").readings.put_nowait(scan("no duty"))
    room.script("serial:1").readings.put_nowait(scan("6901234567892"))
    room.script("serial:2").readings.put_nowait(scan("6900000000014"))
    room.script("serial:3").readings.put_nowait(CardToken("0012345678", "magnetic"))
    room.script("serial:4").readings.put_nowait(Weight(1250, stable=True))
    await room.until(lambda: len(room.readings) == 5)
    await room.until(lambda: bool(room.manager.readings(idle)))
    told = {(device, till): reading for device, till, reading in room.readings}
    assert told == {
        (first, "t1"): {"type": "scan", "data": "6901234567892", "symbology": "ean13"},
        (second, "t2"): {"type": "scan", "data": "6900000000014", "symbology": "ean13"},
        (msr, "t1"): {"type": "card", "token": "0012345678", "source": "magnetic"},
        (msr, "t2"): {"type": "card", "token": "0012345678", "source": "magnetic"},
        (scale, ""): {"type": "weight", "grams": 1250, "stable": 1, "tare": 0},
    }
    assert [past.text for past in room.manager.readings(msr)] == ["******5678"]


async def test_reading_and_using_share_the_device(room: Room):
    """A scale is asked while it is read, again and again, and no reading is lost."""
    device = await room.accept("serial:4", "cas", Duty("scale"))
    await room.ready(device)
    script = room.script("serial:4")
    for grams in range(50):
        script.readings.put_nowait(Weight(grams, stable=True))
        await room.manager.use(device, work, PATIENCE)
        await room.manager.ask(device)
    await room.until(lambda: len(room.readings) == 50)
    assert [reading["grams"] for _, _, reading in room.readings] == list(range(50))
    assert (script.most_busy, script.opened) == (1, 1)


async def test_a_flood_takes_nobodys_turn(room: Room, monkeypatch: pytest.MonkeyPatch):
    """A device that reads without end is read at its pace only; others work, and it is used in between."""
    monkeypatch.setattr(limits, "READING_GAP_S", 0.005)
    flooding = await room.accept("serial:1", "serial_scanner", Duty("scanner", "t1"))
    other = await room.accept("serial:2", "serial_drawer")
    script = room.script("serial:1")
    script.flood = scan("6901234567892")
    await room.ready(flooding, other)
    began = asyncio.get_running_loop().time()
    for _ in range(20):
        await room.manager.use(other, work, 1)
        await room.manager.use(flooding, work, PATIENCE)
    took = asyncio.get_running_loop().time() - began
    assert script.given <= took / 0.005 + 10
    assert len(room.manager.readings(flooding)) <= limits.READINGS_KEPT


@pytest.mark.parametrize(
    "reading", [None, "text", scan(""), scan("x" * 600), scan("\ud800"), Weight(10**9, stable=True), 7]
)
async def test_readings_without_sense_are_dropped(room: Room, reading: object):
    """What is no reading, or one that no screen could take, reaches nobody, and the next one does."""
    device = await room.accept("serial:1", "serial_scanner", Duty("scanner"))
    await room.ready(device)
    if reading is not None:
        room.script("serial:1").readings.put_nowait(reading)
    room.script("serial:1").readings.put_nowait(scan("6901234567892"))
    await room.until(lambda: bool(room.readings))
    assert [reading["data"] for _, _, reading in room.readings] == ["6901234567892"]


async def test_roles_name_their_devices_in_order(room: Room):
    """A till's own devices come first, by rank, then those of all tills; what cannot do the work is left out."""
    first = await room.accept("tcp://a:1", "serial_drawer", Duty("drawer"))
    second = await room.accept("tcp://b:1", "serial_drawer", Duty("drawer"), Duty("drawer", "t1"))
    third = await room.accept("tcp://c:1", "serial_drawer", Duty("drawer", "t1", 0), Duty("receipt"))
    await room.ready(first, second, third)
    assert room.manager.of_role(Role.DRAWER, "t1") == (third, second, first)
    assert room.manager.of_role(Role.DRAWER, "t2") == (first, second)
    assert room.manager.of_role(Role.RECEIPT, "t1") == ()


async def test_a_silent_database_is_waited_for(room: Room, monkeypatch: pytest.MonkeyPatch):
    """When the devices cannot be read the open ones go on, and it is tried again."""
    device = await room.accept("tcp://a:1", "serial_drawer")
    await room.ready(device)
    await room.database.write(lambda conn: conn.execute("ALTER TABLE device_roles RENAME TO lost"))
    room.manager.wake()
    assert await room.manager.use(device, work, 1) == 1
    await room.database.write(lambda conn: conn.execute("ALTER TABLE lost RENAME TO device_roles"))
    other = await room.accept("tcp://b:1", "serial_drawer")
    await room.ready(other)
    assert room.script("tcp://a:1").opened == 1


async def test_whoever_is_told_may_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A listener that raises costs its own news only."""
    async with room_at(tmp_path / "edge.db") as room:

        def broken(*_: object) -> None:
            raise ValueError

        device = await room.accept("serial:1", "serial_scanner", Duty("scanner"))
        await room.ready(device)
        room.manager._changed = room.manager._heard = broken
        script = room.script("serial:1")
        script.health = Health(None, "warm")
        await room.manager.ask(device)
        script.readings.put_nowait(scan("1"))
        script.readings.put_nowait(scan("2"))
        await script.until(lambda: script.given == 2)
        assert await room.manager.use(device, work, 1)
        assert script.opened == 1
        assert "was not told" in caplog.text
