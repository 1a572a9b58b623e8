"""What a plan says shall be done: deltas, rows, findings, marks. Plain data; ``execute`` writes it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple

from commerce.clearing import Row
from commerce.facts import Fact
from hq_server.ledger import discrepancies
from hq_server.ledger.changes import Mark
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from hq_server.reconcile.book import Book, Log
from hq_server.reconcile.reading import Envelope, Reading

_DAY = 10
_DETAIL = 200
"""Characters of a discrepancy's detail: ids are a branch's to write, and the fact must fit HQ's own log."""
_STORED_MAX = 2**62
FINDINGS_PER_CODE = 16
"""Discrepancies of one code that one entry raises; thousands of moves that all lie are counted in one more."""


def bounded(amount: int) -> int:
    """Keep a number that only people look at within what the database can store."""
    return max(-_STORED_MAX, min(_STORED_MAX, amount))


class Op(Enum):
    """Small projections, one statement each (``execute.STATEMENTS``)."""

    MEMBER_NEW = auto()
    MEMBER_TIER = auto()
    MEMBER_FROZEN = auto()
    MEMBER_ALIAS = auto()
    MEMBER_CONSENT = auto()
    MEMBER_COMMITMENT = auto()
    CARD_STATE = auto()
    SHIFT_OPEN = auto()
    SHIFT_STATE = auto()
    LOG_CLOSED = auto()
    LOG_ORDERS_DROP = auto()
    CLAIM_ANSWER = auto()
    QUARANTINE = auto()
    DISCREPANCY_OPEN = auto()
    DISCREPANCY_RESOLVED = auto()
    EXPIRY_DUE = auto()
    PERIOD_CLOSE = auto()
    PERIOD_OPEN = auto()


class Visit(NamedTuple):
    """A member bought in a branch: the receipt's `total` and what of it stored value paid, minor units."""

    member: bytes
    branch: str
    day: str
    total: int
    value: int


class Pass(NamedTuple):
    """A released claim whose value HQ shall grant on to the claimant's incarnation `no`."""

    claim: bytes
    no: int
    amounts: tuple[tuple[bytes, int], ...]


Clearing = tuple[int, str, str, str, str, int, int, int]
"""One clearing row: the open period, business date, debtor, creditor, column, amount, and its entry (no, seq)."""


class SaleRecord(NamedTuple):
    """One row of sales."""

    sale: bytes
    no: int
    seq: int
    hash: bytes
    day: str
    member: bytes
    total: int


@dataclass(slots=True)
class Plan:
    """All that follows from a run of entries, beside the changed rows of the book."""

    balances: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    clearing: list[Clearing] = field(default_factory=list)
    sales: list[SaleRecord] = field(default_factory=list)
    remains: set[bytes] = field(default_factory=set)
    claims: set[bytes] = field(default_factory=set)
    entitlements: set[bytes] = field(default_factory=set)
    claim_bodies: dict[bytes, tuple[str, bytes]] = field(default_factory=dict)  # claim → (day, lines)
    ops: list[tuple[Op, tuple[Any, ...]]] = field(default_factory=list)
    findings: list[Fact] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)
    seen: set[tuple[bytes, str]] = field(default_factory=set)
    visits: list[Visit] = field(default_factory=list)
    marked_logs: set[int] = field(default_factory=set)  # all rights rows of these are to be sent anew

    def post(self, account: str, unit: str, amount: int) -> None:
        """Add to the balance of an account that is not a lot."""
        self.balances[account, unit] += amount


class Case:
    """One entry being planned: the books, what follows so far, whose log it is, and the entry."""

    __slots__ = ("book", "brought", "envelope", "found", "log", "plan", "reading", "used")

    def __init__(self, book: Book, plan: Plan, log: Log, reading: Reading, envelope: Envelope) -> None:
        self.book = book
        self.plan = plan
        self.log = log
        self.reading = reading
        self.envelope = envelope
        self.brought: dict[bytes, int] = {}  # lot → what refund moves rightly brought back
        self.used: dict[bytes, int] = {}  # lot of a count → uses taken
        self.found: dict[DiscrepancyCode, int] | None = None  # how often each code was found; honest entries need none

    @property
    def day(self) -> str:
        """The entry's business date; "" when its body does not tell."""
        day: str = getattr(self.reading.body, "day", "")
        return day[:_DAY]

    def find(self, code: DiscrepancyCode, expected: int, found: int, detail: str, act: str = "opened") -> None:
        """Raise a discrepancy about the entry. Its id follows from the evidence: the same evidence raises it once."""
        if self.found is None:
            self.found = {}
        times = self.found[code] = self.found.get(code, 0) + 1
        if times <= FINDINGS_PER_CODE:
            self._raise(code, expected, found, detail, act)

    def tell_rest(self) -> None:
        """At the entry's end: say how many more there were of what was found too often to be listed."""
        for code, times in (self.found or {}).items():
            if times > FINDINGS_PER_CODE:
                self._raise(code, 0, times - FINDINGS_PER_CODE, f"{times - FINDINGS_PER_CODE} more", "opened")

    def _raise(self, code: DiscrepancyCode, expected: int, found: int, detail: str, act: str) -> None:
        self.plan.findings.append(
            discrepancies.fact(
                code,
                self.log.branch,
                self.log.incarnation,
                self.reading.seq,
                bounded(expected),
                bounded(found),
                detail[:_DETAIL],
                act,
                salt=self.reading.hash,
            )
        )

    def clear(self, rows: Iterable[Row]) -> None:
        """Write clearing rows into the open period."""
        where = (self.log.no, self.reading.seq)
        self.plan.clearing += [(self.book.period, self.day, *row, *where) for row in rows]
