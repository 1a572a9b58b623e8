"""Gaps: what came of a closed log behind entries that nobody has brought. An open log has none: it resumes at its ack.

Only shown, and only while the entries before are not here: what fills a gap later is applied by the late rule as ever.
"""

from collections.abc import Sequence

from commerce.facts import Fact
from hq_server.ledger import discrepancies, inbox, incarnations
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.storage.database import Connection


def findings(conn: Connection, rows: Sequence[inbox.Row]) -> list[Fact]:
    """Return a finding for each piece of evidence whose predecessor is not held."""
    found = []
    for row in rows:
        if row.kind != inbox.EVIDENCE:
            continue
        log = incarnations.by_no(conn, row.no)
        held = _held_before(conn, log, row.first_seq)
        if held < row.first_seq - 1:
            what = (log.branch, log.incarnation, row.first_seq, held + 1, row.first_seq, "")
            found.append(discrepancies.fact(Code.GAP, *what))
    return found


def _held_before(conn: Connection, log: incarnations.Incarnation, seq: int) -> int:
    """Return the last entry held before `seq`: of the kept log, or of other evidence."""
    query = "SELECT coalesce(max(seq), 0) FROM evidence WHERE no = ? AND seq < ?"
    evidence: int = conn.execute(query, (log.no, seq)).fetchone()[0]
    return max(evidence, min(log.acked_seq, seq - 1))
