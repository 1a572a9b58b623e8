"""``plan:<code>`` in ``chain``: one card plan, as HQ writes and tills sell it.

Money in minor units, dates are business dates. Which fields a kind reads stands in ``check.USED``; the others keep
their defaults. Rows of a kind that is not in ``KINDS`` are of a later version: passed over.
"""

from dataclasses import dataclass

from commerce.promotions.row import EVERYTHING, Target

KINDS = ("stored_value", "count", "period", "timed", "points", "discount")
"""The closed set."""

COUNTED = frozenset({"count", "timed"})
"""Kinds whose uses are a lot of the asset ``uses:<code>``: visits of a count card, minutes of a timed one."""

DATED = frozenset({"period", "discount"})
"""Kinds that are an entitlement with dates: no rights, nothing is used up."""

_USES = "uses:"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan. ``price``: what is paid for it, 0 for nothing; of stored value it is the principal."""

    code: str
    name: str
    kind: str
    price: int
    active: bool = True
    bonus: int = 0  # stored_value: given on top
    order: str = "proportional"  # stored_value: as a top-up rule's
    principal_ratio: tuple[int, int, int] = (0, 0, 1)
    bonus_ratio: tuple[int, int, int] = (1, 0, 0)
    uses: int = 0  # count: visits; timed: minutes
    points: int = 0
    days: int = 0  # valid with the day of sale; 0 for ever (of stored_value the bonus, the principal never expires)
    tier: str = ""  # discount: priced under this tier where its rank is higher
    per_day: int = 0  # period: pieces covered on one business day, 0 no limit
    target: Target = EVERYTHING  # count, period, timed: what it covers
    each: int = 1  # count, timed: uses taken for one whole unit of a line


def uses_asset(plan: str) -> str:
    """Name the asset of a counted plan's uses."""
    return f"{_USES}{plan}"


def plan_of(asset: str) -> str:
    """Return the plan whose uses an asset counts; "" for every other asset."""
    return asset.removeprefix(_USES) if asset.startswith(_USES) else ""
