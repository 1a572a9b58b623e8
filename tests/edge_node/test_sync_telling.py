"""What a node tells HQ of itself: at once, on changes but not at every flicker, now and then."""

import pytest
from scripted_hq import EPOCH, HQ_TIME, Branch, ScriptedHq, Wire, joined_shop

from commerce.tender import Offer
from device_drivers.interfaces.device import Kind
from edge_node.devices.health import State
from edge_node.hardware import _told as told_of
from edge_node.ledger.devices import Known
from edge_node.sync import limits
from edge_node.sync.replica import Clock
from sync_protocol import events
from sync_protocol import limits as protocol
from sync_protocol.messages import DeviceState, Health

PRINTER = DeviceState("前台小票机", "pos_printer", works=True, code="", since=HQ_TIME)
DOWN = PRINTER._replace(works=False, code="paper_out")


class Told:
    """A branch on the line to a scripted HQ, and what HQ hears of it."""

    def __init__(self, folder) -> None:
        self.branch = Branch(joined_shop(folder / "edge.db"))
        self.hq = ScriptedHq()
        self.hq.adopts[self.branch.log(0).incarnation] = True
        self.ticks = 0
        self.now = self.branch.shop.now
        self.wire = Wire(self.branch, self.hq)

    def look(self, *devices: DeviceState, after: int = 0) -> list[Health]:
        """Let so many ms go by and look; what HQ newly heard."""
        self.ticks += after
        self.now += after
        before = len(self.hq.saw(events.HealthReceived))
        self.branch.replica.tell(self.branch.shop.conn, devices, Clock(self.ticks, self.now))
        for message in self.branch.replica.outgoing():
            self.hq.take(message, HQ_TIME + self.ticks)
        return [event.health for event in self.hq.saw(events.HealthReceived)][before:]


@pytest.fixture
def told(tmp_path):
    """A branch that is live, nothing told yet."""
    made = Told(tmp_path)
    made.wire.run()
    yield made
    made.branch.shop.conn.close()


def test_told_at_once_and_every_few_minutes(told: Told):
    """A session begins with how the node is; without changes it is said again after five minutes and not before."""
    (first,) = told.look(PRINTER)
    assert (first.devices, first.oldest, first.blocks) == ((PRINTER,), 0, None)
    assert (first.at, first.head) == (told.now, told.branch.log().seq)
    assert told.look(PRINTER, after=protocol.HEALTH_EVERY_MS - 1) == []
    assert len(told.look(PRINTER, after=limits.TICK_MS)) == 1


def test_a_device_that_fails_is_told_once_it_may_be(told: Told):
    """A change is told at the next look after the pause; a flicker within the pause is not told at all."""
    told.look(PRINTER)
    assert told.look(DOWN, after=protocol.HEALTH_PAUSE_MS // 2) == []
    assert told.look(PRINTER, after=protocol.HEALTH_PAUSE_MS // 2) == []
    (now,) = told.look(DOWN, after=limits.TICK_MS)
    assert now.devices == (DOWN,)


def test_looks_are_a_second_apart(told: Told):
    """Pushes come in bursts: nothing is read again within a second."""
    told.look(PRINTER)
    told.look(PRINTER, after=protocol.HEALTH_PAUSE_MS)
    assert told.look(DOWN, after=limits.TICK_MS - 1) == []
    assert len(told.look(DOWN, after=1)) == 1


def test_what_waits_long_is_a_change_and_so_is_its_end(told: Told):
    """Entries on their way are none; those that wait for a minute are told with their age, and that they are gone."""
    told.look(PRINTER)
    told.hq.mute = True
    told.branch.shop.open()
    told.branch.shop.sell([Offer("cash", 1500)])
    assert told.look(PRINTER, after=protocol.HEALTH_PAUSE_MS) == []
    (late,) = told.look(PRINTER, after=protocol.STALL_MS)
    assert 0 < late.oldest < late.at - protocol.STALL_MS
    assert late.head == told.branch.log().seq
    told.hq.mute = False
    told.branch.push()
    told.wire.run()
    (gone,) = told.look(PRINTER, after=protocol.HEALTH_PAUSE_MS)
    assert gone.oldest == 0


def test_how_far_the_block_list_goes(told: Told):
    """Once a page of the members' feed is applied, its position and time are told."""
    told.hq.publish("members", ("nobody:1", b"\x80"))
    told.hq.send_pages()
    told.wire.run()
    (first,) = told.look()
    assert first.blocks == (EPOCH, 3, told.now)


def test_too_many_devices(told: Told):
    """Beyond the bound those that work are left out first."""
    (first,) = told.look(*[PRINTER] * protocol.MAX_HEALTH_DEVICES, DOWN)
    assert len(first.devices) == protocol.MAX_HEALTH_DEVICES
    assert first.devices[0] == DOWN


def test_an_older_hq_is_told_nothing(tmp_path):
    """An HQ that does not ask hears nothing, and the session lives."""
    made = Told(tmp_path)
    made.hq.on[events.HelloReceived] = lambda event: (event.hello.versions.clear(), made.hq.greet(event))
    made.wire.run()
    assert made.branch.replica.live
    assert made.look(DOWN) == []
    made.branch.shop.conn.close()


@pytest.mark.parametrize(
    ("name", "state", "expected"),
    [
        ("前台小票机", State(ready=True, since=5), ("前台小票机", True, "", 5)),
        ("前台小票机", State(ready=True, warning="paper_low", since=5), ("前台小票机", True, "paper_low", 5)),
        ("前台小票机", State(trouble="device_unplugged", since=7), ("前台小票机", False, "device_unplugged", 7)),
        ("前台小票机", State(ready=True, warning="快没纸了"), ("前台小票机", True, "", 0)),
        ("192.168.1.20", State(), ("", False, "", 0)),
    ],
)
def test_a_device_in_words_for_head_office(name, state, expected):
    """Name, whether it works, a code and since when; no address in place of a name, no text that is no code."""
    known = Known(b"d" * 16, "192.168.1.20:9100", "accepted", "escpos", {}, "192.168.1.20:9100", name, "hand", 0, 0)
    said = told_of(known, Kind.POS_PRINTER, state)
    assert (said.name, said.works, said.code, said.since) == expected
    assert said.kind == "pos_printer"
    assert told_of(known, None, state).kind == "unknown"
