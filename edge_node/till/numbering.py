"""Numbers of papers, for people: as the chain wants them, one after another for each till, safe offline.

A till's count lies in the branch's own database and moves in the transaction of the act that bears the number, so that
none is given twice and none is left out. Each incarnation counts anew and says which it is: a restored database does
not know what was printed after its backup.
"""

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
    no = str(at.node.no) if at.node.no > 1 else ""
    head = how.prefix + period[2:].replace("-", "")
    # dots, which no till's name has: no number of this form is one of the log's
    number = ".".join(part for part in (head, at.till, no, f"{last:0{how.digits}d}") if part)
    return number if len(number) <= limits.PAPER_NUMBER else placed
