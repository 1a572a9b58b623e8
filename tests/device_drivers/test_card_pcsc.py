"""PC/SC readers: pyscard's objects stood in for by these, for there is no reader and no pyscard here."""

import asyncio
import sys
import threading
import types

import pytest
from patience import eventually

from device_drivers import limits, registry
from device_drivers.errors import Code, RetryError, StopError
from device_drivers.interfaces.device import CardToken, Health
from device_drivers.transports.opening import transport
from device_drivers.transports.pcsc import GET_UID, PcscTransport, find

NAME = "ACS ACR122U 00 00"


class Desk:
    """Readers as pyscard lists them. ``card``: the chip that lies there; ``hang``: calls wait for it to be set."""

    def __init__(self):
        self.card = None
        self.status = (0x90, 0x00)
        self.plugged = True
        self.service = True
        self.taken_away = False
        self.hang = None
        self.commands = []
        self.connected = 0

    def readers(self):
        """List them."""
        if not self.service:
            raise OSError("Failed to establish context: Service not available.")
        return [self] if self.plugged else []

    def __str__(self):
        return NAME

    def createConnection(self):  # noqa: N802 - pyscard's name
        """Make a connection: to itself."""
        return self

    def connect(self):
        """Connect to the card."""
        if self.hang is not None:
            self.hang.wait(10)
        if self.card is None or not self.plugged:
            raise LookupError("Unable to connect: no smart card inserted")
        self.connected += 1

    def transmit(self, command):
        """Answer the question for the number."""
        self.commands.append(tuple(command))
        if self.taken_away:
            raise LookupError("Failed to transmit: Card was removed.")
        return list(self.card) if self.status == (0x90, 0) else [], *self.status

    def disconnect(self):
        """Let it go."""
        if self.taken_away:
            raise LookupError("Card was removed.")


@pytest.fixture
def desk(monkeypatch):
    """A desk; polls follow each other at once."""
    monkeypatch.setattr(limits, "LOOK_S", 0.002)
    return Desk()


@pytest.fixture
async def reader(desk):
    """An open reader on that desk."""
    made = registry.make("pcsc", PcscTransport(f"pcsc:{NAME}", NAME, lambda name: find(name, desk.readers)), {})
    await made.open()
    yield made
    await made.close()


async def _warns(reader, warning):
    return await reader.check_health() == Health(warning=warning)


async def test_a_card_is_asked_for_its_number_and_comes_once(desk, reader):
    """The card that lies there comes once, by FF CA 00 00 00; taken away and put back it comes again."""
    desk.card = bytes.fromhex("04a224b2c33d80")
    assert await reader.next_reading() == CardToken("04A224B2C33D80", "nfc")
    assert set(desk.commands) == {GET_UID} == {(0xFF, 0xCA, 0, 0, 0)}
    waiting = asyncio.ensure_future(reader.next_reading())
    looks = desk.connected
    await eventually(lambda: desk.connected >= looks + 5)
    assert not waiting.done()
    desk.card = bytes.fromhex("04a224b2c33d81")
    assert await waiting == CardToken("04A224B2C33D81", "nfc")
    assert await reader.check_health() == Health()


async def test_the_number_is_written_as_printed(desk):
    """Form and order of bytes are options here too."""
    line = PcscTransport(f"pcsc:{NAME}", NAME, lambda name: find(name, desk.readers))
    reader = registry.make("pcsc", line, {"number": "8h10d", "order": "reversed"})
    await reader.open()
    desk.card = bytes.fromhex("3a6c6f02")
    assert (await reader.next_reading()).token == "0040856634"
    await reader.close()


async def test_a_card_taken_away_in_the_middle_is_none(desk, reader):
    """A card that goes while it is asked gives nothing; it comes when it is held still."""
    desk.card, desk.taken_away = b"\x04\x01\x02\x03", True
    waiting = asyncio.ensure_future(reader.next_reading())
    await eventually(lambda: len(desk.commands) >= 3)
    assert not waiting.done()
    desk.taken_away = False
    assert (await waiting).token == "04010203"


async def test_a_card_that_tells_no_number_is_passed_over(desk, reader):
    """A chip that refuses the question (6A 81) is no token; neither is a telephone's random number."""
    desk.card, desk.status = b"\x04\x01\x02\x03", (0x6A, 0x81)
    waiting = asyncio.ensure_future(reader.next_reading())
    await eventually(lambda: len(desk.commands) >= 3)
    desk.card, desk.status = b"\x08\x01\x02\x03", (0x90, 0)
    await eventually(lambda: _warns(reader, "random_uid"))
    assert not waiting.done()
    desk.card = b"\x04\x01\x02\x03"
    assert (await waiting).token == "04010203"


