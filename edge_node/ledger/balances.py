"""The whole chain's balance of a member, as HQ last told it."""

from commerce.reference import BalanceRow
from edge_node.ledger import bodies
from edge_node.storage.database import Connection


def chain_balance(conn: Connection, member: bytes) -> BalanceRow | None:
    """Return HQ's word on a member's balances (issued − consumed, with the time of the oldest holder not heard)."""
    row = conn.execute("SELECT body FROM chain_balances WHERE member = ?", (member,)).fetchone()
    return None if row is None else bodies.decode(BalanceRow, row[0])


def elsewhere(conn: Connection, member: bytes) -> dict[str, int]:
    """Return evidence for a shortage: the chain's stored value as HQ knew it, and when; empty when it never said."""
    row = chain_balance(conn, member)
    if row is None:
        return {}
    known = dict(row.balances)
    return {"chain": known.get("principal", 0) + known.get("bonus", 0), "chain_as_of": row.as_of}


def keep_per_mille(conn: Connection, member: bytes) -> int:
    """Return how much of a member's fresh value this branch keeps while it is online, in thousandths."""
    row = chain_balance(conn, member)
    return 1000 if row is None else min(max(row.keep_per_mille, 0), 1000)
