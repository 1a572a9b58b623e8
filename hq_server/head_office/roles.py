"""Roles: names for sets of duties. Some are built in, the others a chain makes for itself.

Nobody can give what he does not have: neither by a role he makes, nor by a role he gives, nor by the password of a
colleague who may do more. Sessions see changed duties with their next request.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import duties, limits
from hq_server.head_office.act import CONSOLE, Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Role:
    """One role. ``name`` "" for a built-in one: the screen has words for it; ``users``: how many have it."""

    role: str
    name: str
    duties: frozenset[str]
    users: int
    built_in: bool = False


def every(conn: Connection) -> list[Role]:
    """Return all roles, the built-in ones first."""
    used = dict(conn.execute("SELECT role, count(*) FROM users GROUP BY role").fetchall())
    made = conn.execute("SELECT role, name, duties FROM office_roles ORDER BY role").fetchall()
    return [
        *(Role(role, "", having, used.get(role, 0), built_in=True) for role, having in duties.BUILT_IN.items()),
        *(Role(role, name, frozenset(having.split()), used.get(role, 0)) for role, name, having in made),
    ]


def duties_of(conn: Connection, role: str) -> frozenset[str]:
    """Return what people of a role may do; nothing for one that does not exist."""
    if role in duties.BUILT_IN:
        return duties.BUILT_IN[role]
    row = conn.execute("SELECT duties FROM office_roles WHERE role = ?", (role,)).fetchone()
    return frozenset(row[0].split()) if row else frozenset()


def put(conn: Connection, act: Act, role: str, name: str, having: Collection[str]) -> None:
    """Make a role or change one; whoever has it and may now do more counts as a second person only later.

    InputError ``bad_value``; RefusedError ``more_than_own``: the actor lacks a duty that the role has or had.
    """
    if re.fullmatch(limits.ROLE, role) is None or role in duties.BUILT_IN:
        raise InputError(Code.BAD_VALUE, field="role")
    text(name, "name", limits.DISPLAY, required=True)
    wanted = frozenset(having)
    if not wanted or not wanted <= set(duties.DUTIES):
        raise InputError(Code.BAD_VALUE, field="duties")
    if duties.SEE in wanted:  # whoever sees the whole chain sees each branch
        wanted |= {duties.BRANCH}
    before = duties_of(conn, role)
    check_own(conn, act, wanted | before)
    if not before:
        (made,) = conn.execute("SELECT count(*) FROM office_roles").fetchone()
        if made >= limits.ROLES:
            raise InputError(Code.BAD_VALUE, field="role", limit=limits.ROLES)
    words = " ".join(duty for duty in duties.DUTIES if duty in wanted)
    conn.execute("INSERT OR REPLACE INTO office_roles VALUES (?, ?, ?)", (role, name, words))
    if not wanted <= before and act.by != CONSOLE:
        conn.execute("UPDATE users SET entrusted_at = ? WHERE role = ?", (act.now, role))
    note(conn, act, "role_put", role, reason=words)


def drop(conn: Connection, act: Act, role: str) -> None:
    """Do away with a role; InputError ``unknown_role``, RefusedError ``role_in_use`` while anybody has it."""
    check_own(conn, act, duties_of(conn, role))
    if conn.execute("SELECT 1 FROM users WHERE role = ? LIMIT 1", (role,)).fetchone():
        raise RefusedError(Code.ROLE_IN_USE)
    if conn.execute("DELETE FROM office_roles WHERE role = ? RETURNING 1", (role,)).fetchone() is None:
        raise InputError(Code.UNKNOWN_ROLE)
    note(conn, act, "role_dropped", role)


def check_own(conn: Connection, act: Act, given: frozenset[str]) -> None:
    """Refuse to give, take or open what the actor may not do; whoever holds HQ's keys may do all.

    RefusedError ``more_than_own``.
    """
    if act.by == CONSOLE:
        return
    row = conn.execute("SELECT role, branch FROM users WHERE name = ? AND active", (act.by,)).fetchone()
    own = duties_of(conn, row[0]) if row else frozenset()
    if not given <= (own & duties.OF_A_BRANCH if row and row[1] else own):
        raise RefusedError(Code.MORE_THAN_OWN)
