"""Random histories: several shops, grants, returns, refunds, claims, forks, closes, late tails, repeats, any order.

After every history the one invariant holds for every lot, replay in the recorded order equals the tables, and exposure
is there only where something was used twice.
"""

import random
import tempfile
from pathlib import Path

import pytest
from hq_world import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.errors import CommerceError
from commerce.moves import Reason
from hq_server.errors import HqError
from hq_server.ledger import claims, closing, grants, lots
from hq_server.ledger.inbox import Outcome
from hq_server.ledger.sales import decode_remains
from hq_server.reconcile import moves
from hq_server.reconcile.runs import runs_of
from sync_protocol.chain import extend_all, first_hash
from sync_protocol.entry import decode_entry

BRANCHES = ("guanqian", "xihu", "nanjing")


class Chain:
    """A chain driven by a seeded source of choices."""

    def __init__(self, folder, seed):
        self.world = World(folder, f"seed {seed}")
        self.dice = random.Random(seed)
        self.boxes = [self.world.shop(branch) for branch in BRANCHES]
        self.old = []  # boxes on logs that HQ closed: their tails still come
        self.members = [self.world.ids() for _ in range(3)]
        self.forked = False

    def step(self):
        """Do one random thing; what cannot be done is left out."""
        acts = (
            self.top_up,
            self.sell,
            self.sell,
            self.refund,
            self.claim,
            self.answer,
            self.give_back,
            self.grant,
            self.send,
        )
        faults = (self.clone, self.close, self.tail, self.release, self.release_claim)
        act = self.dice.choice(acts if self.dice.random() < 0.85 else faults)
        try:
            act()
        except (CommerceError, HqError, IndexError):
            return act.__name__
        return act.__name__

    def box(self):
        """Some box on an open log."""
        return self.dice.choice(self.boxes)

    def top_up(self):
        """Somebody tops up, and part of it may go to HQ at once."""
        paid, bonus = self.dice.randrange(1, 200_00), self.dice.choice((0, 20_00))
        back = self.dice.randrange(0, paid + 1)
        returned = (back, back * bonus // paid) if back else None
        self.box().top_up(self.dice.choice(self.members), paid, bonus, returned=returned)

    def sell(self):
        """Somebody spends stored value here."""
        box, member = self.box(), self.dice.choice(self.members)
        here = box.can_pay(member)
        if here < 2:
            raise IndexError
        box.sell(member, *(self.dice.randrange(1, here // 2 + 1) for _ in range(2)), earn=self.dice.choice((0, 7)))

    def refund(self):
        """A part of an own sale comes back."""
        box = self.box()
        box.refund(self.dice.choice(list(box.sales)), (self.dice.randrange(2), self.dice.randrange(1, 3001)))

    def claim(self):
        """A part of another branch's sale comes back here."""
        seller, box = self.dice.sample(self.boxes, 2)
        box.claim(self.dice.choice(list(seller.sales)), seller.branch, (self.dice.randrange(2), 1000))

    def answer(self):
        """A seller answers a claim that HQ has passed on."""
        open_ = [claim for claim in claims.unsettled(self.world.conn) if claim.state == claims.TO_RELEASE]
        claim = self.dice.choice(open_)
        for box in self.boxes:
            if box.no == claim.seller_no and claim.sale in box.sales:
                box.release(claim.claim, claim.sale, claim.claimant, *claim.lines)

    def give_back(self):
        """A branch returns some rights."""
        box = self.box()
        held = [(lot, holding.rights) for lot, holding in box.log.holdings.items() if holding.rights]
        lot, rights = self.dice.choice(held)
        box.give_back(lot, self.dice.randrange(1, rights + 1))

    def grant(self):
        """HQ grants some of what it owns."""
        box = self.box()
        owned = [
            (lot.lot, self.dice.randrange(1, lot.own + 1))
            for kept in lots.of_owners(self.world.conn, self.members).values()
            for lot in kept
            if lot.own > 0
        ]
        some = self.dice.sample(owned, min(len(owned), 2))
        self.world.do(lambda conn, hq, now: grants.grant(conn, hq, box.no, some, "placement", 0, now))
        box.take_grants()

    def send(self):
        """Send some or all of what is not acked, sometimes again from the start; a fork closes the log."""
        box = self.box()
        first = 1 if self.dice.random() < 0.2 else None
        if Outcome.FORK in box.send(first, size=self.dice.choice((1, 3, 500))):
            box.close("forked")
            self.retire(box)
        if self.dice.random() < 0.7:
            self.world.apply(most=self.dice.choice((1, 5000)))

    def clone(self):
        """A second box from one disk goes on by itself."""
        self.forked = True
        self.boxes.append(self.box().clone())

    def close(self):
        """HQ closes a living box by mistake."""
        box = self.box()
        box.close("lost")
        self.retire(box)

    def retire(self, box):
        """All boxes on a closed log: one goes on under a new incarnation, the others only bring their logs."""
        same = [other for other in self.boxes if other.log.identity == box.log.identity]
        for other in same:
            self.boxes.remove(other)
            self.old.append((other.clone(), len(other.log.entries)))
        box.log.holdings = {}
        box.open("restored")
        self.boxes.append(box)

    def tail(self):
        """Any piece of an old box's log arrives."""
        box, last = self.dice.choice(self.old)
        first = self.dice.randrange(1, last + 1)
        box.send(first, self.dice.randrange(first, last + 1))

    def release(self):
        """Two people release what is suspended."""
        box, _ = self.dice.choice(self.old)
        self.world.do(lambda conn, hq, now: closing.release(conn, hq, box.no, "陈静", "王芳", "查过", now))

    def release_claim(self):
        """Two people release a claim, where they may."""
        claim = self.dice.choice(claims.unsettled(self.world.conn))
        self.world.do(
            lambda conn, hq, now: claims.release_at_hq(conn, hq, claim.claim, "2026-11-30", "陈静", "王芳", now)
        )

    def heal(self):
        """Everything arrives: open boxes send all, old ones bring their whole logs."""
        for box in list(self.boxes):
            if Outcome.FORK in box.send(1):
                box.close("forked")
                self.retire(box)
        for box, last in self.old:
            box.send(1, last)
        for box in self.boxes:
            box.send()
        self.world.apply()


def told(chain):
    """What the tills were told: issued and spent per lot, each entry of all boxes once by (incarnation, seq, hash)."""
    entries = {}
    for box in [*chain.boxes, *(box for box, _ in chain.old)]:
        log = box.log
        hashes = extend_all(first_hash(log.identity), log.entries)
        for seq, (hash_, entry) in enumerate(zip(hashes, log.entries, strict=True), 1):
            entries[log.identity.incarnation, seq, hash_] = decode_entry(entry)
    sums = {}
    for entry in entries.values():
        for lot, reason, amount, _, _ in entry.moves:
            if reason in (Reason.ISSUE, Reason.SPEND):
                issued, spent = sums.get(lot, (0, 0))
                sums[lot] = (issued + amount, spent) if reason == Reason.ISSUE else (issued, spent + amount)
    return sums


def came_back(chain):
    """What of each lot was refunded, each sold quantity once, out of what remains of every sale."""
    sums = {}
    for (remains,) in chain.world.all("SELECT remains FROM sales WHERE remains IS NOT NULL"):
        for part in decode_remains(remains).lots:
            sums[part.lot] = sums.get(part.lot, 0) + min(part.paid, part.refunded)
    return {lot: amount for lot, amount in sums.items() if amount}


def run(seed, steps, make=Chain):
    """One history; returns the chain."""
    with tempfile.TemporaryDirectory() as folder:
        chain = make(Path(folder), seed)
        done = []
        for n in range(steps):
            done.append(chain.step())
            if n % 10 == 9:
                report = chain.world.verify()
                assert report.ok, (seed, done, report.violations)
        chain.heal()
        report = chain.world.verify()
        assert report.ok, (seed, done, report.violations)
        table = {lot: (issued, spent) for lot, issued, spent in chain.world.all("SELECT lot, issued, spent FROM lots")}
        assert table == told(chain), (seed, done)
        refunded = dict(chain.world.all("SELECT lot, refunded FROM lots WHERE refunded > 0"))
        assert refunded == came_back(chain), (seed, done)
        exposure = chain.world.one("SELECT coalesce(sum(exposure), 0), coalesce(min(own), 0) FROM lots")
        unread = chain.world.one("SELECT count(*) FROM quarantine")
        chain.world.conn.close()
        assert unread == (0,)
        return chain, exposure, set(done)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(5, 60))
def test_any_history_is_conserved_and_replays(seed, steps):
    """Whatever arrives in whatever order, every lot is conserved and the tables equal a replay from scratch."""
    _, (exposure, own), _ = run(seed, steps)
    assert exposure >= 0
    assert own >= 0


def test_histories_do_what_they_say():
    """The random histories reach every act and every fault; a kind that never happened has not been tested."""
    acts, kinds = set(), set()
    for seed in range(6):
        with tempfile.TemporaryDirectory() as folder:
            chain = Chain(Path(folder), seed)
            for _ in range(200):
                acts.add(chain.step())
            chain.heal()
            for table in ("evidence", "claims", "clearing_rows", "discrepancies"):
                if chain.world.one(f"SELECT count(*) FROM {table}")[0]:
                    kinds.add(table)
            kinds |= {code for (code,) in chain.world.all("SELECT code FROM discrepancies")}
            kinds |= {state for (state,) in chain.world.all("SELECT state FROM claims")}
            assert chain.world.verify().ok
            chain.world.conn.close()
    assert len(acts) == 13
    assert {"evidence", "clearing_rows", "released", "refused", "late_exposure", "exposure_accepted"} <= kinds


MUTATIONS = {
    "evidence counted twice": ("hq_server.reconcile.runs.inbox.kept_hashes", lambda *_: {}),
    "late entries as if in time": ("hq_server.reconcile.plan.moves.book_late", moves.book_open),
    "refunded twice at face value": ("hq_server.reconcile.moves.refunds.already", lambda *_: 0),
    "evidence not looked at": (
        "hq_server.reconcile.apply.runs_of",
        lambda conn, row: () if row.kind else runs_of(conn, row),
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_each_mechanism_is_missed(monkeypatch, mutation):
    """With one mechanism removed the histories find a violation: they can fail."""
    target, without = MUTATIONS[mutation]
    monkeypatch.setattr(target, without)
    with pytest.raises((AssertionError, HqError, CommerceError)):
        for seed in range(100, 110):
            run(seed, 80)
