"""A chain in memory, one lot, over commerce.rights: HQ, nodes with logs, a network that delays and repeats.

`Chain` is what the state machine and the mutation table drive. Every act takes `pick`, a function n → 0…n−1, so that
hypothesis or a seeded generator can choose. Each of `RULES` names one mechanism that a chain may be built without; the
arithmetic itself is always commerce's. What really happened (goods, money paid in) is kept beside the books.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from commerce.errors import RightsError
from commerce.moves import Move, Reason
from commerce.rights import (
    Holding,
    LotBook,
    apply_late,
    apply_open,
    apply_own_move,
    close,
    grant,
    hq_move,
    release,
    repeated,
    take_row,
)

LOT = b"L" * 16
RULES = (
    "one_writer",  # in-moves raise `born`; without: a refund raises `granted`, and HQ keeps the larger total
    "row_names_incarnation",
    "close_when_behind",  # without: an old copy is brought up to date and keeps its rights
    "session_numbers",
    "verdict_first",  # no row before the verdict
    "one_commit_grant",
    "late_rule",
    "late_return_takes",  # a late return gives HQ only what it took
    "evidence_once",
    "kept_once",  # entries that HQ has are not applied again
    "seller_releases",  # without: a refund elsewhere gives value at once
    "once_per_quantity",  # a sold quantity is refunded once by the node that sold it
    "suspend_on_close",  # without: HQ takes the rights of a closed incarnation at once
    "holder_expires",  # without: HQ books expiry for the holders
)


class BrokenLawError(Exception):
    """The chain reached a state that must not be."""


class Entry(NamedTuple):
    """One entry of a log; `nonce` stands for the random ids that make entries of two branches differ."""

    kind: str
    moves: tuple[Move, ...]
    sale: int
    nonce: int
    amount: int = 0
    total: int = 0  # the counter after a refund, which only a chain without `one_writer` reads


class Row(NamedTuple):
    """A rights row on its way to a node, with HQ's orders."""

    node: str
    incarnation: int
    session: int
    granted: int
    gone_known: int
    keep: int | None
    expire: bool


@dataclass
class Box:
    """One machine: a node's database as it stands on that disk."""

    node: str
    incarnation: int
    holding: Holding = field(default_factory=Holding)
    log: tuple[Entry, ...] = ()
    session: int = 0
    live: bool = False
    stopped: bool = False

    def copy(self):
        """Return another disk with the same content; a live session is memory and is not copied."""
        own = self.holding
        return Box(
            self.node,
            self.incarnation,
            Holding(own.granted, own.born, own.gone),
            self.log,
            self.session,
            stopped=self.stopped,
        )

    def sold(self, sale):
        """Return what this log still may refund of a sale."""
        left = 0
        for entry in self.log:
            if entry.sale == sale and entry.kind != "claim":
                left += entry.amount if entry.kind == "spend" else -entry.amount
        return left

    def refundable(self):
        """Return the sales of this log of which something may still be refunded."""
        sales = [entry.sale for entry in self.log if entry.kind == "spend"]
        return [sale for sale in sales if self.sold(sale) > 0]


@dataclass
class Known:
    """HQ's view of one incarnation: counters, the kept log, and what that log's moves sum to."""

    node: str
    holding: Holding = field(default_factory=Holding)
    log: tuple[Entry, ...] = ()
    session: int = 0
    used: int = 0  # the last session in which a row was shown
    born: int = 0
    gone: int = 0


