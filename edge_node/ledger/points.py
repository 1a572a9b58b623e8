"""Where a member's points came from and went to: a projection of the postings, as the log has them.

What other branches gave or took is theirs to tell: in a chain this is the history of this branch.
"""

from collections.abc import Iterable
from typing import NamedTuple

from commerce.lots import POINTS
from edge_node.ledger import bodies
from edge_node.ledger.change_log import from_id, read_entry, split_id
from edge_node.ledger.print_jobs import paper_number
from edge_node.storage.database import Connection
from sync_protocol.entry import decode_entry

SINCE = 5
"""The schema version that brought the table."""

_OF_MEMBER = """lot IN (SELECT lot FROM lots WHERE asset = 'points' AND owner IN
(SELECT ?1 UNION ALL SELECT member FROM members WHERE alias_of = ?1 AND alias_of <> x''))"""


class PointsMove(NamedTuple):
    """One entry that changed a member's points. ``act``: sale | refund | release, or the act of an issue or withdrawal.

    ``balance``: all points that were written here, after it; in a chain that is not what the member has.
    """

    entry: int
    at: int
    day: str
    number: str
    act: str
    change: int
    reason: str
    balance: int


def project_points(conn: Connection, entry: int, postings: Iterable[tuple[bytes | str, str, int]]) -> None:
    """Write what one entry changes in points lots; `entry` is its id."""
    rows = [
        (account, entry, -amount)
        for account, unit, amount in postings
        if unit == POINTS and isinstance(account, bytes) and amount
    ]
    if rows:
        conn.executemany("INSERT INTO point_moves VALUES (?, ?, ?)", rows)


def refill(conn: Connection) -> None:
    """Write the projection of a log that is older than it."""
    conn.execute("DELETE FROM point_moves")
    for stored in from_id(conn, 0):
        project_points(conn, stored.id, decode_entry(stored.entry).postings)


def history(conn: Connection, member: bytes, before: int, limit: int) -> tuple[PointsMove, ...]:
    """List what changed a member's points here, newest first, before an entry id."""
    rows = conn.execute(
        f"SELECT id, sum(change) FROM point_moves WHERE {_OF_MEMBER} AND id < ?2 GROUP BY id ORDER BY id DESC LIMIT ?3",  # noqa: S608 - our own words
        (member, before, limit),
    ).fetchall()
    if not rows:
        return ()
    (balance,) = conn.execute(
        f"SELECT sum(change) FROM point_moves WHERE {_OF_MEMBER} AND id <= ?2",  # noqa: S608 - our own words
        (member, rows[0][0]),
    ).fetchone()
    found: list[PointsMove] = []
    for entry, change in rows:
        found.append(_move(conn, entry, change, balance))
        balance -= change
    return tuple(found)


def _move(conn: Connection, entry: int, change: int, balance: int) -> PointsMove:
    """Read what an entry tells beside its postings."""
    no, seq = split_id(entry)
    stored = read_entry(conn, no, seq)
    assert stored is not None
    read = decode_entry(stored.entry)
    body = bodies.decode_fact(read.kind, read.body)
    day = str(getattr(body, "day", ""))
    number = str(getattr(body, "number", "")) or (paper_number(day, no, seq) if day else "")
    act = str(getattr(body, "act", read.kind))
    return PointsMove(entry, stored.at, day, number, act, change, str(getattr(body, "reason", "")), balance)
