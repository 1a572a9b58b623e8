"""A member's coupons: those usable here, and some given by hand."""

from typing import NamedTuple

from commerce.checks import check_int
from commerce.facts import LotIssue, Terms
from commerce.limits import COUPONS_MAX
from commerce.lots import offered
from commerce.promotions.coupons import coupon_asset, template_of
from commerce.promotions.row import PromotionRow
from commerce.rights import Holding
from commerce.top_up import given_fact
from edge_node.errors import Code, MendInputError
from edge_node.ledger import members
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.rights import Wallet
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk


class CouponsHeld(NamedTuple):
    """Coupons of one template. ``name``: of the promotion that takes them; ``last_day`` of the first to expire."""

    template: str
    name: str
    here: int
    last_day: str


class CouponOrder(NamedTuple):
    """Coupons for a member by hand: so many of a template, and why."""

    member: bytes
    template: str
    many: int
    reason: str


class CouponsGiven(NamedTuple):
    """Coupons given by hand."""

    issue: bytes
    entry: Committed


def held(book: PriceBook, has: Wallet, day: str) -> tuple[CouponsHeld, ...]:
    """List the coupons in a wallet by template, the soonest to expire first."""
    found: dict[str, CouponsHeld] = {}
    for view in offered(has.views, day):
        template = template_of(view.asset)
        if template:
            old = found.get(template)
            if old is None:
                row = _promotion(book, template)
                found[template] = CouponsHeld(template, row.name if row else "", view.rights, view.expires_on)
            else:
                found[template] = old._replace(here=old.here + view.rights)
    return tuple(found.values())


def give(conn: Connection, at: At, order: CouponOrder, approver: Staff | None) -> CouponsGiven:
    """Give a member coupons that a promotion takes, usable as long as that runs; a shift lead approves.

    MendInputError ``unknown_rule``, ``reason_needed``.
    """
    by = approved(approver)
    where = desk(conn, at)
    check_int(order.many, "count", 1, COUPONS_MAX)
    if not order.reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    row = _promotion(at.book, order.template)
    if row is None:
        raise MendInputError(Code.UNKNOWN_RULE, rule=order.template[:32])
    card = members.by_id(conn, order.member)
    lot = LotIssue(
        at.new_id(),
        card.member,
        "member",
        coupon_asset(order.template),
        at.node.branch,
        order.many,
        where.day,
        row.last_day,
        b"",
        Terms(),
    )
    issue = at.new_id()
    fact = given_fact(
        where,
        issue,
        card.member,
        (lot,),
        act="campaign",
        reason=order.reason,
        rule=order.template,
        approved_by=by.number,
    )
    written = commit(conn, at.node, fact, at.now, held={lot.lot: Holding()})
    return CouponsGiven(issue, written)


def _promotion(book: PriceBook, template: str) -> PromotionRow | None:
    """Return the promotion that takes a template: None when there is none any more."""
    return next((entry.row for entry in book.promotions.coupons.get(template, ())), None)
