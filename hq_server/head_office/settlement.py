"""Settlement: the clearing matrix, net positions, a statement per entity, closing a period.

A period is cut at a moment: it holds every clearing row applied while it was open. Its dates name it; a late fact falls
into the period that is open when HQ applies it and shows its own business date (ledger.md, "Clearing").
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from commerce import accounts, clearing
from commerce.facts import Fact
from commerce.facts import Period as PeriodFact
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office.act import Act
from hq_server.head_office.values import day as checked_day
from hq_server.ledger.record import record
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Period:
    """One settlement period; the one with state ``open`` has no dates yet."""

    n: int
    period: str
    first_day: str
    last_day: str
    state: str
    by: str
    at: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What `other` owes the entity in one column (``owed``) and what the entity owes it (``owes``), ≥ 0 or reversed."""

    other: str
    column: str
    owed: int
    owes: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One entity's settlement statement of a period.

    ``late``: the sum of |amount| of rows whose business date lies before the period. ``bonus_unpaid``: bonus that the
    entity took in sales, all periods together, for which nobody owes it anything (its own share by the terms).
    """

    period: Period
    entity: str
    lines: tuple[StatementLine, ...]
    net: int
    late: int
    bonus_unpaid: int


@dataclass(frozen=True, slots=True)
class ClearingRow:
    """One row of the matrix, down to the entry that it comes from."""

    n: int
    day: str
    debtor: str
    creditor: str
    column: str
    amount: int
    branch: str
    incarnation: bytes
    seq: int


def periods(conn: Connection) -> list[Period]:
    """Return all periods, the open one first."""
    query = "SELECT n, period, first_day, last_day, state, by, at, digest FROM periods ORDER BY n DESC"
    return [Period(*row) for row in conn.execute(query)]


def period(conn: Connection, n: int) -> Period:
    """Return period `n`, or the open one for 0; InputError ``unknown_period``."""
    for found in periods(conn):
        if n in (0, found.n):
            return found
    raise InputError(Code.UNKNOWN_PERIOD)


def matrix(conn: Connection, n: int) -> tuple[clearing.Row, ...]:
    """Return the matrix of period `n` (0: the open one): one row per (debtor, creditor, column) that is not zero."""
    query = (
        "SELECT debtor, creditor, col, amount FROM clearing_totals WHERE period = ? AND amount <> 0"
        " ORDER BY debtor, creditor, col"
    )
    return tuple(clearing.Row(*row) for row in conn.execute(query, (period(conn, n).n,)))


def net_positions(conn: Connection, n: int) -> dict[str, int]:
    """Return what every branch and HQ is owed in period `n` (negative: owes); the values sum to zero."""
    entities = [branch for (branch,) in conn.execute("SELECT branch FROM branches ORDER BY branch")]
    net = clearing.net_positions(matrix(conn, n))
    return {entity: net.get(entity, 0) for entity in sorted({accounts.HQ, *entities, *net})}


def statement(conn: Connection, n: int, entity: str) -> Statement:
    """Return one entity's statement; InputError ``unknown_branch``. Branches that settled nothing get an empty one."""
    if entity not in (positions := net_positions(conn, n)):
        raise InputError(Code.UNKNOWN_BRANCH)
    found = period(conn, n)
    sides: dict[tuple[str, str], list[int]] = {}
    for debtor, creditor, column, amount in matrix(conn, n):
        if entity in (debtor, creditor):
            other = debtor if creditor == entity else creditor
            sides.setdefault((other, column), [0, 0])[0 if creditor == entity else 1] += amount
    lines = tuple(StatementLine(other, column, owed, owes) for (other, column), (owed, owes) in sorted(sides.items()))
    first = found.first_day or _first_day(conn, found.n)
    late = conn.execute(
        "SELECT coalesce(sum(abs(amount)), 0) FROM clearing_rows"
        " WHERE period = ? AND day < ? AND ? IN (debtor, creditor)",
        (found.n, first, entity),
    ).fetchone()[0]
    return Statement(found, entity, lines, positions[entity], late, _bonus_unpaid(conn, entity))


def rows(conn: Connection, n: int, entity: str, after: int, limit: int) -> list[ClearingRow]:
    """Return the rows behind the matrix of period `n`, of one entity or of all (""), after row `after`."""
    query = (
        "SELECT c.n, c.day, c.debtor, c.creditor, c.col, c.amount, i.branch, i.incarnation, c.seq"
        " FROM clearing_rows c JOIN incarnations i ON i.no = c.no"
        " WHERE c.period = ?1 AND c.n > ?2 AND (?3 = '' OR ?3 IN (c.debtor, c.creditor)) ORDER BY c.n LIMIT ?4"
    )
    return [ClearingRow(*row) for row in conn.execute(query, (period(conn, n).n, after, entity, limit))]


def close(conn: Connection, act: Act, last_day: str) -> Period:
    """Close and lock the open period up to `last_day`; the next one is open at once.

    Everything that has arrived is applied first, so it belongs to this period. RefusedError ``period_order`` when the
    day does not lie after the previous period. The fact carries the SHA-256 of the matrix.
    """
    checked_day(last_day, "last_day")
    act.hq.applier.drain(conn, act.hq, act.now)
    found = period(conn, 0)
    first = _first_day(conn, found.n)
    if first and last_day < first:
        raise RefusedError(Code.PERIOD_ORDER, first_day=first)
    first = first or last_day
    digest = hashlib.sha256(msgspec.msgpack.encode([list(row) for row in matrix(conn, found.n)])).digest()
    body = PeriodFact("closed", f"{first}..{last_day}", first, last_day, act.by, digest)
    record(conn, act.hq, Fact("period", body), act.now)
    return period(conn, found.n)


def _first_day(conn: Connection, n: int) -> str:
    """The day after the previous period; for the first one the earliest business date, "" when there is none."""
    previous = conn.execute("SELECT last_day FROM periods WHERE n < ? ORDER BY n DESC LIMIT 1", (n,)).fetchone()
    if previous:
        return (date.fromisoformat(previous[0]) + timedelta(days=1)).isoformat()
    earliest = conn.execute("SELECT min(day) FROM clearing_rows WHERE period = ?", (n,)).fetchone()[0]
    return earliest or ""


def _bonus_unpaid(conn: Connection, entity: str) -> int:
    """Bonus sold less bonus owed to the entity by others: what its own terms made it bear."""
    query = "SELECT coalesce(sum(amount), 0) FROM balances WHERE account = ? AND unit = 'bonus'"
    sold = -conn.execute(query, (accounts.sales(entity),)).fetchone()[0]
    query = "SELECT coalesce(sum(amount), 0) FROM clearing_totals WHERE creditor = ? AND col = ?"
    owed = conn.execute(query, (entity, clearing.BONUS)).fetchone()[0]
    return int(sold - owed)
