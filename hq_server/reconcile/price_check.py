"""Prices that nothing explains: every sale is priced once more by the rows that it was priced by.

A follower of the applied facts with a cursor of its own, in small steps while nothing else waits: it keeps no sale from
being booked, and books depend on none of it. Where the rows of that time are gone it says nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from commerce.facts import Fact, Sale
from commerce.reprice import Repriced, reprice
from hq_server.ledger import discrepancies, inbox, incarnations, meta
from hq_server.ledger.context import Hq
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.ledger.incarnations import Incarnation
from hq_server.ledger.price_history import PriceHistory
from hq_server.ledger.record import record_all
from hq_server.reconcile.reading import read
from hq_server.storage.database import Connection

SALES_PER_STEP = 300
"""Sales of one step, a tenth of a second: whoever wants to write meanwhile hardly waits."""
LISTED_MAX = 100
"""Open findings of one branch: where all prices are off, one a day says so instead."""

CURSOR = "prices_checked"
"""The run of applied entries up to which prices were looked at: ``<n> <seq>``."""

_SALE = msgspec.msgpack.Decoder(Sale)
_CHINA = timedelta(hours=8)


class _Place(NamedTuple):
    """Where and when sales are looked at. `today`: HQ's business date."""

    conn: Connection
    history: PriceHistory
    today: str


class _Run(NamedTuple):
    """A piece of one log, as it was applied."""

    no: int
    arrival: int
    first: int
    last: int


def step(conn: Connection, hq: Hq, now: int, most: int = SALES_PER_STEP) -> bool:
    """Look at the next sales; True: there is more, call again."""
    at, seq = map(int, str(meta.get(conn, CURSOR, "0 0")).split())
    today = (datetime.fromtimestamp(now / 1000, UTC) + _CHINA).date().isoformat()
    place = _Place(conn, PriceHistory(conn), today)
    left, done, told = most, (at, seq), 0
    query = "SELECT n, no, first_seq, last_seq, arrival FROM applied WHERE n >= ? ORDER BY n LIMIT ?"
    runs = conn.execute(query, (at, most)).fetchall()
    for n, no, first, last, arrival in runs:
        begin = max(first, seq + 1) if n == at else first
        end = min(last, begin + left - 1)
        if arrival and begin <= end:
            left -= end - begin + 1
            found = _findings(place, _Run(no, arrival, begin, end))
            record_all(conn, hq, found, now)
            told += len(found)
        done = (n, end if arrival else last)
        if left <= 0:
            break
    if done != (at, seq):
        meta.put(conn, CURSOR, f"{done[0]} {done[1]}")
    return left <= 0 or len(runs) == most or told > 0


def _findings(place: _Place, run: _Run) -> list[Fact]:
    log = incarnations.by_no(place.conn, run.no)
    found: dict[bytes, Fact] = {}
    for seq, sale, at, hash_ in _sales(place.conn, run):
        came = _judge(place, log.branch, sale, at)
        if came is not None and not came.agrees:
            fact = _fact(place.conn, log, sale, came, (seq, hash_), len(found))
            found[discrepancies.id_of(fact)] = fact
    query = "SELECT 1 FROM discrepancies WHERE discrepancy = ?"
    return [fact for name, fact in found.items() if place.conn.execute(query, (name,)).fetchone() is None]


def _sales(conn: Connection, run: _Run) -> Iterator[tuple[int, Sale, int, bytes]]:
    """Yield the sales of a run that name positions: (seq, body, the entry's time, hash where it is evidence)."""
    row = inbox.by_arrival(conn, run.arrival)
    if row is None:
        return
    entries = inbox.unpacked(row)
    for seq in range(run.first, run.last + 1):
        reading = read(run.no, seq, entries[seq - row.first_seq])
        if reading.envelope is None or reading.envelope.kind != "sale" or reading.body is None:
            continue
        try:
            sale = _SALE.decode(reading.envelope.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            continue
        if sale.positions:
            hash_ = _hash(conn, run.no, seq, run.arrival) if row.kind == inbox.EVIDENCE else b""
            yield seq, sale, reading.envelope.at, hash_


def _hash(conn: Connection, no: int, seq: int, arrival: int) -> bytes:
    query = "SELECT hash FROM evidence WHERE no = ? AND seq = ? AND arrival = ?"
    row = conn.execute(query, (no, seq, arrival)).fetchone()
    return row[0] if row else b""


def _judge(place: _Place, branch: str, sale: Sale, at: int) -> Repriced | None:
    """Price a sale again; None when nobody can tell by what it was priced."""
    try:
        then = place.history.then(branch, sale, at, place.today)
    except ValueError:
        return None
    if then is None:
        return None
    query = "SELECT tier FROM members WHERE member = ?"
    row = place.conn.execute(query, (sale.member,)).fetchone() if sale.member else None
    return reprice(sale, then, row[0] if row else "")


def _fact(  # noqa: PLR0917 - what a finding tells
    conn: Connection, log: Incarnation, sale: Sale, came: Repriced, where: tuple[int, bytes], fresh: int
) -> Fact:
    """Say which line is off first; where a branch has too many of them, one a day. `where`: seq and hash."""
    query = "SELECT count(*) FROM discrepancies WHERE branch = ? AND state = 'open' AND code = ?"
    listed = conn.execute(query, (log.branch, Code.PRICE_DIFFERS)).fetchone()[0] + fresh
    if listed >= LISTED_MAX:
        return discrepancies.fact(Code.PRICE_DIFFERS, log.branch, log.incarnation, 0, 0, 0, f"more {sale.day[:10]}")
    line = next((line.line for line in came.lines if not line.agrees), 0)
    what = (where[0], came.expected, came.found, f"{sale.sale.hex()} {line}")
    return discrepancies.fact(Code.PRICE_DIFFERS, log.branch, log.incarnation, *what, salt=where[1])
