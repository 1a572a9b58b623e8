"""What the body of a fact changes beside rights and balances: sales, members, shifts, incarnations, claims, periods."""

from collections.abc import Callable
from typing import Any

from commerce import facts as f
from commerce.journal import LOT_TENDERS
from commerce.plans.row import plan_of
from commerce.rights import close, release
from commerce.tender import USES
from hq_server.ledger import meta
from hq_server.ledger.acts import ASIDE_FREED, EXPIRY_DUE
from hq_server.ledger.changes import directory_mark, member_mark, profile_mark, rights_mark
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile import decisions, entitlements, refunds
from hq_server.reconcile.actions import Case, Op, SaleRecord, Visit, bounded
from hq_server.reconcile.book import Log
from hq_server.reconcile.reading import SaleView, money_of
from sync_protocol.limits import ID


def project(case: Case) -> None:
    """Do what the body says; an opaque body says nothing."""
    handler = _HANDLERS.get(type(case.reading.body))
    if handler is not None:
        handler(case, case.reading.body)


def _sale(case: Case, body: SaleView) -> None:
    """Note where the sale lies; a claim that came before it now finds its seller."""
    log, reading, plan = case.log, case.reading, case.plan
    total = value = covered = 0
    for tender, amount, _, _ in body.tenders:
        total += amount
        if tender == USES:
            covered += amount
        elif tender in LOT_TENDERS:
            value += amount
    plan.sales.append(SaleRecord(body.sale, log.no, reading.seq, reading.hash, body.day, body.member, total))
    if body.sale in case.book.awaited:
        refunds.sold(case, body.sale)
    if len(body.member) == ID and not log.is_hq:
        plan.seen.add((body.member, log.branch))
        # what a plan covered needed no stored value, and will not the next time
        plan.visits.append(Visit(body.member, log.branch, body.day, total - covered, value))


def _met(case: Case, member: bytes) -> bool:
    """Note that a branch met a member; whether there is one at all."""
    if len(member) != ID:
        return False
    if not case.log.is_hq:
        case.plan.seen.add((member, case.log.branch))
    return True


def _with_member(case: Case, body: f.Withdraw | f.TimedSession) -> None:
    _met(case, body.member)


def _issued(case: Case, body: f.Issue) -> None:
    """Hold a count sold against the money taken for it: by that its uses are worth what they are."""
    _met(case, body.member)
    if body.act != "plan":
        return
    money = money_of(body.tenders)
    for lot in body.lots:
        if plan_of(lot.asset) and (lot.terms.paid, lot.terms.uses) != (money, lot.amount):
            case.find(Code.PLAN_DIFFERS, money, lot.terms.paid, lot.lot.hex())


def _entitlement(case: Case, body: f.Entitlement) -> None:
    _met(case, body.member)
    entitlements.change(case, body)


def _registered(case: Case, body: f.MemberRegistered) -> None:
    if not _met(case, body.member):
        return
    plan, log = case.plan, case.log
    plan.ops.append((Op.MEMBER_NEW, (body.member, body.tier, log.no, body.day, body.consent, body.commitment)))
    plan.marks.add(member_mark(body.member))
    if not log.is_hq:
        plan.marks.add(profile_mark(log.branch, body.member))


def _member(case: Case, body: f.MemberChanged) -> None:
    """Apply a change of a member; the last in the order of arrival wins."""
    if not _met(case, body.member):
        return
    ops = case.plan.ops
    value = _hex(body.value)
    if body.act == "tier":
        ops.append((Op.MEMBER_TIER, (body.value, body.member)))
    elif body.act in ("frozen", "thawed"):
        ops.append((Op.MEMBER_FROZEN, (int(body.act == "frozen"), body.member)))
    elif body.act == "alias":
        ops.append((Op.MEMBER_ALIAS, (value, body.member)))
    elif body.act == "consent":
        ops.append((Op.MEMBER_CONSENT, (body.value, body.member)))
    elif body.act in ("card_bound", "card_lost") and value:
        ops.append((Op.CARD_STATE, (value, body.member, "active" if body.act == "card_bound" else "lost")))
    ops.append((Op.MEMBER_COMMITMENT, (body.commitment, body.member)))
    case.plan.marks.add(member_mark(body.member))


def _shift(case: Case, body: f.ShiftAct) -> None:
    """Follow a shift; at its close what was counted is compared with what should be there, per tender."""
    ops = case.plan.ops
    if body.act == "open":
        ops.append((Op.SHIFT_OPEN, (body.shift, case.log.no, body.day, body.till, body.staff)))
    elif body.act in ("count", "close"):
        expected = {part.tender: part.amount for part in body.expected}
        counted = {part.tender: part.amount for part in body.counted}
        sums = (bounded(sum(expected.values())), bounded(sum(counted.values())))
        ops.append((Op.SHIFT_STATE, ("closed" if body.act == "close" else "counted", *sums, body.shift)))
        if body.act == "close":
            for tender in sorted(expected.keys() | counted.keys()):
                should, there = expected.get(tender, 0), counted.get(tender, 0)
                if abs(should - there) > case.book.tolerances.get(case.log.branch, 0):
                    case.find(Code.CASH_DIFFERS, should, there, f"{body.shift.hex()} {tender}"[:100])


