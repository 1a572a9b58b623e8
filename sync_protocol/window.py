"""Batches in flight, at both ends: at most 1 MiB unacked, every batch continues the one before it."""

from typing import NamedTuple

from sync_protocol import limits
from sync_protocol.ack import Ack, Level
from sync_protocol.batch import BatchHeader
from sync_protocol.chain import Point
from sync_protocol.errors import RefusalCode, StateError, StopError


class _Flying(NamedTuple):
    """One batch not yet durable at HQ: where it ends and what it weighs."""

    end: Point
    size: int


class _Log:
    """One log in one session: how far batches went, how far HQ holds them at each level."""

    def __init__(self, base: Point) -> None:
        self.base = base
        self.tip = base
        self.received = base
        self.durable = base
        self.flying: list[_Flying] = []

    @property
    def unacked(self) -> int:
        """Bytes that HQ has acked at no level."""
        return sum(batch.size for batch in self.flying if batch.end.seq > self.received.seq)

    def fly(self, header: BatchHeader, size: int) -> None:
        """Account one more batch."""
        self.flying.append(_Flying(header.end, size))
        self.tip = header.end

    def knows(self, point: Point) -> bool:
        """Tell whether a batch of this session ended there, or an ack named it before."""
        return point in (self.received, self.durable) or any(batch.end == point for batch in self.flying)

    def settle(self, point: Point, level: Level) -> bool:
        """Take an ack of a known point; tell whether the durable point went forward."""
        if point.seq > self.received.seq:
            self.received = point
        if level < Level.DURABLE or point.seq <= self.durable.seq:
            return False
        self.durable = point
        self.flying = [batch for batch in self.flying if batch.end.seq > point.seq]
        return True


class _Window:
    """The logs taken in one session. Each begins at the point that WELCOME named for it."""

    def __init__(self, bases: dict[bytes, Point]) -> None:
        self._logs = {incarnation: _Log(base) for incarnation, base in bases.items()}

    @property
    def unacked(self) -> int:
        """Bytes of batches that HQ has acked at no level."""
        return sum(log.unacked for log in self._logs.values())


class SendWindow(_Window):
    """The node's end."""

    @property
    def waiting(self) -> bool:
        """Whether any batch is not yet durable at HQ."""
        return any(log.flying for log in self._logs.values())

    @property
    def room(self) -> int:
        """Bytes that may still be sent."""
        return limits.WINDOW - self.unacked

    def tip(self, incarnation: bytes) -> int | None:
        """Return the seq after which the next batch of a log begins; None: this log is not taken."""
        log = self._logs.get(incarnation)
        return None if log is None else log.tip.seq

    def send(self, header: BatchHeader, size: int) -> None:
        """Account a batch to be sent. The first of a log may start from another hash than HQ's: that shows a fork."""
        log = self._logs.get(header.incarnation)
        if log is None:
            raise StateError("this log is not taken in this session")
        if header.start.seq != log.tip.seq or log.tip not in (header.start, log.base):
            raise StateError(f"a batch from {header.first} does not continue {log.tip.seq}")
        if size > self.room:
            raise StateError("no room in the send window")
        log.fly(header, size)

    def ack(self, ack: Ack) -> bool:
        """Take a verified ack; tell whether the durable point went forward. Else than sent: ``bad_ack``."""
        log = self._logs.get(ack.incarnation)
        if log is None or not log.knows(ack.point):
            raise StopError(RefusalCode.BAD_ACK, f"an ack of {ack.seq}, where no batch ended")
        return log.settle(ack.point, ack.level)


class ReceiveWindow(_Window):
    """HQ's end."""

    def take(self, header: BatchHeader, size: int) -> bool:
        """Account a batch that came. False: it continues another history than HQ's (a fork)."""
        log = self._logs.get(header.incarnation)
        if log is None:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "a batch of a log that is not taken in this session")
        if header.start.seq != log.tip.seq:
            raise StopError(RefusalCode.OUT_OF_ORDER, f"a batch from {header.first} does not continue {log.tip.seq}")
        if header.start != log.tip:
            return False
        if size + self.unacked > limits.WINDOW:
            raise StopError(RefusalCode.WINDOW_EXCEEDED, "more unacked bytes than the window allows")
        log.fly(header, size)
        return True

    def acked(self, incarnation: bytes, point: Point, level: Level) -> None:
        """Account an ack that HQ gives: for the end of a batch it took, or again for one already acked."""
        log = self._logs.get(incarnation)
        if log is None or not log.knows(point):
            raise StateError("an ack for a point that no batch led to")
        log.settle(point, level)

    def last_acked(self, incarnation: bytes) -> tuple[Point, Level]:
        """Return what HQ's acks said last about a log, to be signed again."""
        log = self._logs[incarnation]
        return log.received, Level.DURABLE if log.durable == log.received else Level.RECEIVED
