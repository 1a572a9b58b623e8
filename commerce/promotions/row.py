"""``promotion:<code>`` in ``chain`` or ``branch:<id>`` (which wins): one promotion, as HQ writes and tills read it.

Which fields a kind reads stands in ``check.USED``; the others keep their defaults. Money in minor units, quantities in
thousandths, dates are business dates. Rows of a kind that is not in ``KINDS`` are of a later version: passed over.
"""

from dataclasses import dataclass

KINDS = ("member_price", "discount", "nth_item", "bundle", "gift", "spend_save", "coupon")
"""The closed set, in the order in which promotions of one priority stack."""


@dataclass(frozen=True, slots=True)
class Target:
    """Goods: these items and categories, everything when both are empty; never the items excepted."""

    items: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    except_items: tuple[str, ...] = ()


EVERYTHING = Target()


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of some weekdays, in minutes from the midnight with which the business date begins.

    Above 1440 is after the next midnight and still belongs to that date: 22:00–02:00 is 1320…1560.
    """

    weekdays: tuple[int, ...] = ()  # 1 Monday … 7 Sunday; () every day
    from_minute: int = 0
    until_minute: int = 1440  # not itself


@dataclass(frozen=True, slots=True)
class Off:
    """What goods lose. ``value``: thousandths of what they cost, an amount off, or the price that is left."""

    how: str = "per_mille"  # per_mille | amount | price
    value: int = 0


NOTHING_OFF = Off()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bundle: so much of these goods. A weighed bag counts as one piece unless ``by_weight``."""

    target: Target = EVERYTHING
    milli_qty: int = 1000
    by_weight: bool = False


@dataclass(frozen=True, slots=True)
class PromotionRow:
    """One promotion. ``stackable``: it may lower goods that others lowered, and comes after all that may not."""

    code: str
    name: str
    kind: str
    priority: int = 100  # lower goes first, whatever it is worth
    stackable: bool = False
    members_only: bool = False
    tiers: tuple[str, ...] = ()  # members of these tiers only; () of any
    first_day: str = ""  # "" since ever
    last_day: str = ""  # itself included; "" for ever
    windows: tuple[Window, ...] = ()  # () all day
    target: Target = EVERYTHING
    least_amount: int = 0  # what the goods must cost together
    least_pieces: int = 0  # how many they must be
    off: Off = NOTHING_OFF
    prices: tuple[tuple[str, int], ...] = ()  # item → its unit price
    every: int = 0  # pieces of a group
    of_each: int = 1  # how many of a group are lowered; how many gifts each time
    same_item: bool = False  # a group is of one item
    parts: tuple[Part, ...] = ()
    steps: tuple[tuple[int, int], ...] = ()  # (spent, taken off), rising
    each: bool = False  # again for each multiple
    gifts: tuple[str, ...] = ()  # items, any of them
    coupon: str = ""  # template: lots of the asset ``coupon:<template>``
    most: int = 0  # taken off at most; 0 no bound
    pieces: int = 0  # pieces lowered at most, dearest first; 0 no bound
    limit: int = 0  # groups, sets, steps, gifts' times or coupons in one basket; 0 no bound
    active: bool = True
