"""Gifts to many members at once: prepared and looked at as rows, agreed on, carried out and undone in chunks.

A draft is made of a file or of the members that a filter of the list names now; its rows say who, how much, what the
rule gives, or why not, and whoever was previewed is who gets it. Above a limit a second person agrees, to undoing as
well. How rows are carried out is told in ``batches_run`` and ``batches_undo``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import msgspec

from commerce.accounts import HQ
from commerce.points import ExpiryRule, expires_on
from commerce.reference import SettingRow, TopUpRuleRow
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import batches_rows, catalogue
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.approvals import need_second
from hq_server.head_office.audit import note
from hq_server.head_office.batches_rows import Line, Planned, Rules
from hq_server.head_office.values import business_day, text
from hq_server.ledger import clearing_rules
from hq_server.storage.database import Connection

TOP_UP, COUPONS, TAG = "top_up", "coupons", "tag"
"""Kinds: stored value, coupons of one template, a tag."""

DRAFT, PROPOSED, APPROVED, DONE, WITHDRAWN = "draft", "proposed", "approved", "done", "withdrawn"
UNDO_PROPOSED, UNDOING, UNDONE = "undo_proposed", "undoing", "undone"
"""States. ``approved``, ``undoing``: it may be carried out, or undone, or that is under way."""

TENDERS = ("bank_transfer", "cash", "company", "adjustment")
"""How a batch is paid at head office: HQ's accounts ``cash:HQ:<tender>``."""

ALONE, COUPONS_ALONE = "batch_alone", "coupons_alone"
"""Settings: minor units, or coupons, that one person may give out by a batch."""


class Sums(NamedTuple):
    """What a batch's rows come to. ``good``: that can be carried out; amounts of those alone (coupons: pieces)."""

    rows: int
    good: int
    done: int
    undone: int
    kept: int
    amount: int
    bonus: int
    points: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. ``rule``: a top-up rule's code, "auto" the rule that fits each amount, "" none.

    ``what``: the template of coupons, the tag; ``last_day``: of coupons, "" for ever.
    """

    batch: bytes
    name: str
    rule: str
    tender: str
    source: str
    kind: str
    what: str
    last_day: str
    state: str
    made_by: str
    made_at: int
    day: str
    decided_by: str
    decided_at: int
    undo_by: str
    undo_reason: str
    undo_decided_by: str


COLUMNS = ", ".join(Batch.__dataclass_fields__)


class Draft(NamedTuple):
    """What somebody prepares; ``source``: the file's name, or ``members:<filters>``."""

    name: str
    rule: str
    tender: str
    source: str
    kind: str = TOP_UP
    what: str = ""
    last_day: str = ""


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
        "SELECT count(*), coalesce(sum(problem = ''), 0), coalesce(sum(done), 0), coalesce(sum(undone), 0),"
        " coalesce(sum(kept <> ''), 0),"
        " coalesce(sum((problem = '') * amount), 0), coalesce(sum((problem = '') * bonus), 0),"
        " coalesce(sum((problem = '') * points), 0) FROM batch_rows WHERE batch = ?",
        (batch,),
    ).fetchone()
    return Sums(*row)


def draft(conn: Connection, act: Act, batch: bytes, about: Draft, lines: Sequence[Line]) -> Batch:
    """Prepare top-ups; their rows tell what they would do. InputError ``bad_value`` naming what is wrong."""
    check_tender(about.tender)
    if not 0 < len(lines) <= limits.BATCH_ROWS:
        raise InputError(Code.BAD_VALUE, field="file", limit=limits.BATCH_ROWS)
    planned = batches_rows.plan(conn, act.hq.keys.member_key, rules(conn, about.rule), lines)
    return enter(conn, act, batch, about, planned)


def check_tender(tender: str) -> None:
    """Refuse a way to pay that head office has not: InputError ``bad_value``."""
    if tender not in TENDERS:
        raise InputError(Code.BAD_VALUE, field="tender")


def enter(conn: Connection, act: Act, batch: bytes, about: Draft, planned: Sequence[Planned]) -> Batch:
    """Write a draft whose rows are planned; InputError ``bad_value`` (name, source)."""
    text(about.name, "name", limits.BATCH_NAME, required=True)
    text(about.source, "source", limits.SOURCE)
    conn.execute(
        "INSERT INTO batches (batch, name, rule, tender, source, kind, what, last_day, state, made_by, made_at)"
        " VALUES (?,?,?,?,?,?,?,?,'draft',?,?)",
        (batch, *about, act.by, act.now),
    )
    conn.executemany(
        "INSERT INTO batch_rows (batch, n, typed, member, amount, bonus, points, rule, problem)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        [(batch, n, *row) for n, row in enumerate(planned, 1)],
    )
    note(conn, act, "batch_prepared", batch.hex(), reason=about.name)
    return get(conn, batch)