async def test_an_unplugged_reader_says_so_and_comes_back(desk, reader):
    """When the reader goes, whoever waits learns it; while it is away it is offline."""
    waiting = asyncio.ensure_future(reader.next_reading())
    await asyncio.sleep(0)
    desk.plugged = False
    with pytest.raises(RetryError) as caught:
        await waiting
    assert caught.value.code is Code.UNPLUGGED
    with pytest.raises(RetryError) as caught:
        await reader.open()
    assert caught.value.code is Code.OFFLINE
    desk.plugged = True
    await reader.open()
    desk.card = b"\x04\x01\x02\x03"
    assert (await reader.next_reading()).token == "04010203"


async def test_without_its_service_a_reader_is_offline(desk):
    """No pcscd: offline, to be tried again; its exception's text goes nowhere."""
    desk.service = False
    line = PcscTransport(f"pcsc:{NAME}", NAME, lambda name: find(name, desk.readers))
    with pytest.raises(RetryError) as caught:
        await line.open()
    assert caught.value.code is Code.OFFLINE


async def test_a_service_that_dies_is_unplugged(desk, reader):
    """When the service goes while a reader is watched, the reader is gone."""
    waiting = asyncio.ensure_future(reader.next_reading())
    await asyncio.sleep(0)
    desk.service = False
    with pytest.raises(RetryError) as caught:
        await waiting
    assert caught.value.code is Code.UNPLUGGED


async def test_a_call_that_hangs_ends_in_time_and_is_not_repeated_beside_itself(desk, monkeypatch):
    """A hanging driver of the system is a timeout; until it comes back the reader is busy; then all is well."""
    monkeypatch.setattr(limits, "ASK_S", 0.05)
    line = PcscTransport(f"pcsc:{NAME}", NAME, lambda name: find(name, desk.readers))
    await line.open()
    desk.hang, desk.card = threading.Event(), b"\x04\x01\x02\x03"
    with pytest.raises(RetryError) as caught:
        await line.read()
    assert caught.value.code is Code.TIMEOUT
    with pytest.raises(RetryError) as caught:
        await line.open()
    assert caught.value.code is Code.BUSY
    desk.hang.set()
    desk.hang = None
    await eventually(lambda: not line._calling.locked())
    await line.open()
    assert await line.read() == b"04010203\r\n"
    await line.close()


async def test_closing_wakes_who_reads(desk):
    """A read that waits ends with ``device_unplugged`` when the transport is closed; closing twice is well."""
    line = PcscTransport(f"pcsc:{NAME}", NAME, lambda name: find(name, desk.readers))
    await line.open()
    waiting = asyncio.ensure_future(line.read())
    await asyncio.sleep(0.01)
    await line.close()
    await line.close()
    with pytest.raises(RetryError) as caught:
        await waiting
    assert caught.value.code is Code.UNPLUGGED
    with pytest.raises(RetryError):
        await line.read()


async def test_nothing_is_written_to_cards(desk):
    """The transport takes no bytes."""
    with pytest.raises(StopError) as caught:
        await PcscTransport(f"pcsc:{NAME}", NAME, lambda name: find(name, desk.readers)).write(b"x")
    assert caught.value.code is Code.NOT_SUPPORTED


async def test_without_pyscard_the_reader_says_what_is_missing(monkeypatch):
    """The optional extra is named when it is not installed."""
    monkeypatch.setitem(sys.modules, "smartcard", None)
    monkeypatch.setitem(sys.modules, "smartcard.System", None)
    reader = registry.make("pcsc", transport(f"pcsc:{NAME}"), {})
    with pytest.raises(StopError) as caught:
        await reader.open()
    assert str(caught.value) == "not_supported (needs=pyscard)"


async def test_pyscard_is_found_by_its_names(desk, monkeypatch):
    """With pyscard there, an address is enough."""
    system = types.ModuleType("smartcard.System")
    system.readers = desk.readers
    monkeypatch.setitem(sys.modules, "smartcard", types.ModuleType("smartcard"))
    monkeypatch.setitem(sys.modules, "smartcard.System", system)
    reader = registry.make("pcsc", transport(f"pcsc:{NAME}"), {})
    await reader.open()
    desk.card = b"\x04\x01\x02\x03"
    assert (await reader.next_reading()).token == "04010203"
    await reader.close()
