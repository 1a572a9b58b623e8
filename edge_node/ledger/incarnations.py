"""Incarnations: the lives of this node's log. A log is never continued by another one, only followed.

First start opens a chain of one; enrolment opens an incarnation of the new chain with the old one as predecessor; a
closed, restored or cloned node opens the next one with no rights at all.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from commerce.facts import Fact, IncarnationOpened
from edge_node.errors import Code, StopWorkError
from edge_node.ledger.commit import commit
from edge_node.ledger.members import rehash
from edge_node.ledger.node import load_node
from edge_node.storage.database import Connection
from sync_protocol.chain import LogIdentity, Predecessor, first_hash


class StandaloneIds(NamedTuple):
    """Randomness of a first start, 16 bytes each; ``entropy`` names the branch (``s-`` and 12 hex digits of it)."""

    chain: bytes
    node: bytes
    incarnation: bytes
    entropy: bytes


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What joining a chain gives the node. ``branch`` keeps the standalone branch id where there is history."""

    chain: bytes
    node: bytes
    branch: str
    incarnation: bytes
    signing_key: bytes
    member_key: bytes


class Log(NamedTuple):
    """One incarnation's log as it stands; what HELLO tells of it, and its local number."""

    no: int
    incarnation: bytes
    chain: bytes
    node: bytes
    branch: str
    signing_key: bytes
    predecessor: Predecessor | None
    h0: bytes
    seq: int
    head: bytes
    acked_seq: int
    acked_head: bytes
    ack: bytes
    session: int
    state: str
    stopped: str

    @property
    def identity(self) -> LogIdentity:
        """What is bound into h_0."""
        return LogIdentity(self.chain, self.node, self.incarnation, self.signing_key, self.predecessor)


def start_standalone(conn: Connection, ids: StandaloneIds, signing_key: bytes, now: int) -> None:
    """Make this box a chain of one; StopWorkError ``already_started`` when it has a log."""
    if conn.execute("SELECT 1 FROM incarnations").fetchone():
        raise StopWorkError(Code.ALREADY_STARTED)
    branch = f"s-{ids.entropy.hex()[:12]}"
    _open(conn, LogIdentity(ids.chain, ids.node, ids.incarnation, signing_key), branch, "first_start", now)


def open_next(conn: Connection, reason: str, incarnation: bytes, now: int) -> None:
    """Close the current log here and open the next one, which holds no rights. `reason`: restored | closed.

    Requests still waiting died with the incarnation that asked. Load the ``Node`` anew after the commit.
    """
    old = current(conn)
    _end(conn, old, "closed")
    identity = LogIdentity(
        old.chain, old.node, incarnation, old.signing_key, Predecessor(old.incarnation, old.seq, old.head)
    )
    _open(conn, identity, old.branch, reason, now)


def enrol(conn: Connection, joined: Enrolment, now: int) -> None:
    """Join a chain: the standalone log becomes ``adopted`` history, a log of the new chain names it as predecessor.

    Members' keyed hashes are made anew under the chain's key; reference rows written here stay until HQ's first row of
    their kind arrives (``apply``).
    """
    old = current(conn)
    _end(conn, old, "adopted")
    predecessor = Predecessor(old.incarnation, old.seq, old.head)
    conn.execute("INSERT OR REPLACE INTO meta VALUES ('enrolled', ?)", (now,))
    identity = LogIdentity(joined.chain, joined.node, joined.incarnation, joined.signing_key, predecessor)
    _open(conn, identity, joined.branch, "enrolled", now)
    rehash(conn, joined.member_key)
    conn.execute(
        "UPDATE reference SET feed = ? WHERE feed = ?",
        (f"branch:{joined.branch}", f"branch:{old.branch}"),
    )


def logs(conn: Connection) -> tuple[Log, ...]:
    """List all logs of this node, oldest first."""
    rows = conn.execute(
        "SELECT no, incarnation, chain, node, branch, signing_key, predecessor, predecessor_seq, predecessor_head,"
        " h0, seq, head, acked_seq, acked_head, ack, session, state, stopped FROM incarnations ORDER BY no"
    )
    return tuple(_log(row) for row in rows.fetchall())


def _log(row: tuple[Any, ...]) -> Log:
    """Make a log of a row; a first incarnation has no predecessor."""
    before = Predecessor(*row[6:9]) if row[6] else None
    return Log._make((*row[:6], before, *row[9:]))


def current(conn: Connection) -> Log:
    """Return the log that is being written."""
    for log in logs(conn):
        if log.state == "current":
            return log
    raise StopWorkError(Code.NOT_STARTED)


def store_session(conn: Connection, no: int, session: int) -> None:
    """Keep the session number that HQ gave; durable before any row of that session is applied. It never falls."""
    conn.execute("UPDATE incarnations SET session = ? WHERE no = ? AND session <= ?", (session, no, session))


def stop_stored_value(conn: Connection, no: int, reason: str) -> None:
    """Refuse every use of rights in this incarnation from now on; the first reason stays."""
    conn.execute("UPDATE incarnations SET stopped = ? WHERE no = ? AND stopped = ''", (reason, no))


def _end(conn: Connection, old: Log, state: str) -> None:
    """Make the current log history."""
    conn.execute("UPDATE incarnations SET state = ? WHERE no = ?", (state, old.no))
    conn.execute("UPDATE requests SET state = 'cancelled' WHERE no = ? AND state = 'waiting'", (old.no,))


def _open(conn: Connection, identity: LogIdentity, branch: str, reason: str, now: int) -> None:
    """Write the incarnation's row and its first entry."""
    before = identity.predecessor
    predecessor = before or Predecessor(b"", 0, b"")
    h0 = first_hash(identity)
    conn.execute(
        "INSERT INTO incarnations (incarnation, chain, node, branch, signing_key, predecessor, predecessor_seq,"
        " predecessor_head, h0, head, acked_head, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'current')",
        (identity.incarnation, identity.chain, identity.node, branch, identity.signing_key, *predecessor, h0, h0, h0),
    )
    body = IncarnationOpened("opened", identity.incarnation, reason, *predecessor)
    commit(conn, load_node(conn, b""), Fact("incarnation", body), now)
