"""HQ's own log: an origin like any, one incarnation an HQ epoch, its entries kept one by one."""

from collections.abc import Sequence

from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection
from sync_protocol.chain import extend_all


def head(conn: Connection, no: int) -> tuple[int, bytes]:
    """Return the last seq of HQ's log and the hash there (h_0 for an empty one)."""
    acked: tuple[int, bytes] = conn.execute(
        "SELECT acked_seq, acked_head FROM incarnations WHERE no = ?", (no,)
    ).fetchone()
    return acked


def append(conn: Connection, hq: Hq, entries: Sequence[bytes]) -> None:
    """Append entries whose seqs continue the log; one holder of HQ's lease writes, so nothing else can be between."""
    seq, at_head = head(conn, hq.no)
    hashes = extend_all(at_head, entries)
    conn.executemany(
        "INSERT INTO own_log (no, seq, hash, entry) VALUES (?, ?, ?, ?)",
        [(hq.no, seq + n, hash_, entry) for n, (hash_, entry) in enumerate(zip(hashes, entries, strict=True), 1)],
    )
    conn.execute(
        "UPDATE incarnations SET acked_seq = ?1, acked_head = ?2, applied_seq = ?1 WHERE no = ?3",
        (seq + len(entries), hashes[-1], hq.no),
    )


def entries(conn: Connection, no: int, first: int, last: int) -> list[bytes]:
    """Return entries first … last of HQ's log `no`."""
    rows = conn.execute(
        "SELECT entry FROM own_log WHERE no = ? AND seq BETWEEN ? AND ? ORDER BY seq", (no, first, last)
    )
    return [entry for (entry,) in rows]
