"""Lots as a holder sees them, their order, and pairs of principal and bonus (ledger.md "Vocabulary").

Dates are business dates as ISO text, so they compare as text; ``""`` means none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from commerce.facts import Terms

PRINCIPAL = "principal"
BONUS = "bonus"
GIFT_CARD = "gift_card"
POINTS = "points"

OrderKey = tuple[bool, str, str, bytes]
"""Soonest expiry first, none last; then opening date; then the lot's id."""


class LotView(NamedTuple):
    """One lot with the rights that this holder may use of it (not the lot's chain-wide balance)."""

    lot: bytes
    owner: bytes
    asset: str
    issuer: str
    opened_on: str
    expires_on: str  # the last day on which it may be used
    pair: bytes  # a bonus lot names its principal lot
    terms: Terms
    rights: int


def plain_terms(terms: Terms) -> tuple[object, ...]:
    """Return terms as they are encoded where their bytes are named or sealed.

    Those that count no uses stand as they did before there were any, so that older names and seals hold.
    """
    return tuple(terms) if terms.uses else tuple(terms)[:-1]


def order_key(view: LotView) -> OrderKey:
    """Sort key of single lots: `expires_on` (none last), `opened_on`, lot id."""
    return (not view.expires_on, view.expires_on, view.opened_on, view.lot)


def expired(view: LotView, day: str) -> bool:
    """Whether the lot may no longer be offered on the business day; only HQ's order writes it off."""
    return bool(view.expires_on) and view.expires_on < day


def offered(views: Iterable[LotView], day: str) -> list[LotView]:
    """Return what can be used on `day`: not expired, with rights here, in the order of use."""
    return sorted((view for view in views if view.rights > 0 and not expired(view, day)), key=order_key)


class Pair(NamedTuple):
    """A principal lot (or gift card) with its bonus lots. Either half may be missing here: its rights lie elsewhere."""

    principal: LotView | None
    bonuses: tuple[LotView, ...]

    @property
    def p(self) -> int:
        """Own rights to the principal here, minor units."""
        return self.principal.rights if self.principal else 0

    @property
    def b(self) -> int:
        """Own rights to the bonus here, minor units; more than one lot where a bonus came in stages."""
        return sum(view.rights for view in self.bonuses)

    @property
    def terms(self) -> Terms:
        """The pair's terms: both halves carry the same ones."""
        return self.principal.terms if self.principal else self.bonuses[0].terms

    @property
    def key(self) -> OrderKey:
        """Sort key of the pair: earliest expiry of its halves, opening date, the principal lot's id."""
        halves = self.bonuses if self.principal is None else (self.principal, *self.bonuses)
        first = min(halves, key=order_key)
        if self.principal is not None:
            return (not first.expires_on, first.expires_on, self.principal.opened_on, self.principal.lot)
        return (not first.expires_on, first.expires_on, first.opened_on, first.pair or first.lot)


def pairs(views: Iterable[LotView], day: str, *, gift_cards: bool = False) -> list[Pair]:
    """Group the stored value that can be used on `day` into pairs, in the order in which they pay."""
    leading = (PRINCIPAL, GIFT_CARD) if gift_cards else (PRINCIPAL,)
    heads: dict[bytes, LotView] = {}
    bonuses: dict[bytes, list[LotView]] = {}
    for view in offered(views, day):
        if view.asset in leading:
            heads[view.lot] = view
        elif view.asset == BONUS:
            bonuses.setdefault(view.pair or view.lot, []).append(view)
    groups = [Pair(heads.get(lot), tuple(bonuses.get(lot, ()))) for lot in {**heads, **bonuses}]
    return sorted(groups, key=lambda pair: pair.key)
