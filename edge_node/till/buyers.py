"""Who buys: the member, the wallet here, the card plans that can cover lines today, the tier that prices."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from commerce.entitlements import lifted, valid
from commerce.plans.cover import Held, held_uses
from commerce.plans.row import COUNTED, DATED, PlanRow, plan_of
from commerce.promotions.coupons import Coupon, RefusedCoupon, handed_over
from commerce.quantity import ONE
from commerce.reference import EntitlementRow, TierRow
from edge_node.ledger import entitlements, members
from edge_node.ledger.members import MemberCard
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.projections import read_sale, remains_of
from edge_node.ledger.rights import EMPTY, Wallet, wallet
from edge_node.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer before a basket. ``day`` "": no business date, so that no plan and no period holds.

    ``tier``: the one under which prices are made; points are earned under the card's own.
    """

    card: MemberCard | None = None
    wallet: Wallet = EMPTY
    day: str = ""
    tier: TierRow | None = None
    plans: MappingProxyType[str, Held] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def member(self) -> bytes:
        """The member's id, b"" of a walk-in."""
        return self.card.member if self.card else b""

    def coupons(self, templates: Sequence[str]) -> tuple[tuple[Coupon, ...], tuple[RefusedCoupon, ...]]:
        """Find a coupon for each template, and say which are not here."""
        return handed_over(self.wallet.views, self.day, templates)


WALK_IN = Buyer()


class _Place(NamedTuple):
    """Where and when a customer is looked at."""

    conn: Connection
    book: PriceBook
    member: bytes
    day: str


def buyer(conn: Connection, node: Node, book: PriceBook, member: bytes, day: str) -> Buyer:
    """Read a customer: two statements for a member, one more where dated cards are sold.

    MendInputError ``unknown_member``.
    """
    if not member:
        return WALK_IN
    card = members.by_id(conn, member)
    has = wallet(conn, node, card.member)
    tier = book.tier(card.tier)
    plans = _counted(book, has, day)
    if any(row.kind in DATED for row in book.plans.values()):
        place = _Place(conn, book, card.member, day)
        now_valid = [row for row in entitlements.of_member(conn, card.member) if valid(row, day)]
        plans.update(_periods(place, now_valid))
        tier = lifted(tier, (book.tier(plan.tier) for plan in _plans_of(book, now_valid, "discount")))
    return Buyer(card, has, day, tier, MappingProxyType(plans))


def _counted(book: PriceBook, has: Wallet, day: str) -> dict[str, Held]:
    """Return the counted plans of which there are uses here."""
    codes = dict.fromkeys(plan_of(view.asset) for view in has.views)
    rows = (book.plans.get(code) for code in codes if code)
    held = (held_uses(row, has.views, day) for row in rows if row is not None and row.kind in COUNTED)
    return {one.plan.code: one for one in held if one.lots}


def _plans_of(book: PriceBook, rows: Sequence[EntitlementRow], kind: str) -> list[PlanRow]:
    found = (book.plans.get(row.plan) for row in rows)
    return [plan for plan in found if plan is not None and plan.kind == kind]


def _periods(place: _Place, rows: Sequence[EntitlementRow]) -> dict[str, Held]:
    """Return the periods that run, each with what it still covers today."""
    held: dict[str, Held] = {}
    for plan in _plans_of(place.book, rows, "period"):
        left = None
        if plan.per_day:
            left = max(0, plan.per_day - covered_on(place.conn, place.member, plan.code, place.day))
        held[plan.code] = Held(plan, (), left)
    return held


def covered_on(conn: Connection, member: bytes, plan: str, day: str) -> int:
    """Count the pieces that a period covered on a day in sales of this branch, without those that came back."""
    rows = conn.execute(
        "SELECT id, sale FROM sales WHERE member = ? AND member <> x'' AND day = ?", (member, day)
    ).fetchall()
    return _pieces(conn, rows, {f"plan:{plan}"})


def pieces_since(conn: Connection, member: bytes, codes: Set[str], entry: int) -> int:
    """Count the pieces bought here after an entry whose price has one of these steps, without those that came back."""
    rows = conn.execute(
        "SELECT id, sale FROM sales WHERE member = ? AND member <> x'' AND id > ?", (member, entry)
    ).fetchall()
    return _pieces(conn, rows, codes)


def _pieces(conn: Connection, sales: Sequence[tuple[int, bytes]], codes: Set[str]) -> int:
    pieces = 0
    for entry, sale in sales:
        body, left = read_sale(conn, entry), remains_of(conn, sale)
        assert left is not None
        for line, remains in zip(body.lines, left.lines, strict=True):
            if any(code in codes for code, _ in line.discounts):
                pieces += -(-remains.milli_qty // ONE)
    return pieces
