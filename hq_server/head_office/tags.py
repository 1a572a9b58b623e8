"""Tags that head office gives members: words of the office's own, for lists, batches and campaigns. Tills know none."""

from collections.abc import Sequence
from dataclasses import dataclass

from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag and how many members have it. ``note``: what it is for."""

    tag: str
    note: str
    members: int
    made_by: str
    made_at: int


def every(conn: Connection) -> list[Tag]:
    """Return all tags by name."""
    rows = conn.execute(
        "SELECT tag, note, (SELECT count(*) FROM member_tags m WHERE m.tag = t.tag), made_by, made_at"
        " FROM tags t ORDER BY tag"
    )
    return [Tag(*row) for row in rows]


def put(conn: Connection, act: Act, tag: str, about: str) -> None:
    """Make a tag, or say anew what it is for; InputError ``bad_value``, also beyond ``limits.TAGS``."""
    text(tag, "tag", limits.TAG, required=True)
    if tag != tag.strip():
        raise InputError(Code.BAD_VALUE, field="tag")
    text(about, "note", limits.NOTE)
    (there,) = conn.execute("SELECT count(*) FROM tags WHERE tag <> ?", (tag,)).fetchone()
    if there >= limits.TAGS:
        raise InputError(Code.BAD_VALUE, field="tag", limit=limits.TAGS)
    conn.execute(
        "INSERT INTO tags VALUES (?, ?, ?, ?) ON CONFLICT (tag) DO UPDATE SET note = excluded.note",
        (tag, about, act.by, act.now),
    )
    note(conn, act, "tag_put", tag)


def drop(conn: Connection, act: Act, tag: str) -> None:
    """Take a tag away from everybody; InputError ``unknown_row``."""
    need(conn, tag)
    conn.execute("DELETE FROM member_tags WHERE tag = ?", (tag,))
    conn.execute("DELETE FROM tags WHERE tag = ?", (tag,))
    note(conn, act, "tag_dropped", tag)


def give(conn: Connection, act: Act, tag: str, members: Sequence[bytes]) -> int:
    """Tag members; return how many had it not. InputError ``unknown_row``, ``unknown_member``."""
    need(conn, tag)
    known = dict(select_in(conn, "SELECT member, 1 FROM members WHERE member IN ({})", set(members)))
    if known.keys() != set(members):
        raise InputError(Code.UNKNOWN_MEMBER)
    sql = "INSERT OR IGNORE INTO member_tags VALUES (?, ?, ?, ?)"
    changed: int = sum(conn.execute(sql, (tag, member, act.by, act.now)).rowcount for member in sorted(known))
    (held,) = conn.execute(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM member_tags WHERE member IN"
        " (SELECT member FROM member_tags WHERE tag = ?1 AND at = ?2) GROUP BY member)",
        (tag, act.now),
    ).fetchone()
    if (held or 0) > limits.TAGS_PER_MEMBER:
        raise RefusedError(Code.BAD_VALUE, field="tag", limit=limits.TAGS_PER_MEMBER)
    note(conn, act, "members_tagged", tag, reason=str(changed))
    return changed


def add(conn: Connection, act: Act, tag: str, member: bytes) -> str:
    """Tag one member of a batch; return why not (``has_tag``, ``tags_full``, ``no_tag``), "" when it is done."""
    if conn.execute("SELECT 1 FROM tags WHERE tag = ?", (tag,)).fetchone() is None:
        return "no_tag"
    if conn.execute("SELECT 1 FROM member_tags WHERE tag = ? AND member = ?", (tag, member)).fetchone():
        return "has_tag"
    if full(conn, [member]):
        return "tags_full"
    conn.execute("INSERT INTO member_tags VALUES (?, ?, ?, ?)", (tag, member, act.by, act.now))
    return ""


def full(conn: Connection, members: Sequence[bytes]) -> set[bytes]:
    """Return those who have as many tags as anybody may."""
    sql = "SELECT member, count(*) FROM member_tags WHERE member IN ({}) GROUP BY member"
    return {member for member, count in select_in(conn, sql, set(members)) if count >= limits.TAGS_PER_MEMBER}


def take(conn: Connection, act: Act, tag: str, members: Sequence[bytes]) -> int:
    """Take a tag from members; return how many had it. InputError ``unknown_row``."""
    need(conn, tag)
    sql = "DELETE FROM member_tags WHERE tag = ? AND member = ?"
    changed: int = sum(conn.execute(sql, (tag, member)).rowcount for member in sorted(set(members)))
    note(conn, act, "members_untagged", tag, reason=str(changed))
    return changed


def of_members(conn: Connection, members: Sequence[bytes]) -> dict[bytes, list[str]]:
    """Return members' tags by name; members without any are left out."""
    found: dict[bytes, list[str]] = {}
    sql = "SELECT DISTINCT member, tag FROM member_tags WHERE member IN ({})"
    for member, tag in sorted(select_in(conn, sql, set(members))):
        if tag not in found.setdefault(member, []):
            found[member].append(tag)
    return found


def need(conn: Connection, tag: str) -> None:
    """Refuse a tag that is none: InputError ``unknown_row``."""
    if conn.execute("SELECT 1 FROM tags WHERE tag = ?", (tag,)).fetchone() is None:
        raise InputError(Code.UNKNOWN_ROW)
