"""Promotions nearly reached: what a customer lacks for one more, bounded in number.

*Near* is at least half of an amount or of a number of pieces, the last piece of a group or set, and a gift that was
earned but does not lie in the basket.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from commerce.limits import NEAR_ITEMS_MAX, NEAR_MISSES_MAX
from commerce.promotions.benefits import gift_times, plan
from commerce.promotions.bundles import part_rows
from commerce.promotions.goods import Pool
from commerce.promotions.index import Entry
from commerce.promotions.plans import Slots
from commerce.promotions.row import PromotionRow, Target

LACKS = ("gift", "pieces", "amount")
"""What may lack, in the order in which a till is told."""


class NearMiss(NamedTuple):
    """What is missing for a promotion: minor units, pieces, or pieces of a gift that may be taken for nothing or less.

    ``saves``: what would come off what is in the basket; 0 where it depends on the goods to come. ``items`` and
    ``categories``: of what, both empty for anything.
    """

    code: str
    name: str
    kind: str
    lacks: str  # gift | pieces | amount
    missing: int
    saves: int
    items: tuple[str, ...]
    categories: tuple[str, ...]


def nearest(found: Iterable[NearMiss | None]) -> tuple[NearMiss, ...]:
    """Return the nearest of them: gifts to be taken, then pieces, then amounts, the smallest first."""
    misses = [miss for miss in found if miss is not None]
    misses.sort(key=lambda miss: (LACKS.index(miss.lacks), miss.missing, miss.code))
    return tuple(misses[:NEAR_MISSES_MAX])


def near(entry: Entry, pool: Pool, slots: Slots) -> NearMiss | None:
    """Say what is missing, given what the promotion may use: what it took itself, and what nobody else took."""
    match entry.row.kind:
        case "spend_save":
            return _spend_save(entry.row, pool.total(pool.live(slots[0])))
        case "nth_item":
            return _nth_item(entry.row, pool, slots)
        case "bundle":
            return _bundle(entry.row, pool, slots)
        case "gift":
            return _gift(entry.row, pool, slots)
        case "discount" | "coupon":
            return _conditions(entry, pool, slots)
        case _:
            return None


def _miss(row: PromotionRow, lacks: str, missing: int, saves: int = 0, target: Target | None = None) -> NearMiss:
    goods = row.target if target is None else target
    items = goods.items[:NEAR_ITEMS_MAX]
    return NearMiss(row.code, row.name, row.kind, lacks, missing, saves, items, goods.categories)


def _spend_save(row: PromotionRow, spent: int) -> NearMiss | None:
    if row.each:
        ((least, saves),) = row.steps
        times, have = divmod(spent, least)
        if row.limit and times >= row.limit:
            return None
        return _miss(row, "amount", least - have, saves) if have * 2 >= least else None
    reached = max((saved for least, saved in row.steps if least <= spent), default=0)
    for least, saved in row.steps:
        if least > spent:
            return _miss(row, "amount", least - spent, saved - reached) if spent * 2 >= least else None
    return None


def _nth_item(row: PromotionRow, pool: Pool, slots: Slots) -> NearMiss | None:
    counts: dict[str, int] = {}
    for number in pool.live(slots[0]):
        item = pool.goods[number].item if row.same_item else ""
        counts[item] = counts.get(item, 0) + pool.pieces[number]
    if row.limit and sum(count // row.every for count in counts.values()) >= row.limit:
        return None
    for item, count in counts.items():
        if row.every > 1 and count % row.every == row.every - 1:
            return _miss(row, "pieces", 1, target=Target((item,)) if item else None)
    return None


def _bundle(row: PromotionRow, pool: Pool, slots: Slots) -> NearMiss | None:
    rows = part_rows(row, pool, slots)
    sets = min(part.units[-1] // part.need for part in rows) + 1
    if (row.limit and sets > row.limit) or sum(part.need for part in rows) == 1:
        return None
    lacking = [
        (part, sets * found.need - found.units[-1])
        for part, found in zip(row.parts, rows, strict=True)
        if found.units[-1] < sets * found.need
    ]
    if len(lacking) != 1 or lacking[0][0].by_weight or lacking[0][1] != 1:
        return None
    return _miss(row, "pieces", 1, target=lacking[0][0].target)


def _gift(row: PromotionRow, pool: Pool, slots: Slots) -> NearMiss | None:
    bought = pool.live(slots[0])
    earned = gift_times(row, pool.total(bought), pool.count(bought)) * row.of_each
    if not earned:
        return _half(row, pool.total(bought), pool.count(bought), 0)
    missing = earned - pool.count(pool.live(slots[1]))
    return _miss(row, "gift", missing, target=Target(row.gifts)) if missing > 0 else None


def _conditions(entry: Entry, pool: Pool, slots: Slots) -> NearMiss | None:
    goods = pool.live(slots[0])
    amount, pieces = pool.total(goods), pool.count(goods)
    if amount >= entry.row.least_amount and pieces >= entry.row.least_pieces:
        return None
    made = plan(replace(entry, row=replace(entry.row, least_amount=0, least_pieces=0)), pool, slots)
    return _half(entry.row, amount, pieces, made.off if made else 0)


def _half(row: PromotionRow, amount: int, pieces: int, saves: int) -> NearMiss | None:
    """Say what is missing when at least half of both conditions is met."""
    if amount * 2 < row.least_amount or pieces * 2 < row.least_pieces or not pieces:
        return None
    if amount < row.least_amount:
        return _miss(row, "amount", row.least_amount - amount, saves)
    return _miss(row, "pieces", row.least_pieces - pieces, saves)
