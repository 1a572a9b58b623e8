"""A merge done by mistake is taken back: two members again, each with what was issued to it (ledger.md, "Acts on ...").

Lots never moved, so they need no undoing: each is its owner's again, less what was used of it meanwhile. Undone is
what the merge itself changed of the one who went on and nobody decided anew since: tier, freeze, fields, tags. What
stays: all facts; whom branches have met; a branch that is offline goes on as if they were one until it hears of it.
Merges of one member are taken back in the reverse order, for a later one was built upon the earlier.
"""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from commerce.facts import Fact
from commerce.moves import Reason
from commerce.reference import ProfileEdit
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.members_state import changed
from hq_server.head_office.registration import commitment
from hq_server.head_office.values import text
from hq_server.ledger import changes, discrepancies, lots, placing
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from hq_server.ledger.members import take_edits
from hq_server.ledger.record import record_all
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_OWN_TRADE = tuple(int(reason) for reason in Reason if reason.is_in or reason.is_out)
"""Moves that changed what an owner has, or where it lies; those with a member in their act are trade."""


class Undoing(NamedTuple):
    """What taking a merge back would change. ``merged``: the one merged; ``keeper``: the one who went on.

    ``balances``: the merged one's own afterwards, by asset; ``keeper_balances`` likewise; ``used``: what acts of the
    keeper took out of the merged one's lots since (more than they brought), by asset: it is not given back;
    ``acts``: the last of these acts, by their number in the list of acts; ``fields``: emptied again at the keeper;
    ``fields_kept``: taken over, but edited since; ``tier``, ``frozen``, ``merged_frozen``: afterwards; ``before``: who
    go back with the merged one; ``doubles``: discrepancies that stand again.
    """

    merged: bytes
    keeper: bytes
    by: str
    at: int
    reason: str
    balances: dict[str, int]
    keeper_balances: dict[str, int]
    used: dict[str, int]
    acts: tuple[int, ...]
    cards: int
    fields: tuple[str, ...]
    fields_kept: tuple[str, ...]
    tags: tuple[str, ...]
    tier: str
    tier_changes: bool
    frozen: bool
    merged_frozen: bool
    before: int
    doubles: int


class _Merge(NamedTuple):
    n: int
    merged: bytes
    keeper: bytes
    by: str
    at: int
    reason: str
    came: str
    fields: str
    tags: str
    doubles: str
    tier_before: str
    tier_after: str
    frozen_before: int
    froze: int

    @property
    def owners(self) -> list[bytes]:
        """Whose lots become the merged one's again."""
        return [self.merged, *(bytes.fromhex(one) for one in json.loads(self.came))]


def preview(conn: Connection, merged: bytes) -> Undoing:
    """Say what taking the merge of `merged` back would do.

    InputError ``unknown_member``; RefusedError ``not_merged``, ``merged_since`` (naming who was merged later).
    """
    merge = _standing(conn, merged)
    owners = merge.owners
    keepers = _owners_of_keeper(conn, merge)
    used, acts = _used(conn, merge)
    cards = set(select_in(conn, "SELECT card FROM cards WHERE member IN ({})", owners))
    taken, kept = _fields(conn, merge)
    tier, frozen, merged_frozen = _afterwards(conn, merge)
    return Undoing(
        merged=merged,
        keeper=merge.keeper,
        by=merge.by,
        at=merge.at,
        reason=merge.reason,
        balances=_balances(conn, owners),
        keeper_balances=_balances(conn, keepers),
        used=used,
        acts=acts,
        cards=len(cards),
        fields=tuple(taken),
        fields_kept=tuple(kept),
        tags=tuple(json.loads(merge.tags)),
        tier=tier,
        tier_changes=tier != _state(conn, merge.keeper)[0],
        frozen=frozen,
        merged_frozen=merged_frozen,
        before=len(owners) - 1,
        doubles=len(_doubles(conn, merge, set(taken))),
    )


