"""Profiles of members: personal data beside the logs, and the keyed hashes by which every branch finds a member.

HQ's order of arrival decides, per field. An edit made on an older version than HQ's is applied all the same and shown
as a conflict with both values; two members with one phone or card are a discrepancy that people resolve.
"""

import hmac
import re
from collections.abc import Sequence
from hashlib import sha256

from commerce.facts import Fact
from commerce.reference import ProfileEdit
from hq_server.ledger import changes, discrepancies
from hq_server.ledger.context import Hq
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.ledger.pinyin import initials
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection

_FIELD = re.compile(
    r"name|phone|gender|birthday|email|address|tags|note|card:[0-9]{1,2}|photo|password|x_[a-z0-9_]{1,28}"
)
_VALUE_MAX = 500
"""Characters of one field: a long note; more is not a profile."""
_PHOTO_MAX = 32 * 1024
"""Characters of a photo as base64: 24 KiB of a JPEG."""
_PROFILE_MAX = 56 * 1024
"""Bytes of all fields of one member: a profile is one row of a feed (sync_protocol.limits.MAX_ROW)."""
_FIELD_EXTRA = 48
"""Bytes of a field in that row beside its value."""
HIDDEN = frozenset({"photo", "password"})
"""Fields that no list shows: one is large, the other a salted hash that is nobody's business."""
_ID = 16
_HASH = 16


def keyed_hash(member_key: bytes, kind: str, text: str) -> bytes:
    """Hash a phone's digits (``phone``), their last four (``last4``) or a card number (``card``) as branches do."""
    return hmac.new(member_key, f"{kind}:{text}".encode(), sha256).digest()[:_HASH]


def take_edits(conn: Connection, hq: Hq, branch: str, edits: Sequence[ProfileEdit], now: int) -> None:
    """Apply profile edits in order; a repeated edit changes nothing. What is no field of a profile is left out.

    `branch`: where they were made, "" head office.
    """
    found: list[Fact] = []
    for edit in edits:
        if len(edit.member) == _ID and _fits(conn, edit):
            conn.execute(
                "INSERT OR IGNORE INTO members VALUES (?, '', 0, '', '', 0, x'', x'', x'', x'', '')", (edit.member,)
            )
            if branch:
                conn.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (edit.member, branch))
            found += _take(conn, hq, branch, edit, now)
    record_all(conn, hq, found, now)


def complete_initials(conn: Connection) -> None:
    """Write the initials of names that an older program took in."""
    rows = conn.execute(
        "SELECT member, value FROM profiles WHERE field = 'name' AND member NOT IN (SELECT member FROM member_initials)"
    ).fetchall()
    conn.executemany("INSERT INTO member_initials VALUES (?, ?)", [(member, initials(name)) for member, name in rows])


def _fits(conn: Connection, edit: ProfileEdit) -> bool:
    """Whether an edit is one of a profile: its field is known, its value in bounds, and the profile has room for it."""
    if not _FIELD.fullmatch(edit.field) or len(edit.value) > (_PHOTO_MAX if edit.field == "photo" else _VALUE_MAX):
        return False
    (others,) = conn.execute(
        "SELECT coalesce(sum(length(CAST(value AS BLOB)) + ?), 0) FROM profiles WHERE member = ? AND field <> ?",
        (_FIELD_EXTRA, edit.member, edit.field),
    ).fetchone()
    size: int = others + len(edit.value.encode(errors="replace")) + _FIELD_EXTRA
    return size <= _PROFILE_MAX


