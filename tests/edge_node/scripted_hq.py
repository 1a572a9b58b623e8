"""A branch of a chain and an HQ in the test's hands: the real session of both ends, joined in memory."""

import random
from collections import deque

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from edge_shop import CASHIER, LEAD, MANAGER, PRODUCTS, RULES, SETTINGS, TIERS, Shop

from commerce.reference import StaffRow
from edge_node.ledger import incarnations, reference_local
from edge_node.ledger.node import load_node
from edge_node.storage.database import open_connection, transaction
from edge_node.storage.migrate import migrate
from edge_node.sync.replica import Clock, Heard, Replica
from provisioning.import_key import ImportKey
from sync_protocol import events, messages
from sync_protocol.ack import Level
from sync_protocol.chain import Point, extend, first_hash
from sync_protocol.close import Close, sign_close
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import RefusalCode
from sync_protocol.hq_session import HqIdentity, HQSession, LogJudgement, NodeRecord
from sync_protocol.messages import FeedPosition, Row, VerdictKind
from sync_protocol.node_session import NodeIdentity
from sync_protocol.session import Secrets
from sync_protocol.signed import key_id
from sync_protocol.verdict import HqView, Verdict, verdict

CHAIN = b"C" * 16
NODE = b"N" * 16
BRANCH = "b001"
CHAIN_KEY = b"c" * 32
EPOCH = HqEpoch(3, b"e" * 16)
HQ_KEY = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
HQ_IMPORT = ImportKey.from_bytes(b"i" * 96)
OWN_KEY = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
OWN_IMPORT = ImportKey.from_bytes(b"j" * 96)
MINE = f"branch:{BRANCH}"
HQ_TIME = 1_772_330_500_000


def joined_shop(path, seed=1) -> Shop:
    """Make a shop that has sold nothing alone and then joined the chain."""
    shop = _alone(path, seed)
    join(shop)
    return shop


def _alone(path, seed) -> Shop:
    conn = open_connection(path, bytes(range(32)))
    migrate(conn)
    shop = Shop(conn, None, path, random.Random(seed))
    ids = incarnations.StandaloneIds(*(shop.new_id() for _ in range(4)))
    public = OWN_KEY.public_key().public_bytes_raw()
    with transaction(conn):
        incarnations.start_standalone(conn, ids, public, 1000)
        shop.node = load_node(conn, b"m" * 32)
        staff = [StaffRow(who.number, who.name, who.roles, bytes(16), bytes(32)) for who in (CASHIER, LEAD, MANAGER)]
        for row in (*PRODUCTS, *TIERS, *RULES, *SETTINGS, *staff):
            reference_local.write_row(conn, shop.node, row, "301", 1000)
    return shop


def join(shop: Shop) -> None:
    """Enrol the shop as the chain's branch."""
    public = OWN_KEY.public_key().public_bytes_raw()
    joined = incarnations.Enrolment(CHAIN, NODE, BRANCH, shop.new_id(), public, CHAIN_KEY)
    shop.write(incarnations.enrol, joined, 2000)
    shop.node = load_node(shop.conn, CHAIN_KEY)


def node_identity() -> NodeIdentity:
    """Who the branch's node is."""
    own = {key_id(OWN_IMPORT.public_raw): OWN_IMPORT.private}
    return NodeIdentity(CHAIN, NODE, OWN_KEY, own.get, HQ_KEY.public_key(), HQ_IMPORT.public, HQ_IMPORT.public_raw)


def hq_identity() -> HqIdentity:
    """Who HQ is."""
    return HqIdentity(CHAIN, HQ_KEY, {key_id(HQ_IMPORT.public_raw): HQ_IMPORT.private}.get)


def node_record() -> NodeRecord:
    """The node as HQ enrolled it."""
    return NodeRecord(NODE, OWN_KEY.public_key(), OWN_IMPORT.public, OWN_IMPORT.public_raw)


class KeptLog:
    """What HQ holds of one log: entries, and the hash after each (0: h_0)."""

    def __init__(self, identity):
        self.identity = identity
        self.entries = []
        self.hashes = [first_hash(identity)]

    @property
    def head(self) -> Point:
        """Where it ends."""
        return Point(len(self.entries), self.hashes[-1])

    def hash_at(self, seq):
        """The hash after an entry."""
        return self.hashes[seq] if seq < len(self.hashes) else None

    def append(self, entry):
        """Keep one more."""
        self.entries.append(entry)
        self.hashes.append(extend(self.hashes[-1], entry))


