"""The projection: one applied fact → its row, its lots' rows, what it adds to sums. Pure.

Of a refund the sale is told too (``Sold``), for its lines name the sale's by number: it is the sale of that id which
was applied first, and before the refund, so that the answer never depends on when it is asked.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from commerce import facts as f
from commerce.tender import CASH
from hq_server.analysis import limits, project_goods, project_value
from hq_server.analysis.reading import FIGURES, Envelope, Told
from hq_server.analysis.rows import SHIFTS, TOTALS, ActRow, Rows, in_bounds
from hq_server.analysis.what import Case, Sold, code, id_of

CHINA = timezone(timedelta(hours=8))
"""Acts without a shift fall on the day of China's calendar, which has one time zone."""

_AT_MAX = 253_402_300_799_999
"""The last ms of the year 9999."""


def project(told: Told, sold: Sold | None, rows: Rows) -> None:
    """Add what one fact gives to `rows`. `sold`: of a refund or release, the sale."""
    envelope = told.envelope
    if envelope is not None:
        for move in envelope.moves:
            key = (move.lot, told.n, move.reason)
            rows.lots[key] = rows.lots.get(key, 0) + move.amount
    case = Case(told, _day(told), sold)
    handler = _HANDLERS.get(type(told.body))
    if handler is not None:
        handler(case, told.body)
    problem = told.problem
    if not in_bounds(case.figures, case.amount, case.discount, case.principal, case.bonus, case.points):
        case, problem = case.uncounted(), FIGURES
    rows.add(case.figures)
    if isinstance(told.body, f.MemberRegistered) and case.id:
        rows.registered.setdefault(case.id, (case.day, case.branch))
    elif isinstance(told.body, f.MemberChanged) and told.body.act == "alias" and case.id:
        rows.aliases[case.id] = _member_of(told.body.value)
    rows.acts.append(_row(told, case, problem))


def sale_wanted(body: Any) -> bytes:  # noqa: ANN401  a body of any kind
    """Return the sale whose lines a fact names; b"" none."""
    if isinstance(body, f.Refund) or (isinstance(body, f.Release) and not body.refused):
        return body.sale
    return b""


class _Common(NamedTuple):
    """What bodies of most kinds have."""

    till: str
    staff: str
    shift: bytes
    member: bytes
    number: str
    reason: str
    approved_by: str


def _row(told: Told, case: Case, problem: str) -> ActRow:
    envelope = told.envelope
    common = _common(told.body)
    return ActRow(
        told.n,
        told.no,
        told.seq,
        told.hash,
        envelope.at if envelope else told.applied_at,
        case.day,
        told.branch,
        envelope.kind[: limits.CODE] if envelope else "",
        code(getattr(told.body, "act", "")),
        case.id,
        common.number,
        common.till,
        common.staff,
        common.shift,
        common.member,
        case.amount,
        case.discount,
        case.principal,
        case.bonus,
        case.points,
        case.ref,
        case.about[: limits.TEXT],
        common.reason,
        common.approved_by,
        problem,
    )


def _common(body: Any) -> _Common:  # noqa: ANN401  a body of any kind, or None
    return _Common(
        code(getattr(body, "till", "")),
        code(getattr(body, "staff", "") or getattr(body, "by", "")),
        id_of(getattr(body, "shift", b"")),
        id_of(getattr(body, "member", b"")),
        code(getattr(body, "number", "")),
        (getattr(body, "reason", "") or getattr(body, "detail", ""))[: limits.TEXT],
        code(getattr(body, "approved_by", "")),
    )


def _day(told: Told) -> str:
    """Return the business date that a fact says; else the calendar's by its writer's clock, or HQ's."""
    said = getattr(told.body, "day", "")
    if said and is_day(said):
        return str(said)
    envelope: Envelope | None = told.envelope
    at = envelope.at if envelope and envelope.at <= _AT_MAX else told.applied_at
    return _calendar(at // 86_400_000, (at // 1000) % 86_400)


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """Whether a text is a date 'YYYY-MM-DD' that exists."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _calendar(days: int, seconds: int) -> str:
    """The date in China of a time; the last hours of the year 9999 are its own."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return (epoch + timedelta(days=days, seconds=seconds)).astimezone(CHINA).date().isoformat()
    except OverflowError:
        return "9999-12-31"


def _shift(case: Case, body: f.ShiftAct) -> None:
    case.id, case.about = id_of(body.shift), ""
    shift = id_of(body.shift)
    match body.act:
        case "open" | "cash_in" | "cash_out":
            case.amount = -body.amount if body.act == "cash_out" else body.amount
            case.add(SHIFTS, (shift, "opening" if body.act == "open" else body.act, CASH), 1, body.amount)
        case "close":
            counted, expected = (sum(part.amount for part in parts) for parts in (body.counted, body.expected))
            case.amount = counted - expected
            for what, parts in (("counted", body.counted), ("expected", body.expected)):
                for part in parts:
                    case.add(SHIFTS, (shift, what, code(part.tender)), 1, part.amount)
        case _:
            pass


def _registered(case: Case, body: f.MemberRegistered) -> None:
    case.id, case.about = id_of(body.member), body.tier
    case.add(TOTALS, (case.day, case.branch, "members"), 1, 0)


def _changed(case: Case, body: f.MemberChanged) -> None:
    case.id, case.about = id_of(body.member), body.value


def _member_of(text: str) -> bytes:
    """Read an id in hexadecimal digits as stage 2 does: anything else is none."""
    try:
        return id_of(bytes.fromhex(text))
    except ValueError:
        return b""


def _session(case: Case, body: f.TimedSession) -> None:
    case.id, case.about = id_of(body.session), body.item


def _verdict(case: Case, body: f.Verdict) -> None:
    case.id, case.about = id_of(body.discrepancy), body.code


def _period(case: Case, body: f.Period) -> None:
    case.about = body.period


def _audit(case: Case, body: f.Audit) -> None:
    case.about = body.subject


def _incarnation(case: Case, body: Any) -> None:  # noqa: ANN401  four kinds of body with this field
    case.id = id_of(body.incarnation)


def _granted(case: Case, body: f.RightsGranted) -> None:
    case.id, case.about = id_of(body.incarnation), body.branch


_HANDLERS: Mapping[type, Callable[[Case, Any], None]] = {
    f.Sale: project_goods.sale,
    f.Refund: project_goods.refund,
    f.Release: project_goods.release,
    f.Claim: project_goods.claim,
    f.ClaimPaid: project_goods.claim_paid,
    f.Issue: project_value.issue,
    f.Withdraw: project_value.withdraw,
    f.Entitlement: project_value.entitlement,
    f.TimedSession: _session,
    f.ShiftAct: _shift,
    f.MemberRegistered: _registered,
    f.MemberChanged: _changed,
    f.Verdict: _verdict,
    f.Period: _period,
    f.Audit: _audit,
    f.IncarnationOpened: _incarnation,
    f.IncarnationClosed: _incarnation,
    f.IncarnationAccepted: _incarnation,
    f.IncarnationReleased: _incarnation,
    f.RightsGranted: _granted,
}
