"""What holds for every card reader, over memory and over a pty: MSR and SmartCardRW alike."""

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from patience import eventually

from device_drivers import limits, registry
from device_drivers.errors import Code, RetryError
from device_drivers.interfaces.device import CardToken, Health
from device_drivers.simulators.card_readers import ChipPad, StripeSlot
from device_drivers.simulators.serving import LineFaults, memory_line, serve_pty
from device_drivers.transports.opening import transport

BANK = "6200000000000005"
UID = bytes.fromhex("026f6c3a")


class Kind(NamedTuple):
    """One way to read cards: driver and its options, the machine, how a card is shown to it, that card's token."""

    driver: str
    options: dict
    machine: type
    how: dict
    show: object
    token: CardToken


def swipe(slot):
    """Swipe a member's card."""
    slot.swipe("ZHANG SAN", "8800123456=0")


def hold(pad):
    """Hold a chip before it."""
    pad.hold(UID)


STRIPE = CardToken("8800123456", "magnetic")
KINDS = {
    "stripe": Kind("magnetic_serial", {}, StripeSlot, {}, swipe, STRIPE),
    "stripe_framed": Kind("magnetic_serial", {}, StripeSlot, {"framed": True}, swipe, STRIPE),
    "stripe_checked": Kind("magnetic_serial", {"check": "sent"}, StripeSlot, {"checked": True}, swipe, STRIPE),
    "hex": Kind("chip_serial", {}, ChipPad, {}, hold, CardToken("026F6C3A", "nfc")),
    "printed": Kind("chip_serial", {"number": "8h10d"}, ChipPad, {}, hold, CardToken("0040856634", "nfc")),
    "decimal": Kind(
        "chip_serial",
        {"frame": "decimal", "source": "ic"},
        ChipPad,
        {"frame": "decimal"},
        hold,
        CardToken("0040856634", "ic"),
    ),
    "hex_check": Kind(
        "chip_serial",
        {"frame": "hex_check", "number": "2h4h"},
        ChipPad,
        {"frame": "hex_check"},
        hold,
        CardToken("11127706", "nfc"),
    ),
    "packet": Kind(
        "chip_serial",
        {"frame": "packet", "order": "reversed"},
        ChipPad,
        {"frame": "packet"},
        hold,
        CardToken("3A6C6F02", "nfc"),
    ),
    "pcsc": Kind("pcsc", {}, ChipPad, {}, hold, CardToken("026F6C3A", "nfc")),
}
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@asynccontextmanager
async def opened(kind, faults=None, **more):
    """A reader of this kind on a memory line: driver, machine, the line's far side."""
    machine = kind.machine(**kind.how)
    line = memory_line(machine, faults)
    reader = registry.make(kind.driver, line, {**kind.options, **more})
    await reader.open()
    try:
        yield reader, machine, line.line
    finally:
        await reader.close()


@EACH
async def test_a_card_gives_its_token(kind):
    """A card that is shown comes once, as the number that names it."""
    async with opened(kind) as (reader, machine, _):
        kind.show(machine)
        assert await reader.next_reading() == kind.token
        assert await reader.check_health() == Health()


@EACH
async def test_a_card_is_read_over_a_pty(kind):
    """The same bytes over what the system takes for a serial port."""
    async with serve_pty(kind.machine(**kind.how)) as line:
        reader = registry.make(kind.driver, transport(line.address), kind.options)
        await reader.open()
        kind.show(line.machine)
        assert await reader.next_reading() == kind.token
        await reader.close()


@EACH
async def test_unplugging_ends_the_wait(kind):
    """A waiting reader learns at once that the line ended, and works again when it is plugged in and opened."""
    faults = LineFaults()
    async with opened(kind, faults) as (reader, machine, _):
        kind.show(machine)
        await reader.next_reading()
        waiting = asyncio.ensure_future(reader.next_reading())
        await asyncio.sleep(0)
        faults.unplugged = True
        with pytest.raises(RetryError) as caught:
            await waiting
        assert caught.value.code is Code.UNPLUGGED
        with pytest.raises(RetryError):
            await reader.check_health()
        with pytest.raises(RetryError) as caught:
            await reader.open()
        assert caught.value.code is Code.OFFLINE
        faults.unplugged = False
        await reader.open()
        kind.show(machine)
        assert await reader.next_reading() == kind.token


