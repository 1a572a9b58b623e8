"""Values of the papers about a member's value: top-up, points given, value taken back, gifts, transfers."""

from commerce.facts import Issue, Withdraw
from commerce.lots import BONUS, POINTS, PRINCIPAL
from commerce.plans.row import plan_of
from edge_node.devices.papers.figures import money, money_or_none, number_or_none
from edge_node.devices.papers.source import Act, Made, Source
from edge_node.devices.papers.trade import change_of, tenders
from edge_node.ledger import bodies


def top_up(source: Source, body: Issue) -> Made:
    """Return the values of a top-up's receipt."""
    given = {asset: sum(lot.amount for lot in body.lots if lot.asset == asset) for asset in (PRINCIPAL, BONUS, POINTS)}
    paid = sum(tender.amount for tender in body.tenders)
    act = Act("top_up", body.issue, body.day, body.till, body.staff, paid, body.member, body.number)
    rule = source.book.top_up_rules.get(body.rule)
    return {
        **source.common(act),
        **source.balances(),
        "act": source.wording.act(body.act),
        "rule": rule.name if rule else "",
        "total": money(paid),
        "principal": money_or_none(given[PRINCIPAL]),
        "bonus": money_or_none(given[BONUS]),
        "points_given": number_or_none(given[POINTS]),
        "value": money(given[PRINCIPAL] + given[BONUS]),
        "tenders": tenders(source, body.tenders),
        "change": money_or_none(change_of(body.tenders)),
        "reason": body.reason,
    }


def gift_card(source: Source, body: Issue) -> Made:
    """Return the values of the paper that is a gift card: its number stands in the job alone, not in any log."""
    paid = sum(tender.amount for tender in body.tenders)
    act = Act("top_up", body.issue, body.day, body.till, body.staff, paid, b"", body.number)
    card = bodies.decode(str, source.job.seen) if source.job.seen else ""
    return {
        **source.common(act),
        "card": card,
        "card_shown": " ".join(card[place : place + 4] for place in range(0, len(card), 4)),
        "total": money(paid),
        "tenders": tenders(source, body.tenders),
        "change": money_or_none(change_of(body.tenders)),
    }


def withdraw(source: Source, body: Withdraw) -> Made:
    """Return the values of a slip about value taken back: an undone top-up, a cash-out."""
    taken = {asset: sum(use.amount for use in body.uses if use.asset == asset) for asset in (PRINCIPAL, BONUS, POINTS)}
    paid = sum(tender.amount for tender in body.tenders)
    act = Act("withdraw", body.withdraw, body.day, body.till, body.staff, paid, body.member)
    return {
        **source.common(act),
        **source.balances(),
        "act": source.wording.act(body.act),
        "total": money(paid),
        "principal": money_or_none(taken[PRINCIPAL]),
        "bonus": money_or_none(taken[BONUS]),
        "points_taken": number_or_none(taken[POINTS]),
        "uses_taken": number_or_none(sum(use.amount for use in body.uses if plan_of(use.asset))),
        "tenders": tenders(source, body.tenders),
        "reason": body.reason,
        "approved_by": source.staff(body.approved_by),
    }


def slip(source: Source, body: Withdraw) -> Made:
    """Return the values of a slip about value that left a member without money: a gift redeemed, a transfer."""
    taken = {asset: sum(use.amount for use in body.uses if use.asset == asset) for asset in (PRINCIPAL, BONUS, POINTS)}
    act = Act("withdraw", body.withdraw, body.day, body.till, body.staff, 0, body.member)
    return {
        **source.common(act),
        **source.balances(),
        "act": source.wording.act(body.act),
        "to": source.name(body.reference) if body.act == "transfer" else "",
        "principal": money_or_none(taken[PRINCIPAL]),
        "bonus": money_or_none(taken[BONUS]),
        "points_taken": number_or_none(taken[POINTS]),
        "reason": body.reason,
        "approved_by": source.staff(body.approved_by) if body.approved_by else "",
    }