class ScriptedHq:
    """HQ as far as a session sees it. Tests set its attributes, or replace a handler in ``on``."""

    def __init__(self, identity=None, record=None):
        """By default the HQ of ``joined_shop``; else any (HqIdentity, NodeRecord)."""
        self.identity = identity or hq_identity()
        self.record = record or node_record()
        self.kept = {}
        self.closed = {}
        self.evidence = []
        self.numbers = {}
        self.adopts = {}
        self.rows = {}
        self.epoch = self.lineage = EPOCH
        self.level = Level.DURABLE
        self.forced = {}
        self.mute = False
        self.events = []
        self.profiles = []
        self.asked = []
        self.session = None
        self.current = b""
        self.on = {
            events.HelloReceived: self.greet,
            events.ReadyReceived: self.ready,
            events.BatchReceived: self.keep,
            events.ForkReceived: self.fork,
            events.ProfilesReceived: self.take_profiles,
            events.RequestReceived: self.asked.append,
            events.FeedAtReceived: lambda _event: self.send_pages(),
        }

    def connect(self, secrets) -> HQSession:
        """Begin a session."""
        record = self.record
        self.session = HQSession(self.identity, secrets, lambda node, _key: record if node == record.node else None)
        self.session.start()
        return self.session

    def take(self, data, now=HQ_TIME):
        """Take a wire message."""
        for event in self.session.receive(data, now):
            self.events.append(event)
            self.on.get(type(event), lambda _event: None)(event)

    def saw(self, kind):
        """The events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def close(self, incarnation, reason="restored") -> bytes:
        """Close a log and sign it."""
        log = self.kept[incarnation]
        close = Close(self.epoch, log.identity.node, incarnation, *log.head, reason, HQ_TIME)
        return self.closed.setdefault(incarnation, sign_close(close, self.identity.signing_key))

    def judge(self, offer, session) -> Verdict:
        """Judge one log by the protocol's own table, unless the test forces a verdict."""
        if offer.incarnation in self.forced:
            return self.forced[offer.incarnation]
        if offer.incarnation not in self.kept and offer.incarnation in self.adopts:
            self.kept[offer.incarnation] = KeptLog(offer.identity)
        log = self.kept.get(offer.incarnation)
        if log is None:
            judged = verdict(offer, session, self.identity.chain, HqView(known=False, trusted=True))
            if judged.kind is VerdictKind.UNKNOWN_ACCEPTED:
                self.kept[offer.incarnation] = KeptLog(offer.identity)
                if offer.predecessor and offer.predecessor[0] in self.kept:
                    self.close(offer.predecessor[0])
            return judged
        number, used = self.numbers.get(offer.incarnation, (0, 0))
        view = HqView(
            known=True,
            trusted=True,
            open=offer.incarnation not in self.closed,
            acked=log.head,
            hash_at=log.hash_at,
            session=number,
            used=used,
        )
        return verdict(offer, session, self.identity.chain, view)

    def greet(self, event):
        """Answer a hello."""
        hello = event.hello
        given = {hello.current.incarnation: self.judge(hello.current, hello.session)}
        for offer in hello.logs:
            given.setdefault(offer.incarnation, None)
            given[offer.incarnation] = given[offer.incarnation] or self.judge(offer, hello.session)
        for incarnation, judged in given.items():
            if judged.kind in (VerdictKind.BEHIND, VerdictKind.FORK):
                self.close(incarnation, "cloned")
        self.current, number = hello.current.incarnation, 0
        if given[self.current].kind in messages.LIVE_VERDICTS:
            given_before, used = self.numbers.get(self.current, (0, 0))
            number = given_before + 1
            self.numbers[self.current] = (number, used)
        logs = [
            LogJudgement(log.incarnation, given[log.incarnation], self.closed.get(log.incarnation, b""))
            for log in hello.logs
        ]
        heads = {feed: FeedPosition(self.lineage, rows[-1].version) for feed, rows in self.rows.items()}
        self.session.welcome(self.epoch, HQ_TIME, logs, heads, number, level=self.level)

    def ready(self, event):
        """The node stored its number."""
        self.numbers[self.current] = (self.numbers[self.current][0], event.session)
        self.session.live()
        self.send_pages()

    def keep(self, event):
        """Keep a batch and ack it, unless mute."""
        header = event.batch.header
        for entry in event.batch.entries:
            if header.incarnation in self.closed:
                self.evidence.append((header.incarnation, entry))
            else:
                self.kept[header.incarnation].append(entry)
        if not self.mute:
            self.session.ack(header.incarnation, header.end, self.level, HQ_TIME)

    def fork(self, event):
        """Close what has two branches."""
        incarnation = event.batch.header.incarnation
        self.session.closed_log(self.close(incarnation, "forked"), incarnation)

    def take_profiles(self, event):
        """Keep profile rows and say so."""
        self.profiles.append(event.rows)
        self.session.profiles_done(event.n)

    def publish(self, feed, *rows):
        """Add (key, body) to a feed; versions have holes."""
        kept = self.rows.setdefault(feed, [])
        for key, body in rows:
            kept.append(Row(key, (kept[-1].version if kept else 0) + 3, body))

    def send_pages(self, per_page=2):
        """Send what the node lacks of each feed, as far as its room goes."""
        for feed, rows in self.rows.items():
            while self.session.page_room(feed):
                at = self.session.feed_position(feed)
                start = at.position if at is not None and at.lineage == self.lineage else 0
                due = [row for row in rows if row.version > start][:per_page]
                if not due:
                    break
                self.send_page(feed, start, due)

    def send_page(self, feed, start, rows):
        """Send one page in its turn."""
        self.session.send_page(self._page(feed, start, rows, self.lineage))

    def force_page(self, feed, start, rows, lineage=None):
        """Send a page whether it is its turn or not, as a confused HQ would."""
        self.session._send(self._page(feed, start, rows, lineage or self.lineage))

    def _page(self, feed, start, rows, lineage):
        end = rows[-1].version if rows else start
        return messages.Page(feed=feed, lineage=lineage, start=start, end=end, rows=tuple(rows))

    def answer(self, n, refused="", rows=()):
        """Answer a request."""
        self.session.answer(n, refused, b"", tuple(rows))


