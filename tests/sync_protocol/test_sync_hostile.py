"""Hostile peers, also enrolled ones that hold keys: a session ends with a code, and nothing else happens."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_world import EPOCH, FEED, HQ, HQ_IMPORT, HQ_KEY, NOW, Node, make_entry, secrets, signing_key

from sync_protocol import events, limits, messages
from sync_protocol.ack import Ack, Level, sign_ack
from sync_protocol.close import Close, sign_close
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import ProtocolError, RefusalCode, StateError
from sync_protocol.hq_session import HqIdentity, HQSession, LogJudgement
from sync_protocol.messages import FeedPosition, Row, VerdictKind
from sync_protocol.node_session import NodeSession
from sync_protocol.pump import Pump
from sync_protocol.session import Secrets, State
from sync_protocol.verdict import Verdict
from sync_protocol.wire import encode_message

TAGS = count(100_000)


class Line:
    """A node and an HQ that speak up to some state, and a hand on either side's sealer."""

    def __init__(self, grow: int = 4) -> None:
        self.node = Node()
        self.hq = HQ(self.node)
        self.node.log.grow(grow)
        tag = next(TAGS)
        self.pump = Pump(self.node.connect(2 * tag), self.hq.connect(2 * tag + 1), self.node.on_event, self.hq.on_event)

    def live(self) -> "Line":
        """Carry everything: both sides are live."""
        self.pump.start()
        self.pump.run(NOW)
        return self

    def node_says(self, plaintext: bytes, *, last: bool = False) -> list[events.HqEvent]:
        """Let the node's sealer seal anything, and hand it to HQ."""
        return self.hq.session.receive(self.node.session._out.frames.seal(plaintext, last=last).wire, NOW)

    def hq_says(self, message: messages.HqMessage) -> list[events.NodeEvent]:
        """Let HQ's sealer seal any message, and hand it to the node."""
        return self.node.session.receive(self.hq.session._out.frames.seal(encode_message(message)).wire, NOW)

    @property
    def incarnation(self) -> bytes:
        """The node's current incarnation."""
        return self.node.log.identity.incarnation


def only_end(happened: list) -> str:
    """Insist that nothing but the end of the session happened, and give its code."""
    (event,) = happened
    assert isinstance(event, events.Ended)
    return event.code.value


def ack_of(line: Line, **changes: object) -> bytes:
    """A signed ack for the node's log, with some fields changed."""
    fields = {
        "epoch": EPOCH,
        "node": line.node.id,
        "incarnation": line.incarnation,
        "seq": line.node.log.head.seq,
        "head": line.node.log.head.hash,
        "level": Level.DURABLE,
        "hq_time": NOW,
        **changes,
    }
    return sign_ack(Ack(**fields), HQ_KEY)


def page() -> messages.Page:
    """A page with one rights row."""
    return messages.Page(feed=FEED, lineage=EPOCH, start=0, end=1, rows=(Row("rights:1", 1, b"\x80"),))


