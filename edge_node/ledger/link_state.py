"""What the node knows of its line to HQ: written by sync, shown by tills, never waited for."""

from typing import NamedTuple, TypeVar, cast

from edge_node import limits
from edge_node.ledger.change_log import read_entry
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection
from sync_protocol.epoch import NEVER, HqEpoch

_T = TypeVar("_T", int, bytes)


class LinkState(NamedTuple):
    """``heard_at``: this node's clock at HQ's last signed message, 0 never; ``unsent``: entries HQ has not acked."""

    heard_at: int
    hq_time: int
    epoch: HqEpoch
    unsent: int
    oldest_unsent_at: int
    stopped: str

    def connected(self, now: int) -> bool:
        """Whether HQ was heard within 30 s."""
        return self.heard_at > 0 and abs(now - self.heard_at) <= limits.CONNECTED_MS

    def fresh(self, now: int) -> bool:
        """Whether fresh value may be returned at once: HQ was heard within 60 s."""
        return self.heard_at > 0 and abs(now - self.heard_at) <= limits.FRESH_LINK_MS


def state(conn: Connection, node: Node) -> LinkState:
    """Read the state of the line; unsent entries of all of this node's logs count."""
    heard_at, hq_time = _meta(conn, "heard_at", 0), _meta(conn, "hq_time", 0)
    unsent, oldest = 0, 0
    rows = conn.execute("SELECT no, seq, acked_seq FROM incarnations WHERE seq > acked_seq ORDER BY no")
    for no, seq, acked in rows.fetchall():
        unsent += seq - acked
        entry = read_entry(conn, no, acked + 1)
        if entry is not None and not oldest:
            oldest = entry.at
    (stopped,) = conn.execute("SELECT stopped FROM incarnations WHERE no = ?", (node.no,)).fetchone()
    return LinkState(heard_at, hq_time, epoch(conn), unsent, oldest, stopped)


def fresh(conn: Connection, now: int) -> bool:
    """Whether HQ was heard within 60 s (one statement: for the top-up)."""
    heard_at = _meta(conn, "heard_at", 0)
    return heard_at > 0 and abs(now - heard_at) <= limits.FRESH_LINK_MS


def heard(conn: Connection, now: int, hq_time: int) -> None:
    """Note a signed message of HQ, and the time it bears."""
    conn.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("heard_at", now), ("hq_time", hq_time)])


def blocks_applied(conn: Connection, now: int) -> None:
    """Note that a page of the feed that blocks cards and members was applied."""
    conn.execute("INSERT OR REPLACE INTO meta VALUES ('blocks_at', ?)", (now,))


def blocks_at(conn: Connection) -> int:
    """When the last page of that feed was applied by this node's clock, 0 not known."""
    return max(_meta(conn, "blocks_at", 0), 0)


def epoch(conn: Connection) -> HqEpoch:
    """Return the highest HQ epoch this node has seen."""
    return HqEpoch(_meta(conn, "hq_epoch_n", NEVER.n), _meta(conn, "hq_epoch_id", NEVER.id))


def saw_epoch(conn: Connection, seen: HqEpoch) -> None:
    """Keep an HQ epoch that is higher than the one seen."""
    if seen.n > epoch(conn).n:
        conn.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", [("hq_epoch_n", seen.n), ("hq_epoch_id", seen.id)]
        )


def _meta(conn: Connection, name: str, default: _T) -> _T:
    row = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return default if row is None else cast("_T", row[0])
