"""Custom clearing rules: who bears bonus, principal and fee of new lots. One person proposes, another approves.

A rule becomes a reference row that bears the business date from which it counts, so that every branch turns over on
that day, also one that is dark. It is never earlier than the day after the approval, and a rule whose day has come is
never changed: the next one gets a day of its own. Lots that exist keep their terms (ledger.md, "terms").
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from commerce.accounts import HQ
from commerce.reference import CHAIN_FEED, ClearingRuleRow, branch_feed
from commerce.sharing import check_clearing_rule
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import branches, limits
from hq_server.head_office.act import Act
from hq_server.head_office.approvals import need_second
from hq_server.head_office.audit import note
from hq_server.head_office.values import business_day, day, text
from hq_server.ledger import changes, clearing_rules
from hq_server.storage.database import Connection

AHEAD_DAYS = 400
"""How far ahead a rule may begin: a typing error in the year is noticed."""

_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_DECODER = msgspec.msgpack.Decoder(ClearingRuleRow)
_SELECT = (
    "SELECT proposal, branch, body, reason, proposed_by, proposed_at, decided_by, decided_at, state"
    " FROM clearing_proposals"
)


class Scoped(NamedTuple):
    """A rule and of whom it is: `branch` "" the whole chain."""

    branch: str
    row: ClearingRuleRow


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed rule and what became of it: ``proposed``, ``done`` or ``withdrawn``."""

    proposal: bytes
    branch: str
    row: ClearingRuleRow
    reason: str
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int
    state: str


def every(conn: Connection) -> list[Scoped]:
    """Return all rules, the chain's first."""
    found = [Scoped("", row) for row in clearing_rules.rows(conn, CHAIN_FEED)]
    for (branch,) in conn.execute("SELECT branch FROM branches ORDER BY branch"):
        found += [Scoped(branch, row) for row in clearing_rules.rows(conn, branch_feed(branch))]
    return found


def codes(conn: Connection) -> list[tuple[str, str, str]]:
    """Return what a rule can be for: (``top_up_rule`` | ``plan``, code, name)."""
    found = []
    for kind in ("top_up_rule", "plan"):
        query = "SELECT body FROM reference WHERE feed = ? AND key > ? AND key < ? ORDER BY key"
        for (body,) in conn.execute(query, (CHAIN_FEED, f"{kind}:", f"{kind};")):
            row = msgspec.msgpack.decode(body)
            found.append((kind, row["code"], row["name"]))
    return found


def proposals(conn: Connection, limit: int) -> list[Proposal]:
    """Return proposals, newest first."""
    query = f"{_SELECT} ORDER BY proposed_at DESC, proposal DESC LIMIT ?"
    return [_made(*row) for row in conn.execute(query, (limit,))]


def get(conn: Connection, proposal: bytes) -> Proposal:
    """Return one; InputError ``unknown_proposal``."""
    row = conn.execute(f"{_SELECT} WHERE proposal = ?", (proposal,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_PROPOSAL)
    return _made(*row)


def checked(conn: Connection, act: Act, wanted: Scoped) -> Scoped:
    """Return a rule that may be proposed; InputError ``bad_value``, ``unknown_branch``, ``unknown_row``."""
    row = check_clearing_rule(wanted.row)
    for entity in (wanted.branch, row.fee_to):
        if entity not in ("", HQ) and not branches.exists(conn, entity):
            raise InputError(Code.UNKNOWN_BRANCH)
    if wanted.branch == HQ:
        raise InputError(Code.BAD_VALUE, field="branch")
    if row.rule and row.rule not in {code for _, code, _ in codes(conn)}:
        raise InputError(Code.UNKNOWN_ROW)
    today = date.fromisoformat(business_day(act.now))
    begins = date.fromisoformat(day(row.from_day, "from_day"))
    if not today < begins <= today + timedelta(days=AHEAD_DAYS):
        raise InputError(Code.BAD_VALUE, field="from_day")
    return wanted


def propose(conn: Connection, act: Act, proposal: bytes, wanted: Scoped, reason: str) -> Proposal:
    """Propose a rule from a business date on."""
    text(reason, "reason", limits.NOTE, required=True)
    row = checked(conn, act, wanted).row
    conn.execute(
        "INSERT INTO clearing_proposals VALUES (?,?,?,?,?,?,?,?,'',0,'proposed')",
        (proposal, wanted.branch, row.rule, row.from_day, _ENCODER.encode(row), reason, act.by, act.now),
    )
    note(conn, act, "clearing_rule_proposed", _subject(wanted), reason=reason, row=_ENCODER.encode(row))
    return get(conn, proposal)


def approve(conn: Connection, act: Act, proposal: bytes) -> Proposal:
    """Write what somebody else proposed, so that branches read it.

    RefusedError ``same_person``, ``account_too_new``, ``not_proposed``; ``day_passed`` when its day has come meanwhile.
    """
    found = _proposed(conn, proposal)
    need_second(conn, act, found.proposed_by)
    if found.row.from_day <= business_day(act.now):
        raise RefusedError(Code.DAY_PASSED, day=found.row.from_day)
    feed = branch_feed(found.branch) if found.branch else CHAIN_FEED
    key, body = clearing_rules.key_of(found.row), _ENCODER.encode(found.row)
    conn.execute("INSERT OR REPLACE INTO reference (feed, key, body) VALUES (?, ?, ?)", (feed, key, body))
    changes.mark(conn, feed, key)
    _decided(conn, act, proposal, "done")
    note(conn, act, "clearing_rule_put", _subject(Scoped(found.branch, found.row)), reason=found.reason, row=body)
    return get(conn, proposal)


def withdraw(conn: Connection, act: Act, proposal: bytes) -> Proposal:
    """Take a proposal back (its author) or turn it down (anybody else who may)."""
    found = _proposed(conn, proposal)
    _decided(conn, act, proposal, "withdrawn")
    note(conn, act, "clearing_rule_withdrawn", _subject(Scoped(found.branch, found.row)))
    return get(conn, proposal)


def _subject(rule: Scoped) -> str:
    return f"{rule.branch or 'chain'}/{clearing_rules.key_of(rule.row)}"


def _proposed(conn: Connection, proposal: bytes) -> Proposal:
    """The proposal if it still stands."""
    found = get(conn, proposal)
    if found.state != "proposed":
        raise RefusedError(Code.NOT_PROPOSED, state=found.state)
    return found


def _decided(conn: Connection, act: Act, proposal: bytes, state: str) -> None:
    query = "UPDATE clearing_proposals SET state = ?, decided_by = ?, decided_at = ? WHERE proposal = ?"
    conn.execute(query, (state, act.by, act.now, proposal))


def _made(proposal: bytes, branch: str, body: bytes, *rest: str | int) -> Proposal:
    return Proposal(proposal, branch, _DECODER.decode(body), *rest)  # type: ignore[arg-type]
