"""Random days of a chain: everything a till, HQ's people and misfortune can do, from one seed."""

from both_sides import DAY, Chain
from edge_shop import LEAD

from commerce.errors import CommerceError
from commerce.tender import Offer
from edge_node.errors import EdgeError
from edge_node.ledger.claims import open_here
from edge_node.ledger.rights import wallet
from edge_node.till import claims, refunds, transfers, withdrawals
from edge_node.till.claims import ClaimOrder
from edge_node.till.refunds import RefundOrder
from hq_server.errors import HqError
from hq_server.ledger import claims as hq_claims
from hq_server.ledger import closing, expiry, grants, lots
from hq_server.ledger import incarnations as registry
from sync_protocol.chain import Point, extend_all, first_hash

REFUSALS = (EdgeError, CommerceError)

TILL = {"top_up": 4, "sell": 12, "refund": 4, "claim": 3, "pay": 2, "undo": 2, "transfer": 1}
CALM = TILL | {"sync": 8, "grant": 6, "order": 6, "again": 1, "expire": 1}
ROUGH = CALM | {"clone": 1, "back_up": 2, "restore": 1, "close": 1, "release": 2, "claim_at_hq": 2, "lost_tail": 2}


class Days:
    """One run. ``done`` counts what was done, so that a test can see that it tested something."""

    def __init__(self, chain: Chain, deeds):
        self.chain, self.random = chain, chain.random
        self.deeds = deeds
        self.members, self.sales, self.issues, self.backups = [], [], [], []
        self.done = dict.fromkeys(deeds, 0)
        for n, box in enumerate(chain.boxes):
            self.members.append(box.shop.register(f"王小{n}", f"1380013800{n}"))
        self.everybody()

    def run(self, steps):
        """Do so many things."""
        names, weights = list(self.deeds), list(self.deeds.values())
        for name in self.random.choices(names, weights, k=steps):
            if getattr(self, name)():
                self.done[name] += 1

    def settle(self):
        """Faults stop: everybody syncs until nothing is left to say."""
        for _ in range(4):
            self.everybody()

    def everybody(self):
        """Sync every box that lives."""
        for box in self.chain.boxes:
            if box.alive:
                self.chain.sync(box)

    def box(self):
        """Any box that lives."""
        return self.random.choice([box for box in self.chain.boxes if box.alive])

    # --- at the tills

    def top_up(self):
        """Money for value, with bonus (and points) or without."""
        amount, rule = self.random.choice(((100000, "r1000"), (50000, "r500"), (7000, "")))
        box = self.box()
        try:
            self.issues.append((box, box.shop.top_up(self.random.choice(self.members), amount, rule).issue))
        except REFUSALS:
            return False
        return True

    def sell(self):
        """Tea for value, points and cash; often for all the value that lies here, sometimes for more than that."""
        box, member = self.box(), self.random.choice(self.members)
        cups = self.random.randrange(1, 60)
        total = cups * 1500
        has = wallet(box.conn, box.shop.node, member)
        value = min(total, has.stored_value(DAY) + self.random.choice((0, 0, 0, 0, 1)))
        points = min(total - value, has.points(DAY)) if self.random.random() < 0.3 else 0
        offers = [
            Offer(tender, amount)
            for tender, amount in (("stored_value", value), ("points", points), ("cash", total - value - points))
            if amount
        ]
        try:
            sale = box.shop.sell(offers, ("tea", cups * 1000), member=member).sale
        except REFUSALS:
            return False
        self.sales.append((box, sale, cups))
        return True

    def transfer(self):
        """Move all value of a member that lies in a branch to another member."""
        box, (giver, taker) = self.box(), self.random.sample(self.members, 2)
        try:
            box.shop.write(transfers.transfer, box.shop.at(), giver, taker, "转", LEAD)
        except REFUSALS:
            return False
        return True

    def some_of_a_sale(self):
        """Return a sale, and some cups of it."""
        if not self.sales:
            return None
        box, sale, cups = self.random.choice(self.sales[-20:])
        return box, sale, ((0, self.random.choice((cups, 1, self.random.randrange(1, cups + 1))) * 1000),)

    def refund(self):
        """Refund where it was sold, as often as the till lets."""
        found = self.some_of_a_sale()
        if found is None or not found[0].alive:
            return False
        box, sale, lines = found
        order = RefundOrder(sale, lines, self.random.random() < 0.5, "不想要")
        try:
            box.shop.write(refunds.refund, box.shop.at(), order, LEAD)
        except REFUSALS:
            return False
        return True

    def claim(self):
        """Take goods back somewhere else, sometimes twice at once."""
        found = self.some_of_a_sale()
        if found is None:
            return False
        seller, sale, lines = found
        for _ in range(self.random.choice((1, 1, 2))):
            box = self.box()
            try:
                box.shop.write(claims.claim, box.shop.at(), ClaimOrder(sale, seller.branch, lines, "异店退货"), LEAD)
            except REFUSALS:
                return False
        return True

    def pay(self):
        """Hand out the money of claims that were released."""
        box = self.box()
        paid = False
        for found in open_here(box.conn, 10):
            if found.state == "released":
                try:
                    box.shop.write(claims.pay_claim, box.shop.at(), found.claim, in_cash=self.random.random() < 0.5)
                    paid = True
                except REFUSALS:
                    pass
        return paid

    def undo(self):
        """Undo a top-up, if all of it lies there."""
        if not self.issues:
            return False
        box, issue = self.random.choice(self.issues[-5:])
        try:
            box.shop.write(withdrawals.undo_top_up, box.shop.at(), issue, "输错了", LEAD, in_cash=True)
        except REFUSALS:
            return False
        return True

    # --- on the line, at HQ

    def sync(self):
        """One box has its line."""
        self.chain.sync(self.box())
        return True

    def again(self):
        """What was sent comes once more, with more before it."""
        box = self.box()
        self.chain.send(box, box.log, overlap=self.random.randrange(1, 30))
        self.chain.apply()
        return True

    def grant(self):
        """HQ places rights of its own."""
        conn = self.chain.world.conn
        have = conn.execute("SELECT lot, own FROM lots WHERE own > 0 ORDER BY lot").fetchall()
        logs = [log for log in registry.every(conn) if log.state == registry.OPEN]
        if not have or not logs:
            return False
        picked = self.random.sample(have, min(len(have), 3))
        amounts = [(lot, self.random.randrange(1, own + 1)) for lot, own in picked]
        no = self.random.choice(logs).no
        self.chain.world.do(lambda c, hq, now: grants.grant(c, hq, no, amounts, "placement", 0, now))
        return True

    def order(self):
        """HQ orders a holder to keep only so much, or to return all."""
        conn = self.chain.world.conn
        rows = conn.execute(
            "SELECT lot, no FROM rights JOIN incarnations USING (no) WHERE state = 'open' ORDER BY lot, no"
        ).fetchall()
        if not rows:
            return False
        lot, no = self.random.choice(rows)
        kind = self.random.choice(("keep", "keep", "keep", "drop", "closing"))
        if kind == "drop":
            self.chain.world.do(lambda c, hq, now: grants.drop_order(c, lot, no))
            return True
        kept = self.random.randrange(0, 30000)
        self.chain.world.do(lambda c, hq, now: grants.put_order(c, lot, no, kind, kept, now))
        return True

    def expire(self):
        """HQ's clock strikes: nothing is due yet, a bonus is, or all points are."""
        today = self.random.choice(("2026-06-01", "2026-06-01", "2028-01-01", "2031-01-01"))
        self.chain.world.do(lambda c, hq, now: expiry.expire_due(c, hq, today, now, 10_000))
        return True

    # --- misfortune

    def clone(self):
        """A second box from the same disk goes on beside the first."""
        if sum(box.alive for box in self.chain.boxes) > 5:
            return False
        self.chain.clone(self.box())
        return True

    def back_up(self):
        """A backup is taken."""
        box = self.box()
        self.backups.append((box, self.chain.backup(box)))
        return True

    def restore(self):
        """An old backup goes back on its disk, by the command or by hand."""
        if not self.backups:
            return False
        box, path = self.random.choice(self.backups)
        if box.alive:
            self.chain.restore(box, path, by_hand=self.random.random() < 0.5)
        return True

    def close(self):
        """HQ declares a box lost that may be alive."""
        logs = [log for log in registry.every(self.chain.world.conn) if log.state == registry.OPEN]
        if logs:
            no = self.random.choice(logs).no
            self.chain.world.do(lambda c, hq, now: closing.close(c, hq, no, "lost", "门店说丢了", now))
        return bool(logs)

    def release(self):
        """Two people release what a closed log held."""
        logs = [log for log in registry.every(self.chain.world.conn) if log.state == registry.CLOSED]
        if logs:
            no = self.random.choice(logs).no
            self.chain.world.do(lambda c, hq, now: closing.release(c, hq, no, "张三", "李四", "确认", now))
        return bool(logs)

    def claim_at_hq(self):
        """Two people release a claim whose seller is closed."""
        waiting = [found for found in hq_claims.unsettled(self.chain.world.conn) if found.state == hq_claims.WAITS]
        if not waiting:
            return False
        claim = self.random.choice(waiting).claim
        try:
            self.chain.world.do(lambda c, hq, now: hq_claims.release_at_hq(c, hq, claim, DAY, "张三", "李四", now))
        except HqError:
            return False
        return True

    def lost_tail(self):
        """A tail that a rollback took off a disk turns up on a stick: whole, or with its beginning missing."""
        tails = [(box, identity, entries) for box in self.chain.boxes for identity, entries in box.lost]
        tails = [tail for tail in tails if self.closed(tail[1])]
        if not tails:
            return False
        box, identity, entries = self.random.choice(tails)
        hashes = self.hashes(identity, entries)
        start = self.random.choice((0, self.random.randrange(len(entries))))
        self.chain.deliver(box.key, identity, Point(start, hashes[start]), entries[start:])
        self.chain.apply()
        return True

    def all_tails(self):
        """Every tail that was ever lost turns up."""
        for box in self.chain.boxes:
            for identity, entries in box.lost:
                if self.chain.knows(identity.incarnation):
                    self.chain.deliver(box.key, identity, Point(0, self.hashes(identity, entries)[0]), entries)
        self.chain.apply()

    def closed(self, identity):
        """Whether HQ knows this log and has closed it."""
        log = registry.by_id(self.chain.world.conn, identity.incarnation)
        return log is not None and not log.is_open

    @staticmethod
    def hashes(identity, entries):
        """h_0 and the hash after each entry."""
        h0 = first_hash(identity)
        return [h0, *extend_all(h0, entries)]


def lots_of(chain):
    """All of HQ's lots."""
    ids = [lot for (lot,) in chain.world.conn.execute("SELECT lot FROM lots")]
    return lots.by_ids(chain.world.conn, ids)
