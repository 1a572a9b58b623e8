"""A whole chain on two sides: boxes with the edge node's real ledger and till, HQ's real ledger, real files between.

What the wire does is done here in its plainest form: a box says its log's head and session number, HQ judges, batches
go up, pages come down. Boxes can be copied, rolled back and given up, which no session machine has to be patched for.
"""

import random
import shutil
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from edge_shop import DAY, KEY, MEMBER_KEY, PRODUCTS, RULES, SETTINGS, TIERS, Shop
from hq_world import CHAIN, World

from edge_node.ledger import change_log, incarnations
from edge_node.ledger.apply import apply_page, positions
from edge_node.ledger.node import load_node
from edge_node.ledger.verify import verify as verify_edge
from edge_node.storage.database import open_connection, transaction
from edge_node.storage.migrate import migrate
from hq_server.distribution import feed
from hq_server.head_office import catalogue
from hq_server.head_office.act import Act
from hq_server.ledger import closing, expiry, inbox
from hq_server.ledger import incarnations as registry
from hq_server.ledger.inbox import Outcome
from sync_protocol.batch import build_batch, fill, open_batch
from sync_protocol.chain import Point
from sync_protocol.entry import decode_entry
from sync_protocol.page import PageStep

SHORT_LIVED = (RULES[0], replace(RULES[1], bonus_days=400))
"""The tea shop's rules; one of them gives a bonus that expires a year after the days of every test."""


@dataclass
class Box:
    """One edge node's disk. A clone is another box with the same key and, at first, the same log."""

    shop: Shop
    key: Ed25519PrivateKey
    branch: str
    alive: bool = True
    lost: list = field(default_factory=list)  # (identity, entries, first seq): tails that a rollback took off the disk

    @property
    def conn(self):
        """The database as it is now."""
        return self.shop.conn

    @property
    def log(self):
        """The log that is being written."""
        return incarnations.current(self.conn)


