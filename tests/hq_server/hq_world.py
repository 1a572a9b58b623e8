"""A chain for tests of HQ's ledger: one real HQ database, and shops that write real logs in memory."""

import copy
import hashlib
from dataclasses import dataclass, field

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commerce.cut import cut
from commerce.desk import Desk
from commerce.facts import Fact, IncarnationOpened, LotIssue, RightsReturned, Sale, ShiftAct, Tender, Terms
from commerce.lots import LotView
from commerce.moves import Move, Reason
from commerce.pricing import PricedBasket, PricedLine
from commerce.reference import TopUpRuleRow
from commerce.refund import (
    claim_fact,
    claim_paid_fact,
    pay_back,
    plan_refund,
    refund_fact,
    refused_release_fact,
    release_fact,
    sold,
)
from commerce.rights import Holding, apply_own_move, take_row
from commerce.sale import Earned, sale_fact
from commerce.top_up import TopUpIds, plan_top_up, top_up_fact
from commerce.wallet import available, plan_spend
from hq_server.ledger import closing, inbox, incarnations, lots, start
from hq_server.ledger.context import Keys
from hq_server.reconcile.apply import Reconciler
from hq_server.reconcile.verify import verify
from hq_server.storage.database import open_connection, transaction
from hq_server.storage.migrate import migrate
from sync_protocol.batch import build_batch, open_batch
from sync_protocol.chain import LogIdentity, Point, Predecessor, extend_all, first_hash
from sync_protocol.entry import Entry, EntryMove, EntryPosting, encode_entry

NOW = 1_796_000_000_000
DAY = "2026-11-29"
CHAIN = b"C" * 16
_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode


class Ids:
    """Bytes that are never the same twice and always the same in each run."""

    def __init__(self, seed):
        self.seed, self.n = seed, 0

    def __call__(self, count=16):
        """The next `count` bytes."""
        self.n += 1
        return hashlib.shake_256(f"{self.seed} {self.n}".encode()).digest(count)


def basket(*charged, quantity=1000):
    """A priced basket whose lines are charged these amounts."""
    lines = tuple(
        PricedLine(n + 1, f"P{n:03}", "北京烤鸭", quantity, amount, amount, amount, 0, "", (), (), amount)
        for n, amount in enumerate(charged)
    )
    return PricedBasket(lines, sum(charged), 0, sum(charged), 0)


class World:
    """HQ in a real file."""

    def __init__(self, folder, seed="hq"):
        self.ids = Ids(seed)
        self.conn = open_connection(folder / "hq.db")
        migrate(self.conn)
        self.keys = Keys(CHAIN, b"H" * 16, Ed25519PrivateKey.from_private_bytes(b"k" * 32), b"m" * 32, b"a" * 32)
        self.reconciler = Reconciler()
        self.now = NOW
        with transaction(self.conn):
            self.hq = start.create(self.conn, self.keys, self.reconciler, self.ids(), self.ids(), self.now)

    def do(self, function, *args):
        """Run ``function(conn, hq, *args, now)`` in a transaction of its own."""
        self.now += 1000
        with transaction(self.conn):
            return function(self.conn, self.hq, *args, self.now)

    def apply(self, most=5000):
        """Apply everything that waits, one transaction a step; return what the steps did."""
        done = []
        while (applied := self.do(lambda conn, hq, now: self.reconciler.step(conn, hq, now, most))) is not None:
            done.append(applied)
        return done

    def verify(self):
        """Verify the whole database."""
        return verify(self.conn)

    def one(self, sql, *values):
        """The only row of a query."""
        return self.conn.execute(sql, values).fetchone()

    def all(self, sql, *values):
        """All rows of a query."""
        return self.conn.execute(sql, values).fetchall()

    def codes(self):
        """The codes of all discrepancies, in order."""
        return [code for (code,) in self.all("SELECT code FROM discrepancies ORDER BY n")]

    def shop(self, branch, node=None):
        """Open a shop that HQ has accepted."""
        shop = Shop(self, branch, node or self.ids())
        shop.open()
        return shop


@dataclass
class Log:
    """One incarnation's log as its node has it."""

    identity: LogIdentity
    key: Ed25519PrivateKey
    entries: list = field(default_factory=list)
    holdings: dict = field(default_factory=dict)

    def hash_at(self, seq):
        """The hash after entry `seq`."""
        h0 = first_hash(self.identity)
        return extend_all(h0, self.entries[:seq])[-1] if seq else h0

    def batch(self, first, last):
        """Entries first … last as a signed batch: (opened, bytes)."""
        raw = build_batch(
            self.identity, self.key, Point(first - 1, self.hash_at(first - 1)), self.entries[first - 1 : last]
        )
        return open_batch(raw, self.key.public_key()), raw


