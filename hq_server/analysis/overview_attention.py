"""What a person should look at: what does not add up, who is silent, what waits for somebody."""

from dataclasses import dataclass
from datetime import date, timedelta

from hq_server.storage.database import Connection

ONLINE_MS = 120_000
"""A branch heard of so lately is online: quiet nodes are noted as heard twice a minute."""

PERIOD_DAYS = 36
"""An open settlement period older than a month and a few days to close it is overdue."""

_HOUR_MS = 3_600_000

DEVICE_DOWN_MS = 900_000
"""A device that does not work for a quarter of an hour: paper is changed and boxes are switched on again sooner."""

OLDEST_MS = 3_600_000
"""An entry that waits for an hour: sending takes seconds, so its line was down or gets nowhere."""

BLOCKS_MS = 24 * _HOUR_MS
"""A list of blocked cards and members older than a day: a stolen card can still be spent there as far as rights go."""

NAMED = 5
"""So many branches with one fault are named one by one; more of them are a fault of the chain, told as one number."""

_BRANCHES = """
SELECT b.branch, b.name, coalesce(max(n.heard_at), 0), coalesce(sum(n.unsent), 0), count(n.node)
FROM branches b LEFT JOIN nodes n ON n.branch = b.branch AND n.state = 'enrolled'
WHERE b.state = 'active'{at} GROUP BY b.branch ORDER BY b.branch
"""

_TOLD = """
SELECT n.branch, b.name, t.oldest_at, max(t.blocks_good_at, n.enrolled_at)
FROM nodes n JOIN branches b ON b.branch = n.branch JOIN node_health t ON t.node = n.node
WHERE n.state = 'enrolled' AND b.state = 'active'{at} ORDER BY n.branch
"""

_DOWN = """
SELECT d.kind, n.branch, b.name, count(*), min(d.since)
FROM node_devices d JOIN nodes n ON n.node = d.node JOIN branches b ON b.branch = n.branch
WHERE NOT d.works AND d.since < ? AND n.state = 'enrolled' AND b.state = 'active'{at}
GROUP BY d.kind, n.branch ORDER BY d.kind, n.branch
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
    """One thing to look at: ``kind`` and a ``code`` of it, how many there are, and since when (ms; 0 not known).

    ``branch``, ``name``: where, if it is one branch's own.
    """

    kind: str  # discrepancy | claim | silent | device | unsent | blocks | proposal | period | quarantine
    code: str
    count: int
    since: int = 0
    branch: str = ""
    name: str = ""


def branch_states(conn: Connection, branch: str = "") -> list[BranchState]:
    """All branches with a box, or one."""
    rows = conn.execute(_BRANCHES.format(at=" AND b.branch = ?" if branch else ""), (branch,) if branch else ())
    return [BranchState(*row[:4]) for row in rows if row[4]]


def concerns(conn: Connection, states: list[BranchState], branch: str, now: int, silent_hours: int) -> list[Concern]:
    """List what waits for somebody; of one branch: only what is its own. Nothing that is in order is listed."""
    found = _discrepancies(conn, branch) + _claims(conn, branch) + _silent(states, now, silent_hours)
    found += _devices(conn, branch, now) + _told(conn, branch, now)
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


def _devices(conn: Connection, branch: str, now: int) -> list[Concern]:
    """Devices that do not work, by kind and branch, as the branches last told."""
    at, mine = (" AND n.branch = ?", (branch,)) if branch else ("", ())
    found = [
        Concern("device", kind, count, since, where, name)
        for kind, where, name, count, since in conn.execute(_DOWN.format(at=at), (now - DEVICE_DOWN_MS, *mine))
    ]
    kinds = dict.fromkeys(concern.code for concern in found)
    return [concern for kind in kinds for concern in _named([concern for concern in found if concern.code == kind])]


def _told(conn: Connection, branch: str, now: int) -> list[Concern]:
    """Entries that wait and block lists that are old, as the branches last told."""
    at, mine = (" AND n.branch = ?", (branch,)) if branch else ("", ())
    rows = conn.execute(_TOLD.format(at=at), mine).fetchall()
    unsent = [
        Concern("unsent", "", 1, oldest, where, name) for where, name, oldest, _ in rows if 0 < oldest < now - OLDEST_MS
    ]
    blocks = [Concern("blocks", "", 1, good, where, name) for where, name, _, good in rows if good < now - BLOCKS_MS]
    return _named(unsent) + _named(blocks)


def _named(found: list[Concern]) -> list[Concern]:
    """Name a few branches; tell many as one number."""
    if len(found) <= NAMED:
        return found
    return [Concern(found[0].kind, found[0].code, len(found), min(concern.since for concern in found))]


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
