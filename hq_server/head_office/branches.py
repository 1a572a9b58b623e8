"""The branches and their health: who was heard when, what HQ has of their logs, what is wrong."""

from dataclasses import dataclass

from commerce.accounts import HQ
from hq_server.errors import Code, InputError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.ledger import changes, closing, incarnations
from hq_server.storage.database import Connection
from provisioning.certificates import valid_branch

CLOSE_REASONS = ("lost", "replaced", "revoked")
"""What a person may declare; ``restored``, ``cloned`` and ``forked`` are found out by HQ itself."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch and how it is.

    ``heard_at``: last word of any of its nodes (ms, 0 never). ``unsent``: entries that its nodes still hold, as they
    last said. ``waiting``: entries that HQ has acked and not applied yet. ``discrepancies``: the open ones.
    """

    branch: str
    name: str
    state: str
    nodes: int
    heard_at: int
    software: str
    unsent: int
    incarnation: bytes
    acked_seq: int
    waiting: int
    open_logs: int
    closed_logs: int
    discrepancies: int


_ROWS = """
SELECT b.branch, b.name, b.state,
       (SELECT count(*) FROM nodes n WHERE n.branch = b.branch AND n.state = 'enrolled'),
       coalesce((SELECT max(n.heard_at) FROM nodes n WHERE n.branch = b.branch), 0),
       coalesce((SELECT n.software FROM nodes n WHERE n.branch = b.branch ORDER BY n.enrolled_at DESC LIMIT 1), ''),
       coalesce((SELECT sum(n.unsent) FROM nodes n WHERE n.branch = b.branch AND n.state = 'enrolled'), 0),
       coalesce((SELECT i.incarnation FROM incarnations i WHERE i.branch = b.branch AND i.state = 'open'
                 ORDER BY i.no DESC LIMIT 1), x''),
       coalesce((SELECT i.acked_seq FROM incarnations i WHERE i.branch = b.branch AND i.state = 'open'
                 ORDER BY i.no DESC LIMIT 1), 0),
       coalesce((SELECT sum(i.acked_seq - i.applied_seq) FROM incarnations i WHERE i.branch = b.branch), 0),
       (SELECT count(*) FROM incarnations i WHERE i.branch = b.branch AND i.state IN ('open', 'adopting')),
       (SELECT count(*) FROM incarnations i WHERE i.branch = b.branch AND i.state = 'closed'),
       (SELECT count(*) FROM discrepancies d WHERE d.branch = b.branch AND d.state = 'open')
FROM branches b
"""


def page(conn: Connection, after: str, limit: int) -> list[Branch]:
    """Return branches in the order of their ids, after `after`."""
    rows = conn.execute(f"{_ROWS} WHERE b.branch > ? ORDER BY b.branch LIMIT ?", (after, limit))
    return [Branch(*row) for row in rows]


def get(conn: Connection, branch: str) -> Branch:
    """Return one branch; InputError ``unknown_branch``."""
    row = conn.execute(f"{_ROWS} WHERE b.branch = ?", (branch,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_BRANCH)
    return Branch(*row)


def exists(conn: Connection, branch: str) -> bool:
    """Whether a branch is known."""
    return conn.execute("SELECT 1 FROM branches WHERE branch = ?", (branch,)).fetchone() is not None


def check_id(branch: str) -> None:
    """Refuse what cannot be a branch's id (InputError ``bad_value``)."""
    if not valid_branch(branch) or branch == HQ:
        raise InputError(Code.BAD_VALUE, field="branch")


def register(conn: Connection, act: Act, branch: str, name: str) -> None:
    """Make a branch known before it has a node, so that its staff and settings can be written."""
    check_id(branch)
    text(name, "name", limits.BRANCH_NAME, required=True)
    conn.execute(
        "INSERT INTO branches (branch, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (branch, name, act.now),
    )
    note(conn, act, "branch_registered", branch)


def rename(conn: Connection, act: Act, branch: str, name: str) -> None:
    """Give a branch another name; the directory tells the others."""
    text(name, "name", limits.BRANCH_NAME, required=True)
    get(conn, branch)
    conn.execute("UPDATE branches SET name = ? WHERE branch = ?", (name, branch))
    changes.mark(conn, "chain", f"directory:{branch}")
    note(conn, act, "branch_renamed", branch)


@dataclass(frozen=True, slots=True)
class Log:
    """One incarnation as the office sees it. ``suspended``: how many lots have rights that wait for a release."""

    incarnation: bytes
    branch: str
    state: str
    opened_at: int
    heard_at: int
    acked_seq: int
    applied_seq: int
    closed_reason: str
    closed_at: int
    suspended: int


def logs(conn: Connection, branch: str) -> list[Log]:
    """Return every log of a branch, newest first."""
    get(conn, branch)
    query = (
        "SELECT i.incarnation, i.branch, i.state, i.opened_at, i.heard_at, i.acked_seq, i.applied_seq, i.closed_reason,"
        " i.closed_at, (SELECT count(*) FROM rights r WHERE r.no = i.no AND r.suspended > 0)"
        " FROM incarnations i WHERE i.branch = ? ORDER BY i.no DESC"
    )
    return [Log(*row) for row in conn.execute(query, (branch,))]


def close(conn: Connection, act: Act, incarnation: bytes, reason: str, evidence: str) -> None:
    """Declare a node's log closed (box lost, replaced, stolen): ``ledger.closing`` does the rest.

    ``revoked``: the box itself is not trusted any more; it may bring what it wrote, and gets nothing until it is
    enrolled anew. With the other reasons it goes on under another log if it comes back.
    InputError ``unknown_incarnation`` or ``bad_value``; closing twice is harmless.
    """
    if reason not in CLOSE_REASONS:
        raise InputError(Code.BAD_VALUE, field="reason")
    text(evidence, "evidence", limits.NOTE, required=True)
    found = incarnations.by_id(conn, incarnation)
    if found is None or found.state == "hq":
        raise InputError(Code.UNKNOWN_INCARNATION)
    note(conn, act, "log_closed", incarnation.hex(), reason=evidence)
    closing.close(conn, act.hq, found.no, reason, evidence, act.now)
    if reason == "revoked":
        conn.execute("UPDATE nodes SET state = 'revoked' WHERE node = ?", (found.node,))
