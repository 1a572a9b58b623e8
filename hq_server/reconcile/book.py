"""What stage 2 holds in memory while it plans: lots, holdings, sales and claims that a chunk touches.

Rows are mutable objects (commerce's arithmetic runs through them a hundred thousand times a second); ``load`` fills
them, ``plan`` changes them, ``execute`` writes back all that is here: nothing is loaded that is not touched.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from commerce.facts import LotIssue, Terms
from commerce.limits import BASIS_POINTS_MAX, RATIO_MAX
from commerce.moves import MONEY, MONEY_ASSETS
from commerce.plans.row import plan_of
from commerce.rights import Holding, LotBook
from hq_server.ledger.entitlements import Held as Entitled
from hq_server.ledger.sales import Remains, Where

_TERMS_KEPT = 4096
_NOTHING = (0,) * 10

CLEARED = MONEY_ASSETS | {"bonus"}
"""Assets whose use in another branch than the issuer's makes somebody owe its amount; counts are ``uses``' business."""


class LotRow(LotBook):
    """A lot as in the table: what the plan needs to know of it, and its terms of the invariant.

    `owner` is b"" unless a member owns it; `known`: an entry said what it is; `issue`: that, where it is to be written;
    `plain`, `cleared`: see ``clearing``. `stood`: its counters in the table; `was`: its key there (see ``key``) when
    it is another now.
    """

    __slots__ = (
        "asset",
        "cleared",
        "expires_on",
        "fresh",
        "issue",
        "issuer",
        "known",
        "lot",
        "opened_on",
        "owner",
        "plain",
        "stood",
        "terms",
        "unit",
        "was",
    )

    def __init__(self, lot: bytes, issuer: str, asset: str) -> None:
        super().__init__()
        self.lot = lot
        self.issue: LotIssue | None = None
        self.fresh = True
        self.opened_on = ""
        self.expires_on = ""
        self.stood: Sequence[int] = _NOTHING
        self.was: tuple[str, str, str] | None = None
        self.be(b"", asset, issuer, Terms(), known=False)

    def describe(self, issue: LotIssue) -> None:
        """Say what the lot is: all but amounts, which moves alone change."""
        self.issue = issue
        if not self.fresh:
            self.was = self.key
        self.fresh = True
        self.opened_on = issue.opened_on
        self.expires_on = issue.expires_on
        self.be(
            issue.owner if issue.owner_kind == "member" else b"", issue.asset, issue.issuer, issue.terms, known=True
        )

    def be(self, owner: bytes, asset: str, issuer: str, terms: Terms, *, known: bool) -> None:
        """Set what the plan needs to know."""
        self.owner = owner
        self.asset = asset
        self.unit = MONEY if asset in MONEY_ASSETS else asset
        self.issuer = issuer
        self.terms = terms
        counted = bool(plan_of(asset))
        self.plain = is_plain(terms) and not counted
        self.cleared = asset in CLEARED or counted
        self.known = known

    @property
    def key(self) -> tuple[str, str, str]:
        """Under what it is added up: asset, issuer, day of issue ("" when no entry told it)."""
        return self.asset, self.issuer, self.opened_on

    def is_due(self, due: str) -> bool:
        """Whether HQ has declared it expired: the date alone says nothing, and money never is (art. 24)."""
        return "" != self.expires_on < due and self.asset not in MONEY_ASSETS

    def liability(self) -> int:
        """What the lot's own account owes: HQ's own, set aside and all that holders have; vouchers are in transit."""
        used = self.spent - self.refunded + self.paid_out + self.withdrawn + self.expired
        return self.issued + self.exposure - used - self.transit

    def counters(self) -> tuple[int, ...]:
        """HQ's terms of the invariant, in the order of the table."""
        return (
            self.issued,
            self.own,
            self.set_aside,
            self.transit,
            self.spent,
            self.refunded,
            self.paid_out,
            self.withdrawn,
            self.expired,
            self.exposure,
        )


