"""What a promotion would do to goods, and the sums that all kinds share."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.cut import cut
from commerce.promotions.goods import Taken
from commerce.promotions.row import Off
from commerce.quantity import line_amount, per_mille_off

Slots = Sequence[Sequence[int]]
"""The numbers of the goods that match, per target."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one promotion would do: what it takes, each good once, what comes off in all, and how often it counts.

    ``each``: what comes off each of what is taken; None: ``off`` is cut over what they cost, when it is asked for,
    because most plans are only compared.
    """

    taken: list[Taken]
    off: int
    times: int
    each: list[int] | None = None

    @property
    def offs(self) -> list[int]:
        """What comes off each of what is taken."""
        return cut(self.off, [amount for _, _, amount in self.taken]) if self.each is None else self.each


def planned(taken: list[Taken], each: list[int], times: int) -> Plan | None:
    """Return a plan by what comes off each; None when that is nothing."""
    off = sum(each)
    return Plan(taken, off, times, each) if off else None


def shared(taken: list[Taken], off: int, times: int) -> Plan | None:
    """Return a plan by what comes off in all; None when that is nothing."""
    return Plan(taken, off, times) if off else None


def taken_off(off: Off, amount: int, milli_qty: int) -> int:
    """Return what `off` takes from goods that cost `amount`; amounts and prices are for one unit of `milli_qty`."""
    if off.how == "per_mille":
        return per_mille_off(amount, off.value)
    stated = line_amount(off.value, milli_qty)
    return min(amount, stated) if off.how == "amount" else max(0, amount - stated)
