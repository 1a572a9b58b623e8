"""Clearing rules at the till: what is sold from their day on bears their terms, what was sold before keeps its own."""

import pytest
from edge_feed import send
from edge_shop import DAY, Shop

from commerce.facts import Terms
from commerce.reference import CHAIN_FEED, ClearingRuleRow, branch_feed
from commerce.tender import Offer
from edge_node.ledger import bodies
from edge_node.ledger.verify import verify
from edge_node.till import gift_cards

CHAIN = ClearingRuleRow("", DAY, (1, 0, 1), (0, 1, 0), 30)
OWN = ClearingRuleRow("r1000", DAY, (0, 1, 9), (1, 0, 0))


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A registered member in an open shift."""
    shop.open()
    return shop.register()


def _rule(shop: Shop, feed: str, row: ClearingRuleRow) -> None:
    send(shop, feed, (f"clearing_rule:{row.rule}:{row.from_day}", row))
    shop.books.forget()


def _terms(shop: Shop) -> set[tuple[str, Terms]]:
    return {(asset, bodies.terms_of(body)) for asset, body in shop.rows("SELECT asset, terms FROM lots")}


def test_a_rule_of_the_chain_reaches_top_ups_and_gift_cards(shop: Shop, member: bytes):
    """Lots opened from its day on bear its ratios and fee beside what their own rule gave."""
    shop.top_up(member)
    _rule(shop, CHAIN_FEED, CHAIN)
    shop.top_up(member, 12345, "")
    shop.write(gift_cards.sell, shop.at(), 5000, (Offer("cash", 5000),))
    found = {
        (asset, terms.paid): (terms.principal_ratio, terms.bonus_ratio, terms.fee_bp) for asset, terms in _terms(shop)
    }
    plain, ruled = ((0, 0, 1), (1, 0, 0), 0), ((1, 0, 1), (0, 1, 0), 30)
    assert found == {
        ("principal", 100000): plain,
        ("bonus", 100000): plain,
        ("principal", 12345): ruled,
        ("gift_card", 5000): ruled,
    }
    assert verify(shop.conn).ok


def test_the_branchs_own_rule_for_a_top_up_wins(shop: Shop, member: bytes):
    """The narrowest scope counts, and only for its own code."""
    _rule(shop, CHAIN_FEED, CHAIN)
    _rule(shop, branch_feed(shop.node.branch), OWN)
    shop.top_up(member)
    shop.top_up(member, 12345, "")
    assert {(terms.paid, terms.principal_ratio) for _, terms in _terms(shop)} == {
        (100000, (0, 1, 9)),
        (12345, (1, 0, 1)),
    }


def test_a_rule_of_a_later_day_waits(shop: Shop, member: bytes):
    """The shift's business date decides, not the clock."""
    _rule(shop, CHAIN_FEED, ClearingRuleRow("", "2999-01-01", (1, 0, 1)))
    shop.top_up(member, 12345, "")
    assert {terms.principal_ratio for _, terms in _terms(shop)} == {(0, 0, 1)}
