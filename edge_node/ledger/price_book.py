"""The price book in memory: all reference rows of this branch as one frozen object, loaded anew when they change.

Loading 10,000 products takes about 100 ms; so it is done once, not per sale. A sale names the feed positions that the
book was loaded at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from sys import intern

from commerce.catalogue import Catalogue
from commerce.plans.check import stands
from commerce.plans.row import PlanRow
from commerce.promotions.index import Promotions
from commerce.promotions.row import PromotionRow
from commerce.reference import (
    CHAIN_FEED,
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


def load_price_book(conn: Connection, node: Node) -> PriceBook:
    """Read and decode all reference rows but pictures: the chain's, then the branch's, which win."""
    products: dict[str, ProductRow] = {QUICK_ITEM: _QUICK}
    tiers: dict[str, TierRow] = {}
    rules: dict[str, TopUpRuleRow] = {}
    promotions: dict[str, PromotionRow] = {}
    plans: dict[str, PlanRow] = {}
    staff: dict[str, StaffRow] = {}
    directory: dict[str, DirectoryRow] = {}
    values: dict[str, str] = {}
    clearing: dict[str, list[ClearingRuleRow]] = {CHAIN_FEED: [], branch_feed(node.branch): []}
    for feed in (CHAIN_FEED, branch_feed(node.branch)):
        for key, body in _rows(conn, feed):
            match bodies.decode_row(key, body):
                case ProductRow() as row:
                    products[row.item] = _shared(row)
                case TierRow() as row:
                    tiers[row.code] = row
                case TopUpRuleRow() as row:
                    rules[row.code] = row
                case ClearingRuleRow() as row:
                    clearing[feed].append(row)
                case PromotionRow() as row:
                    promotions[row.code] = row
                case PlanRow() as row if stands(row):
                    plans[row.code] = row
                case StaffRow() as row:
                    staff[row.number] = row
                case DirectoryRow() as row:
                    directory[row.branch] = row
                case SettingRow() as row:
                    values[row.name] = row.value
                case _:
                    pass
    positions = conn.execute("SELECT feed, position FROM positions ORDER BY feed").fetchall()
    return PriceBook(
        Catalogue(products.values()),
        tiers,
        rules,
        Promotions(promotions.values()),
        promotions,
        staff,
        directory,
        settings.parse(values),
        tuple(positions),
        plans,
        ClearingRules(clearing[CHAIN_FEED], clearing[branch_feed(node.branch)]),
    )


def _rows(conn: Connection, feed: str) -> Iterator[tuple[str, bytes]]:
    """Read a feed's rows by key; pictures are left on the disk: they price nothing and may be a hundred megabytes."""
    query = "SELECT key, body FROM reference WHERE feed = ? AND key >= ? AND key < ? ORDER BY key"
    for low, high in (("", "picture:"), ("picture;", "\U0010ffff")):
        yield from conn.execute(query, (feed, low, high))


def _shared(row: ProductRow) -> ProductRow:
    """Let products share the texts that repeat: of 10,000 products that is a third of the book's memory."""
    return replace(row, category=intern(row.category), unit=intern(row.unit), kind=intern(row.kind))