class Shop:
    """One node: writes facts as a till would, sends batches as an uplink would."""

    def __init__(self, world, branch, node):
        self.world, self.branch, self.node = world, branch, node
        self.ids = Ids(f"{branch} {node.hex()} {world.ids.n}")
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(node).digest())
        self.lots = {}
        self.sales = {}
        self.desk = Desk(branch, "前台1", b"s" * 16, DAY, "1001")
        self.log = None
        self.clock = 0

    def open(self, reason="restored", identity_only=False):
        """Open an incarnation that names the present one as predecessor, and tell HQ unless `identity_only`."""
        before = None
        if self.log is not None:
            seq = len(self.log.entries)
            before = Predecessor(self.log.identity.incarnation, seq, self.log.hash_at(seq))
        public = self.key.public_key().public_bytes_raw()
        identity = LogIdentity(self.world_chain, self.node, self.ids(), public, before)
        self.log = Log(identity, self.key)
        named = (before.incarnation, before.seq, before.head) if before else (b"", 0, b"")
        self.write(Fact("incarnation", IncarnationOpened("opened", identity.incarnation, reason, *named)))
        if not identity_only:
            self.world.do(lambda conn, hq, now: closing.accept(conn, hq, identity, self.branch, reason, now))

    @property
    def world_chain(self):
        """The chain every log of this world belongs to."""
        return CHAIN

    @property
    def row(self):
        """The incarnation as HQ has it."""
        return incarnations.by_id(self.world.conn, self.log.identity.incarnation)

    @property
    def no(self):
        """Its number at HQ."""
        return self.row.no

    def clone(self):
        """A second box from this one's disk."""
        other = copy.copy(self)
        other.log = Log(self.log.identity, self.key, list(self.log.entries), copy.deepcopy(self.log.holdings))
        other.lots, other.sales = dict(self.lots), dict(self.sales)
        other.ids = Ids(f"clone {self.ids.seed} {self.ids.n}")
        return other

    def write(self, fact, check=True):
        """Append a fact to the log; rights are this node's own to check."""
        moves = []
        for move in fact.moves:
            held = self.log.holdings.setdefault(move.lot, Holding())
            if check:
                counter = apply_own_move(held, move)
            else:
                held.gone += move.amount
                counter = held.gone
            moves.append(EntryMove(move.lot, int(move.reason), move.amount, counter, move.ref))
        postings = tuple(EntryPosting(*posting) for posting in fact.postings)
        return self.append(fact.kind, tuple(moves), postings, _ENCODE(fact.body), fact.version)

    def append(self, kind, moves, postings, body, version=1, at=None):
        """Append an entry as it is."""
        self.clock += 1
        at = self.world.now if at is None else at
        entry = Entry(len(self.log.entries) + 1, at, kind, version, moves, postings, body)
        try:
            data = encode_entry(entry)
        except Exception:  # what no honest node would write
            data = _ENCODE(entry)
        self.log.entries.append(data)
        return len(self.log.entries)

    def views(self, member):
        """The member's lots with the rights held here."""
        return [
            LotView(
                *issue[:2], issue.asset, issue.issuer, issue.opened_on, issue.expires_on, issue.pair, issue.terms, held
            )
            for lot, issue in self.lots.items()
            if issue.owner == member
            for held in [self.log.holdings.get(lot, Holding()).rights]
        ]

    def top_up(self, member, amount, bonus=0, returned=None, **rule):
        """Sell stored value; return its lots (principal first). `returned`: how much of each goes to HQ at once."""
        terms = TopUpRuleRow("R", "充值送", 1, 10**9, bonus=bonus, **rule)
        plan = plan_top_up(
            amount, terms, TopUpIds(self.ids(), self.ids(), self.ids()), owner=member, issuer=self.branch, day=DAY
        )
        back = {lot.lot: part for lot, part in zip(plan.lots, returned or (), strict=False)}
        fact = top_up_fact(
            self.desk, self.ids(), "NO1", member, plan, tenders=(Tender("cash", amount, amount),), returned=back
        )
        self.write(fact)
        self.lots.update({lot.lot: lot for lot in plan.lots})
        return [lot.lot for lot in plan.lots]

    def can_pay(self, member):
        """What the member can spend here."""
        return available(self.views(member), DAY)

    def sell(self, member, *charged, value=None, earn=0):
        """Sell lines; `value` of the total (default all) is paid from stored value, the rest in cash."""
        total = sum(charged)
        value = total if value is None else value
        uses = plan_spend(self.views(member), DAY, value) if value else ()
        tenders = [Tender("stored_value", value)] if value else []
        if total > value:
            tenders.append(Tender("cash", total - value, total))
        earned = None
        if earn:
            points = hashlib.sha256(member + self.log.identity.incarnation).digest()[:16]
            what = ("member", "points", self.branch, earn, DAY, "2027-12-31", b"")
            lot = LotIssue(points, member, *what, Terms())
            earned = Earned(lot, earn, (1, 1))
        sale = self.ids()
        fact = sale_fact(
            self.desk,
            sale,
            "S1",
            member,
            basket(*charged, quantity=3000),
            tenders=tuple(tenders),
            uses=uses,
            earned=earned,
        )
        self.write(fact)
        assert isinstance(fact.body, Sale)
        self.sales[sale] = sold(fact.body)
        return sale

    def refund(self, sale, *lines):
        """Take goods of an own sale back."""
        plan = plan_refund(self.sales[sale], lines)
        self.write(
            refund_fact(
                self.desk, self.ids(), plan, tenders=pay_back(plan, in_cash=True), approved_by="1002", reason="不合适"
            )
        )
        self.sales[sale] = plan.left

    def claim(self, sale, seller, *lines):
        """Take goods back that another branch sold."""
        claim = self.ids()
        self.write(claim_fact(self.desk, claim, sale, seller, tuple(lines), approved_by="1002", reason="异店退货"))
        return claim

    def release(self, claim, sale, claimant, *lines):
        """Answer a claim on an own sale."""
        try:
            plan = plan_refund(self.sales[sale], lines)
        except Exception as error:
            member = self.sales[sale].member
            self.write(refused_release_fact(claim, sale, claimant, day=DAY, member=member, refused=error.code))
            return
        self.write(release_fact(self.branch, claim, claimant, DAY, plan))
        self.sales[sale] = plan.left

    def pay_claim(self, claim, released):
        """Hand out a released claim's money."""
        money = sum(tender.amount for tender in released)
        self.write(claim_paid_fact(self.desk, claim, released, (Tender("cash", money),)))

    def give_back(self, lot, amount):
        """Return rights to HQ."""
        self.write(Fact("rights", RightsReturned("return", "idle"), (Move(lot, Reason.RETURN, amount),)))

    def close_shift(self, expected, counted):
        """Close the shift with a count."""
        body = ShiftAct("close", self.desk.shift, DAY, "前台1", "1001", 0, counted, expected, "")
        self.write(Fact("shift", body))

    def take_grants(self):
        """Apply HQ's totals, as a page would bring them."""
        conn = self.world.conn
        rows = conn.execute("SELECT lot, granted, gone FROM rights WHERE no = ? AND granted > 0", (self.no,)).fetchall()
        for lot, granted, gone in rows:
            take_row(self.log.holdings.setdefault(lot, Holding()), granted, gone)
            kept = lots.by_ids(conn, [lot])[lot]
            what = (kept.lot, kept.owner, kept.owner_kind, kept.asset, kept.issuer, 0, kept.opened_on, kept.expires_on)
            self.lots[lot] = LotIssue(*what, kept.pair, kept.terms)

    def send(self, first=None, last=None, size=500):
        """Send entries (default: what HQ has not acked) in batches; return the outcomes."""
        first = self.row.acked_seq + 1 if first is None else first
        last = len(self.log.entries) if last is None else last
        outcomes = []
        for at in range(first, last + 1, size):
            batch, raw = self.log.batch(at, min(last, at + size - 1))
            outcomes.append(self.offer(batch, raw).outcome)
        return outcomes

    def offer(self, batch, raw):
        """Hand HQ one batch, in a transaction of its own."""
        self.world.now += 1000
        with transaction(self.world.conn):
            return inbox.append(self.world.conn, self.row, batch, raw, self.world.now)

    def close(self, reason="lost"):
        """Have HQ close the present incarnation."""
        return self.world.do(lambda conn, hq, now: closing.close(conn, hq, self.no, reason, "测试", now))


def halves(amount):
    """Two parts of an amount."""
    return cut(amount, (1, 1))
