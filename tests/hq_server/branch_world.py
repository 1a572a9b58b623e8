"""Whole branches against HQ's core, in memory: a shop's log, and the driver of a node's session as a box would have."""

import msgspec
from hq_world import CHAIN, DAY, Ids, Shop, World

from commerce.facts import LotIssue
from commerce.reference import FEED_BODIES, RightsRequest, RightsRow
from commerce.rights import Holding, take_row
from hq_server.core.heart import HqCore
from hq_server.ingest.registry import Enrolment, enrol_node
from hq_server.storage.database import transaction
from provisioning.import_key import ImportKey
from sync_protocol import events
from sync_protocol.batch import build_batch, fill
from sync_protocol.chain import Point, locator
from sync_protocol.epoch import NEVER
from sync_protocol.hq_session import HqIdentity
from sync_protocol.messages import FeedPosition, Hello, LogOffer
from sync_protocol.node_session import NodeIdentity, NodeSession
from sync_protocol.page import PageStep, judge_page
from sync_protocol.session import Secrets
from sync_protocol.signed import key_id

__all__ = ["DAY", "Box", "Chain"]

IMPORT = ImportKey.from_bytes(b"i" * 96)
ENCODE = msgspec.msgpack.Encoder(order="sorted").encode


class Chain(World):
    """HQ's database with its core, and boxes that connect to it without a network."""

    def __init__(self, folder, seed="hq"):
        super().__init__(folder, seed)
        self.boxes = []
        self.up = self.down = 0
        self.restart()

    chain_id = CHAIN
    import_public, import_raw = IMPORT.public, IMPORT.public_raw

    @property
    def public_key(self):
        """HQ's signing key, as nodes pin it."""
        return self.keys.signing_key.public_key()

    def restart(self):
        """Start HQ's core anew: nobody is connected."""
        keys = {key_id(IMPORT.public_raw): IMPORT.private}
        self.core = HqCore(self.hq, self.reconciler, HqIdentity(CHAIN, self.keys.signing_key, keys.get))
        for box in self.boxes:
            box.session = box.link = None

    def box(self, branch, standing=()):
        """Enrol a box for a branch and open its first log."""
        box = Box(self, branch)
        self.enrol(box, standing)
        box.shop.open(identity_only=True)
        box.logs.append(box.shop.log)
        return box

    def enrol(self, box, standing=()):
        """Register a box's node at HQ."""
        self.boxes.append(box)
        joining = Enrolment(
            box.shop.node, box.shop.branch, f"{box.shop.branch}店", box.public, box.hpke.public_raw, standing=standing
        )
        self.do(lambda conn, hq, now: enrol_node(conn, hq, joining, now))

    def pump(self, rounds=200):
        """Carry messages and let HQ work until all are silent."""
        for _ in range(rounds):
            self.now += 10
            busy = False
            with transaction(self.conn):
                for box in self.boxes:
                    for data in box.outgoing():
                        busy = True
                        self.up += len(data)
                        if box.link is not None:
                            self.core.receive(self.conn, box.link, data, self.now)
                busy |= self.core.work(self.conn, self.now)
                self.core.tick(self.conn, self.now)
            for link, messages in self.core.outgoing():
                busy = True
                for box in [box for box in self.boxes if box.link is link]:
                    for data in messages:
                        self.down += len(data)
                        box.receive(data)
            for link in [link for link in self.core.links if link.closed]:
                self.core.disconnect(link)
                for box in [box for box in self.boxes if box.link is link]:
                    box.link = None
            if not busy:
                return
        raise AssertionError("the chain does not come to rest")