@given(st.lists(st.binary(max_size=100), min_size=1, max_size=5), st.booleans())
@settings(max_examples=100, deadline=None)
def test_random_wire_messages(chunks, start) -> None:
    """Whatever comes first on a connection, a session survives it or ends with a code."""
    for session in (Node().connect(next(TAGS)), HQ().connect(next(TAGS))):
        if start:
            session.start()
        for chunk in chunks:
            assert all(isinstance(event, events.Ended) for event in session.receive(chunk, NOW))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_bent_wire_messages(data) -> None:
    """A flipped bit in any message of the main way ends the session; nothing bent reaches a driver."""
    line = Line()
    line.pump.start()
    target = data.draw(st.integers(0, 9))
    for step in range(target + 1):
        line.pump.collect()
        queue = line.pump.to_hq if step % 2 == 0 else line.pump.to_node
        if not queue:
            continue
        if step == target and len(queue[0]) > limits.NONCE:
            bent = bytearray(queue[0])
            at = data.draw(st.integers(0, len(bent) * 8 - 1))
            bent[at // 8] ^= 1 << at % 8
            session = line.hq.session if step % 2 == 0 else line.node.session
            only_end(session.receive(bytes(bent), NOW))
            return
        if step % 2 == 0:
            line.pump.deliver_to_hq(NOW)
        else:
            line.pump.deliver_to_node(NOW)


@given(st.binary(max_size=120), st.booleans())
@settings(max_examples=100, deadline=None)
def test_sealed_rubbish(plaintext, last) -> None:
    """An enrolled node that seals rubbish ends its session, with a code."""
    line = Line(0).live()
    for event in line.node_says(plaintext, last=last):
        assert isinstance(
            event, events.Ended | events.RequestCancelled | events.FeedAtReceived | events.ProfilesReceived
        )


def test_a_replayed_session_opens_nothing() -> None:
    """Everything a node ever sent, sent again on a new connection, is refused at the opening."""
    line = Line()
    line.pump.start()
    line.pump.collect()
    recorded: list[bytes] = []
    while line.pump.collect():
        recorded += line.pump.to_hq
        while line.pump.to_hq:
            line.pump.deliver_to_hq(NOW)
        while line.pump.to_node:
            line.pump.deliver_to_node(NOW)
    fresh = line.hq.connect(next(TAGS))
    fresh.start()
    happened = [event for data in recorded for event in fresh.receive(data, NOW)]
    assert only_end(happened) == "replayed"
    assert fresh.outgoing() == [fresh._secrets.nonce]


def test_frames_reordered_or_doubled() -> None:
    """Frames come once and in order, or the session ends."""
    for pick in ([1], [0, 0], [0, 2]):
        line = Line().live()
        for n in range(3):
            line.node.session.request(n, "rights", b"")
        frames = line.node.session.outgoing()
        happened = [event for k in pick for event in line.hq.session.receive(frames[k], NOW)]
        assert happened[-1].code is RefusalCode.FRAME_OUT_OF_ORDER
        assert len(happened) == len(pick)


@pytest.mark.parametrize(
    "message", [page(), messages.ProfilesDone(n=1), messages.Closed(close=b"")], ids=["page", "done", "closed"]
)
def test_nothing_comes_before_welcome(message) -> None:
    """No row, no confirmation, no close reaches a node before the verdict."""
    line = Line()
    line.pump.start()
    for _ in range(3):
        line.pump.collect()
        while line.pump.to_hq:
            data = line.pump.to_hq.popleft()
            line.hq.session.receive(data, NOW)
        while line.pump.to_node:
            line.pump.deliver_to_node(NOW)
    assert line.node.session.state is State.WELCOME
    assert only_end(line.hq_says(message)) == "unexpected_message"


def welcomed(kind: VerdictKind) -> Line:
    """A line on which HQ just gave a verdict and the node's driver has not answered."""
    line = Line()
    hello = line.node.hello()
    line.pump.start()
    for _ in range(3):
        line.pump.collect()
        while line.pump.to_hq:
            line.hq.session.receive(line.pump.to_hq.popleft(), NOW)
        while line.pump.to_node:
            line.node.session.receive(line.pump.to_node.popleft(), NOW)
    judged = LogJudgement(line.incarnation, Verdict(kind, hello.current.points[-1]))
    line.hq.session.welcome(EPOCH, NOW, [judged], {}, 1)
    line.node.events += line.node.session.receive(line.hq.session.outgoing()[0], NOW)
    return line


def test_no_page_before_ready() -> None:
    """A page that comes before the node said READY ends the session."""
    line = welcomed(VerdictKind.NORMAL)
    assert only_end(line.hq_says(page())) == "unexpected_message"


@pytest.mark.parametrize("kind", [VerdictKind.BEHIND, VerdictKind.FORK, VerdictKind.CLOSED, VerdictKind.RECOVERY])
def test_no_rights_under_another_verdict(kind) -> None:
    """Under a verdict that is not live the node can not go on, HQ takes nothing, and a page ends the session."""
    line = welcomed(kind)
    assert not line.node.events[-1].live
    with pytest.raises(StateError):
        line.node.session.ready()
    assert not line.node.session.takes(line.incarnation)
    assert only_end(line.node_says(encode_message(messages.Ready(session=1)))) == "unexpected_message"
    assert only_end(line.hq_says(page())) == "unexpected_message"


@pytest.mark.parametrize(
    "message",
    [
        messages.Ready(session=1),
        messages.BatchMessage(data=b"x"),
        messages.Request(n=1, kind="rights", body=b""),
        messages.FeedAt(feed=FEED, lineage=EPOCH, position=0),
        messages.Ping(n=1),
    ],
    ids=lambda message: type(message).__name__,
)
def test_hq_takes_nothing_before_ready(message) -> None:
    """Before READY (or before its own WELCOME) HQ takes no batch and answers nothing."""
    line = Line()
    line.pump.start()
    for _ in range(3):
        line.pump.collect()
        while line.pump.to_hq:
            line.hq.session.receive(line.pump.to_hq.popleft(), NOW)
        while line.pump.to_node:
            line.node.session.receive(line.pump.to_node.popleft(), NOW)
    assert line.hq.session.state is State.WELCOME
    assert only_end(line.node_says(encode_message(message))) == "unexpected_message"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"epoch": HqEpoch(9, b"x" * 16)}, "stale_hq_epoch"),
        ({"node": b"x" * 16}, "bad_ack"),
        ({"incarnation": b"x" * 16}, "bad_ack"),
        ({"seq": 3}, "bad_ack"),
        ({"seq": 99}, "bad_ack"),
        ({"head": b"x" * 32}, "bad_ack"),
    ],
)
def test_acks_that_do_not_fit(change, code) -> None:
    """An ack of another epoch, node, log or point ends the session, whoever signed it."""
    line = Line(2).live()
    assert only_end(line.hq_says(messages.AckMessage(ack=ack_of(line, **change)))) == code