def propose(conn: Connection, act: Act, batch: bytes) -> Batch:
    """Have a draft carried out: at once where one person may, else when a second one agrees.

    RefusedError ``not_proposed`` (it is no draft), ``nothing_to_do``.
    """
    found = in_state(conn, batch, DRAFT)
    total = sums(conn, batch)
    if not total.good:
        raise RefusedError(Code.NOTHING_TO_DO)
    note(conn, act, "batch_proposed", batch.hex(), reason=_told(found, total))
    if _alone(conn, found, total):
        return _decide(conn, act, found, APPROVED, business_day(act.now))
    return _decide(conn, act, found, PROPOSED, "")


def approve(conn: Connection, act: Act, batch: bytes) -> Batch:
    """Agree to somebody else's batch, or that it is undone.

    RefusedError ``not_proposed``, ``same_person``, ``account_too_new``.
    """
    found = in_state(conn, batch, PROPOSED, UNDO_PROPOSED)
    if found.state == UNDO_PROPOSED:
        need_second(conn, act, found.undo_by)
        note(conn, act, "batch_undo_approved", batch.hex(), reason=_told(found, sums(conn, batch)))
        return _undo(conn, found, UNDOING, found.undo_by, found.undo_reason, act.by)
    need_second(conn, act, found.made_by)
    note(conn, act, "batch_approved", batch.hex(), reason=_told(found, sums(conn, batch)))
    return _decide(conn, act, found, APPROVED, business_day(act.now))


def withdraw(conn: Connection, act: Act, batch: bytes) -> Batch:
    """Take a draft or a proposal back, or turn it down; RefusedError ``not_proposed`` once it was agreed on."""
    found = in_state(conn, batch, DRAFT, PROPOSED, UNDO_PROPOSED)
    note(conn, act, "batch_withdrawn", batch.hex())
    if found.state == UNDO_PROPOSED:
        return _undo(conn, found, DONE, "", "", "")
    return _decide(conn, act, found, WITHDRAWN, "")


def propose_undo(conn: Connection, act: Act, batch: bytes, reason: str) -> Batch:
    """Have a batch that is done undone: at once where one person may, else when a second one agrees.

    RefusedError ``not_proposed`` (it is not done), ``undo_too_late`` (setting ``undo_days``, of top-ups).
    """
    text(reason, "reason", limits.NOTE, required=True)
    found = in_state(conn, batch, DONE)
    days = _setting(conn, "undo_days", limits.UNDO_DAYS)
    if found.kind == TOP_UP and business_day(act.now - days * limits.DAY) > found.day:
        raise RefusedError(Code.UNDO_TOO_LATE, days=days)
    total = sums(conn, batch)
    note(conn, act, "batch_undo_proposed", batch.hex(), reason=reason)
    if _alone(conn, found, total):
        return _undo(conn, found, UNDOING, act.by, reason, act.by)
    return _undo(conn, found, UNDO_PROPOSED, act.by, reason, "")


def alone_limit(conn: Connection, kind: str) -> int:
    """Return the minor units (paid and bonus together), or coupons, up to which one person is enough."""
    if kind == TOP_UP:
        return _setting(conn, ALONE, limits.ALONE)
    return _setting(conn, COUPONS_ALONE, limits.COUPONS_ALONE)


def row_id(batch: bytes, n: int, part: str) -> bytes:
    """Name what a row makes, always the same."""
    return sha256(b"stayopen batch\0" + batch + n.to_bytes(4, "big") + part.encode()).digest()[:16]


def in_state(conn: Connection, batch: bytes, *states: str) -> Batch:
    """Return a batch that is in one of these states; RefusedError ``not_proposed``."""
    found = get(conn, batch)
    if found.state not in states:
        raise RefusedError(Code.NOT_PROPOSED, state=found.state)
    return found


def rules(conn: Connection, chosen: str) -> Rules:
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


def _alone(conn: Connection, found: Batch, total: Sums) -> bool:
    """Whether one person is enough; a tag is worth nothing."""
    return found.kind == TAG or total.amount + total.bonus <= alone_limit(conn, found.kind)


def _told(found: Batch, total: Sums) -> str:
    """What the journal tells: kind, rows, amount and bonus; the console says it in words."""
    return f"{found.kind} {total.good} {total.amount} {total.bonus}"


def _setting(conn: Connection, name: str, default: int) -> int:
    """A whole number of the chain's settings, not below zero."""
    try:
        row: SettingRow = catalogue.get(conn, "", f"setting:{name}")
        value = json.loads(row.value)
    except (InputError, ValueError):
        return default
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _decide(conn: Connection, act: Act, found: Batch, state: str, day: str) -> Batch:
    conn.execute(
        "UPDATE batches SET state = ?, day = ?, decided_by = ?, decided_at = ? WHERE batch = ?",
        (state, day, act.by, act.now, found.batch),
    )
    return get(conn, found.batch)


def _undo(conn: Connection, found: Batch, state: str, by: str, reason: str, decided_by: str) -> Batch:  # noqa: PLR0917 -- the columns
    conn.execute(
        "UPDATE batches SET state = ?, undo_by = ?, undo_reason = ?, undo_decided_by = ? WHERE batch = ?",
        (state, by, reason, decided_by, found.batch),
    )
    return get(conn, found.batch)
