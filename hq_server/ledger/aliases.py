"""Members that were merged: one of the two goes on, the other's lots, cards and rights stand under its own id for ever.

HQ keeps aliases flat (a merged member names the one who goes on, never another merged one), as tills read them.
"""

from collections.abc import Iterable

from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection


def any_merged(conn: Connection) -> bool:
    """Whether the chain has merged anybody at all: most have not, and then nothing more need be looked up."""
    return conn.execute("SELECT 1 FROM members WHERE alias_of <> x'' LIMIT 1").fetchone() is not None


def roots(conn: Connection, members: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return who each of these members is now; one that was never merged is itself."""
    wanted = set(members)
    if not any_merged(conn):
        return {member: member for member in wanted}
    sql = "SELECT member, alias_of FROM members WHERE alias_of <> x'' AND member IN ({})"
    merged = dict(select_in(conn, sql, wanted))
    return {member: merged.get(member, member) for member in wanted}


def merged_into(conn: Connection, members: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Return who became each of these members, by id; members whom nobody became are left out."""
    found: dict[bytes, list[bytes]] = {}
    if any_merged(conn):
        sql = "SELECT alias_of, member FROM members WHERE alias_of <> x'' AND alias_of IN ({})"
        for root, member in sorted(set(select_in(conn, sql, set(members)))):
            found.setdefault(root, []).append(member)
    return found