def _take(conn: Connection, hq: Hq, branch: str, edit: ProfileEdit, now: int) -> list[Fact]:
    """Apply one edit; return what people must look at."""
    row = conn.execute(
        "SELECT value, version FROM profiles WHERE member = ? AND field = ?", (edit.member, edit.field)
    ).fetchone()
    value, version = row or ("", 0)
    if row and value == edit.value:
        return []
    conn.execute(
        "INSERT OR REPLACE INTO profiles VALUES (?,?,?,?,?)", (edit.member, edit.field, edit.value, version + 1, now)
    )
    if row and edit.field not in HIDDEN:
        past = (edit.member, edit.field, version, value, branch, now)
        conn.execute("INSERT OR REPLACE INTO profile_history VALUES (?,?,?,?,?,?)", past)
    found = []
    if version > edit.version_seen:
        found.append(_conflict(conn, hq, branch, edit, value, version))
    if edit.field == "name":
        conn.execute("UPDATE members SET masked_name = ? WHERE member = ?", (_masked(edit.value), edit.member))
        conn.execute("INSERT OR REPLACE INTO member_initials VALUES (?, ?)", (edit.member, initials(edit.value)))
    elif edit.field == "phone":
        found += _phone(conn, hq, branch, edit)
    elif edit.field.startswith("card:"):
        found += _card(conn, hq, branch, edit)
    for (other,) in conn.execute("SELECT branch FROM seen WHERE member = ?", (edit.member,)).fetchall():
        changes.mark(conn, *changes.profile_mark(other, edit.member))
    changes.mark(conn, *changes.member_mark(edit.member))
    return found


def _conflict(  # noqa: PLR0917 -- both sides of a conflict
    conn: Connection, hq: Hq, branch: str, edit: ProfileEdit, replaced: str, version: int
) -> Fact:
    """Show both values of a field that was edited on an old version: in a table, never in a log."""
    detail = f"{edit.member.hex()} {edit.field} {version + 1}"
    fact = discrepancies.fact(Code.PROFILE_CONFLICT, branch, hq.incarnation, 0, version, edit.version_seen, detail)
    hidden = edit.field in HIDDEN
    conn.execute(
        "INSERT OR IGNORE INTO profile_conflicts VALUES (?,?,?,?,?)",
        (discrepancies.id_of(fact), edit.member, edit.field, *(("", "") if hidden else (replaced, edit.value))),
    )
    return fact


def _phone(conn: Connection, hq: Hq, branch: str, edit: ProfileEdit) -> list[Fact]:
    """Set the hashes a member is found by; another member with this phone is a discrepancy."""
    phone = keyed_hash(hq.keys.member_key, "phone", edit.value) if edit.value else b""
    last4 = keyed_hash(hq.keys.member_key, "last4", edit.value[-4:]) if edit.value else b""
    conn.execute("UPDATE members SET phone_hash = ?, last4_hash = ? WHERE member = ?", (phone, last4, edit.member))
    others = conn.execute(
        "SELECT member FROM members WHERE phone_hash = ? AND phone_hash <> x'' AND member <> ? AND alias_of = x'' "
        "ORDER BY member",
        (phone, edit.member),
    ).fetchall()
    return [_twice(Code.PHONE_TWICE, hq, branch, edit.member, other) for (other,) in others]


def _card(conn: Connection, hq: Hq, branch: str, edit: ProfileEdit) -> list[Fact]:
    """Bind a card; one that another member has stays there, and people look."""
    card = keyed_hash(hq.keys.member_key, "card", edit.value)
    conn.execute("INSERT OR IGNORE INTO cards VALUES (?, ?, 'active')", (card, edit.member))
    (owner,) = conn.execute("SELECT member FROM cards WHERE card = ?", (card,)).fetchone()
    return [] if owner == edit.member else [_twice(Code.CARD_TWICE, hq, branch, edit.member, owner)]


def _twice(code: Code, hq: Hq, branch: str, member: bytes, other: bytes) -> Fact:
    first, second = sorted((member, other))
    return discrepancies.fact(code, branch, hq.incarnation, 0, 1, 2, f"{first.hex()} {second.hex()}")


def _masked(name: str) -> str:
    """Mask a name for lists everywhere: the first character, and the last of three or more (王*明)."""
    name = name.strip()
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]
