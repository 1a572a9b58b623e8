"""Who owes whom for value issued in one branch and used in another (ledger.md "Clearing", worked-examples.md 5.9).

HQ is an entity like any branch. A reversal is a row of the same cell with a negative amount, so the matrix is the plain
sum of all rows and the net positions of branches and HQ always sum to zero.
"""

from collections.abc import Iterable
from typing import NamedTuple

from commerce.accounts import HQ
from commerce.cut import cut, portion
from commerce.errors import InputError
from commerce.facts import Terms

PRINCIPAL = "principal"
BONUS = "bonus"
FEE = "fee"
CLAIM = "claim"
"""Money that a claimant's branch paid out for the branch that had sold."""
ADJUSTMENT = "adjustment"
"""What people decided about a difference: one entity is charged for it."""


class Row(NamedTuple):
    """`debtor` owes `creditor` `amount` minor units (negative: a reversal); they are never the same entity."""

    debtor: str
    creditor: str
    column: str
    amount: int


class Cleared(NamedTuple):
    """What remains of the clearing of one spend: the value still spent, and the rows still standing for it."""

    principal: int
    bonus: int
    rows: tuple[Row, ...]


def clear_spend(issuer: str, spender: str, principal: int, bonus: int, terms: Terms) -> Cleared:
    """Clear a spend in `spender` of lots that `issuer` issued: who keeps the principal, who bears the bonus, the fee.

    Spender's own share of a bonus, and any row whose debtor is its creditor, is not written. Amounts are the face value
    used, ≥ 0; ratios without any weight are InputError ``nothing_to_share_over``.
    """
    _, to_hq, to_spender = cut(principal, terms.principal_ratio)
    rows = [Row(issuer, HQ, PRINCIPAL, to_hq), Row(issuer, spender, PRINCIPAL, to_spender)]
    if issuer != spender:
        fee = to_spender * terms.fee_bp // 10_000
        rows.append(Row(spender, terms.fee_to or issuer, FEE, fee))
    by_issuer, by_hq, _ = cut(bonus, terms.bonus_ratio)
    rows += [Row(issuer, spender, BONUS, by_issuer), Row(HQ, spender, BONUS, by_hq)]
    return Cleared(principal, bonus, _written(rows))


def clear_claim(seller: str, claimant: str, money: int) -> tuple[Row, ...]:
    """Clear the money that `claimant` pays out when it took back goods that `seller` had sold."""
    return _written([Row(seller, claimant, CLAIM, money)])


def clear_back(cleared: Cleared, principal: int, bonus: int) -> tuple[tuple[Row, ...], Cleared]:
    """Take back the rows for a refund of `principal` and `bonus`, cut over what remains of them; return also the rest.

    In any steps up to the whole spend the rows end at exactly zero. InputError ``beyond_what_remains`` past that.
    """
    for back, left in ((principal, cleared.principal), (bonus, cleared.bonus)):
        if not 0 <= back <= left:
            raise InputError("beyond_what_remains", asked=back, available=left)
    amounts = dict.fromkeys(range(len(cleared.rows)), 0)
    for column, back, whole in ((PRINCIPAL, principal, cleared.principal), (BONUS, bonus, cleared.bonus)):
        places = [n for n, row in enumerate(cleared.rows) if row.column == column]
        standing = [cleared.rows[n].amount for n in places]
        # What nobody owed (a creditor's own share) comes first, as the issuer's share does in the spend.
        shares = cut(back, [whole - sum(standing), *standing])[1:] if whole else []
        amounts.update(zip(places, shares, strict=bool(whole)))
    for n, row in enumerate(cleared.rows):
        if row.column == FEE and cleared.principal:
            amounts[n] = portion(row.amount, principal, cleared.principal)
    back_rows = tuple(row._replace(amount=-amounts[n]) for n, row in enumerate(cleared.rows) if amounts[n])
    left_rows = [row._replace(amount=row.amount - amounts[n]) for n, row in enumerate(cleared.rows)]
    return back_rows, Cleared(cleared.principal - principal, cleared.bonus - bonus, _written(left_rows))


def net_positions(rows: Iterable[Row]) -> dict[str, int]:
    """Return what each entity is owed (negative: owes) over all columns; the values sum to zero."""
    net: dict[str, int] = {}
    for debtor, creditor, _, amount in rows:
        net[debtor] = net.get(debtor, 0) - amount
        net[creditor] = net.get(creditor, 0) + amount
    return net


def matrix(rows: Iterable[Row]) -> dict[tuple[str, str, str], int]:
    """Return the clearing matrix: (debtor, creditor, column) → amount owed; cells that came to zero are left out."""
    cells: dict[tuple[str, str, str], int] = {}
    for debtor, creditor, column, amount in rows:
        cell = (debtor, creditor, column)
        cells[cell] = cells.get(cell, 0) + amount
    return {cell: amount for cell, amount in cells.items() if amount}


def _written(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.amount and row.debtor != row.creditor)
