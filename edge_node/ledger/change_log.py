"""The change log: entries exactly as hashed and sent, one log per incarnation, never pruned.

An entry's id is ``no * 2**40 + seq``: one integer key under which the log, sales and papers are stored.
"""

from collections.abc import Iterator
from typing import NamedTuple

from edge_node.errors import Code, StopWorkError
from edge_node.storage.database import Connection
from sync_protocol import chain
from sync_protocol.chain import Point

_SHIFT = 40
_MASK = (1 << _SHIFT) - 1


def entry_id(no: int, seq: int) -> int:
    """Join an incarnation's number and a seq."""
    return no << _SHIFT | seq


def split_id(entry: int) -> tuple[int, int]:
    """Return (no, seq) of an entry id."""
    return entry >> _SHIFT, entry & _MASK


class Head(NamedTuple):
    """The end of the current log, and why its stored value may not be used ("" it may)."""

    seq: int
    hash: bytes
    stopped: str


class StoredEntry(NamedTuple):
    """One entry as it lies in the log; ``at``: ms by this node's clock."""

    id: int
    at: int
    hash: bytes
    entry: bytes

    @property
    def no(self) -> int:
        """Local number of the incarnation."""
        return self.id >> _SHIFT

    @property
    def seq(self) -> int:
        """Place in its log, from 1."""
        return self.id & _MASK


def head(conn: Connection, no: int) -> Head:
    """Read the end of the current incarnation's log; StopWorkError when `no` is not the current one any more."""
    row = conn.execute("SELECT seq, head, stopped FROM incarnations WHERE no = ? AND state = 'current'", (no,))
    found = row.fetchone()
    if found is None:
        raise StopWorkError(Code.NOT_STARTED, no=no)
    return Head(*found)


def append(conn: Connection, no: int, before: Head, at: int, entry: bytes) -> StoredEntry:
    """Write the next entry's bytes and move the head; `before` is the head read in this same transaction."""
    stored = StoredEntry(entry_id(no, before.seq + 1), at, chain.extend(before.hash, entry), entry)
    conn.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", stored)
    conn.execute("UPDATE incarnations SET seq = ?, head = ? WHERE no = ?", (before.seq + 1, stored.hash, no))
    return stored


def read_range(conn: Connection, no: int, after_seq: int, max_bytes: int, max_entries: int) -> tuple[bytes, ...]:
    """Read entries after `after_seq` for one batch: at most so many, at most so many bytes, but one if there is any."""
    found: list[bytes] = []
    size = 0
    rows = conn.execute(
        "SELECT entry FROM entries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
        (entry_id(no, after_seq), entry_id(no, _MASK), max_entries),
    )
    for (entry,) in rows:
        size += len(entry)
        if found and size > max_bytes:
            break
        found.append(entry)
    rows.close()
    return tuple(found)


def unsent(conn: Connection, after: int, limit: int) -> list[StoredEntry]:
    """List entries that HQ has not acked, of all of this node's logs, oldest first, beyond the id `after`."""
    found: list[StoredEntry] = []
    logs = conn.execute("SELECT no, acked_seq, seq FROM incarnations WHERE seq > acked_seq ORDER BY no").fetchall()
    for no, acked, seq in logs:
        rows = conn.execute(
            "SELECT id, at, hash, entry FROM entries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
            (max(after, entry_id(no, acked)), entry_id(no, seq), limit - len(found)),
        )
        found.extend(StoredEntry(*row) for row in rows.fetchall())
        if len(found) >= limit:
            break
    return found


def hash_at(conn: Connection, no: int, seq: int) -> bytes | None:
    """Return the hash after entry `seq` (0: h_0); None when the log does not reach so far."""
    if seq == 0:
        row = conn.execute("SELECT h0 FROM incarnations WHERE no = ?", (no,)).fetchone()
    else:
        row = conn.execute("SELECT hash FROM entries WHERE id = ?", (entry_id(no, seq),)).fetchone()
    return None if row is None else row[0]


def locator(conn: Connection, no: int) -> list[Point]:
    """Describe a log for HELLO by exponentially spaced points, newest first, h_0 last."""
    (seq,) = conn.execute("SELECT seq FROM incarnations WHERE no = ?", (no,)).fetchone()

    def at(place: int) -> bytes:
        found = hash_at(conn, no, place)
        if found is None:
            raise StopWorkError(Code.DATABASE_UNREADABLE, detail="a hole in the log", no=no, seq=place)
        return found

    return chain.locator(seq, at)


def read_entry(conn: Connection, no: int, seq: int) -> StoredEntry | None:
    """Read one entry; None when there is none."""
    row = conn.execute("SELECT id, at, hash, entry FROM entries WHERE id = ?", (entry_id(no, seq),)).fetchone()
    return None if row is None else StoredEntry(*row)


def from_id(conn: Connection, first: int) -> Iterator[StoredEntry]:
    """Read all entries from an id on, in the order in which this node wrote them."""
    for row in conn.execute("SELECT id, at, hash, entry FROM entries WHERE id >= ? ORDER BY id", (first,)):
        yield StoredEntry(*row)


def mark_acked(conn: Connection, no: int, seq: int, acked: bytes, ack: bytes) -> bool:
    """Keep HQ's signed ack if it goes beyond the last one and fits this log; tell whether it was taken."""
    if hash_at(conn, no, seq) != acked:
        return False
    changed = conn.execute(
        "UPDATE incarnations SET acked_seq = ?, acked_head = ?, ack = ? WHERE no = ? AND acked_seq <= ?",
        (seq, acked, ack, no, seq),
    )
    return bool(changed.rowcount)
