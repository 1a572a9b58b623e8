"""Money into value: what a top-up gives, the lots it issues, and lots given for nothing (points by hand, campaigns)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from commerce.accounts import given
from commerce.checks import check_amount, check_int, check_text
from commerce.desk import Desk
from commerce.errors import InputError, RuleError
from commerce.facts import Fact, Issue, LotIssue, Tender, Terms
from commerce.journal import Journal
from commerce.limits import CODE_MAX, LOTS_PER_ISSUE_MAX, PER_MILLE_MAX, POINTS_MAX, STAGES_MAX, VALID_DAYS_MAX
from commerce.lots import BONUS, POINTS, PRINCIPAL
from commerce.moves import MONEY, Move, Reason, unit_of
from commerce.reference import TopUpRuleRow
from commerce.wallet import ORDERS


class TopUpIds(NamedTuple):
    """Ids for the lots of one top-up; `points` is the member's collecting points lot of this issuer and expiry."""

    principal: bytes
    bonus: bytes
    points: bytes


class TopUp(NamedTuple):
    """What one top-up issues. `staged`: bonus that HQ issues later, kept in `terms`."""

    paid: int
    bonus: int
    points: int
    terms: Terms
    lots: tuple[LotIssue, ...]


def check_rule(rule: TopUpRuleRow) -> TopUpRuleRow:
    """Return `rule` if its figures are in bounds and make sense, else InputError ``bad_rule`` or ``bad_amount``."""
    check_amount(rule.min_amount, "min_amount", 1)
    check_amount(rule.max_amount, "max_amount", rule.min_amount)
    check_amount(rule.bonus, "bonus")
    check_int(rule.bonus_per_mille, "bonus_per_mille", 0, PER_MILLE_MAX)
    check_int(rule.points, "points", 0, POINTS_MAX)
    check_int(rule.bonus_days, "bonus_days", 0, VALID_DAYS_MAX)
    check_int(len(rule.staged), "staged", 0, STAGES_MAX)
    for days, amount in rule.staged:
        check_int(days, "staged", 1, VALID_DAYS_MAX)
        check_amount(amount, "staged", 1)
    ratios = (rule.principal_ratio, rule.bonus_ratio)
    if rule.order not in ORDERS or any(min(ratio) < 0 or sum(ratio) == 0 for ratio in ratios):
        raise InputError("bad_rule", field="order" if rule.order not in ORDERS else "ratio")
    return rule


def bonus_of(rule: TopUpRuleRow, amount: int) -> int:
    """Return the bonus given at once for `amount`: the fixed part and per mille of it, floor."""
    return rule.bonus + amount * rule.bonus_per_mille // 1000


def plan_top_up(
    amount: int,
    rule: TopUpRuleRow | None,
    ids: TopUpIds,
    *,
    owner: bytes,
    issuer: str,
    day: str,
    owner_kind: str = "member",
    points_expire: str = "",
) -> TopUp:
    """Plan the lots that `amount` paid on `day` issues to `owner`; without a rule it is principal alone.

    Principal never expires; the bonus lot names it as its pair and both carry the same terms. RuleError
    ``rule_inactive``, ``below_minimum`` or ``above_maximum`` with the bound.
    """
    check_amount(amount, "amount", 1)
    if rule is None:
        terms = Terms(paid=amount)
        return TopUp(
            amount, 0, 0, terms, (_lot(ids.principal, PRINCIPAL, amount, owner, owner_kind, issuer, day, terms),)
        )
    if not rule.active:
        raise RuleError("rule_inactive", rule=rule.code)
    if amount < rule.min_amount:
        raise RuleError("below_minimum", asked=amount, limit=rule.min_amount)
    if amount > rule.max_amount:
        raise RuleError("above_maximum", asked=amount, limit=rule.max_amount)
    bonus = check_amount(bonus_of(rule, amount), "bonus")
    terms = Terms(
        order=rule.order,
        paid=amount,
        bonus=bonus,
        principal_ratio=rule.principal_ratio,
        bonus_ratio=rule.bonus_ratio,
        plan=rule.code,
        staged=rule.staged,
    )
    lots = [_lot(ids.principal, PRINCIPAL, amount, owner, owner_kind, issuer, day, terms)]
    if bonus:
        expires = plus_days(day, rule.bonus_days) if rule.bonus_days else ""
        lot = _lot(ids.bonus, BONUS, bonus, owner, owner_kind, issuer, day, terms)
        lots.append(lot._replace(expires_on=expires, pair=ids.principal))
    if rule.points:
        lot = _lot(ids.points, POINTS, rule.points, owner, owner_kind, issuer, day, Terms())
        lots.append(lot._replace(expires_on=points_expire))
    return TopUp(amount, bonus, rule.points, terms, tuple(lots))