class Held(Holding):
    """A holding as in the table; `exposure`: what of the lot's exposure this incarnation caused.

    `had`, `rested`: what the table says of its rights (0 when overspent) and of what is suspended.
    """

    __slots__ = ("exposure", "had", "rested")

    def __init__(
        self, granted: int = 0, born: int = 0, gone: int = 0, suspended: int = 0, exposure: int = 0, *, closed: bool
    ) -> None:
        super().__init__(granted, born, gone, suspended, closed=closed)
        self.exposure = exposure
        self.had = self.rested = 0


class Log:
    """An incarnation as the plan sees it; `is_open` changes while it plans."""

    __slots__ = ("branch", "incarnation", "is_hq", "is_open", "no", "node")

    def __init__(self, no: int, incarnation: bytes, node: bytes, branch: str, state: str) -> None:
        self.no = no
        self.incarnation = incarnation
        self.node = node
        self.branch = branch
        self.is_hq = state == "hq"
        self.is_open = state in ("open", "adopting")


class ClaimState:
    """A claim as the plan sees it; `money`: what its release grants in money, `paid`: what was handed out."""

    __slots__ = ("claim", "claimant", "claimant_no", "money", "paid", "sale", "seller", "seller_no", "state")

    def __init__(  # noqa: PLR0917 -- built from a database row, in this order
        self,
        claim: bytes,
        sale: bytes,
        seller: str,
        seller_no: int,
        claimant: str,
        claimant_no: int,
        state: str,
        paid: int,
        money: int,
    ) -> None:
        self.claim = claim
        self.sale = sale
        self.seller = seller
        self.seller_no = seller_no
        self.claimant = claimant
        self.claimant_no = claimant_no
        self.state = state
        self.paid = paid
        self.money = money


class Book:
    """All rows in memory. ``holdings``: incarnation number → lot → what it holds."""

    def __init__(self) -> None:
        self.logs: dict[int, Log] = {}
        self.numbers: dict[bytes, int] = {}
        self.lots: dict[bytes, LotRow] = {}
        self.holdings: dict[int, dict[bytes, Held]] = {}
        self.sales: dict[bytes, Where] = {}
        self.awaited: set[bytes] = set()  # sales that something in this run or an open claim names
        self.entries: dict[bytes, bytes] = {}  # sale → its entry, where something comes back
        self.remains: dict[bytes, Remains] = {}
        self.claims: dict[bytes, ClaimState] = {}
        self.entitlements: dict[bytes, Entitled] = {}
        self.turnovers: dict[str, int] = {}  # branch → what its entries moved and posted in all
        self.tolerances: Mapping[str, int] = {}  # branch → by how much a count may differ and nobody is asked
        self.period = 1
        self.due = ""  # what was to be used before this day is written off: HQ said so

    def add_log(self, log: Log) -> None:
        """Make an incarnation known."""
        self.logs[log.no] = log
        self.numbers[log.incarnation] = log.no

    def holding(self, no: int, lot: bytes) -> Held:
        """Return what log `no` holds of a lot, nothing at first."""
        of_log = self.holdings.setdefault(no, {})
        held = of_log.get(lot)
        if held is None:
            held = of_log[lot] = Held(closed=not self.logs[no].is_open)
        return held


@lru_cache(_TERMS_KEPT)
def is_plain(terms: Terms) -> bool:
    """Whether the spender keeps the principal, the issuer bears the bonus, and no fee is due."""
    weights = (*terms.principal_ratio[:2], *terms.bonus_ratio[1:])
    return is_lawful(terms) and not any(weights) and not terms.fee_bp


@lru_cache(_TERMS_KEPT)
def is_lawful(terms: Terms) -> bool:
    """Whether the terms, as a branch wrote them, can be computed with: weights and fee within commerce's bounds."""
    weights = (terms.principal_ratio, terms.bonus_ratio)
    return all(all(0 <= part <= RATIO_MAX for part in ratio) and any(ratio) for ratio in weights) and (
        0 <= terms.fee_bp <= BASIS_POINTS_MAX
    )
