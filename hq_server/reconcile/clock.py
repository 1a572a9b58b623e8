"""Clocks that are far off: seen by HQ's time of arrival, flagged while nobody has looked, used for nothing else."""

from collections.abc import Mapping, Sequence

from commerce.facts import Fact
from hq_server.ledger import discrepancies
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.ledger.inbox import Row
from hq_server.reconcile.book import Book
from hq_server.reconcile.runs import Run
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

FAR_OFF_MS = 10 * 60_000


def findings(conn: Connection, book: Book, rows: Sequence[Row], runs: Sequence[Run]) -> list[Fact]:
    """Flag logs that claim a time after their arrival, or that step back from one entry to the next.

    Of an open log entries come in order, so its first one now is held against the last one of the batch before: a clock
    that was set back while the box was off is seen by that alone.
    """
    arrived = {row.arrival: row.at for row in rows}
    last = _said(conn, {run.no for run in runs if book.logs[run.no].is_open})
    _note(conn, runs, arrived)
    found: dict[tuple[str, int], Fact] = {}
    for run in runs:
        before = last.get(run.no, 0)
        for reading in run.readings:
            envelope = reading.envelope
            if envelope is None:
                continue
            code, expected = None, 0
            if envelope.at > arrived[run.arrival] + FAR_OFF_MS:
                code, expected = Code.CLOCK_AHEAD, arrived[run.arrival]
            elif envelope.at + FAR_OFF_MS < before:
                code, expected = Code.CLOCK_BACK, before
            before = envelope.at
            if code is not None and (code, run.no) not in found:
                log = book.logs[run.no]
                found[code, run.no] = discrepancies.fact(
                    code, log.branch, log.incarnation, reading.seq, expected, envelope.at, ""
                )
        if run.no in last:
            last[run.no] = before
    return [fact for (code, no), fact in found.items() if not _flagged(conn, code, book.logs[no].incarnation)]


def _said(conn: Connection, logs: set[int]) -> dict[int, int]:
    """Return what each log's newest entry said of the time, before these runs."""
    return dict(select_in(conn, "SELECT no, said_at FROM incarnations WHERE no IN ({})", list(logs)))


def _note(conn: Connection, runs: Sequence[Run], arrived: Mapping[int, int]) -> None:
    """Keep what the newest entry of each log said of its node's time, beside the time at which it came."""
    said = [
        (run.readings[-1].envelope.at, arrived[run.arrival], run.no)
        for run in runs
        if run.arrival in arrived and run.readings and run.readings[-1].envelope is not None
    ]
    conn.executemany("UPDATE incarnations SET said_at = ?, said_arrived = ? WHERE no = ?", said)


def _flagged(conn: Connection, code: str, incarnation: bytes) -> bool:
    """Whether this is on the list already, open."""
    sql = "SELECT 1 FROM discrepancies WHERE state = 'open' AND code = ? AND incarnation = ?"
    return conn.execute(sql, (code, incarnation)).fetchone() is not None
