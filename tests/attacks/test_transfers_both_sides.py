"""Stored value moved to another member, seen from both sides: who owes it owes it still, whatever a branch says."""

from dataclasses import replace

import pytest
from both_sides import Chain
from edge_shop import DAY, LEAD

from commerce.tender import Offer
from commerce.transfer import transfer_fact
from commerce.withdrawal import Approval
from edge_node.ledger.commit import commit
from edge_node.ledger.rights import wallet
from edge_node.till import transfers
from edge_node.till.at import desk
from hq_server.ledger import grants, lots
from hq_server.ledger import incarnations as registry


class Day:
    """Two branches: value that b001 issued lies in b002 in part, and two members are known in both."""

    def __init__(self, folder):
        self.chain = chain = Chain(folder, 7, branches=("b001", "b002"))
        self.first, self.second = chain.boxes
        shop = self.first.shop
        self.giver = shop.register("王小明", "13800138000")
        self.taker = shop.register("李雷", "13900139000")
        shop.top_up(self.giver)
        self.sync()
        self.lots = [lot.lot for lot in lots.of_owners(chain.world.conn, [self.giver])[self.giver]]
        here, there = (registry.need(chain.world.conn, box.log.incarnation).no for box in chain.boxes)
        for lot in self.lots:
            chain.world.do(lambda c, hq, now, lot=lot: grants.put_order(c, lot, here, "keep", 5000, now))
        self.sync()
        own = {row.lot: row.own for row in lots.of_owners(chain.world.conn, [self.giver])[self.giver]}
        amounts = [(lot, min(own[lot], 15000)) for lot in self.lots]
        chain.world.do(lambda c, hq, now: grants.grant(c, hq, there, amounts, "placement", 0, now))
        self.sync()

    def sync(self):
        """Let both sides come to rest."""
        for _ in range(3):
            for box in self.chain.boxes:
                self.chain.sync(box)

    def owned(self, member):
        """What HQ knows of a member's lots: (asset, issuer, what is left)."""
        found = lots.of_owners(self.chain.world.conn, [member]).get(member, [])
        return sorted((lot.asset, lot.issuer, lot.left) for lot in found if lot.left)


@pytest.fixture
def day(tmp_path):
    """The two branches."""
    return Day(tmp_path)


def test_value_of_another_branch_keeps_its_issuer(day):
    """b002 moves what it holds of b001's value: HQ books it, b001 owes the other member, and pays when b002 sells."""
    shop = day.second.shop
    done = shop.write(transfers.transfer, shop.at(), day.giver, day.taker, "转给家人", LEAD)
    assert (done.principal, done.bonus) == (15000, 15000)
    day.sync()
    assert day.owned(day.taker) == [("bonus", "b001", 15000), ("principal", "b001", 15000)]
    assert day.owned(day.giver) == [("bonus", "b001", 5000), ("principal", "b001", 85000)]
    assert day.chain.world.codes() == []
    shop.sell([Offer("stored_value", 1500)], member=day.taker)
    day.sync()
    rows = day.chain.world.all("SELECT debtor, creditor, sum(amount) FROM clearing_rows GROUP BY debtor, creditor")
    assert rows == [("b001", "b002", 1500)]
    day.chain.check()


@pytest.mark.parametrize("lie", ["issuer", "amount"])
def test_a_branch_cannot_make_others_owe(day, lie):
    """A lot said to be another's, or larger than what was given up for it, is booked as the writer's own debt."""
    shop = day.second.shop
    where = desk(shop.conn, shop.at())
    views = list(wallet(shop.conn, shop.node, day.giver).views)
    if lie == "issuer":
        views = [view._replace(issuer="HQ") for view in views]
    fresh = [shop.new_id() for _ in views]
    fact = transfer_fact(where, shop.new_id(), (day.giver, day.taker), views, fresh, approval=Approval("201", "转"))
    if lie == "amount":
        body = replace(fact.body, lots=tuple(lot._replace(amount=lot.amount * 2) for lot in fact.body.lots))
        moves = tuple(move._replace(amount=move.amount * 2) if move.lot in fresh else move for move in fact.moves)
        posts = [post._replace(amount=post.amount * 2) if post.account in fresh else post for post in fact.postings]
        extra = [
            post._replace(account="given:b002", amount=-post.amount // 2) for post in posts if post.account in fresh
        ]
        fact = replace(fact, body=body, moves=moves, postings=(*posts, *extra))
    shop.write(commit, shop.node, fact, shop.now)
    day.sync()
    assert set(day.chain.world.codes()) >= {"foreign_issuer"}
    assert {issuer for _, issuer, _ in day.owned(day.taker)} == {"b002"}
    assert day.chain.world.verify().ok
    assert wallet(shop.conn, shop.node, day.giver).stored_value(DAY) == 0
