"""Two sessions against each other: the main ways, any order of delivery, any loss of the line."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_world import EPOCH, HQ, HQ_KEY, NOW, Log, Node, join, make_entry

from sync_protocol import events, limits
from sync_protocol.ack import open_ack
from sync_protocol.chain import LogIdentity, Predecessor
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import RefusalCode
from sync_protocol.frames import FrameSealer
from sync_protocol.messages import VerdictKind
from sync_protocol.pump import Pump
from sync_protocol.session import State
from sync_protocol.signed import raw_public

TAGS = count(1000)


def ended(side: Node | HQ) -> list[RefusalCode]:
    """The codes with which this side's sessions ended."""
    return [event.code for event in side.events if isinstance(event, events.Ended)]


def verdicts(node: Node) -> list[list[VerdictKind]]:
    """HQ's verdicts, one list per welcome."""
    return [[log.verdict for log in event.logs] for event in node.events if isinstance(event, events.WelcomeReceived)]


def renew(node: Node) -> None:
    """Open a new incarnation behind the current one, as a node does when told."""
    old = node.log
    fresh = old.identity.incarnation[:15] + bytes([len(node.logs) + 100])
    before = Predecessor(old.identity.incarnation, *old.head)
    node.logs.append(Log(LogIdentity(old.identity.chain, node.id, fresh, raw_public(node.key), before)))
    node.session_number = 0


def same(node: Node, hq: HQ) -> bool:
    """Whether HQ holds the node's current log to its head, and the node the feed."""
    kept = hq.kept[node.log.identity.incarnation]
    rows = {row.key: row.body for row in hq.rows}
    return kept.entries == node.log.entries and kept.hashes == node.log.hashes and node.rows == rows


def test_the_main_way() -> None:
    """A new node is accepted, pushes its log and takes the feed; later entries and rows follow in the same session."""
    node = Node()
    hq = HQ(node)
    node.log.grow(50)
    hq.publish(*[f"rights:{n}" for n in range(30)])
    pump = join(node, hq, next(TAGS))
    assert (node.session.state, hq.session.state) == (State.LIVE, State.LIVE)
    assert verdicts(node) == [[VerdictKind.UNKNOWN_ACCEPTED]]
    assert same(node, hq)
    node.log.grow(7)
    hq.publish("rights:31")
    node.push()
    hq.send_pages()
    pump.run(NOW)
    assert same(node, hq)
    assert (node.session_number, hq.sessions[node.log.identity.incarnation]) == (1, (1, True))
    assert node.session.unacked() == 0
    assert ended(node) == ended(hq) == []


def test_sessions_follow_each_other() -> None:
    """Each new session is normal, has the next number, and resumes behind what is acked."""
    node = Node()
    hq = HQ(node)
    for number in range(1, 6):
        node.log.grow(4)
        join(node, hq, next(TAGS))
        assert node.session_number == number
        assert same(node, hq)
    assert verdicts(node) == [[VerdictKind.UNKNOWN_ACCEPTED]] + [[VerdictKind.NORMAL]] * 4
    firsts = [event.batch.header.first for event in hq.events if isinstance(event, events.BatchReceived)]
    assert firsts == [1, 4, 5, 8, 9, 12, 13, 16, 17, 20]


def test_requests_profiles_and_pings() -> None:
    """Questions are answered by number, profile rows confirmed, pings bring HQ's time and the last ack again."""
    node = Node()
    hq = HQ(node)
    node.log.grow(3)
    pump = join(node, hq, next(TAGS))
    node.session.request(1, "rights", b"{}")
    node.session.request(2, "weather", b"")
    node.session.cancel(1)
    node.session.profiles(9, ("王小明".encode(), b""))
    node.session.ping()
    node.events.clear()
    pump.run(NOW + 5)
    answers = {e.answer.n: e.answer.refused for e in node.events if isinstance(e, events.AnswerReceived)}
    assert answers == {1: "", 2: "unknown_kind"}
    assert events.ProfilesDoneReceived(9) in node.events
    assert events.PongReceived(NOW + 5) in node.events
    assert [(e.ack.seq, e.ack.hq_time) for e in node.events if isinstance(e, events.AckReceived)] == [(3, NOW + 5)]
    assert any(isinstance(event, events.ProfilesReceived) for event in hq.events)
    assert (node.session.last_heard, node.session.connected(NOW + 5)) == (NOW + 5, True)


def test_small_messages_go_before_queued_batches() -> None:
    """A request made while many batches are queued goes out before all but the one being sent."""
    node = Node(per_batch=1)
    hq = HQ(node)
    pump = join(node, hq, next(TAGS))
    node.log.grow(20)
    node.push()
    first = node.session.outgoing()
    node.session.request(1, "rights", b"")
    second = node.session.outgoing()
    assert (len(first), len(second)) == (1, 2)
    assert len(second[0]) < len(second[1])
    pump.to_hq.extend(first + second[:1])
    for _ in range(2):
        pump.deliver_to_hq(NOW)
    assert isinstance(hq.events[-1], events.RequestReceived)
    pump.to_hq.extend(second[1:])
    pump.run(NOW)
    assert same(node, hq)


