"""Watching: looks on a thread of its own, never two at once, never one that holds anybody up."""

import threading

import pytest

from device_drivers.discovery.things import Thing, What
from device_drivers.discovery.watching import Watcher
from device_drivers.errors import Code, RetryError

SCALE = Thing("usb:1a86:7523:@1-1", "serial:/dev/ttyUSB0", "秤", "serial")


async def test_changes_between_looks_are_told():
    """Each look tells what changed since the last one, and only that."""
    there = []
    watcher = Watcher(lambda: there)
    assert await watcher.changes() == []
    there.append(SCALE)
    assert await watcher.changes() == [(What.APPEARED, SCALE)]
    assert await watcher.changes() == []
    there.clear()
    assert await watcher.changes() == [(What.VANISHED, SCALE)]


async def test_a_look_that_hangs_is_not_begun_twice():
    """A look that hangs in the kernel is a timeout; the next call waits for the same look and gets what it found."""
    release, begun = threading.Event(), []

    def look():
        begun.append(1)
        release.wait(10)
        return [SCALE]

    watcher = Watcher(look, seconds=0.02)
    for _ in range(3):
        with pytest.raises(RetryError) as refusal:
            await watcher.changes()
        assert refusal.value.code is Code.TIMEOUT
    release.set()
    patient = Watcher(look)
    patient._running = watcher._running
    assert await patient.changes() == [(What.APPEARED, SCALE)]
    assert len(begun) == 1


async def test_a_failed_look_changes_nothing():
    """When the system cannot be asked all stays as it was, and the next look is a new one."""
    answers = [[SCALE], OSError(19, "no such device"), [SCALE]]

    def look():
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    watcher = Watcher(look)
    await watcher.changes()
    with pytest.raises(RetryError) as refusal:
        await watcher.changes()
    assert (refusal.value.code, refusal.value.evidence) == (Code.OFFLINE, {"errno": 19})
    assert watcher.things == {SCALE.identity: SCALE}
    assert await watcher.changes() == []
