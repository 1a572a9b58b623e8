"""Stage 1: verified batches, kept exactly as they were signed, acked when committed, in one order of arrival.

Nothing here looks into an entry. A batch of an open log must continue what is held; what a closed log brings beside it
(a second branch, a tail behind a gap) is kept as evidence and applied by the late rule, once by (incarnation, seq,
hash).
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec
import zstandard

from hq_server.ledger import incarnations, meta, own_log
from hq_server.ledger.incarnations import Incarnation
from hq_server.storage.database import Connection
from sync_protocol import framing, limits
from sync_protocol.batch import Batch, open_batch
from sync_protocol.chain import Point
from sync_protocol.signed import load_public

LOG, EVIDENCE = 0, 1
"""Kinds of inbox rows."""

_ENTRIES = msgspec.msgpack.Decoder(list[bytes])


class Outcome(StrEnum):
    """What became of a batch."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    GAP = "gap"
    FORK = "fork"
    EVIDENCE = "evidence"


class Appended(NamedTuple):
    """How far the log is held now, and whether the batch changed that."""

    outcome: Outcome
    acked: Point


class Row(NamedTuple):
    """One kept batch; entries before `first_seq` in it were known already."""

    arrival: int
    no: int
    first_seq: int
    last_seq: int
    prev_head: bytes
    head: bytes
    at: int
    kind: int
    batch: bytes


def append(conn: Connection, incarnation: Incarnation, batch: Batch, raw: bytes, now: int) -> Appended:
    """Keep a verified batch of `incarnation`, as read in this transaction.

    ``gap`` and, for an open log, ``fork`` keep nothing: the node resumes behind what is acked; a forked incarnation
    must be closed first, and the same batch appended again is then evidence.
    """
    acked = incarnation.acked
    header = batch.header
    first = max(header.first, acked.seq + 1)
    before = _hash_before(batch, first)
    if header.last <= acked.seq:
        if hash_at(conn, incarnation.no, header.last) == header.new_head:
            return Appended(Outcome.DUPLICATE, acked)
    elif header.first <= acked.seq + 1 and before == acked.hash:
        _insert(conn, incarnation.no, Point(first - 1, before), batch, raw, now, LOG)
        conn.execute(
            "UPDATE incarnations SET acked_seq = ?, acked_head = ?, heard_at = ? WHERE no = ?",
            (header.last, header.new_head, now, incarnation.no),
        )
        return Appended(Outcome.KEPT, header.end)
    if incarnation.is_open:
        return Appended(Outcome.GAP if header.first > acked.seq + 1 else Outcome.FORK, acked)
    known = conn.execute(
        "SELECT 1 FROM inbox WHERE no = ? AND kind = 1 AND first_seq = ? AND last_seq = ? AND head = ?",
        (incarnation.no, header.first, header.last, header.new_head),
    ).fetchone()
    if known:
        return Appended(Outcome.DUPLICATE, acked)
    _insert(conn, incarnation.no, header.start, batch, raw, now, EVIDENCE)
    return Appended(Outcome.EVIDENCE, acked)


def hash_at(conn: Connection, no: int, seq: int) -> bytes | None:
    """Return the kept log's hash after entry `seq` (0: h_0), or None beyond what is held."""
    incarnation = incarnations.by_no(conn, no)
    if seq == 0:
        return incarnation.h0
    if seq == incarnation.acked_seq:
        return incarnation.acked_head
    if incarnation.state == incarnations.HQ_LOG:
        row = conn.execute("SELECT hash FROM own_log WHERE no = ? AND seq = ?", (no, seq)).fetchone()
        return row[0] if row else None
    found = holding(conn, no, seq)
    if found is None:
        return None
    if seq == found.last_seq:
        return found.head
    batch = opened(conn, found)
    return batch.hashes[seq - batch.header.first]


def holding(conn: Connection, no: int, seq: int) -> Row | None:
    """Return the row of the kept log that holds entry `seq`."""
    row = conn.execute(
        "SELECT * FROM inbox WHERE no = ? AND kind = 0 AND last_seq >= ? ORDER BY last_seq LIMIT 1", (no, seq)
    ).fetchone()
    return Row(*row) if row and row[2] <= seq else None