def unmerge(conn: Connection, act: Act, merged: bytes, reason: str, day: str, new_id: Callable[[], bytes]) -> bytes:  # noqa: PLR0917 -- the parts of the act
    """Take the merge of `merged` back; return who had gone on. Errors as of ``preview``, and ``bad_value`` (reason)."""
    text(reason, "reason", limits.NOTE, required=True)
    merge = _standing(conn, merged)
    taken, _ = _fields(conn, merge)
    doubles = _doubles(conn, merge, set(taken))
    facts = [changed(act, "alias", merged, day)]
    facts += [changed(act, "alias", one, day, merged.hex()) for one in merge.owners[1:]]
    facts += _states(conn, act, merge, day)
    edits = [ProfileEdit(merge.keeper, field, "", version, new_id()) for field, version in taken.items()]
    facts += [changed(act, "profile", merge.keeper, day, edit.field, commitment((edit,))) for edit in edits]
    record_all(conn, act.hq, facts, act.now)
    take_edits(conn, act.hq, "", edits, act.now)
    tags = [(tag, merge.keeper) for tag in json.loads(merge.tags)]
    conn.executemany("DELETE FROM member_tags WHERE tag = ? AND member = ?", tags)
    both = {merged, merge.keeper}
    changes.mark_balances(conn, both)
    for member in both:
        placing.mark(conn, member)
        for (branch,) in conn.execute("SELECT branch FROM seen WHERE member = ?", (member,)).fetchall():
            changes.mark(conn, *changes.profile_mark(branch, member))
    record_all(conn, act.hq, [_double(act, merge, one) for one in doubles], act.now)
    conn.execute(
        "UPDATE merges SET undone_by = ?, undone_at = ?, undone_reason = ? WHERE n = ?",
        (act.by, act.now, reason, merge.n),
    )
    note(conn, act, "members_unmerged", f"{merged.hex()} {merge.keeper.hex()}", reason=reason)
    return merge.keeper


