"""Stage 2 at work: entries beyond the cursor are read, planned and written, and HQ's own facts with them.

One step is one run of whole batches, in the order of arrival, inside the caller's transaction. The order of application
is recorded (``applied``), HQ's own entries too, so that ``verify`` can replay exactly it.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from commerce.facts import Fact, RightsGranted
from commerce.moves import Move, Reason, unbalanced
from hq_server.errors import Code, StopError
from hq_server.ledger import inbox, incarnations, meta, own_log
from hq_server.ledger.context import Hq
from hq_server.reconcile import clock, gaps, period_uses
from hq_server.reconcile.actions import Pass, Plan, Visit
from hq_server.reconcile.book import Book
from hq_server.reconcile.execute import execute
from hq_server.reconcile.load import load
from hq_server.reconcile.plan import plan
from hq_server.reconcile.reading import Reading, encode_body, read
from hq_server.reconcile.runs import Run, runs_of
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection
from sync_protocol.entry import Entry, EntryMove, EntryPosting, encode_entry

ENTRIES_PER_STEP = 5_000
"""Entries of one transaction: long enough to spread its cost, short enough (a third of a second) for others."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What one step did, for the rooms that act on it: visits and members for placement, logs for adoption.

    ``due``: those of the lots that HQ has declared expired.
    """

    entries: int
    visits: tuple[Visit, ...]
    members: frozenset[bytes]
    lots: frozenset[bytes]
    due: frozenset[bytes]
    nos: frozenset[int]


class Reconciler:
    """Stage 2 (the ledger's ``Applier``). Holds no state: all of it is in the database."""

    def step(self, conn: Connection, hq: Hq, now: int, most: int = ENTRIES_PER_STEP) -> Applied | None:
        """Apply the next batches, at least one; None when nothing waits."""
        rows = inbox.after(conn, meta.get(conn, meta.APPLIED_ARRIVAL, 0), most)
        if not rows:
            return None
        with _collector_paused():
            return self._step(conn, hq, now, rows)

    def _step(self, conn: Connection, hq: Hq, now: int, rows: list[inbox.Row]) -> Applied:
        runs: list[Run] = []
        for row in rows:
            runs += runs_of(conn, row)
        book, done = self._apply(conn, hq, runs, now)
        conn.executemany(
            "UPDATE incarnations SET applied_seq = ? WHERE no = ? AND applied_seq < ?1",
            [(row.last_seq, row.no) for row in rows if row.kind == inbox.LOG],
        )
        meta.put(conn, meta.APPLIED_ARRIVAL, rows[-1].arrival)
        done.findings += clock.findings(conn, book, rows, runs)
        done.findings += period_uses.findings(conn, book, runs)
        done.findings += gaps.findings(conn, rows)
        self._follow(conn, hq, done, now)
        members = {member for member, _ in done.seen}
        members.update(row.owner for row in book.lots.values() if row.owner)
        return Applied(
            entries=sum(len(run.readings) for run in runs),
            visits=tuple(done.visits),
            members=frozenset(members),
            lots=frozenset(book.lots),
            due=frozenset(lot for lot, row in book.lots.items() if row.is_due(book.due)),
            nos=frozenset(run.no for run in runs),
        )

    def drain(self, conn: Connection, hq: Hq, now: int) -> None:
        """Apply everything that stage 1 holds."""
        while self.step(conn, hq, now) is not None:
            pass

    def own(self, conn: Connection, hq: Hq, facts: Sequence[Fact], now: int) -> int:
        """Append facts to HQ's own log and apply them; return the last one's seq."""
        seq, _ = own_log.head(conn, hq.no)
        run = Run(hq.no, 0, seq + 1)
        for n, fact in enumerate(facts, seq + 1):
            if unbalanced(fact.postings):
                raise StopError(Code.UNBALANCED_FACT, kind=fact.kind)
            run.readings.append(_written(hq.no, n, fact, now, {}))
        self._apply(conn, hq, [run], now, facts)
        return seq + len(facts)

    def _apply(
        self, conn: Connection, hq: Hq, runs: list[Run], now: int, facts: Sequence[Fact] = ()
    ) -> tuple[Book, Plan]:
        """Load, plan, write and record the order; HQ's own facts are appended with the counters they lead to."""
        readings = [reading for run in runs for reading in run.readings]
        book = load(conn, readings)
        if facts:
            readings = runs[0].readings = _with_counters(book, readings, facts, now)
            own_log.append(conn, hq, [reading.entry for reading in readings])
        done = plan(book, readings)
        done.findings += execute(conn, book, done)
        conn.executemany(
            "INSERT INTO applied (no, first_seq, last_seq, arrival, at) VALUES (?,?,?,?,?)",
            [(run.no, run.first, run.first + len(run.readings) - 1, run.arrival, now) for run in runs if run.readings],
        )
        if facts:
            self._follow(conn, hq, done, now)
        return book, done

    def _follow(self, conn: Connection, hq: Hq, done: Plan, now: int) -> None:
        """Record what HQ itself says in consequence: discrepancies, and grants that pass released claims on."""
        facts = [*done.findings, *_grants(conn, done.passes)]
        if facts:
            self.own(conn, hq, facts, now)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hold the cycle collector: a step makes a quarter of a million objects without a cycle, all gone at its end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _written(no: int, seq: int, fact: Fact, at: int, granted: dict[tuple[bytes, bytes], int]) -> Reading:
    """Write one fact of HQ as an entry. `granted`: total per (lot, incarnation) so far, the counter of a grant."""
    moves = []
    for move in fact.moves:
        counter = 0
        if move.reason == Reason.GRANT:
            counter = granted[move.lot, move.ref] = granted.get((move.lot, move.ref), 0) + move.amount
        moves.append(EntryMove(move.lot, int(move.reason), move.amount, counter, move.ref))
    postings = tuple(EntryPosting(*posting) for posting in fact.postings)
    entry = encode_entry(Entry(seq, at, fact.kind, fact.version, tuple(moves), postings, encode_body(fact.body)))
    return read(no, seq, entry)


def _with_counters(book: Book, readings: Sequence[Reading], facts: Sequence[Fact], at: int) -> list[Reading]:
    """Write HQ's facts again with the counters that their grants lead to."""
    granted = {
        (lot, log.incarnation): held.granted
        for no, of_log in book.holdings.items()
        for log in [book.logs[no]]
        for lot, held in of_log.items()
    }
    return [
        _written(reading.no, reading.seq, fact, at, granted) if _grants_rights(fact) else reading
        for reading, fact in zip(readings, facts, strict=True)
    ]


def _grants_rights(fact: Fact) -> bool:
    return any(move.reason == Reason.GRANT for move in fact.moves)


def _grants(conn: Connection, passes: Sequence[Pass]) -> list[Fact]:
    """Grant released value on to the claimants that still live, as far as HQ's own has it (a late release: less)."""
    named = {lot for claim in passes for lot, _ in claim.amounts}
    own: dict[bytes, int] = dict(select_in(conn, "SELECT lot, own FROM lots WHERE lot IN ({})", named))
    facts: list[Fact] = []
    for claim in passes:
        log = incarnations.by_no(conn, claim.no)
        if log.state != incarnations.OPEN:
            continue
        moves = []
        for lot, amount in claim.amounts:
            given = min(amount, own.get(lot, 0))
            if given > 0:
                own[lot] -= given
                moves.append(Move(lot, Reason.GRANT, given, log.incarnation))
        if moves:
            body = RightsGranted("grant", log.incarnation, log.branch, "claim", 0)
            facts.append(Fact("rights", body, tuple(moves)))
    return facts
