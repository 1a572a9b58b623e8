"""Points given, taken and redeemed for gifts at the till; what was earned and paid with belongs to sales."""

from typing import NamedTuple

from commerce.checks import check_int
from commerce.errors import ShortageError
from commerce.facts import Fact, Use
from commerce.limits import POINTS_MAX
from commerce.lots import POINTS
from commerce.rights import Holding
from commerce.top_up import given_fact
from commerce.wallet import plan_asset
from commerce.withdrawal import Approval, deduct_fact
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import members, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.member_settings import Gift
from edge_node.ledger.rights import Wallet, wallet
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk
from edge_node.till.checkout import points_lot


class Moved(NamedTuple):
    """Points moved. ``points``: given (above zero) or taken; ``balances``: usable here now, per asset."""

    id: bytes
    points: int
    balances: dict[str, int]
    entry: Committed


def adjust(conn: Connection, at: At, member: bytes, points: int, reason: str, approver: Staff | None) -> Moved:  # noqa: PLR0917 - the parts of the act
    """Give points by hand, or take them (below zero), for a reason that a shift lead approves.

    ShortageError ``points_short``: no more can be taken than lies here.
    """
    by = approved(approver)
    check_int(points, "points", -POINTS_MAX, POINTS_MAX)
    if not points:
        raise MendInputError(Code.BAD_REQUEST, field="points")
    if not reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    where, made = desk(conn, at), at.new_id()
    card = members.by_id(conn, member)
    has = wallet(conn, at.node, card.member)
    if points > 0:
        lot = points_lot(at, has, card.member, where.day, points)
        has.held.setdefault(lot.lot, Holding())
        fact = given_fact(where, made, card.member, (lot,), act=POINTS, reason=reason, approved_by=by.number)
    else:
        uses = _uses(has, where.day, -points)
        fact = deduct_fact(where, made, card.member, "deduct", uses, approval=Approval(by.number, reason))
    return _written(conn, at, fact, (made, card.member, points), has)


def redeem(conn: Connection, at: At, member: bytes, gift: Gift, count: int) -> Moved:
    """Take the points of a gift, so many times, and print a slip. NotNowError ``member_frozen``; ``points_short``.

    MendInputError ``unknown_gift`` for one that is not given on the shift's business date.
    """
    check_int(count, "count", 1, limits.GIFTS_AT_ONCE)
    where, made = desk(conn, at), at.new_id()
    if not gift.given_on(where.day):
        raise MendInputError(Code.UNKNOWN_GIFT, gift=gift.code)
    card = members.by_id(conn, member)
    if card.frozen:
        raise NotNowError(Code.MEMBER_FROZEN, member=card.member.hex())
    has = wallet(conn, at.node, card.member)
    had = has.here(where.day)
    points = check_int(gift.points * count, "points", 1, POINTS_MAX)
    approval = Approval("", f"{gift.name} ×{count}")
    fact = deduct_fact(where, made, card.member, "gift", _uses(has, where.day, points), approval=approval)
    done = _written(conn, at, fact, (made, card.member, -points), has)
    seen = print_jobs.seen_balances(had, done.balances)
    print_jobs.add(conn, "slip", done.entry.id, at.till, at.now, seen=seen)
    return done


def gifts(conn: Connection, at: At) -> list[Gift]:
    """Return what is given on the business date of the till's shift; without a shift all that is not off."""
    row = conn.execute("SELECT day FROM shifts WHERE till = ? AND state <> 'closed'", (at.till,)).fetchone()
    return [gift for gift in at.book.settings.members.gifts if gift.given_on(row[0] if row else "")]


def gift_of(at: At, code: str) -> Gift:
    """Return a gift of the chain; MendInputError ``unknown_gift``."""
    for gift in at.book.settings.members.gifts:
        if gift.code == code:
            return gift
    raise MendInputError(Code.UNKNOWN_GIFT, gift=code[:32])


def _uses(has: Wallet, day: str, points: int) -> tuple[Use, ...]:
    """Choose the lots that give so many points, soonest expiry first."""
    if has.points(day) < points:
        raise ShortageError("points_short", wanted=points, available=has.points(day))
    return plan_asset(has.views, day, POINTS, points, 0)


def _written(conn: Connection, at: At, fact: Fact, what: tuple[bytes, bytes, int], has: Wallet) -> Moved:
    made, member, points = what
    written = commit(conn, at.node, fact, at.now, held=has.held)
    return Moved(made, points, wallet(conn, at.node, member).here(desk(conn, at).day), written)
