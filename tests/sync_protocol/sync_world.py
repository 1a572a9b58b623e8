"""A chain of one HQ and some nodes in memory, with the drivers that real programs would have, on fixed keys."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from sync_protocol import codec, events, messages
from sync_protocol.ack import Level
from sync_protocol.batch import build_batch, fill
from sync_protocol.chain import LogIdentity, Point, extend, first_hash, locator
from sync_protocol.close import Close, sign_close
from sync_protocol.entry import Entry, EntryMove, EntryPosting, encode_entry
from sync_protocol.epoch import NEVER, HqEpoch
from sync_protocol.hq_session import HqIdentity, HQSession, LogJudgement, NodeRecord
from sync_protocol.messages import FeedPosition, Hello, LogOffer, Row
from sync_protocol.node_session import NodeIdentity, NodeSession
from sync_protocol.page import PageStep, judge_page
from sync_protocol.pump import Pump
from sync_protocol.session import Secrets
from sync_protocol.signed import key_id, raw_public
from sync_protocol.verdict import HqView, next_session, verdict

CHAIN = b"C" * 16
EPOCH = HqEpoch(1, b"E" * 16)
NOW = 1_790_000_000_000
FEED = "branch:b001"


class HpkePair:
    """An import key from fixed bytes: private key, public key, raw public bytes, key id."""

    def __init__(self, tag: int) -> None:
        kem = MLKEM768PrivateKey.from_seed_bytes(bytes([tag]) * 64)
        dh = X25519PrivateKey.from_private_bytes(bytes([tag]) * 32)
        self.private = MLKEM768X25519PrivateKey(kem, dh)
        self.public = self.private.public_key()
        self.raw = kem.public_key().public_bytes_raw() + dh.public_key().public_bytes_raw()
        self.key_id = key_id(self.raw)


def signing_key(tag: int) -> Ed25519PrivateKey:
    """Return a signing key from fixed bytes."""
    return Ed25519PrivateKey.from_private_bytes(bytes([tag]) * 32)


HQ_KEY = signing_key(200)
HQ_IMPORT = HpkePair(201)


def make_entry(seq: int, amount: int = 500, note: str | bytes = "珍珠奶茶") -> bytes:
    """Write a small sale: one lot pays."""
    lot = bytes([seq % 251]) * 16
    return encode_entry(
        Entry(
            seq=seq,
            at=NOW + seq,
            kind="sale",
            version=1,
            moves=(EntryMove(lot, 16, amount, amount * seq, b""),),
            postings=(EntryPosting(lot, "money", amount), EntryPosting("sales:b001", "money", -amount)),
            body=codec.pack({"item": note, "qty": 1000}),
        )
    )


class Log:
    """A log in memory: its identity, entries and hashes (``hashes[n]`` after entry n)."""

    def __init__(self, identity: LogIdentity) -> None:
        self.identity = identity
        self.entries: list[bytes] = []
        self.hashes = [first_hash(identity)]

    @property
    def head(self) -> Point:
        """Where the log ends."""
        return Point(len(self.entries), self.hashes[-1])

    def hash_at(self, seq: int) -> bytes | None:
        """The hash after entry `seq`, if the log goes so far."""
        return self.hashes[seq] if 0 <= seq < len(self.hashes) else None

    def append(self, entry: bytes) -> None:
        """Add one entry as it is."""
        self.entries.append(entry)
        self.hashes.append(extend(self.hashes[-1], entry))

    def grow(self, count: int, amount: int = 500) -> None:
        """Add small sales."""
        for seq in range(len(self.entries) + 1, len(self.entries) + count + 1):
            self.append(make_entry(seq, amount))

    def copy(self) -> "Log":
        """Clone the log, as a disk image would."""
        twin = Log(self.identity)
        twin.entries, twin.hashes = list(self.entries), list(self.hashes)
        return twin

    def batch(self, key: Ed25519PrivateKey, after: int, count: int, last_ack: bytes = b"") -> bytes:
        """Pack entries after `after`."""
        start = Point(after, self.hashes[after])
        return build_batch(self.identity, key, start, self.entries[after : after + count], last_ack)


class Node:
    """A node and its driver: a log, a session number, feeds; small batches so that many are in flight."""

    def __init__(self, tag: int = 1, per_batch: int = 3) -> None:
        self.id = bytes([tag]) * 16
        self.key = signing_key(tag)
        self.hpke = HpkePair(tag)
        self.logs = [Log(LogIdentity(CHAIN, self.id, bytes([tag]) * 15 + b"\x01", raw_public(self.key)))]
        self.session_number = 0
        self.versions = {"protocol": 1}
        self.epoch = NEVER
        self.feeds: dict[str, FeedPosition] = {}
        self.rows: dict[str, bytes | None] = {}
        self.last_ack: dict[bytes, bytes] = {}
        self.events: list[events.NodeEvent] = []
        self.per_batch = per_batch
        self.session: NodeSession | None = None

    @property
    def log(self) -> Log:
        """The log of the present incarnation."""
        return self.logs[-1]

    def record(self) -> NodeRecord:
        """What HQ enrolled about this node."""
        return NodeRecord(self.id, self.key.public_key(), self.hpke.public, self.hpke.raw)

    def identity(self) -> NodeIdentity:
        """Who this node is."""
        return NodeIdentity(
            CHAIN,
            self.id,
            self.key,
            {self.hpke.key_id: self.hpke.private}.get,
            HQ_KEY.public_key(),
            HQ_IMPORT.public,
            HQ_IMPORT.raw,
        )

    def hello(self) -> Hello:
        """Present all logs."""
        return Hello(
            branch="b001",
            session=self.session_number,
            logs=tuple(self.offer_of(log) for log in self.logs),
            epoch=self.epoch,
            feeds=dict(self.feeds),
            versions=dict(self.versions),
            software="test 1",
        )

    def offer_of(self, log: Log) -> LogOffer:
        """Offer one log."""
        identity = log.identity
        return LogOffer(
            chain=identity.chain,
            node=identity.node,
            incarnation=identity.incarnation,
            signing_key=identity.signing_key,
            predecessor=identity.predecessor,
            locator=tuple(locator(log.head.seq, log.hashes.__getitem__)),
            current=log is self.log,
            last_ack=self.last_ack.get(identity.incarnation, b""),
        )

    def connect(self, tag: int) -> NodeSession:
        """Make a session; `tag` must be fresh."""
        self.session = NodeSession(self.identity(), secrets(tag), self.hello())
        return self.session

    def on_event(self, event: events.NodeEvent) -> None:
        """Answer an event as a node would."""
        session = self.session
        assert session is not None
        self.events.append(event)
        match event:
            case events.WelcomeReceived(welcome, True, _):
                self.session_number, self.epoch = welcome.session, welcome.epoch
                session.ready()
                self.push()
            case events.AckReceived(ack, raw):
                self.last_ack[ack.incarnation] = raw
                self.push()
            case events.PageReceived(page):
                if judge_page(page, self.feeds.get(page.feed)) is PageStep.APPLY:
                    self.rows.update({row.key: row.body for row in page.rows})
                    self.feeds[page.feed] = FeedPosition(page.lineage, page.end)
                    session.feed_at(page.feed, page.lineage, page.end)
            case _:
                pass

    def push(self) -> None:
        """Offer what HQ lacks, as far as the window goes."""
        session = self.session
        assert session is not None
        for log in self.logs:
            incarnation = log.identity.incarnation
            while session.takes(incarnation) and session.next_seq(incarnation) <= log.head.seq:
                after = session.next_seq(incarnation) - 1
                entries = fill(log.entries[after : after + self.per_batch])
                data = log.batch(self.key, after, len(entries), self.last_ack.get(incarnation, b""))
                if len(data) > session.window_room():
                    session.unsent(NOW)
                    break
                session.offer(data, NOW)


class HQ:
    """HQ and its driver: kept logs, session numbers, one feed."""

    def __init__(self, *nodes: Node) -> None:
        self.nodes = {node.id: node.record() for node in nodes}
        self.kept: dict[bytes, Log] = {}
        self.closed: dict[bytes, bytes] = {}
        self.evidence: list[bytes] = []
        self.sessions: dict[bytes, tuple[int, bool]] = {}
        self.current = b""
        self.rows: list[Row] = []
        self.head = 0
        self.lineage = EPOCH
        self.epoch = EPOCH
        self.events: list[events.HqEvent] = []
        self.session: HQSession | None = None

    def identity(self) -> HqIdentity:
        """Who HQ is."""
        return HqIdentity(CHAIN, HQ_KEY, {HQ_IMPORT.key_id: HQ_IMPORT.private}.get)

    def connect(self, tag: int) -> HQSession:
        """Make a session; `tag` must be fresh."""
        self.session = HQSession(self.identity(), secrets(tag), self.find)
        return self.session

    def find(self, node: bytes, _key: bytes) -> NodeRecord | None:
        """Look a node up."""
        return self.nodes.get(node)

    def view(self, offer: LogOffer) -> HqView:
        """Say what HQ holds about a log."""
        log = self.kept.get(offer.incarnation)
        if log is None:
            return HqView(known=False, trusted=True)
        session, used = self.sessions.get(offer.incarnation, (0, 0))
        still_open = offer.incarnation not in self.closed
        return HqView(
            known=True,
            trusted=True,
            open=still_open,
            acked=log.head,
            hash_at=log.hash_at,
            session=session,
            used=used,
        )

    def close(self, incarnation: bytes, reason: str) -> bytes:
        """Close an incarnation and sign it."""
        log = self.kept[incarnation]
        close = Close(self.epoch, log.identity.node, incarnation, *log.head, reason, NOW)
        self.closed[incarnation] = sign_close(close, HQ_KEY)
        return self.closed[incarnation]

    def on_event(self, event: events.HqEvent) -> None:
        """Answer an event as HQ would."""
        session = self.session
        assert session is not None
        self.events.append(event)
        match event:
            case events.HelloReceived(_, _, hello):
                self.welcome(session, hello)
            case events.ReadyReceived(number):
                self.sessions[self.current] = (self.sessions[self.current][0], number)
                session.live()
                self.send_pages()
            case events.BatchReceived(batch, _):
                incarnation = batch.header.incarnation
                if incarnation in self.closed:
                    self.evidence += batch.entries
                else:
                    for entry in batch.entries:
                        self.kept[incarnation].append(entry)
                session.ack(incarnation, batch.header.end, Level.DURABLE, NOW)
            case events.ForkReceived(batch, _):
                session.closed_log(self.close(batch.header.incarnation, "fork"), batch.header.incarnation)
            case events.ProfilesReceived(n, _):
                session.profiles_done(n)
            case events.RequestReceived(n, kind, _):
                session.answer(n, "" if kind == "rights" else "unknown_kind", b"ok")
            case events.FeedAtReceived():
                self.send_pages()
            case _:
                pass

    def welcome(self, session: HQSession, hello: Hello) -> None:
        """Judge the logs and answer."""
        judgements, number = [], 0
        for offer in hello.logs:
            judged = verdict(offer, hello.session, CHAIN, self.view(offer))
            incarnation = offer.incarnation
            match judged.kind:
                case messages.VerdictKind.BEHIND | messages.VerdictKind.FORK:
                    self.close(incarnation, judged.kind.value)
                case messages.VerdictKind.UNKNOWN_ACCEPTED:
                    self.kept[incarnation] = Log(offer.identity)
                case _:
                    pass
            if offer.current and judged.kind in messages.LIVE_VERDICTS:
                self.current = incarnation
                number = next_session(self.view(offer))
                self.sessions[incarnation] = (number, self.view(offer).used)
            judgements.append(LogJudgement(incarnation, judged, self.closed.get(incarnation, b"")))
        session.welcome(self.epoch, NOW, judgements, {FEED: FeedPosition(self.lineage, self.head)}, number)

    def publish(self, *keys: str) -> None:
        """Add rows to the feed; versions have holes."""
        for key in keys:
            self.head += 3
            self.rows.append(Row(key, self.head, key.encode()))

    def send_pages(self, per_page: int = 2) -> None:
        """Send what the node lacks, as far as its room goes."""
        session = self.session
        assert session is not None
        while session.page_room(FEED):
            at = session.feed_position(FEED)
            start = at.position if at is not None and at.lineage == self.lineage else 0
            rows = [row for row in self.rows if row.version > start][:per_page]
            if not rows:
                return
            page = messages.Page(feed=FEED, lineage=self.lineage, start=start, end=rows[-1].version, rows=tuple(rows))
            session.send_page(page)


def secrets(tag: int) -> Secrets:
    """Return a session's randomness made from a number: two numbers never give the same."""
    raw = tag.to_bytes(4, "big")
    return Secrets(nonce=b"nonce..." + raw * 6, data_key=b"data key" + raw * 6, session=b"session." + raw * 2)


def join(node: Node, hq: HQ, tag: int) -> Pump:
    """Connect a node to HQ and carry messages until both are silent. `tag` must be fresh."""
    pump = Pump(node.connect(2 * tag), hq.connect(2 * tag + 1), node.on_event, hq.on_event)
    pump.start()
    pump.run(NOW)
    return pump
