"""The node's end of a live session."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey

from sync_protocol import limits, messages, signed
from sync_protocol.ack import Ack, open_ack
from sync_protocol.batch import peek_header
from sync_protocol.close import Close, open_close
from sync_protocol.epoch import HqEpoch, acceptable
from sync_protocol.errors import HumanError, RefusalCode, StateError, StopError
from sync_protocol.events import (
    AckReceived,
    AnswerReceived,
    ClosedReceived,
    LogStanding,
    NodeEvent,
    PageReceived,
    PongReceived,
    ProfilesDoneReceived,
    RetryReceived,
    WelcomeReceived,
)
from sync_protocol.messages import LIVE_VERDICTS, PUSH_VERDICTS, Hello, LogAnswer, LogOffer, Welcome
from sync_protocol.opening import Direction, LogPosition, Opening
from sync_protocol.progress import Progress
from sync_protocol.sealing import Expected, PrivateKeyFor, open_opening, seal_opening
from sync_protocol.session import Secrets, Session, State
from sync_protocol.versions import HEALTH, PROTOCOL_VERSION
from sync_protocol.window import SendWindow
from sync_protocol.wire import check_hello, decode_hq_message, encode_message


@dataclass(frozen=True, repr=False)
class NodeIdentity:
    """Who a node is, and what it knows of HQ. ``hq_import_raw``: the 1,216 raw bytes behind ``hq_import_key``."""

    chain: bytes
    node: bytes
    signing_key: Ed25519PrivateKey
    private_key_for: PrivateKeyFor
    hq_signing_key: Ed25519PublicKey
    hq_import_key: MLKEM768X25519PublicKey
    hq_import_raw: bytes


class NodeSession(Session):
    """Says hello, waits for the verdict, then pushes batches and takes pages. One object per connection."""

    def __init__(self, identity: NodeIdentity, secrets: Secrets, hello: Hello) -> None:
        super().__init__(secrets)
        key_id = signed.key_id(signed.raw_public(identity.signing_key))
        check_hello(hello, identity.chain, identity.node, key_id)
        self._me = identity
        self._hello = hello
        self._offers = {log.incarnation: log for log in hello.logs}
        self._epoch: HqEpoch | None = None
        self._window = SendWindow({})
        self._progress = Progress()
        self._live = False
        self._number = 0
        self._asked: set[int] = set()
        self._pings = 0
        self._taken: dict[str, int] = {}

    # What the link is like

    @property
    def last_heard(self) -> int | None:
        """When HQ's last authentic message came (the driver's clock); None: never."""
        return self._progress.last_heard

    def connected(self, now: int) -> bool:
        """Tell whether HQ was heard within 30 s and nothing is stalled."""
        return not self.closed and self._progress.connected(now)

    def stalled(self, now: int) -> bool:
        """Tell whether something waits and no durable ack came for a minute: reconnect, then alarm."""
        return self._progress.stalled(now)

    # Receiving

    def receive(self, data: bytes, now: int) -> list[NodeEvent]:
        """Take one wire message. `now`: ms of a clock that does not jump."""
        return self._guard(lambda: self._step(data, now))

    def _step(self, data: bytes, now: int) -> list[NodeEvent]:
        """Take one wire message, by state."""
        if self._state is State.NONCE:
            self._open(self._nonce(data))
            return []
        if self._state is State.OPENING:
            self._take_opening(data)
            return []
        frame = self._receive_frame(data)
        self._progress.heard(now)
        events = self._on_message(decode_hq_message(frame.plaintext), now)
        if frame.last and not self.closed:
            raise StopError(RefusalCode.GOING_AWAY, "HQ sent its last frame")
        return events

    def _open(self, peer_nonce: bytes) -> None:
        """Seal a session to HQ, and say hello in it at once."""
        me = self._me
        opening = Opening(
            version=PROTOCOL_VERSION,
            chain=me.chain,
            sender=me.node,
            sender_key=signed.key_id(signed.raw_public(me.signing_key)),
            receiver=me.chain,
            receiver_key=signed.key_id(me.hq_import_raw),
            direction=Direction.TO_HQ,
            session=self._secrets.session,
            peer_nonce=peer_nonce,
            logs=tuple(LogPosition(log.incarnation, *log.head) for log in self._hello.logs),
        )
        self._out = seal_opening(opening, self._secrets.data_key, me.hq_import_key, me.signing_key)
        self._plain.append(self._out.wire)
        self._send(self._hello)
        self._state = State.OPENING

    def _take_opening(self, data: bytes) -> None:
        """Verify that HQ sealed a session to this node and to this connection."""
        me = self._me
        expected = Expected(me.chain, me.node, Direction.TO_NODE, self._secrets.nonce)
        self._in = open_opening(data, expected, me.private_key_for, self._hq_key)
        self._state = State.WELCOME

    def _hq_key(self, sender: bytes, _key_id: bytes) -> Ed25519PublicKey | None:
        """HQ is the one sender a node listens to."""
        return self._me.hq_signing_key if sender == self._me.chain else None

    def _on_message(self, message: messages.HqMessage, now: int) -> list[NodeEvent]:
        """Take one message of HQ, if this is its time."""
        if isinstance(message, messages.Error):
            return [self._ended_by_peer(message)]
        if isinstance(message, messages.Retry):
            self._ended_by_peer(messages.Error(code=message.reason, text=""))
            return [RetryReceived(message.after_ms, message.reason)]
        if isinstance(message, Welcome):
            return [self._on_welcome(message)]
        if self._state not in (State.READY, State.LIVE):
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "before WELCOME")
        if isinstance(message, messages.Closed):
            return [self._on_closed(message)]
        if self._state is not State.LIVE:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "before READY")
        return self._on_live_message(message, now)

    def _on_live_message(self, message: messages.HqMessage, now: int) -> list[NodeEvent]:
        """Take what only a live session may bring."""
        match message:
            case messages.AckMessage():
                return [self._on_ack(message.ack, now)]
            case messages.Pong():
                return [self._on_ack(message.ack, now), PongReceived(message.hq_time)]
            case messages.ProfilesDone():
                return [ProfilesDoneReceived(message.n)]
            case messages.Takes() if message.versions.keys() <= self._hello.versions.keys():
                self._taken = message.versions
                return []
            case messages.Page() if self._live:
                return [PageReceived(message)]
            case messages.Answer() if message.n in self._asked and (self._live or not message.rows):
                self._asked.discard(message.n)
                return [AnswerReceived(message)]
            case _:
                raise StopError(RefusalCode.UNEXPECTED_MESSAGE, type(message).__name__)

    def _on_welcome(self, welcome: Welcome) -> WelcomeReceived:
        """Check HQ's answer against what was offered."""
        if self._state is not State.WELCOME:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "a second WELCOME")
        if not acceptable(self._hello.epoch, welcome.epoch):
            raise HumanError(RefusalCode.STALE_HQ_EPOCH, f"HQ epoch {welcome.epoch.n} is not acceptable any more")
        if [answer.incarnation for answer in welcome.logs] != list(self._offers):
            raise StopError(RefusalCode.MALFORMED, "WELCOME does not answer the logs offered")
        self._epoch = welcome.epoch
        standings = tuple(self._standing(answer) for answer in welcome.logs)
        mine = next(log for log in standings if log.incarnation == self._hello.current.incarnation)
        self._live = mine.verdict in LIVE_VERDICTS
        if self._live and welcome.session <= self._hello.session:
            raise StopError(RefusalCode.OUT_OF_ORDER, f"session {welcome.session} follows {self._hello.session}")
        self._number = welcome.session
        bases = {
            log.incarnation: log.point
            for log in standings
            if self._live and log.point is not None and log.verdict in PUSH_VERDICTS
        }
        self._window = SendWindow(bases)
        self._state = State.READY
        return WelcomeReceived(welcome, self._live, standings)

    def _standing(self, answer: LogAnswer) -> LogStanding:
        """Verify one answer's signed statements."""
        offer = self._offers[answer.incarnation]
        point = None
        if answer.ack:
            point = self._verified_ack(answer.ack, offer).point
            if point.seq > offer.head.seq:
                raise StopError(RefusalCode.BAD_ACK, "HQ resumes beyond the head that was offered")
        elif answer.verdict in PUSH_VERDICTS:
            raise StopError(RefusalCode.BAD_ACK, "no point to resume at")
        close = self._verified_close(answer.close) if answer.close else None
        if close is not None and close.incarnation != answer.incarnation:
            raise StopError(RefusalCode.IDENTITY_MISMATCH, "a close of another incarnation")
        return LogStanding(answer.incarnation, answer.verdict, answer.code, point, answer.ack, close, answer.close)

    def _on_ack(self, raw: bytes, now: int) -> AckReceived:
        """Verify an ack and let it move the window."""
        ack = open_ack(raw, self._me.hq_signing_key)
        offer = self._offers.get(ack.incarnation)
        if offer is None:
            raise StopError(RefusalCode.BAD_ACK, "an ack of a log that was not offered")
        self._check_statement(ack.epoch, ack.node, offer)
        if self._window.ack(ack):
            self._progress.advanced(now, still_waiting=self._window.waiting)
        return AckReceived(ack, raw)

    def _on_closed(self, message: messages.Closed) -> ClosedReceived:
        """Verify a close; one of the current incarnation stops all rows."""
        close = self._verified_close(message.close)
        if close.incarnation == self._hello.current.incarnation:
            self._live = False
        return ClosedReceived(close, message.close)

    def _verified_ack(self, raw: bytes, offer: LogOffer) -> Ack:
        """Open an ack that must be about this log."""
        ack = open_ack(raw, self._me.hq_signing_key)
        if ack.incarnation != offer.incarnation:
            raise StopError(RefusalCode.BAD_ACK, "an ack of another log")
        self._check_statement(ack.epoch, ack.node, offer)
        return ack

    def _verified_close(self, raw: bytes) -> Close:
        """Open a close that must be about a log of this node. A close may stem from an earlier HQ epoch."""
        close = open_close(raw, self._me.hq_signing_key)
        offer = self._offers.get(close.incarnation)
        if offer is None or close.node != offer.node:
            raise StopError(RefusalCode.IDENTITY_MISMATCH, "a close of a log that was not offered")
        return close

    def _check_statement(self, epoch: HqEpoch, node: bytes, offer: LogOffer) -> None:
        """Refuse a signed ack of another HQ epoch or about another node."""
        if epoch != self._epoch:
            raise HumanError(RefusalCode.STALE_HQ_EPOCH, "an ack of another HQ epoch than this session's")
        if node != offer.node:
            raise StopError(RefusalCode.BAD_ACK, "an ack about another node")

    # Commands

    def ready(self) -> None:
        """Go live: the new session number and HQ's epoch are stored durably."""
        self._need(State.READY)
        if not self._live:
            raise StateError("the verdict does not allow it")
        self._send(messages.Ready(session=self._number))
        self._state = State.LIVE

    def takes(self, incarnation: bytes) -> bool:
        """Tell whether HQ takes batches of this log in this session."""
        return self._window.tip(incarnation) is not None

    def next_seq(self, incarnation: bytes) -> int:
        """Return the seq the next batch of this log must begin with."""
        start = self._window.tip(incarnation)
        if start is None:
            raise StateError("this log is not taken in this session")
        return start + 1

    def window_room(self) -> int:
        """Return the bytes of batches that may be offered now; a batch takes up to 256 KiB."""
        return self._window.room

    def offer(self, data: bytes, now: int) -> None:
        """Queue a batch (``build_batch``); it must continue the one before and fit the window."""
        self._need(State.LIVE)
        message = encode_message(messages.BatchMessage(data=data))
        self._window.send(peek_header(data), len(data))
        self._batches.append(message)
        self._progress.waiting(now)

    def unsent(self, now: int) -> None:
        """Note that entries wait to be offered (a full window, another log goes first): the stall timer runs."""
        self._progress.waiting(now)

    def profiles(self, n: int, rows: tuple[bytes, ...]) -> None:
        """Send personal-data rows of the outbox."""
        self._need(State.LIVE)
        self._send(messages.Profiles(n=n, rows=rows))

    def request(self, n: int, kind: str, body: bytes) -> None:
        """Ask HQ. The same `n` may be asked again in a later session and is answered the same."""
        self._need(State.LIVE)
        if n in self._asked or len(self._asked) >= limits.MAX_REQUESTS_OPEN:
            raise StateError("asked already, or too many open requests")
        self._send(messages.Request(n=n, kind=kind, body=body))
        self._asked.add(n)

    def cancel(self, n: int) -> None:
        """Tell HQ that nobody waits for an answer any more; it comes all the same."""
        self._need(State.LIVE)
        if n in self._asked:
            self._send(messages.Cancel(n=n))

    def feed_at(self, feed: str, lineage: HqEpoch, position: int) -> None:
        """Tell HQ the position after a page was applied, or from where to send again."""
        self._need(State.LIVE)
        self._send(messages.FeedAt(feed=feed, lineage=lineage, position=position))

    def ping(self) -> None:
        """Ask for a sign of life; due when nothing was heard for ``limits.PING_MS``."""
        self._need(State.LIVE)
        self._pings += 1
        self._send(messages.Ping(n=self._pings))

    @property
    def takes_health(self) -> bool:
        """Whether HQ takes HEALTH in this session; one of an older version never says so."""
        return HEALTH in self._taken

    def health(self, health: messages.Health) -> None:
        """Tell HQ how this node is; not oftener than every ``limits.HEALTH_PAUSE_MS``, or HQ drops it."""
        self._need(State.LIVE)
        if not self.takes_health:
            raise StateError("HQ did not say that it takes HEALTH")
        self._send(health)

    def unacked(self) -> int:
        """Return the bytes of batches that HQ has not acked at any level."""
        return self._window.unacked