def test_an_ack_that_hq_did_not_sign() -> None:
    """An ack under another key ends the session."""
    line = Line().live()
    forged = sign_ack(
        Ack(EPOCH, line.node.id, line.incarnation, *line.node.log.head, Level.DURABLE, NOW), signing_key(77)
    )
    assert only_end(line.hq_says(messages.AckMessage(ack=forged))) == "bad_signature"


def test_a_close_of_something_else() -> None:
    """A close must name a log that this node offered."""
    for node, incarnation in ((b"x" * 16, None), (None, b"x" * 16)):
        line = Line().live()
        close = Close(EPOCH, node or line.node.id, incarnation or line.incarnation, 1, b"h" * 32, "fork", NOW)
        assert only_end(line.hq_says(messages.Closed(close=sign_close(close, HQ_KEY)))) == "identity_mismatch"


def test_no_rows_after_the_close() -> None:
    """Once the current incarnation is closed no page may be sent, and none is taken."""
    line = Line().live()
    line.hq.session.closed_log(line.hq.close(line.incarnation, "fork"), line.incarnation)
    with pytest.raises(StateError):
        line.hq.session.send_page(page())
    line.pump.run(NOW)
    assert only_end(line.hq_says(page())) == "unexpected_message"


def test_answers_that_nobody_asked_for() -> None:
    """An answer needs its question, once."""
    line = Line().live()
    answer = messages.Answer(n=5, refused="", body=b"")
    line.node.session.request(5, "rights", b"")
    assert isinstance(line.hq_says(answer)[0], events.AnswerReceived)
    assert only_end(line.hq_says(answer)) == "unexpected_message"


