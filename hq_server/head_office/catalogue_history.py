"""Who changed which row that branches read, and what it was before: to be looked at, and to be undone."""

from typing import Any, NamedTuple

import msgspec

from hq_server.errors import Code, InputError
from hq_server.head_office import goods_limits
from hq_server.head_office.act import Act
from hq_server.storage.database import Connection

KEPT = frozenset({"product", "category", "tier", "top_up_rule", "promotion", "plan", "setting"})
"""Kinds whose changes are kept. Rows of staff hold hashes of PINs, pictures are large: neither is shown again."""


class FieldChange(NamedTuple):
    """One field of a row; values as the row's encoding holds them."""

    field: str
    before: Any
    after: Any


class Change(NamedTuple):
    """One change, ``at`` in ms. ``made``: there was no such row before; ``dropped``: there was none after it."""

    n: int
    at: int
    by: str
    made: bool
    dropped: bool
    fields: list[FieldChange]


def keep(conn: Connection, act: Act, feed: str, key: str, before: bytes) -> None:
    """Keep what a row was before this act; b"": there was none."""
    if key.partition(":")[0] in KEPT:
        values = (feed, key, act.now, act.by, before)
        conn.execute("INSERT INTO row_changes (feed, key, at, by, before) VALUES (?, ?, ?, ?, ?)", values)


def changes(conn: Connection, feed: str, key: str, before: int = 2**53) -> list[Change]:
    """Return a row's changes with ``n < before``, newest first, at most a page of them."""
    after = conn.execute(
        "SELECT before FROM row_changes WHERE feed = ? AND key = ? AND n >= ? ORDER BY n LIMIT 1", (feed, key, before)
    ).fetchone()
    if after is None:
        after = conn.execute("SELECT body FROM reference WHERE feed = ? AND key = ?", (feed, key)).fetchone()
    later: bytes = after[0] if after else b""
    rows = conn.execute(
        "SELECT n, at, by, before FROM row_changes WHERE feed = ? AND key = ? AND n < ? ORDER BY n DESC LIMIT ?",
        (feed, key, before, goods_limits.HISTORY_PAGE),
    )
    found: list[Change] = []
    for n, at, by, body in rows:
        found.append(Change(n, at, by, not body, not later, _fields(body, later)))
        later = body
    return found


def body_before(conn: Connection, feed: str, key: str, n: int) -> bytes:
    """Return what a row was before change `n`; InputError ``unknown_row``: there is no such change or was no row."""
    query = "SELECT before FROM row_changes WHERE n = ? AND feed = ? AND key = ?"
    row = conn.execute(query, (n, feed, key)).fetchone()
    if row is None or not row[0]:
        raise InputError(Code.UNKNOWN_ROW)
    body: bytes = row[0]
    return body


def _fields(before: bytes, after: bytes) -> list[FieldChange]:
    """Name the fields that differ; a row that came or went differs in nothing that is worth a list."""
    if not before or not after:
        return []
    old, new = msgspec.msgpack.decode(before), msgspec.msgpack.decode(after)
    names = sorted({*old, *new})
    return [FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
