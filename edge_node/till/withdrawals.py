"""Value taken back without a sale: the undo of a top-up."""

from datetime import date
from typing import NamedTuple

from commerce.facts import Issue, Tender
from commerce.lots import BONUS, POINTS, PRINCIPAL, pairs
from commerce.tender import CASH
from commerce.withdrawal import Approval, undo_fact
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies, payments, print_jobs
from edge_node.ledger.change_log import read_entry, split_id
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.rights import wallet
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk
from edge_node.till.papers import hand_out
from sync_protocol.entry import decode_entry


class Withdrawn(NamedTuple):
    """Value left a wallet, and money the drawer."""

    withdraw: bytes
    tenders: tuple[Tender, ...]
    entry: Committed


def undo_top_up(
    conn: Connection, at: At, issue: bytes, reason: str, approver: Staff | None, *, in_cash: bool
) -> Withdrawn:
    """Undo a top-up of this branch, as long as the whole of it lies here unused; else it is a cash-out.

    MendInputError ``unknown_issue``; NotNowError ``issue_undone``, ``amount_not_allowed`` when too many days went by;
    commerce RuleError ``pair_not_whole`` with what is here: HQ recalls the rest first.
    """
    by = approved(approver)
    where = desk(conn, at)
    if not reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    topped_up = _top_up(conn, issue)
    age = (date.fromisoformat(where.day) - date.fromisoformat(topped_up.day)).days
    if age > at.book.settings.undo_days:
        raise NotNowError(Code.AMOUNT_NOT_ALLOWED, days=age, limit=at.book.settings.undo_days)
    principal = next(lot for lot in topped_up.lots if lot.asset == PRINCIPAL)
    has = wallet(conn, at.node, topped_up.member)
    had = has.here(where.day)
    mine = [
        view for view in has.views if view.lot == principal.lot or (view.asset == BONUS and view.pair == principal.lot)
    ]
    found = pairs(mine, where.day)
    if not found:
        raise NotNowError(Code.NOTHING_HERE, issue=issue.hex())
    points = sum(lot.amount for lot in topped_up.lots if lot.asset == POINTS)
    tenders = (Tender(CASH, principal.amount),) if in_cash else topped_up.tenders
    number = at.new_id()
    fact = undo_fact(
        where,
        number,
        topped_up.member,
        found[0],
        issue=issue,
        tenders=tenders,
        approval=Approval(by.number, reason),
        points=points,
        points_views=has.views,
    )
    written = commit(conn, at.node, fact, at.now, held=has.held)
    payments.give_back(conn, issue, tenders, at.new_id, at.now)
    left = wallet(conn, at.node, topped_up.member).here(where.day)
    seen = print_jobs.seen_balances(had, left)
    hand_out(conn, at, "withdraw", written.id, tenders, seen)
    return Withdrawn(number, tenders, written)


def _top_up(conn: Connection, issue: bytes) -> Issue:
    """Read a top-up that was not undone."""
    row = conn.execute("SELECT id, undone FROM issues WHERE issue = ? AND act = 'top_up'", (issue,)).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_ISSUE, issue=issue.hex())
    if row[1]:
        raise NotNowError(Code.ISSUE_UNDONE, issue=issue.hex())
    stored = read_entry(conn, *split_id(row[0]))
    assert stored is not None
    return bodies.decode(Issue, decode_entry(stored.entry).body)