def test_the_window_fills_and_drains() -> None:
    """With a slow HQ no more than 1 MiB is on its way, and everything arrives once it acks."""
    node = Node(per_batch=500)
    hq = HQ(node)
    pump = join(node, hq, next(TAGS))
    noise = FrameSealer(bytes(32))  # ciphertext does not compress
    for seq in range(1, 120):
        node.log.append(make_entry(seq, note=noise.seal(bytes(17_000)).wire))
    node.push()
    assert 0 <= node.session.window_room() < limits.MAX_BATCH
    assert not node.session.stalled(NOW)
    assert node.session.stalled(NOW + limits.STALL_MS + 1)
    pump.run(NOW)
    assert same(node, hq)
    assert node.session.window_room() == limits.WINDOW
    assert not node.session.stalled(NOW + limits.STALL_MS + 1)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_order_of_delivery(data) -> None:
    """However the two directions interleave, both sides end equal and nobody complains."""
    node = Node(per_batch=2)
    hq = HQ(node)
    node.log.grow(data.draw(st.integers(0, 15)))
    hq.publish(*[f"rights:{n}" for n in range(data.draw(st.integers(0, 9)))])
    tag = next(TAGS)
    pump = Pump(node.connect(2 * tag), hq.connect(2 * tag + 1), node.on_event, hq.on_event)
    pump.start()
    for _ in range(data.draw(st.integers(0, 40))):
        deliver_one(pump, up=data.draw(st.booleans()), collect=data.draw(st.booleans()))
    pump.run(NOW)
    assert same(node, hq)
    assert ended(node) == ended(hq) == []


def deliver_one(pump: Pump, *, up: bool, collect: bool) -> None:
    """Carry one message in one direction, if there is one."""
    if collect:
        pump.collect()
    if up and pump.to_hq:
        pump.deliver_to_hq(NOW)
    if not up and pump.to_node:
        pump.deliver_to_node(NOW)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 30), st.booleans()), max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_line_may_break_anywhere(breaks) -> None:
    """After any number of broken sessions a healthy node is still normal, and one whole session makes both equal."""
    node = Node(per_batch=2)
    hq = HQ(node)
    for grow, carried, up_first in breaks:
        node.log.grow(grow)
        hq.publish(f"rights:{carried}")
        tag = next(TAGS)
        pump = Pump(node.connect(2 * tag), hq.connect(2 * tag + 1), node.on_event, hq.on_event)
        pump.start()
        for step in range(carried):
            deliver_one(pump, up=(step % 2 == 0) is up_first, collect=True)
    join(node, hq, next(TAGS))
    assert same(node, hq)
    assert {kind for kinds in verdicts(node) for kind in kinds} <= {VerdictKind.NORMAL, VerdictKind.UNKNOWN_ACCEPTED}
    assert hq.closed == {}


def test_an_old_backup_is_closed_and_its_successor_goes_on() -> None:
    """A node restored from a backup is behind; it opens a new incarnation, and HQ tells it the old one's close."""
    node = Node()
    hq = HQ(node)
    node.log.grow(9)
    join(node, hq, next(TAGS))
    backup = node.log.copy()
    number = node.session_number
    node.log.grow(6)
    join(node, hq, next(TAGS))
    node.logs[-1], node.session_number = backup, number
    join(node, hq, next(TAGS))
    welcome = [event for event in node.events if isinstance(event, events.WelcomeReceived)][-1]
    assert (welcome.live, welcome.logs[0].verdict) == (False, VerdictKind.BEHIND)
    assert welcome.logs[0].close.reason == "behind"
    assert node.session.state is State.READY
    node.session.close()
    renew(node)
    node.log.grow(2)
    join(node, hq, next(TAGS))
    assert verdicts(node)[-1] == [VerdictKind.CLOSED, VerdictKind.UNKNOWN_ACCEPTED]
    assert hq.kept[node.log.identity.incarnation].head == node.log.head


def test_a_clone_is_found_though_its_log_has_not_moved() -> None:
    """Two boxes from one image: whoever comes second with the used session number is behind."""
    node = Node()
    hq = HQ(node)
    node.log.grow(5)
    join(node, hq, next(TAGS))
    clone = Node()
    clone.logs, clone.session_number, clone.epoch = [node.log.copy()], node.session_number, node.epoch
    join(clone, hq, next(TAGS))
    assert verdicts(clone) == [[VerdictKind.NORMAL]]
    join(node, hq, next(TAGS))
    assert verdicts(node)[-1] == [VerdictKind.BEHIND]