def _standing(conn: Connection, merged: bytes) -> _Merge:
    """The merge that stands, if it is the last one of whom it made one."""
    row = conn.execute("SELECT alias_of FROM members WHERE member = ?", (merged,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_MEMBER)
    found = conn.execute(
        f"SELECT {', '.join(_Merge._fields)} FROM merges WHERE merged = ? AND undone_at = 0 ORDER BY n DESC LIMIT 1",  # noqa: S608 - our own words
        (merged,),
    ).fetchone()
    if found is None or not row[0]:
        raise RefusedError(Code.NOT_MERGED)
    merge = _Merge(*found)
    later = conn.execute(
        "SELECT merged FROM merges WHERE undone_at = 0 AND n > ?1 AND (keeper = ?2 OR merged = ?2)"
        " ORDER BY n DESC LIMIT 1",
        (merge.n, merge.keeper),
    ).fetchone()
    if later is not None:
        raise RefusedError(Code.MERGED_SINCE, member=later[0].hex())
    if row[0] != merge.keeper:
        raise RefusedError(Code.NOT_MERGED)
    return merge


def _owners_of_keeper(conn: Connection, merge: _Merge) -> list[bytes]:
    """The keeper, and who stays merged into it."""
    rows = conn.execute("SELECT member FROM members WHERE alias_of = ? AND alias_of <> x''", (merge.keeper,)).fetchall()
    leaving = set(merge.owners)
    return [merge.keeper, *(member for (member,) in rows if member not in leaving)]


def _balances(conn: Connection, owners: Sequence[bytes]) -> dict[str, int]:
    found: dict[str, int] = {}
    for of_owner in lots.of_owners(conn, owners).values():
        for lot in of_owner:
            if lot.left:
                found[lot.asset] = found.get(lot.asset, 0) + lot.left
    return dict(sorted(found.items()))


def _used(conn: Connection, merge: _Merge) -> tuple[dict[str, int], tuple[int, ...]]:
    """What the keeper's own acts took out of the merged one's lots, and the last of them, as far as they are read."""
    assets = {lot.lot: lot.asset for owned in lots.of_owners(conn, merge.owners).values() for lot in owned}
    sql = (
        "SELECT l.lot, l.n, l.reason, l.amount FROM act_lots l JOIN acts a USING (n)"
        " WHERE a.member = ? AND l.lot IN ({})"
    )
    used: dict[str, int] = {}
    acts: set[int] = set()
    for lot, n, reason, amount in select_in(conn, sql, assets, merge.keeper):
        if reason in _OWN_TRADE and reason != Reason.RETURN:
            acts.add(n)
            sign = -1 if Reason(reason).is_in else 1
            used[assets[lot]] = used.get(assets[lot], 0) + sign * amount
    last = tuple(sorted(acts, reverse=True)[: limits.ACTS_SHOWN])
    return {asset: amount for asset, amount in sorted(used.items()) if amount}, last


def _fields(conn: Connection, merge: _Merge) -> tuple[dict[str, int], list[str]]:
    """Fields taken over that still say what they said then, with their versions; and those that were edited since."""
    then: dict[str, int] = json.loads(merge.fields)
    sql = "SELECT field, version FROM profiles WHERE member = ? AND field IN ({})"
    now = dict(select_in(conn, sql, list(then), merge.keeper))
    same = {field: version for field, version in sorted(then.items()) if now.get(field) == version}
    return same, sorted(then.keys() - same.keys())


def _state(conn: Connection, member: bytes) -> tuple[str, bool, bytes]:
    """Tier, whether frozen, and by which phone a member is found."""
    row = conn.execute("SELECT tier, frozen, phone_hash FROM members WHERE member = ?", (member,)).fetchone()
    return row[0], bool(row[1]), row[2]


def _afterwards(conn: Connection, merge: _Merge) -> tuple[str, bool, bool]:
    """The keeper's tier; whether the keeper is frozen, and whether the merged one is.

    Whoever froze the one that both had become meant both: taking a merge back is no way around that.
    """
    tier, frozen, _ = _state(conn, merge.keeper)
    own = _state(conn, merge.merged)[1]
    both = frozen and not merge.froze and not merge.frozen_before
    return (
        merge.tier_before if tier == merge.tier_after else tier,
        frozen and not merge.froze,
        own or both,
    )


def _states(conn: Connection, act: Act, merge: _Merge, day: str) -> list[Fact]:
    """Tier and freezes as they are to be."""
    tier, frozen, merged_frozen = _afterwards(conn, merge)
    was_tier, was_frozen, _ = _state(conn, merge.keeper)
    facts = []
    if tier != was_tier:
        facts.append(changed(act, "tier", merge.keeper, day, tier))
    if was_frozen and not frozen:
        facts.append(changed(act, "thawed", merge.keeper, day))
    if merged_frozen and not _state(conn, merge.merged)[1]:
        facts.append(changed(act, "frozen", merge.merged, day))
    return facts


class _Double(NamedTuple):
    """What two members have in common again; ``branch``: where it was found first, "" here."""

    code: DiscrepancyCode
    branch: str
    other: bytes


def _doubles(conn: Connection, merge: _Merge, emptied: set[str]) -> list[_Double]:
    """What people have to decide again: a card that both brought; whoever has the merged one's phone, too.

    While they were one only the keeper was compared with others. What is open already is not opened twice.
    """
    resolved: dict[str, str] = dict(json.loads(merge.doubles))
    phone = _state(conn, merge.merged)[2]
    others = conn.execute(
        "SELECT member FROM members WHERE phone_hash = ? AND phone_hash <> x'' AND member <> ? AND alias_of = x''"
        " ORDER BY member",
        (phone, merge.merged),
    ).fetchall()
    card = resolved.get(DiscrepancyCode.CARD_TWICE.value)
    found = [] if card is None else [_Double(DiscrepancyCode.CARD_TWICE, card, merge.keeper)]
    for (other,) in others:
        if other != merge.keeper or "phone" not in emptied:
            branch = resolved.get(DiscrepancyCode.PHONE_TWICE.value, "") if other == merge.keeper else ""
            found.append(_Double(DiscrepancyCode.PHONE_TWICE, branch, other))
    sql = "SELECT 1 FROM discrepancies WHERE state = 'open' AND code = ? AND detail = ?"
    return [one for one in found if not conn.execute(sql, (one.code.value, _detail(merge, one.other))).fetchone()]


def _detail(merge: _Merge, other: bytes) -> str:
    first, second = sorted((merge.merged.hex(), other.hex()))
    return f"{first} {second}"


def _double(act: Act, merge: _Merge, one: _Double) -> Fact:
    """Open such a discrepancy anew; the number of the merge tells it from the one that was resolved."""
    salt = b"unmerged %d" % merge.n
    detail = _detail(merge, one.other)
    return discrepancies.fact(one.code, one.branch, act.hq.incarnation, 0, 1, 2, detail, salt=salt)
