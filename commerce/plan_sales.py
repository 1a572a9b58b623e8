"""Plans whose content is a lot (count, timed, stored value, points): sold, and taken back whole and unused.

Uses are sold ahead: what they are worth together, ⌊price / uses⌋ each, waits in ``prepaid:<issuer>`` until they are
used, expire or are taken back; what does not divide is sales at once.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from commerce.accounts import given, prepaid, sales
from commerce.desk import Desk
from commerce.errors import InputError, RuleError
from commerce.facts import Fact, Issue, LotIssue, Tender, Terms, Use
from commerce.journal import Journal
from commerce.lots import BONUS, POINTS, PRINCIPAL, LotView, Pair
from commerce.moves import MONEY, Move, Reason, unit_of
from commerce.plans.cover import use_worth
from commerce.plans.row import COUNTED, DATED, PlanRow, uses_asset
from commerce.reference import TopUpRuleRow
from commerce.top_up import TopUpIds, issue_fact, plan_top_up, plus_days
from commerce.wallet import take_points
from commerce.withdrawal import Approval, undo_fact, withdraw_fact


class Bought(NamedTuple):
    """What one plan issues. ``last_day`` "": for ever."""

    plan: PlanRow
    lots: tuple[LotIssue, ...]
    last_day: str

    def sum_of(self, asset: str) -> int:
        """How much of one asset it issues."""
        return sum(lot.amount for lot in self.lots if lot.asset == asset)


def last_day_of(plan: PlanRow, day: str) -> str:
    """Return the last business day of what is sold on `day`, which is the first; "" for ever."""
    return plus_days(day, plan.days - 1) if plan.days else ""


def plan_lots(plan: PlanRow, ids: TopUpIds, *, owner: bytes, issuer: str, day: str) -> Bought:
    """Plan the lots that a plan sold on `day` issues to `owner`; a count's lot takes the id ``ids.principal``.

    RuleError ``plan_inactive``; InputError ``bad_rule`` for a kind without lots.
    """
    if not plan.active:
        raise RuleError("plan_inactive", plan=plan.code)
    if plan.kind in DATED:
        raise InputError("bad_rule", field="kind")
    last_day = last_day_of(plan, day)
    if plan.kind == "stored_value":
        lots = plan_top_up(plan.price, _as_rule(plan), ids, owner=owner, issuer=issuer, day=day).lots
        return Bought(plan, tuple(lot._replace(expires_on=last_day) if lot.pair else lot for lot in lots), last_day)
    if plan.kind in COUNTED:
        terms = Terms(paid=plan.price, principal_ratio=plan.principal_ratio, plan=plan.code, uses=plan.uses)
        lot, asset, amount = ids.principal, uses_asset(plan.code), plan.uses
    else:
        terms, lot, asset, amount = Terms(), ids.points, POINTS, plan.points
    issue = LotIssue(lot, owner, "member", asset, issuer, amount, day, last_day, b"", terms)
    return Bought(plan, (issue,), last_day)


def _as_rule(plan: PlanRow) -> TopUpRuleRow:
    """A stored-value plan is a top-up of one amount."""
    return TopUpRuleRow(
        plan.code,
        plan.name,
        min_amount=plan.price,
        max_amount=plan.price,
        bonus=plan.bonus,
        order=plan.order,
        principal_ratio=plan.principal_ratio,
        bonus_ratio=plan.bonus_ratio,
    )


def bought_fact(
    desk: Desk,
    issue: bytes,
    number: str,
    member: bytes,
    bought: Bought,
    *,
    tenders: tuple[Tender, ...],
    returned: Mapping[bytes, int] | None = None,
) -> Fact:
    """Build the fact of a plan sold: money in, lots out; `returned` goes back to HQ in the same entry.

    RuleError ``tender_mismatch`` unless the tenders, all in money, sum to the price.
    """
    plan, journal = bought.plan, Journal()
    journal.take_money(desk.branch, tenders, plan.price)
    _post_price(journal, desk.branch, plan.price, bought.lots, 1)
    return issue_fact(desk, "plan", issue, number, member, bought.lots, journal, tenders, plan.code, "", returned or {})


def take_back_fact(
    desk: Desk,
    withdraw: bytes,
    issue: Issue,
    views: Sequence[LotView],
    *,
    tenders: tuple[Tender, ...],
    approval: Approval,
) -> Fact:
    """Build the fact that a plan sold by this branch is taken back: all that was paid goes back.

    `views`: the member's lots with rights here. RuleError ``plan_used`` unless all of it is here, unused;
    ``pair_not_whole`` says so of stored value.
    """
    mine = {view.lot: view for view in views}
    if any(lot.asset == PRINCIPAL for lot in issue.lots):
        head = next(mine.get(lot.lot) for lot in issue.lots if lot.asset == PRINCIPAL)
        bonuses = tuple(mine[lot.lot] for lot in issue.lots if lot.asset == BONUS and lot.lot in mine)
        pair = Pair(head, bonuses)
        return undo_fact(desk, withdraw, issue.member, pair, issue=issue.issue, tenders=tenders, approval=approval)
    paid = sum(tender.amount for tender in issue.tenders)
    journal = Journal()
    uses: list[Use] = []
    for lot in issue.lots:
        uses += _whole(lot, mine, views, desk.day)
    for use in uses:
        journal.add(use.lot, unit_of(use.asset), use.amount)
        journal.add(given(use.issuer), unit_of(use.asset), -use.amount)
    journal.take_money(desk.branch, tenders, paid, -1)
    _post_price(journal, desk.branch, paid, issue.lots, -1)
    moves = [Move(use.lot, Reason.UNDO, use.amount, issue.issue) for use in uses]
    return withdraw_fact(desk, "undo", withdraw, issue.member, approval, uses, moves, journal, tenders, issue.issue)


def _whole(lot: LotIssue, mine: Mapping[bytes, LotView], views: Sequence[LotView], day: str) -> Sequence[Use]:
    """Return the uses that take a lot back whole; points lie in a lot that also collects others, and are alike."""
    if lot.asset == POINTS:
        taken, lacking = take_points(views, day, lot.amount, lot.lot)
        if lacking:
            raise RuleError("plan_used", asked=lot.amount, available=lot.amount - lacking)
        return taken
    here = mine[lot.lot].rights if lot.lot in mine else 0
    if here != lot.amount:
        raise RuleError("plan_used", asked=lot.amount, available=here)
    worth = lot.amount * use_worth(lot.terms)
    return (Use(lot.lot, lot.asset, lot.issuer, lot.amount, lot.terms.paid, worth),)


def _post_price(journal: Journal, branch: str, paid: int, lots: Sequence[LotIssue], sign: int) -> None:
    """Post what was paid: for uses to what is owed in services, the rest is sales; principal stands for itself."""
    ahead = sum(lot.amount * use_worth(lot.terms) for lot in lots)
    at_once = paid - ahead - sum(lot.amount for lot in lots if lot.asset == PRINCIPAL)
    journal.add(prepaid(branch), MONEY, -sign * ahead)
    journal.add(sales(branch), MONEY, -sign * at_once)
