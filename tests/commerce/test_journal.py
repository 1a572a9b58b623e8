"""commerce.journal: postings of one fact."""

import pytest
from value_samples import cash, lot_id, used

from commerce.errors import RuleError
from commerce.facts import Tender
from commerce.journal import Journal
from commerce.moves import Posting


def test_one_line_per_account_and_unit():
    """Postings to one account and unit become one line; what comes to zero is left out."""
    journal = Journal()
    for account, unit, amount in (("a", "money", 5), ("b", "money", -7), ("a", "money", 2), ("c", "points", 1)):
        journal.add(account, unit, amount)
    journal.add("c", "points", -1)
    assert journal.postings() == (Posting("a", "money", 7), Posting("b", "money", -7))


def test_an_unbalanced_fact_is_a_defect():
    """A builder whose lines do not sum to zero per unit fails at once, not in the ledger."""
    journal = Journal()
    journal.add("a", "money", 5)
    journal.add("a", "points", -5)
    with pytest.raises(AssertionError):
        journal.postings()


def test_what_lots_paid():
    """Value that is not bonus counts as money of the sale; what is neither money nor bonus is given."""
    journal = Journal()
    uses = (used(1, "principal", 50), used(2, "bonus", 10), used(3, "points", 200, 20))
    assert journal.paid("xihu", uses) == 70
    journal.add("sales:xihu", "money", -70)
    assert journal.postings() == (
        Posting(lot_id(1), "money", 50),
        Posting(lot_id(2), "bonus", 10),
        Posting("sales:xihu", "bonus", -10),
        Posting(lot_id(3), "points", 200),
        Posting("sales:xihu", "points", -200),
        Posting("given:xihu", "money", 20),
        Posting("sales:xihu", "money", -70),
    )


def test_money_comes_in_and_goes_out():
    """Money tenders sum to what they must pay; lots never pay as money."""
    journal = Journal()
    journal.take_money("xihu", (cash(40), Tender("微信", 60)), 100)
    journal.take_money("xihu", (cash(100),), 100, -1)
    journal.add("x", "money", 0)
    assert journal.postings() == (Posting("cash:xihu:cash", "money", -60), Posting("cash:xihu:微信", "money", 60))
    for tenders, money in (((cash(40),), 41), ((Tender("stored_value", 40),), 40), ((Tender("cash", -1),), -1)):
        with pytest.raises(RuleError, match="tender_mismatch"):
            Journal().take_money("xihu", tenders, money)
