"""Goods of another branch's sale taken back here: a claim now, money and value once the seller released it."""

from datetime import date
from typing import NamedTuple

from commerce.facts import Tender
from commerce.refund import claim_fact, claim_paid_fact
from commerce.tender import CASH
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import claims, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk
from edge_node.till.papers import hand_out
from edge_node.till.receipts import read_code
from edge_node.till.refunds import check_age, check_foreign


class ClaimOrder(NamedTuple):
    """What is claimed: sale and selling branch as the receipt's code says, lines (from 0, thousandths).

    ``code``: the receipt's, which tells when it was sold; needed where goods come back for some days only.
    """

    sale: bytes
    seller: str
    lines: tuple[tuple[int, int], ...]
    reason: str
    code: str = ""


class Claimed(NamedTuple):
    """A claim that was made."""

    claim: bytes
    entry: Committed


class ClaimPaidOut(NamedTuple):
    """The money part of a released claim was handed out."""

    claim: bytes
    tenders: tuple[Tender, ...]
    entry: Committed


def claim(conn: Connection, at: At, order: ClaimOrder, approver: Staff | None) -> Claimed:
    """Take goods back that this node did not sell, or whose selling incarnation was closed; no value moves yet.

    NotNowError ``sale_of_this_branch`` when it can be refunded here and now, ``refund_too_late``; MendInputError
    ``bad_receipt_code`` where the receipt has to tell its day and does not.
    """
    by = approved(approver)
    where = desk(conn, at)
    if not order.reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    if len(order.sale) != 16 or not 1 <= len(order.seller) <= 16:
        raise MendInputError(Code.UNKNOWN_SALE)
    check_foreign(conn, order.sale)
    _check_window(conn, at, order, where.day)
    number = at.new_id()
    fact = claim_fact(
        where,
        number,
        order.sale,
        order.seller,
        order.lines,
        approved_by=by.number,
        reason=order.reason,
    )
    written = commit(conn, at.node, fact, at.now)
    print_jobs.add(conn, "claim", written.id, at.till, at.now)
    return Claimed(number, written)


def _check_window(conn: Connection, at: At, order: ClaimOrder, today: str) -> None:
    """Goods of other branches come back within the same days; what a receipt's code says of its day is signed."""
    limit = at.book.settings.refund_days
    if not limit:
        return
    own = conn.execute("SELECT day FROM sales WHERE sale = ?", (order.sale,)).fetchone()
    if own is None:
        paper = read_code(conn, at.node, at.book, order.code)
        if paper.id != order.sale or not _is_day(paper.day):
            raise MendInputError(Code.BAD_RECEIPT_CODE)
    check_age(limit, own[0] if own else paper.day, today)


def _is_day(day: str) -> bool:
    """A code whose log is not known here may have been written by anybody."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def pay_claim(conn: Connection, at: At, number: bytes, *, in_cash: bool) -> ClaimPaidOut:
    """Hand out the money part of a claim that was released, once; NotNowError ``claim_not_released``."""
    where = desk(conn, at)
    found = claims.made_here(conn, number)
    if found.state != "released" or found.outcome is None:
        raise NotNowError(Code.CLAIM_NOT_RELEASED, state=found.state)
    released = found.outcome.tenders
    money = sum(tender.amount for tender in released)
    tenders = (Tender(CASH, money),) if in_cash and money else tuple(released)
    written = commit(conn, at.node, claim_paid_fact(where, number, released, tenders), at.now)
    hand_out(conn, at, "claim", written.id, tenders, b"")
    return ClaimPaidOut(number, tenders, written)