@pytest.mark.parametrize(("more", "seen_in"), [(4, VerdictKind.FORK), (20, VerdictKind.NORMAL)])
def test_both_branches_of_a_fork_reach_hq(more, seen_in) -> None:
    """Another history under the same seqs is seen in HELLO or in the first batch; its entries come as evidence."""
    node = Node()
    hq = HQ(node)
    node.log.grow(10)
    join(node, hq, next(TAGS))
    clone = Node(per_batch=2)
    clone.logs, clone.session_number, clone.epoch = [node.log.copy()], node.session_number, node.epoch
    node.log.grow(3, amount=700)
    node.push()
    Pump(node.session, hq.session, node.on_event, hq.on_event).run(NOW)
    assert same(node, hq)
    clone.log.grow(more, amount=900)
    join(clone, hq, next(TAGS))
    assert verdicts(clone) == [[seen_in]]
    told = any(isinstance(event, events.ClosedReceived) for event in clone.events)
    assert (len(hq.closed), told) == (1, seen_in is VerdictKind.NORMAL)
    renew(clone)
    join(clone, hq, next(TAGS))
    assert verdicts(clone)[-1] == [VerdictKind.CLOSED, VerdictKind.UNKNOWN_ACCEPTED]
    assert set(clone.logs[0].entries[10:]) <= set(hq.evidence)
    assert hq.kept[node.log.identity.incarnation].entries == node.log.entries


def test_a_fork_between_the_locators_points_is_closed_by_the_first_batch() -> None:
    """HQ says normal, sees another previous head in the first batch, closes, and drops the rest."""
    node = Node(per_batch=2)
    hq = HQ(node)
    node.log.grow(9)
    join(node, hq, next(TAGS))
    copy = node.log.copy()
    copy.entries, copy.hashes = copy.entries[:7], copy.hashes[:8]
    copy.grow(13, amount=900)
    node.logs[-1] = copy
    join(node, hq, next(TAGS))
    assert verdicts(node)[-1] == [VerdictKind.NORMAL]
    forks = [event for event in hq.events if isinstance(event, events.ForkReceived)]
    assert [fork.batch.header.first for fork in forks] == [10]
    assert [event.close.reason for event in node.events if isinstance(event, events.ClosedReceived)] == ["fork"]
    assert len(hq.kept[copy.identity.incarnation].entries) == 9


def test_a_lower_hq_epoch_is_refused() -> None:
    """A node that has seen a later HQ refuses an earlier one and tells it why."""
    node = Node()
    hq = HQ(node)
    node.epoch = HqEpoch(EPOCH.n + 1, b"x" * 16)
    join(node, hq, next(TAGS))
    assert ended(node) == ended(hq) == [RefusalCode.STALE_HQ_EPOCH]
    assert node.session_number == 0


def test_unknown_nodes_get_no_word_that_is_sealed() -> None:
    """A node that is not enrolled gets nothing but HQ's nonce."""
    node, hq = Node(), HQ()
    pump = join(node, hq, next(TAGS))
    assert ended(hq) == [RefusalCode.UNKNOWN_NODE]
    assert pump.bytes_down == limits.NONCE


def test_retry_and_farewells() -> None:
    """HQ can send a node away with a time; either side can end with a reason; both sides then are closed."""
    node = Node()
    hq = HQ(node)
    pump = join(node, hq, next(TAGS))
    hq.session.retry(30_000, RefusalCode.BUSY)
    pump.run(NOW)
    assert node.events[-1] == events.RetryReceived(30_000, RefusalCode.BUSY)
    assert node.session.closed
    assert hq.session.closed
    pump = join(node, hq, next(TAGS))
    hq.session.close(RefusalCode.SUPERSEDED, "another connection")
    pump.run(NOW)
    assert (node.events[-1].code, node.events[-1].by_peer) == (RefusalCode.SUPERSEDED, True)
    pump = join(node, hq, next(TAGS))
    node.session.close()
    node.session.close()
    pump.run(NOW)
    assert (hq.events[-1].code, hq.events[-1].by_peer) == (RefusalCode.GOING_AWAY, True)
    assert node.session.receive(b"anything", NOW) == []


def test_no_key_and_nonce_pair_twice() -> None:
    """Across many sessions every frame has its own (opening, number): keys follow openings, nonces follow numbers."""
    node = Node()
    hq = HQ(node)
    seen: set[tuple[bytes, bytes]] = set()
    for _ in range(6):
        node.log.grow(5)
        tag = next(TAGS)
        pump = Pump(node.connect(2 * tag), hq.connect(2 * tag + 1), node.on_event, hq.on_event)
        pump.start()
        up: list[bytes] = []
        down: list[bytes] = []
        while pump.collect():
            up += pump.to_hq
            down += pump.to_node
            while pump.to_hq:
                pump.deliver_to_hq(NOW)
            while pump.to_node:
                pump.deliver_to_node(NOW)
        for _nonce, opening, *frames in (up, down):
            pairs = {(opening, frame[:8]) for frame in frames}
            assert len(pairs) == len(frames)
            assert not pairs & seen
            seen |= pairs


def test_hq_signs_what_it_says() -> None:
    """The statements a node stores verify under HQ's key alone."""
    node = Node()
    hq = HQ(node)
    node.log.grow(3)
    join(node, hq, next(TAGS))
    raw = node.last_ack[node.log.identity.incarnation]
    assert open_ack(raw, HQ_KEY.public_key()).point == node.log.head
