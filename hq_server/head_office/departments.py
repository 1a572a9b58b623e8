"""How a chain divides its staff: departments, and types of staff. Office-side names; a till needs neither."""

from typing import NamedTuple

from commerce.checks import check_code
from hq_server.errors import Code, InputError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.storage.database import Connection

KINDS = ("department", "type")


class Group(NamedTuple):
    """One department or type. ``people``: how many of all branches' staff are in it."""

    kind: str
    code: str
    name: str
    active: bool
    people: int


def every(conn: Connection) -> list[Group]:
    """Return all, departments first, by code."""
    query = (
        "SELECT kind, code, name, active, (SELECT count(*) FROM staff_files f WHERE CASE g.kind"
        " WHEN 'department' THEN f.department ELSE f.type END = g.code) FROM staff_groups g ORDER BY kind, code"
    )
    return [Group(kind, code, name, bool(active), people) for kind, code, name, active, people in conn.execute(query)]


def put(conn: Connection, act: Act, kind: str, code: str, name: str, *, active: bool) -> None:
    """Make one, rename it, or offer it no more; InputError ``bad_value``."""
    if kind not in KINDS:
        raise InputError(Code.BAD_VALUE, field="kind")
    check_code(code, "code")
    text(name, "name", limits.DISPLAY, required=True)
    conn.execute("INSERT OR REPLACE INTO staff_groups VALUES (?, ?, ?, ?)", (kind, code, name, active))
    (many,) = conn.execute("SELECT count(*) FROM staff_groups").fetchone()
    if many > limits.GROUPS:
        raise InputError(Code.BAD_VALUE, field="code", limit=limits.GROUPS)
    note(conn, act, "staff_group_put", f"{kind}:{code}", reason=name if active else "inactive")


def check(conn: Connection, kind: str, code: str) -> None:
    """Refuse a group that does not exist; "" is none. InputError ``bad_value``."""
    query = "SELECT 1 FROM staff_groups WHERE kind = ? AND code = ?"
    if code and conn.execute(query, (kind, code)).fetchone() is None:
        raise InputError(Code.BAD_VALUE, field=kind)
