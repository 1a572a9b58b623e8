"""Period and discount cards: entitlements with dates, sold, frozen, thawed and ended by facts (ledger.md, end).

``after`` is the one function that turns a fact into the entitlement as it stands, for tills and head office alike.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from commerce.accounts import sales
from commerce.checks import check_text
from commerce.desk import Desk
from commerce.errors import RuleError
from commerce.facts import Entitlement, Fact, Tender
from commerce.journal import Journal
from commerce.moves import MONEY
from commerce.plan_sales import last_day_of
from commerce.plans.row import PlanRow
from commerce.reference import EntitlementRow, TierRow
from commerce.top_up import plus_days
from commerce.withdrawal import Approval


def valid(row: EntitlementRow, day: str) -> bool:
    """Whether an entitlement holds on a business day: within its days, and not frozen."""
    return row.first_day <= day <= row.last_day and not row.frozen_on


def lifted(tier: TierRow | None, entitled: Iterable[TierRow | None]) -> TierRow | None:
    """Return the tier under which a member is priced: its own, or the highest of discount cards that ranks above."""
    known = [row for row in (tier, *entitled) if row is not None]
    return max(known, key=lambda row: row.rank) if known else None


def after(row: EntitlementRow | None, body: Entitlement) -> EntitlementRow | None:
    """Return the entitlement after a fact, None once it is ended; `row` is how it stood before, None if unknown."""
    if body.act == "ended":
        return None
    frozen_on = body.day if body.act == "frozen" else ""
    if row is None:
        return EntitlementRow(body.entitlement, body.member, body.plan, body.first_day, body.last_day, frozen_on)
    return replace(row, first_day=body.first_day, last_day=body.last_day, frozen_on=frozen_on)


def sold_fact(
    desk: Desk, entitlement: bytes, number: str, member: bytes, plan: PlanRow, *, tenders: tuple[Tender, ...]
) -> Fact:
    """Build the fact of a period or discount card sold, valid from the business day on; all of it is sales at once.

    RuleError ``tender_mismatch`` unless the tenders, all in money, sum to the price; ``plan_inactive``.
    """
    if not plan.active:
        raise RuleError("plan_inactive", plan=plan.code)
    journal = Journal()
    journal.take_money(desk.branch, tenders, plan.price)
    journal.add(sales(desk.branch), MONEY, -plan.price)
    row = EntitlementRow(entitlement, member, plan.code, desk.day, last_day_of(plan, desk.day))
    return _fact(desk, "sold", row, Approval("", ""), journal, number=number, tenders=tenders)


def freeze_fact(desk: Desk, row: EntitlementRow, approval: Approval) -> Fact:
    """Build the fact of a freeze, from this business day on; RuleError ``already_frozen``, ``plan_over``."""
    if row.frozen_on:
        raise RuleError("already_frozen", since=row.frozen_on)
    if row.last_day < desk.day:
        raise RuleError("plan_over", last_day=row.last_day)
    return _fact(desk, "frozen", row, approval, Journal())


def thaw_fact(desk: Desk, row: EntitlementRow, approval: Approval) -> Fact:
    """Build the fact of a thaw: valid again from this day on, the end moved by the days frozen.

    RuleError ``not_frozen``.
    """
    if not row.frozen_on:
        raise RuleError("not_frozen")
    days = max(0, (date.fromisoformat(desk.day) - date.fromisoformat(row.frozen_on)).days)
    moved = replace(row, last_day=plus_days(row.last_day, days), frozen_on="")
    return _fact(desk, "thawed", moved, approval, Journal(), frozen_days=days)


def end_fact(desk: Desk, row: EntitlementRow, approval: Approval, *, tenders: tuple[Tender, ...], paid: int) -> Fact:
    """Build the fact that a card is taken back by the branch that sold it: all that was `paid` goes back.

    Whether it was used is the till's to check. RuleError ``tender_mismatch``.
    """
    journal = Journal()
    journal.take_money(desk.branch, tenders, paid, -1)
    journal.add(sales(desk.branch), MONEY, paid)
    return _fact(desk, "ended", row, approval, journal, tenders=tenders)


def _fact(
    desk: Desk,
    act: str,
    row: EntitlementRow,
    approval: Approval,
    journal: Journal,
    *,
    number: str = "",
    frozen_days: int = 0,
    tenders: tuple[Tender, ...] = (),
) -> Fact:
    body = Entitlement(
        act=act,
        entitlement=row.entitlement,
        plan=row.plan,
        member=row.member,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        approved_by=check_text(approval.by, "approved_by"),
        number=number,
        first_day=row.first_day,
        last_day=row.last_day,
        frozen_days=frozen_days,
        tenders=tenders,
        reason=check_text(approval.reason, "reason"),
    )
    return Fact("entitlement", body, (), journal.postings())
