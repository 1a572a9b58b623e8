"""Settlement: the clearing matrix, net positions, closing a period.

A period is cut at a moment: it holds every clearing row applied while it was open. Its dates name it; a late fact falls
into the period that is open when HQ applies it and shows its own business date (ledger.md, "Clearing").
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from commerce import accounts, clearing
from commerce.facts import Fact
from commerce.facts import Period as PeriodFact
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office.act import Act
from hq_server.head_office.values import business_day
from hq_server.head_office.values import day as checked_day
from hq_server.ledger.record import record
from hq_server.storage.database import Connection

AHEAD_MS = 24 * 60 * 60 * 1000
"""A business day may be named after the calendar's when it ends after midnight; a year mistyped must not lock one."""


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


def close(conn: Connection, act: Act, last_day: str) -> Period:
    """Close and lock the open period up to `last_day`; the next one is open at once.

    Everything that has arrived is applied first, so it belongs to this period. InputError ``bad_value`` for a day that
    has not come; RefusedError ``period_order`` when the day does not lie after the previous period. The fact carries
    the SHA-256 of the matrix.
    """
    checked_day(last_day, "last_day")
    if last_day > business_day(act.now + AHEAD_MS):
        raise InputError(Code.BAD_VALUE, field="last_day")
    act.hq.applier.drain(conn, act.hq, act.now)
    found = period(conn, 0)
    first = first_day(conn, found)
    if first and last_day < first:
        raise RefusedError(Code.PERIOD_ORDER, first_day=first)
    first = first or last_day
    digest = hashlib.sha256(msgspec.msgpack.encode([list(row) for row in matrix(conn, found.n)])).digest()
    body = PeriodFact("closed", f"{first}..{last_day}", first, last_day, act.by, digest)
    record(conn, act.hq, Fact("period", body), act.now)
    return period(conn, found.n)


class Late(NamedTuple):
    """How many rows tell of a day of another period than theirs, and what they come to."""

    rows: int
    amount: int


def late(conn: Connection, found: Period) -> Late:
    """Count what came when its own day was closed already: it was settled in `found`, under its own business date."""
    query = "SELECT count(*), coalesce(sum(amount), 0) FROM clearing_rows WHERE period = ? AND day < ?"
    return Late(*conn.execute(query, (found.n, first_day(conn, found))).fetchone())


def later(conn: Connection, found: Period) -> Late:
    """Count what happened on a day of `found` and came when it was closed: it was settled in a period after it."""
    if found.state == "open":
        return Late(0, 0)
    query = "SELECT count(*), coalesce(sum(amount), 0) FROM clearing_rows WHERE period = ? AND day BETWEEN ? AND ?"
    days = (found.first_day, found.last_day)
    parts = [conn.execute(query, (after.n, *days)).fetchone() for after in periods(conn) if after.n > found.n]
    return Late(sum(rows for rows, _ in parts), sum(amount for _, amount in parts))


def first_day(conn: Connection, found: Period) -> str:
    """Return a period's first business day; of the first one, while it is open, the earliest of its rows, or ""."""
    if found.first_day:
        return found.first_day
    query = "SELECT last_day FROM periods WHERE n < ? ORDER BY n DESC LIMIT 1"
    previous = conn.execute(query, (found.n,)).fetchone()
    if previous:
        return (date.fromisoformat(previous[0]) + timedelta(days=1)).isoformat()
    earliest = conn.execute("SELECT min(day) FROM clearing_rows WHERE period = ?", (found.n,)).fetchone()[0]
    return earliest or ""
