"""What becomes of period and discount cards: the last change in the order of arrival wins, what ended stays ended."""

from datetime import date

from commerce.entitlements import after
from commerce.facts import Entitlement
from commerce.limits import CODE_MAX
from hq_server.ledger.changes import entitlement_mark
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.ledger.entitlements import ENDED, HELD, Held
from hq_server.reconcile.actions import Case
from sync_protocol.limits import ID

ACTS = frozenset({"sold", "frozen", "thawed", "ended"})


def change(case: Case, body: Entitlement) -> None:
    """Apply one act; what does not fit what HQ knows is shown, what cannot be one is not applied."""
    if body.act not in ACTS:
        return
    known = case.book.entitlements.get(body.entitlement)
    name = body.entitlement.hex()
    if not _is_sound(body) or (known is not None and known.state == ENDED):
        case.find(Code.ENTITLEMENT_DIFFERS, 0, 0, name)
        return
    if known is None:
        if body.act != "sold":
            case.find(Code.ENTITLEMENT_UNKNOWN, 0, 0, name)
        known = Held(body.entitlement, body.member, body.plan, case.log.branch, body.first_day, body.last_day, "", HELD)
    elif body.act == "sold":
        case.find(Code.ENTITLEMENT_TWICE, 1, 2, name)
        return
    else:
        _compare(case, known, body)
        if body.act == "ended" and not case.log.is_hq and case.log.branch != known.branch:
            case.find(Code.FOREIGN_MOVE, 0, 0, name)  # who was paid takes it back
    row = after(known.row, body)
    if row is None:
        now = known._replace(state=ENDED)
    else:
        now = known._replace(first_day=row.first_day, last_day=row.last_day, frozen_on=row.frozen_on)
    case.book.entitlements[body.entitlement] = now
    case.plan.entitlements.add(body.entitlement)
    case.plan.marks.add(entitlement_mark(body.entitlement))


def _compare(case: Case, known: Held, body: Entitlement) -> None:
    """Show dates that do not follow from what HQ knows: only a thaw moves the last day, by the days it stood still."""
    stood = 0
    if body.act == "thawed" and known.frozen_on:
        stood = max(0, _days(body.day) - _days(known.frozen_on))
    expected, found = _days(known.last_day) + stood, _days(body.last_day)
    if (expected, known.first_day, known.member, known.plan) != (found, body.first_day, body.member, body.plan):
        case.find(Code.ENTITLEMENT_DIFFERS, expected, found, body.entitlement.hex())


def _is_sound(body: Entitlement) -> bool:
    """Whether ids and dates can be what they say."""
    days = (body.day, body.first_day, body.last_day)
    return (
        len(body.entitlement) == ID
        and len(body.member) == ID
        and 0 < len(body.plan) <= CODE_MAX
        and all(_days(day) for day in days)
        and body.first_day <= body.last_day
    )


def _days(day: str) -> int:
    """Number a day of the calendar; 0: the text is none."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return 0
    return found.toordinal() if found.isoformat() == day else 0
