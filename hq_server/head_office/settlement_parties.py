"""Settlement between parties: legal entities, and branches that stand for themselves.

A clearing row counts for who stood behind its two branches on its own business date, so a late fact goes to the entity
of its time. What two branches of one party owe each other is its own affair: it is shown apart and settled by nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from commerce import clearing
from commerce.netting import Transfer, netted
from hq_server.head_office import entities
from hq_server.head_office.settlement import Period, period
from hq_server.storage.database import Connection


class Party(NamedTuple):
    """One side of the settlement. ``branches``: those of it that took part in the period or belong to it now."""

    party: str
    branches: tuple[str, ...]
    net: int


class Inside(NamedTuple):
    """What `debtor` owes `creditor`, both of the same party."""

    party: str
    debtor: str
    creditor: str
    column: str
    amount: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """A period between parties: what each owes each (bilateral), the net of it, and few transfers that settle it."""

    period: Period
    parties: tuple[Party, ...]
    cells: tuple[clearing.Row, ...]
    inside: tuple[Inside, ...]
    transfers: tuple[Transfer, ...]


class DayRow(NamedTuple):
    """The clearing of one day, two branches and one column, added up; `debtor`'s and `creditor`'s party of that day."""

    day: str
    debtor: str
    creditor: str
    column: str
    amount: int
    payer: str
    payee: str


def by_day(conn: Connection, found: Period) -> list[DayRow]:
    """Add up the rows of a period by business date, and say who stood behind each side on it.

    A closed period asks for no day behind its last: who belongs to whom may still change there.
    """
    standing = entities.parties(conn)
    last = found.last_day or "9999-12-31"
    query = (
        "SELECT day, debtor, creditor, col, sum(amount) FROM clearing_rows WHERE period = ?"
        " GROUP BY day, debtor, creditor, col ORDER BY day, debtor, creditor, col"
    )
    return [
        DayRow(day, debtor, creditor, column, amount, standing.of(debtor, on), standing.of(creditor, on))
        for day, debtor, creditor, column, amount in conn.execute(query, (found.n,))
        for on in [min(day, last)]
    ]


def settlement(conn: Connection, n: int, today: str) -> Settlement:
    """Settle period `n` (0: the open one) between parties. `today`: who belongs to whom now, for an open period."""
    found = period(conn, n)
    rows = by_day(conn, found)
    between = [clearing.Row(row.payer, row.payee, row.column, row.amount) for row in rows if row.payer != row.payee]
    net = clearing.net_positions(between)
    members = _members(conn, rows, found.last_day or today)
    parties = tuple(Party(party, tuple(sorted(members[party])), net.get(party, 0)) for party in sorted(members))
    cells = tuple(clearing.Row(*cell, amount) for cell, amount in sorted(clearing.matrix(between).items()))
    return Settlement(found, parties, cells, _inside(rows), netted(net))


def _members(conn: Connection, rows: Iterable[DayRow], today: str) -> dict[str, set[str]]:
    """Party → its branches: all that belong to it on a day, and who it stood for in the period's rows."""
    standing = entities.parties(conn)
    members: dict[str, set[str]] = {}
    for branch in entities.sides(conn):
        members.setdefault(standing.of(branch, today), set()).add(branch)
    for row in rows:
        members.setdefault(row.payer, set()).add(row.debtor)
        members.setdefault(row.payee, set()).add(row.creditor)
    return members


def _inside(rows: Iterable[DayRow]) -> tuple[Inside, ...]:
    """Add up what stays inside a party, by branches."""
    sums: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        if row.payer == row.payee:
            cell = (row.payer, row.debtor, row.creditor, row.column)
            sums[cell] = sums.get(cell, 0) + row.amount
    return tuple(Inside(*cell, amount) for cell, amount in sorted(sums.items()) if amount)
