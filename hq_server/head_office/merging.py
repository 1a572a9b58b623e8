"""Two entries of one person become one (ledger.md, "Acts on a member"): an alias, kept flat.

The one who goes on is found by the cards and phones of both; lots, rights and entitlements stay under the id they were
issued to, and every holder counts them to the one who goes on. Nothing moves, so nothing can be lost, and a merge done
by mistake can be taken back (``merging_undo``): what it changed of the one who goes on stands in table ``merges``.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from commerce.facts import Fact
from commerce.reference import ProfileEdit, TierRow
from hq_server.errors import Code, InputError
from hq_server.head_office import catalogue
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.members_state import changed, need
from hq_server.head_office.registration import commitment
from hq_server.head_office.values import text
from hq_server.ledger import aliases, changes, discrepancies, lots
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from hq_server.ledger.members import take_edits
from hq_server.ledger.record import record_all
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_TWICE = (DiscrepancyCode.PHONE_TWICE.value, DiscrepancyCode.CARD_TWICE.value)
_PAGE = 500


class Preview(NamedTuple):
    """What a merge would bring together. ``balances``, ``cards``, ``entitlements``, ``branches``: of the one merged.

    ``fields``: that the one who goes on lacks and takes over; ``before``: members merged into the one merged already;
    ``tier``: that the one who goes on has afterwards; ``frozen``: that one's value stands still afterwards.
    """

    balances: dict[str, int]
    lots: int
    cards: int
    entitlements: int
    branches: tuple[str, ...]
    fields: tuple[str, ...]
    before: int
    tier: str
    frozen: bool
    discrepancies: int


def preview(conn: Connection, merged: bytes, into: bytes) -> Preview:
    """Say what a merge would do.

    InputError ``unknown_member``, ``bad_value`` (one and the same); RefusedError ``member_merged``.
    """
    _check(conn, merged, into)
    owners = [merged, *aliases.merged_into(conn, [merged]).get(merged, [])]
    owned = [lot for of_owner in lots.of_owners(conn, owners).values() for lot in of_owner if lot.left > 0]
    balances: dict[str, int] = {}
    for lot in owned:
        balances[lot.asset] = balances.get(lot.asset, 0) + lot.left
    cards = list(select_in(conn, "SELECT DISTINCT card FROM cards WHERE member IN ({})", owners))
    held = select_in(
        conn, "SELECT DISTINCT entitlement FROM entitlements WHERE state = 'held' AND member IN ({})", owners
    )
    branches = {branch for (branch,) in select_in(conn, "SELECT branch FROM seen WHERE member IN ({})", owners)}
    return Preview(
        balances=dict(sorted(balances.items())),
        lots=len(owned),
        cards=len(set(cards)),
        entitlements=len(set(held)),
        branches=tuple(sorted(branches)),
        fields=tuple(sorted(_lacking(conn, merged, into))),
        before=len(owners) - 1,
        tier=_tier(conn, merged, into),
        frozen=any(_is_frozen(conn, member) for member in (merged, into)),
        discrepancies=len(_open_doubles(conn, merged, into)),
    )


def merge(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, act: Act, merged: bytes, into: bytes, reason: str, day: str, new_id: Callable[[], bytes]
) -> None:
    """Let `into` be who `merged` was, too. Errors as of ``preview``, and ``bad_value`` (reason)."""
    text(reason, "reason", limits.NOTE, required=True)
    _check(conn, merged, into)
    came = aliases.merged_into(conn, [merged]).get(merged, [])
    facts = [changed(act, "alias", owner, day, into.hex()) for owner in (merged, *came)]
    facts += _better(conn, act, merged, into, day)
    taken = _lacking(conn, merged, into)
    doubles = _open_doubles(conn, merged, into)
    merge_no = _remember(conn, act, (merged, into), reason, came, doubles)
    edits = [ProfileEdit(into, field, value, 0, new_id()) for field, value in sorted(taken.items())]
    facts += [changed(act, "profile", into, day, edit.field, commitment((edit,))) for edit in edits]
    record_all(conn, act.hq, facts, act.now)
    for one, other in ((merged, into), (into, merged)):
        conn.execute("INSERT OR IGNORE INTO seen SELECT ?, branch FROM seen WHERE member = ?", (other, one))
    conn.execute("INSERT OR IGNORE INTO visits SELECT ?, sketch FROM visits WHERE member = ?", (into, merged))
    conn.execute(
        "INSERT OR IGNORE INTO member_tags SELECT tag, ?, by, at FROM member_tags WHERE member = ?", (into, merged)
    )
    take_edits(conn, act.hq, "", edits, act.now)
    _remember_fields(conn, merge_no, into, taken)
    changes.mark_balances(conn, {merged, into})
    for (branch,) in conn.execute("SELECT branch FROM seen WHERE member = ?", (into,)).fetchall():
        changes.mark_many(conn, [changes.profile_mark(branch, member) for member in (merged, into)])
    for discrepancy in doubles:
        discrepancies.resolve(conn, act.hq, discrepancy, act.by, reason, act.now)
    note(conn, act, "members_merged", f"{merged.hex()} {into.hex()}", reason=reason)


def _remember(  # noqa: PLR0917 -- the parts of a merge
    conn: Connection, act: Act, pair: tuple[bytes, bytes], reason: str, came: Sequence[bytes], doubles: Sequence[bytes]
) -> int:
    """Note what a merge is about to change, but for its fields; return its number."""
    merged, into = pair
    gained = conn.execute(
        "SELECT tag FROM member_tags WHERE member = ? AND tag NOT IN (SELECT tag FROM member_tags WHERE member = ?)"
        " ORDER BY tag",
        pair,
    ).fetchall()
    (tier,) = conn.execute("SELECT tier FROM members WHERE member = ?", (into,)).fetchone()
    frozen = _is_frozen(conn, into)
    about = [discrepancies.by_id(conn, discrepancy) for discrepancy in doubles]
    (n,) = conn.execute(
        "INSERT INTO merges (merged, keeper, by, at, reason, came, fields, tags, doubles, tier_before, tier_after,"
        " frozen_before, froze) VALUES (?,?,?,?,?,?,'{}',?,?,?,?,?,?) RETURNING n",
        (
            *(merged, into, act.by, act.now, reason),
            json.dumps([one.hex() for one in came]),
            json.dumps([tag for (tag,) in gained], ensure_ascii=False),
            json.dumps([[one.code, one.branch] for one in about]),
            *(tier, _tier(conn, merged, into), frozen, _is_frozen(conn, merged) and not frozen),
        ),
    ).fetchone()
    return int(n)


def _remember_fields(conn: Connection, n: int, into: bytes, taken: Iterable[str]) -> None:
    """Note which version each field has that was taken over: whoever edits it later makes it his own."""
    sql = "SELECT field, version FROM profiles WHERE member = ? AND field IN ({})"
    versions = dict(select_in(conn, sql, list(taken), into))
    conn.execute("UPDATE merges SET fields = ? WHERE n = ?", (json.dumps(versions, sort_keys=True), n))


def _check(conn: Connection, merged: bytes, into: bytes) -> None:
    """Refuse who is not there, who was merged already, and one and the same."""
    for member in (merged, into):
        need(conn, member)
    if merged == into:
        raise InputError(Code.BAD_VALUE, field="into")


def _lacking(conn: Connection, merged: bytes, into: bytes) -> dict[str, str]:
    """Fields of the one merged that the other has not; cards, photo and password stay where they are."""
    sql = "SELECT field, value FROM profiles WHERE member = ? AND value <> ''"
    there = dict(conn.execute(sql, (into,)).fetchall())
    own = ("photo", "password", "card:")
    return {
        field: value
        for field, value in conn.execute(sql, (merged,)).fetchall()
        if field not in there and not field.startswith(own)
    }


def _better(conn: Connection, act: Act, merged: bytes, into: bytes, day: str) -> list[Fact]:
    """The higher tier of the two goes on, and a freeze of either."""
    facts = []
    (tier,) = conn.execute("SELECT tier FROM members WHERE member = ?", (into,)).fetchone()
    better = _tier(conn, merged, into)
    if better != tier:
        facts.append(changed(act, "tier", into, day, better))
    if _is_frozen(conn, merged) and not _is_frozen(conn, into):
        facts.append(changed(act, "frozen", into, day))
    return facts


def _tier(conn: Connection, merged: bytes, into: bytes) -> str:
    """The tier of the two that ranks higher; that of the one who goes on where they are alike."""
    ranks: dict[str, int] = {}
    for member in (into, merged):
        (tier,) = conn.execute("SELECT tier FROM members WHERE member = ?", (member,)).fetchone()
        try:
            row: TierRow = catalogue.get(conn, "", f"tier:{tier}")
            ranks[tier] = row.rank
        except InputError:
            ranks.setdefault(tier, -1)
    return max(ranks, key=ranks.__getitem__)


def _is_frozen(conn: Connection, member: bytes) -> bool:
    return bool(conn.execute("SELECT frozen FROM members WHERE member = ?", (member,)).fetchone()[0])


def _open_doubles(conn: Connection, merged: bytes, into: bytes) -> list[bytes]:
    """Open discrepancies that say no more than that these two have one phone or card."""
    first, second = sorted((merged.hex(), into.hex()))
    rows = conn.execute(
        "SELECT discrepancy FROM discrepancies WHERE state = 'open' AND code IN (?, ?) AND detail = ? LIMIT ?",
        (*_TWICE, f"{first} {second}", _PAGE),
    )
    return [discrepancy for (discrepancy,) in rows]