class Branch:
    """The node's end: a shop and the replica of its connection."""

    def __init__(self, shop: Shop):
        self.shop = shop
        self.ticks = 0
        self.replica = None
        self.heard: list[Heard] = []

    def connect(self, secrets):
        """Begin a session in one transaction."""
        self.replica = Replica(self.shop.node, node_identity(), self.shop.new_id, "测试 1")
        self.shop.write(self.replica.connect, secrets)

    def take(self, data) -> Heard:
        """Take one wire message in one transaction, as every driver does."""
        heard = self.shop.write(self.replica.receive, data, Clock(self.ticks, self.shop.now))
        self.shop.node = self.replica.node
        if heard.reference_changed:
            self.shop.books.forget()
        self.heard.append(heard)
        return heard

    def push(self):
        """The ledger grew."""
        self.replica.push(self.shop.conn, Clock(self.ticks, self.shop.now))

    @property
    def last(self) -> Heard:
        """What the last step that ended or reopened something said."""
        return next(heard for heard in reversed(self.heard) if heard.ended or heard.reopened)

    def log(self, place=-1):
        """One of the shop's logs: the current one, or by place."""
        return incarnations.logs(self.shop.conn)[place]


class Wire:
    """A line between both ends that the test may cut between any two messages."""

    tag = 0

    def __init__(self, branch: Branch, hq: ScriptedHq):
        self.branch, self.hq = branch, hq
        self.up, self.down = deque(), deque()
        branch.connect(fresh_secrets())
        hq.connect(fresh_secrets())

    def step(self) -> bool:
        """Carry one message each way; tell whether anything moved."""
        self.up.extend(self.branch.replica.outgoing())
        self.down.extend(self.hq.session.outgoing())
        if self.up:
            self.hq.take(self.up.popleft())
        self.down.extend(self.hq.session.outgoing())
        if self.down:
            self.branch.take(self.down.popleft())
        return bool(self.up or self.down)

    def run(self, steps=10_000) -> "Wire":
        """Carry messages until both ends are silent, or so many rounds."""
        quiet = 0
        while quiet < 2 and steps:
            if self.branch.replica.more:
                self.branch.push()
            quiet = 0 if self.step() else quiet + 1
            steps -= 1
        return self


def fresh_secrets() -> Secrets:
    """Randomness of one end of one connection, never the same twice."""
    Wire.tag += 1
    raw = Wire.tag.to_bytes(4, "big")
    return Secrets(b"nonce..." + raw * 6, b"data key" + raw * 6, b"session." + raw * 2)


def refused(code: RefusalCode) -> Verdict:
    """A verdict that lets nothing in."""
    return Verdict(VerdictKind.REFUSED, None, code)
