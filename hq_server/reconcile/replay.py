"""Replay: all entries applied again in the recorded order, by the same plan, to books that start empty."""

from collections.abc import Iterator

from hq_server.ledger import inbox
from hq_server.ledger.discrepancies import id_of
from hq_server.ledger.sales import Where
from hq_server.reconcile import tolerances
from hq_server.reconcile.actions import Plan
from hq_server.reconcile.book import Book, Log
from hq_server.reconcile.load import Touch, entries_of_run, load_sale_entries
from hq_server.reconcile.plan import plan
from hq_server.reconcile.reading import Reading, read
from hq_server.storage.database import Connection
from sync_protocol.errors import ProtocolError

Cell = tuple[int, str, str, str]


class Replay:
    """Books built from nothing. All of them stay in memory: some 500 bytes a lot and 250 a sale."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.book = Book()
        self.book.tolerances = tolerances.ANY  # what was tolerated when a shift was closed, no log tells
        self.entries = 0
        self.violations: list[str] = []
        self.balances: dict[tuple[str, str], int] = {}
        self.cells: dict[Cell, int] = {}
        self.clearing_rows = 0
        self.places: dict[bytes, Where] = {}  # every sale applied so far
        for no, incarnation, node, branch, state in conn.execute(
            "SELECT no, incarnation, node, branch, state FROM incarnations"
        ):
            # A log is open until the fact that closes it is met again.
            self.book.add_log(Log(no, incarnation, node, branch, "hq" if state == "hq" else "open"))

    def run(self) -> Iterator[int]:
        """Apply run after run; yields the number of entries done."""
        runs = self.conn.execute("SELECT no, first_seq, last_seq, arrival FROM applied ORDER BY n").fetchall()
        for no, first, last, arrival in runs:
            readings = self._readings(no, first, last, arrival)
            if len(readings) != last - first + 1:
                self.violations.append(f"applied entries {first}-{last} of log {no} are not held")
            self._prepare(readings)
            self._take(plan(self.book, readings))
            self.entries += len(readings)
            yield self.entries

    def _readings(self, no: int, first: int, last: int, arrival: int) -> list[Reading]:
        """Read one run's entries from where they lie."""
        if not arrival:
            entries = inbox.read_entries(self.conn, no, first, last)
            return [read(no, seq, entry) for seq, entry in enumerate(entries, first)]
        row = inbox.by_arrival(self.conn, arrival)
        if row is None or row.no != no:
            return []
        try:
            batch = inbox.opened(self.conn, row)
        except ProtocolError:
            return []
        readings: list[Reading] = []
        for seq in range(first, min(last, batch.header.last) + 1):
            place = seq - batch.header.first
            hash_ = batch.hashes[place] if row.kind == inbox.EVIDENCE else b""
            readings.append(read(no, seq, batch.entries[place], hash_))
        return readings

    def _prepare(self, readings: list[Reading]) -> None:
        """Give the book what ``load`` would have found in the database at this point."""
        touch = Touch()
        for reading in readings:
            touch.add(reading)
        book = self.book
        book.awaited = touch.back | touch.named | {claim.sale for claim in book.claims.values()}
        book.entries = {}
        book.sales = {sale: self.places[sale] for sale in book.awaited if sale in self.places}
        load_sale_entries(self.conn, book, touch.back)
        entries_of_run(book, readings)

    def _take(self, done: Plan) -> None:
        """Add up what the plan says beside the book."""
        for key, amount in done.balances.items():
            self.balances[key] = self.balances.get(key, 0) + amount
        for period, _, debtor, creditor, column, amount, _, _ in done.clearing:
            cell = (period, debtor, creditor, column)
            self.cells[cell] = self.cells.get(cell, 0) + amount
        self.clearing_rows += len(done.clearing)
        for sale in done.sales:
            self.places.setdefault(sale.sale, Where(sale.no, sale.seq, sale.hash))
        for fact in done.findings:
            known = self.conn.execute("SELECT 1 FROM discrepancies WHERE discrepancy = ?", (id_of(fact),)).fetchone()
            if known is None:
                self.violations.append(f"discrepancy {id_of(fact).hex()} was never opened")
