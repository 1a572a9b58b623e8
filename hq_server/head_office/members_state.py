"""What head office changes of one member: frozen or not, consent withdrawn, profile fields. Each is a fact of HQ.

As at a till, the log gets ids and commitments; personal values stand in the profile rows beside it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from commerce.facts import Fact, MemberChanged
from commerce.reference import ProfileEdit
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import fields
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.registration import commitment
from hq_server.head_office.values import text
from hq_server.ledger.members import HIDDEN, take_edits
from hq_server.ledger.record import record, record_all
from hq_server.storage.database import Connection


class Past(NamedTuple):
    """What a field said before: its value, the branch that replaced it ("" head office), when (ms)."""

    field: str
    version: int
    value: str
    branch: str
    at: int


def need(conn: Connection, member: bytes) -> None:
    """Refuse whoever is no member (InputError ``unknown_member``) or became another (``member_merged``)."""
    row = conn.execute("SELECT alias_of FROM members WHERE member = ?", (member,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_MEMBER)
    if row[0]:
        raise RefusedError(Code.MEMBER_MERGED, member=row[0].hex())


def set_frozen(conn: Connection, act: Act, member: bytes, reason: str, day: str, *, frozen: bool) -> None:
    """Freeze a member's value, or thaw it: branches hear of it by the feed, a dark one when it comes back."""
    need(conn, member)
    text(reason, "reason", limits.NOTE, required=True)
    what = "frozen" if frozen else "thawed"
    record(conn, act.hq, changed(act, what, member, day), act.now)
    conn.execute("UPDATE merges SET froze = 0 WHERE keeper = ? AND undone_at = 0", (member,))  # decided anew
    note(conn, act, f"member_{what}", member.hex(), reason=reason)


def set_card(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, act: Act, member: bytes, card: bytes, reason: str, day: str, *, lost: bool
) -> None:
    """Report a card of a member lost, or found again: no till takes it while it is lost.

    `member`: who brought it. InputError ``unknown_member``, ``unknown_row`` (no card of this member's), ``bad_value``
    (reason); RefusedError ``nothing_to_do``: it is so already.
    """
    text(reason, "reason", limits.NOTE, required=True)
    row = conn.execute("SELECT state FROM cards WHERE card = ? AND member = ?", (card, member)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    if (row[0] == "lost") is lost:
        raise RefusedError(Code.NOTHING_TO_DO)
    what = "card_lost" if lost else "card_bound"
    record(conn, act.hq, changed(act, what, member, day, card.hex()), act.now)
    note(conn, act, "card_lost" if lost else "card_found", f"{member.hex()} {card.hex()[:8]}", reason=reason)


def withdraw_consent(conn: Connection, act: Act, member: bytes, reason: str, day: str) -> None:
    """Note that a member agrees to the privacy terms no more; RefusedError ``conflict`` when there is no consent."""
    need(conn, member)
    text(reason, "reason", limits.NOTE, required=True)
    (consent,) = conn.execute("SELECT consent FROM members WHERE member = ?", (member,)).fetchone()
    if not consent:
        raise RefusedError(Code.NO_CONSENT)
    record(conn, act.hq, changed(act, "consent", member, day), act.now)
    note(conn, act, "consent_withdrawn", member.hex(), reason=reason)


def edit_profile(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, act: Act, member: bytes, values: Mapping[str, str], day: str, new_id: Callable[[], bytes]
) -> int:
    """Write profile fields, one fact each; return how many changed. InputError ``bad_value`` naming the field."""
    need(conn, member)
    right = fields.checked(conn, values)
    sql = "SELECT field, value, version FROM profiles WHERE member = ?"
    known = {field: (value, version) for field, value, version in conn.execute(sql, (member,))}
    edits = [
        ProfileEdit(member, name, value, known.get(name, ("", 0))[1], new_id())
        for name, value in sorted(right.items())
        if value != known.get(name, ("", 0))[0]
    ]
    facts = [changed(act, "profile", member, day, edit.field, commitment((edit,))) for edit in edits]
    record_all(conn, act.hq, facts, act.now)
    take_edits(conn, act.hq, "", edits, act.now)
    return len(edits)


def history(conn: Connection, member: bytes) -> list[Past]:
    """Return what a member's profile said before, the newest first; passwords and photos are not kept."""
    rows = conn.execute(
        "SELECT field, version, value, branch, at FROM profile_history WHERE member = ?"
        " ORDER BY at DESC, field LIMIT ?",
        (member, limits.HISTORY),
    )
    return [Past(*row) for row in rows if row[0] not in HIDDEN]


def changed(act: Act, what: str, member: bytes, day: str, value: str = "", bound: bytes = b"") -> Fact:  # noqa: PLR0917 -- the columns of the fact
    """Say that head office changed something of a member."""
    return Fact("member", MemberChanged(what, member, day, act.by, value, bound))
