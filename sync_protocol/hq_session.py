"""HQ's end of a live session."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey

from sync_protocol import limits, messages, signed
from sync_protocol.ack import Ack, Level, sign_ack
from sync_protocol.batch import open_batch, peek_header
from sync_protocol.chain import Point
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import RefusalCode, StateError, StopError
from sync_protocol.events import (
    BatchReceived,
    FeedAtReceived,
    ForkReceived,
    HealthReceived,
    HelloReceived,
    HqEvent,
    ProfilesReceived,
    ReadyReceived,
    RequestCancelled,
    RequestReceived,
)
from sync_protocol.messages import LIVE_VERDICTS, PUSH_VERDICTS, FeedPosition, Hello, LogAnswer, LogOffer, Page, Row
from sync_protocol.opening import Direction, Opening
from sync_protocol.pace import Pace
from sync_protocol.sealing import Expected, PrivateKeyFor, open_opening, seal_opening
from sync_protocol.session import Secrets, Session, State
from sync_protocol.verdict import Verdict
from sync_protocol.versions import HEALTH, OPTIONAL, PROTOCOL_VERSION
from sync_protocol.window import ReceiveWindow
from sync_protocol.wire import check_hello, check_page, decode_node_message


class NodeRecord(NamedTuple):
    """What HQ enrolled about a node. ``seal_to_raw``: the 1,216 raw bytes behind ``seal_to``."""

    node: bytes
    signing_key: Ed25519PublicKey
    seal_to: MLKEM768X25519PublicKey
    seal_to_raw: bytes


NodeFor: TypeAlias = Callable[[bytes, bytes], NodeRecord | None]
"""Finds an enrolled node by (node id, signing key id); None: unknown, or not the TLS peer of this connection."""


@dataclass(frozen=True, repr=False)
class HqIdentity:
    """Who HQ is."""

    chain: bytes
    signing_key: Ed25519PrivateKey
    private_key_for: PrivateKeyFor


class LogJudgement(NamedTuple):
    """HQ's verdict on one offered log, for ``welcome``; ``close``: the signed close of a closed one."""

    incarnation: bytes
    verdict: Verdict
    close: bytes = b""


class _FeedState:
    """Where a node is in a feed, and the ends of the pages on their way to it."""

    def __init__(self, lineage: HqEpoch, position: int) -> None:
        self.lineage = lineage
        self.sent = position
        self.in_flight: deque[int] = deque()


