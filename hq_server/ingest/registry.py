"""The registry of nodes: who is enrolled for which branch, and with which keys."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from commerce.accounts import HQ
from commerce.facts import Audit, Fact
from hq_server.errors import Code, InputError
from hq_server.ledger import changes, closing, incarnations
from hq_server.ledger.context import Hq
from hq_server.ledger.record import record
from hq_server.storage.database import Connection
from provisioning.import_key import load_public
from sync_protocol import signed
from sync_protocol.hq_session import NodeRecord

ENROLLED, REVOKED, REPLACED = "enrolled", "revoked", "replaced"
"""States of a node. A revoked or replaced one may bring what it wrote, and gets nothing."""

Standing = tuple[bytes, bytes, int, bytes]
"""A log written before the enrolment: (chain, incarnation, seq, head), as it was then."""


class Enrolment(NamedTuple):
    """What HQ keeps of a node that joins. ``hpke_key``: 1,216 raw bytes; ``standing``: its logs as a chain of one."""

    node: bytes
    branch: str
    branch_name: str
    signing_key: bytes
    hpke_key: bytes
    certificate: bytes = b""
    standing: Sequence[Standing] = ()


class Registered(NamedTuple):
    """A node as enrolled."""

    node: bytes
    branch: str
    signing_key: bytes
    hpke_key: bytes
    state: str

    @property
    def record(self) -> NodeRecord:
        """The node as a session must know it."""
        key = signed.load_public(self.signing_key)
        return NodeRecord(self.node, key, load_public(self.hpke_key), self.hpke_key)


def find(conn: Connection, node: bytes) -> Registered | None:
    """Return a node, or None for a stranger."""
    row = conn.execute(
        "SELECT node, branch, signing_key, hpke_key, state FROM nodes WHERE node = ?", (node,)
    ).fetchone()
    return Registered(*row) if row else None


def enrol_node(conn: Connection, hq: Hq, joining: Enrolment, now: int) -> None:
    """Register a node for its branch. Another node of that branch is replaced: its logs are closed as lost boxes' are.

    The same node with the same key may come again (a lost membership). InputError ``node_taken``, ``unknown_branch``.
    """
    if joining.branch == HQ:
        raise InputError(Code.UNKNOWN_BRANCH)
    known = find(conn, joining.node)
    if known is not None and (known.signing_key, known.branch) != (joining.signing_key, joining.branch):
        raise InputError(Code.NODE_TAKEN)
    conn.execute(
        "INSERT INTO branches (branch, name, created_at) VALUES (?, ?, ?) ON CONFLICT (branch) DO UPDATE SET name = ?2",
        (joining.branch, joining.branch_name, now),
    )
    _replace_others(conn, hq, joining, now)
    conn.execute(
        "INSERT OR REPLACE INTO nodes (node, branch, signing_key, hpke_key, certificate, state, enrolled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*joining[:2], *joining[3:6], ENROLLED, now),
    )
    conn.executemany(
        "INSERT OR IGNORE INTO standing_logs (node, incarnation, chain, seq, head) VALUES (?, ?, ?, ?, ?)",
        [(joining.node, incarnation, chain, seq, head) for chain, incarnation, seq, head in joining.standing],
    )
    digest = sha256(joining.certificate or joining.signing_key).digest()
    record(conn, hq, Fact("audit", Audit("node_enrolled", joining.branch, "", "", "", digest)), now)
    changes.mark(conn, *changes.directory_mark(joining.branch))


def id_for(conn: Connection, wanted: bytes, signing_key: bytes, fresh: bytes) -> bytes:
    """Choose a joining node's id: the one it had alone, unless another box (cloned from the same disk) has it now."""
    known = find(conn, wanted)
    return wanted if known is None or known.signing_key == signing_key else fresh


def branch_for(standing: Sequence[Standing], own_branch: str, offered: str) -> str:
    """Choose its branch id: a shop with a history keeps the one its lots, cash and clearing are written under.

    A log with nothing but its first entry is no history.
    """
    return own_branch if any(seq > 1 for _, _, seq, _ in standing) else offered


def standing_log(conn: Connection, node: bytes, chain: bytes, incarnation: bytes) -> int | None:
    """Return the seq to which a node had written a log of its own before it was enrolled; None: no such log named."""
    row = conn.execute(
        "SELECT seq FROM standing_logs WHERE node = ? AND incarnation = ? AND chain = ?", (node, incarnation, chain)
    ).fetchone()
    return row[0] if row else None


def adopting(conn: Connection) -> list[tuple[int, bytes]]:
    """Return the logs whose adoption is under way, each with the node whose present log shall have the rights.

    Anybody may name a log at enrolment: it is the one's whose key signs it. Its own node id does not tell that: a box
    whose id another one has is enrolled under a fresh one.
    """
    rows: list[tuple[int, bytes]] = conn.execute(
        "SELECT i.no, n.node FROM incarnations i"
        " JOIN standing_logs s ON s.incarnation = i.incarnation AND s.chain = i.chain"
        " JOIN nodes n ON n.node = s.node AND n.signing_key = i.signing_key"
        " WHERE i.state = 'adopting' ORDER BY i.no"
    ).fetchall()
    return rows


def _replace_others(conn: Connection, hq: Hq, joining: Enrolment, now: int) -> None:
    """Give a branch's other boxes up: what they still hold is suspended until two people release it."""
    others = conn.execute(
        "SELECT node FROM nodes WHERE branch = ? AND node <> ? AND state = ?", (joining.branch, joining.node, ENROLLED)
    ).fetchall()
    for (node,) in others:
        conn.execute("UPDATE nodes SET state = ? WHERE node = ?", (REPLACED, node))
        for log in incarnations.of_node(conn, node):
            if log.is_open:
                closing.close(conn, hq, log.no, "replaced", f"node {joining.node.hex()} enrolled", now)
