"""What a person looks at before a period is closed: what may still come, and what does not add up.

Nothing here forbids closing — a late fact falls into the next period and no cent is lost — but who closes has seen it
and says so, point by point.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from hq_server.head_office import entities
from hq_server.ledger import inbox
from hq_server.storage.database import Connection

SILENT_MS = 24 * 60 * 60 * 1000
"""A branch that said nothing for a day may hold a day's facts."""
_SHOWN = 50

UNSENT = "unsent"
UNAPPLIED = "unapplied"
SILENT = "silent"
SHIFTS = "shifts"
CLAIMS = "claims"
DISCREPANCIES = "discrepancies"
DECISIONS = "decisions"
UNASSIGNED = "unassigned"


class Check(NamedTuple):
    """One point. ``found`` 0: nothing to see. ``branches``: whom it concerns, the first fifty."""

    code: str
    found: int
    branches: tuple[str, ...] = ()


def checks(conn: Connection, last_day: str, now: int) -> list[Check]:
    """Return the whole list, also the points that are clear. `last_day`: of the period to close."""
    return [
        _of_branches(
            conn,
            UNSENT,
            "SELECT branch, sum(unsent) FROM nodes WHERE state = 'enrolled' AND unsent > 0 GROUP BY branch",
        ),
        Check(UNAPPLIED, inbox.waiting(conn)),
        _of_branches(
            conn,
            SILENT,
            "SELECT branch, 1 FROM nodes WHERE state = 'enrolled' GROUP BY branch HAVING max(heard_at) < ?",
            now - SILENT_MS,
        ),
        _of_branches(
            conn,
            SHIFTS,
            "SELECT i.branch, count(*) FROM shifts s JOIN incarnations i ON i.no = s.no"
            " WHERE s.state = 'open' AND s.day <= ? GROUP BY i.branch",
            last_day,
        ),
        _of_branches(
            conn,
            CLAIMS,
            "SELECT claimant, count(*) FROM claims WHERE state IN ('to_release', 'waits') GROUP BY claimant",
        ),
        _of_branches(
            conn, DISCREPANCIES, "SELECT branch, count(*) FROM discrepancies WHERE state = 'open' GROUP BY branch"
        ),
        Check(DECISIONS, _count(conn, "releases") + _count(conn, "resolutions") + _count(conn, "adjustments")),
        _unassigned(conn, last_day),
    ]


def _count(conn: Connection, table: str) -> int:
    """Count what waits for a second person."""
    query = f"SELECT count(*) FROM {table} WHERE state = 'proposed'"  # noqa: S608  a name of this module
    return int(conn.execute(query).fetchone()[0])


def _of_branches(conn: Connection, code: str, query: str, *params: object) -> Check:
    rows = sorted((branch, count) for branch, count in conn.execute(query, params))
    return Check(code, sum(count for _, count in rows), tuple(branch for branch, _ in rows[:_SHOWN]))


def _unassigned(conn: Connection, last_day: str) -> Check:
    """Branches that stand for themselves although the chain has legal entities: somebody may have been forgotten."""
    if conn.execute("SELECT 1 FROM legal_entities LIMIT 1").fetchone() is None:
        return Check(UNASSIGNED, 0)
    standing = entities.parties(conn)
    alone = [side for side in entities.sides(conn) if standing.of(side, last_day) == side]
    return Check(UNASSIGNED, len(alone), tuple(alone[:_SHOWN]))


def unconfirmed(listed: Iterable[Check], confirmed: Collection[str]) -> list[str]:
    """Return the points that are not clear and that nobody has confirmed, as codes."""
    return [check.code for check in listed if check.found and check.code not in confirmed]
