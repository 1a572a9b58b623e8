"""The queue of what does not add up. A person resolves a discrepancy by a new fact, never by editing history."""

from dataclasses import dataclass
from typing import Any

import msgspec

from hq_server.errors import Code, InputError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.values import text
from hq_server.ledger import discrepancies, inbox, incarnations
from hq_server.storage.database import Connection
from sync_protocol.entry import decode_entry


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference: what was expected, what was found (units by ``code``), where; ``note``: how it was resolved."""

    discrepancy: bytes
    n: int
    code: str
    branch: str
    incarnation: bytes
    seq: int
    expected: int
    found: int
    detail: str
    at: int
    state: str
    by: str
    note: str
    resolved_at: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The entry that a discrepancy is about, as its node wrote it; body None when it cannot be read."""

    kind: str
    at: int
    postings: list[tuple[str, str, int]]
    body: dict[str, Any] | None


_SELECT = (
    "SELECT discrepancy, n, code, branch, incarnation, seq, expected, found, detail, at, state, by, note, resolved_at"
    " FROM discrepancies"
)


def page(conn: Connection, state: str, code: str, after: int, limit: int) -> list[Discrepancy]:
    """Return discrepancies in one state, of one code or of all (""), in the order in which they were opened."""
    query = f"{_SELECT} WHERE state = ?1 AND n > ?2 AND ?3 IN ('', code) ORDER BY n LIMIT ?4"
    return [Discrepancy(*row) for row in conn.execute(query, (state, after, code, limit))]


def get(conn: Connection, discrepancy: bytes) -> Discrepancy:
    """Return one; InputError ``unknown_discrepancy``."""
    row = conn.execute(f"{_SELECT} WHERE discrepancy = ?", (discrepancy,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_DISCREPANCY)
    return Discrepancy(*row)


def evidence(conn: Connection, found: Discrepancy) -> Evidence | None:
    """Return the entry behind a discrepancy, None when it is about no entry of the kept log."""
    log = incarnations.by_id(conn, found.incarnation) if found.seq else None
    if log is None or found.seq > log.acked_seq:
        return None
    (data,) = inbox.read_entries(conn, log.no, found.seq, found.seq) or [b""]
    if not data:
        return None
    entry = decode_entry(data)
    try:
        body = msgspec.msgpack.decode(entry.body, type=dict[str, Any])
    except msgspec.DecodeError:
        body = None
    postings = [
        (p.account.hex() if isinstance(p.account, bytes) else p.account, p.unit, p.amount) for p in entry.postings
    ]
    return Evidence(entry.kind, entry.at, postings, body)


def resolve(conn: Connection, act: Act, discrepancy: bytes, note: str) -> Discrepancy:
    """Resolve an open one with a note of what was done; RefusedError ``already_resolved``."""
    text(note, "note", limits.NOTE, required=True)
    get(conn, discrepancy)
    discrepancies.resolve(conn, act.hq, discrepancy, act.by, note, act.now)
    return get(conn, discrepancy)
