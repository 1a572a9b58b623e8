"""commerce.facts: every body is plain values that a typed codec can carry."""

import msgspec
import pytest
from value_samples import DAY, DESK, MEMBER, basket, cash, lot_id, stored_pair, used, view

from commerce.facts import FACT_BODIES, KINDS, LotIssue, Tender, Terms, body_type
from commerce.lots import pairs
from commerce.reference import TopUpRuleRow
from commerce.refund import (
    Sold,
    claim_fact,
    claim_paid_fact,
    plan_refund,
    refund_fact,
    refused_release_fact,
    release_fact,
    sold,
)
from commerce.sale import Earned, sale_fact
from commerce.top_up import TopUpIds, given_fact, plan_top_up, top_up_fact
from commerce.transfer import transfer_fact
from commerce.withdrawal import Approval, CashOutPart, cash_out_fact, deduct_fact, expire_fact, undo_fact

ID = bytes(range(16))
WHY = Approval("1002", "会员要求")


def facts():
    """Return one fact of every kind that the value side builds."""
    points = LotIssue(lot_id(50), MEMBER, "member", "points", "xihu", 9, DAY, "2027-12-31", b"", Terms())
    rule = TopUpRuleRow("r", "充值送", 1, 10**6, bonus=20, staged=((30, 5),))
    top_up = plan_top_up(100, rule, TopUpIds(lot_id(1), lot_id(2), lot_id(3)), owner=MEMBER, issuer="xihu", day=DAY)
    uses = (used(1, "principal", 500), used(2, "bonus", 100))
    tenders = (Tender("stored_value", 600), cash(300, 500))
    sale = sale_fact(
        DESK, ID, "西湖-1", MEMBER, basket(900), tenders, uses, Earned(points, 900, (1, 100)), (("chain", 7),)
    )
    plan = plan_refund(sold(sale.body), [(0, 500)])
    (pair,) = pairs(stored_pair(100, 20), DAY)
    return [
        top_up_fact(DESK, ID, "充-1", MEMBER, top_up, tenders=(cash(100),)),
        given_fact(DESK, ID, MEMBER, (points,), act="points", reason="生日"),
        sale,
        refund_fact(DESK, ID, plan, tenders=plan.tenders, approved_by="1002", reason="不合适"),
        claim_fact(DESK, ID, ID, "gulou", ((0, 1000),), approved_by="1002", reason=""),
        release_fact("xihu", ID, "gulou", DAY, plan),
        refused_release_fact(ID, ID, "gulou", day=DAY, member=MEMBER, refused="already_refunded"),
        claim_paid_fact(DESK, ID, (Tender("cash", 5),), (Tender("cash", 5),)),
        cash_out_fact(DESK, ID, MEMBER, [CashOutPart(pair, 90)], tenders=(cash(90),), approval=WHY),
        undo_fact(DESK, ID, MEMBER, pair, issue=ID, tenders=(cash(100),), approval=WHY),
        deduct_fact(DESK, ID, MEMBER, "deduct", (used(9, "points", 3, 0),), approval=WHY),
        expire_fact(DESK, ID, [view(2, "bonus", 5, expires="2026-01-01")]),
        transfer_fact(DESK, ID, (MEMBER, ID), stored_pair(100, 20), (lot_id(8), lot_id(9)), approval=WHY),
    ]


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: f"{fact.kind}-{getattr(fact.body, 'act', '')}")
def test_bodies_survive_a_typed_codec(fact):
    """Encoded with sorted keys and decoded by its kind and act, a body is what it was."""
    raw = msgspec.msgpack.Encoder(order="sorted").encode(fact.body)
    kind = body_type(fact.kind, getattr(fact.body, "act", ""))
    assert msgspec.msgpack.Decoder(kind).decode(raw) == fact.body


def test_what_remains_survives_a_codec():
    """What remains of a sale can be stored beside it and handed in again."""
    left = plan_refund(sold(facts()[2].body), [(0, 500)]).left
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(left), type=Sold) == left


def test_kinds_are_closed():
    """Every body belongs to one of the fourteen kinds; an act without a body of its own stays opaque."""
    assert {kind for kind, _ in FACT_BODIES} <= set(KINDS)
    assert len(set(KINDS)) == 14
    assert body_type("rights", "teleport") is None
    assert body_type("withdraw", "gift") is body_type("withdraw", "")
