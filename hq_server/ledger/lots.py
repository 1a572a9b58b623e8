"""Lots and their holders as HQ knows them, read in bulk: for placement, requests, feeds and the office.

Stage 2 alone writes these tables (``reconcile``). Amounts are integers in the lot's asset.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from commerce.facts import Terms
from commerce.limits import AMOUNT_MAX
from commerce.lots import LotView
from commerce.plans.cover import use_worth
from commerce.plans.row import plan_of
from hq_server.ledger import terms as terms_table
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_SELECT = (
    "SELECT lot, owner, owner_kind, asset, issuer, opened_on, expires_on, pair, terms, issued, own, set_aside, "
    "transit, spent, refunded, paid_out, withdrawn, expired, exposure FROM lots "
)


class Lot(NamedTuple):
    """One lot: what it is, and HQ's terms of the invariant (ledger.md)."""

    lot: bytes
    owner: bytes
    owner_kind: str
    asset: str
    issuer: str
    opened_on: str
    expires_on: str
    pair: bytes
    terms: Terms
    issued: int
    own: int
    set_aside: int
    transit: int
    spent: int
    refunded: int
    paid_out: int
    withdrawn: int
    expired: int
    exposure: int

    @property
    def left(self) -> int:
        """What the owner still has of it, wherever the rights lie: issued − consumed."""
        return self.issued - self.spent + self.refunded - self.paid_out - self.withdrawn - self.expired


class Holder(NamedTuple):
    """What one incarnation holds of one lot. ``rights`` mean something for open incarnations only."""

    no: int
    granted: int
    born: int
    gone: int
    suspended: int
    exposure: int

    @property
    def rights(self) -> int:
        """What an open holder may use as HQ knows it; never below zero."""
        return max(0, self.granted + self.born - self.gone)


def by_ids(conn: Connection, lots: Iterable[bytes]) -> dict[bytes, Lot]:
    """Return lots by id; unknown ids are left out."""
    return {lot.lot: lot for lot in _with_terms(conn, select_in(conn, _SELECT + "WHERE lot IN ({})", set(lots)))}


def of_owners(conn: Connection, owners: Iterable[bytes]) -> dict[bytes, list[Lot]]:
    """Return all lots per owner (member, bearer card or campaign), by lot id; owners without lots are left out."""
    found: dict[bytes, list[Lot]] = {}
    rows = select_in(conn, _SELECT + "WHERE owner IN ({})", set(owners))
    for lot in _with_terms(conn, rows):
        found.setdefault(lot.owner, []).append(lot)
    for lots in found.values():
        lots.sort(key=lambda lot: lot.lot)
    return found


def holders(conn: Connection, lots: Iterable[bytes]) -> dict[bytes, list[Holder]]:
    """Return every incarnation that ever held rights to the lots, open or not, by incarnation number."""
    found: dict[bytes, list[Holder]] = {}
    sql = "SELECT lot, no, granted, born, gone, suspended, exposure FROM rights WHERE lot IN ({})"
    for lot, *row in select_in(conn, sql, set(lots)):
        found.setdefault(lot, []).append(Holder(*row))
    return found


def orders(conn: Connection, lots: Iterable[bytes]) -> dict[tuple[bytes, int], tuple[str, int]]:
    """Return HQ's standing orders: (lot, no) → (kind, amount)."""
    rows = select_in(conn, "SELECT lot, no, kind, amount FROM orders WHERE lot IN ({})", set(lots))
    return {(lot, no): (kind, amount) for lot, no, kind, amount in rows}


def balances(conn: Connection, owner: bytes) -> dict[str, int]:
    """Return what an owner still has, per asset, in the whole chain as HQ knows it."""
    sums: dict[str, int] = {}
    for lot in of_owners(conn, [owner]).get(owner, []):
        sums[lot.asset] = sums.get(lot.asset, 0) + lot.left
    return sums


def view(lot: Lot, rights: int) -> LotView:
    """Show a lot to commerce's rules as a holder of `rights` sees it."""
    return LotView(
        lot.lot, lot.owner, lot.asset, lot.issuer, lot.opened_on, lot.expires_on, lot.pair, lot.terms, rights
    )


def _with_terms(conn: Connection, rows: Iterable[tuple[Any, ...]]) -> list[Lot]:
    """Put the terms in place of their numbers; a lot listed twice comes once."""
    unique = {row[0]: row for row in rows}
    known = terms_table.by_numbers(conn, {row[8] for row in unique.values()})
    return [_believed(Lot._make((*row[:8], known[row[8]], *row[9:]))) for row in unique.values()]


def _believed(lot: Lot) -> Lot:
    """Return a count's lot whose uses are worth nothing if together they were sold for more than any plan can be.

    A branch wrote the terms, and a forged lot may be issued again and again: what it is worth must fit an entry.
    """
    if plan_of(lot.asset) and lot.issued * use_worth(lot.terms) > AMOUNT_MAX:
        return lot._replace(terms=lot.terms._replace(paid=0))
    return lot