def top_up_fact(
    desk: Desk,
    issue: bytes,
    number: str,
    member: bytes,
    plan: TopUp,
    *,
    tenders: tuple[Tender, ...],
    returned: Mapping[bytes, int] | None = None,
) -> Fact:
    """Build the fact of a top-up: money in, lots out; `returned` (lot → amount) goes back to HQ in the same entry.

    RuleError ``tender_mismatch`` unless the tenders, all in money, sum to what was paid.
    """
    journal = Journal()
    journal.take_money(desk.branch, tenders, plan.paid)
    return issue_fact(
        desk, "top_up", issue, number, member, plan.lots, journal, tenders, plan.terms.plan, "", returned or {}
    )


def given_fact(
    desk: Desk,
    issue: bytes,
    member: bytes,
    lots: tuple[LotIssue, ...],
    *,
    act: str,
    reason: str,
    rule: str = "",
    approved_by: str = "",
) -> Fact:
    """Build the fact of lots given for nothing: `act` ``points`` (by hand, with a reason) or ``campaign``."""
    if act not in {"points", "campaign"}:
        raise InputError("unknown_act", act=act[:32])
    if any(lot.asset in {PRINCIPAL, "gift_card", "credit"} for lot in lots):
        raise RuleError("money_is_not_given")
    fact = issue_fact(desk, act, issue, "", member, lots, Journal(), (), rule, check_text(reason, "reason"), {})
    assert isinstance(fact.body, Issue)
    return replace(fact, body=replace(fact.body, approved_by=check_text(approved_by, "approved_by", CODE_MAX)))


def plus_days(day: str, days: int) -> str:
    """Return the ISO date `days` after `day`: the last day of a validity of so many days."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        raise InputError("bad_day", start=day[:10], days=days) from None


def _lot(  # noqa: PLR0917 -- the columns of a lot
    lot: bytes, asset: str, amount: int, owner: bytes, owner_kind: str, issuer: str, day: str, terms: Terms
) -> LotIssue:
    return LotIssue(lot, owner, owner_kind, asset, issuer, amount, day, "", b"", terms)


def issue_fact(  # noqa: PLR0917 -- the columns of the fact
    desk: Desk,
    act: str,
    issue: bytes,
    number: str,
    member: bytes,
    lots: tuple[LotIssue, ...],
    journal: Journal,
    tenders: tuple[Tender, ...],
    rule: str,
    reason: str,
    returned: Mapping[bytes, int],
) -> Fact:
    """Build the fact of lots issued; `journal` has the money side, what is not money is given by the branch."""
    if not 1 <= len(lots) <= LOTS_PER_ISSUE_MAX:
        raise InputError("too_many", field="lots", limit=LOTS_PER_ISSUE_MAX)
    moves = [Move(lot.lot, Reason.ISSUE, check_amount(lot.amount, "amount", 1)) for lot in lots]
    for lot in lots:
        if unit_of(lot.asset) != MONEY:
            journal.add(given(desk.branch), unit_of(lot.asset), lot.amount)
        journal.add(lot.lot, unit_of(lot.asset), -lot.amount)
    issued = {lot.lot: lot.amount for lot in lots}
    for lot_id, amount in returned.items():
        if not 0 < amount <= issued.get(lot_id, 0):
            raise InputError("bad_return", amount=amount)
        moves.append(Move(lot_id, Reason.RETURN, amount))
    body = Issue(
        act=act,
        issue=issue,
        number=number,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        member=member,
        lots=lots,
        tenders=tenders,
        rule=rule,
        reason=reason,
    )
    return Fact("issue", body, tuple(moves), journal.postings())