class Chain:
    """HQ and its nodes. `without` names the mechanism left out."""

    def __init__(self, without="", nodes="ABC"):
        self.without = without
        self.book = LotBook()
        self.incs = {n: Known(node) for n, node in enumerate(nodes)}
        self.boxes = [Box(node, n) for n, node in enumerate(nodes)]
        self.evidence, self.sales, self.claims = set(), {}, {}
        self.wire, self.rows, self.tails = [], [], []
        self.expiring = False
        self.numbers = 0
        self.issued = self.goods = self.allowed = self.sold = 0
        self.paid, self.out, self.written = {}, {}, {}  # per sale: paid; goods out; refunds written anywhere

    def has(self, rule):
        """Whether this chain has the mechanism."""
        return self.without != rule

    def number(self):
        """Return a number never used before."""
        self.numbers += 1
        return self.numbers

    def box(self, pick):
        """Pick a machine, None when all are gone."""
        return self.boxes[pick(len(self.boxes))] if self.boxes else None

    def write(self, box, kind, moves=(), sale=0, amount=0):
        """Append an entry to a box's log after applying its moves to the node's own counters."""
        total = 0
        for move in moves:
            if move.reason == Reason.REFUND and not self.has("one_writer"):
                box.holding.granted += move.amount
                total = box.holding.granted
            else:
                apply_own_move(box.holding, move)
        box.log += (Entry(kind, tuple(moves), sale, self.number(), amount, total),)

    # --- what people do at a till

    def issue(self, pick):
        """A top-up."""
        box = self.box(pick)
        if box and self.issued < 12 and not self.expiring:
            amount = 1 + pick(4)
            self.write(box, "issue", [Move(LOT, Reason.ISSUE, amount)])
            self.issued += amount

    def spend(self, pick):
        """A sale paid from the lot."""
        box = self.box(pick)
        if box and box.holding.rights and not box.stopped:
            amount = 1 + pick(box.holding.rights)
            sale = self.number()
            self.write(box, "spend", [Move(LOT, Reason.SPEND, amount)], sale, amount)
            self.goods += amount
            self.sold += amount
            self.paid[sale] = self.out[sale] = amount
            self.written[sale] = 0

    def give_back(self, pick):
        """Rights returned to HQ."""
        box = self.box(pick)
        if box and box.holding.rights:
            self.write(box, "return", [Move(LOT, Reason.RETURN, 1 + pick(box.holding.rights))])

    def refund(self, pick):
        """A refund in the branch that sold, once per sold quantity."""
        box = self.box(pick)
        sales = box.refundable() if box else []
        if box and not self.has("once_per_quantity"):
            sales = [entry.sale for entry in box.log if entry.kind == "spend"]
        if sales:
            sale = sales[pick(len(sales))]
            amount = 1 + pick(max(1, box.sold(sale)))
            self.write(box, "refund", [Move(LOT, Reason.REFUND, amount)], sale, amount)
            self.taken_back(sale, amount)
            self.written[sale] += amount

    def claim(self, pick):
        """Goods of any sale taken back in another branch."""
        box = self.box(pick)
        sales = sorted(sale for sale, there in self.out.items() if there)
        if box and sales:
            sale = sales[pick(len(sales))]
            amount = 1 + pick(self.out[sale])
            moves = [] if self.has("seller_releases") else [Move(LOT, Reason.REFUND, amount)]
            self.write(box, "claim", moves, sale, amount)
            self.written[sale] += amount if moves else 0
            self.taken_back(sale, amount)

    def taken_back(self, sale, amount):
        """Goods come back once, whatever is written."""
        back = min(amount, self.out[sale])
        self.out[sale] -= back
        self.goods -= back

    def answer_claim(self, pick):
        """The selling incarnation releases a claim that HQ passed on, or refuses it."""
        waiting = sorted(self.claims)
        box = self.box(pick)
        if not waiting or not box or not box.live:
            return
        sale, amount = self.claims[waiting[pick(len(waiting))]]
        if not any(entry.kind == "spend" and entry.sale == sale for entry in box.log):
            return
        if self.has("once_per_quantity") and box.sold(sale) < amount:
            self.write(box, "refused", (), 0)
            return
        self.write(box, "release", [Move(LOT, Reason.REFUND, amount), Move(LOT, Reason.RETURN, amount)], sale, amount)
        self.written[sale] += amount

    # --- the network

    def push(self, pick):
        """A node sends its log; the message may arrive at any time, or never."""
        box = self.box(pick)
        if box and box.log:
            self.wire.append((box.incarnation, box.log[: 1 + pick(len(box.log))]))

    def deliver(self, pick):
        """Any message on the way arrives, old ones too, and perhaps again later."""
        source = self.tails if self.tails and pick(4) == 0 else self.wire
        if source:
            self.receive(*source[pick(len(source))])

    def connect(self, pick):
        """A node connects; the answer may get lost."""
        box = self.box(pick)
        if box:
            self.handshake(box, lost=pick(5) == 4)

    def handshake(self, box, lost=False):
        """The verdict, then a new session number or a new incarnation."""
        known = self.incs[box.incarnation]
        if not known.holding.closed:
            # Later numbers than the last used one may have been lost on the way, any number of times.
            stale = self.has("session_numbers") and box.session < known.used
            shared = min(len(box.log), len(known.log))
            forked = box.log[:shared] != known.log[:shared]
            behind = not forked and len(box.log) < len(known.log)
            if forked or ((stale or behind) and self.has("close_when_behind")):
                self.suspend(known)
            elif stale or behind:
                own = known.holding
                box.log, box.holding = known.log, Holding(own.granted, own.born, own.gone)
        if known.holding.closed:
            self.receive(box.incarnation, box.log)
            self.reopen(box)
            return
        known.session += 1
        if lost:
            return
        for other in self.boxes:
            if other.incarnation == box.incarnation:
                other.live = False
        box.session, box.live, box.stopped = known.session, True, False

    def publish(self, pick):
        """HQ sends a rights row in the live session, perhaps with an order."""
        boxes = [box for box in self.boxes if box.live]
        if boxes:
            box = boxes[pick(len(boxes))]
            known = self.incs[box.incarnation]
            if not known.holding.closed and (box.session == known.session or not self.has("session_numbers")):
                self.rows.append(self.row(box.incarnation, known, 0 if pick(3) == 0 else None))

    def row(self, number, known, keep=None):
        """Return the row HQ shows now; from then on the session counts as used."""
        known.used = known.session
        own = known.holding
        return Row(known.node, number, known.session, own.granted, own.gone, keep, self.expiring)

    def show(self, pick):
        """A row arrives at any machine of that node, of any age, perhaps again."""
        if self.rows:
            row = self.rows[pick(len(self.rows))]
            boxes = [box for box in self.boxes if box.node == row.node]
            if boxes:
                self.take(boxes[pick(len(boxes))], row)

    def take(self, box, row):
        """A node takes a row and obeys its order."""
        if self.has("row_names_incarnation") and row.incarnation != box.incarnation:
            return
        if self.has("verdict_first") and not box.live:
            return
        if self.has("session_numbers") and self.has("verdict_first") and row.session != box.session:
            return
        try:
            take_row(box.holding, row.granted, row.gone_known if self.has("verdict_first") else 0)
        except RightsError:
            box.stopped = True
            return
        rights = box.holding.rights
        if row.expire and rights:
            self.write(box, "expire", [Move(LOT, Reason.EXPIRE, rights)])
        elif row.keep is not None and rights > row.keep:
            self.write(box, "return", [Move(LOT, Reason.RETURN, rights - row.keep)])

    # --- HQ

    def receive(self, number, log):
        """Ingest a log, whole or a part from its start: continue the kept one, or keep a second branch as evidence."""
        known = self.incs[number]
        common = 0
        while common < min(len(log), len(known.log)) and log[common] == known.log[common]:
            common += 1
        second = common < min(len(log), len(known.log))
        if second and not known.holding.closed:
            self.suspend(known)
        if not second and not log[common:] and common and not self.has("kept_once"):
            self.apply(known, log[-1])
        for seq, entry in enumerate(log[common:], common):
            if not second:
                known.log += (entry,)
            elif self.has("evidence_once") and (number, seq, entry) in self.evidence:
                continue
            self.evidence.add((number, seq, entry))
            self.apply(known, entry)
            if not second and not known.holding.closed:
                known.born += sum(move.amount for move in entry.moves if move.reason.is_in)
                known.gone += sum(move.amount for move in entry.moves if move.reason.is_out)

    def apply(self, known, entry):
        """Apply one entry's moves by the rule for open or closed incarnations."""
        for move in entry.moves:
            again = self.book_sale(entry, move)
            own = known.holding
            if move.reason == Reason.REFUND and not self.has("one_writer"):
                self.book.refunded += move.amount - again
                self.book.exposure += again
                own.granted = max(own.granted, entry.total)
            elif not own.closed or not self.has("late_rule"):
                apply_open(self.book, own, move, again)
            else:
                before = own.suspended
                apply_late(self.book, own, move, again)
                if move.reason == Reason.RETURN and not self.has("late_return_takes"):
                    self.book.own += move.amount - (before - own.suspended)
        if entry.kind == "claim" and self.has("seller_releases"):
            self.claims.setdefault(entry.nonce, (entry.sale, entry.amount))

    def book_sale(self, entry, move):
        """Keep what HQ knows of a sale; return what a refund repeats."""
        sale = self.sales.setdefault(entry.sale, [0, 0])
        if move.reason == Reason.SPEND:
            sale[0] += move.amount
        if move.reason != Reason.REFUND:
            return 0
        again = repeated(sale[0], sale[1], move.amount)
        sale[1] += move.amount - again
        return again

    def suspend(self, known):
        """Close an incarnation."""
        close(known.holding)
        if not self.has("suspend_on_close"):
            release(self.book, known.holding)

    def reopen(self, box):
        """A node told that its incarnation is closed begins a new one, with no rights; its old log is still offered."""
        if box.log:
            self.tails.append((box.incarnation, box.log))
        number = len(self.incs)
        self.incs[number] = Known(box.node)
        box.incarnation, box.holding, box.log = number, Holding(), ()
        box.session, box.live, box.stopped = 0, False, False

    def grant(self, pick):
        """HQ grants from its own, in one commit."""
        known = self.incs[pick(len(self.incs))]
        if self.book.own and not known.holding.closed and not self.expiring:
            amount = 1 + pick(self.book.own)
            if self.has("one_commit_grant"):
                grant(self.book, known.holding, amount)
                return
            self.book.own -= amount
            if pick(3):
                known.holding.granted += amount

    def release(self, pick):
        """Two people release what is suspended: an exposure accepted by name."""
        closed = [known for known in self.incs.values() if known.holding.suspended]
        if closed and pick(3) == 0:
            self.allowed += release(self.book, closed[pick(len(closed))].holding)

    def release_claim(self, pick):
        """Two people release a claim whose seller is closed, as far as HQ knows the sale to be unrefunded."""
        for claim, (sale, amount) in sorted(self.claims.items()):
            sellers = [known for known in self.incs.values() if any(e.sale == sale for e in known.log)]
            paid, back = self.sales.get(sale, (0, 0))
            if all(known.holding.closed for known in sellers) and back + amount <= paid and pick(3) == 0:
                hq_move(self.book, Move(LOT, Reason.REFUND, amount))
                self.sales[sale][1] += amount
                self.written[sale] += amount
                self.allowed += amount
                del self.claims[claim]
                return

    def expire(self, pick):
        """HQ's clock orders expiry; HQ writes off its own."""
        if not self.expiring and pick(6) == 0 and self.issued > 5:
            self.expiring = True
            if not self.has("holder_expires"):
                for known in self.incs.values():
                    self.book.expired += known.holding.rights
                    known.holding.gone += known.holding.rights
        if self.expiring and self.book.own:
            hq_move(self.book, Move(LOT, Reason.EXPIRE, self.book.own))