def read_entries(conn: Connection, no: int, first: int, last: int) -> list[bytes]:
    """Return entries first … last of a kept log (HQ's own too), as far as it is held."""
    if incarnations.by_no(conn, no).state == incarnations.HQ_LOG:
        return own_log.entries(conn, no, first, last)
    rows = conn.execute(
        "SELECT * FROM inbox WHERE no = ? AND kind = 0 AND last_seq >= ? AND first_seq <= ? ORDER BY last_seq",
        (no, first, last),
    )
    found: list[bytes] = []
    for row in map(Row._make, rows.fetchall()):
        batch = opened(conn, row)
        low, high = max(first, row.first_seq), min(last, row.last_seq)
        found += batch.entries[low - batch.header.first : high + 1 - batch.header.first]
    return found


def entry(conn: Connection, no: int, seq: int) -> bytes | None:
    """Return one entry of a kept log (HQ's own too), as it was verified when it came; None when it is not held."""
    row = holding(conn, no, seq)
    if row is not None:
        return unpacked(row)[seq - row.first_seq]
    return next(iter(own_log.entries(conn, no, seq, seq)), None)


def after(conn: Connection, arrival: int, most: int) -> list[Row]:
    """Return the rows that came after `arrival`, in order: whole batches of at most `most` entries, at least one."""
    rows: list[Row] = []
    count = 0
    for row in map(Row._make, conn.execute("SELECT * FROM inbox WHERE arrival > ? ORDER BY arrival", (arrival,))):
        count += row.last_seq - row.first_seq + 1
        if rows and count > most:
            break
        rows.append(row)
    return rows


def by_arrival(conn: Connection, arrival: int) -> Row | None:
    """Return one kept batch."""
    row = conn.execute("SELECT * FROM inbox WHERE arrival = ?", (arrival,)).fetchone()
    return Row(*row) if row else None


def opened(conn: Connection, row: Row) -> Batch:
    """Open a kept batch again, verified: a damaged disk is found here (``bad_signature``, ``broken_chain``)."""
    key = conn.execute("SELECT signing_key FROM incarnations WHERE no = ?", (row.no,)).fetchone()[0]
    return open_batch(row.batch, load_public(key))


def unpacked(row: Row) -> list[bytes]:
    """Return the entries of a kept batch that count, without verifying again what was verified when it came."""
    packed = framing.split(row.batch, limits.MAX_HEADER, limits.MAX_BATCH).second
    entries = _ENTRIES.decode(zstandard.ZstdDecompressor().decompress(packed))
    return entries[len(entries) - (row.last_seq - row.first_seq + 1) :]


def kept_hashes(conn: Connection, no: int, first: int, last: int) -> dict[int, bytes]:
    """Return the kept log's hashes after entries first … last, as far as it is held."""
    rows = conn.execute(
        "SELECT * FROM inbox WHERE no = ? AND kind = 0 AND last_seq >= ? AND first_seq <= ?", (no, first, last)
    )
    found: dict[int, bytes] = {}
    for row in map(Row._make, rows.fetchall()):
        batch = opened(conn, row)
        found.update((seq, hash_) for seq, hash_ in enumerate(batch.hashes, batch.header.first) if row.first_seq <= seq)
    return found


def evidence_entry(conn: Connection, no: int, seq: int, hash_: bytes) -> bytes | None:
    """Return an entry that was applied outside the kept log."""
    found = conn.execute(
        "SELECT i.* FROM evidence e JOIN inbox i USING (arrival) WHERE e.no = ? AND e.seq = ? AND e.hash = ?",
        (no, seq, hash_),
    ).fetchone()
    if found is None:
        return None
    batch = opened(conn, Row(*found))
    return batch.entries[seq - batch.header.first]


def waiting(conn: Connection) -> int:
    """Count the entries that stage 1 holds and stage 2 has not applied."""
    applied = meta.get(conn, meta.APPLIED_ARRIVAL, 0)
    sql = "SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM inbox WHERE arrival > ?"
    count: int = conn.execute(sql, (applied,)).fetchone()[0]
    return count


def _hash_before(batch: Batch, seq: int) -> bytes | None:
    """Return the batch's hash just before entry `seq`, or None when the batch does not reach there."""
    place = seq - batch.header.first
    if place == 0:
        return batch.header.previous_head
    return batch.hashes[place - 1] if 0 < place <= len(batch.hashes) else None


def _insert(conn: Connection, no: int, start: Point, batch: Batch, raw: bytes, now: int, kind: int) -> None:  # noqa: PLR0917 -- the parts of the act
    conn.execute(
        "INSERT INTO inbox (no, first_seq, last_seq, prev_head, head, at, kind, batch) VALUES (?,?,?,?,?,?,?,?)",
        (no, start.seq + 1, batch.header.last, start.hash, batch.header.new_head, now, kind, raw),
    )
