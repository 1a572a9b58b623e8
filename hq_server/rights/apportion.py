"""From an amount of stored value to lots: in the order in which they are spent, a pair's halves together by ``cut``.

Pure. A *pair* is a principal lot with its bonus lots (ledger.md, "Vocabulary"); whoever holds both in the giver's ratio
can sell by the plan's own spend order.
"""

from collections.abc import Callable, Iterable, Mapping

from commerce.cut import cut
from hq_server.ledger.lots import Lot

VALUE_ASSETS = frozenset({"principal", "bonus"})
"""What is planned together as stored value, amount for amount."""


def pairs(lots: Iterable[Lot]) -> list[list[Lot]]:
    """Group value lots by pair, principal first, in the order in which a till spends them."""
    groups: dict[bytes, list[Lot]] = {}
    for lot in lots:
        if lot.asset in VALUE_ASSETS:
            groups.setdefault(lot.pair or lot.lot, []).append(lot)
    for group in groups.values():
        group.sort(key=lambda lot: (lot.asset != "principal", _order(lot)))
    return sorted(groups.values(), key=lambda group: min(map(_order, group)))


def take(groups: Iterable[list[Lot]], here: Callable[[Lot], int], amount: int) -> list[tuple[bytes, int]]:
    """Take up to `amount` out of what `here` says of each lot, pair by pair; return (lot, amount > 0)."""
    taken: list[tuple[bytes, int]] = []
    for group in groups:
        parts = [here(lot) for lot in group]
        now = min(amount, sum(parts))
        amount -= now
        taken += [(lot.lot, part) for lot, part in zip(group, cut(now, parts), strict=True) if part]
        if not amount:
            break
    return taken


def keeping(groups: Iterable[list[Lot]], here: Mapping[bytes, int], amount: int) -> list[tuple[bytes, int]]:
    """Say how much of each lot a holder keeps so that it keeps `amount` in all: (lot, keep) of lots that must give."""
    groups = list(groups)
    kept = dict(take(groups, lambda lot: here.get(lot.lot, 0), amount))
    return [
        (lot.lot, kept.get(lot.lot, 0))
        for group in groups
        for lot in group
        if here.get(lot.lot, 0) > kept.get(lot.lot, 0)
    ]


def _order(lot: Lot) -> tuple[bool, str, str, bytes]:
    """Soonest expiry first (never: last), then oldest, then id (clarifications.md)."""
    return lot.expires_on == "", lot.expires_on, lot.opened_on, lot.lot
