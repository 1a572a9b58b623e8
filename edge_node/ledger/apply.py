"""Feed pages taken: rows become tables, orders are obeyed, and the position moves in the same transaction.

Rows of unknown kinds are stored and left alone; a row whose body cannot be read is passed over, for a page must not
stop a branch.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from commerce.reference import (
    CHAIN_FEED,
    MEMBERS_FEED,
    BalanceRow,
    ClaimRow,
    EntitlementRow,
    MemberRow,
    ProfileRow,
    RightsRow,
    branch_feed,
)
from edge_node.errors import Code, StopWorkError
from edge_node.ledger import bodies, claims, entitlements, members, orders, rights_rows
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import FeedPosition, Page, Row
from sync_protocol.page import PageStep, judge_page

_REFERENCE = frozenset({"product", "tier", "top_up_rule", "staff", "setting", "directory", "promotion", "plan"})
_KNOWN = _REFERENCE | {"member", "entitlement", "rights", "balance", "profile", "claim"}


class Notice(NamedTuple):
    """What a screen should hear of. ``kind``: member | rights | claim | reference | stopped; ``id``: hex id or code."""

    kind: str
    id: str


@dataclass(slots=True)
class Applied:
    """What rows did. After the commit: forget the price book if ``reference_changed``, pass the notices on.

    ``wrote``: entries were written (orders obeyed, claims released), so the uplink has something to send.
    """

    step: PageStep = PageStep.APPLY
    reference_changed: bool = False
    wrote: bool = False
    notices: list[Notice] = field(default_factory=list)


def positions(conn: Connection) -> dict[str, FeedPosition]:
    """Return per feed the lineage known and the position reached: what HELLO tells."""
    rows = conn.execute("SELECT feed, lineage_n, lineage_id, position FROM positions").fetchall()
    return {feed: FeedPosition(lineage=HqEpoch(n, lineage), position=at) for feed, n, lineage, at in rows}


def apply_page(conn: Connection, node: Node, page: Page, now: int, new_id: Callable[[], bytes]) -> Applied:
    """Take a page if it fits; otherwise ``step`` tells what to do instead, and nothing was touched."""
    if page.feed not in {CHAIN_FEED, MEMBERS_FEED, branch_feed(node.branch)}:
        raise StopWorkError(Code.PAGE_REFUSED, feed=page.feed[:40])
    step = judge_page(page, positions(conn).get(page.feed))
    if step is not PageStep.APPLY:
        return Applied(step)
    applied = apply_rows(conn, node, page.feed, page.rows, (now, new_id))
    conn.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)", (page.feed, *page.lineage, page.end))
    applied.reference_changed |= page.feed == CHAIN_FEED
    return applied


def apply_early(conn: Connection, node: Node, rows: Iterable[Row], now: int, new_id: Callable[[], bytes]) -> Applied:
    """Take the rights rows that came with an answer: they are totals, the position does not move for them."""
    only = [row for row in rows if bodies.kind_of(row.key) == "rights"]
    return apply_rows(conn, node, branch_feed(node.branch), only, (now, new_id))


def apply_rows(
    conn: Connection, node: Node, feed: str, rows: Iterable[Row], act: tuple[int, Callable[[], bytes]]
) -> Applied:
    """Take rows in their order; `act`: the time and the source of ids for the facts that orders ask for."""
    applied = Applied()
    member_rows: list[tuple[int, MemberRow]] = []
    ordered: list[bytes] = []
    asked: list[ClaimRow] = []
    replaced: set[str] = set()
    for row in rows:
        kind = bodies.kind_of(row.key)
        if kind in _REFERENCE or kind not in _KNOWN:
            _take_reference(conn, feed, row, replaced)
            applied.reference_changed |= kind in _REFERENCE
            continue
        if row.body is None:
            _take_tombstone(conn, kind, row.key)
            continue
        match bodies.decode_row(row.key, row.body):
            case MemberRow() as member:
                member_rows.append((row.version, member))
                applied.notices.append(Notice("member", member.member.hex()))
            case EntitlementRow() as card:
                entitlements.take(conn, card)
                applied.notices.append(Notice("member", card.member.hex()))
            case RightsRow() as right:
                if rights_rows.take(conn, node, right, row.body):
                    ordered.append(right.lot)
                    applied.notices.append(Notice("rights", right.owner.hex()))
            case BalanceRow() as balance:
                conn.execute("INSERT OR REPLACE INTO chain_balances VALUES (?, ?)", (balance.member, row.body))
                applied.notices.append(Notice("member", balance.member.hex()))
            case ProfileRow() as profile:
                members.take_profile_row(conn, node.member_key, profile)
            case ClaimRow() as claim:
                asked.append(claim)
            case _:
                pass
    members.take_member_rows(conn, member_rows)
    _act(conn, node, applied, (ordered, asked), act)
    return applied


def _act(
    conn: Connection,
    node: Node,
    applied: Applied,
    todo: tuple[list[bytes], list[ClaimRow]],
    act: tuple[int, Callable[[], bytes]],
) -> None:
    """Obey the orders and answer the claims that the rows brought."""
    ordered, asked = todo
    now, new_id = act
    applied.wrote = bool(orders.obey(conn, node, ordered, now, new_id))
    for claim in asked:
        if claims.take(conn, node, claim, now):
            applied.wrote = True
        applied.notices.append(Notice("claim", claim.claim.hex()))
    (stopped,) = conn.execute("SELECT stopped FROM incarnations WHERE no = ?", (node.no,)).fetchone()
    if stopped:
        applied.notices.append(Notice("stopped", stopped))


def _take_reference(conn: Connection, feed: str, row: Row, replaced: set[str]) -> None:
    """Store a reference row; the first one of its kind that HQ sends replaces all that were written here."""
    kind = bodies.kind_of(row.key)
    if kind not in replaced:
        conn.execute(
            "DELETE FROM reference WHERE feed = ? AND key >= ? AND key < ? AND version = 0",
            (feed, f"{kind}:", f"{kind};"),
        )
        replaced.add(kind)
    if row.body is None:
        conn.execute("DELETE FROM reference WHERE feed = ? AND key = ?", (feed, row.key))
    else:
        conn.execute("INSERT OR REPLACE INTO reference VALUES (?, ?, ?, ?)", (feed, row.key, row.version, row.body))


def _take_tombstone(conn: Connection, kind: str, key: str) -> None:
    """Forget what HQ erased. Rights and claims stay: they are accounts, and end by facts alone."""
    try:
        member = bytes.fromhex(key.partition(":")[2])
    except ValueError:
        return
    if kind == "entitlement":
        entitlements.forget(conn, member)
    if kind in {"member", "profile"}:
        members.forget(conn, member, profile_only=kind == "profile")
    if kind in {"member", "balance"}:
        conn.execute("DELETE FROM chain_balances WHERE member = ?", (member,))
