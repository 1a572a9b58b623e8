"""Shifts: opened with a float before anything can be sold, counted blind, closed with every difference explained.

Figures are read from the log, from the entry that opened the shift on: nothing is kept beside it.
"""

from datetime import date
from typing import NamedTuple

from commerce.checks import check_amount, check_text
from commerce.facts import Body, CountedCash, Fact, ShiftAct
from commerce.shifts import ShiftFigures, ZReport, differences, figures, z_report
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies, change_log, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, by_lead, desk
from edge_node.till.papers import countersign
from sync_protocol.entry import decode_entry

_IN_FIGURES = frozenset({"sale", "refund", "issue", "entitlement", "withdraw", "shift"})


class OpenShift(NamedTuple):
    """A till's shift that is not closed. ``state``: open | counted."""

    shift: bytes
    opened_id: int
    till: str
    day: str
    opened_by: str
    state: str


class Opened(NamedTuple):
    """A shift was opened."""

    shift: OpenShift
    entry: Committed


class Closed(NamedTuple):
    """A shift was closed: its Z report."""

    report: ZReport
    entry: Committed


def current(conn: Connection, till: str) -> OpenShift | None:
    """Return the till's shift that is not closed."""
    row = conn.execute("SELECT * FROM shifts WHERE till = ? AND state <> 'closed'", (till,)).fetchone()
    return None if row is None else OpenShift(*row)


def open_shift(conn: Connection, at: At, day: str, float_: int) -> Opened:
    """Open a shift on a business date with a float; NotNowError ``shift_already_open``."""
    _check_day(day)
    check_amount(float_, "float")
    if float_ > limits.FLOAT_MAX:
        raise MendInputError(Code.AMOUNT_NOT_ALLOWED, limit=limits.FLOAT_MAX)
    if current(conn, at.till) is not None:
        raise NotNowError(Code.SHIFT_ALREADY_OPEN, till=at.till)
    shift = at.new_id()
    body = ShiftAct("open", shift, day, at.till, at.staff.number, float_, (), (), "")
    written = commit(conn, at.node, Fact("shift", body), at.now)
    return Opened(OpenShift(shift, written.id, at.till, day, at.staff.number, "open"), written)


def cash(conn: Connection, at: At, act: str, amount: int, reason: str, *, approver: Staff | None = None) -> Committed:
    """Put cash in or take it out (`act` ``cash_in`` | ``cash_out``) for a reason, by or with a shift lead."""
    if act not in {"cash_in", "cash_out"}:
        raise MendInputError(Code.BAD_REQUEST, field="act")
    check_amount(amount, "amount", 1)
    if amount > limits.CASH_ACT_MAX:
        raise MendInputError(Code.AMOUNT_NOT_ALLOWED, limit=limits.CASH_ACT_MAX)
    if not check_text(reason, "reason").strip():
        raise MendInputError(Code.REASON_NEEDED)
    lead, where = by_lead(at, approver), desk(conn, at)
    body = ShiftAct(act, where.shift, where.day, at.till, at.staff.number, amount, (), (), reason)
    written = commit(conn, at.node, Fact("shift", body), at.now)
    countersign(conn, at, lead, f"{act}:{written.id}", reason)
    print_jobs.add(conn, "shift", written.id, at.till, at.now, drawer=True)
    return written


def x_report(conn: Connection, till: str) -> ShiftFigures:
    """Add up the till's shift so far, without closing anything."""
    return shift_figures(conn, _needed(conn, till))


def print_x(conn: Connection, at: At, *, approver: Staff | None = None) -> None:
    """Print the till's shift so far, by or with a shift lead.

    It is a paper of the entry that opened the shift, with the figures of this moment.
    """
    by_lead(at, approver)
    shift = _needed(conn, at.till)
    seen = bodies.encode(shift_figures(conn, shift))
    print_jobs.add(conn, "shift", shift.opened_id, at.till, at.now, seen=seen)


def count(conn: Connection, at: At, counted: tuple[CountedCash, ...]) -> Committed:
    """Write down what lies in the drawer, blind: nothing expected is shown before. A second count replaces the first.

    From then on the shift sells nothing more; it can only be counted again or closed.
    """
    shift = _needed(conn, at.till)
    if not 1 <= len(counted) <= limits.TENDERS_COUNTED:
        raise MendInputError(Code.TOO_MANY, field="counted", limit=limits.TENDERS_COUNTED)
    differences((), counted)
    body = ShiftAct("count", shift.shift, shift.day, at.till, at.staff.number, 0, counted, (), "")
    return commit(conn, at.node, Fact("shift", body), at.now)


def close_shift(conn: Connection, at: At, reason: str = "", *, approver: Staff | None = None) -> Closed:
    """Close a counted shift: the Z report, printed; by or with a shift lead.

    Differences beyond the chain's tolerance need a reason.

    NotNowError ``shift_not_counted``; commerce RuleError ``difference_needs_reason``, ``cash_not_counted``.
    """
    shift, lead = _needed(conn, at.till), by_lead(at, approver)
    if shift.state != "counted":
        raise NotNowError(Code.SHIFT_NOT_COUNTED, till=at.till)
    acts = _bodies(conn, shift)
    counted = next(act.counted for act in reversed(acts) if isinstance(act, ShiftAct) and act.act == "count")
    report = z_report(figures(shift.shift, acts), counted, tolerance=at.book.settings.count_tolerance, reason=reason)
    body = ShiftAct(
        "close", shift.shift, shift.day, at.till, at.staff.number, 0, report.counted, report.expected, reason
    )
    written = commit(conn, at.node, Fact("shift", body), at.now)
    countersign(conn, at, lead, f"close:{written.id}", reason)
    print_jobs.add(conn, "shift", written.id, at.till, at.now, seen=bodies.encode(report.figures))
    return Closed(report, written)


def shift_figures(conn: Connection, shift: OpenShift) -> ShiftFigures:
    """Add up one shift out of the log."""
    return figures(shift.shift, _bodies(conn, shift))


def _bodies(conn: Connection, shift: OpenShift) -> list[Body]:
    """Decode the facts that may belong to a shift, from the entry that opened it on."""
    found: list[Body] = []
    for stored in change_log.from_id(conn, shift.opened_id):
        entry = decode_entry(stored.entry)
        if entry.kind in _IN_FIGURES and shift.shift in entry.body:
            found.append(bodies.decode_fact(entry.kind, entry.body))
    return found


def _needed(conn: Connection, till: str) -> OpenShift:
    shift = current(conn, till)
    if shift is None:
        raise NotNowError(Code.SHIFT_NEEDED, till=till)
    return shift


def _check_day(day: str) -> None:
    """A business date is an ISO date; which one it is, the till says, for no rule about value reads a clock."""
    try:
        valid = len(day) == 10 and date.fromisoformat(day).isoformat() == day
    except ValueError:
        valid = False
    if not valid:
        raise MendInputError(Code.BAD_DAY)
