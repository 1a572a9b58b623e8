"""The registry of incarnations: every life of every node's log that HQ knows, its own log's too."""

from typing import NamedTuple

from hq_server.errors import Code, InputError
from hq_server.storage.database import Connection
from sync_protocol.chain import LogIdentity, Point, first_hash

HQ_LOG, OPEN, ADOPTING, CLOSED, ADOPTED = "hq", "open", "adopting", "closed", "adopted"
"""States. ``adopting``: a standalone shop's old log, applied as if open until all of it is here."""

_LIVE = frozenset({OPEN, ADOPTING})

_SELECT = (
    "SELECT no, incarnation, chain, node, branch, signing_key, predecessor, predecessor_seq, predecessor_head, "
    "h0, state, acked_seq, acked_head, applied_seq, session, session_used, fed, opened_at, heard_at, "
    "closed_reason, close_signed, adopt_seq, adopt_head FROM incarnations "
)


class Incarnation(NamedTuple):
    """One life of one node's log. ``no`` is its number in this database; `acked_*`: how far stage 1 holds the log."""

    no: int
    incarnation: bytes
    chain: bytes
    node: bytes
    branch: str
    signing_key: bytes
    predecessor: bytes
    predecessor_seq: int
    predecessor_head: bytes
    h0: bytes
    state: str
    acked_seq: int
    acked_head: bytes
    applied_seq: int
    session: int
    session_used: int
    fed: int
    opened_at: int
    heard_at: int
    closed_reason: str
    close_signed: bytes
    adopt_seq: int
    adopt_head: bytes

    @property
    def is_open(self) -> bool:
        """Whether its entries are applied as they come; else by the late rule."""
        return self.state in _LIVE

    @property
    def acked(self) -> Point:
        """How far stage 1 holds the log."""
        return Point(self.acked_seq, self.acked_head)


def insert(conn: Connection, identity: LogIdentity, branch: str, state: str, now: int) -> Incarnation:
    """Register a log with nothing of it held yet. The fact that says so is the caller's."""
    before = identity.predecessor
    h0 = first_hash(identity)
    conn.execute(
        "INSERT INTO incarnations (incarnation, chain, node, branch, signing_key, predecessor, predecessor_seq, "
        "predecessor_head, h0, state, acked_seq, acked_head, applied_seq, session, session_used, opened_at, heard_at) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,0,?,0,0,0,?,?)",
        (
            identity.incarnation,
            identity.chain,
            identity.node,
            branch,
            identity.signing_key,
            before.incarnation if before else b"",
            before.seq if before else 0,
            before.head if before else b"",
            h0,
            state,
            h0,
            now,
            now,
        ),
    )
    return need(conn, identity.incarnation)


def by_no(conn: Connection, no: int) -> Incarnation:
    """Return an incarnation by its number here; the number must exist."""
    return Incarnation(*conn.execute(_SELECT + "WHERE no = ?", (no,)).fetchone())


def by_id(conn: Connection, incarnation: bytes) -> Incarnation | None:
    """Return an incarnation by its id, or None when HQ never heard of it."""
    row = conn.execute(_SELECT + "WHERE incarnation = ?", (incarnation,)).fetchone()
    return Incarnation(*row) if row else None


def need(conn: Connection, incarnation: bytes) -> Incarnation:
    """Return an incarnation by its id; InputError ``unknown_incarnation`` when HQ never heard of it."""
    found = by_id(conn, incarnation)
    if found is None:
        raise InputError(Code.UNKNOWN_INCARNATION, incarnation=incarnation.hex())
    return found


def of_node(conn: Connection, node: bytes) -> list[Incarnation]:
    """Return all incarnations of a node, in the order in which HQ met them."""
    rows = conn.execute(_SELECT + "WHERE node = ? ORDER BY no", (node,))
    return [Incarnation(*row) for row in rows]


def open_of_branch(conn: Connection, branch: str) -> Incarnation | None:
    """Return the newest open incarnation of a branch: where its rights are granted to."""
    row = conn.execute(_SELECT + "WHERE branch = ? AND state = 'open' ORDER BY no DESC", (branch,)).fetchone()
    return Incarnation(*row) if row else None


def closed_numbers(conn: Connection) -> set[int]:
    """Return the numbers of all closed incarnations; one look for all live sessions."""
    return {no for (no,) in conn.execute("SELECT no FROM incarnations WHERE state = 'closed'")}


def every(conn: Connection) -> list[Incarnation]:
    """Return all incarnations, HQ's own too, by number."""
    return [Incarnation(*row) for row in conn.execute(_SELECT + "ORDER BY no")]


def set_session(conn: Connection, no: int, session: int) -> None:
    """Keep the number given to a new session; ``session_used`` stays the last one that a node confirmed."""
    conn.execute("UPDATE incarnations SET session = ? WHERE no = ?", (session, no))


def set_session_used(conn: Connection, no: int, session: int) -> None:
    """Remember that the node confirmed this session number."""
    conn.execute("UPDATE incarnations SET session_used = ? WHERE no = ?", (session, no))


def set_fed(conn: Connection, no: int, position: int) -> None:
    """Remember how far the node said it has stored its branch's feed: never less than it said before."""
    conn.execute("UPDATE incarnations SET fed = ?1 WHERE no = ?2 AND fed < ?1", (position, no))


def heard(conn: Connection, no: int, now: int) -> None:
    """Note that the node spoke in a session of this incarnation."""
    conn.execute("UPDATE incarnations SET heard_at = ? WHERE no = ?", (now, no))
