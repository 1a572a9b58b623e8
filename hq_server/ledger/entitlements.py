"""Period and discount cards as HQ knows them (ledger.md, "Not lots"): no rights, only dates."""

from collections.abc import Iterable
from typing import NamedTuple

from commerce.reference import EntitlementRow
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

HELD, ENDED = "held", "ended"

_SELECT = "SELECT entitlement, member, plan, branch, first_day, last_day, frozen_on, state FROM entitlements "


class Held(NamedTuple):
    """One entitlement. ``branch`` sold it; ``frozen_on`` "": it runs; ``state``: held, or ended (taken back)."""

    entitlement: bytes
    member: bytes
    plan: str
    branch: str
    first_day: str
    last_day: str
    frozen_on: str
    state: str

    @property
    def row(self) -> EntitlementRow:
        """What every branch reads of it."""
        return EntitlementRow(self.entitlement, self.member, self.plan, self.first_day, self.last_day, self.frozen_on)


def by_ids(conn: Connection, ids: Iterable[bytes]) -> dict[bytes, Held]:
    """Return entitlements by id; unknown ones are left out."""
    rows = map(Held._make, select_in(conn, _SELECT + "WHERE entitlement IN ({})", set(ids)))
    return {held.entitlement: held for held in rows}


def of_member(conn: Connection, member: bytes) -> list[Held]:
    """Return a member's entitlements, ended ones too, by first day."""
    rows = conn.execute(_SELECT + "WHERE member = ? ORDER BY first_day, entitlement", (member,))
    return [Held._make(row) for row in rows]


def every(conn: Connection) -> Iterable[Held]:
    """Return all entitlements, for verification."""
    return map(Held._make, conn.execute(_SELECT))
