"""Refund in the branch that sold: value back to the very lots that paid, each sold quantity once."""

from datetime import date
from typing import NamedTuple

from commerce.facts import Tender, Use
from commerce.refund import pay_back, plan_refund, refund_fact
from edge_node.errors import AskPersonError, Code, MendInputError, NotNowError
from edge_node.ledger import claims, orders, payments, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.projections import remains_of
from edge_node.ledger.rights import EMPTY, wallet
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till import moments
from edge_node.till.at import At, approved, desk
from edge_node.till.papers import hand_out


class RefundOrder(NamedTuple):
    """What comes back: (line of the sale from 0, thousandths); the money in cash, or by the sale's own tenders."""

    sale: bytes
    lines: tuple[tuple[int, int], ...]
    in_cash: bool
    reason: str


class Refunded(NamedTuple):
    """A refund that happened: ``amount`` = money + what the uses are worth; ``points_owed`` the member owes.

    ``paper``: the print job that waits to be asked for, 0: the paper is printed.
    """

    refund: bytes
    amount: int
    money: int
    tenders: tuple[Tender, ...]
    uses: tuple[Use, ...]
    points_back: int
    points_owed: int
    entry: Committed
    paper: int


class Preview(NamedTuple):
    """What a refund would give back, and by which tenders; ``points_back``: earned ones it would claim back."""

    amount: int
    money: int
    tenders: tuple[Tender, ...]
    uses: tuple[Use, ...]
    points_back: int


def preview(conn: Connection, at: At, sale: bytes, lines: tuple[tuple[int, int], ...], *, in_cash: bool) -> Preview:
    """Work a refund out without doing it; refuses what ``refund`` would refuse."""
    _check_own(conn, sale)
    _check_window(conn, at, sale, moments.today(conn, at.book, at.till, at.now))
    remains = remains_of(conn, sale)
    assert remains is not None
    plan = plan_refund(remains, lines)
    return Preview(plan.amount, plan.money, pay_back(plan, in_cash=in_cash), plan.uses, plan.points)


def refund(conn: Connection, at: At, order: RefundOrder, approver: Staff | None) -> Refunded:
    """Take goods of this branch's sale back, approved by a shift lead.

    MendInputError ``unknown_sale`` (maybe another branch's: claim it there), AskPersonError ``sale_needs_claim`` when
    the incarnation that sold was closed, NotNowError ``refund_too_late``, commerce RuleError ``already_refunded`` with
    what remains.
    """
    by = approved(approver)
    where = desk(conn, at)
    if not order.reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    _check_own(conn, order.sale)
    _check_window(conn, at, order.sale, where.day)
    remains = remains_of(conn, order.sale)
    assert remains is not None
    plan = plan_refund(remains, order.lines)
    has = wallet(conn, at.node, remains.member) if remains.member else EMPTY
    had = has.here(where.day)
    tenders = pay_back(plan, in_cash=order.in_cash)
    number = at.new_id()
    fact = refund_fact(
        where,
        number,
        plan,
        tenders=tenders,
        approved_by=by.number,
        reason=order.reason,
        points_views=has.views,
    )
    written = commit(conn, at.node, fact, at.now)
    payments.give_back(conn, order.sale, tenders, at.new_id, at.now)
    orders.obey(conn, at.node, [use.lot for use in plan.uses], at.now, at.new_id)
    seen = b""
    if remains.member:
        seen = print_jobs.seen_balances(had, wallet(conn, at.node, remains.member).here(where.day))
    paper = hand_out(conn, at, "refund", written.id, tenders, seen)
    owed = getattr(fact.body, "points_owed", 0)
    return Refunded(number, plan.amount, plan.money, tenders, plan.uses, plan.points - owed, owed, written, paper)


def _check_own(conn: Connection, sale: bytes) -> None:
    """Check that this node may refund a sale by itself: it sold it, in an incarnation that nobody closed.

    What a closed incarnation sold may have been refunded by its other copy: two people at HQ release it, by a claim.
    """
    ours = claims.refundable(conn, sale)
    if ours is None:
        raise MendInputError(Code.UNKNOWN_SALE, sale=sale.hex())
    if not ours:
        raise AskPersonError(Code.SALE_NEEDS_CLAIM, sale=sale.hex())


def _check_window(conn: Connection, at: At, sale: bytes, today: str) -> None:
    """Check that the chain still takes goods of a sale of this branch back."""
    (day,) = conn.execute("SELECT day FROM sales WHERE sale = ?", (sale,)).fetchone()
    check_age(at.book.settings.refund_days, day, today)


def check_age(limit: int, day: str, today: str) -> None:
    """NotNowError ``refund_too_late`` for what was sold on `day`; `limit` 0: however long ago; `today` "": unknown."""
    if limit and today:
        age = (date.fromisoformat(today) - date.fromisoformat(day)).days
        if age > limit:
            raise NotNowError(Code.REFUND_TOO_LATE, days=age, limit=limit)


def check_foreign(conn: Connection, sale: bytes) -> None:
    """Check that a sale has to be claimed; NotNowError ``sale_of_this_branch`` when it can be refunded here and now."""
    if claims.refundable(conn, sale):
        raise NotNowError(Code.SALE_OF_THIS_BRANCH, sale=sale.hex())
