"""Which plans pay for which lines of a basket, before there is any other price (docs/pricing.md, "Card plans").

A count or timed plan gives uses of its lots, the soonest to expire first: the line costs what they were bought for, at
most its list amount. A period plan covers a line for nothing. A line is covered whole or not at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from commerce.cut import cut
from commerce.errors import InputError, RuleError, ShortageError
from commerce.facts import Terms, Use
from commerce.lots import LotView, offered
from commerce.plans.row import COUNTED, PlanRow, uses_asset
from commerce.promotions.row import Target
from commerce.quantity import ONE


def use_worth(terms: Terms) -> int:
    """Return what one use of a lot was bought for, minor units rounded down; 0 for what counts no uses."""
    return terms.paid // terms.uses if terms.uses else 0


def matches(target: Target, item: str, category: str) -> bool:
    """Whether goods belong to a target."""
    if item in target.items:
        return True
    everything = not target.items and not target.categories
    return (everything or category in target.categories) and item not in target.except_items


@dataclass(frozen=True, slots=True)
class Held:
    """A plan that a member holds, as far as it is usable here today: lots of uses, or a valid period.

    ``lots`` in the order of use. ``left_today``: pieces that a period may still cover, None without a limit.
    """

    plan: PlanRow
    lots: tuple[LotView, ...] = ()
    left_today: int | None = None


def held_uses(plan: PlanRow, views: Iterable[LotView], day: str) -> Held:
    """Return what a member holds of a counted plan, out of all lots with rights here."""
    asset = uses_asset(plan.code)
    return Held(plan, tuple(offered((view for view in views if view.asset == asset), day)))


class Goods(NamedTuple):
    """What a plan looks at of a line. ``amount``: its list amount, minor units."""

    item: str
    category: str
    milli_qty: int
    amount: int


class Cover(NamedTuple):
    """How a plan paid for one line. ``uses``: one for each lot, none of a period; their values sum to ``charged``."""

    plan: str
    name: str
    kind: str
    uses: tuple[Use, ...]

    @property
    def charged(self) -> int:
        """What the line costs, minor units: all of it is paid by the uses."""
        return sum(use.value for use in self.uses)

    @property
    def taken(self) -> int:
        """How many uses it took."""
        return sum(use.amount for use in self.uses)


class Covering:
    """A member's plans over one basket: each covered line leaves less for the next."""

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = held
        self._rights = {view.lot: view.rights for one in held.values() for view in one.lots}
        self._today = {code: one.left_today for code, one in held.items()}

    def take(self, plan: str, goods: Goods) -> Cover:
        """Cover a line.

        InputError ``plan_not_held``, ``plan_not_covering``, ``part_of_use`` (no whole units); ShortageError
        ``uses_short`` with what is available here; RuleError ``per_day_reached``.
        """
        one = self._held.get(plan)
        if one is None:
            raise InputError("plan_not_held", plan=plan[:32])
        row = one.plan
        if not matches(row.target, goods.item, goods.category):
            raise InputError("plan_not_covering", plan=plan, item=goods.item)
        pieces, rest = divmod(goods.milli_qty, ONE)
        if rest:
            raise InputError("part_of_use", plan=plan, item=goods.item)
        if row.kind in COUNTED:
            uses = self._uses(one, pieces * row.each, goods.amount)
        else:
            uses = ()
            left = self._today[plan]
            if left is not None:
                if pieces > left:
                    raise RuleError("per_day_reached", plan=plan, wanted=pieces, available=left, limit=row.per_day)
                self._today[plan] = left - pieces
        return Cover(plan, row.name, row.kind, uses)

    def could(self, goods: Goods) -> tuple[str, ...]:
        """Return the plans that could cover one more line, by what is left of them."""
        pieces, rest = divmod(goods.milli_qty, ONE)
        if rest:
            return ()
        return tuple(
            code
            for code, one in self._held.items()
            if matches(one.plan.target, goods.item, goods.category) and self._enough(one, pieces)
        )

    def _enough(self, one: Held, pieces: int) -> bool:
        if one.plan.kind in COUNTED:
            return pieces * one.plan.each <= self._left(one)
        left = self._today[one.plan.code]
        return left is None or pieces <= left

    def _left(self, one: Held) -> int:
        return sum(self._rights[view.lot] for view in one.lots)

    def _uses(self, one: Held, wanted: int, amount: int) -> tuple[Use, ...]:
        """Take uses out of the lots; what they are worth beyond `amount` is not charged."""
        here = self._left(one)
        if wanted > here:
            raise ShortageError("uses_short", plan=one.plan.code, wanted=wanted, available=here)
        taken: list[tuple[LotView, int]] = []
        for view in one.lots:
            part = min(wanted, self._rights[view.lot])
            if part:
                taken.append((view, part))
                self._rights[view.lot] -= part
                wanted -= part
        worths = [part * use_worth(view.terms) for view, part in taken]
        values = cut(min(amount, sum(worths)), worths)
        return tuple(
            Use(view.lot, view.asset, view.issuer, part, value, worth)
            for (view, part), value, worth in zip(taken, values, worths, strict=True)
        )


def uses_of(covers: Iterable[Cover | None]) -> tuple[Use, ...]:
    """Return what all covered lines took together, one use for each lot, in the order in which they came."""
    sums: dict[bytes, Use] = {}
    for cover in covers:
        for use in cover.uses if cover else ():
            old = sums.get(use.lot)
            if old is None:
                sums[use.lot] = use
            else:
                amount, value, worth = old.amount + use.amount, old.value + use.value, old.worth + use.worth
                sums[use.lot] = old._replace(amount=amount, value=value, worth=worth)
    return tuple(sums.values())
