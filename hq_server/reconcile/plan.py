"""The plan: what a run of entries does to the books. Pure: no clock, no database; the book is its working copy.

Facts are never rejected. What does not add up is applied or parked, and becomes a finding: a fact of HQ's own that
opens a discrepancy. Replay runs this same function over the recorded order of application.
"""

from collections.abc import Iterable

from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile import facts, moves, uses
from hq_server.reconcile.actions import Case, Op, Plan
from hq_server.reconcile.book import Book, Log
from hq_server.reconcile.reading import BODY, BOOKED_MAX, TURNOVER_MAX, Envelope, Reading, weight

TOO_MUCH = "too_much"
"""Why an entry is kept out of the books: it, or its branch in all, would bring more than they have room for."""

_NOTHING = Envelope(0, 0, "", 1, (), (), b"")
"""Stands for an envelope that cannot be read."""


def plan(book: Book, readings: Iterable[Reading]) -> Plan:
    """Apply entries to the book in order and return all else that follows. RightsError: HQ's own log overdraws HQ."""
    out = Plan()
    for reading in readings:
        log = book.logs[reading.no]
        case = Case(book, out, log, reading, reading.envelope or _NOTHING)
        problem = reading.problem
        if not log.is_hq and not _has_room(book, log, case.envelope):
            problem = TOO_MUCH
        if problem:
            out.ops.append((Op.QUARANTINE, (log.no, reading.seq, reading.hash, problem)))
            case.find(Code.QUARANTINED, 0, 0, problem, "quarantine")
            if problem != BODY:
                continue
        if log.is_open:
            effects = moves.book_open(case)
        elif log.is_hq:
            effects = moves.book_hq(case)
        else:
            effects = moves.book_late(case)
        if case.used:
            uses.clear(case)
        if effects or case.envelope.postings:
            moves.book_postings(case, effects)
        if reading.body is not None:
            facts.project(case)
        case.tell_rest()
    return out


def _has_room(book: Book, log: Log, envelope: Envelope) -> bool:
    """Add an entry to its branch's turnover, unless that, or the entry alone, is beyond what is booked."""
    heavy = weight(envelope)
    total = book.turnovers.get(log.branch, 0) + heavy
    if heavy > BOOKED_MAX or total > TURNOVER_MAX:
        return False
    if heavy:
        book.turnovers[log.branch] = total
    return True
