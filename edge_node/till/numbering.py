"""Numbers of papers, for people: as the chain wants them, one after another for each till, safe offline.

A till's count lies in the branch's own database and moves in the transaction of the act that bears the number, so that
none is given twice and none is left out. Each log counts anew; one that follows another in its chain says which it is,
for a restored database does not know what was printed after its backup.
"""

import base64

from edge_node import limits
from edge_node.ledger import print_jobs
from edge_node.storage.database import Connection
from edge_node.till.at import At


def next_number(conn: Connection, at: At, day: str, seq: int) -> str:
    """Return the number of the paper of the entry `seq`, on that business date.

    What would not fit a barcode (a till with a very long name) has its place in the log as its number.
    """
    how = at.book.settings.papers.numbering
    placed = how.prefix + print_jobs.paper_number(day, at.node.no, seq)
    if how.restart == "log":
        return placed
    period = day if how.restart == "daily" else ""
    (last,) = conn.execute(
        "INSERT INTO paper_numbers VALUES (?, ?, ?, 1)"
        " ON CONFLICT (no, till, period) DO UPDATE SET last = last + 1 RETURNING last",
        (at.node.no, at.till, period),
    ).fetchone()
    head = how.prefix + period[2:].replace("-", "")
    # dots, which no till's name has: no number of this form is one of the log's
    number = ".".join(part for part in (head, at.till, _mark(conn, at), f"{last:0{how.digits}d}") if part)
    return number if len(number) <= limits.PAPER_NUMBER else placed


def _mark(conn: Connection, at: At) -> str:
    """Return what tells the numbers of this log from those of an earlier one here, "" where none can have counted.

    Drawn from the log's id: of two restores of one backup each has its own.
    """
    row = conn.execute(
        "SELECT (SELECT count(*) FROM incarnations WHERE chain = ?1) > 1"
        " OR EXISTS (SELECT 1 FROM paper_numbers WHERE no <> ?2)",
        (at.node.chain, at.node.no),
    ).fetchone()
    return base64.b32encode(at.node.incarnation)[:3].decode() if row[0] else ""
