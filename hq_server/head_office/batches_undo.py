"""Batches undone, as far as the rules allow: what nobody used and what lies at head office.

A top-up is undone by the holder of the whole pair alone (ledger.md "withdraw"): where a branch holds a part it is
ordered to give it back, and the row waits for that, as long as the branch is offline. Who has used some of it keeps it
(it is told, and can be put right by an adjustment); of coupons and points what is left is taken back, tags are removed.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from commerce.desk import hq_desk
from commerce.facts import Fact, Tender, Use
from commerce.lots import Pair
from commerce.withdrawal import Approval, deduct_fact, undo_fact
from hq_server.head_office import batches
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.batches import Batch, row_id
from hq_server.head_office.values import business_day
from hq_server.ledger import grants, incarnations, lots
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection

USED = "used"
"""Why a row was not undone, or not wholly: the member has used it."""

_PARTS = {batches.TOP_UP: ("principal", "bonus", "points"), batches.COUPONS: ("coupons",), batches.TAG: ()}


class Step(NamedTuple):
    """Up to which row a pass has come; ``over``: there is none behind it."""

    after: int
    over: bool


class _Row(NamedTuple):
    n: int
    member: bytes
    amount: int
    points: int


def undo(conn: Connection, act: Act, batch: bytes, after: int, most: int = limits.CHUNK) -> Step:
    """Undo the next rows behind `after` that can be, have gathered what lies in branches; at the end it is undone.

    RefusedError ``not_proposed`` for a batch whose undoing nobody agreed on.
    """
    found = batches.in_state(conn, batch, batches.UNDOING, batches.UNDONE)
    rows = [
        _Row(*row)
        for row in conn.execute(
            "SELECT n, member, amount, points FROM batch_rows"
            " WHERE batch = ? AND done = 1 AND undone = 0 AND kept = '' AND n > ? ORDER BY n LIMIT ?",
            (batch, after, most),
        )
    ]
    if found.kind == batches.TAG:
        _untag(conn, found, rows)
    else:
        _take_back(conn, act, found, rows)
    over = len(rows) < most
    if over and found.state == batches.UNDOING and not waiting(conn, batch):
        conn.execute("UPDATE batches SET state = 'undone' WHERE batch = ?", (batch,))
        note(conn, act, "batch_undone", batch.hex(), reason=found.undo_reason)
    return Step(rows[-1].n if rows else after, over)


def waiting(conn: Connection, batch: bytes) -> int:
    """Return how many rows of a batch are neither undone nor kept."""
    query = "SELECT count(*) FROM batch_rows WHERE batch = ? AND done = 1 AND undone = 0 AND kept = ''"
    return int(conn.execute(query, (batch,)).fetchone()[0])


def _untag(conn: Connection, found: Batch, rows: Sequence[_Row]) -> None:
    """Take the tag from whom this batch gave it to."""
    conn.executemany("DELETE FROM member_tags WHERE tag = ? AND member = ?", [(found.what, row.member) for row in rows])
    conn.executemany(
        "UPDATE batch_rows SET undone = 1 WHERE batch = ? AND n = ?", [(found.batch, row.n) for row in rows]
    )


def _take_back(conn: Connection, act: Act, found: Batch, rows: Sequence[_Row]) -> None:
    """Write the facts of what can be undone; order the rest back."""
    ids = {row.n: [row_id(found.batch, row.n, part) for part in _PARTS[found.kind]] for row in rows}
    known = lots.by_ids(conn, [lot for of_row in ids.values() for lot in of_row])
    out: list[lots.Lot] = []
    over: list[lots.Lot] = []
    facts: list[Fact] = []
    for row in rows:
        owned = [known[lot] for lot in ids[row.n] if lot in known]
        undone, kept = _outcome(found, owned)
        if not undone and not kept:
            out += [lot for lot in owned if lot.own != lot.left]
            continue
        over += owned
        if undone:
            facts.append(_fact(act, found, row, owned))
        conn.execute(
            "UPDATE batch_rows SET undone = ?, kept = ? WHERE batch = ? AND n = ?", (undone, kept, found.batch, row.n)
        )
    _drop_orders(conn, over)
    _order_back(conn, act, out)
    record_all(conn, act.hq, facts, act.now)


def _outcome(found: Batch, owned: Sequence[lots.Lot]) -> tuple[bool, str]:
    """(Whether a row can be undone now, why it is kept); neither: it waits for branches."""
    money = [lot for lot in owned if found.kind == batches.COUPONS or lot.asset in {"principal", "bonus"}]
    used = any(lot.left != lot.issued for lot in money)
    left = any(lot.left > 0 for lot in owned)
    if used and (found.kind == batches.TOP_UP or not left):
        return False, USED
    if all(lot.own == lot.left for lot in owned):
        return True, USED if used else ""
    return False, ""


def _fact(act: Act, found: Batch, row: _Row, owned: Sequence[lots.Lot]) -> Fact:
    """The fact by which one row is undone, with all rights at head office."""
    desk = hq_desk(business_day(act.now), found.undo_by)
    withdraw, issue = row_id(found.batch, row.n, "undo"), row_id(found.batch, row.n, "issue")
    approval = Approval(found.undo_decided_by, found.undo_reason)
    views = {lot.asset: lots.view(lot, lot.own) for lot in owned}
    owner = owned[0].owner
    if found.kind == batches.COUPONS:
        uses = [Use(lot.lot, lot.asset, lot.issuer, lot.own, 0) for lot in owned]
        return deduct_fact(desk, withdraw, owner, "forfeit", uses, approval=approval, reference=issue)
    pair = Pair(views["principal"], tuple(view for asset, view in views.items() if asset == "bonus"))
    return undo_fact(
        desk,
        withdraw,
        owner,
        pair,
        issue=issue,
        tenders=(Tender(found.tender, row.amount),),
        approval=approval,
        points=row.points,
        points_views=[view for asset, view in views.items() if asset == "points"],
    )


def _order_back(conn: Connection, act: Act, out: Iterable[lots.Lot]) -> None:
    """Have all branches give back what they hold of these lots."""
    ids = [lot.lot for lot in out]
    if not ids:
        return
    open_logs = {log.no for log in incarnations.every(conn) if log.state == incarnations.OPEN}
    orders = lots.orders(conn, ids)
    for lot, holders in sorted(lots.holders(conn, ids).items()):
        for holder in holders:
            ordered = orders.get((lot, holder.no), ("", 0))[0]
            if holder.no in open_logs and ordered not in {grants.EXPIRE, grants.CLOSING}:
                grants.put_order(conn, lot, holder.no, grants.CLOSING, 0, act.now)


def _drop_orders(conn: Connection, over: Iterable[lots.Lot]) -> None:
    """What is undone or stays the member's is not to be given back any more."""
    for (lot, no), (kind, _) in sorted(lots.orders(conn, [lot.lot for lot in over]).items()):
        if kind == grants.CLOSING:
            grants.drop_order(conn, lot, no)
