"""Netting: few transfers in place of what everybody owes everybody."""

from hypothesis import given
from hypothesis import strategies as st

from commerce.clearing import Row, net_positions
from commerce.netting import Transfer, netted

PARTIES = ["HQ", "b001", "b002", "b003", "SHANGHAI", "SUZHOU-2"]
ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from(PARTIES),
        st.sampled_from(PARTIES),
        st.sampled_from(["principal", "bonus", "fee"]),
        st.integers(-(10**12), 10**12),
    ).filter(lambda row: row.debtor != row.creditor),
    max_size=40,
)


@given(ROWS)
def test_transfers_bring_everybody_to_zero(rows):
    """What a party pays and is paid by all transfers is its net position of all bilateral debts, to the cent."""
    net = net_positions(rows)
    left = dict(net)
    for payer, payee, amount in netted(net):
        assert amount > 0
        left[payer] += amount
        left[payee] -= amount
    assert not any(left.values())


@given(ROWS)
def test_fewer_transfers_than_parties(rows):
    """There is at most one transfer less than parties not at zero, and nobody both pays and is paid."""
    net = net_positions(rows)
    found = netted(net)
    assert len(found) <= max(0, sum(1 for amount in net.values() if amount) - 1)
    assert not {each.payer for each in found} & {each.payee for each in found}


@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_positions_give_the_same_transfers(rows, random):
    """The order in which positions are told has no part in it."""
    net = list(net_positions(rows).items())
    before = netted(dict(net))
    random.shuffle(net)
    assert netted(dict(net)) == before


def test_equal_amounts_meet():
    """Who owes exactly what another is owed pays just that one; the rest goes from the largest debt down."""
    net = {"HQ": 500, "b001": -500, "b002": 700, "b003": -300, "SUZHOU": -400}
    assert netted(net) == (
        Transfer("b001", "HQ", 500),
        Transfer("SUZHOU", "b002", 400),
        Transfer("b003", "b002", 300),
    )
