"""What a clearing rule would have done: a period's real spends, cleared once more under the proposed terms.

Every spend and refund of stored value that HQ booked in the period is taken as it was; of the lots in the rule's scope
the shares are computed anew by the same function that books them. Refunds are taken as spends in reverse, so a figure
may be off by a minor unit a refund; uses of plans count at what they were sold for.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from commerce.clearing import Row, clear_spend, net_positions
from commerce.errors import CommerceError
from commerce.facts import Terms
from commerce.lots import BONUS
from commerce.moves import Reason
from commerce.plans.cover import use_worth
from commerce.plans.row import plan_of
from commerce.reference import CHAIN_FEED, ClearingRuleRow, branch_feed
from commerce.sharing import ClearingRules, is_shared, with_rule
from hq_server.errors import Code, InputError
from hq_server.head_office.clearing_rules import Scoped
from hq_server.ledger import clearing_rules, meta
from hq_server.ledger import terms as terms_table
from hq_server.storage.database import Connection

Tell = Callable[[int, int], None]
"""Called with (lots done, lots in all)."""

_FOLLOWED = "analysis_run"
"""Where the read models keep how far they have come."""
_LOTS_AT_A_TIME = 2_000
_LOTS = "SELECT lot FROM lots WHERE lot > ? ORDER BY lot LIMIT ?"
_MOVES = """
SELECT m.n, l.issuer, l.asset, l.terms, m.reason, m.amount FROM lots l CROSS JOIN act_lots m ON m.lot = l.lot
WHERE l.lot > ?1 AND l.lot <= ?2 AND m.n > ?3 AND m.n <= ?4 AND m.reason IN (?5, ?6) AND ?7 IN ('', l.issuer)
"""
_SPEND, _REFUND = int(Reason.SPEND), int(Reason.REFUND)


class Pair(NamedTuple):
    """What the first owes the second in all (negative: is owed), now and under the rule; minor units."""

    debtor: str
    creditor: str
    present: int
    proposed: int


class Net(NamedTuple):
    """What an entity is owed in all, now and under the rule; minor units."""

    entity: str
    present: int
    proposed: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What came out for period `n`. ``spends``: spends and refunds of lots in scope; ``complete``: all are counted."""

    n: int
    spends: int
    complete: bool
    pairs: list[Pair]
    nets: list[Net]


def period_of(conn: Connection, n: int) -> int:
    """Return which period is meant by `n`, 0 the open one; InputError ``unknown_period``."""
    last: int = conn.execute("SELECT max(n) FROM periods").fetchone()[0]
    if not 0 <= n <= last:
        raise InputError(Code.UNKNOWN_PERIOD)
    return n or last


def preview(conn: Connection, wanted: Scoped, period: int, tell: Tell | None = None) -> Preview:
    """Compute it for a period: a minute for a million spends. `tell` may give it up by raising.

    Run it in one read transaction, so that it sees one state.
    """
    totals = conn.execute("SELECT debtor, creditor, col, amount FROM clearing_totals WHERE period = ?", (period,))
    present = [Row(*row) for row in totals]
    trial = _Trial(conn, wanted, _span(conn, period))
    for done, total in trial.run():
        if tell is not None:
            tell(done, total)
    proposed = present + trial.changed()
    before, after = net_positions(present), net_positions(proposed)
    nets = [Net(entity, before.get(entity, 0), after.get(entity, 0)) for entity in sorted(before.keys() | after.keys())]
    owed, then = _owed(present), _owed(proposed)
    pairs = [Pair(*pair, owed.get(pair, 0), then.get(pair, 0)) for pair in sorted(owed.keys() | then.keys())]
    shown = [pair for pair in pairs if pair.present or pair.proposed]
    return Preview(period, trial.spends, _complete(conn), shown, nets)


def _span(conn: Connection, period: int) -> tuple[int, int]:
    """Return after which act a period began, and with which it ended."""
    query = "SELECT n FROM acts WHERE kind = 'period' AND act = 'closed' ORDER BY n"
    closed = [0, *(row[0] for row in conn.execute(query))]
    return closed[period - 1] if period <= len(closed) else 2**62, closed[period] if period < len(closed) else 2**62


