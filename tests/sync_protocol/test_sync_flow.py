"""The small rules of flow: windows, pages, progress, back-off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_world import CHAIN, EPOCH, NOW, Log, signing_key

from sync_protocol import backoff, limits
from sync_protocol.ack import Ack, Level
from sync_protocol.batch import BatchHeader
from sync_protocol.chain import LogIdentity, Point
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import ProtocolError, RefusalCode, StateError
from sync_protocol.messages import FeedPosition, Page, Row
from sync_protocol.page import PageStep, judge_page
from sync_protocol.progress import Progress
from sync_protocol.signed import raw_public
from sync_protocol.window import ReceiveWindow, SendWindow
from sync_protocol.wire import check_page

INC = b"i" * 16
LOG = Log(LogIdentity(CHAIN, b"n" * 16, INC, raw_public(signing_key(1))))
LOG.grow(40)


def point(seq: int) -> Point:
    """A place in LOG."""
    return Point(seq, LOG.hashes[seq])


def header(first: int, last: int, **changes: object) -> BatchHeader:
    """A batch of LOG, by its header."""
    fields = {
        "version": 1,
        "chain": CHAIN,
        "node": b"n" * 16,
        "incarnation": INC,
        "signing_key_id": b"k" * 16,
        "first": first,
        "last": last,
        "previous_head": LOG.hashes[first - 1],
        "new_head": LOG.hashes[last],
        "unpacked": 1,
        "last_ack": b"",
        **changes,
    }
    return BatchHeader(**fields)


def ack(seq: int, level: Level = Level.DURABLE, incarnation: bytes = INC, head: bytes | None = None) -> Ack:
    """An ack for LOG."""
    return Ack(EPOCH, b"n" * 16, incarnation, seq, head or LOG.hashes[seq], level, NOW)


def test_the_send_window_holds_one_mebibyte() -> None:
    """Batches are taken until 1 MiB is unacked; a received ack makes room, a durable one ends the wait."""
    window = SendWindow({INC: point(0)})
    for i in range(4):
        window.send(header(3 * i + 1, 3 * i + 3), limits.MAX_BATCH)
    assert (window.room, window.tip(INC)) == (0, 12)
    with pytest.raises(StateError, match="no room"):
        window.send(header(13, 15), 1)
    assert not window.ack(ack(6, Level.RECEIVED))
    assert (window.room, window.unacked) == (2 * limits.MAX_BATCH, 2 * limits.MAX_BATCH)
    assert window.waiting
    assert window.ack(ack(3))
    assert window.ack(ack(12))
    assert (window.room, window.waiting) == (limits.WINDOW, False)


def test_acks_of_both_levels_may_interleave() -> None:
    """Durable acks follow behind received ones, may come again, and never move anything back."""
    window = SendWindow({INC: point(0)})
    for i in range(4):
        window.send(header(3 * i + 1, 3 * i + 3), 10)
    results = [
        window.ack(ack(seq, level)) for seq, level in ((6, Level.RECEIVED), (9, Level.RECEIVED), (6, Level.DURABLE))
    ]
    assert results == [False, False, True]
    assert window.unacked == 10
    assert not window.ack(ack(9, Level.RECEIVED))
    assert not window.ack(ack(6))
    assert window.ack(ack(9))


@pytest.mark.parametrize("wrong", [ack(2), ack(4), ack(6), ack(3, head=b"?" * 32), ack(3, incarnation=b"?" * 16)])
def test_acks_for_what_was_not_sent(wrong) -> None:
    """An ack must name the end of a batch that was sent, by its hash."""
    window = SendWindow({INC: point(0)})
    window.send(header(1, 3), 10)
    with pytest.raises(ProtocolError) as refusal:
        window.ack(wrong)
    assert refusal.value.code is RefusalCode.BAD_ACK


def test_what_is_sent_continues_what_was_sent() -> None:
    """Only the first batch of a log may show another hash than HQ's: it is how a fork becomes visible."""
    window = SendWindow({INC: point(2)})
    for wrong in (header(1, 3), header(4, 5), header(3, 4, incarnation=b"?" * 16)):
        with pytest.raises(StateError):
            window.send(wrong, 1)
    window.send(header(3, 4, previous_head=b"?" * 32), 1)
    with pytest.raises(StateError):
        window.send(header(5, 6, previous_head=b"?" * 32), 1)
    assert window.tip(b"?" * 16) is None


def test_the_receive_window() -> None:
    """HQ takes batches in order, within the window, from the history it knows; anything else has its own answer."""
    window = ReceiveWindow({INC: point(2)})
    assert window.take(header(3, 5), 10)
    assert not window.take(header(6, 7, previous_head=b"?" * 32), 10)
    for wrong, code in (
        (header(3, 5), "out_of_order"),
        (header(7, 8), "out_of_order"),
        (header(6, 7, incarnation=b"?" * 16), "unexpected_message"),
    ):
        with pytest.raises(ProtocolError) as refusal:
            window.take(wrong, 10)
        assert refusal.value.code.value == code
    with pytest.raises(ProtocolError) as refusal:
        window.take(header(6, 7), limits.WINDOW - 9)
    assert refusal.value.code is RefusalCode.WINDOW_EXCEEDED
    assert window.take(header(6, 7), limits.WINDOW - 10)


