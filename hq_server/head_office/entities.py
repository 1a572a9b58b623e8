"""Legal entities: who stands behind branches and head office, from which business date on.

A branch that belongs to none stands for itself, so a chain of one company that never looks here settles between its
branches. Days up to the end of the last closed period are locked: what was settled between whom stays so.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from commerce.accounts import HQ
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import day as checked_day
from hq_server.head_office.values import text
from hq_server.storage.database import Connection

CODE = r"^[A-Z][A-Z0-9-]{1,15}$"
"""A capital first: branches' ids are small letters, so one word always names one party. ``HQ`` is head office."""
_NUMBER_MAX = 32


class Entity(NamedTuple):
    """One legal entity; ``number``: its unified social credit code, "" when nobody told; ``branches``: now."""

    entity: str
    name: str
    number: str
    branches: tuple[str, ...]


class Belonging(NamedTuple):
    """A branch, or ``HQ``, belongs to an entity ("": stands for itself) from a business date on."""

    branch: str
    from_day: str
    entity: str
    by: str
    at: int


class Parties:
    """Who stands behind whom on which day, held in memory for a statement."""

    def __init__(self, belongings: Mapping[str, list[tuple[str, str]]]) -> None:
        self._days = {branch: [day for day, _ in held] for branch, held in belongings.items()}
        self._entities = {branch: [entity for _, entity in held] for branch, held in belongings.items()}

    def of(self, branch: str, day: str) -> str:
        """Return the legal entity of a branch on a day, or the branch itself."""
        days = self._days.get(branch)
        if not days:
            return branch
        n = bisect_right(days, day)
        return self._entities[branch][n - 1] or branch if n else branch


def parties(conn: Connection) -> Parties:
    """Read all belongings."""
    found: dict[str, list[tuple[str, str]]] = {}
    for branch, day, entity in conn.execute("SELECT branch, from_day, entity FROM belongings ORDER BY 1, 2"):
        found.setdefault(branch, []).append((day, entity))
    return Parties(found)


def every(conn: Connection, day: str) -> list[Entity]:
    """Return all legal entities with the branches that belong to them on a day."""
    members: dict[str, list[str]] = {}
    standing = parties(conn)
    for branch in sides(conn):
        members.setdefault(standing.of(branch, day), []).append(branch)
    rows = conn.execute("SELECT entity, name, number FROM legal_entities ORDER BY entity")
    return [Entity(entity, name, number, tuple(members.get(entity, ()))) for entity, name, number in rows]


def sides(conn: Connection) -> list[str]:
    """Return head office and all branches: the sides of the clearing matrix."""
    return [HQ, *(branch for (branch,) in conn.execute("SELECT branch FROM branches ORDER BY branch"))]


def belongings(conn: Connection) -> list[Belonging]:
    """Return who belongs to whom and since when, newest last."""
    rows = conn.execute("SELECT branch, from_day, entity, by, at FROM belongings ORDER BY branch, from_day")
    return [Belonging(*row) for row in rows]


def put(conn: Connection, act: Act, entity: str, name: str, number: str) -> None:
    """Make a legal entity known, or name it anew; InputError ``bad_value``."""
    if re.fullmatch(CODE, entity) is None or entity == HQ:
        raise InputError(Code.BAD_VALUE, field="entity")
    text(name, "name", limits.BRANCH_NAME, required=True)
    text(number, "number", _NUMBER_MAX)
    conn.execute(
        "INSERT INTO legal_entities VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (entity) DO UPDATE SET name = excluded.name, number = excluded.number",
        (entity, name, number, act.by, act.now),
    )
    note(conn, act, "legal_entity", entity, row=f"{name}\n{number}".encode())


def assign(conn: Connection, act: Act, branch: str, entity: str, from_day: str) -> None:
    """Say to which entity ("" none) a branch or ``HQ`` belongs from a business date on.

    InputError ``unknown_branch``, ``unknown_entity``; RefusedError ``period_locked`` for a day that is closed.
    """
    checked_day(from_day, "from_day")
    if branch not in sides(conn):
        raise InputError(Code.UNKNOWN_BRANCH)
    if entity and not exists(conn, entity):
        raise InputError(Code.UNKNOWN_ENTITY)
    if from_day <= (locked := locked_to(conn)):
        raise RefusedError(Code.PERIOD_LOCKED, day=locked)
    conn.execute(
        "INSERT INTO belongings VALUES (?, ?, ?, ?, ?) ON CONFLICT (branch, from_day) DO UPDATE SET"
        " entity = excluded.entity, by = excluded.by, at = excluded.at",
        (branch, from_day, entity, act.by, act.now),
    )
    note(conn, act, "branch_entity", branch, reason=f"{from_day} {entity}")


def exists(conn: Connection, entity: str) -> bool:
    """Whether a legal entity is known."""
    return conn.execute("SELECT 1 FROM legal_entities WHERE entity = ?", (entity,)).fetchone() is not None


def locked_to(conn: Connection) -> str:
    """Return the last day of the last closed period, "" when none was closed yet."""
    row = conn.execute("SELECT coalesce(max(last_day), '') FROM periods WHERE state = 'closed'").fetchone()
    return str(row[0])


def names(conn: Connection) -> dict[str, str]:
    """Return how branches and legal entities are called; head office has its name from the reader's language."""
    return dict(conn.execute("SELECT branch, name FROM branches UNION ALL SELECT entity, name FROM legal_entities"))
