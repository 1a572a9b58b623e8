"""The journal of privileged acts: each is an ``audit`` fact in HQ's own log, which nobody can rewrite."""

import hashlib
from typing import NamedTuple

import msgspec

from commerce.facts import Audit, Fact
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.ledger.record import record
from hq_server.storage.database import Connection
from sync_protocol.entry import decode_entry

SHOWN = frozenset({"audit", "incarnation", "verdict", "period"})
"""Kinds of HQ's own facts that are acts of people or of consequence to them; grants are not."""


class JournalLine(NamedTuple):
    """One act as it stands in HQ's log; ``n`` counts all entries of HQ, also the ones not shown."""

    n: int
    at: int
    kind: str
    body: dict[str, object]


def fact(act: Act, what: str, subject: str, *, reason: str = "", row: bytes = b"") -> Fact:
    """Say that a user did `what` to `subject`; of a changed row only its hash goes into the log."""
    digest = hashlib.sha256(row).digest() if row else b""
    return Fact("audit", Audit(what, subject, act.by, "", reason, digest))


def note(conn: Connection, act: Act, what: str, subject: str, *, reason: str = "", row: bytes = b"") -> None:
    """Record one such fact."""
    record(conn, act.hq, fact(act, what, subject, reason=reason, row=row), act.now)


def journal(conn: Connection, before: int, limit: int) -> tuple[list[JournalLine], int]:
    """Return acts with ``n < before``, newest first, and where the next page begins (0: nothing older).

    At most ``AUDIT_SCAN`` entries are read, so a page may be short while there is more.
    """
    lines: list[JournalLine] = []
    last = 0
    query = "SELECT n, entry FROM own_log WHERE n < ? ORDER BY n DESC LIMIT ?"
    for last, data in conn.execute(query, (before, limits.AUDIT_SCAN)):
        entry = decode_entry(data)
        if entry.kind in SHOWN:
            lines.append(JournalLine(last, entry.at, entry.kind, _readable(msgspec.msgpack.decode(entry.body))))
            if len(lines) == limit:
                break
    return lines, last if last > 1 else 0


def _readable(body: dict[str, object]) -> dict[str, object]:
    """Ids and hashes as hexadecimal, for JSON."""
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in body.items()}