def test_batches_that_do_not_belong() -> None:
    """A batch of an unknown log, of another chain, out of order or under another key ends the session."""
    line = Line(4).live()
    log = line.node.log
    log.grow(4)
    strange = log.copy()
    strange.identity = log.identity._replace(incarnation=b"?" * 16)
    other = log.copy()
    other.identity = log.identity._replace(chain=b"?" * 16)
    cases = [
        (strange.batch(line.node.key, 4, 1), "unexpected_message"),
        (other.batch(line.node.key, 4, 1), "unexpected_message"),
        (log.batch(line.node.key, 5, 1), "out_of_order"),
        (log.batch(line.node.key, 2, 1), "out_of_order"),
        (log.batch(signing_key(55), 4, 1), "bad_signature"),
    ]
    for data, code in cases:
        fresh = Line(4).live()
        assert only_end(fresh.node_says(encode_message(messages.BatchMessage(data=data)))) == code


def test_too_many_requests_and_pings() -> None:
    """Open requests are bounded, and so are pongs that the node does not read."""
    line = Line().live()
    for n in range(limits.MAX_REQUESTS_OPEN):
        line.node_says(encode_message(messages.Request(n=n, kind="rights", body=b"")))
    more = messages.Request(n=999, kind="rights", body=b"")
    assert only_end(line.node_says(encode_message(more))) == "unexpected_message"
    line = Line().live()
    ping = encode_message(messages.Ping(n=1))
    for _ in range(limits.MAX_QUEUED):
        assert line.node_says(ping) == []
    assert only_end(line.node_says(ping)) == "window_exceeded"


def test_feeds_are_bounded() -> None:
    """A node cannot make HQ remember more than 64 feeds."""
    line = Line().live()
    happened: list = []
    for n in range(limits.MAX_FEEDS + 1):
        happened = line.node_says(encode_message(messages.FeedAt(feed=f"f{n}", lineage=EPOCH, position=0)))
    assert only_end(happened) == "too_large"


def test_pages_out_of_turn() -> None:
    """HQ's own code cannot send a page that does not continue, nor more than the node confirmed room for."""
    line = Line().live()
    session = line.hq.session

    def send(start: int) -> None:
        session.send_page(messages.Page(feed="chain", lineage=EPOCH, start=start, end=start + 1, rows=()))

    assert session.feed_position("chain") is None
    with pytest.raises(StateError):
        send(5)
    for start in range(limits.PAGES_IN_FLIGHT):
        send(start)
    assert session.page_room("chain") == 0
    with pytest.raises(StateError):
        send(limits.PAGES_IN_FLIGHT)
    at = messages.FeedAt(feed="chain", lineage=EPOCH, position=2)
    assert line.node_says(encode_message(at)) == [events.FeedAtReceived("chain", EPOCH, 2, again=False)]
    assert (session.page_room("chain"), session.feed_position("chain")) == (2, FeedPosition(EPOCH, 4))
    again = messages.FeedAt(feed="chain", lineage=EPOCH, position=1)
    assert line.node_says(encode_message(again)) == [events.FeedAtReceived("chain", EPOCH, 1, again=True)]
    assert (session.page_room("chain"), session.feed_position("chain")) == (4, FeedPosition(EPOCH, 1))
    with pytest.raises(ProtocolError):
        session.send_page(messages.Page(feed="chain", lineage=EPOCH, start=1, end=0, rows=()))


