"""The people of the office: who they are, what they may do, how they prove it."""

import re
from dataclasses import dataclass

from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import duties, limits, roles
from hq_server.head_office.act import CONSOLE, Act
from hq_server.head_office.audit import note
from hq_server.head_office.secrets import Secret
from hq_server.head_office.values import text
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class User:
    """One person who may sign in. ``must_change``: the password was set by somebody else.

    ``branch``: to which the person belongs and all they see; "" head office. ``duties``: what the person may do, as the
    role says when the user is read.
    """

    name: str
    display: str
    role: str
    active: bool
    must_change: bool
    branch: str = ""
    duties: frozenset[str] = frozenset()


_SELECT = "SELECT name, display, role, active, must_change, branch FROM users"


def get(conn: Connection, name: str) -> User:
    """Return one user; InputError ``unknown_user``."""
    row = conn.execute(f"{_SELECT} WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_USER)
    return _user(conn, row)


def every(conn: Connection) -> list[User]:
    """Return all users by name, also the ones who left."""
    return [_user(conn, row) for row in conn.execute(f"{_SELECT} ORDER BY name").fetchall()]


def create(conn: Connection, act: Act, user: User, secret: Secret) -> None:
    """Add a user; InputError ``bad_value`` or RefusedError ``user_exists``. A name is never given twice."""
    _check(conn, user)
    roles.check_own(conn, act, _allowed(conn, user.role, user.branch))
    if conn.execute("SELECT 1 FROM users WHERE name = ?", (user.name,)).fetchone():
        raise RefusedError(Code.USER_EXISTS)
    conn.execute(
        "INSERT INTO users (name, display, role, salt, hash, active, must_change, branch)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (user.name, user.display, user.role, secret.salt, secret.hash, user.active, user.must_change, user.branch),
    )
    _entrust(conn, act, user.name)
    note(conn, act, "user_created", user.name, reason=user.role)


def change(conn: Connection, act: Act, user: User) -> None:
    """Change display name, role or whether the user may sign in; ends the user's sessions when less is allowed.

    RefusedError ``last_manager``: somebody must be left who can undo it.
    """
    _check(conn, user)
    old = get(conn, user.name)
    roles.check_own(conn, act, old.duties | _allowed(conn, user.role, user.branch))
    conn.execute(
        "UPDATE users SET display = ?, role = ?, active = ?, branch = ? WHERE name = ?",
        (user.display, user.role, user.active, user.branch, user.name),
    )
    if not conn.execute("SELECT 1 FROM users WHERE role = 'manager' AND branch = '' AND active LIMIT 1").fetchone():
        raise RefusedError(Code.LAST_MANAGER)
    before, after = (old.role, old.branch), (user.role, user.branch)
    if not user.active or after != before:
        conn.execute("DELETE FROM office_sessions WHERE name = ?", (user.name,))
    if (user.active, after) != (old.active, before):
        _entrust(conn, act, user.name)
    note(conn, act, "user_changed", user.name, reason=user.role if user.active else "inactive")


def set_secret(conn: Connection, act: Act, name: str, secret: Secret) -> None:
    """Give a user a new password: their other sessions end; set by another person, it must be changed at sign-in."""
    whose = get(conn, name)
    if act.by != name:
        roles.check_own(conn, act, whose.duties)
    conn.execute(
        "UPDATE users SET salt = ?, hash = ?, failures = 0, locked_until = 0, must_change = ? WHERE name = ?",
        (secret.salt, secret.hash, act.by != name, name),
    )
    conn.execute("DELETE FROM office_sessions WHERE name = ?", (name,))
    if act.by != name:
        _entrust(conn, act, name)
    note(conn, act, "password_set", name)


def two_people_from(conn: Connection, one: str, other: str) -> int:
    """Return from when on (ms) these users count as different people.

    Whoever makes an account or gives it a password can act by it, also through a third account: so it does not matter
    which colleague it was, nor that its user has changed the password since.
    """
    query = "SELECT coalesce(max(entrusted_at), 0) FROM users WHERE name IN (?, ?)"
    (latest,) = conn.execute(query, (one, other)).fetchone()
    return int(latest) + limits.ENTRUSTED if latest else 0


def _entrust(conn: Connection, act: Act, name: str) -> None:
    """Note that a colleague could act by this account now; whoever holds HQ's keys needs no account for that."""
    at = 0 if act.by == CONSOLE else act.now
    conn.execute("UPDATE users SET entrusted_at = ? WHERE name = ?", (at, name))


def _user(conn: Connection, row: tuple[str, str, str, int, int, str]) -> User:
    name, display, role, active, change, branch = row
    return User(name, display, role, bool(active), bool(change), branch, _allowed(conn, role, branch))


def _allowed(conn: Connection, role: str, branch: str) -> frozenset[str]:
    """What a role allows to people of a branch, or of head office ("")."""
    having = roles.duties_of(conn, role)
    return having & duties.OF_A_BRANCH if branch else having


def _check(conn: Connection, user: User) -> None:
    """Refuse what no user may be: a branch's manager without a branch, or a user of a branch that does not exist."""
    if re.fullmatch(limits.USER_NAME, user.name) is None or user.name == CONSOLE:
        raise InputError(Code.BAD_VALUE, field="name")
    having = roles.duties_of(conn, user.role)
    if not having:
        raise InputError(Code.BAD_VALUE, field="role")
    if having <= duties.OF_A_BRANCH and not user.branch:
        raise InputError(Code.BAD_VALUE, field="branch")
    if user.branch and not conn.execute("SELECT 1 FROM branches WHERE branch = ?", (user.branch,)).fetchone():
        raise InputError(Code.UNKNOWN_BRANCH)
    text(user.display, "display", limits.DISPLAY, required=True)