@EACH
async def test_half_a_card_and_garbage_are_no_card(kind):
    """What broke off is not given on; the next card is."""
    faults = LineFaults()
    async with opened(kind, faults) as (reader, machine, line):
        faults.garbage = b"\xff\x00?%;\r\n\x03"
        faults.cut_answer_after = 12
        kind.show(machine)
        await line.wait_for(lambda _: line.answered >= 12)
        line.say(b"\r\n\x03")
        kind.show(machine)
        assert await reader.next_reading() == kind.token


@EACH
async def test_a_reader_that_is_not_open_is_offline(kind):
    """Before opening and after closing, a reading says offline; closing twice is well."""
    reader = registry.make(kind.driver, memory_line(kind.machine(**kind.how)), kind.options)
    for _ in range(2):
        with pytest.raises(RetryError) as caught:
            await reader.next_reading()
        assert caught.value.code is Code.OFFLINE
        await reader.open()
        await reader.close()
        await reader.close()


@EACH
async def test_a_flood_is_bounded(kind):
    """Megabytes leave a bounded queue, and the card after them is read."""
    options = {"again_ms": 0} if kind.driver == "chip_serial" else {}
    async with opened(kind, **options) as (reader, machine, line):
        kind.show(machine)
        await reader.next_reading()
        for chunk in (b"\xff" * 60_000, b"8" * 60_000, b";88?\x0304A224B2\r" * 4_000):
            for _ in range(6):
                line.say(chunk)
                wanted = line.answered + len(chunk)
                await line.wait_for(lambda _, wanted=wanted: line.answered >= wanted)
        assert len(reader._cards._intake._readings) <= limits.QUEUE
        line.say(b"\r\n\x03")
        kind.show(machine)
        async with asyncio.timeout(5):
            while await reader.next_reading() != kind.token:
                pass


async def test_a_bank_card_leaves_a_warning_and_nothing_else(caplog):
    """A bank card is not given on: the health says so, until a shop's card comes; its number is nowhere."""
    caplog.set_level(logging.DEBUG)
    async with opened(KINDS["stripe"]) as (reader, machine, _):
        machine.swipe(f"B{BANK}^ZHANG/SAN^2512101000000000", f"{BANK}=2512101000000")
        waiting = asyncio.ensure_future(reader.next_reading())

        async def warned():
            return await reader.check_health() == Health(warning="bank_card")

        await eventually(warned)
        assert not waiting.done()
        assert BANK not in repr(vars(reader._cards)) + repr(vars(reader._cards._intake))
        swipe(machine)
        assert await waiting == STRIPE
        assert await reader.check_health() == Health()
    assert BANK not in caplog.text
    assert STRIPE.token not in caplog.text


async def test_a_card_that_lies_there_comes_once():
    """A reader that says a card's number again and again shows it once; another card, and the first again, come."""
    async with opened(KINDS["hex"], again_ms=10_000) as (reader, machine, _):
        for uid in (UID, UID, UID, b"\x04\x01\x02\x03", UID):
            machine.hold(uid)
        shown = [(await reader.next_reading()).token for _ in range(3)]
        assert shown == ["026F6C3A", "04010203", "026F6C3A"]
    async with opened(KINDS["hex"], again_ms=0) as (reader, machine, _):
        machine.hold(UID)
        machine.hold(UID)
        assert await reader.next_reading() == await reader.next_reading()


async def test_the_track_that_is_asked_for():
    """A chain that numbers its cards on another track says which."""
    async with opened(KINDS["stripe"], track=1) as (reader, machine, _):
        machine.swipe("VIP42", "8800123456")
        assert await reader.next_reading() == CardToken("VIP42", "magnetic")


async def test_a_cancelled_wait_loses_no_card():
    """A reader that gave up leaves the card to the next one."""
    async with opened(KINDS["hex"]) as (reader, machine, line):
        waiting = asyncio.ensure_future(reader.next_reading())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        machine.hold(UID)
        await line.wait_for(lambda _: line.answered == 10)
        assert (await reader.next_reading()).token == "026F6C3A"
