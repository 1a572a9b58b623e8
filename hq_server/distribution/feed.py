"""The sequencer and the pages (sync.md, "Downstream"): one newest row a key, versions in commit order, gapless pages.

Writers mark ``(feed, key)`` as changed in their own transactions; the sequencer alone builds bodies and gives versions,
in bulk, in one transaction: so their order is commit order, and no sale locks a feed that all share. Compaction leaves
holes in the versions, and holes mean nothing; what has none is a page's ``start`` and ``end``.
"""

from collections.abc import Iterable, Sequence

from commerce.reference import CHAIN_FEED, MEMBERS_FEED, branch_feed
from hq_server.distribution.limits import HISTORY_DAYS, KEYS_PER_STEP, PAGE_BYTES, PAGE_ROWS
from hq_server.distribution.rows import bodies
from hq_server.ledger.context import Hq
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import FeedPosition, Page, Row

_DAY_MS = 86_400_000
_REFERENCE = ("product", "tier", "top_up_rule", "promotion", "plan", "staff", "setting")
"""Kinds whose superseded rows are kept: a sale is checked against what was in force."""


def feeds_of(branch: str) -> tuple[str, str, str]:
    """Name the feeds that a branch reads."""
    return CHAIN_FEED, MEMBERS_FEED, branch_feed(branch)


def sequence(conn: Connection, hq: Hq, now: int, most: int = KEYS_PER_STEP) -> set[str]:
    """Give versions to rows marked as changed, up to `most`; return the feeds that grew.

    A row whose body is what it was keeps its version: nothing is sent for it.
    """
    marked: dict[str, list[str]] = {}
    for feed, key in conn.execute("SELECT feed, key FROM feed_dirty ORDER BY feed, key LIMIT ?", (most,)):
        marked.setdefault(feed, []).append(key)
    grown = {feed for feed, keys in marked.items() if _sequence_feed(conn, hq, feed, keys, now)}
    done = [(feed, key) for feed, keys in marked.items() for key in keys]
    conn.executemany("DELETE FROM feed_dirty WHERE feed = ? AND key = ?", done)
    return grown


def is_dirty(conn: Connection) -> bool:
    """Whether any row waits for the sequencer."""
    return conn.execute("SELECT 1 FROM feed_dirty LIMIT 1").fetchone() is not None


def heads(conn: Connection, hq: Hq, feeds: Iterable[str]) -> dict[str, FeedPosition]:
    """Return where feeds end; one that never had a row begins now, at 0."""
    return {feed: _head(conn, hq, feed) for feed in feeds}


def page(conn: Connection, feed: str, head: FeedPosition, at: FeedPosition | None) -> Page | None:
    """Return the next page behind a node's position, None when it is at the head (or beyond: HQ lost history).

    A node of another lineage, or one that never read the feed, begins at 0.
    """
    start = at.position if at is not None and at.lineage == head.lineage else 0
    if start >= head.position:
        return None
    rows: list[Row] = []
    size = 0
    found = conn.execute(
        "SELECT key, version, body FROM feed_rows WHERE feed = ? AND version > ? ORDER BY version LIMIT ?",
        (feed, start, PAGE_ROWS + 1),
    )
    for row in map(Row._make, found):
        size += len(row.key) + len(row.body or b"")
        if len(rows) == PAGE_ROWS or (rows and size > PAGE_BYTES):
            return Page(feed=feed, lineage=head.lineage, start=start, end=rows[-1].version, rows=tuple(rows))
        rows.append(row)
    return Page(feed=feed, lineage=head.lineage, start=start, end=head.position, rows=tuple(rows))


def rows_now(conn: Connection, feed: str, keys: Iterable[str]) -> tuple[Row, ...]:
    """Return some rows as sequenced, by version: rights rows that ride an answer. Missing ones are left out."""
    sql = "SELECT key, version, body FROM feed_rows WHERE feed = ? AND key IN ({})"
    found = {row[0]: Row(*row) for row in select_in(conn, sql, set(keys), feed)}
    return tuple(sorted(found.values(), key=lambda row: row.version))


def forget_history(conn: Connection, now: int) -> int:
    """Drop reference rows superseded too long ago; return how many."""
    limit = now - HISTORY_DAYS * _DAY_MS
    dropped: int = conn.execute("DELETE FROM reference_history WHERE superseded_at < ?", (limit,)).rowcount
    return dropped


def _sequence_feed(conn: Connection, hq: Hq, feed: str, keys: Sequence[str], now: int) -> bool:
    """Build and number the changed rows of one feed; False: none really changed."""
    sql = "SELECT key, version, body FROM feed_rows WHERE feed = ? AND key IN ({})"
    before = {key: (version, body) for key, version, body in select_in(conn, sql, keys, feed)}
    built = bodies(conn, hq, feed, keys, now)
    changed = [key for key in keys if before.get(key, (0, None))[1] != built[key]]
    if not changed:
        return False
    head = _head(conn, hq, feed).position
    conn.executemany(
        "INSERT INTO feed_rows (feed, key, version, body) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (feed, key) DO UPDATE SET version = ?3, body = ?4",
        [(feed, key, head + n, built[key]) for n, key in enumerate(changed, 1)],
    )
    conn.execute("UPDATE feeds SET head = ? WHERE feed = ?", (head + len(changed), feed))
    conn.executemany(
        "INSERT OR IGNORE INTO reference_history VALUES (?, ?, ?, ?, ?)",
        [
            (feed, key, *before[key], now)
            for key in changed
            if key.partition(":")[0] in _REFERENCE and before.get(key, (0, None))[1] is not None
        ],
    )
    return True


def _head(conn: Connection, hq: Hq, feed: str) -> FeedPosition:
    """Read a feed's head, beginning the feed if need be."""
    row = conn.execute("SELECT lineage, lineage_id, head FROM feeds WHERE feed = ?", (feed,)).fetchone()
    if row is None:
        conn.execute("INSERT INTO feeds VALUES (?, ?, ?, 0)", (feed, *hq.epoch))
        return FeedPosition(hq.epoch, 0)
    lineage, lineage_id, head = row
    return FeedPosition(HqEpoch(lineage, lineage_id), head)
