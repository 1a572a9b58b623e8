"""HEALTH: told only to who asked for it, only in a live session, bounded in how often; older peers never see it."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_world import EPOCH, HQ, NOW, Node, join

from sync_protocol import events, limits, messages
from sync_protocol.errors import RefusalCode, StateError
from sync_protocol.pace import Pace
from sync_protocol.pump import Pump
from sync_protocol.session import State
from sync_protocol.wire import encode_message

TAGS = count(700_000)
TELLING = {"protocol": 1, "health": 1}
HEALTH = messages.Health(at=NOW, head=3, oldest=0, blocks=None, devices=())


def met(versions: dict[str, int]) -> tuple[Node, HQ, Pump]:
    """A node that named these versions and an HQ, both live."""
    node = Node()
    node.versions = versions
    hq = HQ(node)
    node.log.grow(3)
    return node, hq, join(node, hq, next(TAGS))


def told(hq: HQ) -> list[messages.Health]:
    """What HQ's driver heard of its nodes' health."""
    return [event.health for event in hq.events if isinstance(event, events.HealthReceived)]


def test_a_node_that_can_tell_tells() -> None:
    """HQ says in a live session that it takes HEALTH, the node tells, and HQ's driver hears the very same."""
    node, hq, pump = met(TELLING)
    assert node.session.takes_health
    health = messages.Health(
        at=NOW,
        head=3,
        oldest=NOW - 5,
        blocks=messages.BlockList(EPOCH, 7, NOW - 9),
        devices=(messages.DeviceState("扫码枪", "scanner", works=False, code="device_unplugged", since=NOW - 60_000),),
    )
    node.session.health(health)
    pump.run(NOW)
    assert told(hq) == [health]
    assert node.session.state is hq.session.state is State.LIVE


def test_an_older_node_hears_nothing_new() -> None:
    """A node whose HELLO does not name it gets no TAKES, and the session is as it always was."""
    node, hq, _ = met({"protocol": 1})
    assert not node.session.takes_health
    assert node.session.state is hq.session.state is State.LIVE


def test_an_older_hq_is_told_nothing() -> None:
    """Without TAKES the node's own program cannot send HEALTH."""
    node, _, _ = met({"protocol": 1})
    with pytest.raises(StateError):
        node.session.health(HEALTH)


def test_a_node_that_did_not_say_so_may_not_tell() -> None:
    """HEALTH that HELLO did not name ends the session."""
    _, hq, pump = met({"protocol": 1})
    pump.to_hq.append(pump.node._out.frames.seal(encode_message(HEALTH)).wire)
    pump.run(NOW)
    assert [event.code for event in hq.events if isinstance(event, events.Ended)] == [RefusalCode.UNEXPECTED_MESSAGE]
    assert not told(hq)


def test_takes_that_nobody_asked_for() -> None:
    """A node ends the session over a TAKES of what its HELLO did not name."""
    node, hq, _ = met({"protocol": 1})
    wire = hq.session._out.frames.seal(encode_message(messages.Takes(versions={"health": 1}))).wire
    (end,) = node.session.receive(wire, NOW)
    assert (type(end), end.code) == (events.Ended, RefusalCode.UNEXPECTED_MESSAGE)


def test_before_ready_and_after_a_close() -> None:
    """Before READY it ends the session; once the current log is closed, it is passed over."""
    node, hq, pump = met(TELLING)
    incarnation = node.log.identity.incarnation
    hq.session.closed_log(hq.close(incarnation, "lost"), incarnation)
    node.session.health(HEALTH)
    pump.run(NOW)
    assert (told(hq), hq.session.closed) == ([], False)
    late = Node(2)
    late.versions = TELLING
    other = HQ(late)
    line = Pump(late.connect(next(TAGS)), other.connect(next(TAGS)), late.on_event, lambda _event: None)
    line.start()
    line.run(NOW)
    (end,) = other.session.receive(late.session._out.frames.seal(encode_message(HEALTH)).wire, NOW)
    assert end.code is RefusalCode.UNEXPECTED_MESSAGE


def test_a_flood_is_dropped() -> None:
    """What comes too often is dropped without a word, and later ones are heard again."""
    node, hq, pump = met(TELLING)
    for _ in range(1_000):
        node.session.health(HEALTH)
    pump.run(NOW)
    assert len(told(hq)) == limits.HEALTH_AT_ONCE
    node.session.health(HEALTH)
    pump.run(NOW + limits.HEALTH_PAUSE_MS)
    assert len(told(hq)) == limits.HEALTH_AT_ONCE + 1
    assert hq.session.state is State.LIVE


@given(st.lists(st.integers(0, 100_000), max_size=80), st.integers(1, 5), st.integers(1, 20_000))
def test_pace(times: list[int], most: int, every: int) -> None:
    """With a clock that goes forward no span gets more turns than the bucket holds and what the span fills."""
    pace = Pace(most, every)
    taken = [now for now in sorted(times) if pace.takes(now)]
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= most + (taken[last] - taken[first]) // every + 1


def test_pace_of_a_clock_set_back() -> None:
    """A clock set back by a year stops nothing for longer than one pause."""
    pace = Pace(1, 1_000)
    assert pace.takes(10**12)
    assert not pace.takes(5)
    assert pace.takes(1_005)
