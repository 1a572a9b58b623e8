"""The plan: what a run of entries does to the books. Pure: no clock, no database; the book is its working copy.

Facts are never rejected. What does not add up is applied or parked, and becomes a finding: a fact of HQ's own that
opens a discrepancy. Replay runs this same function over the recorded order of application.
"""

from collections.abc import Iterable

from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile import facts, moves
from hq_server.reconcile.actions import Case, Op, Plan
from hq_server.reconcile.book import Book
from hq_server.reconcile.reading import Envelope, Reading

_NOTHING = Envelope(0, 0, "", 1, (), (), b"")
"""Stands for an envelope that cannot be read."""


def plan(book: Book, readings: Iterable[Reading]) -> Plan:
    """Apply entries to the book in order and return all else that follows. RightsError: HQ's own log overdraws HQ."""
    out = Plan()
    for reading in readings:
        log = book.logs[reading.no]
        case = Case(book, out, log, reading, reading.envelope or _NOTHING)
        if reading.problem:
            out.ops.append((Op.QUARANTINE, (log.no, reading.seq, reading.hash, reading.problem)))
            case.find(Code.QUARANTINED, 0, 0, reading.problem, "quarantine")
            if reading.envelope is None:
                continue
        if log.is_open:
            effects = moves.book_open(case)
        elif log.is_hq:
            effects = moves.book_hq(case)
        else:
            effects = moves.book_late(case)
        if effects or case.envelope.postings:
            moves.book_postings(case, effects)
        if reading.body is not None:
            facts.project(case)
    return out
