"""Batches carried out in chunks: each row once, its facts and its mark in one transaction.

The ids of what a row makes follow from batch and row: however often a chunk is begun, nobody gets anything twice.
"""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.accounts import HQ
from commerce.desk import hq_desk
from commerce.facts import Fact, LotIssue, Tender, Terms
from commerce.top_up import TopUpIds, given_fact, plan_top_up, top_up_fact
from hq_server.head_office import batches, tags
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.adjustments_facts import approved
from hq_server.head_office.audit import note
from hq_server.head_office.batches import Batch, row_id
from hq_server.head_office.batches_rows import Rules
from hq_server.ledger import aliases, placing
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection


class _Row(NamedTuple):
    n: int
    member: bytes
    amount: int
    rule: str


def carry_out(conn: Connection, act: Act, batch: bytes, most: int = limits.CHUNK) -> int:
    """Carry out the next rows of a batch that was agreed on; return how many are left.

    RefusedError ``not_proposed`` for a batch that nobody agreed on; one that is done has nothing left.
    """
    found = batches.in_state(conn, batch, batches.APPROVED, batches.DONE)
    if found.state == batches.DONE:
        return 0
    rows = conn.execute(
        "SELECT n, member, amount, rule FROM batch_rows WHERE batch = ? AND problem = '' AND done = 0"
        " ORDER BY n LIMIT ?",
        (batch, most),
    ).fetchall()
    now_is = aliases.roots(conn, [row[1] for row in rows])
    _do(conn, act, found, [_Row(n, now_is[member], amount, rule) for n, member, amount, rule in rows])
    (left,) = conn.execute(
        "SELECT count(*) FROM batch_rows WHERE batch = ? AND problem = '' AND done = 0", (batch,)
    ).fetchone()
    if not left:
        conn.execute("UPDATE batches SET state = 'done' WHERE batch = ?", (batch,))
        note(conn, act, "batch_done", batch.hex())
    return int(left)


def _do(conn: Connection, act: Act, found: Batch, rows: Sequence[_Row]) -> None:
    """Carry out some rows: as facts, or as tags."""
    if found.kind == batches.TAG:
        for row in rows:
            problem = tags.add(conn, act, found.what, row.member)
            conn.execute(
                "UPDATE batch_rows SET done = ?, problem = ? WHERE batch = ? AND n = ?",
                (not problem, problem, found.batch, row.n),
            )
        return
    if found.kind == batches.COUPONS:
        facts = [_coupons(found, row) for row in rows]
    else:
        rules = batches.rules(conn, "")
        facts = [_top_up(found, row, rules) for row in rows]
    record_all(conn, act.hq, facts, act.now)
    conn.executemany("UPDATE batch_rows SET done = 1 WHERE batch = ? AND n = ?", [(found.batch, row.n) for row in rows])
    for row in rows:
        placing.mark(conn, row.member)


def _top_up(found: Batch, row: _Row, rules: Rules) -> Fact:
    """The fact of one top-up."""
    ids = TopUpIds(*(row_id(found.batch, row.n, part) for part in ("principal", "bonus", "points")))
    desk = hq_desk(found.day, found.made_by)
    rule, expire = rules.by_code.get(row.rule), rules.points_expire(found.day)
    plan = plan_top_up(row.amount, rule, ids, owner=row.member, issuer=HQ, day=desk.day, points_expire=expire)
    plan = plan._replace(lots=rules.clearing.share(plan.lots, row.rule, desk.day))
    tenders = (Tender(found.tender, row.amount),)
    number = f"B{found.batch.hex()[:6]}-{row.n}"
    fact = top_up_fact(desk, row_id(found.batch, row.n, "issue"), number, row.member, plan, tenders=tenders)
    return approved(fact, found.decided_by, found.name)


def _coupons(found: Batch, row: _Row) -> Fact:
    """The fact of one member's coupons, as a single gift has it."""
    desk = hq_desk(found.day, found.made_by)
    what = LotIssue(
        *(row_id(found.batch, row.n, "coupons"), row.member, "member", f"coupon:{found.what}", HQ, row.amount),
        *(desk.day, found.last_day, b"", Terms()),
    )
    return given_fact(
        desk,
        row_id(found.batch, row.n, "issue"),
        row.member,
        (what,),
        act="campaign",
        reason=found.name,
        rule=found.what,
        approved_by=found.decided_by,
    )