def test_commands_in_the_wrong_state() -> None:
    """Every command checks its state: a driver's mistake is loud and sends nothing."""
    node, hq = Node(), HQ()
    up, down = node.connect(next(TAGS)), hq.connect(next(TAGS))
    batch = make_entry(1)
    for command in (
        up.ready,
        up.ping,
        lambda: up.offer(batch, NOW),
        lambda: up.profiles(1, ()),
        lambda: up.request(1, "rights", b""),
        lambda: up.cancel(1),
        lambda: up.feed_at(FEED, EPOCH, 0),
        lambda: up.next_seq(b"?" * 16),
        down.live,
        lambda: down.welcome(EPOCH, NOW, [], {}, 1),
        lambda: down.ack(b"i" * 16, node.log.head, Level.DURABLE, NOW),
        lambda: down.send_page(page()),
        lambda: down.profiles_done(1),
        lambda: down.answer(1, "", b""),
        lambda: down.closed_log(b"", b"i" * 16),
    ):
        with pytest.raises(StateError):
            command()
    assert up.outgoing() == down.outgoing() == []
    up.start()
    with pytest.raises(StateError):
        up.start()


def test_more_mistakes_of_a_driver() -> None:
    """Asking twice, answering what was not asked, and too long secrets are mistakes too."""
    line = Line().live()
    line.node.session.request(1, "rights", b"")
    with pytest.raises(StateError):
        line.node.session.request(1, "rights", b"")
    with pytest.raises(StateError):
        line.hq.session.answer(8, "", b"")
    with pytest.raises(StateError):
        Secrets(b"short", bytes(32), bytes(16))
    assert "data key" not in repr(secrets(1))


def test_a_node_does_not_say_a_hello_that_hq_would_refuse() -> None:
    """The hello is checked where it is made."""
    node = Node()
    identity = node.identity()
    other = Node(2)
    with pytest.raises(ProtocolError):
        NodeSession(identity, secrets(next(TAGS)), other.hello())


@pytest.mark.parametrize(
    ("logs", "session", "code"),
    [("none", 1, "malformed"), ("no ack", 1, "bad_ack"), ("beyond", 1, "bad_ack"), ("good", 0, "out_of_order")],
)
def test_welcomes_that_do_not_answer(logs, session, code) -> None:
    """A WELCOME must answer the offers in order, resume within them, and give the next session number."""
    line = Line()
    line.pump.start()
    for _ in range(3):
        line.pump.collect()
        while line.pump.to_hq:
            line.hq.session.receive(line.pump.to_hq.popleft(), NOW)
        while line.pump.to_node:
            line.node.session.receive(line.pump.to_node.popleft(), NOW)
    incarnation = b"?" * 16 if logs == "none" else line.incarnation
    start = {"seq": 0, "head": line.node.log.hashes[0]}
    ack = {"no ack": b"", "beyond": ack_of(line, seq=5)}.get(logs, ack_of(line, **start))
    answer = messages.LogAnswer(incarnation=incarnation, verdict=VerdictKind.NORMAL, code=None, ack=ack)
    welcome = messages.Welcome(epoch=EPOCH, hq_time=NOW, session=session, logs=(answer,), feeds={})
    assert only_end(line.hq_says(welcome)) == code


def test_a_second_hello_or_welcome() -> None:
    """Each is said once."""
    line = Line().live()
    assert only_end(line.node_says(encode_message(line.node.hello()))) == "unexpected_message"
    line = Line().live()
    answer = messages.LogAnswer(incarnation=line.incarnation, verdict=VerdictKind.NORMAL, code=None, ack=b"")
    welcome = messages.Welcome(epoch=EPOCH, hq_time=NOW, session=2, logs=(answer,), feeds={})
    assert only_end(line.hq_says(welcome)) == "unexpected_message"


def test_another_chains_hq() -> None:
    """A node of one chain and an HQ of another part at the opening, with a code for a person."""
    node, hq = Node(), HQ()
    hq.nodes = {node.id: node.record()}
    stranger = HqIdentity(b"X" * 16, HQ_KEY, {HQ_IMPORT.key_id: HQ_IMPORT.private}.get)
    session = HQSession(stranger, secrets(next(TAGS)), hq.find)
    hq.session = session
    pump = Pump(node.connect(next(TAGS)), session, node.on_event, hq.on_event)
    pump.start()
    pump.run(NOW)
    assert [event.code for event in hq.events] == [RefusalCode.WRONG_CHAIN]