class HQSession(Session):
    """Takes a hello, gives the verdict, then takes batches and sends pages. One object per connection."""

    def __init__(self, identity: HqIdentity, secrets: Secrets, node_for: NodeFor) -> None:
        super().__init__(secrets)
        self._me = identity
        self._node_for = node_for
        self._node: NodeRecord | None = None
        self._peer_nonce = b""
        self._hello: Hello | None = None
        self._epoch = HqEpoch(0, b"")
        self._offers: dict[bytes, LogOffer] = {}
        self._window = ReceiveWindow({})
        self._forked: set[bytes] = set()
        self._live = False
        self._number = 0
        self._feeds: dict[str, _FeedState] = {}
        self._asked: set[int] = set()
        self._health = Pace(limits.HEALTH_AT_ONCE, limits.HEALTH_PAUSE_MS)

    # Receiving

    def receive(self, data: bytes, now: int) -> list[HqEvent]:
        """Take one wire message. `now`: HQ's time, ms since 1970; it goes into PONG."""
        return self._guard(lambda: self._step(data, now))

    def _step(self, data: bytes, now: int) -> list[HqEvent]:
        """Take one wire message, by state."""
        if self._state is State.NONCE:
            self._peer_nonce = self._nonce(data)
            self._state = State.OPENING
            return []
        if self._state is State.OPENING:
            self._take_opening(data)
            return []
        frame = self._receive_frame(data)
        events = self._on_message(decode_node_message(frame.plaintext), now)
        if frame.last and not self.closed:
            raise StopError(RefusalCode.GOING_AWAY, "the node sent its last frame")
        return events

    def _take_opening(self, data: bytes) -> None:
        """Verify who is there, then seal a session back to exactly that node."""
        me = self._me
        expected = Expected(me.chain, me.chain, Direction.TO_HQ, self._secrets.nonce)
        self._in = open_opening(data, expected, me.private_key_for, self._verify_key)
        assert self._node is not None
        opening = Opening(
            version=PROTOCOL_VERSION,
            chain=me.chain,
            sender=me.chain,
            sender_key=signed.key_id(signed.raw_public(me.signing_key)),
            receiver=self._node.node,
            receiver_key=signed.key_id(self._node.seal_to_raw),
            direction=Direction.TO_NODE,
            session=self._secrets.session,
            peer_nonce=self._peer_nonce,
        )
        self._out = seal_opening(opening, self._secrets.data_key, self._node.seal_to, me.signing_key)
        self._plain.append(self._out.wire)
        self._state = State.HELLO

    def _verify_key(self, sender: bytes, key_id: bytes) -> Ed25519PublicKey | None:
        """Look the sender up in the registry."""
        self._node = self._node_for(sender, key_id)
        if self._node is None or self._node.node != sender:
            return None
        return self._node.signing_key

    def _on_message(self, message: messages.NodeMessage, now: int) -> list[HqEvent]:
        """Take one message of the node, if this is its time."""
        if isinstance(message, messages.Error):
            return [self._ended_by_peer(message)]
        if isinstance(message, Hello):
            return [self._on_hello(message)]
        if isinstance(message, messages.Ready):
            return [self._on_ready(message)]
        if self._state not in (State.USED, State.LIVE):
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "before READY")
        match message:
            case messages.BatchMessage():
                return self._on_batch(message.data)
            case messages.Profiles():
                return [ProfilesReceived(message.n, message.rows)]
            case messages.Request():
                return [self._on_request(message)]
            case messages.Cancel():
                return [RequestCancelled(message.n)] if message.n in self._asked else []
            case messages.FeedAt():
                return [self._on_feed_at(message)]
            case messages.Ping():
                self._pong(message.n, now)
            case messages.Health():
                return self._on_health(message, now)
        return []

    def _on_hello(self, hello: Hello) -> HelloReceived:
        """Check a hello against the opening."""
        if self._state is not State.HELLO or self._in is None or self._node is None:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "a second HELLO")
        opening = self._in.opening
        check_hello(hello, opening.chain, opening.sender, opening.sender_key)
        self._hello = hello
        self._state = State.WELCOME
        return HelloReceived(self._node.node, signed.raw_public(self._node.signing_key), hello)

    def _on_ready(self, ready: messages.Ready) -> ReadyReceived:
        """The node stored the number it was given."""
        if self._state is not State.READY or not self._live or ready.session != self._number:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "READY for no session that was given")
        self._state = State.USED
        return ReadyReceived(ready.session)

    def _on_batch(self, data: bytes) -> list[HqEvent]:
        """Verify a batch and see whether it continues what HQ holds."""
        header = peek_header(data)
        offer = self._offers.get(header.incarnation)
        if offer is None or (header.chain, header.node) != (offer.chain, offer.node):
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "a batch of a log that is not taken in this session")
        if header.incarnation in self._forked:
            return []
        batch = open_batch(data, signed.load_public(offer.signing_key))
        if self._window.take(header, len(data)):
            return [BatchReceived(batch, data)]
        self._forked.add(header.incarnation)
        return [ForkReceived(batch, data)]

    def _on_request(self, message: messages.Request) -> RequestReceived:
        """Take a question, once per number and session."""
        if message.n in self._asked or len(self._asked) >= limits.MAX_REQUESTS_OPEN:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "asked twice, or too many open requests")
        self._asked.add(message.n)
        return RequestReceived(message.n, message.kind, message.body)

    def _on_feed_at(self, message: messages.FeedAt) -> FeedAtReceived:
        """Confirm pages, or begin again where the node is."""
        state = self._feeds.get(message.feed)
        again = True
        if state is not None and state.lineage == message.lineage and message.position in state.in_flight:
            while state.in_flight.popleft() != message.position:
                pass
            again = False
        elif state is None and len(self._feeds) >= limits.MAX_FEEDS:
            raise StopError(RefusalCode.TOO_LARGE, "too many feeds")
        else:
            self._feeds[message.feed] = _FeedState(message.lineage, message.position)
        return FeedAtReceived(message.feed, message.lineage, message.position, again)

    def _on_health(self, health: messages.Health, now: int) -> list[HqEvent]:
        """Take what a node tells of itself, if it said that it would; what comes too often is dropped."""
        assert self._hello is not None
        if HEALTH not in self._hello.versions:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "HEALTH, which HELLO did not name")
        return [HealthReceived(health)] if self._live and self._health.takes(now) else []

    def _pong(self, n: int, now: int) -> None:
        """Answer a ping: HQ's time, and the last ack signed again."""
        assert self._hello is not None
        if self.queued >= limits.MAX_QUEUED:
            raise StopError(RefusalCode.WINDOW_EXCEEDED, "asks without reading the answers")
        offer = self._hello.current
        point, level = self._window.last_acked(offer.incarnation)
        self._send(messages.Pong(n=n, hq_time=now, ack=self._signed_ack(offer, point, level, now)))

    # Commands

    def welcome(
        self,
        epoch: HqEpoch,
        hq_time: int,
        judgements: Sequence[LogJudgement],
        feeds: Mapping[str, FeedPosition],
        number: int,
        *,
        level: Level = Level.DURABLE,
    ) -> None:
        """Answer the hello, in the order of its logs. `number`: ``next_session`` of the current log.

        If the current log's verdict is live, that number is stored durably, as not yet used, before this call; else the
        node gets the verdicts and nothing more. `level`: how safe HQ holds the points it names.
        """
        self._need(State.WELCOME)
        assert self._hello is not None
        if [judged.incarnation for judged in judgements] != [log.incarnation for log in self._hello.logs]:
            raise StateError("every offered log wants its answer, in order")
        self._epoch = epoch
        answers, bases = [], {}
        for offer, judged in zip(self._hello.logs, judgements, strict=True):
            point = judged.verdict.point
            ack = b"" if point is None else self._signed_ack(offer, point, level, hq_time)
            answers.append(
                LogAnswer(
                    incarnation=offer.incarnation,
                    verdict=judged.verdict.kind,
                    code=judged.verdict.code,
                    ack=ack,
                    close=judged.close,
                )
            )
            if offer.current:
                self._live = judged.verdict.kind in LIVE_VERDICTS
            if point is not None and judged.verdict.kind in PUSH_VERDICTS:
                bases[offer.incarnation] = point
                self._offers[offer.incarnation] = offer
        self._window = ReceiveWindow(bases)
        self._feeds = {feed: _FeedState(*at) for feed, at in self._hello.feeds.items()}
        self._number = number
        self._send(
            messages.Welcome(epoch=epoch, hq_time=hq_time, session=number, logs=tuple(answers), feeds=dict(feeds))
        )
        self._state = State.READY

    def live(self) -> None:
        """Go live: the session number is stored as used. A node that may tell more is told what HQ takes of it."""
        self._need(State.USED)
        self._state = State.LIVE
        assert self._hello is not None
        taken = {name: n for name, n in OPTIONAL.items() if name in self._hello.versions}
        if taken:
            self._send(messages.Takes(versions=taken))

    def ack(self, incarnation: bytes, point: Point, level: Level, hq_time: int) -> bytes:
        """Sign and send an ack for the end of a batch that is committed (at `level`); returns the statement."""
        self._need(State.LIVE)
        self._window.acked(incarnation, point, level)
        ack = self._signed_ack(self._offers[incarnation], point, level, hq_time)
        self._send(messages.AckMessage(ack=ack))
        return ack

    def page_room(self, feed: str) -> int:
        """Return how many more pages of a feed may be sent before the node confirms one."""
        state = self._feeds.get(feed)
        return limits.PAGES_IN_FLIGHT - (0 if state is None else len(state.in_flight))

    def feed_position(self, feed: str) -> FeedPosition | None:
        """Return where the next page of a feed must begin; None: never sent to this node, begin at 0."""
        state = self._feeds.get(feed)
        return None if state is None else FeedPosition(state.lineage, state.sent)

    def send_page(self, page: Page) -> None:
        """Send a page that continues the feed; only durable rows, only while live."""
        self._need(State.LIVE)
        check_page(page)
        state = self._feeds.get(page.feed)
        if state is None or state.lineage != page.lineage:
            state = _FeedState(page.lineage, 0)
        if not self._live or page.start != state.sent or len(state.in_flight) >= limits.PAGES_IN_FLIGHT:
            raise StateError("a page out of turn")
        self._send(page)
        self._feeds[page.feed] = state
        state.sent = page.end
        state.in_flight.append(page.end)

    def profiles_done(self, n: int) -> None:
        """Tell the node that HQ holds these rows."""
        self._need(State.LIVE)
        self._send(messages.ProfilesDone(n=n))

    def answer(self, n: int, refused: str, body: bytes, rows: tuple[Row, ...] = ()) -> None:
        """Answer a request, once. `refused` empty: granted. `rows`: durable rights rows."""
        self._need(State.LIVE)
        if n not in self._asked or (rows and not self._live):
            raise StateError("not asked, or rows for an incarnation that is closed")
        self._send(messages.Answer(n=n, refused=refused, body=body, rows=rows))
        self._asked.discard(n)

    def closed_log(self, close: bytes, incarnation: bytes) -> None:
        """Tell the node that an incarnation of its is closed (``sign_close``). If the current one: no more rows."""
        self._need(State.LIVE, State.USED)
        assert self._hello is not None
        if incarnation == self._hello.current.incarnation:
            self._live = False
        self._send(messages.Closed(close=close))

    def retry(self, after_ms: int, reason: RefusalCode) -> None:
        """End the session and tell the node when to come back."""
        self._end(messages.Retry(after_ms=after_ms, reason=reason))

    def _signed_ack(self, offer: LogOffer, point: Point, level: Level, hq_time: int) -> bytes:
        """Sign an ack of one of the node's logs."""
        ack = Ack(
            epoch=self._epoch,
            node=offer.node,
            incarnation=offer.incarnation,
            seq=point.seq,
            head=point.hash,
            level=level,
            hq_time=hq_time,
        )
        return sign_ack(ack, self._me.signing_key)
