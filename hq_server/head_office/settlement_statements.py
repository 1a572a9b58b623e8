"""One party's settlement statement of a period: what each other party owes it and is owed, what is late, what is paid.

A party is a legal entity, or one side of the matrix: a branch or head office, also one that belongs to an entity.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from commerce import accounts, clearing
from commerce.netting import Transfer
from hq_server.errors import Code, InputError
from hq_server.head_office import entities
from hq_server.head_office.settlement import Period, first_day
from hq_server.head_office.settlement_parties import DayRow, Inside, by_day, settlement
from hq_server.storage.database import Connection


class Line(NamedTuple):
    """What `other` owes the party in one column (``owed``) and what the party owes it (``owes``), ≥ 0 or reversed."""

    other: str
    column: str
    owed: int
    owes: int


class LateLine(NamedTuple):
    """The same of one business day that lies before the period: it came when that day was closed already."""

    day: str
    other: str
    column: str
    owed: int
    owes: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One party's statement; all amounts are minor units.

    ``entity``: to which legal entity a branch belongs that is told alone, "" none: that one settles for it. ``net``:
    what the party is owed over all lines (negative: owes). ``inside``: between branches of the party, settled
    by nobody. ``late``: part of the lines, told again by day. ``bonus_unpaid``: bonus that the party took in sales, all
    periods together, for which nobody owes it anything (its own share by the terms). ``transfers``: what it pays and is
    paid when all parties settle at once; none for a branch that settles as part of its entity.
    """

    period: Period
    first_day: str
    party: str
    entity: str
    branches: tuple[str, ...]
    lines: tuple[Line, ...]
    net: int
    late: tuple[LateLine, ...]
    inside: tuple[Inside, ...]
    bonus_unpaid: int
    transfers: tuple[Transfer, ...]


def statement(conn: Connection, n: int, party: str, today: str) -> Statement:
    """Return a party's statement of period `n` (0: the open one); InputError ``unknown_branch``.

    Parties that settled nothing get an empty one.
    """
    whole = settlement(conn, n, today)
    found = whole.period
    is_entity = entities.exists(conn, party)
    if not is_entity and not any(party in each.branches for each in whole.parties):
        raise InputError(Code.UNKNOWN_BRANCH)
    stands = party if is_entity else entities.parties(conn).of(party, found.last_day or today)
    rows = [*_sides(by_day(conn, found), party, is_entity=is_entity)]
    first = first_day(conn, found)
    lines = tuple(Line(other, column, owed, owes) for (_, other, column), (owed, owes) in _summed(rows, by_days=False))
    late = tuple(
        LateLine(day, other, column, owed, owes)
        for (day, other, column), (owed, owes) in _summed((row for row in rows if row.day < first), by_days=True)
    )
    member = next((each for each in whole.parties if each.party == party), None)
    branches = member.branches if member and is_entity else () if is_entity else (party,)
    return Statement(
        found,
        first,
        party,
        "" if stands == party else stands,
        branches,
        lines,
        sum(line.owed - line.owes for line in lines),
        late,
        tuple(inside for inside in whole.inside if inside.party == party),
        sum(_bonus_unpaid(conn, branch) for branch in branches),
        tuple(transfer for transfer in whole.transfers if party in (transfer.payer, transfer.payee)),
    )


class _Side(NamedTuple):
    """One row as the party sees it: positive when `other` owes it."""

    day: str
    other: str
    column: str
    amount: int
    is_owed: bool


def _sides(rows: Iterable[DayRow], party: str, *, is_entity: bool) -> Iterator[_Side]:
    """Take the party's rows; of an entity those that leave it, by the others' parties."""
    for row in rows:
        debtor, creditor = (row.payer, row.payee) if is_entity else (row.debtor, row.creditor)
        if debtor == creditor:
            continue
        if creditor == party:
            yield _Side(row.day, debtor, row.column, row.amount, is_owed=True)
        elif debtor == party:
            yield _Side(row.day, creditor, row.column, row.amount, is_owed=False)


def _summed(rows: Iterable[_Side], *, by_days: bool) -> list[tuple[tuple[str, str, str], tuple[int, int]]]:
    """Add up by day (or over all, day ""), other party and column; lines where nothing is left are left out."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        sums.setdefault((row.day if by_days else "", row.other, row.column), [0, 0])[not row.is_owed] += row.amount
    return [(key, (owed, owes)) for key, (owed, owes) in sorted(sums.items()) if owed or owes]


def _bonus_unpaid(conn: Connection, branch: str) -> int:
    """Bonus sold less bonus owed to the branch by others: what its own terms made it bear."""
    query = "SELECT coalesce(sum(amount), 0) FROM balances WHERE account = ? AND unit = 'bonus'"
    sold = -conn.execute(query, (accounts.sales(branch),)).fetchone()[0]
    query = "SELECT coalesce(sum(amount), 0) FROM clearing_totals WHERE creditor = ? AND col = ?"
    owed = conn.execute(query, (branch, clearing.BONUS)).fetchone()[0]
    return int(sold - owed)
