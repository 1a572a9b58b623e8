"""What a node tells of itself, kept for people to look at: nothing that HQ decides depends on it.

A node's times are by its own clock; they are kept by HQ's, as if the message had taken no time.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hq_server.ingest import limits
from hq_server.storage.database import Connection
from sync_protocol.messages import DeviceState, FeedPosition, Health


class _Seen(NamedTuple):
    """Where the members' feed ended when a node told of itself before; ``good_at``: how fresh its block list was."""

    good_at: int
    lineage: int
    head: int
    at: int


def on_health(  # noqa: PLR0917 - what it is measured by
    conn: Connection, node: bytes, health: Health, head: FeedPosition, unsent: int, now: int
) -> None:
    """Keep how a node is. `head`: where the members' feed ends here; `unsent`: entries of the node that HQ lacks.

    Its block list is as fresh as the last moment at which HQ had nothing in that feed which the node lacks now: when
    the feed never rests, that is when it told of itself before.
    """
    row = conn.execute(
        "SELECT blocks_good_at, seen_lineage, seen_head, seen_at FROM node_health WHERE node = ?", (node,)
    ).fetchone()
    seen = _fresh(health, head, _Seen(*row) if row else _Seen(0, 0, 0, 0), now)
    conn.execute(
        "INSERT OR REPLACE INTO node_health (node, told_at, clock, oldest_at, blocks_applied_at, blocks_good_at,"
        " seen_lineage, seen_head, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            node,
            now,
            health.at - now,
            _here(health.oldest, health.at, now) if unsent else 0,
            0 if health.blocks is None else _here(health.blocks.applied_at, health.at, now),
            *seen,
        ),
    )
    conn.execute("UPDATE nodes SET unsent = ? WHERE node = ?", (unsent, node))
    _devices(conn, node, health.devices, health.at, now)


def nothing_unsent(conn: Connection, node: bytes) -> None:
    """Note that HQ holds all that the node said it has."""
    conn.execute("UPDATE nodes SET unsent = 0 WHERE node = ?", (node,))
    conn.execute("UPDATE node_health SET oldest_at = 0 WHERE node = ?", (node,))


def brought(conn: Connection, node: bytes, entries: int) -> None:
    """Note that so many entries came in a file: what was told as unsent waits no more, as far as they go."""
    (unsent,) = conn.execute("SELECT unsent FROM nodes WHERE node = ?", (node,)).fetchone()
    if entries >= unsent:
        nothing_unsent(conn, node)
    else:
        conn.execute("UPDATE nodes SET unsent = unsent - ? WHERE node = ?", (entries, node))


def _fresh(health: Health, head: FeedPosition, seen: _Seen, now: int) -> _Seen:
    """Say how fresh the block list is, and by which head that is measured the next time."""
    if health.blocks is None or health.blocks.lineage != head.lineage:
        return seen
    known = seen.lineage == head.lineage.n and seen.at > 0
    good_at = seen.good_at
    if health.blocks.position >= head.position:
        good_at = now
    elif known and health.blocks.position >= seen.head:
        good_at = max(good_at, seen.at)
    elif known:
        return seen  # it has not come so far yet: the same mark again
    return _Seen(good_at, head.lineage.n, head.position, now)


def _here(time: int, said: int, now: int) -> int:
    """Tell a node's time by HQ's clock; 0 not known. What is older than a year stems from a clock that was wrong."""
    age = max(0, said - time)
    return now - age if time and age <= limits.AGE_MS else 0


def _devices(conn: Connection, node: bytes, devices: Sequence[DeviceState], said: int, now: int) -> None:
    """Keep a node's devices in the place of those it told before."""
    conn.execute("DELETE FROM node_devices WHERE node = ?", (node,))
    conn.executemany(
        "INSERT INTO node_devices (node, n, name, kind, works, code, since) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (node, n, _printable(one.name), one.kind, int(one.works), one.code, _here(one.since, said, now))
            for n, one in enumerate(devices)
        ],
    )


def _printable(name: str) -> str:
    return "".join(char for char in name if char.isprintable()).strip()
