"""Top-up: money in, lots out. What HQ does not want kept here goes back in the same entry, if HQ was heard just now."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commerce.checks import check_amount
from commerce.cut import cut
from commerce.facts import LotIssue, Tender
from commerce.lots import BONUS, PRINCIPAL
from commerce.rights import Holding
from commerce.tender import Available, Offer, settle
from commerce.top_up import TopUpIds, plan_top_up, top_up_fact
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import balances, change_log, link_state, members, payments, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.rights import wallet
from edge_node.storage.database import Connection
from edge_node.till.at import At, desk
from edge_node.till.checkout import points_lot
from edge_node.till.numbering import next_number
from edge_node.till.papers import hand_out


class TopUpOrder(NamedTuple):
    """Money for value. ``rule`` "" : no bonus. ``offers``: cash and external tenders that pay `amount`."""

    member: bytes
    amount: int
    rule: str
    offers: Sequence[Offer]


class ToppedUp(NamedTuple):
    """A top-up that happened. ``returned``: what went back to HQ at once; ``balances``: usable here, per asset.

    ``paper``: the print job that waits to be asked for, 0: the receipt is printed.
    """

    issue: bytes
    number: str
    paid: int
    bonus: int
    points: int
    returned: int
    tenders: tuple[Tender, ...]
    change: int
    balances: dict[str, int]
    entry: Committed
    paper: int


def top_up(conn: Connection, at: At, order: TopUpOrder, *, paper: bool = True) -> ToppedUp:
    """Issue value to a member for money; `paper`: with a receipt of its own.

    NotNowError ``stored_value_stopped`` or ``member_frozen``; MendInputError ``amount_not_allowed`` above the till's or
    the law's cap as far as it is known here; commerce errors of the rule and of the tenders.
    """
    where = desk(conn, at)
    before = change_log.head(conn, at.node.no)
    if before.stopped:
        raise NotNowError(Code.STORED_VALUE_STOPPED, reason=before.stopped)
    card = members.by_id(conn, order.member)
    if card.frozen:
        raise NotNowError(Code.MEMBER_FROZEN, member=card.member.hex())
    has = wallet(conn, at.node, card.member)
    had = has.here(where.day)
    check_cap(conn, at, card.member, had.get(PRINCIPAL, 0), order.amount)
    settled = settle(order.amount, order.offers, Available(), at.book.settings.tenders._replace(redeem=None))
    rule = at.book.top_up_rule(order.rule)
    points = points_lot(at, has, card.member, where.day, rule.points if rule else 0)
    plan = plan_top_up(
        order.amount,
        rule,
        TopUpIds(at.new_id(), at.new_id(), points.lot),
        owner=card.member,
        issuer=at.node.branch,
        day=where.day,
        points_expire=points.expires_on,
    )
    plan = plan._replace(lots=at.book.clearing.share(plan.lots, order.rule, where.day))
    returned = returned_at_once(conn, at, card.member, plan.lots)
    issue, number = at.new_id(), next_number(conn, at, where.day, before.seq + 1)
    fact = top_up_fact(where, issue, number, card.member, plan, tenders=settled.tenders, returned=returned)
    held = has.held
    for lot in plan.lots:
        held.setdefault(lot.lot, Holding())
    payments.use(conn, at.till, at.book.settings.till, settled.tenders, issue)
    written = commit(conn, at.node, fact, at.now, held=held, before=before)
    left = wallet(conn, at.node, card.member).here(where.day)
    seen = print_jobs.seen_balances(had, left)
    job = hand_out(conn, at, "top_up", written.id, settled.tenders, seen) if paper else 0
    gone = sum(returned.values())
    return ToppedUp(
        issue, number, order.amount, plan.bonus, plan.points, gone, settled.tenders, settled.change, left, written, job
    )


def check_cap(conn: Connection, at: At, member: bytes, here: int, amount: int) -> None:
    """Refuse what passes the till's bound or the cap of the law, as far as this branch knows the balance."""
    check_amount(amount, "amount", 1)
    if amount > limits.TOP_UP_MAX:
        raise MendInputError(Code.AMOUNT_NOT_ALLOWED, limit=limits.TOP_UP_MAX)
    cap = at.book.settings.balance_cap
    if not cap:
        return
    row = balances.chain_balance(conn, member)
    known = max(here, dict(row.balances).get(PRINCIPAL, 0) if row else 0)
    if known + amount > cap:
        raise MendInputError(Code.AMOUNT_NOT_ALLOWED, limit=cap, balance=known)


def returned_at_once(conn: Connection, at: At, member: bytes, lots: Iterable[LotIssue]) -> dict[bytes, int]:
    """Choose what goes back to HQ at once: principal and bonus in the ratio in which they were issued."""
    if at.node.standalone or not link_state.fresh(conn, at.now):
        return {}
    keep = balances.keep_per_mille(conn, member)
    value = [lot for lot in lots if lot.asset in {PRINCIPAL, BONUS}]
    whole = sum(lot.amount for lot in value)
    parts = cut(whole * (1000 - keep) // 1000, [lot.amount for lot in value])
    return {lot.lot: part for lot, part in zip(value, parts, strict=True) if part}
