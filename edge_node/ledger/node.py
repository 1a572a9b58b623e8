"""Who this box is: the frozen identity that every act of the ledger is written under."""

from dataclasses import dataclass

from edge_node.errors import Code, StopWorkError
from edge_node.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Node:
    """The node in its current incarnation. Load it anew after an incarnation was opened.

    ``no`` is the incarnation's small local number, ``member_key`` the 32-byte key of the chain's keyed hashes.
    """

    chain: bytes
    node: bytes
    branch: str
    no: int
    incarnation: bytes
    signing_key: bytes
    member_key: bytes
    standalone: bool


def load_node(conn: Connection, member_key: bytes) -> Node:
    """Read the current incarnation; StopWorkError ``not_started`` before the first start."""
    row = conn.execute(
        "SELECT chain, node, branch, no, incarnation, signing_key FROM incarnations WHERE state = 'current'"
    ).fetchone()
    if row is None:
        raise StopWorkError(Code.NOT_STARTED)
    chain, node, branch, no, incarnation, signing_key = row
    return Node(chain, node, branch, no, incarnation, signing_key, member_key, is_standalone(conn))


def present_node(conn: Connection, known: Node) -> Node:
    """Return `known`, or the node anew when another incarnation was opened since it was loaded.

    HQ may close an incarnation at any moment, and its successor is committed before the rest of the program hears of
    it. Inside a transaction this one is right; no act fails for having come just then.
    """
    row = conn.execute("SELECT no FROM incarnations WHERE state = 'current'").fetchone()
    return known if row == (known.no,) else load_node(conn, known.member_key)


def is_standalone(conn: Connection) -> bool:
    """Whether this node is a chain of one, without an HQ."""
    return conn.execute("SELECT 1 FROM meta WHERE name = 'enrolled'").fetchone() is None
