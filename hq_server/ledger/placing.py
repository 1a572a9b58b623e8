"""Members whose rights wait to be placed although no branch sent anything: head office gave them something."""

from hq_server.storage.database import Connection

_AT_ONCE = 1_000
"""Members placed in one transaction: a campaign for a whole chain goes out in steps."""


def mark(conn: Connection, member: bytes) -> None:
    """Note that a member's rights are to be planned anew."""
    conn.execute("INSERT OR IGNORE INTO to_place VALUES (?)", (member,))


def take(conn: Connection) -> set[bytes]:
    """Take some of the members noted."""
    rows = conn.execute(
        "DELETE FROM to_place WHERE member IN (SELECT member FROM to_place ORDER BY member LIMIT ?) RETURNING member",
        (_AT_ONCE,),
    )
    return {member for (member,) in rows.fetchall()}
