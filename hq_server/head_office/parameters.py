"""Parameters of the chain and of single branches: set now or from a time on, looked back on, undone.

A value is a ``setting`` row of a feed; a branch's own wins over the chain's, the chain's over the default. What is to
hold from a later time waits in ``parameter_plans`` until ``take_effect`` writes the row, and branches get it as any.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from commerce.reference import SettingRow
from hq_server.errors import Code, InputError
from hq_server.head_office import audit, catalogue, limits
from hq_server.head_office.act import Act
from hq_server.head_office.parameter_table import ALL, BY_NAME, normal
from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection, savepoint


class Waiting(NamedTuple):
    """A change that holds from ``from_at`` (ms) on. ``value`` JSON text, "": the one of one level above."""

    n: int
    branch: str
    name: str
    value: str
    from_at: int
    by: str
    at: int


class Value(NamedTuple):
    """How a parameter stands. ``chain``, ``own``: JSON text, "" where it is not set on that level."""

    name: str
    chain: str
    own: str
    waiting: list[Waiting]


class Version(NamedTuple):
    """What a parameter became by change `n`: JSON text, "" for the one of one level above."""

    n: int
    value: str
    at: int
    by: str


_PLAN = "SELECT n, branch, name, value, from_at, by, at FROM parameter_plans"


def every(conn: Connection, branch: str) -> list[Value]:
    """Return all parameters as they stand for a branch, or for the chain (""); InputError ``unknown_branch``."""
    catalogue.feed_of(conn, branch)
    chain, own = _set(conn, ""), _set(conn, branch) if branch else {}
    waiting: dict[str, list[Waiting]] = {}
    query = f"{_PLAN} WHERE state = 'waits' AND branch IN ('', ?) ORDER BY from_at, n"
    for row in conn.execute(query, (branch,)):
        waiting.setdefault(row[2], []).append(Waiting(*row))
    return [
        Value(it.name, chain.get(it.name, ""), own.get(it.name, ""), waiting.get(it.name, []))
        for it in ALL
        if not (branch and it.office)
    ]


def put(conn: Connection, act: Act, branch: str, values: Iterable[tuple[str, str]], from_at: int = 0) -> None:
    """Set parameters together, now or at `from_at` (ms); a value "" takes what was set on this level away.

    InputError ``unknown_row`` for no parameter, ``bad_value`` naming the place; all or none (the transaction).
    """
    catalogue.feed_of(conn, branch)
    if from_at > act.now + limits.AHEAD:
        raise InputError(Code.BAD_VALUE, field="from_at")
    for name, source in values:
        if name not in BY_NAME or (branch and BY_NAME[name].office):
            raise InputError(Code.UNKNOWN_ROW)
        value = normal(name, source) if source else ""
        if from_at > act.now:
            _plan(conn, act, Waiting(0, branch, name, value, from_at, act.by, act.now))
        else:
            _write(conn, act, branch, name, value)


def withdraw(conn: Connection, act: Act, n: int) -> None:
    """Withdraw a change that waits; InputError ``unknown_row``: it does not."""
    query = "UPDATE parameter_plans SET state = 'withdrawn' WHERE n = ? AND state = 'waits' RETURNING branch, name"
    row = conn.execute(query, (n,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    audit.note(conn, act, "parameter_withdrawn", f"{row[0]}/{row[1]}")


def take_effect(conn: Connection, hq: Hq, now: int) -> bool:
    """Write what was planned and whose time has come, in the name of whoever planned it; True: there was some.

    What has become wrong since (a newer version knows the parameter differently) is withdrawn: it must not stop HQ.
    """
    query = f"{_PLAN} WHERE state = 'waits' AND from_at <= ? ORDER BY from_at, n"
    due = [Waiting(*row) for row in conn.execute(query, (now,))]
    for plan in due:
        act = Act(hq, plan.by, now)
        try:
            with savepoint(conn):
                _write(conn, act, plan.branch, plan.name, plan.value)
                conn.execute("UPDATE parameter_plans SET state = 'done' WHERE n = ?", (plan.n,))
        except InputError:
            withdraw(conn, act, plan.n)
    return bool(due)


def versions(conn: Connection, branch: str, name: str, before: int, most: int) -> list[Version]:
    """Return what a parameter became by its changes with ``n < before``, newest first; InputError ``unknown_row``."""
    if name not in BY_NAME:
        raise InputError(Code.UNKNOWN_ROW)
    where = (catalogue.feed_of(conn, branch), f"setting:{name}")
    later = conn.execute(
        "SELECT before FROM row_changes WHERE feed = ? AND key = ? AND n >= ? ORDER BY n LIMIT 1", (*where, before)
    ).fetchone()
    later = later or conn.execute("SELECT body FROM reference WHERE feed = ? AND key = ?", where).fetchone()
    became: bytes = later[0] if later else b""
    found = []
    query = "SELECT n, at, by, before FROM row_changes WHERE feed = ? AND key = ? AND n < ? ORDER BY n DESC LIMIT ?"
    for n, at, by, was in conn.execute(query, (*where, before, most)):
        found.append(Version(n, _value(became), at, by))
        became = was
    return found


def _set(conn: Connection, branch: str) -> dict[str, str]:
    """Parameters that are set on one level, by name."""
    rows: list[SettingRow] = catalogue.page(conn, branch, "setting", "", limits.SETTINGS)
    return {row.name: row.value for row in rows}


def _value(body: bytes) -> str:
    """The value in a row's body; "" for no row."""
    return msgspec.msgpack.decode(body, type=SettingRow).value if body else ""


def _write(conn: Connection, act: Act, branch: str, name: str, value: str) -> None:
    """Write the row, or take it away; what is not there is away already."""
    if value:
        catalogue.put(conn, act, branch, SettingRow(name, value))
    elif name in _set(conn, branch):
        catalogue.drop(conn, act, branch, f"setting:{name}")


def _plan(conn: Connection, act: Act, plan: Waiting) -> None:
    """Let a change wait; of two for the same moment the later one counts. InputError ``bad_value``: too many wait."""
    conn.execute(
        "UPDATE parameter_plans SET state = 'withdrawn' WHERE state = 'waits' AND branch = ? AND name = ?"
        " AND from_at = ?",
        (plan.branch, plan.name, plan.from_at),
    )
    (waiting,) = conn.execute("SELECT count(*) FROM parameter_plans WHERE state = 'waits'").fetchone()
    if waiting >= limits.PLANS_WAITING:
        raise InputError(Code.BAD_VALUE, field="from_at", limit=limits.PLANS_WAITING)
    conn.execute(
        "INSERT INTO parameter_plans (branch, name, value, from_at, by, at, state) VALUES (?, ?, ?, ?, ?, ?, 'waits')",
        plan[1:],
    )
    audit.note(conn, act, "parameter_planned", f"{plan.branch}/{plan.name}", row=plan.value.encode())
