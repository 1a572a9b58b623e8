"""What a member can spend here without asking anyone: this incarnation's own rights to the member's lots."""

from dataclasses import dataclass
from typing import NamedTuple

from commerce.facts import LotIssue
from commerce.lots import POINTS, LotView
from commerce.rights import Holding
from commerce.wallet import available, balances
from edge_node import limits
from edge_node.ledger import bodies
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection

_BARRED = frozenset({"closing", "expire"})
"""Orders of HQ under which a lot is not used any more."""


class Collecting(NamedTuple):
    """A points lot of this incarnation that can still grow."""

    lot: bytes
    opened_on: str
    expires_on: str


@dataclass(frozen=True, slots=True)
class Wallet:
    """A member's lots here. ``held`` are the live holdings behind ``views``; ``commit`` takes them as they are."""

    views: tuple[LotView, ...]
    held: dict[bytes, Holding]
    collecting: tuple[Collecting, ...]

    def here(self, day: str) -> dict[str, int]:
        """Per asset what can be used here on the business day."""
        return balances(self.views, day)

    def stored_value(self, day: str) -> int:
        """Principal and bonus that can pay here on the business day, minor units."""
        return available(self.views, day)

    def points(self, day: str) -> int:
        """Points that can be used here on the business day."""
        return self.here(day).get(POINTS, 0)

    def left(self, day: str, fresh: LotIssue | None = None) -> dict[str, int]:
        """Per asset what can be used here after ``held`` was used; `fresh`: points just earned, maybe in a new lot."""
        views = [view._replace(rights=self.held[view.lot].rights) for view in self.views]
        sums = balances(views, day)
        if fresh is not None and all(view.lot != fresh.lot for view in views):
            sums[fresh.asset] = sums.get(fresh.asset, 0) + fresh.amount
        return sums

    def collecting_lot(self, expires_on: str) -> Collecting | None:
        """Return the points lot that grows under this expiry, if there is one."""
        for lot in self.collecting:
            if lot.expires_on == expires_on:
                return lot
        return None


EMPTY = Wallet((), {}, ())
"""The wallet of a walk-in."""


def wallet(conn: Connection, node: Node, member: bytes) -> Wallet:
    """Read a member's wallet, with the lots of members merged into this one: rights here that HQ has not barred."""
    rows = conn.execute(
        "SELECT l.lot, l.owner, l.asset, l.issuer, l.opened_on, l.expires_on, l.pair, l.terms, l.no,"
        " r.granted, r.born, r.gone, r.order_kind FROM lots l JOIN rights r ON r.lot = l.lot AND r.no = ?1"
        " WHERE l.owner IN (SELECT ?2 UNION ALL SELECT member FROM members WHERE alias_of = ?2 AND alias_of <> x'')"
        " AND (r.granted + r.born > r.gone OR (l.asset = 'points' AND l.no = ?1))"
        " ORDER BY l.no IS ?1 AND l.asset = 'points' DESC, l.opened_on LIMIT ?3",
        (node.no, member, limits.MEMBER_LOTS),
    ).fetchall()
    views: list[LotView] = []
    held: dict[bytes, Holding] = {}
    collecting: list[Collecting] = []
    for lot, owner, asset, issuer, opened_on, expires_on, pair, terms, no, granted, born, gone, order in rows:
        held[lot] = holding = Holding(granted, born, gone)
        if asset == POINTS and (no, owner) == (node.no, member) and order not in _BARRED:
            collecting.append(Collecting(lot, opened_on, expires_on))
        if order not in _BARRED and holding.rights:
            view = LotView(
                lot, owner, asset, issuer, opened_on, expires_on, pair, bodies.terms_of(terms), holding.rights
            )
            views.append(view)
    return Wallet(tuple(views), held, tuple(collecting))
