"""Which tier a member belongs in: up at once, down only when the tier's period has run out (docs/pricing.md).

The ladder is the chain's ``reference.TierRow`` by rank. The lowest is everyone's. A higher tier is reached when one of
its thresholds is met by what the member did in its period (days up to and including today; 0 counts all there is). A
higher tier without thresholds is given by hand: no rule leads into it or out of it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from commerce.checks import check_amount, check_code, check_int, check_per_mille, check_text
from commerce.errors import InputError
from commerce.limits import PER_MILLE_MAX, VALID_DAYS_MAX
from commerce.points import parse_day
from commerce.reference import TierRow

TIERS_MAX = 64
"""Rungs of one ladder: more than anyone can explain at a till."""


class Deed(NamedTuple):
    """What a member did on one business day; refunds count below zero. Minor units, and points earned."""

    day: str
    spend: int = 0
    top_up: int = 0
    points: int = 0


class History(NamedTuple):
    """A member's tier ("" for none yet), the day its period began, and the deeds that are known."""

    tier: str
    since: str
    deeds: tuple[Deed, ...] = ()


class Progress(NamedTuple):
    """How far a member is on the way to one threshold."""

    measure: str  # spend | top_up | points
    reached: int
    needed: int


@dataclass(frozen=True, slots=True)
class TierDecision:
    """Where the member belongs and why. ``since`` and ``review_on`` ("" for never) are those of ``tier``."""

    tier: str
    change: str  # none | up | down | renewed | set
    reason: str  # in_period | threshold_met | not_kept | kept | by_hand | no_tier | lowest
    since: str
    review_on: str
    next_tier: str  # the rung above that can be reached by deeds, "" at the top
    progress: tuple[Progress, ...]  # towards that rung; one met suffices


def check_tier(row: TierRow) -> TierRow:
    """Return a tier whose every field is in bounds, else InputError with the field. For editors and imports."""
    check_code(row.code, "code")
    check_text(row.name, "name", required=True)
    check_int(row.rank, "rank", 0, 10_000)
    check_per_mille(row.discount_per_mille, "discount_per_mille")
    if row.price_level:
        check_code(row.price_level, "price_level")
    check_int(row.points_per_mille, "points_per_mille", 0, PER_MILLE_MAX)
    for measure, needed in thresholds(row):
        check_amount(needed, measure)
    check_int(row.period_days, "period_days", 0, VALID_DAYS_MAX)
    return row


def ladder(tiers: Iterable[TierRow]) -> tuple[TierRow, ...]:
    """Return the tiers from lowest to highest; InputError ``no_tiers``, ``too_many``, ``duplicate_rank``."""
    rungs = sorted(tiers, key=lambda row: row.rank)
    if not rungs:
        raise InputError("no_tiers")
    if len(rungs) > TIERS_MAX:
        raise InputError("too_many", field="tiers", limit=TIERS_MAX)
    if len({row.rank for row in rungs}) != len(rungs) or len({row.code for row in rungs}) != len(rungs):
        raise InputError("duplicate_rank")
    return tuple(rungs)


def thresholds(row: TierRow) -> tuple[tuple[str, int], ...]:
    """Return (measure, needed) of the thresholds a tier has; () when only a hand gives it."""
    pairs = (("spend", row.from_spend), ("top_up", row.from_top_up), ("points", row.from_points))
    return tuple((measure, needed) for measure, needed in pairs if needed)


def progress(row: TierRow, deeds: Iterable[Deed], today: date) -> tuple[Progress, ...]:
    """Return how far `deeds` of the tier's period lead towards each of its thresholds."""
    last = today.isoformat()
    first = _days_from(today, 1 - row.period_days) if row.period_days else ""
    counted = [deed for deed in deeds if first <= deed.day <= last]
    return tuple(
        Progress(measure, sum(getattr(deed, measure) for deed in counted), needed)
        for measure, needed in thresholds(row)
    )


def tier_for(history: History, tiers: Sequence[TierRow], today: str) -> TierDecision:
    """Decide a member's tier on business day `today`: a preview, or the decision that a fact then writes down."""
    case = _Case(ladder(tiers), history, parse_day(today))
    best, lowest, since = case.best(), case.rungs[0], history.since
    current = next((row for row in case.rungs if row.code == history.tier), None)
    if current is None:
        return case.decided(best, today, "set", "no_tier")
    if current is not lowest and not thresholds(current):
        return case.decided(current, since, "none", "by_hand")
    if best.rank > current.rank:
        return case.decided(best, today, "up", "threshold_met")
    if current is lowest:
        return case.decided(current, since, "none", "lowest")
    review_on = case.review_on(current, since)
    if not review_on or today < review_on:
        return case.decided(current, since, "none", "in_period")
    if best is current:
        return case.decided(current, today, "renewed", "kept")
    return case.decided(best, today, "down", "not_kept")


def preview(histories: Iterable[History], tiers: Sequence[TierRow], today: str) -> Counter[tuple[str, str]]:
    """Count how many members a ladder would move (tier now, tier then), those who stay included."""
    return Counter((history.tier, tier_for(history, tiers, today).tier) for history in histories)


class _Case(NamedTuple):
    """One member before one ladder on one day."""

    rungs: tuple[TierRow, ...]
    history: History
    day: date

    def best(self) -> TierRow:
        """The highest rung of which a threshold is met; the lowest rung is everyone's."""
        reached = self.rungs[0]
        for row in self.rungs[1:]:
            if any(step.reached >= step.needed for step in progress(row, self.history.deeds, self.day)):
                reached = row
        return reached

    def review_on(self, row: TierRow, since: str) -> str:
        """The first day on which a member may fall from the tier: its period after `since`; "" when it is for good."""
        if row is self.rungs[0] or not thresholds(row) or not row.period_days:
            return ""
        return _days_from(parse_day(since), row.period_days)

    def decided(self, row: TierRow, since: str, change: str, reason: str) -> TierDecision:
        """Write a decision down, with the way to the next rung."""
        above = next((rung for rung in self.rungs if rung.rank > row.rank and thresholds(rung)), None)
        return TierDecision(
            tier=row.code,
            change=change,
            reason=reason,
            since=since,
            review_on=self.review_on(row, since),
            next_tier=above.code if above else "",
            progress=progress(above, self.history.deeds, self.day) if above else (),
        )


def _days_from(day: date, days: int) -> str:
    """Return the ISO day `days` from `day`; InputError ``bad_day`` outside the calendar."""
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        raise InputError("bad_day") from None
