"""``HqCore``: what HQ does with a message, with a chunk of the inbox, with the time that passed.

No clock, no entropy, no asyncio: the WebSocket shell and the replay both call it, on one connection, each time inside
a transaction of their own. What ``outgoing`` gives may be sent only once that transaction is committed: so nothing is
visible that is not durable, whatever the order of events inside.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any

from hq_server.analysis import follow
from hq_server.analysis.limits import RETRY_MS
from hq_server.core.link import BranchLink
from hq_server.distribution import feed, rows
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import parameters
from hq_server.head_office.values import business_day
from hq_server.ingest import gateway, health, limits, registry
from hq_server.ledger import changes, closing, expiry, inbox, incarnations, stages
from hq_server.ledger.context import Hq
from hq_server.reconcile import price_check
from hq_server.reconcile.apply import ENTRIES_PER_STEP, Reconciler
from hq_server.rights import demand, requests
from hq_server.rights.holds import Holds
from hq_server.rights.place import place, place_given
from hq_server.rights.reach import Reach
from hq_server.rights.requests import Settled
from hq_server.storage.database import Connection, savepoint
from sync_protocol import events
from sync_protocol.ack import Level
from sync_protocol.errors import RefusalCode
from sync_protocol.hq_session import HqIdentity, HQSession
from sync_protocol.limits import MAX_ANSWER_ROWS
from sync_protocol.messages import FeedPosition, Row
from sync_protocol.session import Secrets

log = logging.getLogger("stayopen.hq.core")


class HqCore:
    """HQ at work over one database. All calls on one thread."""

    def __init__(self, hq: Hq, reconciler: Reconciler, identity: HqIdentity) -> None:
        self.hq = hq
        self.reach = Reach()
        self.waiting = 0
        self._holds = Holds()
        self._reconciler = reconciler
        self._identity = identity
        self._links: dict[int, BranchLink] = {}
        self._heads: dict[str, FeedPosition] = {}
        self._touched_at = 0
        self._dated = ""  # the day for which the sweep is done
        self._deadline: int | None = None
        self._follow_at = 0  # when the read models may be followed again, after an error

    # Connections

    def connect(
        self, conn: Connection, node: bytes, secrets: Secrets, _now: int, *, upload_only: bool = False
    ) -> BranchLink:
        """Begin a session with a node that TLS has identified. `upload_only`: its certificate has expired.

        RefusedError ``unknown_node`` for one that is not in the registry.
        """
        peer = registry.find(conn, node)
        if peer is None:
            raise RefusedError(Code.UNKNOWN_NODE)
        record = peer.record
        session = HQSession(self._identity, secrets, lambda wanted, _key: record if wanted == node else None)
        link = BranchLink(session, peer, expired=upload_only)
        self._links[id(link)] = link
        session.start()
        return link

    def disconnect(self, link: BranchLink) -> None:
        """Forget a connection; what the node asked and did not hear it asks again."""
        if self._links.pop(id(link), None) is not None and link.live:
            self._end_live(link)

    def go_away(self) -> None:
        """End every session: HQ stops."""
        for link in self._links.values():
            link.session.close(RefusalCode.GOING_AWAY)
            self._end_live(link)

    @property
    def overloaded(self) -> bool:
        """Whether stage 2 is so far behind that it comes before further messages."""
        return self.waiting > limits.WAITING_ENTRIES

    def linked(self, branch: str) -> bool:
        """Whether a live session with the branch is there."""
        return any(link.live and link.branch == branch for link in self._links.values())

    @property
    def links(self) -> list[BranchLink]:
        """All connections, oldest first."""
        return list(self._links.values())

    @property
    def next_deadline(self) -> int | None:
        """When ``tick`` has a request to refuse, ms; None: nobody waits."""
        return self._deadline

    def outgoing(self) -> list[tuple[BranchLink, list[bytes]]]:
        """Take what is to be sent, after the transaction it arose in was committed."""
        found = []
        for link in self._links.values():
            if link.session.silent:
                continue
            messages: list[bytes] = []
            while more := link.session.outgoing():
                messages += more
            if messages:
                found.append((link, messages))
        return found

    def recover(self, conn: Connection) -> list[BranchLink]:
        """After a transaction was rolled back: forget what it had led to.

        Returns the connections to which something was to be said that did not happen: they must be hung up, unsaid.
        """
        self._dated = ""
        self._heads = feed.heads(conn, self.hq, self._heads)
        self._deadline = requests.next_deadline(conn)
        self.waiting = inbox.waiting(conn)
        return [link for link, _ in self.outgoing()]

    # What arrives

    def receive(self, conn: Connection, link: BranchLink, data: bytes, now: int) -> None:
        """Take one wire message of a node and do what it asks; what HQ must refuse ends the session, undone."""
        link.heard_at = now
        for event in link.session.receive(data, now):
            handler: Callable[[HqCore, Connection, BranchLink, Any, int], None] = _HANDLERS[type(event)]
            try:
                with savepoint(conn):
                    handler(self, conn, link, event, now)
            except (InputError, RefusedError) as error:
                link.session.close(RefusalCode.IDENTITY_MISMATCH, str(error))
                self._end_live(link)

    def _hello(self, conn: Connection, link: BranchLink, event: events.HelloReceived, now: int) -> None:
        hello = event.hello
        if hello.branch != link.branch:
            link.session.close(RefusalCode.IDENTITY_MISMATCH, "the node is enrolled for another branch")
            return
        heads = feed.heads(conn, self.hq, feed.feeds_of(link.branch))
        self._heads.update(heads)
        greeting = gateway.on_hello(conn, self.hq, link.peer, hello, heads, now)
        link.ahead, link.no = greeting.ahead, greeting.no
        link.incarnation = hello.current.incarnation
        if greeting.no and not self._admits(conn, link):
            link.session.retry(_spread(link.node), RefusalCode.BUSY)
            return
        if greeting.no:
            self._supersede(link)
        link.session.welcome(self.hq.epoch, now, greeting.judgements, heads, greeting.number)
        self._tell_closed(conn)

    def _ready(self, conn: Connection, link: BranchLink, event: events.ReadyReceived, _now: int) -> None:
        incarnations.set_session_used(conn, link.no, event.session)
        link.session.live()
        link.live = True
        if not link.barred:
            self.reach.arrived(link.branch, link.no)
            self.reach.backlog(link.no, behind=link.backlog > 0)
        self._push(conn, link)

    def _batch(self, conn: Connection, link: BranchLink, event: events.BatchReceived, now: int) -> None:
        taken = gateway.on_batch(conn, self.hq, event.batch, event.raw, now)
        self._took(conn, link, event.batch.header.incarnation, taken, now)

    def _fork(self, conn: Connection, link: BranchLink, event: events.ForkReceived, now: int) -> None:
        self._took(conn, link, event.batch.header.incarnation, gateway.on_fork(conn, self.hq, event.batch, now), now)

    def _took(self, conn: Connection, link: BranchLink, incarnation: bytes, taken: gateway.Taken, now: int) -> None:
        """Say what became of a batch."""
        if taken.ack is not None:
            behind = link.backlog > 0
            link.took(incarnation, taken.ack.seq)
            if behind and not link.backlog:
                health.nothing_unsent(conn, link.node)
            link.session.ack(incarnation, taken.ack, Level.DURABLE, now)
            self.reach.backlog(link.no, behind=link.backlog > 0)
        elif taken.close:
            self._close_log(link, incarnation, taken.close)
        else:
            link.session.close(RefusalCode.OUT_OF_ORDER, "a batch that does not continue what HQ holds")

    def _profiles(self, conn: Connection, link: BranchLink, event: events.ProfilesReceived, now: int) -> None:
        gateway.on_profiles(conn, self.hq, link.peer, event.rows, now)
        link.session.profiles_done(event.n)

    def _request(self, conn: Connection, link: BranchLink, event: events.RequestReceived, now: int) -> None:
        link.asked.add(event.n)
        if link.barred or not self.reach.is_live(link.no):
            self._answer(conn, [requests.refuse(link.no, event.n, link.barred or "closed")], now)
            return
        answer = requests.ask(conn, self.hq, link.no, event.n, event.kind, event.body, self.reach, now)
        self._answer(conn, [answer] if answer else [], now)

    def _cancelled(self, conn: Connection, link: BranchLink, event: events.RequestCancelled, now: int) -> None:
        answer = requests.cancel(conn, link.no, event.n)
        self._answer(conn, [answer] if answer else [], now)

    def _feed_at(self, conn: Connection, link: BranchLink, event: events.FeedAtReceived, _now: int) -> None:
        """Send on; and remember what the node stored of its own feed: whoever says less later is an older copy."""
        head = self._heads.get(event.feed)
        stored = head is not None and event.lineage == head.lineage and event.position <= head.position
        if stored and link.live and event.feed == feed.feeds_of(link.branch)[2]:
            incarnations.set_fed(conn, link.no, event.position)
        self._push(conn, link)

    def _health(self, conn: Connection, link: BranchLink, event: events.HealthReceived, now: int) -> None:
        if not link.barred:
            link.goes_to(event.health.head)
            members = self._heads[feed.feeds_of(link.branch)[1]]
            health.on_health(conn, link.node, event.health, members, link.backlog, now)

    def _ended(self, _conn: Connection, link: BranchLink, _event: events.Ended, _now: int) -> None:
        if link.live:
            self._end_live(link)

    # What follows

    def work(self, conn: Connection, now: int, most: int = ENTRIES_PER_STEP) -> bool:
        """Apply one chunk of the inbox and do what follows: adoption, answers, placement, rows, pages.

        When nothing waits there, the read models take their next step instead. True: more is waiting, call again.
        """
        applied = self._reconciler.step(conn, self.hq, now, most)
        if applied is not None:
            expiry.expire_touched(conn, self.hq, applied.due, now)
            demand.record(conn, applied.visits)
            bought = {visit.member for visit in applied.visits}
            self._holds.lift(bought)
            self._holds.begin(applied.members - bought, now)
            self._adopt(conn, now)
            self._answer(conn, requests.settle(conn, self.hq, applied.members, self.reach, now), now)
            place(conn, self.hq, applied.members, self.reach, self._holds, now)
        dated = self._by_date(conn, now)
        self.waiting = inbox.waiting(conn) if applied is not None else 0
        self.publish(conn, now)
        if self.waiting or dated or feed.is_dirty(conn):
            return True
        return applied is not None or self._follow(conn, now)

    def _follow(self, conn: Connection, now: int) -> bool:
        """Let the read models take a step, or prices be checked; True: there may be more.

        Nothing depends on either, so no error leaves here.
        """
        if now < self._follow_at:
            return False
        try:
            with savepoint(conn):
                return follow.step(conn) > 0 or price_check.step(conn, self.hq, now)
        except Exception:
            log.exception("the read models cannot be followed")
            self._follow_at = now + RETRY_MS
            return False

    def publish(self, conn: Connection, now: int) -> None:
        """Give versions to changed rows and send pages to who has room."""
        grown = feed.sequence(conn, self.hq, now)
        if grown:
            self._heads.update(feed.heads(conn, self.hq, grown))
            for link in self._links.values():
                self._push(conn, link, grown)

    def changed(self, conn: Connection, now: int) -> None:
        """After an act of the office: distribute, and tell nodes whose log or enrolment ended."""
        for link in self._links.values():
            link.peer = registry.find(conn, link.node) or link.peer
        self._tell_closed(conn)
        place_given(conn, self.hq, self.reach, now)
        self.publish(conn, now)

    def tick(self, conn: Connection, now: int) -> None:
        """Refuse requests whose time is up, place what was held back; now and then note who is there."""
        overdue, due = requests.overdue(conn, now), self._holds.due(now)
        self._answer(conn, overdue, now)
        place(conn, self.hq, due, self.reach, self._holds, now)
        place_given(conn, self.hq, self.reach, now)
        parameters.take_effect(conn, self.hq, now)
        if overdue or due or feed.is_dirty(conn):
            self.publish(conn, now)
        if now - self._touched_at >= limits.TOUCH_MS:
            self._touched_at = now
            live = [link for link in self._links.values() if link.live]
            for link in live:
                incarnations.heard(conn, link.no, link.heard_at)
            conn.executemany(
                "UPDATE nodes SET heard_at = ?, unsent = ? WHERE node = ?",
                [(link.heard_at, link.backlog, link.node) for link in live],
            )

    # Parts

    def _by_date(self, conn: Connection, now: int) -> bool:
        """Once a business day, in bounded steps: have written off what is over, issue what is due of staged bonuses.

        True: there is more.
        """
        today = business_day(now - limits.EXPIRY_GRACE_MS)
        if today == self._dated:
            return False
        if expiry.expire_due(conn, self.hq, today, now, limits.LOTS_PER_SWEEP):
            return True
        if stages.issue_due(conn, self.hq, today, now, limits.LOTS_PER_SWEEP):
            return True
        self._dated = today
        return False

    def _admits(self, conn: Connection, link: BranchLink) -> bool:
        """Whether this node may bring its backlog now: a region that comes back must not drown stage 2."""
        if link.backlog <= limits.SMALL_BACKLOG:
            return True
        others = [other for other in self._links.values() if other is not link and other.no and not other.closed]
        catching_up = sum(other.backlog > limits.SMALL_BACKLOG for other in others)
        return catching_up < limits.CATCHING_UP and inbox.waiting(conn) < limits.WAITING_ENTRIES

    def _supersede(self, link: BranchLink) -> None:
        """One live session per incarnation: the newer one, whose number was right, wins."""
        for other in self._links.values():
            if other is not link and other.no == link.no and not other.closed:
                other.session.close(RefusalCode.SUPERSEDED)
                self._end_live(other)

    def _end_live(self, link: BranchLink) -> None:
        """Stop counting on a session."""
        link.live = False
        if not any(other.live and other.no == link.no for other in self._links.values()):
            self.reach.left(link.branch, link.no)

    def _tell_closed(self, conn: Connection) -> None:
        """Tell live nodes whose current log was closed meanwhile (by people, or by another box of theirs)."""
        closed = incarnations.closed_numbers(conn)
        for link in self._links.values():
            if link.no in closed and link.live and self.reach.is_live(link.no):
                log = incarnations.by_no(conn, link.no)
                self._close_log(link, log.incarnation, log.close_signed)

    def _close_log(self, link: BranchLink, incarnation: bytes, close: bytes) -> None:
        link.session.closed_log(close, incarnation)
        if incarnation == link.incarnation:
            self.reach.left(link.branch, link.no)

    def _adopt(self, conn: Connection, now: int) -> None:
        """Finish adoptions whose logs are here to the head: rights go to the node's log of this chain.

        A log that ends elsewhere than its node said stays closed, its rights suspended until people look.
        """
        for no, node in registry.adopting(conn):
            into = next((log for log in incarnations.of_node(conn, node)[::-1] if log.state == incarnations.OPEN), None)
            if into is not None:
                try:
                    closing.finish_adoption(conn, self.hq, no, into.no, now)
                except RefusedError as error:
                    closing.close(conn, self.hq, no, "forked", str(error), now)

    def _answer(self, conn: Connection, settled: Iterable[Settled], now: int) -> None:
        """Answer questions whose asker is still there, with the rights rows as they stand in this transaction."""
        for answer in settled:
            for link in self._links.values():
                if link.live and link.no == answer.no and answer.n in link.asked:
                    link.asked.discard(answer.n)
                    found = self._rights_rows(conn, link, answer.lots, now) if self.reach.is_live(link.no) else ()
                    link.session.answer(answer.n, answer.refused, answer.body, found)
        self._deadline = requests.next_deadline(conn)

    def _rights_rows(self, conn: Connection, link: BranchLink, lots: Iterable[bytes], now: int) -> tuple[Row, ...]:
        """Rights rows for an answer: totals, so that it does not matter that their pages come later."""
        assert link.incarnation is not None
        marks = [changes.rights_mark(link.branch, lot, link.incarnation) for lot in lots]
        found = rows.bodies(conn, self.hq, feed.feeds_of(link.branch)[2], [key for _, key in marks], now)
        version = self._heads[feed.feeds_of(link.branch)[2]].position
        return tuple(Row(key, version, body) for key, body in found.items() if body is not None)[:MAX_ANSWER_ROWS]

    def _push(self, conn: Connection, link: BranchLink, only: Collection[str] | None = None) -> None:
        """Send pages to a node that may have rows, as far as it has room for them; of `only` these feeds if given."""
        if not link.live or link.closed or link.barred or not self.reach.is_live(link.no):
            return
        for name in feed.feeds_of(link.branch):
            if only is not None and name not in only:
                continue
            while link.session.page_room(name) > 0:
                page = feed.page(conn, name, self._heads[name], link.session.feed_position(name))
                if page is None:
                    break
                link.session.send_page(page)


def _spread(node: bytes) -> int:
    """When a refused node shall come back: its id decides, so no two hundred come together."""
    return limits.RETRY_MS + int.from_bytes(node[:4], "big") % limits.RETRY_SPREAD_MS


_HANDLERS: dict[type, Callable[[HqCore, Connection, BranchLink, Any, int], None]] = {
    events.HelloReceived: HqCore._hello,  # noqa: SLF001 - the class's own table of events
    events.ReadyReceived: HqCore._ready,  # noqa: SLF001
    events.BatchReceived: HqCore._batch,  # noqa: SLF001
    events.ForkReceived: HqCore._fork,  # noqa: SLF001
    events.ProfilesReceived: HqCore._profiles,  # noqa: SLF001
    events.RequestReceived: HqCore._request,  # noqa: SLF001
    events.RequestCancelled: HqCore._cancelled,  # noqa: SLF001
    events.FeedAtReceived: HqCore._feed_at,  # noqa: SLF001
    events.HealthReceived: HqCore._health,  # noqa: SLF001
    events.Ended: HqCore._ended,  # noqa: SLF001
}