def _granted(case: Case, body: f.RightsGranted) -> None:
    """Have the rights rows sent that show a grant."""
    if case.log.is_hq:
        rows = (rights_mark(body.branch, move.lot, body.incarnation) for move in case.envelope.moves)
        case.plan.marks.update(rows)


def _accepted(case: Case, body: f.IncarnationAccepted) -> None:
    if case.log.is_hq:
        case.plan.marks.add(directory_mark(body.branch))


def _closed(case: Case, body: f.IncarnationClosed) -> None:
    """Close a log: its rights as HQ knows them become suspended; claims it should answer wait for people."""
    closed = _of_hq(case, body.incarnation)
    if closed is None or not closed.is_open:
        return
    plan = case.plan
    closed.is_open = False
    for held in case.book.holdings.get(closed.no, {}).values():
        close(held)
    plan.ops.append((Op.LOG_CLOSED, ("adopted" if body.reason == "adopted" else "closed", body.reason, closed.no)))
    plan.ops.append((Op.LOG_ORDERS_DROP, (closed.no,)))
    plan.marked_logs.add(closed.no)
    plan.marks.add(directory_mark(closed.branch))
    refunds.seller_closed(case, closed.no)


def _released(case: Case, body: f.IncarnationReleased) -> None:
    """Move suspended rights to HQ: an exposure accepted by name, and kept as such."""
    named = _of_hq(case, body.incarnation)
    if named is None or named.is_open:
        return
    units: dict[str, int] = {}
    for lot, held in sorted(case.book.holdings.get(named.no, {}).items()):
        if held.suspended:
            row = case.book.lots[lot]
            units[row.unit] = units.get(row.unit, 0) + release(row, held)
    if body.reason != "adopted":  # an adopted log is complete: nobody accepts anything
        for unit, amount in sorted(units.items()):
            case.find(Code.EXPOSURE_ACCEPTED, 0, amount, f"{body.incarnation.hex()} {unit}")


def _verdict(case: Case, body: f.Verdict) -> None:
    """Keep what HQ found; only HQ's own verdicts count."""
    if not case.log.is_hq:
        return
    at = case.envelope.at
    if body.act in ("opened", "quarantine"):
        values = (body.discrepancy, body.code, body.branch, body.incarnation, body.seq)
        case.plan.ops.append((Op.DISCREPANCY_OPEN, (*values, body.expected, body.found, body.detail, at)))
    elif body.act in ("resolved", "adjustment"):
        decisions.charge(case)
        case.plan.ops.append((Op.DISCREPANCY_RESOLVED, (body.by, body.detail, at, body.discrepancy)))


def _period(case: Case, body: f.Period) -> None:
    """Close and lock the open period; what is applied from now on falls into the next."""
    if not case.log.is_hq or body.act != "closed":
        return
    book, ops = case.book, case.plan.ops
    names = (body.period, body.first_day, body.last_day)
    ops.append((Op.PERIOD_CLOSE, (*names, body.by, case.envelope.at, body.digest, book.period)))
    book.period += 1
    ops.append((Op.PERIOD_OPEN, (book.period,)))


def _audit(case: Case, body: f.Audit) -> None:
    """Follow the two acts of HQ that change books: a day that expires, and rights that were set aside freed."""
    if not case.log.is_hq:
        return
    if body.act == EXPIRY_DUE and body.subject > case.book.due:
        case.book.due = body.subject
        case.plan.ops.append((Op.EXPIRY_DUE, (meta.EXPIRY_DUE, body.subject)))
    elif body.act == ASIDE_FREED:
        for move in case.envelope.moves:
            case.find(Code.EXPOSURE_ACCEPTED, 0, move.amount, f"set aside {move.lot.hex()}")


def _of_hq(case: Case, incarnation: bytes) -> Log | None:
    """Return the log that an act of HQ names; a branch's word about incarnations is history, not an act."""
    book = case.book
    if not case.log.is_hq or incarnation not in book.numbers:
        return None
    return book.logs[book.numbers[incarnation]]


def _hex(text: str) -> bytes:
    """Read a hexadecimal id of 16 bytes; anything else is no id."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return b""
    return found if len(found) == ID else b""


_HANDLERS: dict[type, Callable[[Case, Any], None]] = {
    SaleView: _sale,
    f.Refund: refunds.refund,
    f.Claim: refunds.claim,
    f.Release: refunds.release,
    f.ClaimPaid: refunds.paid,
    f.Issue: _issued,
    f.Withdraw: _with_member,
    f.MemberRegistered: _registered,
    f.MemberChanged: _member,
    f.Entitlement: _entitlement,
    f.TimedSession: _with_member,
    f.ShiftAct: _shift,
    f.RightsGranted: _granted,
    f.IncarnationAccepted: _accepted,
    f.IncarnationClosed: _closed,
    f.IncarnationReleased: _released,
    f.Verdict: _verdict,
    f.Period: _period,
    f.Audit: _audit,
}
