"""The trial balance: every account of the chain, in the unit it is kept in; each unit sums to zero.

A lot's account is what its owner may still use, wherever the rights lie, so all lots of an asset are one liability.
From a total one goes down to the branch that issued, to the lot, to its facts. A debit is positive. Totals are read
from the sums that stage 2 keeps with the lots (``reconcile.sums``), so they are those of the ledger as it stands.
"""

from typing import NamedTuple

from commerce.moves import unit_of
from hq_server.storage.database import Connection

LOTS = "lot"
"""The class of all lots' accounts; the others are named as ``commerce.accounts`` names them, up to the colon."""


class Line(NamedTuple):
    """One class of accounts in one unit. ``asset``: of lots; ``parts``: how many accounts are not at zero."""

    unit: str
    account: str
    asset: str
    amount: int
    parts: int


class Issuer(NamedTuple):
    """What one issuer owes in one asset: amount > 0, and in how many lots."""

    issuer: str
    owed: int
    lots: int


def trial_balance(conn: Connection) -> list[Line]:
    """Return all lines, by unit (money first), lots first."""
    lines = [
        Line(unit_of(asset), LOTS, asset, -owed, parts)
        for asset, owed, parts in conn.execute("SELECT asset, sum(owed), sum(lots) FROM lot_sums GROUP BY asset")
    ]
    query = (
        "SELECT unit, substr(account, 1, instr(account || ':', ':') - 1) AS class, sum(amount), count(*) FROM balances"
        " WHERE amount <> 0 GROUP BY unit, class"
    )
    lines += [Line(unit, account, "", amount, parts) for unit, account, amount, parts in conn.execute(query)]
    return sorted(lines, key=lambda line: (line.unit != "money", line.unit, line.account != LOTS, line[1:3]))


def sums(lines: list[Line]) -> dict[str, int]:
    """Return the sum per unit: zero, or the books are broken."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.unit] = found.get(line.unit, 0) + line.amount
    return found


def issuers(conn: Connection, asset: str) -> list[Issuer]:
    """Return who owes how much in one asset: the lots' account by branch."""
    query = "SELECT issuer, owed, lots FROM lot_sums WHERE asset = ? ORDER BY issuer"
    return [Issuer(*row) for row in conn.execute(query, (asset,))]
