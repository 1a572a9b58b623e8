"""Requests to HQ: numbered (incarnation, n), kept until answered, sent again after a restart; a till may stop waiting.

A refused number stays refused for ever. Rights that arrive after a till has cancelled or left stay as rights.
"""

from typing import NamedTuple

from commerce.reference import RightsRequest
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection

RIGHTS = "rights"


class Request(NamedTuple):
    """One request. ``state``: waiting | granted | refused | cancelled; ``deadline`` ms by this node's clock."""

    no: int
    n: int
    kind: str
    body: bytes
    state: str
    code: str
    answer: bytes
    at: int
    deadline: int


def ask_rights(conn: Connection, node: Node, wanted: RightsRequest, now: int, deadline: int) -> Request:
    """Ask HQ for rights to a member's value that are lacking here; NotNowError ``too_many`` when too many wait."""
    (count,) = conn.execute("SELECT count(*) FROM requests WHERE no = ? AND state = 'waiting'", (node.no,)).fetchone()
    if count >= limits.REQUESTS_WAITING:
        raise NotNowError(Code.TOO_MANY, limit=limits.REQUESTS_WAITING)
    (last,) = conn.execute("SELECT coalesce(max(n), 0) FROM requests WHERE no = ?", (node.no,)).fetchone()
    asked = Request(node.no, last + 1, RIGHTS, bodies.encode(wanted), "waiting", "", b"", now, deadline)
    conn.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", asked)
    conn.execute("DELETE FROM requests WHERE no = ? AND n <= ?", (node.no, last + 1 - limits.REQUESTS_KEPT))
    return asked


def waiting(conn: Connection, node: Node) -> tuple[Request, ...]:
    """List what HQ has not answered, oldest first."""
    rows = conn.execute("SELECT * FROM requests WHERE no = ? AND state = 'waiting' ORDER BY n", (node.no,))
    return tuple(Request(*row) for row in rows.fetchall())


def get(conn: Connection, no: int, n: int) -> Request:
    """Return one request; MendInputError ``unknown_request``."""
    row = conn.execute("SELECT * FROM requests WHERE no = ? AND n = ?", (no, n)).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_REQUEST, n=n)
    return Request(*row)


def answer(conn: Connection, no: int, n: int, code: str, body: bytes) -> bool:
    """Store HQ's answer (`code` "" granted, else why refused); False when nobody waits for it any more."""
    state = "refused" if code else "granted"
    changed = conn.execute(
        "UPDATE requests SET state = ?, code = ?, answer = ? WHERE no = ? AND n = ? AND state = 'waiting'",
        (state, code, body, no, n),
    )
    return bool(changed.rowcount)


def cancel(conn: Connection, no: int, n: int) -> bool:
    """Stop waiting; False when it was answered before."""
    changed = conn.execute(
        "UPDATE requests SET state = 'cancelled' WHERE no = ? AND n = ? AND state = 'waiting'", (no, n)
    )
    return bool(changed.rowcount)
