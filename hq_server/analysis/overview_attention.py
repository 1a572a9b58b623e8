"""What a person should look at: what does not add up, who is silent, what waits for somebody."""

from dataclasses import dataclass
from datetime import date, timedelta

from hq_server.storage.database import Connection

ONLINE_MS = 120_000
"""A branch heard of so lately is online: quiet nodes are noted as heard twice a minute."""

PERIOD_DAYS = 36
"""An open settlement period older than a month and a few days to close it is overdue."""

_HOUR_MS = 3_600_000

_BRANCHES = """
SELECT b.branch, b.name, coalesce(max(n.heard_at), 0), coalesce(sum(n.unsent), 0), count(n.node)
FROM branches b LEFT JOIN nodes n ON n.branch = b.branch AND n.state = 'enrolled'
WHERE b.state = 'active'{at} GROUP BY b.branch ORDER BY b.branch
"""

_PROPOSALS = {
    "release": "SELECT count(*), min(proposed_at) FROM releases WHERE state = 'proposed'",
    "adjustment": "SELECT count(*), min(proposed_at) FROM adjustments WHERE state = 'proposed'",
    "batch": "SELECT count(*), min(made_at) FROM batches WHERE state IN ('proposed', 'undo_proposed')",
    "resolution": "SELECT count(*), min(proposed_at) FROM resolutions WHERE state = 'proposed'",
    "clearing": "SELECT count(*), min(proposed_at) FROM clearing_proposals WHERE state = 'proposed'",
}
"""What waits for a second person → how many, since when."""


@dataclass(frozen=True, slots=True)
class BranchState:
    """One branch that has a box. ``heard_at``: last word of any of them, ms; ``unsent``: entries they still hold."""

    branch: str
    name: str
    heard_at: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to look at: ``kind`` and a ``code`` of it, how many there are, and since when (ms; 0 not known)."""

    kind: str  # discrepancy | claim | silent | proposal | period | quarantine
    code: str
    count: int
    since: int = 0


def branch_states(conn: Connection, branch: str = "") -> list[BranchState]:
    """All branches with a box, or one."""
    rows = conn.execute(_BRANCHES.format(at=" AND b.branch = ?" if branch else ""), (branch,) if branch else ())
    return [BranchState(*row[:4]) for row in rows if row[4]]


def concerns(conn: Connection, states: list[BranchState], branch: str, now: int, silent_hours: int) -> list[Concern]:
    """List what waits for somebody; of one branch: only what is its own. Nothing that is in order is listed."""
    found = _discrepancies(conn, branch) + _claims(conn, branch) + _silent(states, now, silent_hours)
    if not branch:
        found += _proposals(conn) + _overdue(conn, now) + _quarantined(conn)
    return [concern for concern in found if concern.count]


def _discrepancies(conn: Connection, branch: str) -> list[Concern]:
    query = "SELECT code, count(*), min(at) FROM discrepancies WHERE state = 'open'"
    at = " AND branch = ?" if branch else ""
    rows = conn.execute(f"{query}{at} GROUP BY code ORDER BY 2 DESC, 1", (branch,) if branch else ())
    return [Concern("discrepancy", *row) for row in rows]


def _claims(conn: Connection, branch: str) -> list[Concern]:
    query = "SELECT state, count(*) FROM claims WHERE state IN ('to_release', 'waits')"
    at = " AND ? IN (seller, claimant)" if branch else ""
    rows = conn.execute(f"{query}{at} GROUP BY state", (branch,) if branch else ())
    return [Concern("claim", *row) for row in rows]


def _silent(states: list[BranchState], now: int, hours: int) -> list[Concern]:
    silent = [state.heard_at for state in states if now - state.heard_at > hours * _HOUR_MS]
    return [Concern("silent", str(hours), len(silent), min(silent, default=0))]


def _proposals(conn: Connection) -> list[Concern]:
    found = [(code, *conn.execute(query).fetchone()) for code, query in _PROPOSALS.items()]
    return [Concern("proposal", code, count, since or 0) for code, count, since in found]


def _overdue(conn: Connection, now: int) -> list[Concern]:
    """The open period, when it began too long ago: on the day after the one before, or with its first clearing row."""
    last = conn.execute("SELECT max(last_day) FROM periods WHERE state <> 'open'").fetchone()[0]
    first = last or conn.execute("SELECT min(day) FROM clearing_rows").fetchone()[0]
    if not first:
        return []
    began = date.fromisoformat(first) + timedelta(days=1 if last else 0)
    today = date(1970, 1, 1) + timedelta(milliseconds=now + 8 * _HOUR_MS)
    return [Concern("period", began.isoformat(), int((today - began).days > PERIOD_DAYS))]


def _quarantined(conn: Connection) -> list[Concern]:
    return [Concern("quarantine", "", conn.execute("SELECT count(*) FROM quarantine").fetchone()[0])]
