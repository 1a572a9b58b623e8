"""commerce.clearing: who owes whom (worked-examples.md 5.9)."""

from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import in_steps

from commerce.clearing import Row, clear_back, clear_claim, clear_spend, matrix, net_positions
from commerce.errors import InputError
from commerce.facts import Terms

ratios = st.tuples(*[st.integers(0, 100)] * 3).filter(any)
entities = st.sampled_from(["HQ", "xihu", "gulou"])
terms_of = st.builds(
    Terms,
    principal_ratio=ratios,
    bonus_ratio=ratios,
    fee_bp=st.integers(0, 500),
    fee_to=st.sampled_from(["", "HQ", "xihu"]),
)


def test_default_ratio():
    """By default the issuer owes the spender all the principal and all the bonus."""
    assert clear_spend("A", "B", 50000, 10000, Terms()).rows == (
        Row("A", "B", "principal", 50000),
        Row("A", "B", "bonus", 10000),
    )


def test_shared_ratio():
    """Principal 15/15/70 and a bonus borne half by issuer, half by HQ, to the cent."""
    terms = Terms(principal_ratio=(15, 15, 70), bonus_ratio=(1, 1, 0))
    assert clear_spend("A", "B", 9999, 1001, terms).rows == (
        Row("A", "HQ", "principal", 1500),
        Row("A", "B", "principal", 7000),
        Row("A", "B", "bonus", 500),
        Row("HQ", "B", "bonus", 501),
    )


def test_same_branch():
    """A branch owes itself nothing, yet HQ owes it the bonus that HQ bears."""
    assert clear_spend("A", "A", 5000, 1000, Terms(bonus_ratio=(0, 1, 0))).rows == (Row("HQ", "A", "bonus", 1000),)


def test_fee():
    """HQ issued the lot: HQ owes the spender its share, the spender owes HQ the fee."""
    assert clear_spend("HQ", "B", 10000, 0, Terms(fee_bp=60)).rows == (
        Row("HQ", "B", "principal", 10000),
        Row("B", "HQ", "fee", 60),
    )


def test_spender_bears_the_bonus():
    """A bonus borne by the spending branch is owed by nobody."""
    assert clear_spend("A", "B", 0, 1000, Terms(bonus_ratio=(0, 0, 1))).rows == ()


def test_claim_money():
    """The seller owes the branch that paid out for it."""
    assert clear_claim("A", "B", 700) == (Row("A", "B", "claim", 700),)
    assert clear_claim("A", "A", 700) == clear_claim("A", "B", 0) == ()


def test_matrix_and_net():
    """The matrix is the sum of all rows, refunds too; net positions follow from it."""
    spent = clear_spend("A", "B", 50000, 10000, Terms())
    back, left = clear_back(spent, 20000, 10000)
    assert back == (Row("A", "B", "principal", -20000), Row("A", "B", "bonus", -10000))
    assert left.rows == (Row("A", "B", "principal", 30000),)
    assert matrix(spent.rows + back) == {("A", "B", "principal"): 30000}
    assert net_positions(spent.rows + back) == {"A": -30000, "B": 30000}


def test_beyond_what_remains():
    """No more can be taken back than was spent."""
    spent = clear_spend("A", "B", 5, 0, Terms())
    for principal, bonus in ((6, 0), (0, 1), (-1, 0)):
        with pytest.raises(InputError, match="beyond_what_remains"):
            clear_back(spent, principal, bonus)


@given(entities, entities, st.integers(0, 10**8), st.integers(0, 10**8), terms_of)
def test_net_positions_sum_to_zero(issuer, spender, principal, bonus, terms):
    """For any rule the net positions of branches and HQ sum to zero, and every row is a positive debt to another."""
    rows = clear_spend(issuer, spender, principal, bonus, terms).rows
    assert sum(net_positions(rows).values()) == 0
    assert all(row.amount > 0 and row.debtor != row.creditor for row in rows)


@given(entities, entities, st.integers(0, 10**6), st.integers(0, 10**6), terms_of, st.data())
def test_refunds_in_steps_end_at_zero(issuer, spender, principal, bonus, terms, data):
    """Refunds in any steps take back exactly the rows of the spend, never overshooting a cell."""
    left = clear_spend(issuer, spender, principal, bonus, terms)
    rows = list(left.rows)
    steps = zip_longest(in_steps(data, principal), in_steps(data, bonus), fillvalue=0)
    for p, b in steps:
        back, left = clear_back(left, p, b)
        rows += back
        assert all(amount > 0 for amount in matrix(rows).values())
        assert sum(net_positions(rows).values()) == 0
    assert left.rows == ()
    assert matrix(rows) == {}
