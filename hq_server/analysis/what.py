"""One fact on its way into rows, and the small words that all projections share."""

from collections.abc import Iterable
from typing import NamedTuple

from commerce.facts import Sale, Tender, Use
from commerce.lots import BONUS, POINTS
from commerce.moves import MONEY_ASSETS
from commerce.plans.row import plan_of
from commerce.tender import POINTS as POINTS_TENDER
from commerce.tender import STORED_VALUE, USES
from hq_server.analysis import limits
from hq_server.analysis.reading import Told
from hq_server.analysis.rows import SHIFTS, TENDERS, TOTALS, Figures, Key, Table
from sync_protocol.limits import ID

COUPON = "coupon:"
"""Coupons are lots of an asset of this prefix (ledger.md)."""


class Sold(NamedTuple):
    """The sale that a refund names, and the branch that sold."""

    sale: Sale
    branch: str


class Case:
    """One fact: what is known of it, and what it adds. Amounts are signed as the columns of ``acts`` are."""

    __slots__ = (
        "about", "amount", "bonus", "branch", "day", "discount", "figures", "hour", "id", "kind", "points", "principal",
        "ref", "sold",
    )  # fmt: skip

    def __init__(self, told: Told, day: str, sold: Sold | None) -> None:
        self.branch, self.day, self.sold = told.branch, day, sold
        envelope = told.envelope
        self.kind = envelope.kind if envelope else ""
        self.hour = (envelope.at // 3_600_000 + 8) % 24 if envelope else 0  # China's
        self.figures: Figures = []
        self.amount = self.discount = self.principal = self.bonus = self.points = 0
        self.id = self.ref = b""
        self.about = ""

    def uncounted(self) -> "Case":
        """The same fact without any figure."""
        self.figures = []
        self.amount = self.discount = self.principal = self.bonus = self.points = 0
        return self

    def add(self, table: Table, key: Key, *values: int) -> None:
        """Add figures to a sum."""
        self.figures.append((table, key, values))

    def total(self, what: str, count: int, amount: int) -> None:
        """Add to the day's totals, unless there is nothing to add."""
        if count or amount:
            self.figures.append((TOTALS, (self.day, self.branch, what), (count, amount)))

    def tendered(self, tenders: Iterable[tuple[str, int]], shift: bytes, sign: int = 1) -> int:
        """Add what was taken in by tenders (`sign` −1: handed out) to the day and the shift; return the sum, signed."""
        sums: dict[str, int] = {}
        for tender, amount in tenders:
            name = code(tender)
            sums[name] = sums.get(name, 0) + amount
        what = "received" if sign > 0 else "paid_out"
        for name, amount in sums.items():
            self.add(TENDERS, (self.day, self.branch, code(self.kind), name), 1, sign * amount)
            if shift:
                self.add(SHIFTS, (shift, what, name), 1, amount)
        return sign * sum(sums.values())

    def lots_back(self, uses: Iterable[Use]) -> None:
        """Take off the day's tenders what went back to lots: nobody's drawer is touched."""
        sums: dict[str, int] = {}
        for use in uses:
            name = tender_of(use.asset)
            if name and use.value:
                sums[name] = sums.get(name, 0) + use.value
        for name, amount in sums.items():
            self.add(TENDERS, (self.day, self.branch, code(self.kind), name), 1, -amount)


def money(tenders: Iterable[Tender]) -> list[tuple[str, int]]:
    """Tenders as pairs of name and amount."""
    return [(tender.tender, tender.amount) for tender in tenders]


def tender_of(asset: str) -> str:
    """Return the tender that lots of an asset pay; "" for coupons, which pay nothing."""
    if asset == BONUS or asset in MONEY_ASSETS:
        return STORED_VALUE
    if asset == POINTS:
        return POINTS_TENDER
    return USES if plan_of(asset) else ""


def value_of(assets: Iterable[tuple[str, int]]) -> tuple[int, int, int]:
    """Add up (asset, amount) as (principal and gift cards, bonus, points)."""
    principal = bonus = points = 0
    for asset, amount in assets:
        if asset in MONEY_ASSETS:
            principal += amount
        elif asset == BONUS:
            bonus += amount
        elif asset == POINTS:
            points += amount
    return principal, bonus, points


def code(text: str) -> str:
    """A word, as long as any that the trade's rules let through."""
    return text[: limits.CODE]


def id_of(value: bytes) -> bytes:
    """An id; b"" for bytes that are none."""
    return value if len(value) == ID else b""
