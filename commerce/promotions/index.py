"""The promotions in force, prepared once for many baskets: in their order, and found by what they apply to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from commerce.errors import InputError
from commerce.promotions.check import check_promotion
from commerce.promotions.goods import Good
from commerce.promotions.moments import Moment, runs
from commerce.promotions.row import KINDS, PromotionRow, Target


class Customer(NamedTuple):
    """Who buys: a member or not, and of which tier ("" without one)."""

    member: bool = False
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One promotion with its place in the order, and the numbers of its targets: one, or one for each part."""

    number: int
    row: PromotionRow
    slots: tuple[int, ...]
    prices: dict[str, int]

    @property
    def own_price(self) -> bool:
        """Whether it prices each unit by itself, without a look at the others."""
        row = self.row
        whole = not (row.least_amount or row.least_pieces or row.pieces)
        return whole and row.kind in {"member_price", "discount"}


class Promotions:
    """All promotions of a branch, the last of each code; those off or not standing the check are passed over."""

    __slots__ = ("_by_category", "_by_item", "_everywhere", "_targets", "coupons", "entries")

    def __init__(self, rows: Iterable[PromotionRow] = ()) -> None:
        self._targets: dict[Target, int] = {}
        self._by_item: dict[str, list[int]] = {}
        self._by_category: dict[str, list[int]] = {}
        self._everywhere: list[int] = []
        good = [row for row in {row.code: row for row in rows}.values() if row.active and _stands(row)]
        good.sort(key=lambda row: (row.priority, KINDS.index(row.kind), row.code))
        self.entries = tuple(
            Entry(number, row, tuple(self._slot(target) for target in _targets(row)), dict(row.prices))
            for number, row in enumerate(good)
        )
        self.coupons: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            if entry.row.coupon:
                self.coupons[entry.row.coupon] = (*self.coupons.get(entry.row.coupon, ()), entry)

    def _slot(self, target: Target) -> int:
        """Return the number of a target; equal targets share one."""
        known = self._targets.get(target)
        if known is not None:
            return known
        slot = self._targets[target] = len(self._targets)
        for item in target.items:
            self._by_item.setdefault(item, []).append(slot)
        for category in target.categories:
            self._by_category.setdefault(category, []).append(slot)
        if not target.items and not target.categories:
            self._everywhere.append(slot)
        return slot

    def running(self, moment: Moment, customer: Customer) -> list[Entry]:
        """Return the promotions that run now for this customer, in their order."""
        return [entry for entry in self.entries if allows(entry.row, customer) and runs(entry.row, moment)]

    def match(self, goods: Sequence[Good]) -> list[list[int]]:
        """Return for each target the numbers of the goods that it matches, rising."""
        found: list[list[int]] = [[] for _ in self._targets]
        excepted = [frozenset(target.except_items) for target in self._targets]
        for number, good in enumerate(goods):
            slots = self._by_item.get(good.item, ())
            for slot in slots:
                found[slot].append(number)
            for slot in self._by_category.get(good.category, ()):
                if good.item not in excepted[slot] and slot not in slots:
                    found[slot].append(number)
        for slot in self._everywhere:
            none = excepted[slot]
            found[slot] = [number for number, good in enumerate(goods) if good.item not in none]
        return found


NO_PROMOTIONS = Promotions()


def allows(row: PromotionRow, customer: Customer) -> bool:
    """Whether the promotion is for this customer."""
    if row.tiers:
        return customer.member and customer.tier in row.tiers
    return customer.member or not row.members_only


def _targets(row: PromotionRow) -> tuple[Target, ...]:
    """Return what a promotion looks at: its parts, its priced items, or its goods and its gifts.

    What is given does not count as bought.
    """
    if row.kind == "bundle":
        return tuple(part.target for part in row.parts)
    if row.kind == "member_price":
        return (Target(tuple(item for item, _ in row.prices)),)
    if row.kind == "gift":
        target = row.target
        bought = Target(target.items, target.categories, (*target.except_items, *row.gifts))
        return bought, Target(row.gifts)
    return (row.target,)


def _stands(row: PromotionRow) -> bool:
    try:
        check_promotion(row)
    except InputError:
        return False
    return True