def test_hq_acks_only_what_it_took() -> None:
    """HQ may ack ends of batches, at either level and again; the last word is what a pong repeats."""
    window = ReceiveWindow({INC: point(0)})
    window.take(header(1, 3), 10)
    window.take(header(4, 6), 10)
    assert window.last_acked(INC) == (point(0), Level.DURABLE)
    window.acked(INC, point(6), Level.RECEIVED)
    assert (window.unacked, window.last_acked(INC)) == (0, (point(6), Level.RECEIVED))
    window.acked(INC, point(3), Level.DURABLE)
    window.acked(INC, point(6), Level.DURABLE)
    assert window.last_acked(INC) == (point(6), Level.DURABLE)
    for wrong in (point(5), point(9), Point(6, b"?" * 32)):
        with pytest.raises(StateError):
            window.acked(INC, wrong, Level.DURABLE)
    with pytest.raises(StateError):
        window.acked(b"?" * 16, point(6), Level.DURABLE)


OTHER = HqEpoch(2, b"x" * 16)


@pytest.mark.parametrize(
    ("start", "end", "known", "step"),
    [
        (0, 5, None, "apply"),
        (3, 5, None, "ask_again"),
        (5, 9, FeedPosition(EPOCH, 5), "apply"),
        (5, 5, FeedPosition(EPOCH, 5), "apply"),
        (0, 5, FeedPosition(EPOCH, 5), "stale"),
        (0, 4, FeedPosition(EPOCH, 5), "stale"),
        (0, 6, FeedPosition(EPOCH, 5), "ask_again"),
        (6, 9, FeedPosition(EPOCH, 5), "ask_again"),
        (5, 9, FeedPosition(OTHER, 5), "new_lineage"),
    ],
)
def test_pages_are_taken_only_where_they_fit(start, end, known, step) -> None:
    """Lineage equal and start equal to the position, or nothing is applied."""
    page = Page(feed="chain", lineage=EPOCH, start=start, end=end, rows=())
    assert judge_page(page, known) is PageStep(step)


@pytest.mark.parametrize(
    ("start", "end", "rows"),
    [
        (5, 4, []),
        (0, 9, [Row("a", 0, b"")]),
        (3, 9, [Row("a", 3, b"")]),
        (0, 9, [Row("a", 10, None)]),
        (0, 9, [Row("a", 5, b""), Row("b", 5, b"")]),
        (0, 9, [Row("a", 5, b""), Row("b", 4, b"")]),
        (0, 9, [Row("a", i, bytes(limits.MAX_ROW)) for i in range(1, 6)]),
    ],
)
def test_bad_pages(start, end, rows) -> None:
    """A page runs forward, its versions rise within it, and it is bounded."""
    with pytest.raises(ProtocolError) as refusal:
        check_page(Page(feed="chain", lineage=EPOCH, start=start, end=end, rows=tuple(rows)))
    assert refusal.value.code is RefusalCode.BAD_PAGE


def test_connected_and_stalled() -> None:
    """Connected: heard within 30 s and nothing stalled; stalled: waiting for a minute without a durable ack."""
    progress = Progress()
    assert not progress.connected(0)
    progress.heard(1000)
    assert progress.connected(31_000)
    assert not progress.connected(31_001)
    progress.waiting(10_000)
    progress.waiting(60_000)
    progress.heard(70_001)
    assert not progress.stalled(70_000)
    assert progress.stalled(70_001)
    assert not progress.connected(70_001)
    progress.advanced(70_002, still_waiting=True)
    assert progress.connected(70_002)
    assert progress.stalled(130_003)
    progress.advanced(130_004, still_waiting=False)
    assert not progress.stalled(10**9)
    assert progress.last_heard == 70_001


@given(st.integers(0, 1000), st.integers(0, 2**32 - 1))
def test_delays_are_bounded_and_jittered(attempt, entropy) -> None:
    """A delay lies between an eighth of its ceiling and the ceiling, which never exceeds ten seconds."""
    wait = backoff.delay(attempt, entropy)
    ceiling = min(10_000, 500 * 2 ** min(attempt, 16))
    assert ceiling // 8 <= wait <= ceiling
    assert backoff.delay(attempt, 0) < backoff.delay(attempt, 2**32 - 1)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_retry_after_is_capped_unless_signed(after, entropy) -> None:
    """HQ itself is obeyed to the millisecond and spread; an unsigned source holds a node off ten minutes at most."""
    assert after <= backoff.retry_after(after, entropy, signed=True) <= after * 5 // 4
    assert backoff.retry_after(after, entropy, signed=False) <= 750_000