class Chain:
    """HQ and its boxes."""

    def __init__(self, folder, seed, branches=("b001", "b002", "b003"), standalone=()):
        self.folder, self.random = folder, random.Random(seed)
        self.world = World(folder, f"hq {seed}")
        self.world.conn.execute("PRAGMA synchronous = OFF")
        self.copies = 0
        self.seen = {}  # (incarnation, hash) → entry: everything that any disk of the chain ever committed
        act = lambda conn, hq, now: Act(hq, "office", now)  # noqa: E731
        self.world.do(
            lambda conn, hq, now: catalogue.put_all(
                conn, act(conn, hq, now), "", [*PRODUCTS, *TIERS, *SHORT_LIVED, *SETTINGS]
            )
        )
        self.boxes = [self.join(branch, history=branch in standalone) for branch in branches]

    # --- boxes

    def join(self, branch, *, history=False):
        """Start a box alone and enrol it; `history`: it sold before, and HQ adopts that log."""
        entropy = random.Random(f"{branch} {self.random.random()}")
        key = Ed25519PrivateKey.from_private_bytes(entropy.randbytes(32))
        public = key.public_key().public_bytes_raw()
        path = self.folder / f"{branch}.db"
        conn = open_connection(path, KEY)
        migrate(conn)
        conn.execute("PRAGMA synchronous = OFF")
        ids = incarnations.StandaloneIds(*(entropy.randbytes(16) for _ in range(4)))
        with transaction(conn):
            incarnations.start_standalone(conn, ids, public, self.world.now)
            node = load_node(conn, MEMBER_KEY)
        shop = Shop(conn, node, path, entropy, now=self.world.now)
        box = Box(shop, key, branch)
        self.world.conn.execute(
            "INSERT OR IGNORE INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (branch, branch)
        )
        if history:
            shop.open()
            box.branch = shop.node.branch
            self.world.conn.execute(
                "INSERT OR IGNORE INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (box.branch, box.branch)
            )
            member = shop.register("老顾客", f"1390000{self.random.randrange(10000):04}")
            shop.top_up(member, 40000, "")
        self.enrol(box)
        return box

    def enrol(self, box):
        """Join the box to the chain; its standalone log is adopted when it holds more than its first entry."""
        shop, old = box.shop, box.log
        head = Point(old.seq, old.head)
        joined = incarnations.Enrolment(
            CHAIN, shop.new_id(), box.branch, shop.new_id(), box.key.public_key().public_bytes_raw(), MEMBER_KEY
        )
        with transaction(shop.conn):
            incarnations.enrol(shop.conn, joined, self.world.now)
            shop.node = load_node(shop.conn, MEMBER_KEY)
        adopted = None
        if head.seq > 1:
            adopted = self.world.do(lambda conn, hq, now: closing.adopt(conn, hq, old.identity, box.branch, head, now))
        self.accept(box)
        if adopted is not None:
            self.send(box, incarnations.logs(shop.conn)[0])
            into = registry.need(self.world.conn, box.log.incarnation).no
            self.world.do(lambda conn, hq, now: closing.finish_adoption(conn, hq, adopted.no, into, now))
        self.pull(box)
        if not shop.rows("SELECT 1 FROM shifts WHERE state = 'open'"):
            shop.open()

    def accept(self, box):
        """Make a box's current log known to HQ."""
        identity = box.log.identity
        if registry.by_id(self.world.conn, identity.incarnation) is None:
            self.world.do(lambda conn, hq, now: closing.accept(conn, hq, identity, box.branch, "restored", now))

    def clone(self, box):
        """Copy the disk into a second box."""
        self.copies += 1
        path = self.folder / f"copy{self.copies}.db"
        self.copy_file(box, path)
        conn = open_connection(path, KEY)
        conn.execute("PRAGMA synchronous = OFF")
        entropy = random.Random(f"clone {self.copies} {self.random.random()}")
        shop = Shop(conn, box.shop.node, path, entropy, now=box.shop.now, till=box.shop.till)
        other = Box(shop, box.key, box.branch)
        self.boxes.append(other)
        return other

    def copy_file(self, box, path):
        """Copy a box's disk at rest."""
        box.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(box.shop.path, path)

    def backup(self, box):
        """Take a backup of a disk."""
        self.copies += 1
        path = self.folder / f"backup{self.copies}.db"
        self.copy_file(box, path)
        return path

    def restore(self, box, path, *, by_hand):
        """Put an old backup on the disk; `by_hand`: nobody told the box, else it opens a new log by itself."""
        self.note(box)
        for log in incarnations.logs(box.conn):
            entries = change_log.read_range(box.conn, log.no, 0, 2**40, 10**6)
            box.lost.append((log.identity, entries))
        box.conn.close()
        self.copies += 1
        fresh = self.folder / f"restored{self.copies}.db"
        shutil.copyfile(path, fresh)
        box.shop.conn = open_connection(fresh, KEY)
        box.shop.path = fresh
        box.conn.execute("PRAGMA synchronous = OFF")
        box.shop.node = load_node(box.conn, MEMBER_KEY)
        box.shop.entropy = random.Random(f"restored {self.copies} {self.random.random()}")
        box.shop.books.forget()
        if not by_hand:
            self.reopen(box, "restored")

    def reopen(self, box, reason="closed"):
        """Open the next incarnation, which holds nothing."""
        with transaction(box.conn):
            incarnations.open_next(box.conn, reason, box.shop.new_id(), self.world.now)
            box.shop.node = load_node(box.conn, MEMBER_KEY)

    def note(self, box):
        """Remember everything that this disk ever committed."""
        for log in incarnations.logs(box.conn):
            rows = box.conn.execute(
                "SELECT hash, entry FROM entries WHERE id > ? AND id < ?",
                (change_log.entry_id(log.no, 0), change_log.entry_id(log.no + 1, 0)),
            )
            for hash_, entry in rows:
                self.seen[log.incarnation, hash_] = entry

    # --- the line

    def sync(self, box):
        """One session: verdicts, everything up, everything applied, everything down."""
        self.push(box)
        self.apply()
        self.pull(box)

    def apply(self):
        """Let stage 2 do its work, and HQ look again at expired lots that it touched, as its core does."""
        for applied in self.world.apply():
            self.world.do(lambda conn, hq, now, due=applied.due: expiry.expire_touched(conn, hq, due, now))

    def push(self, box):
        """Say who one is, be judged, send all logs that HQ does not hold to their end."""
        conn = self.world.conn
        current = box.log
        known = registry.by_id(conn, current.incarnation)
        if known is None:
            self.accept(box)
        elif not known.is_open:
            self.reopen(box)
        elif known.session != current.session or self.common(current, box) < known.acked_seq:
            self.world.do(lambda c, hq, now: closing.close(c, hq, known.no, "cloned", "会话号", now))
            self.reopen(box)
        self.accept(box)
        current = box.log
        known = registry.need(conn, current.incarnation)
        registry.set_session(conn, known.no, current.session + 1)
        with transaction(box.conn):
            incarnations.store_session(box.conn, current.no, current.session + 1)
        for log in incarnations.logs(box.conn):
            self.send(box, log)

    def common(self, log, box):
        """How far HQ's copy of a log and this disk's agree."""
        known = registry.by_id(self.world.conn, log.incarnation)
        if known is None:
            return 0
        low = min(log.seq, known.acked_seq)
        while low and change_log.hash_at(box.conn, log.no, low) != inbox.hash_at(self.world.conn, known.no, low):
            low -= 1
        return low

    def send(self, box, log, *, overlap=0):
        """Send what HQ lacks of one log, maybe with some that it has."""
        if registry.by_id(self.world.conn, log.incarnation) is None:
            return
        start = max(0, self.common(log, box) - overlap)
        entries = change_log.read_range(box.conn, log.no, start, 2**40, 10**6)
        before = change_log.hash_at(box.conn, log.no, start)
        self.deliver(box.key, log.identity, Point(start, before), entries)

    def deliver(self, key, identity, at, entries):
        """Hand entries to HQ in batches of random sizes."""
        entries = list(entries)
        while entries:
            part = fill(entries[: self.random.choice((1, 3, 40))])
            raw = build_batch(identity, key, at, part)
            batch = open_batch(raw, key.public_key())
            for _ in range(2 if self.random.random() < 0.1 else 1):
                self.keep(batch, raw)
            at = Point(batch.header.last, batch.header.new_head)
            entries = entries[len(part) :]

    def keep(self, batch, raw):
        """Have HQ keep a batch; a second branch of an open log closes it."""
        world = self.world
        log = registry.need(world.conn, batch.header.incarnation)
        with transaction(world.conn):
            appended = inbox.append(world.conn, log, batch, raw, world.now)
        if appended.outcome is Outcome.FORK:
            world.do(lambda conn, hq, now: closing.close(conn, hq, log.no, "forked", "另一分支", now))
            with transaction(world.conn):
                inbox.append(world.conn, registry.by_no(world.conn, log.no), batch, raw, world.now)

    def pull(self, box):
        """Take all pages; orders obeyed and claims answered go up with the next push."""
        conn, hq = self.world.conn, self.world.hq
        known = registry.by_id(conn, box.log.incarnation)
        if known is None or not known.is_open or known.session != box.log.session:
            return  # no verdict, no rows
        while feed.is_dirty(conn):
            self.world.do(feed.sequence)
        for name in feed.feeds_of(box.branch):
            while True:
                with transaction(conn):
                    head = feed.heads(conn, hq, [name])[name]
                page = feed.page(conn, name, head, positions(box.conn).get(name))
                if page is None:
                    break
                with transaction(box.conn):
                    applied = apply_page(box.conn, box.shop.node, page, self.world.now, box.shop.new_id)
                assert applied.step is PageStep.APPLY
        box.shop.books.forget()

    # --- what must hold

    def check(self):
        """Verify HQ, and every disk."""
        report = self.world.verify()
        assert report.ok, report.violations[:5]
        for box in self.boxes:
            if box.alive:
                found = verify_edge(box.conn)
                assert found.ok, (box.branch, found.violations[:5])

    def truth(self):
        """Sum every entry that was ever committed anywhere: (lot, reason) → amount; (account, unit) → amount."""
        for box in self.boxes:
            self.note(box)
        posted = {}
        for data in (*self.seen.values(), *self.own()):
            for account, unit, amount in decode_entry(data).postings:
                if isinstance(account, str):
                    posted[account, unit] = posted.get((account, unit), 0) + amount
        return self.moved(self.seen.values()), posted

    def moved(self, entries):
        """Sum the moves of some entries and of HQ's own: (lot, reason) → amount."""
        sums = {}
        for data in (*entries, *self.own()):
            for move in decode_entry(data).moves:
                sums[move.lot, move.reason] = sums.get((move.lot, move.reason), 0) + move.amount
        return sums

    def own(self):
        """All entries of HQ's own log."""
        return [entry for (entry,) in self.world.conn.execute("SELECT entry FROM own_log")]

    def knows(self, incarnation):
        """Whether HQ ever heard of a log."""
        return registry.by_id(self.world.conn, incarnation) is not None

    def arrived(self):
        """Name every entry that HQ holds, in whatever batch: (incarnation, hash)."""
        found = set()
        for log in registry.every(self.world.conn):
            for row in self.world.conn.execute("SELECT * FROM inbox WHERE no = ?", (log.no,)):
                batch = inbox.opened(self.world.conn, inbox.Row(*row))
                found.update((log.incarnation, hash_) for hash_ in batch.hashes)
        return found


__all__ = ["DAY", "Box", "Chain"]
