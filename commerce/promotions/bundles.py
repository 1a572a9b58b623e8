"""Bundles: a set of goods at one price. A part counts pieces, or weight of weighed goods."""

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from commerce.promotions.goods import Pool, Taken
from commerce.promotions.plans import Plan, Slots, shared, taken_off
from commerce.promotions.row import Part, PromotionRow
from commerce.quantity import ONE


class Row(NamedTuple):
    """The goods of one part of a bundle, dearest first, with running sums of units and of what they cost."""

    need: int  # units of one set
    numbers: list[int]
    units: list[int]  # one more than numbers: begins with 0
    amounts: list[int]

    def cost(self, count: int) -> int:
        """Return what the dearest `count` units cost."""
        at = bisect_right(self.units, count) - 1
        if at == len(self.numbers):
            return self.amounts[at]
        units, amount = self.units[at + 1] - self.units[at], self.amounts[at + 1] - self.amounts[at]
        return self.amounts[at] + amount * (count - self.units[at]) // units


def part_rows(row: PromotionRow, pool: Pool, slots: Slots) -> list[Row]:
    """Return each part's goods; what two parts name counts for the first of them."""
    rows: list[Row] = []
    seen: set[int] = set()
    for part, slot in zip(row.parts, slots, strict=True):
        rows.append(_part_row(part, pool, [number for number in pool.live(slot) if number not in seen]))
        seen.update(rows[-1].numbers)
    return rows


def _part_row(part: Part, pool: Pool, goods: list[int]) -> Row:
    """Lay the goods of a part end to end: by pieces, or by weight, which only weighed goods have."""
    if part.by_weight:
        goods = [number for number in goods if pool.goods[number].weighed]
        goods.sort(key=lambda number: -((pool.amount[number] << 64) // pool.milli_qty[number]))
    row = Row(part.milli_qty if part.by_weight else part.milli_qty // ONE, goods, [0], [0])
    for number in goods:
        units = pool.milli_qty[number] if part.by_weight else pool.pieces[number]
        row.units.append(row.units[-1] + units)
        row.amounts.append(row.amounts[-1] + pool.amount[number])
    return row


def bundle(row: PromotionRow, pool: Pool, slots: Slots) -> Plan | None:
    """bundle: as many sets as there are, dearest goods first; at a fixed price no set that is cheaper without."""
    rows = part_rows(row, pool, slots)
    sets = min(part.units[-1] // part.need for part in rows)
    if row.limit:
        sets = min(sets, row.limit)

    def saved(count: int) -> int:
        return taken_off(row.off, sum(part.cost(count * part.need) for part in rows), count * ONE)

    if row.off.how == "price":
        sets = _last_worthwhile(sets, saved)
    if not sets:
        return None
    taken = sorted(piece for part in rows for piece in _first(part, pool, sets * part.need))
    return shared(taken, saved(sets), sets)


def _last_worthwhile(most: int, saved: Callable[[int], int]) -> int:
    """Return the largest count whose last set still saves: sets come dearest first, so worth falls with each."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if saved(middle) > saved(middle - 1):
            low = middle
        else:
            high = middle - 1
    return low


def _first(part: Row, pool: Pool, count: int) -> list[Taken]:
    """Return (good, quantity, cost) of the first `count` units of a part."""
    taken: list[Taken] = []
    for at, number in enumerate(part.numbers):
        units = min(part.units[at + 1], count) - part.units[at]
        if units <= 0:
            break
        whole = part.units[at + 1] - part.units[at]
        if units == whole:
            taken.append((number, pool.milli_qty[number], pool.amount[number]))
        else:
            milli_qty = pool.milli_qty[number] * units // whole
            taken.append((number, milli_qty, pool.amount[number] * units // whole))
    return taken