class _Trial:
    """The rows by which clearing would differ, added up lot by lot; ``spends``: how many were in scope so far."""

    def __init__(self, conn: Connection, wanted: Scoped, span: tuple[int, int]) -> None:
        self.spends = 0
        self._conn, self._wanted, self._span = conn, wanted, span
        self._scope = _Scope(conn, wanted)
        self._cells: dict[tuple[str, str, str], int] = {}

    def run(self) -> Iterator[tuple[int, int]]:
        """Go through all lots, some at a time, as the tables lie; yields (lots done, lots in all)."""
        (total,) = self._conn.execute("SELECT count(*) FROM lots").fetchone()
        yield 0, total
        where = _Branches(self._conn, self._span)
        after, done = b"", 0
        while lots := self._conn.execute(_LOTS, (after, _LOTS_AT_A_TIME)).fetchall():
            (last,) = lots[-1]
            self._step(where, after, last)
            after, done = last, done + len(lots)
            yield done, total

    def changed(self) -> list[Row]:
        """Return the rows found."""
        return [Row(*cell, amount) for cell, amount in self._cells.items() if amount]

    def _step(self, where: "_Branches", after: bytes, last: bytes) -> None:
        moved: dict[tuple[str, str, str, int, int, int], int] = {}
        asked = (after, last, *self._span, _SPEND, _REFUND, self._wanted.branch)
        for n, *what in self._conn.execute(_MOVES, asked):
            move = (where.of(n), *what)
            moved[move] = moved.get(move, 0) + 1
        known = terms_table.by_numbers(self._conn, {move[3] for move in moved})
        for (branch, issuer, asset, number, reason, amount), times in moved.items():
            terms = known[number]
            if is_shared(asset) and self._scope.has(issuer, terms.plan):
                self.spends += times
                forth = times if reason == _SPEND else -times
                self._add(_rows(branch, issuer, asset, terms, amount), -forth)
                self._add(_rows(branch, issuer, asset, with_rule(terms, self._wanted.row), amount), forth)

    def _add(self, rows: tuple[Row, ...], times: int) -> None:
        for debtor, creditor, column, amount in rows:
            cell = (debtor, creditor, column)
            self._cells[cell] = self._cells.get(cell, 0) + times * amount


class _Branches:
    """At which branch each act of a period was done: two bytes an act, read in one go."""

    def __init__(self, conn: Connection, span: tuple[int, int]) -> None:
        query = "SELECT coalesce(max(n), 0) FROM acts WHERE n <= ?"
        last: int = conn.execute(query, (span[1],)).fetchone()[0]
        self._begin = span[0] + 1
        self._names: list[str] = []
        self._numbers = array("H", bytes(2 * max(0, last - span[0])))
        numbers: dict[str, int] = {}
        for n, branch in conn.execute("SELECT n, branch FROM acts WHERE n > ? AND n <= ?", (span[0], last)):
            number = numbers.get(branch)
            if number is None:
                number = numbers[branch] = len(self._names)
                self._names.append(branch)
            self._numbers[n - self._begin] = number

    def of(self, n: int) -> str:
        """Return the branch of act `n`."""
        return self._names[self._numbers[n - self._begin]]


class _Scope:
    """Which lots a proposed rule would reach: those for which no narrower rule stands."""

    def __init__(self, conn: Connection, wanted: Scoped) -> None:
        self._conn, self._wanted = conn, wanted
        self._known: dict[tuple[str, str], bool] = {}

    def has(self, issuer: str, rule: str) -> bool:
        """Whether lots of an issuer under a top-up rule or plan get the proposed terms."""
        found = self._known.get((issuer, rule))
        if found is None:
            chain = clearing_rules.rows(self._conn, CHAIN_FEED)
            own = clearing_rules.rows(self._conn, branch_feed(issuer))
            row: ClearingRuleRow = self._wanted.row
            (own if self._wanted.branch else chain).append(row)
            found = self._known[issuer, rule] = ClearingRules(chain, own).of(rule, row.from_day) is row
        return found


def _rows(branch: str, issuer: str, asset: str, terms: Terms, amount: int) -> tuple[Row, ...]:
    """Return who owes whom for one spend; a lot whose terms are none owes nothing."""
    value = amount * use_worth(terms) if plan_of(asset) else amount
    principal, bonus = (0, value) if asset == BONUS else (value, 0)
    try:
        return clear_spend(issuer, branch, principal, bonus, terms).rows
    except CommerceError:
        return ()


def _owed(rows: list[Row]) -> dict[tuple[str, str], int]:
    """Add rows up per pair of entities, in the order of their names."""
    owed: dict[tuple[str, str], int] = {}
    for debtor, creditor, _, amount in rows:
        pair, sign = ((debtor, creditor), 1) if debtor < creditor else ((creditor, debtor), -1)
        owed[pair] = owed.get(pair, 0) + sign * amount
    return owed


def _complete(conn: Connection) -> bool:
    """Whether the read models have seen all that was applied."""
    last: int = conn.execute("SELECT coalesce(max(n), 0) FROM applied").fetchone()[0]
    return int(meta.get(conn, _FOLLOWED, 0)) >= last
