"""Which exclusive promotions a basket gets: a unit takes part in one at most (docs/pricing.md, "Which promotion").

Priorities are settled one after the other; what one took is gone for the next. Within a priority:

1. Every line has the best promotion of its *own price* (``Entry.own_price``) in view.
2. Any other promotion is *worth* what it takes off beyond what its goods would lose by their own price. It is worked
   out twice, with all goods and without those of an own price; the better counts.
3. Promotions that match common goods, directly or through others, compete by turns: each is worked out on what those
   before it left. Tried are every order of the ``COMPETING_MAX`` worth most, with the others following by worth; and
   all by their rate, which is worth per money of the goods taken, so that one on everything does not keep many smaller
   ones away. What is worth most in all wins, the first of equals.
4. What is left takes its own price.

So no choice is worse than any one of the promotions alone, and one more among up to ``COMPETING_MAX`` that compete
never costs the customer more. Of many more the search sees a part only, and one more may.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from commerce.limits import COMPETING_MAX
from commerce.promotions.benefits import plan, unit_off
from commerce.promotions.coupons import Coupon
from commerce.promotions.goods import Pool, Taken
from commerce.promotions.index import Entry
from commerce.promotions.plans import Plan


class Chosen(NamedTuple):
    """One promotion as it is applied. ``coupon``: what was handed over for it."""

    entry: Entry
    plan: Plan
    coupon: Coupon | None = None


class Candidate(NamedTuple):
    """One promotion, or one coupon of it, with the goods that it matches, per target; ``mask``: all of them as bits."""

    entry: Entry
    slots: tuple[Sequence[int], ...]
    mask: int
    coupon: Coupon | None = None


class _Bid(NamedTuple):
    """What a candidate would do with what is left, and what that is worth."""

    worth: int
    plan: Plan
    candidate: Candidate

    @property
    def touches(self) -> int:
        """The goods that it takes of, as bits."""
        numbers = [number for number, _, _ in self.plan.taken]
        return mask_of(numbers, max(numbers) + 1)

    @property
    def rate(self) -> int:
        """What it is worth per money of the goods that it takes, in parts of 2⁴⁰."""
        return (self.worth << 40) // sum(amount for _, _, amount in self.plan.taken)


def choose(candidates: Iterable[Candidate], pool: Pool) -> list[Chosen]:
    """Choose among exclusive candidates, in their order, and take what they get out of `pool`."""
    chosen: list[Chosen] = []
    for _, group in groupby(candidates, key=lambda one: one.entry.row.priority):
        of_class = list(group)
        own = _OwnPrices([one for one in of_class if one.entry.own_price], pool)
        bids = [_bid(one, pool, own) for one in of_class if not one.entry.own_price]
        for contest in _contests([bid for bid in bids if bid is not None]):
            for bid in _settle(contest, pool, own):
                own.remove(pool, bid.plan.taken)
                chosen.append(Chosen(bid.candidate.entry, bid.plan, bid.candidate.coupon))
        chosen += own.settle(pool)
    return chosen


class _OwnPrices:
    """The best own price of each good, by the whole of it; earlier ones win ties. ``pool.own`` follows what is left."""

    def __init__(self, candidates: Iterable[Candidate], pool: Pool) -> None:
        self.best: dict[int, Candidate] = {}
        pool.own = [0] * len(pool.goods)
        for candidate in candidates:
            made = plan(candidate.entry, pool, candidate.slots)
            for (number, _, _), off in zip(made.taken, made.offs, strict=True) if made else ():
                if off > pool.own[number]:
                    pool.own[number] = off
                    self.best[number] = candidate
        self.mask = mask_of(self.best, len(pool.goods))

    def _off(self, pool: Pool, number: int, milli_qty: int, amount: int) -> int:
        """What so much of a good loses by its own price."""
        return unit_off(self.best[number].entry, pool.goods[number].item, amount, milli_qty) if amount else 0

    def lost(self, pool: Pool, taken: Iterable[Taken]) -> int:
        """What goods no longer lose by their own price when a promotion takes so much of what is left."""
        lost = 0
        own, left = pool.own, pool.amount
        for number, milli_qty, amount in taken:
            off = own[number]
            if off:
                lost += off
                if amount < left[number]:
                    lost -= self._off(pool, number, pool.milli_qty[number] - milli_qty, left[number] - amount)
        return lost

    def remove(self, pool: Pool, taken: Iterable[Taken]) -> None:
        """Take goods out of the pool."""
        pool.remove(taken)
        for number, _, _ in taken:
            if pool.own[number]:
                pool.own[number] = self._off(pool, number, pool.milli_qty[number], pool.amount[number])

    def settle(self, pool: Pool) -> list[Chosen]:
        """Take what is left of the goods with an own price."""
        goods: dict[int, tuple[Candidate, list[int]]] = {}
        for number in pool.live(sorted(self.best)):
            if pool.own[number]:
                candidate = self.best[number]
                goods.setdefault(candidate.entry.number, (candidate, []))[1].append(number)
        chosen: list[Chosen] = []
        for _, (candidate, numbers) in sorted(goods.items()):
            offs = [pool.own[number] for number in numbers]
            chosen.append(Chosen(candidate.entry, Plan(pool.whole(numbers), sum(offs), 1, offs)))
            pool.remove(chosen[-1].plan.taken)
        return chosen


def mask_of(numbers: Iterable[int], many: int) -> int:
    """Return numbers below `many` as the bits of an integer."""
    bits = bytearray(many)
    for number in numbers:
        bits[number] = 1
    return int.from_bytes(bits, "little")


def _bid(candidate: Candidate, pool: Pool, own: _OwnPrices) -> _Bid | None:
    """Work a candidate out, with and without the goods of an own price; None when it is worth nothing."""
    made = plan(candidate.entry, pool, candidate.slots)
    if made is None:
        return None
    lost = own.lost(pool, made.taken) if candidate.mask & own.mask else 0
    if lost:
        slots = tuple([number for number in slot if number not in own.best] for slot in candidate.slots)
        apart = plan(candidate.entry, pool, slots)
        if apart is not None and apart.off >= made.off - lost:
            made, lost = apart, 0
    return _Bid(made.off - lost, made, candidate) if made.off > lost else None


def _contests(bids: Iterable[_Bid]) -> list[list[_Bid]]:
    """Part bids into those that share goods, directly or through others; each part by worth."""
    contests: list[tuple[int, list[_Bid]]] = []
    for bid in bids:
        mask, joined, apart = bid.candidate.mask, [bid], []
        for contest in contests:
            if contest[0] & mask:
                mask |= contest[0]
                joined = contest[1] + joined
            else:
                apart.append(contest)
        contests = [*apart, (mask, joined)]
    return [sorted(joined, key=lambda bid: (-bid.worth, bid.candidate.entry.number)) for _, joined in contests]


def _again(bid: _Bid, touched: int, pool: Pool, own: _OwnPrices) -> _Bid | None:
    """Work a bid out on what is left; it stands when none of its goods was touched."""
    return _bid(bid.candidate, pool, own) if bid.candidate.mask & touched else bid


def _settle(contest: list[_Bid], pool: Pool, own: _OwnPrices) -> list[_Bid]:
    """Return the bids that win, each worked out on what those before it left."""
    if len(contest) == 1:
        return contest
    first, others = contest[:COMPETING_MAX], contest[COMPETING_MAX:]
    best = _best_order(first, pool, own)
    if others:
        winners = [bid.candidate for bid in best]
        by_worth = [*sorted(first, key=lambda bid: _place(winners, bid)), *others]
        by_rate = sorted(contest, key=lambda bid: bid.rate, reverse=True)
        best = max((_by_turns(bids, pool, own) for bids in (by_worth, by_rate)), key=_worth)
    return best


def _place(winners: Sequence[Candidate], bid: _Bid) -> int:
    """Where a bid stands in an order; those that did not win in it come after."""
    return next((n for n, candidate in enumerate(winners) if candidate is bid.candidate), len(winners))


def _worth(bids: Iterable[_Bid]) -> int:
    return sum(bid.worth for bid in bids)


def _by_turns(bids: Iterable[_Bid], pool: Pool, own: _OwnPrices) -> list[_Bid]:
    """Work bids out one after the other."""
    left, touched = pool.copy(), 0
    won: list[_Bid] = []
    for bid in bids:
        again = _again(bid, touched, left, own)
        if again is not None:
            own.remove(left, again.plan.taken)
            touched |= again.touches
            won.append(again)
    return won


def _best_order(bids: Sequence[_Bid], pool: Pool, own: _OwnPrices) -> list[_Bid]:
    """Try every order of bids that are worked out on `pool`; return those of the best, as worked out in it."""
    best: list[_Bid] = []
    for first in bids:
        left = pool.copy()
        own.remove(left, first.plan.taken)
        again = (_again(bid, first.touches, left, own) for bid in bids if bid is not first)
        found = [first, *_best_order([bid for bid in again if bid is not None], left, own)]
        if _worth(found) > _worth(best):
            best = found
    return best
