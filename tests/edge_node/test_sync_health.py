"""How the line's state and its waits follow from how connections end."""

import pytest

from edge_node.sync import limits
from edge_node.sync.health import End, Health, Reason
from sync_protocol import limits as protocol
from sync_protocol.errors import Action, RefusalCode
from sync_protocol.events import Ended

MOST = 2**32 - 1
LOST = End(Reason.LOST)
NOBODY = End(Reason.UNREACHABLE)
REFUSED = End(Reason.ENDED, Ended(RefusalCode.WRONG_CHAIN, "", Action.HUMAN, by_peer=True))


def lived(health: Health, ticks: int, long: int, end: End = LOST, entropy: int = 0) -> int:
    """One session that goes live and ends `long` ms later; returns the wait."""
    health.up(ticks, ticks)
    return health.down(end, ticks + long, ticks + long, entropy)


def test_a_line_is_up_since_its_verdict_and_down_since_its_end():
    """Screens see since when it is so, and no alarm for a short break."""
    health = Health()
    assert (health.connected, health.since, health.alarm) == (False, 0, "")
    health.up(1000, 5)
    assert (health.connected, health.since) == (True, 1000)
    health.down(LOST, 9000, 20_000, 0)
    assert (health.connected, health.since, health.alarm) == (False, 9000, "")
    health.down(NOBODY, 9500, 20_500, 0)
    assert (health.connected, health.since, health.alarm) == (False, 9000, "unreachable")
    health.up(9900, 20_900)
    assert health.alarm == ""


def test_waits_double_to_the_cap_with_jitter():
    """Nobody there: from half a second up to a minute, spread by the entropy handed in."""
    health = Health()
    waits = [health.down(NOBODY, 0, 0, MOST) for _ in range(12)]
    assert waits[:4] == [499, 999, 1999, 3999]
    assert waits[-1] < protocol.BACKOFF_CAP_MS
    assert Health().down(NOBODY, 0, 0, 0) == protocol.BACKOFF_BASE_MS // 8


def test_only_a_steady_session_forgets_earlier_failures():
    """A session that HQ drops at once is another failure; one that lived ten seconds begins anew."""
    health = Health()
    for _ in range(4):
        health.down(NOBODY, 0, 0, MOST)
    assert lived(health, 100, limits.STEADY_MS - 1, entropy=MOST) == 7999
    assert lived(health, 100_000, limits.STEADY_MS, entropy=MOST) == 499


def test_a_line_that_carries_entries_is_tried_again_soon():
    """A short session begins the back-off anew when an ack went forward in it, and lengthens it when none did."""
    health = Health()
    waits = []
    for at in range(0, 8_000, 1_000):
        health.up(at, at)
        waits.append(health.down(LOST, at + 100, at + 100, MOST))
    assert waits == sorted(waits)
    assert waits[-1] > 9_000
    health.up(9_000, 9_000)
    health.progressed()
    assert health.down(LOST, 9_100, 9_100, MOST) == waits[0]


def test_a_new_incarnation_connects_at_once_but_not_for_ever():
    """The first reopening is followed without a wait; a second in a row backs off."""
    health = Health()
    assert health.down(End(Reason.REOPENED), 0, 0, MOST) == 0
    assert health.down(End(Reason.REOPENED), 0, 0, MOST) > 0
    assert health.alarm == ""
    lived(health, 5, 20_000)
    assert health.down(End(Reason.REOPENED), 0, 0, MOST) == 0


def test_a_stalled_line_alarms_the_second_time_until_something_moves():
    """One stall reconnects; two in a row are an alarm that only a durable ack ends."""
    health = Health()
    lived(health, 0, 60_000, End(Reason.STALLED))
    assert health.alarm == ""
    lived(health, 70_000, 60_000, End(Reason.STALLED))
    assert health.alarm == "stalled"
    health.up(140_000, 140_000)
    assert health.alarm == "stalled"
    health.progressed()
    assert health.alarm == ""
    lived(health, 140_000, 60_000, End(Reason.STALLED))
    assert health.alarm == ""


@pytest.mark.parametrize(
    ("end", "alarm"),
    [(REFUSED, "refused"), (End(Reason.FAULT), "fault"), (End(Reason.TURNED_AWAY, retry_after=5000), "busy")],
)
def test_alarms_name_who_has_to_act(end: End, alarm: str):
    """A person at HQ, the maker, or nobody but time; going live ends each of them."""
    health = Health()
    health.down(end, 0, 0, 0)
    assert health.alarm == alarm
    health.up(1, 1)
    assert health.alarm == ""


def test_hqs_own_wish_is_kept_and_a_strangers_is_capped():
    """Never earlier than HQ asked; whoever stands between can hold us off for ten minutes at most."""
    signed = End(Reason.ENDED, retry_after=3_600_000, signed=True)
    stranger = End(Reason.TURNED_AWAY, retry_after=3_600_000)
    assert Health().down(signed, 0, 0, 0) == 3_600_000
    assert Health().down(stranger, 0, 0, MOST) < protocol.RETRY_AFTER_CAP_MS * 5 // 4
    assert Health().down(REFUSED, 0, 0, 0) == limits.HUMAN_MS
