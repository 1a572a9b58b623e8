"""Card plans at the till: sold, held, frozen and thawed, taken back whole and unused."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from commerce.entitlements import end_fact, freeze_fact, sold_fact, thaw_fact
from commerce.errors import RuleError
from commerce.facts import Entitlement, Fact, Issue, Tender
from commerce.lots import POINTS, PRINCIPAL
from commerce.plan_sales import Bought, bought_fact, last_day_of, plan_lots, take_back_fact
from commerce.plans.row import DATED, PlanRow
from commerce.rights import Holding
from commerce.tender import CASH, Available, Offer, Settled, settle
from commerce.top_up import TopUpIds
from commerce.withdrawal import Approval
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies, change_log, entitlements, members, payments, print_jobs
from edge_node.ledger.change_log import read_entry, split_id
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.entitlements import Known
from edge_node.ledger.rights import Wallet, wallet
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk
from edge_node.till.buyers import pieces_since
from edge_node.till.numbering import next_number
from edge_node.till.papers import hand_out
from edge_node.till.top_up import check_cap, returned_at_once
from sync_protocol.entry import decode_entry


class PlanOrder(NamedTuple):
    """A plan for a member, what is offered for it, and the price that the cashier was shown (None: not checked)."""

    member: bytes
    plan: str
    offers: Sequence[Offer]
    total: int | None = None


class PlanSold(NamedTuple):
    """A plan that was sold. ``issue``: its id, by which it is frozen or taken back; ``balances``: usable here.

    ``paper``: the print job that waits to be asked for, 0: the paper is printed.
    """

    issue: bytes
    number: str
    plan: str
    name: str
    kind: str
    paid: int
    tenders: tuple[Tender, ...]
    change: int
    first_day: str
    last_day: str
    uses: int
    points: int
    bonus: int
    balances: dict[str, int]
    entry: Committed
    paper: int = 0


class TakenBack(NamedTuple):
    """A plan that was taken back, and the money handed out."""

    id: bytes
    member: bytes
    tenders: tuple[Tender, ...]
    entry: Committed


def sell(conn: Connection, at: At, order: PlanOrder) -> PlanSold:
    """Sell a plan to a member for money.

    MendInputError ``unknown_rule``; NotNowError ``member_frozen``, ``stored_value_stopped``, ``total_changed``;
    commerce errors of the plan and of the tenders.
    """
    where = desk(conn, at)
    plan = at.book.plans.get(order.plan)
    if plan is None:
        raise MendInputError(Code.UNKNOWN_RULE, rule=order.plan[:32])
    if order.total is not None and order.total != plan.price:
        raise NotNowError(Code.TOTAL_CHANGED, shown=order.total, total=plan.price)
    card = members.by_id(conn, order.member)
    if card.frozen:
        raise NotNowError(Code.MEMBER_FROZEN, member=card.member.hex())
    has = wallet(conn, at.node, card.member)
    had = has.here(where.day)
    settled = settle(plan.price, order.offers, Available(), at.book.settings.tenders._replace(redeem=None))
    before = change_log.head(conn, at.node.no)
    issue, number = at.new_id(), next_number(conn, at, where.day, before.seq + 1)
    if plan.kind in DATED:
        fact = sold_fact(where, issue, number, card.member, plan, tenders=settled.tenders)
    else:
        if before.stopped:
            raise NotNowError(Code.STORED_VALUE_STOPPED, reason=before.stopped)
        bought = _lots(conn, at, plan, has, (card.member, issue, where.day))
        bought = bought._replace(lots=at.book.clearing.share(bought.lots, plan.code, where.day))
        returned = returned_at_once(conn, at, card.member, bought.lots)
        fact = bought_fact(where, issue, number, card.member, bought, tenders=settled.tenders, returned=returned)
        for lot in bought.lots:
            has.held.setdefault(lot.lot, Holding())
    payments.use(conn, at.till, at.book.settings.till, settled.tenders, issue)
    written = commit(conn, at.node, fact, at.now, held=has.held, before=before)
    left = wallet(conn, at.node, card.member).here(where.day)
    paper = hand_out(conn, at, "plan", written.id, settled.tenders, print_jobs.seen_balances(had, left))
    return _sold(plan, (issue, number, where.day), settled, left, written)._replace(paper=paper)


def _sold(
    plan: PlanRow, what: tuple[bytes, str, str], settled: Settled, left: dict[str, int], written: Committed
) -> PlanSold:
    issue, number, day = what
    return PlanSold(
        issue,
        number,
        plan.code,
        plan.name,
        plan.kind,
        plan.price,
        settled.tenders,
        settled.change,
        day,
        last_day_of(plan, day),
        plan.uses,
        plan.points,
        plan.bonus,
        left,
        written,
    )


def _lots(conn: Connection, at: At, plan: PlanRow, has: Wallet, what: tuple[bytes, bytes, str]) -> Bought:
    """Plan the lots: a count's lot bears the id of its issue, points go where points of this expiry collect."""
    member, issue, day = what
    if plan.kind == "stored_value":
        check_cap(conn, at, member, has.here(day).get(PRINCIPAL, 0), plan.price)
    collecting = has.collecting_lot(last_day_of(plan, day))
    points = collecting.lot if collecting else at.new_id()
    bought = plan_lots(plan, TopUpIds(issue, at.new_id(), points), owner=member, issuer=at.node.branch, day=day)
    if collecting is None:
        return bought
    opened = collecting.opened_on
    lots = tuple(lot._replace(opened_on=opened) if lot.asset == POINTS else lot for lot in bought.lots)
    return bought._replace(lots=lots)


