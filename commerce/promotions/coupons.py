"""Coupons handed over with a basket: which promotion each is for, and why one is not used.

A coupon is one unit of a lot of the asset ``coupon:<template>`` (facts.Use). Whoever sells checks that the lot has it
and writes its use; here one lot counts once in a basket.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commerce.errors import InputError
from commerce.limits import COUPONS_MAX
from commerce.promotions.index import Customer, Entry, Promotions, allows


class Coupon(NamedTuple):
    """One coupon: its lot (16 bytes) and the template that its asset names."""

    lot: bytes
    template: str


class RefusedCoupon(NamedTuple):
    """A coupon that is not used, and why.

    twice: its lot was named before; unknown: no promotion takes it; not_for_customer; not_running; too_many: the
    promotion takes no more of them in one basket; nothing: it lowers nothing here, or is worth less than what the goods
    get without it.
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
    lots: set[bytes] = set()
    for coupon in coupons:
        entries = promotions.coupons.get(coupon.template, ())
        fit = [entry for entry in entries if entry.number in now]
        room = [entry for entry in fit if not entry.row.limit or len(given.get(entry.number, ())) < entry.row.limit]
        if coupon.lot in lots:
            reason = "twice"
        elif room:
            given.setdefault(room[0].number, []).append(coupon)
            lots.add(coupon.lot)
            continue
        elif fit:
            reason = "too_many"
        elif entries:
            reason = "not_running" if any(allows(entry.row, customer) for entry in entries) else "not_for_customer"
        else:
            reason = "unknown"
        refused.append(RefusedCoupon(coupon.lot, coupon.template, reason))
    return given, refused
