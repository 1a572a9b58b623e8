"""Netting: few transfers in place of what everybody owes everybody (ledger.md, "Clearing").

Pure arithmetic over net positions, which sum to zero. The same positions always give the same transfers.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Transfer(NamedTuple):
    """`payer` pays `payee` `amount` > 0 minor units."""

    payer: str
    payee: str
    amount: int


def netted(net: Mapping[str, int]) -> tuple[Transfer, ...]:
    """Return transfers that bring all positions to zero: at most one less than there are parties not at zero.

    `net`: what each party is owed (negative: owes). Who owes exactly what another is owed pays just that one; then the
    largest debt goes to the largest claim, names deciding between equals. The least number of transfers of all would
    take exponential time; this one is never more than parties less one.
    """
    assert not sum(net.values())  # every row of clearing adds to one what it takes from another
    claims = {party: amount for party, amount in net.items() if amount > 0}
    debts = {party: -amount for party, amount in net.items() if amount < 0}
    transfers = _equals(claims, debts)
    while debts:
        payer, payee = _largest(debts), _largest(claims)
        amount = min(debts[payer], claims[payee])
        transfers.append(Transfer(payer, payee, amount))
        for side, party in ((debts, payer), (claims, payee)):
            side[party] -= amount
            if not side[party]:
                del side[party]
    return tuple(sorted(transfers, key=lambda transfer: (-transfer.amount, transfer.payer, transfer.payee)))


def _equals(claims: dict[str, int], debts: dict[str, int]) -> list[Transfer]:
    """Take out of both who owes exactly what another is owed."""
    by_amount: dict[int, list[str]] = {}
    for payee in sorted(claims, reverse=True):
        by_amount.setdefault(claims[payee], []).append(payee)
    transfers = []
    for payer in sorted(debts):
        if waiting := by_amount.get(debts[payer]):
            payee = waiting.pop()
            transfers.append(Transfer(payer, payee, debts.pop(payer)))
            del claims[payee]
    return transfers


def _largest(side: Mapping[str, int]) -> str:
    """The party with the largest amount, the first by name among equals."""
    return min(side, key=lambda party: (-side[party], party))
