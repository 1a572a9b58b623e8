"""All promotions over one basket: exclusive ones are chosen, stackable ones follow in their order; all is explained."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from commerce.promotions.benefits import plan
from commerce.promotions.choose import Candidate, Chosen, choose, mask_of
from commerce.promotions.coupons import Coupon, RefusedCoupon, hand_out
from commerce.promotions.goods import Good, Pool, in_order
from commerce.promotions.index import Customer, Entry, Promotions
from commerce.promotions.moments import Moment
from commerce.promotions.near import NearMiss, near, nearest


class Lowered(NamedTuple):
    """What one promotion took off one line. ``milli_qty``: how much of the line took part in it."""

    line: int
    code: str
    name: str
    kind: str
    milli_qty: int
    off: int


_NOTHING = Lowered(0, "", "", "", 0, 0)


class AppliedPromotion(NamedTuple):
    """What one promotion took off the basket, how often it counted, and the coupons' lots that it used."""

    code: str
    name: str
    kind: str
    saved: int
    times: int
    coupons: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What promotions do to a basket: per line in the order in which they lower it, in all, and what nearly did."""

    lowered: tuple[Lowered, ...] = ()
    applied: tuple[AppliedPromotion, ...] = ()
    near: tuple[NearMiss, ...] = ()
    refused: tuple[RefusedCoupon, ...] = ()


NO_OUTCOME = Outcome()


def promote(
    goods: Iterable[Good],
    promotions: Promotions,
    moment: Moment,
    customer: Customer,
    coupons: Sequence[Coupon] = (),
) -> Outcome:
    """Lower goods (each with an amount above zero) by the promotions that run; InputError ``too_many`` coupons."""
    running = promotions.running(moment, customer)
    given, refused = hand_out(promotions, running, customer, coupons)
    ordered = in_order(goods)
    pool = Pool(ordered)
    exclusive = _candidates((one for one in running if not one.row.stackable), promotions.match(ordered), given)
    chosen = choose(exclusive, pool)
    misses = [near(one.entry, _within_reach(one.entry, pool, chosen), one.slots) for one in _once(exclusive)]
    lowered = _tally({}, ordered, chosen)
    stackable = [one for one in running if one.row.stackable]
    if stackable:
        ordered = in_order(_left(ordered, lowered))
        pool = Pool(ordered, Counter(line for line, _ in lowered))
        candidates = _candidates(stackable, promotions.match(ordered), given)
        stacked, more = _stack(candidates, pool)
        lowered = _tally(lowered, ordered, stacked)
        chosen, misses = chosen + stacked, misses + more
    used = {one.coupon for one in chosen}
    idle = [coupon for coupons_of in given.values() for coupon in coupons_of if coupon not in used]
    refused += [RefusedCoupon(coupon.lot, coupon.template, "nothing") for coupon in idle]
    return Outcome(tuple(lowered.values()), _applied(chosen), nearest(misses), tuple(refused))


def _candidates(
    entries: Iterable[Entry], matches: Sequence[Sequence[int]], given: dict[int, list[Coupon]]
) -> list[Candidate]:
    """Join promotions with the goods that they match; one that takes coupons stands there once for each coupon."""
    many = max((numbers[-1] for numbers in matches if numbers), default=0) + 1
    masks: dict[int, int] = {}
    candidates: list[Candidate] = []
    for entry in entries:
        slots = tuple(matches[slot] for slot in entry.slots)
        mask = 0
        for slot in entry.slots:
            if slot not in masks:
                masks[slot] = mask_of(matches[slot], many)
            mask |= masks[slot]
        if entry.row.coupon:
            candidates += [Candidate(entry, slots, mask, coupon) for coupon in given.get(entry.number, ())]
        elif mask:
            candidates.append(Candidate(entry, slots, mask))
    return candidates


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return those that can be missed, each promotion once: a price of every unit by itself is never near."""
    return list({one.entry.number: one for one in candidates if not one.entry.own_price}.values())


def _within_reach(entry: Entry, left: Pool, chosen: Iterable[Chosen]) -> Pool:
    """Return what an exclusive promotion may use: what it took itself, and what nobody took."""
    taken = [piece for one in chosen if one.entry is entry for piece in one.plan.taken]
    if not taken:
        return left
    pool = left.copy()
    pool.put_back(taken)
    return pool


def _left(goods: Iterable[Good], lowered: dict[tuple[int, str], Lowered]) -> list[Good]:
    """Return the goods at what they cost by now, without those that cost nothing any more."""
    off: Counter[int] = Counter()
    for one in lowered.values():
        off[one.line] += one.off
    if not off:
        return list(goods)
    return [replace(good, amount=good.amount - off[good.line]) for good in goods if good.amount > off[good.line]]


def _stack(candidates: Iterable[Candidate], pool: Pool) -> tuple[list[Chosen], list[NearMiss | None]]:
    """Apply stackable promotions one after the other, each to whole lines at what those before it left."""
    stacked: list[Chosen] = []
    misses: list[NearMiss | None] = []
    asked: set[int] = set()
    for one in candidates:
        if one.entry.number not in asked and not one.entry.own_price:
            asked.add(one.entry.number)
            misses.append(near(one.entry, pool, one.slots))
        made = plan(one.entry, pool, one.slots)
        if made is not None:
            pool.lower(made.taken, made.offs)
            stacked.append(Chosen(one.entry, made, one.coupon))
    return stacked, misses


def _tally(
    before: dict[tuple[int, str], Lowered], goods: Sequence[Good], chosen: Iterable[Chosen]
) -> dict[tuple[int, str], Lowered]:
    """Add what promotions took off to what was there: one row for each line and promotion."""
    rows = dict(before)
    for one in chosen:
        row = one.entry.row
        for (number, milli_qty, _), off in zip(one.plan.taken, one.plan.offs, strict=True):
            if off:
                good = goods[number]
                _, _, _, _, before_qty, before_off = rows.get((good.line, row.code), _NOTHING)
                whole = min(good.milli_qty, before_qty + milli_qty)
                rows[good.line, row.code] = Lowered(good.line, row.code, row.name, row.kind, whole, before_off + off)
    return rows


def _applied(chosen: Iterable[Chosen]) -> tuple[AppliedPromotion, ...]:
    """Sum up by promotion, in the order in which they came."""
    sums: dict[int, AppliedPromotion] = {}
    for entry, made, coupon in chosen:
        row, old = entry.row, sums.get(entry.number)
        lots = (coupon.lot,) if coupon else ()
        if old is None:
            sums[entry.number] = AppliedPromotion(row.code, row.name, row.kind, made.off, made.times, lots)
        else:
            saved, times = old.saved + made.off, old.times + made.times
            sums[entry.number] = old._replace(saved=saved, times=times, coupons=old.coupons + lots)
    return tuple(sums.values())