class Box:
    """A branch's box: its shop, what it knows of HQ, and its session."""

    def __init__(self, chain, branch):
        self.chain = chain
        self.ids = Ids(f"box {branch} {len(chain.boxes)}")
        self.shop = Shop(chain, branch, self.ids())
        self.hpke = ImportKey.from_bytes(self.ids(96))
        self.public = self.shop.key.public_key().public_bytes_raw()
        self.logs = []
        self.number = 0
        self.versions = {"protocol": 1}
        self.epoch = NEVER
        self.feeds, self.rows, self.acks = {}, {}, {}
        self.answers, self.events = {}, []
        self.session = self.link = None
        self.asked = 0

    @property
    def verdicts(self):
        """The verdicts of the last welcome, in the order of the logs offered."""
        return [log.verdict.value for log in self.last(events.WelcomeReceived).logs]

    def last(self, kind):
        """The latest event of a kind."""
        return [event for event in self.events if isinstance(event, kind)][-1]

    def offer(self, log):
        """Offer one log."""
        identity = log.identity
        return LogOffer(
            chain=identity.chain,
            node=identity.node,
            incarnation=identity.incarnation,
            signing_key=identity.signing_key,
            predecessor=identity.predecessor,
            locator=tuple(locator(len(log.entries), log.hash_at)),
            current=log is self.shop.log,
            last_ack=self.acks.get(identity.incarnation, b""),
        )

    def begin(self, branch=None):
        """Begin a session of the node."""
        hello = Hello(
            branch=branch or self.shop.branch,
            session=self.number,
            logs=tuple(self.offer(log) for log in self.logs),
            epoch=self.epoch,
            feeds=dict(self.feeds),
            versions=self.versions,
            software="测试 1",
        )
        own = {key_id(self.hpke.public_raw): self.hpke.private}
        hq = self.chain
        me = NodeIdentity(
            *(hq.chain_id, self.shop.node, self.shop.key, own.get, hq.public_key, hq.import_public, hq.import_raw)
        )
        self.session = NodeSession(me, self.secrets(), hello)
        self.session.start()

    def connect(self, *, upload_only=False, branch=None):
        """Say hello to HQ, without a network."""
        self.begin(branch)
        with transaction(self.chain.conn):
            self.link = self.chain.core.connect(
                self.chain.conn, self.shop.node, self.secrets(), self.chain.now, upload_only=upload_only
            )

    def cut(self):
        """Lose the line."""
        if self.link is not None:
            self.chain.core.disconnect(self.link)
        self.session = self.link = None

    def reopen(self, reason="closed"):
        """Open the next log, as after a verdict."""
        self.shop.open(reason, identity_only=True)
        self.logs.append(self.shop.log)
        self.number = 0

    def ask(self, member, amount, asset="principal"):
        """Ask HQ for rights; return the question's number."""
        self.asked += 1
        self.session.request(self.asked, "rights", ENCODE(RightsRequest(member, asset, amount)))
        return self.asked

    def secrets(self):
        """Fresh randomness for a session."""
        return Secrets(self.ids(32), self.ids(32), self.ids(16))

    def outgoing(self):
        """What this box wants to send now."""
        if self.session is None:
            return []
        self.push()
        messages = []
        while more := self.session.outgoing():
            messages += more
        return messages

    def push(self):
        """Offer entries that HQ lacks, as far as the window goes."""
        session = self.session
        for log in self.logs:
            incarnation = log.identity.incarnation
            while session.takes(incarnation) and session.next_seq(incarnation) <= len(log.entries):
                after = session.next_seq(incarnation) - 1
                entries = fill(log.entries[after : after + 500])
                start = Point(after, log.hash_at(after))
                data = build_batch(log.identity, self.shop.key, start, entries, self.acks.get(incarnation, b""))
                if len(data) > session.window_room():
                    return
                session.offer(data, self.chain.now)

    def receive(self, data):
        """Take one message of HQ."""
        if self.session is None:
            return
        for event in self.session.receive(data, self.chain.now):
            self.events.append(event)
            match event:
                case events.WelcomeReceived(welcome, True, _):
                    self.number, self.epoch = welcome.session, welcome.epoch
                    self.session.ready()
                case events.AckReceived(ack, raw):
                    self.acks[ack.incarnation] = raw
                case events.PageReceived(page):
                    self.take_page(page)
                case events.AnswerReceived(answer):
                    self.answers[answer.n] = answer
                    self.take_rows(answer.rows)
                case _:
                    pass

    def take_page(self, page):
        """Apply a page if it continues the feed."""
        if judge_page(page, self.feeds.get(page.feed)) is PageStep.APPLY:
            self.take_rows(page.rows)
            self.feeds[page.feed] = FeedPosition(page.lineage, page.end)
            self.session.feed_at(page.feed, page.lineage, page.end)

    def take_rows(self, rows):
        """Store rows; obey rights rows of the present log."""
        for key, _, body in rows:
            kind = key.partition(":")[0]
            row = None if body is None else msgspec.msgpack.decode(body, type=FEED_BODIES[kind])
            self.rows[key] = row
            if isinstance(row, RightsRow) and row.incarnation == self.shop.log.identity.incarnation:
                self.take_rights(row)

    def take_rights(self, row):
        """Rights of HQ's; what exceeds an order's `keep` goes back at once."""
        held = self.shop.log.holdings.setdefault(row.lot, Holding())
        take_row(held, row.granted, row.gone_known)
        what = (row.lot, row.owner, row.owner_kind, row.asset, row.issuer, 0, row.opened_on, row.expires_on)
        self.shop.lots[row.lot] = LotIssue(*what, row.pair, row.terms)
        if row.order == "keep" and held.rights > row.order_amount:
            self.shop.give_back(row.lot, held.rights - row.order_amount)
