"""Values of the papers about card plans: sold, frozen, running again, taken back."""

from commerce.facts import Entitlement, Issue
from commerce.lots import BONUS, POINTS, PRINCIPAL
from commerce.plans.row import plan_of
from edge_node.devices.papers.figures import money, money_or_none, number_or_none
from edge_node.devices.papers.source import Act, Made, Source
from edge_node.devices.papers.trade import change_of, tenders


def plan(source: Source, body: Issue | Entitlement) -> Made:
    """Return the values of the paper of a plan's sale, or of what became of a period or discount card."""
    paid = sum(tender.amount for tender in body.tenders)
    code, number, made = _what(body)
    act = Act("plan", made, body.day, body.till, body.staff, paid, body.member, number)
    row = source.book.plans.get(code)
    lots = body.lots if isinstance(body, Issue) else ()
    given = {asset: sum(lot.amount for lot in lots if lot.asset == asset) for asset in (PRINCIPAL, BONUS, POINTS)}
    ends = {lot.expires_on for lot in lots if lot.expires_on}
    last_day = body.last_day if isinstance(body, Entitlement) else min(ends, default="")
    return {
        **source.common(act),
        **source.balances(),
        "act": source.wording.act(body.act),
        "plan": row.name if row else code,
        "total": money(paid),
        "principal": money_or_none(given[PRINCIPAL]),
        "bonus": money_or_none(given[BONUS]),
        "points_given": number_or_none(given[POINTS]),
        "uses": number_or_none(sum(lot.amount for lot in lots if plan_of(lot.asset))),
        "first_day": body.first_day if isinstance(body, Entitlement) else body.day,
        "last_day": last_day,
        "tenders": tenders(source, body.tenders),
        "change": money_or_none(change_of(body.tenders)),
        "reason": body.reason,
        "approved_by": source.staff(body.approved_by) if body.approved_by else "",
    }


def _what(body: Issue | Entitlement) -> tuple[str, str, bytes]:
    """Return the plan's code, the paper's number and the act's id."""
    if isinstance(body, Issue):
        return body.rule, body.number, body.issue
    return body.plan, body.number, body.entitlement
