"""Which lots pay: the plan of a payment out of what this holder may use (worked-examples.md 5.3)."""

from collections.abc import Iterable

from commerce.checks import check_amount
from commerce.cut import cut
from commerce.errors import InputError, ShortageError
from commerce.facts import Use
from commerce.limits import POINTS_MAX, USES_MAX
from commerce.lots import BONUS, GIFT_CARD, POINTS, PRINCIPAL, LotView, Pair, offered, order_key, pairs

ORDERS = ("proportional", "bonus_first", "principal_first")
"""Spend orders that a pair's terms may name."""


def balances(views: Iterable[LotView], day: str) -> dict[str, int]:
    """Return per asset what can be used here on `day` without asking anyone: own rights of lots not expired."""
    sums: dict[str, int] = {}
    for view in offered(views, day):
        sums[view.asset] = sums.get(view.asset, 0) + view.rights
    return sums


def available(views: Iterable[LotView], day: str, *, gift_cards: bool = False) -> int:
    """Return how much stored value (principal and bonus, on demand gift cards) can pay here on `day`."""
    assets = (PRINCIPAL, BONUS, GIFT_CARD) if gift_cards else (PRINCIPAL, BONUS)
    sums = balances(views, day)
    return sum(sums.get(asset, 0) for asset in assets)


def split_pair(order: str, amount: int, p: int, b: int) -> tuple[int, int]:
    """Split `amount` ≤ p + b over own rights `p` (principal) and `b` (bonus) here, by the pair's spend order."""
    if not 0 <= amount <= p + b:
        raise ShortageError("value_short", asked=amount, available=p + b)
    if order == "bonus_first":
        bonus = min(b, amount)
        return amount - bonus, bonus
    if order == "principal_first":
        principal = min(p, amount)
        return principal, amount - principal
    if order != "proportional":
        raise InputError("unknown_spend_order", order=order[:32])
    principal, bonus = cut(amount, (p, b))
    return principal, bonus


def plan_spend(views: Iterable[LotView], day: str, amount: int, *, gift_cards: bool = False) -> tuple[Use, ...]:
    """Plan a payment of `amount`: pairs in their order, each as much as it can before the next, split by its terms.

    Uses stand in the order of payment, a pair's principal before its bonus. ShortageError ``value_short`` tells what
    is available here; ``too_many_lots`` what the first lots can pay together.
    """
    check_amount(amount, "amount", 1)
    groups = pairs(views, day, gift_cards=gift_cards)
    here = sum(pair.p + pair.b for pair in groups)
    if here < amount:
        raise ShortageError("value_short", asked=amount, available=here)
    uses: list[Use] = []
    left = amount
    for pair in groups:
        paid = min(left, pair.p + pair.b)
        uses.extend(_pay(pair, paid))
        left -= paid
        if not left:
            break
    if len(uses) > USES_MAX:
        raise ShortageError("too_many_lots", asked=amount, available=sum(use.value for use in uses[:USES_MAX]))
    return tuple(uses)


def plan_asset(views: Iterable[LotView], day: str, asset: str, amount: int, value: int) -> tuple[Use, ...]:
    """Plan `amount` of one asset (points, ``uses:<plan>``, coupons) that pays `value` in money, soonest expiry first.

    The value is cut over the lots by their amounts. ShortageError ``value_short`` tells what is available here.
    """
    if type(amount) is not int or not 1 <= amount <= POINTS_MAX:
        raise InputError("bad_amount", field="amount", low=1, high=POINTS_MAX)
    check_amount(value, "value")
    lots = [view for view in offered(views, day) if view.asset == asset]
    here = sum(view.rights for view in lots)
    if here < amount:
        raise ShortageError("value_short", asked=amount, available=here, asset=asset)
    taken: list[tuple[LotView, int]] = []
    left = amount
    for view in lots:
        part = min(left, view.rights)
        taken.append((view, part))
        left -= part
        if not left:
            break
    if len(taken) > USES_MAX:
        raise ShortageError("too_many_lots", asked=amount, available=sum(part for _, part in taken[:USES_MAX]))
    values = cut(value, [part for _, part in taken])
    return tuple(
        Use(view.lot, asset, view.issuer, part, worth) for (view, part), worth in zip(taken, values, strict=True)
    )


def take_points(views: Iterable[LotView], day: str, points: int, first: bytes = b"") -> tuple[tuple[Use, ...], int]:
    """Claim `points` back from the rights at hand, lot `first` first; return the uses and what is lacking."""
    lots = sorted(
        (view for view in offered(views, day) if view.asset == POINTS), key=lambda v: (v.lot != first, order_key(v))
    )
    uses: list[Use] = []
    left = points
    for view in lots[:USES_MAX]:
        part = min(left, view.rights)
        if part:
            uses.append(Use(view.lot, POINTS, view.issuer, part, 0))
            left -= part
    return tuple(uses), left


def _pay(pair: Pair, paid: int) -> list[Use]:
    principal, bonus = split_pair(pair.terms.order, paid, pair.p, pair.b)
    uses: list[Use] = []
    if principal and pair.principal is not None:
        head = pair.principal
        uses.append(Use(head.lot, head.asset, head.issuer, principal, principal))
    for view in pair.bonuses:
        part = min(bonus, view.rights)
        if part:
            uses.append(Use(view.lot, BONUS, view.issuer, part, part))
            bonus -= part
    return uses
