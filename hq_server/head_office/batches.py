"""Top-ups of many members at once: prepared and looked at as rows, agreed on, carried out in chunks.

A draft is made of a file or of a tag; its rows say who, how much, what the rule gives, or why not. Above a limit a
second person agrees. Each row is one top-up fact of HQ whose id follows from batch and row, written with the row's mark
in one transaction: however often a chunk is begun, nobody is topped up twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import msgspec

from commerce.accounts import HQ
from commerce.desk import hq_desk
from commerce.facts import Fact, Tender
from commerce.points import ExpiryRule, expires_on
from commerce.reference import SettingRow, TopUpRuleRow
from commerce.top_up import TopUpIds, plan_top_up, top_up_fact
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import batches_rows, catalogue
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.adjustments_facts import approved
from hq_server.head_office.approvals import need_second
from hq_server.head_office.audit import note
from hq_server.head_office.batches_rows import Line, Rules
from hq_server.head_office.values import business_day, text
from hq_server.ledger import aliases, clearing_rules, placing
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection

DRAFT, PROPOSED, APPROVED, DONE, WITHDRAWN = "draft", "proposed", "approved", "done", "withdrawn"
"""States. ``approved``: it may be carried out, or is being carried out."""

TENDERS = ("bank_transfer", "cash", "company", "adjustment")
"""How a batch is paid at head office: HQ's accounts ``cash:HQ:<tender>``."""

ALONE = "batch_alone"
"""Setting: minor units that one person may give out by a batch."""

COLUMNS = "batch, name, rule, tender, source, state, made_by, made_at, day, decided_by, decided_at"


class Sums(NamedTuple):
    """What a batch's rows come to. ``good``: that can be carried out; amounts of those alone."""

    rows: int
    good: int
    done: int
    amount: int
    bonus: int
    points: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. ``rule``: a top-up rule's code, "auto" the rule that fits each amount, "" none."""

    batch: bytes
    name: str
    rule: str
    tender: str
    source: str
    state: str
    made_by: str
    made_at: int
    day: str
    decided_by: str
    decided_at: int


class Draft(NamedTuple):
    """What somebody prepares; ``source``: the file's name, or ``tag:<tag>``."""

    name: str
    rule: str
    tender: str
    source: str


