"""Members whose rights wait to be placed although no branch sent anything: head office gave them something."""

from collections.abc import Iterable

from hq_server.storage.bulk import run_in, select_in
from hq_server.storage.database import Connection

_SEEN = "SELECT t.member, s.branch FROM to_place t JOIN seen s USING (member) WHERE s.branch IN ({}) LIMIT 1000"
"""So many at once: a campaign for a whole chain goes out in steps."""


def mark(conn: Connection, member: bytes) -> None:
    """Note that a member was given something."""
    conn.execute("INSERT OR IGNORE INTO to_place VALUES (?)", (member,))


def waiting(conn: Connection, branches: Iterable[str]) -> dict[bytes, list[str]]:
    """Return some of the members noted who were seen in one of these branches, with those branches."""
    if conn.execute("SELECT 1 FROM to_place LIMIT 1").fetchone() is None:
        return {}
    found: dict[bytes, list[str]] = {}
    for member, branch in select_in(conn, _SEEN, branches):
        found.setdefault(member, []).append(branch)
    return found


def done(conn: Connection, members: Iterable[bytes]) -> None:
    """Forget members whose gifts are placed."""
    run_in(conn, "DELETE FROM to_place WHERE member IN ({})", members)
