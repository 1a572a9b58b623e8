"""Staff of branches: who may sign in at their tills, and what head office notes beside it.

A person who works in several branches has the same number and name in each, and one PIN. What tills read is a
``staff`` row in each branch's feed; department and type stand in ``staff_files`` and never leave head office.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.reference import StaffRow
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import catalogue, departments, limits
from hq_server.head_office.act import Act
from hq_server.head_office.secrets import Secret
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a branch's staff. ``also``: further branches where the same person works."""

    branch: str
    number: str
    name: str
    roles: tuple[str, ...]
    active: bool
    must_change_pin: bool
    department: str
    type: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person of `branch` shall be. ``also``: further branches to write the same in."""

    branch: str
    number: str
    name: str
    roles: tuple[str, ...]
    active: bool
    must_change_pin: bool
    department: str = ""
    type: str = ""
    also: tuple[str, ...] = ()


def every(conn: Connection, branch: str) -> list[Person]:
    """Return the staff of one branch, or of all ("") with the further branches of each person."""
    branches = [branch] if branch else [row[0] for row in conn.execute("SELECT branch FROM branches ORDER BY branch")]
    rows: list[tuple[str, StaffRow]] = []
    places: dict[tuple[str, str], list[str]] = {}
    for where in branches:
        for row in catalogue.page(conn, where, "staff", "", limits.STAFF):
            rows.append((where, row))
            places.setdefault((row.number, row.name), []).append(where)
    files = {(where, number): (department, kind) for where, number, department, kind in _files(conn, branch)}
    return [
        Person(
            where,
            row.number,
            row.name,
            row.roles,
            row.active,
            row.must_change_pin,
            *files.get((where, row.number), ("", "")),
            tuple(other for other in places[row.number, row.name] if other != where),
        )
        for where, row in rows
    ]


def put(conn: Connection, act: Act, wanted: Wanted, secret: Secret | None) -> None:
    """Write a person, the same in each branch; without `secret` the PIN stays.

    InputError ``unknown_row`` for somebody new without a PIN, ``bad_value``; RefusedError ``staff_number_taken`` where
    a further branch has somebody else of that number.
    """
    departments.check(conn, "department", wanted.department)
    departments.check(conn, "type", wanted.type)
    branch, number = wanted.branch, wanted.number
    here = _row(conn, branch, number)
    if here is None and secret is None:
        raise InputError(Code.UNKNOWN_ROW)
    pin = secret or Secret(here.pin_salt, here.pin_hash)  # type: ignore[union-attr]
    if branch in wanted.also or len(set(wanted.also)) != len(wanted.also):
        raise InputError(Code.BAD_VALUE, field="also")
    row = StaffRow(number, wanted.name, wanted.roles, pin.salt, pin.hash, wanted.must_change_pin, wanted.active)
    _check_free(conn, wanted.also, number, {wanted.name, here.name if here else wanted.name})
    for where in (branch, *wanted.also):
        catalogue.put(conn, act, where, row)
        conn.execute(
            "INSERT OR REPLACE INTO staff_files VALUES (?, ?, ?, ?)", (where, number, wanted.department, wanted.type)
        )


def _check_free(conn: Connection, also: Sequence[str], number: str, names: set[str]) -> None:
    """Refuse a number that somebody else has in a further branch."""
    for where in also:
        there = _row(conn, where, number)
        if there is not None and there.name not in names:
            raise RefusedError(Code.STAFF_NUMBER_TAKEN, branch=where)


def _row(conn: Connection, branch: str, number: str) -> StaffRow | None:
    """The row that a branch's tills read; InputError ``unknown_branch``."""
    catalogue.feed_of(conn, branch)
    try:
        found: StaffRow = catalogue.get(conn, branch, f"staff:{number}")
    except InputError:
        return None
    return found


def _files(conn: Connection, branch: str) -> list[tuple[str, str, str, str]]:
    query = "SELECT branch, number, department, type FROM staff_files WHERE ? IN ('', branch)"
    found: list[tuple[str, str, str, str]] = conn.execute(query, (branch,)).fetchall()
    return found
