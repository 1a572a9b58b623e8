"""What each kind takes off, given what it may use: one function a kind.

``slots`` are the numbers of the goods that match: of the target, of each part of a bundle, of goods and gifts. A plan
names what it takes and what comes off each; None when nothing comes off. All are linear in the goods but for sorting.
"""

from collections.abc import Callable

from commerce.promotions.bundles import bundle
from commerce.promotions.goods import Pool, Taken
from commerce.promotions.index import Entry
from commerce.promotions.plans import Plan, Slots, planned, shared, taken_off
from commerce.promotions.row import Off, PromotionRow
from commerce.quantity import ONE


def reached(row: PromotionRow, amount: int, pieces: int) -> bool:
    """Whether so much of the goods meets the promotion's conditions."""
    return amount >= row.least_amount and pieces >= row.least_pieces


def unit_off(entry: Entry, item: str, amount: int, milli_qty: int) -> int:
    """Return what so much of an item loses where every unit is lowered by itself."""
    price = entry.prices.get(item)
    return taken_off(entry.row.off if price is None else Off("price", price), amount, milli_qty)


def plan(entry: Entry, pool: Pool, slots: Slots) -> Plan | None:
    """Return what a promotion of any kind would do."""
    return _KINDS[entry.row.kind](entry, pool, slots)


def _each_unit(entry: Entry, pool: Pool, slots: Slots) -> Plan | None:
    """member_price, discount: every unit by itself; with ``pieces`` the dearest that gain from it."""
    row = entry.row
    goods = pool.live(slots[0])
    if not reached(row, pool.total(goods), pool.count(goods)):
        return None
    left = row.pieces
    taken: list[Taken] = []
    offs: list[int] = []
    for number in goods:
        pieces = pool.pieces[number]
        milli_qty, amount = pool.part(number, min(pieces, left) if row.pieces else pieces)
        off = unit_off(entry, pool.goods[number].item, amount, milli_qty)
        if off:
            taken.append((number, milli_qty, amount))
            offs.append(off)
            left -= pieces
            if row.pieces and left <= 0:
                break
    return planned(taken, offs, 1)


def _nth_item(entry: Entry, pool: Pool, slots: Slots) -> Plan | None:
    """nth_item: groups of ``every`` pieces, the dearest together; the ``of_each`` cheapest of each are lowered.

    Grouped so, the pieces lowered are as dear as any grouping can make them. ``before`` and ``after`` count the pieces
    lowered among the first so many.
    """
    row = entry.row
    spared = row.every - row.of_each
    goods_of: dict[str, list[int]] = {}
    for number in pool.live(slots[0]):
        goods_of.setdefault(pool.goods[number].item if row.same_item else "", []).append(number)
    taken: list[Taken] = []
    offs: list[int] = []
    times = 0
    for goods in goods_of.values():
        sets = pool.count(goods) // row.every
        if row.limit:
            sets = min(sets, row.limit - times)
        times += sets
        left, before, end = sets * row.every, 0, 0
        for number in goods:
            pieces = min(pool.pieces[number], left)
            if not pieces:
                break
            left, end = left - pieces, end + pieces
            groups, rest = divmod(end, row.every)
            after = groups * row.of_each + max(0, rest - spared)
            lowered, before = after - before, after
            milli_qty, amount = pool.part(number, pieces)
            taken.append((number, milli_qty, amount))
            offs.append(taken_off(row.off, amount * lowered // pieces, lowered * ONE) if lowered else 0)
    return planned(taken, offs, times)


def _spend_save(entry: Entry, pool: Pool, slots: Slots) -> Plan | None:
    """spend_save: the highest step that is reached, or the one step for each multiple; cut over all that counted."""
    row = entry.row
    goods = pool.live(slots[0])
    spent = pool.total(goods)
    steps = [step for step in row.steps if step[0] <= spent]
    if not steps:
        return None
    least, saved = steps[-1]
    times = spent // least if row.each else 1
    if row.limit:
        times = min(times, row.limit)
    return shared(pool.whole(goods), saved * times, times)


def gift_times(row: PromotionRow, amount: int, pieces: int) -> int:
    """Return how often gifts are earned by goods of so much."""
    if not reached(row, amount, pieces):
        return 0
    if not row.each:
        return 1
    least = ((amount, row.least_amount), (pieces, row.least_pieces))
    times = min(have // need for have, need in least if need)
    return min(times, row.limit) if row.limit else times


def _gift(entry: Entry, pool: Pool, slots: Slots) -> Plan | None:
    """gift: the dearest gifts in the basket are lowered. What was bought takes part, too, and keeps its price.

    Bought by pieces, only so many as were needed take part, the cheapest.
    """
    row = entry.row
    bought, gifts = pool.live(slots[0]), pool.live(slots[1])
    left = gift_times(row, pool.total(bought), pool.count(bought)) * row.of_each
    taken: list[Taken] = []
    offs: list[int] = []
    given = 0
    for number in gifts:
        pieces = min(pool.pieces[number], left - given)
        if pieces <= 0:
            break
        milli_qty, amount = pool.part(number, pieces)
        taken.append((number, milli_qty, amount))
        offs.append(taken_off(row.off, amount, pieces * ONE))
        given += pieces
    if not given:
        return None
    times = -(-given // row.of_each)
    needed = pool.whole(bought) if row.least_amount else _cheapest(pool, bought, times * row.least_pieces)
    return planned(taken + needed, offs + [0] * len(needed), times)


def _cheapest(pool: Pool, goods: list[int], pieces: int) -> list[Taken]:
    """Take the cheapest `pieces` of goods."""
    taken: list[Taken] = []
    for number in reversed(goods):
        some = min(pool.pieces[number], pieces)
        if not some:
            break
        taken.append((number, *pool.part(number, some)))
        pieces -= some
    return taken


def _coupon(entry: Entry, pool: Pool, slots: Slots) -> Plan | None:
    """coupon: an amount off all goods together (or off the dearest ``pieces``), or a share or price of each unit."""
    row = entry.row
    goods = pool.live(slots[0])
    if not reached(row, pool.total(goods), pool.count(goods)):
        return None
    taken: list[Taken] = []
    left = row.pieces
    for number in goods:
        pieces = pool.pieces[number]
        taken.append((number, *pool.part(number, min(pieces, left) if row.pieces else pieces)))
        left -= pieces
        if row.pieces and left <= 0:
            break
    total = sum(amount for _, _, amount in taken)
    if row.off.how == "amount":
        return shared(taken, min(total, row.off.value), 1)
    offs = [taken_off(row.off, amount, milli_qty) for _, milli_qty, amount in taken]
    if row.most and sum(offs) > row.most:
        return shared(taken, row.most, 1)
    return planned(taken, offs, 1)


_KINDS: dict[str, Callable[[Entry, Pool, Slots], Plan | None]] = {
    "member_price": _each_unit,
    "discount": _each_unit,
    "nth_item": _nth_item,
    "bundle": lambda entry, pool, slots: bundle(entry.row, pool, slots),
    "gift": _gift,
    "spend_save": _spend_save,
    "coupon": _coupon,
}
