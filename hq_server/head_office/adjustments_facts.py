"""The facts by which an adjustment is carried out: lots issued by HQ, or rights at HQ taken out of a member's lots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from commerce.accounts import HQ
from commerce.desk import Desk, hq_desk
from commerce.facts import Fact, Issue, LotIssue, Tender, Terms, Use
from commerce.journal import Journal
from commerce.limits import USES_MAX
from commerce.lots import BONUS, POINTS, PRINCIPAL, LotView, offered
from commerce.moves import MONEY, Move, Reason
from commerce.top_up import TopUpIds, given_fact, plan_top_up, top_up_fact
from commerce.withdrawal import Approval, deduct_fact, withdraw_fact
from hq_server.errors import Code, RefusedError
from hq_server.head_office.act import Act
from hq_server.ledger import aliases, lots
from hq_server.storage.database import Connection

ASSETS = (PRINCIPAL, BONUS, POINTS)
"""What can be put right: stored value and points; counts and coupons are sold and given as such."""

TENDER = "adjustment"
"""HQ's account ``cash:HQ:adjustment``: all money that was given or taken by adjustments."""


PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A proposal and what became of it. ``amount`` < 0: taken; ``last_day``: of what is given, "" for ever."""

    adjustment: bytes
    member: bytes
    asset: str
    amount: int
    last_day: str
    reason: str
    proposed_by: str
    proposed_at: int
    decided_by: str = ""
    decided_at: int = 0
    state: str = PROPOSED


def of(conn: Connection, act: Act, found: Adjustment, day: str, new_id: Callable[[], bytes]) -> list[Fact]:
    """Return the facts of a proposal that two people agreed on; RefusedError ``rights_short``."""
    desk = hq_desk(day, found.proposed_by)
    if found.amount > 0:
        return [_given(desk, act, found, new_id)]
    views = at_hand(conn, found.member, found.asset, -found.amount, day)
    uses = _uses(views, -found.amount)
    parts = [uses[start : start + USES_MAX] for start in range(0, len(uses), USES_MAX)]
    approval = Approval(act.by, found.reason)
    if found.asset == PRINCIPAL:
        return [_money_taken(desk, new_id(), found.member, part, approval) for part in parts]
    return [deduct_fact(desk, new_id(), found.member, "deduct", part, approval=approval) for part in parts]


def at_hand(conn: Connection, member: bytes, asset: str, amount: int, day: str) -> list[LotView]:
    """Return a member's lots of an asset as HQ's own rights see them, in the order of use.

    RefusedError ``rights_short`` with what lies at HQ: the rest has to be gathered first.
    """
    owners = [member, *aliases.merged_into(conn, [member]).get(member, [])]
    owned = [lot for of_owner in lots.of_owners(conn, owners).values() for lot in of_owner if lot.asset == asset]
    views = offered([lots.view(lot, max(0, lot.own)) for lot in owned], day)
    available = sum(view.rights for view in views)
    if available < amount:
        raise RefusedError(Code.RIGHTS_SHORT, asked=amount, available=available)
    return views


def _given(desk: Desk, act: Act, found: Adjustment, new_id: Callable[[], bytes]) -> Fact:
    """Issue what is given: money as if it had been paid by the tender of adjustments, all else for nothing."""
    if found.asset == PRINCIPAL:
        ids = TopUpIds(new_id(), new_id(), new_id())
        plan = plan_top_up(found.amount, None, ids, owner=found.member, issuer=HQ, day=desk.day)
        tenders = (Tender(TENDER, found.amount),)
        fact = top_up_fact(desk, found.adjustment, "", found.member, plan, tenders=tenders)
        return approved(fact, act.by, found.reason)
    lot = LotIssue(
        new_id(), found.member, "member", found.asset, HQ, found.amount, desk.day, found.last_day, b"", Terms()
    )
    kind = "points" if found.asset == POINTS else "campaign"
    return given_fact(desk, found.adjustment, found.member, (lot,), act=kind, reason=found.reason, approved_by=act.by)


def approved(fact: Fact, by: str, reason: str) -> Fact:
    """Return the fact of a top-up with who approved it, and why it was made."""
    assert isinstance(fact.body, Issue)
    return replace(fact, body=replace(fact.body, approved_by=by, reason=reason))


def _uses(views: Sequence[LotView], amount: int) -> list[Use]:
    """Take an amount out of lots in their order."""
    uses: list[Use] = []
    for view in views:
        part = min(view.rights, amount)
        if part > 0:
            value = part if view.asset == PRINCIPAL else 0
            uses.append(Use(view.lot, view.asset, view.issuer, part, value))
            amount -= part
    return uses


def _money_taken(desk: Desk, withdraw: bytes, member: bytes, uses: Sequence[Use], approval: Approval) -> Fact:
    """Take money that the member should never have had: as a payment by the tender of adjustments, bonus untouched."""
    journal = Journal()
    total = sum(use.amount for use in uses)
    tenders = (Tender(TENDER, total),)
    for use in uses:
        journal.add(use.lot, MONEY, use.amount)
    journal.take_money(desk.branch, tenders, total, -1)
    moves = [Move(use.lot, Reason.CASH_OUT, use.amount) for use in uses]
    return withdraw_fact(desk, "cash_out", withdraw, member, approval, uses, moves, journal, tenders)