def get(conn: Connection, batch: bytes) -> Batch:
    """Return one batch; InputError ``unknown_row``."""
    query = f"SELECT {COLUMNS} FROM batches WHERE batch = ?"  # noqa: S608 - our own words
    row = conn.execute(query, (batch,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    return Batch(*row)


def sums(conn: Connection, batch: bytes) -> Sums:
    """Add a batch's rows up."""
    row = conn.execute(
        "SELECT count(*), coalesce(sum(problem = ''), 0), coalesce(sum(done), 0),"
        " coalesce(sum((problem = '') * amount), 0), coalesce(sum((problem = '') * bonus), 0),"
        " coalesce(sum((problem = '') * points), 0) FROM batch_rows WHERE batch = ?",
        (batch,),
    ).fetchone()
    return Sums(*row)


def draft(conn: Connection, act: Act, batch: bytes, about: Draft, lines: Sequence[Line]) -> Batch:
    """Prepare a batch; its rows tell what they would do. InputError ``bad_value`` naming what is wrong."""
    text(about.name, "name", limits.BATCH_NAME, required=True)
    text(about.source, "source", limits.CELL)
    if about.tender not in TENDERS:
        raise InputError(Code.BAD_VALUE, field="tender")
    if not 0 < len(lines) <= limits.BATCH_ROWS:
        raise InputError(Code.BAD_VALUE, field="file", limit=limits.BATCH_ROWS)
    rules = _rules(conn, about.rule)
    conn.execute(
        f"INSERT INTO batches ({COLUMNS}) VALUES (?,?,?,?,?,'draft',?,?,'','',0)",  # noqa: S608 - our own words
        (batch, *about, act.by, act.now),
    )
    planned = batches_rows.plan(conn, act.hq.keys.member_key, rules, lines)
    conn.executemany(
        "INSERT INTO batch_rows (batch, n, typed, member, amount, bonus, points, rule, problem)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        [(batch, n, *row) for n, row in enumerate(planned, 1)],
    )
    note(conn, act, "batch_prepared", batch.hex(), reason=about.name)
    return get(conn, batch)


def tagged(conn: Connection, tag: str, amount: str) -> list[Line]:
    """Return a line for each member of a tag, all with one amount; InputError ``bad_value`` for too many or none."""
    rows = conn.execute("SELECT member FROM member_tags WHERE tag = ? LIMIT ?", (tag, limits.BATCH_ROWS + 1)).fetchall()
    if not 0 < len(rows) <= limits.BATCH_ROWS:
        raise InputError(Code.BAD_VALUE, field="tag", limit=limits.BATCH_ROWS)
    return [Line(member.hex(), amount) for (member,) in rows]


def propose(conn: Connection, act: Act, batch: bytes) -> Batch:
    """Have a draft carried out: at once where one person may, else when a second one agrees.

    RefusedError ``not_proposed`` (it is no draft), ``nothing_to_do``.
    """
    found = _in_state(conn, batch, DRAFT)
    total = sums(conn, batch)
    if not total.good:
        raise RefusedError(Code.NOTHING_TO_DO)
    alone = total.amount + total.bonus <= alone_limit(conn)
    note(conn, act, "batch_proposed", batch.hex(), reason=f"{total.good} {total.amount}+{total.bonus}")
    if alone:
        return _decide(conn, act, found, APPROVED, business_day(act.now))
    return _decide(conn, act, found, PROPOSED, "")


def approve(conn: Connection, act: Act, batch: bytes) -> Batch:
    """Agree to somebody else's batch; RefusedError ``not_proposed``, ``same_person``, ``account_too_new``."""
    found = _in_state(conn, batch, PROPOSED)
    need_second(conn, act, found.made_by)
    total = sums(conn, batch)
    note(conn, act, "batch_approved", batch.hex(), reason=f"{total.good} {total.amount}+{total.bonus}")
    return _decide(conn, act, found, APPROVED, business_day(act.now))


def withdraw(conn: Connection, act: Act, batch: bytes) -> Batch:
    """Take a draft or a proposal back, or turn it down; RefusedError ``not_proposed`` once it was agreed on."""
    found = _in_state(conn, batch, DRAFT, PROPOSED)
    note(conn, act, "batch_withdrawn", batch.hex())
    return _decide(conn, act, found, WITHDRAWN, "")


def carry_out(conn: Connection, act: Act, batch: bytes, most: int = limits.CHUNK) -> int:
    """Carry out the next rows of a batch that was agreed on; return how many are left.

    RefusedError ``not_proposed`` for a batch that nobody agreed on; one that is done has nothing left.
    """
    found = get(conn, batch)
    if found.state == DONE:
        return 0
    _in_state(conn, batch, APPROVED)
    rows = conn.execute(
        "SELECT n, member, amount, rule FROM batch_rows WHERE batch = ? AND problem = '' AND done = 0"
        " ORDER BY n LIMIT ?",
        (batch, most),
    ).fetchall()
    now_is = aliases.roots(conn, [member for _, member, _, _ in rows])
    rules = _rules(conn, "")
    desk = hq_desk(found.day, found.made_by)
    facts = [_top_up(found, desk.day, n, now_is[member], amount, rules, rule) for n, member, amount, rule in rows]
    record_all(conn, act.hq, facts, act.now)
    conn.executemany("UPDATE batch_rows SET done = 1 WHERE batch = ? AND n = ?", [(batch, row[0]) for row in rows])
    for member in now_is.values():
        placing.mark(conn, member)
    (left,) = conn.execute(
        "SELECT count(*) FROM batch_rows WHERE batch = ? AND problem = '' AND done = 0", (batch,)
    ).fetchone()
    if not left:
        conn.execute("UPDATE batches SET state = 'done' WHERE batch = ?", (batch,))
        note(conn, act, "batch_done", batch.hex())
    return int(left)


def alone_limit(conn: Connection) -> int:
    """Return the minor units (paid and bonus together) up to which one person is enough."""
    try:
        row: SettingRow = catalogue.get(conn, "", f"setting:{ALONE}")
        value = json.loads(row.value)
    except (InputError, ValueError):
        return limits.ALONE
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else limits.ALONE


def _top_up(found: Batch, day: str, n: int, member: bytes, amount: int, rules: Rules, rule: str) -> Fact:  # noqa: PLR0917 -- the columns of a row
    """The fact of one row, always the same."""
    ids = TopUpIds(*(_id(found.batch, n, part) for part in ("principal", "bonus", "points")))
    plan = plan_top_up(
        amount, rules.by_code.get(rule), ids, owner=member, issuer=HQ, day=day, points_expire=rules.points_expire(day)
    )
    plan = plan._replace(lots=rules.clearing.share(plan.lots, rule, day))
    desk = hq_desk(day, found.made_by)
    tenders = (Tender(found.tender, amount),)
    number = f"B{found.batch.hex()[:6]}-{n}"
    fact = top_up_fact(desk, _id(found.batch, n, "issue"), number, member, plan, tenders=tenders)
    return approved(fact, found.decided_by, found.name)


def _id(batch: bytes, n: int, part: str) -> bytes:
    """Name what a row makes."""
    return sha256(b"stayopen batch\0" + batch + n.to_bytes(4, "big") + part.encode()).digest()[:16]


def _rules(conn: Connection, chosen: str) -> Rules:
    """Read the chain's top-up rules and when points expire; InputError ``unknown_row`` for a rule that is none."""
    rows: list[TopUpRuleRow] = catalogue.page(conn, "", "top_up_rule", "", limits.PAGE_MAX)
    known = {row.code: row for row in rows}
    if chosen not in {"", "auto"} and chosen not in known:
        raise InputError(Code.UNKNOWN_ROW)
    expiry = ExpiryRule("never", 0)
    try:
        setting: SettingRow = catalogue.get(conn, "", "setting:points_expiry")
        expiry = msgspec.json.decode(setting.value, type=ExpiryRule)
    except (InputError, msgspec.DecodeError):
        pass
    return Rules(known, chosen, lambda day: expires_on(expiry, day), clearing_rules.of_branch(conn, HQ))


def _in_state(conn: Connection, batch: bytes, *states: str) -> Batch:
    found = get(conn, batch)
    if found.state not in states:
        raise RefusedError(Code.NOT_PROPOSED, state=found.state)
    return found


def _decide(conn: Connection, act: Act, found: Batch, state: str, day: str) -> Batch:
    conn.execute(
        "UPDATE batches SET state = ?, day = ?, decided_by = ?, decided_at = ? WHERE batch = ?",
        (state, day, act.by, act.now, found.batch),
    )
    return get(conn, found.batch)
