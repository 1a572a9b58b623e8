"""Print jobs: durable, written in the transaction of the act they print, waiting until a printer did them.

A job names the entry that the paper shows; what stands on it is made from the entry when it is printed.
"""

from typing import NamedTuple

from edge_node import limits
from edge_node.storage.database import Connection


class PrintJob(NamedTuple):
    """One paper. ``kind``: sale | refund | top_up | withdraw | shift | claim; ``entry``: the id of the fact's entry."""

    job: int
    kind: str
    entry: int
    till: str
    drawer: bool
    copy: bool
    at: int


def add(
    conn: Connection, kind: str, entry: int, till: str, now: int, *, drawer: bool = False, copy: bool = False
) -> int:
    """Queue a paper (and the opening of the till's drawer); return the job's number."""
    row = conn.execute(
        "INSERT INTO print_jobs (kind, id, till, drawer, copy, at) VALUES (?, ?, ?, ?, ?, ?)",
        (kind, entry, till, drawer, copy, now),
    )
    return int(row.lastrowid)


def waiting(conn: Connection, till: str | None = None, limit: int = limits.LISTED) -> tuple[PrintJob, ...]:
    """List jobs not done, oldest first, of one till or of all."""
    rows = conn.execute(
        "SELECT job, kind, id, till, drawer, copy, at FROM print_jobs WHERE state = 'waiting'"
        " AND (?1 IS NULL OR till = ?1) ORDER BY job LIMIT ?2",
        (till, limit),
    )
    return tuple(
        PrintJob(job, kind, entry, where, bool(drawer), bool(copy), at)
        for job, kind, entry, where, drawer, copy, at in rows.fetchall()
    )


def done(conn: Connection, job: int) -> bool:
    """Mark a job as printed; False when it was done before or never was."""
    changed = conn.execute("UPDATE print_jobs SET state = 'done' WHERE job = ? AND state = 'waiting'", (job,))
    return bool(changed.rowcount)
