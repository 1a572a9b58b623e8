"""What members own and who holds it, read in bulk: the common view of placement and requests."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hq_server.ledger import aliases, lots
from hq_server.ledger.lots import Lot
from hq_server.rights.apportion import VALUE_ASSETS, pairs
from hq_server.storage.database import Connection


@dataclass(slots=True)
class Wealth:
    """One owner's lots. ``held``: incarnation number → lot → rights; ``orders``: (lot, number) → (kind, amount).

    Lots that HQ has ordered to expire or to close somewhere are left out: nothing of them is moved any more.
    """

    lots: list[Lot]
    held: dict[int, dict[bytes, int]] = field(default_factory=dict)
    orders: dict[tuple[bytes, int], tuple[str, int]] = field(default_factory=dict)

    @property
    def pairs(self) -> list[list[Lot]]:
        """The value lots by pair, in spend order."""
        return pairs(self.lots)

    @property
    def own(self) -> int:
        """Stored value in HQ's own hand."""
        return sum(lot.own for lot in self.lots if lot.asset in VALUE_ASSETS)

    def value_at(self, no: int) -> int:
        """Stored value in the hand of one incarnation."""
        here = self.held.get(no)
        return sum(here.get(lot.lot, 0) for lot in self.lots if lot.asset in VALUE_ASSETS) if here else 0

    def of_asset(self, asset: str) -> list[Lot]:
        """Lots of one other asset, in spend order."""
        found = [lot for lot in self.lots if lot.asset == asset]
        return sorted(found, key=lambda lot: (lot.expires_on == "", lot.expires_on, lot.opened_on, lot.lot))


def load(conn: Connection, owners: Iterable[bytes]) -> dict[bytes, Wealth]:
    """Read what owners have left, with what those had who became them; owners without anything are left out."""
    wanted = set(owners)
    merged = aliases.merged_into(conn, wanted)
    of_owners = lots.of_owners(conn, wanted.union(*merged.values()))
    owned = {
        owner: [lot for one in (owner, *merged.get(owner, ())) for lot in of_owners.get(one, ()) if lot.left > 0]
        for owner in wanted
    }
    ids = [lot.lot for of_owner in owned.values() for lot in of_owner]
    holders = lots.holders(conn, ids)
    orders = lots.orders(conn, ids)
    ended = {lot for (lot, _), (kind, _) in orders.items() if kind != "keep"}
    found: dict[bytes, Wealth] = {}
    for owner, of_owner in owned.items():
        wealth = Wealth([lot for lot in of_owner if lot.lot not in ended])
        for lot in wealth.lots:
            for holder in holders.get(lot.lot, ()):
                if holder.rights:
                    wealth.held.setdefault(holder.no, {})[lot.lot] = holder.rights
        if wealth.lots:
            found[owner] = wealth
    owner_of = {lot.lot: owner for owner, wealth in found.items() for lot in wealth.lots}
    for ordered, order in orders.items():
        if ordered[0] in owner_of:
            found[owner_of[ordered[0]]].orders[ordered] = order
    return found