def freeze(conn: Connection, at: At, card: bytes, reason: str, approver: Staff | None, *, frozen: bool) -> bytes:
    """Freeze a period or discount card from today on, or let it run again, its end moved by the days between.

    Return whose it is. MendInputError ``unknown_issue``, ``reason_needed``; commerce RuleError
    ``already_frozen``, ``not_frozen``, ``plan_over``.
    """
    by = approved(approver)
    where = desk(conn, at)
    if not reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    known = entitlements.needed(conn, card)
    made = freeze_fact if frozen else thaw_fact
    commit(conn, at.node, made(where, known.row, Approval(by.number, reason)), at.now)
    return known.row.member


def undo(conn: Connection, at: At, plan: bytes, reason: str, approver: Staff | None, *, in_cash: bool) -> TakenBack:
    """Take a plan of this branch back, as long as nobody used any of it; all that was paid goes back.

    MendInputError ``unknown_issue`` (also of what another branch sold); NotNowError ``issue_undone``,
    ``amount_not_allowed`` when too many days went by; commerce RuleError ``plan_used``, ``pair_not_whole``.
    """
    by = approved(approver)
    where = desk(conn, at)
    if not reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    sold = _issue(conn, plan) or _card(conn, plan)
    age = (date.fromisoformat(where.day) - date.fromisoformat(sold.day)).days
    if age > at.book.settings.undo_days:
        raise NotNowError(Code.AMOUNT_NOT_ALLOWED, days=age, limit=at.book.settings.undo_days)
    paid = sum(tender.amount for tender in sold.tenders)
    tenders = ((Tender(CASH, paid),) if paid else ()) if in_cash else sold.tenders
    has, number = wallet(conn, at.node, sold.member), at.new_id()
    had, approval = has.here(where.day), Approval(by.number, reason)
    if isinstance(sold, Issue):
        fact: Fact = take_back_fact(where, number, sold, has.views, tenders=tenders, approval=approval)
    else:
        known = entitlements.needed(conn, plan)
        _check_unused(conn, at, known)
        fact = end_fact(where, known.row, approval, tenders=tenders, paid=paid)
    written = commit(conn, at.node, fact, at.now, held=has.held)
    payments.give_back(conn, plan, tenders, at.new_id, at.now)
    seen = print_jobs.seen_balances(had, wallet(conn, at.node, sold.member).here(where.day))
    kind = "withdraw" if isinstance(sold, Issue) else "plan"
    drawer = at.book.settings.tenders.opens_drawer(tenders)
    print_jobs.add(conn, kind, written.id, at.till, at.now, drawer=drawer, seen=seen)
    return TakenBack(number if isinstance(sold, Issue) else plan, sold.member, tenders, written)


def _issue(conn: Connection, issue: bytes) -> Issue | None:
    """Read the sale of a plan with lots; NotNowError ``issue_undone``."""
    row = conn.execute("SELECT id, undone FROM issues WHERE issue = ? AND act = 'plan'", (issue,)).fetchone()
    if row is None:
        return None
    if row[1]:
        raise NotNowError(Code.ISSUE_UNDONE, issue=issue.hex())
    return bodies.decode(Issue, _body(conn, row[0]))


def _card(conn: Connection, card: bytes) -> Entitlement:
    """Read the sale of a dated card; MendInputError ``unknown_issue`` when this branch did not sell it."""
    known = entitlements.needed(conn, card)
    if not known.entry:
        raise MendInputError(Code.UNKNOWN_ISSUE, issue=card.hex())
    return bodies.decode(Entitlement, _body(conn, known.entry))


def _body(conn: Connection, entry: int) -> bytes:
    stored = read_entry(conn, *split_id(entry))
    assert stored is not None
    return decode_entry(stored.entry).body


def _check_unused(conn: Connection, at: At, known: Known) -> None:
    """RuleError ``plan_used`` when the card covered or lowered anything here that was not given back."""
    row = known.row
    plan = at.book.plans.get(row.plan)
    codes = {"tier", "level"} if plan is not None and plan.kind == "discount" else {f"plan:{row.plan}"}
    pieces = pieces_since(conn, row.member, codes, known.entry)
    if pieces:
        raise RuleError("plan_used", asked=1, available=0)
