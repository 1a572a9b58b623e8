"""Marking feed rows as changed: writers mark in their own transaction, one sequencer gives the versions (sync.md)."""

from collections.abc import Iterable

from commerce.reference import CHAIN_FEED, MEMBERS_FEED, branch_feed
from hq_server.ledger import aliases
from hq_server.storage.bulk import run_in
from hq_server.storage.database import Connection

Mark = tuple[str, str]
"""(feed, key)."""


def mark(conn: Connection, feed: str, key: str) -> None:
    """Mark one row of a feed as changed."""
    conn.execute("INSERT OR IGNORE INTO feed_dirty VALUES (?, ?)", (feed, key))


def mark_many(conn: Connection, marks: Iterable[Mark]) -> None:
    """Mark rows of feeds as changed."""
    conn.executemany("INSERT OR IGNORE INTO feed_dirty VALUES (?, ?)", sorted(marks))


def mark_balances(conn: Connection, members: Iterable[bytes]) -> None:
    """Mark these members' balances, and those of whom they became, in every branch that has seen them."""
    sql = (
        "INSERT OR IGNORE INTO feed_dirty SELECT 'branch:' || branch, 'balance:' || lower(hex(member)) FROM seen "
        "WHERE member IN ({})"
    )
    wanted = set(members)
    now_are = set(aliases.roots(conn, wanted).values())
    run_in(conn, sql, wanted | now_are)


def mark_rights_of(conn: Connection, no: int) -> None:
    """Mark every rights row of one incarnation."""
    conn.execute(
        "INSERT OR IGNORE INTO feed_dirty SELECT 'branch:' || i.branch, 'rights:' || lower(hex(r.lot)) || ':' || "
        "lower(hex(i.incarnation)) FROM rights r JOIN incarnations i USING (no) WHERE r.no = ?",
        (no,),
    )


def dirty(conn: Connection) -> dict[str, list[str]]:
    """Return the marked keys per feed, sorted."""
    found: dict[str, list[str]] = {}
    for feed, key in conn.execute("SELECT feed, key FROM feed_dirty ORDER BY feed, key"):
        found.setdefault(feed, []).append(key)
    return found


def rights_mark(branch: str, lot: bytes, incarnation: bytes) -> Mark:
    """Name the row that tells a branch what HQ granted to its incarnation."""
    return branch_feed(branch), f"rights:{lot.hex()}:{incarnation.hex()}"


def balance_mark(branch: str, member: bytes) -> Mark:
    """Name the row that tells a branch a member's whole balance."""
    return branch_feed(branch), f"balance:{member.hex()}"


def member_mark(member: bytes) -> Mark:
    """Name the row by which every branch recognises a member."""
    return MEMBERS_FEED, f"member:{member.hex()}"


def profile_mark(branch: str, member: bytes) -> Mark:
    """Name a member's profile in one branch."""
    return branch_feed(branch), f"profile:{member.hex()}"


def claim_mark(branch: str, claim: bytes) -> Mark:
    """Name a claim's row in one branch."""
    return branch_feed(branch), f"claim:{claim.hex()}"


def entitlement_mark(entitlement: bytes) -> Mark:
    """Name the row by which every branch knows a period or discount card."""
    return MEMBERS_FEED, f"entitlement:{entitlement.hex()}"


def directory_mark(branch: str) -> Mark:
    """Name a branch's row in the directory."""
    return CHAIN_FEED, f"directory:{branch}"
