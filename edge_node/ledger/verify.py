"""Verification of the whole database: every log's chain, every balance against a replay of the log from scratch.

The log is replayed into an empty scratch database by the very functions that ``commit`` uses, and every table that is a
projection is compared. What HQ granted is not in this log: it only has to cover what was used.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from commerce.facts import Claim, Refund, Release
from commerce.moves import Reason
from commerce.refund import Sold
from edge_node.ledger import bodies, change_log, incarnations
from edge_node.ledger.change_log import StoredEntry
from edge_node.ledger.claims import SELLER
from edge_node.ledger.incarnations import Log
from edge_node.ledger.points import project_points
from edge_node.ledger.projections import project
from edge_node.storage.database import Connection, open_connection, transaction
from edge_node.storage.migrate import migrate
from sync_protocol import chain
from sync_protocol.entry import Entry, decode_entry
from sync_protocol.errors import ProtocolError

VIOLATIONS_MAX = 1000
"""Listed at most: a broken database breaks everywhere, and a person reads the first ones."""

_PROJECTED = (
    ("sales", 'SELECT id, sale, number, day, shift, member, total, "left" FROM sales ORDER BY id'),
    ("issues", "SELECT id, issue, number, day, member, total, undone, act FROM issues ORDER BY id"),
    ("timed_sessions", "SELECT * FROM timed_sessions ORDER BY session"),
    ("point_moves", "SELECT lot, id, change FROM point_moves ORDER BY lot, id"),
    ("shifts", "SELECT shift, opened_id, till, day, opened_by, state FROM shifts ORDER BY shift"),
    ("claims", "SELECT claim, role, sale, day, body FROM claims ORDER BY claim, role"),
    (
        "lots",
        "SELECT lot, asset, issuer, opened_on, pair, terms, no FROM lots WHERE no IS NOT NULL ORDER BY lot",
    ),
)
"""What the facts alone decide of each table; HQ's rows may change the rest."""


@dataclass(slots=True)
class VerifyReport:
    """What was found. ``violations``: one line each, with ids in hexadecimal, nothing personal."""

    lots: int = 0
    entries: int = 0
    violations: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations

    def broken(self, text: str) -> None:
        """Note a violation."""
        if len(self.violations) < VIOLATIONS_MAX:
            self.violations.append(text)


@dataclass(slots=True)
class _Counters:
    """What the moves of one incarnation say of one lot."""

    born: int = 0
    gone: int = 0


Progress = Callable[[int, int], None]
"""Told (entries done, entries in all) now and then."""


def verify(conn: Connection, progress: Progress | None = None) -> VerifyReport:
    """Check everything; reads only."""
    report = VerifyReport()
    scratch = open_connection(":memory:", None)
    migrate(scratch)
    counters: dict[tuple[bytes, int], _Counters] = {}
    (total,) = conn.execute("SELECT count(*) FROM entries").fetchone()
    logs = incarnations.logs(conn)
    with transaction(scratch):
        for log in logs:
            _check_log(conn, scratch, log, counters, report)
            if progress is not None:
                progress(report.entries, total)
    if report.entries != total:
        report.broken(f"{total - report.entries} entries belong to no log")
    _check_rights(conn, counters, report)
    for table, query in _PROJECTED:
        _compare(table, conn.execute(query), scratch.execute(query), report)
    scratch.close()
    return report


def _check_log(
    conn: Connection,
    scratch: Connection,
    log: Log,
    counters: dict[tuple[bytes, int], _Counters],
    report: VerifyReport,
) -> None:
    """Walk one log: no holes, every hash, every entry readable and balanced, every counter as the moves make it."""
    name = f"log {log.incarnation.hex()}"
    head, seq = chain.first_hash(log.identity), 0
    if head != log.h0:
        report.broken(f"{name}: h0 is not the hash of its identity")
    if log.acked_seq == 0 and log.acked_head != log.h0:
        report.broken(f"{name}: the acked head at 0 is not h0")
    for stored in _entries(conn, log.no):
        report.entries += 1
        seq += 1
        head = chain.extend(head, stored.entry)
        if stored.seq != seq:
            report.broken(f"{name}: entry {stored.seq} where {seq} is due")
            return
        if stored.hash != head:
            report.broken(f"{name}: entry {seq} does not continue the chain")
            return
        if seq == log.acked_seq and head != log.acked_head:
            report.broken(f"{name}: acked another entry {seq}")
        entry = _decoded(stored, name, report)
        if entry is not None:
            _count_moves(entry, log, counters, report)
            body = bodies.decode_fact(entry.kind, entry.body)
            _replay((conn, scratch), stored.id, body, report)
            project_points(scratch, stored.id, entry.postings)
    if (seq, head) != (log.seq, log.head):
        report.broken(f"{name}: ends at {seq}, its head says {log.seq}")
    if log.acked_seq > log.seq:
        report.broken(f"{name}: acked {log.acked_seq} of {log.seq}")


