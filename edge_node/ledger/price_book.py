"""The price book in memory: all reference rows of this branch as one frozen object, loaded anew when they change.

Loading 10,000 products takes about 100 ms; so it is done once, not per sale. A sale names the feed positions that the
book was loaded at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from sys import intern
from types import MappingProxyType
from typing import Any

from commerce.catalogue import Catalogue
from commerce.categories import Categories
from commerce.plans.check import stands
from commerce.plans.row import PlanRow
from commerce.promotions.index import Promotions
from commerce.promotions.row import PromotionRow
from commerce.reference import (
    CHAIN_FEED,
    CategoryRow,
    ClearingRuleRow,
    DirectoryRow,
    ProductRow,
    SettingRow,
    StaffRow,
    TierRow,
    TopUpRuleRow,
    branch_feed,
)
from commerce.sharing import NO_RULES, ClearingRules
from edge_node.errors import Code, MendInputError
from edge_node.ledger import bodies, settings
from edge_node.ledger.node import Node
from edge_node.ledger.settings import Settings
from edge_node.storage.database import Connection

QUICK_ITEM = "quick"
"""The item of a quick sale (amount only): its price is set at the till."""

_QUICK = ProductRow(QUICK_ITEM, "快速收银", "", "", 0, kind="service", discountable=False, pinyin="kssy")


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Everything that prices and permits a sale here. ``positions``: feed positions the rows were read at.

    ``promotion_rows``, ``plans``: by code, also those that do not run or are not sold any more: papers of old sales
    name them, and members hold them.
    """

    catalogue: Catalogue
    tiers: Mapping[str, TierRow]
    top_up_rules: Mapping[str, TopUpRuleRow]
    promotions: Promotions
    promotion_rows: Mapping[str, PromotionRow]
    staff: Mapping[str, StaffRow]
    directory: Mapping[str, DirectoryRow]
    settings: Settings
    positions: tuple[tuple[str, int], ...]
    plans: Mapping[str, PlanRow] = field(default_factory=dict)
    clearing: ClearingRules = NO_RULES
    categories: Categories = field(default_factory=Categories)

    def tier(self, code: str) -> TierRow | None:
        """Return a tier's row; None for a walk-in and for a tier this branch does not know (list prices then)."""
        return self.tiers.get(code)

    def top_up_rule(self, code: str) -> TopUpRuleRow | None:
        """Return the rule of a top-up, None for "" (no rule); MendInputError ``unknown_rule``."""
        if not code:
            return None
        if code not in self.top_up_rules:
            raise MendInputError(Code.UNKNOWN_RULE, rule=code[:32])
        return self.top_up_rules[code]


class PriceBooks:
    """Keeps the newest book. For the database thread alone; ``forget`` after a commit that changed reference rows."""

    def __init__(self) -> None:
        self._book: PriceBook | None = None

    def current(self, conn: Connection, node: Node) -> PriceBook:
        """Return the book, read from the reference rows if it was forgotten."""
        if self._book is None:
            self._book = load_price_book(conn, node)
        return self._book

    def forget(self) -> None:
        """Read the rows anew at the next use."""
        self._book = None


_NAMED: Mapping[type, str] = MappingProxyType(
    {
        ProductRow: "item",
        CategoryRow: "name",
        TierRow: "code",
        TopUpRuleRow: "code",
        PromotionRow: "code",
        PlanRow: "code",
        StaffRow: "number",
        DirectoryRow: "branch",
        SettingRow: "name",
    }
)
"""Rows that the book keeps by a name of theirs: a branch's takes the place of the chain's."""


def load_price_book(conn: Connection, node: Node) -> PriceBook:
    """Read and decode all reference rows but pictures: the chain's, then the branch's, which win."""
    found: dict[type, dict[str, Any]] = {kind: {} for kind in _NAMED}
    found[ProductRow][QUICK_ITEM] = _QUICK
    clearing: dict[str, list[ClearingRuleRow]] = {CHAIN_FEED: [], branch_feed(node.branch): []}
    for feed in (CHAIN_FEED, branch_feed(node.branch)):
        for key, body in _rows(conn, feed):
            row = bodies.decode_row(key, body)
            if isinstance(row, ClearingRuleRow):
                clearing[feed].append(row)
            elif type(row) in found and (not isinstance(row, PlanRow) or stands(row)):
                found[type(row)][getattr(row, _NAMED[type(row)])] = _shared(row) if type(row) is ProductRow else row
    positions = conn.execute("SELECT feed, position FROM positions ORDER BY feed").fetchall()
    promotions = found[PromotionRow]
    return PriceBook(
        Catalogue(found[ProductRow].values()),
        found[TierRow],
        found[TopUpRuleRow],
        Promotions(promotions.values()),
        promotions,
        found[StaffRow],
        found[DirectoryRow],
        settings.parse({name: row.value for name, row in found[SettingRow].items()}),
        tuple(positions),
        found[PlanRow],
        ClearingRules(clearing[CHAIN_FEED], clearing[branch_feed(node.branch)]),
        Categories(found[CategoryRow].values()),
    )


def _rows(conn: Connection, feed: str) -> Iterator[tuple[str, bytes]]:
    """Read a feed's rows by key; pictures are left on the disk: they price nothing and may be a hundred megabytes."""
    query = "SELECT key, body FROM reference WHERE feed = ? AND key >= ? AND key < ? ORDER BY key"
    for low, high in (("", "picture:"), ("picture;", "\U0010ffff")):
        yield from conn.execute(query, (feed, low, high))


def _shared(row: ProductRow) -> ProductRow:
    """Let products share the texts that repeat: of 10,000 products that is a third of the book's memory."""
    return replace(row, category=intern(row.category), unit=intern(row.unit), kind=intern(row.kind))
