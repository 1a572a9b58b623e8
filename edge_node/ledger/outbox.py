"""Profile edits on their way to HQ, beside the log: personal data never enters a log."""

from collections.abc import Iterable

from commerce.reference import ProfileEdit
from edge_node.ledger import bodies
from edge_node.storage.database import Connection

_ALL = 2**63


def put(conn: Connection, edits: Iterable[ProfileEdit]) -> None:
    """Queue edits in the transaction of the fact that commits to them."""
    conn.executemany(
        "INSERT INTO outbox (member, field, edit) VALUES (?, ?, ?)",
        [(edit.member, edit.field, bodies.encode(edit)) for edit in edits],
    )


def pending(conn: Connection, after: int, limit: int, most_bytes: int = _ALL) -> list[tuple[int, bytes]]:
    """List queued edits beyond `after` as (n, encoded ProfileEdit), oldest first: so many, and bytes, but one."""
    found: list[tuple[int, bytes]] = []
    size = 0
    for n, edit in conn.execute("SELECT n, edit FROM outbox WHERE n > ? ORDER BY n LIMIT ?", (after, limit)).fetchall():
        size += len(edit)
        if found and size > most_bytes:
            break
        found.append((n, edit))
    return found


def done(conn: Connection, through: int) -> None:
    """Forget the edits that HQ has answered."""
    conn.execute("DELETE FROM outbox WHERE n <= ?", (through,))


def fields_pending(conn: Connection, member: bytes) -> frozenset[str]:
    """Return the fields of a member whose edits HQ has not answered yet: its rows do not overwrite those."""
    return frozenset(field for (field,) in conn.execute("SELECT field FROM outbox WHERE member = ?", (member,)))
