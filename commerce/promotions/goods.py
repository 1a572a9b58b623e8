"""The goods of a basket as promotions see them: pieces in one order that does not depend on the basket's.

A line of the basket is one *good*. Pieces are whole units; a weighed bag, whatever it weighs, is one piece. Goods stand
dearest piece first, then by item and amount, so that the same basket in another order costs the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType

from commerce.limits import PROMOTIONS_OF_LINE
from commerce.quantity import ONE


@dataclass(frozen=True, slots=True)
class Good:
    """One line that may be lowered. ``amount``: what it costs before promotions, > 0.

    ``by_hand``: the discount that a person gave the line (thousandths, amount); it comes later, but of two lines that
    are alike otherwise it tells which is which.
    """

    line: int
    item: str
    category: str
    weighed: bool
    milli_qty: int
    amount: int
    by_hand: tuple[int, int] = (0, 0)

    @property
    def pieces(self) -> int:
        """How many pieces it is."""
        return pieces_of(self.milli_qty, weighed=self.weighed)


def pieces_of(milli_qty: int, *, weighed: bool) -> int:
    """Return the pieces of a quantity; what is weighed, or no whole number, is one."""
    return 1 if weighed or milli_qty % ONE else milli_qty // ONE


def in_order(goods: Iterable[Good]) -> tuple[Good, ...]:
    """Sort goods: dearest piece first. The shift makes the integer quotient tell any two fractions apart."""
    keyed = [
        (-((good.amount << 64) // good.pieces), good.item, -good.amount, good.milli_qty, good.by_hand, n, good)
        for n, good in enumerate(goods)
    ]
    keyed.sort(key=itemgetter(0, 1, 2, 3, 4, 5))
    return tuple(entry[-1] for entry in keyed)


Taken = tuple[int, int, int]
"""What a promotion takes of one good: the good's number in the order, quantity, and what that costs by now."""


class Pool:
    """What is there for promotions: of each good its quantity, what it costs by now, how many may still take of it.

    ``borne``: how many lowered a line before. ``own``: what is left of each good would lose by its own price.
    """

    __slots__ = ("amount", "goods", "milli_qty", "own", "pieces", "room")

    def __init__(self, goods: tuple[Good, ...], borne: Mapping[int, int] = MappingProxyType({})) -> None:
        self.goods = goods
        self.milli_qty = [good.milli_qty for good in goods]
        self.pieces = [good.pieces for good in goods]
        self.amount = [good.amount for good in goods]
        self.room = [max(0, PROMOTIONS_OF_LINE - borne.get(good.line, 0)) for good in goods]
        self.own = [0] * len(goods)

    def copy(self) -> "Pool":
        """Return a pool that can be changed apart."""
        other = Pool.__new__(Pool)
        other.goods = self.goods
        other.milli_qty, other.pieces, other.amount = self.milli_qty[:], self.pieces[:], self.amount[:]
        other.room, other.own = self.room[:], self.own[:]
        return other

    def live(self, numbers: Iterable[int]) -> list[int]:
        """Return those goods of which there is something left that costs something and may be lowered."""
        amount, room = self.amount, self.room
        return [n for n in numbers if amount[n] and room[n]]

    def total(self, numbers: Iterable[int]) -> int:
        """Return what is left of goods costs."""
        return sum(map(self.amount.__getitem__, numbers))

    def count(self, numbers: Iterable[int]) -> int:
        """Return how many pieces are left of goods."""
        return sum(map(self.pieces.__getitem__, numbers))

    def part(self, number: int, pieces: int) -> tuple[int, int]:
        """Return quantity and cost of so many pieces of a good."""
        milli_qty, amount, whole = self.milli_qty[number], self.amount[number], self.pieces[number]
        return (milli_qty, amount) if pieces == whole else (pieces * ONE, amount * pieces // whole)

    def whole(self, numbers: Sequence[int]) -> list[Taken]:
        """Return all that is left of goods."""
        return list(
            zip(numbers, map(self.milli_qty.__getitem__, numbers), map(self.amount.__getitem__, numbers), strict=True)
        )

    def remove(self, taken: Iterable[Taken]) -> None:
        """Take goods out: an exclusive promotion has them."""
        for number, milli_qty, amount in taken:
            self._change(number, -milli_qty, -amount)
            self.room[number] -= 1

    def put_back(self, taken: Iterable[Taken]) -> None:
        """Put goods back that were removed."""
        for number, milli_qty, amount in taken:
            self._change(number, milli_qty, amount)
            self.room[number] += 1

    def _change(self, number: int, milli_qty: int, amount: int) -> None:
        left = self.milli_qty[number] = self.milli_qty[number] + milli_qty
        self.amount[number] += amount
        self.pieces[number] = pieces_of(left, weighed=self.goods[number].weighed) if left else 0

    def lower(self, taken: Iterable[Taken], offs: Iterable[int]) -> None:
        """Lower goods: they stay, at less."""
        for (number, _, _), off in zip(taken, offs, strict=True):
            self.amount[number] -= off
            self.room[number] -= 1 if off else 0
