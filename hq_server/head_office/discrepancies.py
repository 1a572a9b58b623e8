"""The queue of what does not add up: what is on it, who looks after it, what people said about it.

It is resolved by a new fact (``resolutions``), never by editing history; assignment and comments are the office's own.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hq_server.errors import Code, InputError
from hq_server.head_office import limits, users
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.ledger import discrepancies
from hq_server.ledger.discrepancies import Discrepancy
from hq_server.storage.database import Connection


class Comment(NamedTuple):
    """What somebody said, at a time in ms."""

    n: int
    by: str
    at: int
    text: str


def get(conn: Connection, discrepancy: bytes) -> Discrepancy:
    """Return one; InputError ``unknown_discrepancy``."""
    return discrepancies.by_id(conn, discrepancy)


def assignee(conn: Connection, discrepancy: bytes) -> str:
    """Return who looks after it, "" nobody."""
    query = "SELECT assignee FROM discrepancies WHERE discrepancy = ?"
    row = conn.execute(query, (discrepancy,)).fetchone()
    return row[0] if row else ""


def assign(conn: Connection, act: Act, named: Sequence[bytes], name: str) -> int:
    """Give discrepancies to a user ("" to nobody); return how many went to somebody else than before.

    InputError ``unknown_user``, ``bad_value`` for one who may no longer sign in, ``unknown_discrepancy``.
    """
    if name and not users.get(conn, name).active:
        raise InputError(Code.BAD_VALUE, field="assignee")
    moved = 0
    for discrepancy in named:
        get(conn, discrepancy)
        query = "UPDATE discrepancies SET assignee = ?1 WHERE discrepancy = ?2 AND assignee <> ?1"
        changed = conn.execute(query, (name, discrepancy)).rowcount
        if changed:
            note(conn, act, "discrepancy_assigned", discrepancy.hex(), reason=name)
        moved += changed
    return moved


def comment(conn: Connection, act: Act, discrepancy: bytes, said: str) -> list[Comment]:
    """Say something about one, also when it is resolved; return all comments."""
    text(said, "text", limits.NOTE, required=True)
    get(conn, discrepancy)
    conn.execute(
        "INSERT INTO discrepancy_comments (discrepancy, by, at, text) VALUES (?, ?, ?, ?)",
        (discrepancy, act.by, act.now, said),
    )
    return comments(conn, discrepancy)


def comments(conn: Connection, discrepancy: bytes) -> list[Comment]:
    """Return the newest comments, in the order in which they were made."""
    query = "SELECT n, by, at, text FROM discrepancy_comments WHERE discrepancy = ? ORDER BY n DESC LIMIT ?"
    rows = conn.execute(query, (discrepancy, limits.PAGE_MAX)).fetchall()
    return [Comment(*row) for row in reversed(rows)]


def assignees(conn: Connection) -> list[tuple[str, str]]:
    """Return whom something can be given to, by name."""
    query = "SELECT name, display FROM users WHERE active AND branch = '' ORDER BY name"
    return [(name, display) for name, display in conn.execute(query)]
