"""Coupons handed over with a basket: which promotion each is for, and why one is not used.

A coupon is one unit of a lot of the asset ``coupon:<template>`` (facts.Use). Whoever sells finds the lots that have it
(``handed_over``) and writes the uses (``uses_of``); here each unit counts once in a basket.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commerce.errors import InputError
from commerce.facts import Use
from commerce.limits import COUPONS_MAX
from commerce.lots import LotView, offered
from commerce.promotions.index import Customer, Entry, Promotions, allows

_ASSET = "coupon:"


class Coupon(NamedTuple):
    """One coupon: its lot (16 bytes), the template that its asset names, and which unit of the lot it is."""

    lot: bytes
    template: str
    unit: int = 0


class RefusedCoupon(NamedTuple):
    """A coupon that is not used, and why.

    twice: the same unit of its lot was named before; not_here: the member has no further one that is usable here;
    unknown: no promotion takes it; not_for_customer; not_running; too_many: the promotion takes no more of them in one
    basket; nothing: it lowers nothing here, or is worth less than what the goods get without it.
    """

    lot: bytes
    template: str
    reason: str


def hand_out(
    promotions: Promotions, running: Iterable[Entry], customer: Customer, coupons: Sequence[Coupon]
) -> tuple[dict[int, list[Coupon]], list[RefusedCoupon]]:
    """Give each coupon to the first running promotion that takes its template; return them by entry, and the others.

    InputError ``too_many``.
    """
    if len(coupons) > COUPONS_MAX:
        raise InputError("too_many", field="coupons", limit=COUPONS_MAX)
    now = {entry.number for entry in running}
    given: dict[int, list[Coupon]] = {}
    refused: list[RefusedCoupon] = []
    named: set[tuple[bytes, int]] = set()
    for coupon in coupons:
        entries = promotions.coupons.get(coupon.template, ())
        fit = [entry for entry in entries if entry.number in now]
        room = [entry for entry in fit if not entry.row.limit or len(given.get(entry.number, ())) < entry.row.limit]
        if (coupon.lot, coupon.unit) in named:
            reason = "twice"
        elif room:
            given.setdefault(room[0].number, []).append(coupon)
            named.add((coupon.lot, coupon.unit))
            continue
        elif fit:
            reason = "too_many"
        elif entries:
            reason = "not_running" if any(allows(entry.row, customer) for entry in entries) else "not_for_customer"
        else:
            reason = "unknown"
        refused.append(RefusedCoupon(coupon.lot, coupon.template, reason))
    return given, refused


def coupon_asset(template: str) -> str:
    """Name the asset of a template's coupons."""
    return f"{_ASSET}{template}"


def template_of(asset: str) -> str:
    """Return the template whose coupons an asset counts; "" for every other asset."""
    return asset.removeprefix(_ASSET) if asset.startswith(_ASSET) else ""


def handed_over(
    views: Iterable[LotView], day: str, templates: Sequence[str]
) -> tuple[tuple[Coupon, ...], tuple[RefusedCoupon, ...]]:
    """Find a unit for each template named, the soonest to expire first; return also those that are not here."""
    units: dict[str, list[Coupon]] = {}
    for view in offered(views, day):
        template = template_of(view.asset)
        if template in templates:
            units.setdefault(template, []).extend(
                Coupon(view.lot, template, unit) for unit in range(min(view.rights, COUPONS_MAX))
            )
    found: list[Coupon] = []
    missing: list[RefusedCoupon] = []
    for template in templates:
        if units.get(template):
            found.append(units[template].pop(0))
        else:
            missing.append(RefusedCoupon(b"", template, "not_here"))
    return tuple(found), tuple(missing)


def uses_of(views: Iterable[LotView], lots: Iterable[bytes]) -> tuple[Use, ...]:
    """Return the uses of the coupons that promotions took, by lot: worth nothing, for the discount is the price's."""
    counts: dict[bytes, int] = {}
    for lot in lots:
        counts[lot] = counts.get(lot, 0) + 1
    return tuple(Use(view.lot, view.asset, view.issuer, counts[view.lot], 0) for view in views if view.lot in counts)
