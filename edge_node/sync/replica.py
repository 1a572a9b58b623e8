"""One session with HQ, driven over any transport: the session's events become ledger calls, the log becomes batches.

Synchronous and without I/O of its own but the connection handed in, so the WebSocket link and a replay in virtual time
drive the same code. Each ``receive`` runs in one write transaction of the caller: the session's commands are issued
only after what they promise is stored, and their messages leave (``outgoing``) only after the commit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commerce.reference import MEMBERS_FEED
from edge_node.errors import Code, StopWorkError
from edge_node.ledger import change_log, incarnations, link_state, outbox, requests
from edge_node.ledger.apply import Applied, Notice, apply_early, apply_page, positions
from edge_node.ledger.incarnations import Log
from edge_node.ledger.node import Node, load_node
from edge_node.storage.database import Connection
from edge_node.sync.limits import BATCH_ENTRIES
from edge_node.sync.telling import Devices, Telling, measure
from sync_protocol import limits
from sync_protocol.ack import Level, open_ack
from sync_protocol.batch import build_batch, fill
from sync_protocol.chain import Point
from sync_protocol.epoch import acceptable
from sync_protocol.errors import Action, RefusalCode
from sync_protocol.events import (
    AckReceived,
    AnswerReceived,
    ClosedReceived,
    Ended,
    NodeEvent,
    PageReceived,
    PongReceived,
    ProfilesDoneReceived,
    RetryReceived,
    WelcomeReceived,
)
from sync_protocol.messages import Answer, Hello, LogOffer, Page, VerdictKind
from sync_protocol.node_session import NodeIdentity, NodeSession
from sync_protocol.page import PageStep
from sync_protocol.session import Secrets, State
from sync_protocol.versions import OPTIONAL

VERSIONS = {"protocol": 1, "facts": 1, **OPTIONAL}
BATCHES_AT_ONCE = 2
"""Built in one step, 4 ms each: tills share the database thread. ``more`` tells that another step would send more."""

_REOPEN = frozenset({VerdictKind.BEHIND, VerdictKind.FORK, VerdictKind.CLOSED})


class Clock(NamedTuple):
    """The two times of one step: ``ticks`` never step (deadlines), ``now`` is ms since 1970 as this box claims."""

    ticks: int
    now: int


@dataclass(slots=True)
class Heard:
    """What one step did that the transport or the screens must know."""

    reopened: Log | None = None  # the log of the incarnation just opened: connect again at once, under it
    ended: Ended | None = None  # the session is over; its action says how to go on
    retry_after: int | None = None  # HQ asks to come back after so many ms
    acked: bool = False  # a durable ack went forward: the line gets somewhere
    settled: list[int] = field(default_factory=list)  # numbers of the requests that HQ answered
    wrote: bool = False
    reference_changed: bool = False
    notices: list[Notice] = field(default_factory=list)

    def add(self, applied: Applied) -> None:
        """Take over what applied rows did."""
        self.wrote |= applied.wrote
        self.reference_changed |= applied.reference_changed
        self.notices += applied.notices


class Replica:
    """The node's end of one connection. Make a new one for each; ``node`` is the identity it speaks for."""

    def __init__(self, node: Node, identity: NodeIdentity, new_id: Callable[[], bytes], software: str) -> None:
        """`new_id` gives 16 fresh random bytes per call: ids of the facts that HQ's orders ask for."""
        self.node = node
        self._identity = identity
        self._new_id = new_id
        self._software = software
        self._session: NodeSession | None = None
        self._asked: set[int] = set()
        self._profiles_out = 0  # the delivery on its way, 0: none
        self._telling = Telling()
        self.more = False

    @property
    def session(self) -> NodeSession:
        """The session, once connected."""
        assert self._session is not None
        return self._session

    @property
    def live(self) -> bool:
        """Whether batches and rows may flow."""
        return self._session is not None and self._session.state is State.LIVE and not self._session.closed

    def connect(self, conn: Connection, secrets: Secrets) -> None:
        """Begin a session: say which logs and feed positions this node holds. `secrets`: fresh for this connection."""
        self.node = load_node(conn, self.node.member_key)
        offers = tuple(_offer(conn, log) for log in _offered(conn))
        hello = Hello(
            branch=self.node.branch,
            session=incarnations.current(conn).session,
            logs=offers,
            epoch=link_state.epoch(conn),
            feeds=positions(conn),
            versions=VERSIONS,
            software=self._software,
        )
        self._session = NodeSession(self._identity, secrets, hello)
        self._session.start()

    def outgoing(self) -> list[bytes]:
        """Return wire messages to send, in order; ask again until empty. Only after the step's commit."""
        return self.session.outgoing()

    def receive(self, conn: Connection, data: bytes, clock: Clock) -> Heard:
        """Take one wire message, in the caller's transaction."""
        heard = Heard()
        for event in self.session.receive(data, clock.ticks):
            self._on(conn, event, clock, heard)
            if heard.ended is not None or heard.reopened is not None:
                break
        if heard.ended is None and heard.reopened is None:
            self.push(conn, clock)
        return heard

    def push(self, conn: Connection, clock: Clock) -> None:
        """Queue what waits and fits: requests, profile edits, batches. When the ledger grew; reads only."""
        self.more = False
        if not self.live:
            return
        self._push_requests(conn, clock)
        self._push_profiles(conn)
        self._push_logs(conn, clock)

    def tell(self, conn: Connection, devices: Devices, clock: Clock) -> None:
        """Queue how this node is, when HQ takes it and it is time to. Reads only."""
        if self.live and self.session.takes_health and self._telling.look(clock.ticks):
            health = measure(conn, self.node, devices, clock.now)
            if self._telling.worth(health, clock.ticks):
                self.session.health(health)

    def cancel(self, n: int) -> None:
        """Tell HQ that nobody waits for request `n` any more."""
        if self.live and n in self._asked:
            self.session.cancel(n)

    # Sending

    def _push_logs(self, conn: Connection, clock: Clock) -> None:
        """Offer the next batches, oldest log first, as far as the window and this step go."""
        left = BATCHES_AT_ONCE
        for log in incarnations.logs(conn):
            while self.session.takes(log.incarnation) and self.session.next_seq(log.incarnation) <= log.seq:
                if self.session.window_room() < limits.MAX_BATCH:
                    # a batch of small entries may still fit, but a full window empties within one round trip
                    self.session.unsent(clock.ticks)
                    return
                if not left:
                    self.more = True
                    return
                self._push_batch(conn, log, clock)
                left -= 1

    def _push_batch(self, conn: Connection, log: Log, clock: Clock) -> None:
        """Offer the next batch of one log."""
        after = self.session.next_seq(log.incarnation) - 1
        data = next_batch(conn, log, self._identity.signing_key, after)
        self.session.offer(data, clock.ticks)

    def _push_profiles(self, conn: Connection) -> None:
        """Send the next profile edits, one delivery at a time: what HQ answered is gone from the outbox."""
        if self._profiles_out:
            return
        edits = outbox.pending(conn, 0, limits.MAX_PROFILES, limits.MAX_PROFILES_BYTES)
        if edits:
            self._profiles_out = edits[-1][0]
            self.session.profiles(self._profiles_out, tuple(edit for _, edit in edits))

    def _push_requests(self, conn: Connection, clock: Clock) -> None:
        """Ask what was not asked in this session yet and is still waited for.

        Cancelled ones stay open in the session until HQ answers them, and count.
        """
        for request in requests.waiting(conn, self.node):
            if request.n in self._asked or request.deadline <= clock.now:
                continue
            if len(self._asked) >= limits.MAX_REQUESTS_OPEN:
                return
            self._asked.add(request.n)
            self.session.request(request.n, request.kind, request.body)

    # Receiving

    def _on(self, conn: Connection, event: NodeEvent, clock: Clock, heard: Heard) -> None:
        """Turn one event into ledger calls."""
        match event:
            case WelcomeReceived():
                self._on_welcome(conn, event, clock, heard)
            case AckReceived():
                self._on_ack(conn, event, clock, heard)
            case PongReceived(hq_time):
                link_state.heard(conn, clock.now, hq_time)
            case PageReceived(page):
                self._on_page(conn, page, clock, heard)
            case AnswerReceived(answer):
                self._on_answer(conn, answer, clock, heard)
            case ProfilesDoneReceived(n):
                self._on_profiles_done(conn, n)
            case ClosedReceived(close, _):
                if close.incarnation == self.node.incarnation:
                    self._reopen(conn, clock, heard)
            case RetryReceived(after_ms, reason):
                heard.retry_after = after_ms
                heard.ended = Ended(reason, "HQ asks to come back later", Action.RETRY, by_peer=True)
            case Ended():
                heard.ended = event

    def _on_welcome(self, conn: Connection, event: WelcomeReceived, clock: Clock, heard: Heard) -> None:
        """Keep what HQ stated; go live, or open the next incarnation, or give up."""
        link_state.heard(conn, clock.now, event.welcome.hq_time)
        link_state.saw_epoch(conn, event.welcome.epoch)
        mine = None
        for log in event.logs:
            if log.point is not None and open_ack(log.ack_wire, self._identity.hq_signing_key).level is Level.DURABLE:
                heard.acked |= self._acked(conn, log.incarnation, log.point, log.ack_wire)
            if log.incarnation == self.node.incarnation:
                mine = log
        assert mine is not None
        if event.live:
            # the session number is stored before any row of this session can be applied
            incarnations.store_session(conn, self.node.no, event.welcome.session)
            self.session.ready()
        elif mine.verdict in _REOPEN:
            self._reopen(conn, clock, heard)
        else:
            code = mine.code or RefusalCode.GOING_AWAY
            action = Action.RETRY if mine.verdict is VerdictKind.RECOVERY else Action.HUMAN
            self.session.close(RefusalCode.GOING_AWAY, "")
            heard.ended = Ended(code, f"HQ does not take this log: {mine.verdict}", action, by_peer=True)

    def _on_ack(self, conn: Connection, event: AckReceived, clock: Clock, heard: Heard) -> None:
        """Note that HQ lives, and how far it holds a log durably."""
        link_state.heard(conn, clock.now, event.ack.hq_time)
        if event.ack.level is Level.DURABLE:
            heard.acked |= self._acked(conn, event.ack.incarnation, event.ack.point, event.raw)

    def _on_answer(self, conn: Connection, answer: Answer, clock: Clock, heard: Heard) -> None:
        """Settle a request; its rows count even where nobody waits for the answer any more."""
        self._asked.discard(answer.n)
        if requests.answer(conn, self.node.no, answer.n, answer.refused, answer.body):
            heard.settled.append(answer.n)
        heard.add(apply_early(conn, self.node, answer.rows, clock.now, self._new_id))

    def _on_profiles_done(self, conn: Connection, n: int) -> None:
        """Empty the outbox of the delivery that HQ answered."""
        if n == self._profiles_out:
            outbox.done(conn, n)
            self._profiles_out = 0

    def _acked(self, conn: Connection, incarnation: bytes, point: Point, raw: bytes) -> bool:
        """Keep a durable ack with the log that it is about; tell whether it goes further than the last one."""
        log = next(log for log in incarnations.logs(conn) if log.incarnation == incarnation)
        return change_log.mark_acked(conn, log.no, point.seq, point.hash, raw) and point.seq > log.acked_seq

    def _reopen(self, conn: Connection, clock: Clock, heard: Heard) -> None:
        """Leave a closed incarnation behind: the next one holds no rights, the old tail is offered as history."""
        incarnations.open_next(conn, "closed", self._new_id(), clock.now)
        self.node = load_node(conn, self.node.member_key)
        self.session.close(RefusalCode.GOING_AWAY, "")
        heard.reopened = incarnations.current(conn)
        heard.notices.append(Notice("incarnation", self.node.incarnation.hex()))

    def _on_page(self, conn: Connection, page: Page, clock: Clock, heard: Heard) -> None:
        """Apply a page, or say from where it should come again. A duplicate is dropped without a word."""
        known = positions(conn).get(page.feed)
        try:
            applied = apply_page(conn, self.node, page, clock.now, self._new_id)
        except StopWorkError as error:
            if error.code is not Code.PAGE_REFUSED:
                raise
            self._refuse(heard, RefusalCode.BAD_PAGE, Action.STOP, "a page of a feed that is not this branch's")
            return
        if applied.step is PageStep.NEW_LINEAGE and known is not None:
            if not acceptable(known.lineage, page.lineage):
                self._refuse(heard, RefusalCode.STALE_HQ_EPOCH, Action.HUMAN, "a page of a lineage left behind")
                return
            # HQ cut the feed back: everything is read again from its beginning
            conn.execute("DELETE FROM positions WHERE feed = ?", (page.feed,))
            known = None
            applied = apply_page(conn, self.node, page, clock.now, self._new_id)
        heard.add(applied)
        if applied.step is PageStep.APPLY:
            if page.feed == MEMBERS_FEED:
                link_state.blocks_applied(conn, clock.now)
            self.session.feed_at(page.feed, page.lineage, page.end)
        elif applied.step is PageStep.ASK_AGAIN:
            self.session.feed_at(page.feed, page.lineage, known.position if known else 0)

    def _refuse(self, heard: Heard, code: RefusalCode, action: Action, text: str) -> None:
        """End the session over what HQ sent; nothing of it was applied."""
        self.session.close(code, text)
        heard.ended = Ended(code, text, action, by_peer=False)


def next_batch(conn: Connection, log: Log, signing_key: Ed25519PrivateKey, after: int) -> bytes:
    """Sign the next batch of a log behind entry `after`; there must be an entry."""
    entries = fill(change_log.read_range(conn, log.no, after, limits.MAX_BATCH_UNPACKED, BATCH_ENTRIES))
    previous = change_log.hash_at(conn, log.no, after)
    assert previous is not None
    return build_batch(log.identity, signing_key, Point(after, previous), entries, log.ack)


def _offered(conn: Connection) -> list[Log]:
    """Choose the logs to offer: the current one, and earlier ones that HQ does not hold to their end, oldest first."""
    held = incarnations.logs(conn)
    earlier = [log for log in held if log.state != "current" and log.acked_seq < log.seq]
    return earlier[: limits.MAX_LOGS - 1] + [log for log in held if log.state == "current"]


def _offer(conn: Connection, log: Log) -> LogOffer:
    """Describe one log for HELLO."""
    return LogOffer(
        chain=log.chain,
        node=log.node,
        incarnation=log.incarnation,
        signing_key=log.signing_key,
        predecessor=log.predecessor,
        locator=tuple(change_log.locator(conn, log.no)),
        current=log.state == "current",
        last_ack=log.ack,
    )
