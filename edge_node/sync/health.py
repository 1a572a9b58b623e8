"""How the line to HQ does: up or down, since when, what a person should know. Pure: time is handed in, ms."""

from dataclasses import dataclass
from enum import StrEnum

from edge_node.sync import limits
from sync_protocol import backoff
from sync_protocol.errors import Action
from sync_protocol.events import Ended


class Reason(StrEnum):
    """Why a connection is over."""

    UNREACHABLE = "unreachable"
    """Nobody answered, or somebody who is not this chain's HQ."""
    TURNED_AWAY = "turned_away"
    """An HTTP status in place of a session: HQ is busy, or refuses this box."""
    LOST = "lost"
    """The line broke."""
    SILENT = "silent"
    """HQ was not heard in time."""
    STALLED = "stalled"
    """HQ lives, but no durable ack went forward while something waited."""
    ENDED = "ended"
    """One of both ended the session, for the reason named."""
    REOPENED = "reopened"
    """HQ closed the incarnation; this box goes on under a new one."""
    FAULT = "fault"
    """Something went wrong here: the log tells what."""


@dataclass(frozen=True, slots=True)
class End:
    """How a connection ended. ``retry_after``: ms; ``signed``: HQ itself asked for it. ``detail``: safe to log."""

    reason: Reason
    ended: Ended | None = None
    retry_after: int | None = None
    signed: bool = False
    detail: str = ""

    @property
    def needs_person(self) -> bool:
        """Whether trying again alone changes nothing."""
        return self.ended is not None and self.ended.action is Action.HUMAN


class Health:
    """The state of the line over all connections, and how long to wait before the next one."""

    def __init__(self) -> None:
        self.connected = False
        self.since = 0
        self.alarm = ""
        self._attempt = 0
        self._stalls = 0
        self._reopened = False
        self._live_at: int | None = None

    def up(self, now: int, ticks: int) -> None:
        """A session went live."""
        self.connected, self.since = True, now
        self._live_at = ticks
        if self.alarm != Reason.STALLED:
            self.alarm = ""

    def progressed(self) -> None:
        """A durable ack went forward: the line does what it is for.

        So the back-off begins anew, however short the session was: without new entries this cannot repeat itself.
        """
        self._stalls = self._attempt = 0
        if self.alarm == Reason.STALLED:
            self.alarm = ""

    def left(self, now: int) -> None:
        """The line is down, for whatever reason."""
        if self.connected:
            self.connected, self.since = False, now

    def down(self, end: End, now: int, ticks: int, entropy: int) -> int:
        """A connection is over: note why, and return the ms to wait. `entropy`: random in [0, 2**32)."""
        self.left(now)
        steady = self._live_at is not None and ticks - self._live_at >= limits.STEADY_MS
        failed_before_live = self._live_at is None
        self._live_at = None
        self._note_alarm(end, failed_before_live=failed_before_live)
        again_at_once = end.reason is Reason.REOPENED and not self._reopened
        self._reopened = end.reason is Reason.REOPENED
        if again_at_once:
            return 0
        if steady:
            self._attempt = 0
        wait = self._wait(end, entropy)
        self._attempt += 1
        return wait

    def _wait(self, end: End, entropy: int) -> int:
        """Return the ms to wait after an end that is not followed at once."""
        if end.retry_after is not None:
            return backoff.retry_after(end.retry_after, entropy, signed=end.signed)
        if end.needs_person:
            return backoff.retry_after(limits.HUMAN_MS, entropy, signed=True)
        return backoff.delay(self._attempt, entropy)

    def _note_alarm(self, end: End, *, failed_before_live: bool) -> None:
        """Keep what a person should know."""
        if end.reason is Reason.STALLED:
            self._stalls += 1
            if self._stalls >= limits.STALLS:
                self.alarm = Reason.STALLED.value
        elif end.needs_person:
            self.alarm = "refused"
        elif end.reason is Reason.FAULT:
            self.alarm = Reason.FAULT.value
        elif end.retry_after is not None:
            self.alarm = "busy"
        elif failed_before_live and end.reason is not Reason.REOPENED and self.alarm != Reason.STALLED:
            self.alarm = Reason.UNREACHABLE.value