def _entries(conn: Connection, no: int) -> Iterable[StoredEntry]:
    """Read one log in order."""
    for row in conn.execute(
        "SELECT id, at, hash, entry FROM entries WHERE id >= ? AND id < ? ORDER BY id",
        (change_log.entry_id(no, 0), change_log.entry_id(no + 1, 0)),
    ):
        yield StoredEntry(*row)


def _decoded(stored: StoredEntry, name: str, report: VerifyReport) -> Entry | None:
    """Decode an entry: canonical, in bounds, balanced per unit, its own seq."""
    try:
        entry = decode_entry(stored.entry)
    except ProtocolError as error:
        report.broken(f"{name}: entry {stored.seq}: {error.code.value}")
        return None
    if (entry.seq, entry.at) != (stored.seq, stored.at):
        report.broken(f"{name}: entry {stored.seq} says {entry.seq}")
    return entry


def _count_moves(entry: Entry, log: Log, counters: dict[tuple[bytes, int], _Counters], report: VerifyReport) -> None:
    """Add up the moves, and compare each counter that was written into the entry."""
    for move in entry.moves:
        counter = counters.setdefault((move.lot, log.no), _Counters())
        if Reason(move.reason).is_in:
            counter.born += move.amount
            after = counter.born
        else:
            counter.gone += move.amount
            after = counter.gone
        if after != move.counter:
            report.broken(f"lot {move.lot.hex()}: counter {move.counter} in entry {entry.seq}, moves make {after}")


def _replay(bases: tuple[Connection, Connection], entry: int, body: object, report: VerifyReport) -> None:
    """Project a fact into the scratch database; a refund finds the entry of its sale lent there."""
    conn, scratch = bases
    try:
        if isinstance(body, Refund | Release):
            for (sold,) in scratch.execute("SELECT id FROM sales WHERE sale = ?", (body.sale,)).fetchall():
                lent = conn.execute("SELECT id, at, hash, entry FROM entries WHERE id = ?", (sold,)).fetchone()
                scratch.execute("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)", lent)
        project(scratch, entry, body)
    except Exception as error:
        no, seq = change_log.split_id(entry)
        report.broken(f"log {no}: entry {seq} cannot be replayed: {type(error).__name__}")


def _check_rights(conn: Connection, counters: dict[tuple[bytes, int], _Counters], report: VerifyReport) -> None:
    """Compare born and gone of every holding with the moves, and see that granted covers what was used."""
    lots: set[bytes] = set()
    for lot, no, granted, born, gone in conn.execute("SELECT lot, no, granted, born, gone FROM rights"):
        lots.add(lot)
        moved = counters.pop((lot, no), _Counters())
        if (born, gone) != (moved.born, moved.gone):
            report.broken(f"lot {lot.hex()}: born {born}, gone {gone}; its moves make {moved.born}, {moved.gone}")
        if granted + born - gone < 0:
            report.broken(f"lot {lot.hex()}: rights below zero ({granted + born - gone})")
    for lot, no in counters:
        report.broken(f"lot {lot.hex()}: moved in log {no} but not held")
    known = {lot for (lot,) in conn.execute("SELECT lot FROM lots")}
    for lot in sorted(lots - known):
        report.broken(f"lot {lot.hex()}: held but not known")
    report.lots = len(known | lots)


def _plain(table: str, row: tuple[Any, ...]) -> tuple[object, ...]:
    """Decode what a row keeps encoded: bytes of an earlier version lack the fields that have defaults by now."""
    match table:
        case "sales":
            return (*row[:-1], row[-1] and bodies.decode(Sold, row[-1]))
        case "lots":
            return (*row[:-2], bodies.terms_of(row[-2]), row[-1])
        case "claims":
            return (*row[:-1], bodies.decode(Release if row[1] == SELLER else Claim, row[-1]))
        case _:
            return row


def _compare(
    table: str, kept: Iterable[tuple[object, ...]], replayed: Iterable[tuple[object, ...]], report: VerifyReport
) -> None:
    """Compare two ordered tables row by row."""
    there, due = (_plain(table, row) for row in kept), (_plain(table, row) for row in replayed)
    while True:
        mine, wanted = next(there, None), next(due, None)
        if mine is None and wanted is None:
            return
        if mine != wanted:
            first = mine if mine is not None else wanted
            assert first is not None
            key = first[0].hex() if isinstance(first[0], bytes) else str(first[0])
            report.broken(f"{table}: {key} is not what the log makes of it")
            return
