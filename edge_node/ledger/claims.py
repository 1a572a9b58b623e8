"""Claims: goods of one branch's sale taken back in another. The seller releases each sold quantity once.

This node is the claimant of some (rows made by its own claim facts, outcome from HQ) and the seller of others.
"""

from typing import NamedTuple

from commerce.errors import CommerceError
from commerce.facts import Claim, Fact
from commerce.reference import ClaimRow
from commerce.refund import plan_refund, refused_release_fact, release_fact
from edge_node.errors import Code, MendInputError
from edge_node.ledger import bodies, change_log
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.node import Node
from edge_node.ledger.projections import remains_of
from edge_node.ledger.rights import wallet
from edge_node.storage.database import Connection, savepoint

CLAIMANT = "claimant"
SELLER = "seller"
_ID = 16


class ClaimState(NamedTuple):
    """A claim made here. ``state``: to_release | released | refused | paid; ``outcome`` is HQ's row once it came."""

    claim: bytes
    sale: bytes
    state: str
    day: str
    made: Claim
    outcome: ClaimRow | None


def made_here(conn: Connection, claim: bytes) -> ClaimState:
    """Return a claim that this branch made; MendInputError ``unknown_claim``."""
    row = conn.execute(
        "SELECT claim, sale, state, day, body, outcome FROM claims WHERE claim = ? AND role = 'claimant'", (claim,)
    ).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_CLAIM, claim=claim.hex())
    return _state(row)


def open_here(conn: Connection, limit: int) -> tuple[ClaimState, ...]:
    """List the claims of this branch that wait for their release or for their money, newest first."""
    rows = conn.execute(
        "SELECT claim, sale, state, day, body, outcome FROM claims WHERE role = 'claimant'"
        " AND state IN ('to_release', 'released') ORDER BY day DESC, claim LIMIT ?",
        (limit,),
    )
    return tuple(_state(row) for row in rows.fetchall())


def refundable(conn: Connection, sale: bytes) -> bool | None:
    """Whether this node may refund a sale by itself; None when it did not sell it.

    It may while no log from the selling one on was closed: another copy of a closed one may have refunded it, and its
    refund rights went to HQ. A log that was adopted when the node joined a chain goes on in the one that follows it.
    """
    row = conn.execute("SELECT id >> 40 FROM sales WHERE sale = ?", (sale,)).fetchone()
    if row is None:
        return None
    closed = conn.execute("SELECT 1 FROM incarnations WHERE no >= ? AND state = 'closed'", row).fetchone()
    return closed is None


def take(conn: Connection, node: Node, row: ClaimRow, now: int) -> Committed | None:
    """Take a claim row: as seller answer it (the entry is returned), as claimant note its outcome."""
    if row.state != "to_release":
        state = row.state if row.state in {"released", "refused"} else "to_release"
        conn.execute(
            "UPDATE claims SET state = CASE state WHEN 'paid' THEN 'paid' ELSE ? END, outcome = ?"
            " WHERE claim = ? AND role = 'claimant'",
            (state, bodies.encode(row), row.claim),
        )
        return None
    if row.seller != node.branch or len(row.claim) != _ID or _answered(conn, row.claim):
        return None
    if change_log.head(conn, node.no).stopped:
        return None  # no value leaves an old copy of itself; once it is closed, HQ releases
    if not refundable(conn, row.sale):
        return None  # not ours to answer: HQ releases what a closed incarnation sold, by two people
    try:
        with savepoint(conn):
            return commit(conn, node, _answer(conn, node, row), now)
    except MendInputError as error:  # too large for one entry: it may be claimed again, line by line
        return commit(conn, node, _refusal(conn, row, error.code), now)


def _answer(conn: Connection, node: Node, row: ClaimRow) -> Fact:
    """Make the release, or the refusal that says why nothing can be released."""
    remains = remains_of(conn, row.sale)
    assert remains is not None
    day = _day(conn)
    try:
        plan = plan_refund(remains, row.lines)
    except CommerceError as error:
        return _refusal(conn, row, error.code)
    views = wallet(conn, node, remains.member).views if remains.member else ()
    return release_fact(node.branch, row.claim, row.claimant, day, plan, points_views=views)


def _refusal(conn: Connection, row: ClaimRow, code: str) -> Fact:
    """Make the answer that nothing can be released, and why."""
    remains = remains_of(conn, row.sale)
    assert remains is not None
    return refused_release_fact(row.claim, row.sale, row.claimant, day=_day(conn), member=remains.member, refused=code)


def _answered(conn: Connection, claim: bytes) -> bool:
    """Whether this node has answered a claim."""
    found = conn.execute("SELECT 1 FROM claims WHERE claim = ? AND role = 'seller'", (claim,)).fetchone()
    return found is not None


def _day(conn: Connection) -> str:
    """Return the newest business date here: a release falls on it."""
    row = conn.execute("SELECT max(day) FROM shifts").fetchone()
    return row[0] or "1970-01-01"


def _state(row: tuple[bytes, bytes, str, str, bytes, bytes]) -> ClaimState:
    claim, sale, state, day, made, outcome = row
    return ClaimState(
        claim, sale, state, day, bodies.decode(Claim, made), bodies.decode(ClaimRow, outcome) if outcome else None
    )
