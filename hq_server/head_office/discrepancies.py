"""The queue of what does not add up, with its evidence; a person resolves by a new fact, never by editing history."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.values import text
from hq_server.ledger import discrepancies, inbox, incarnations
from hq_server.ledger.discrepancies import Discrepancy
from hq_server.storage.database import Connection
from sync_protocol.entry import decode_entry


class Line(NamedTuple):
    """One posting; a lot's account is named by the lot's id."""

    account: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The entry that a discrepancy is about, as its node wrote it; body None when it cannot be read."""

    kind: str
    at: int
    postings: list[Line]
    body: dict[str, Any] | None


def page(conn: Connection, state: str, after: int, limit: int) -> list[Discrepancy]:
    """Return discrepancies in one state, in the order in which they were opened."""
    return discrepancies.rows(conn, state, limit, after)


def get(conn: Connection, discrepancy: bytes) -> Discrepancy:
    """Return one; InputError ``unknown_discrepancy``."""
    return discrepancies.by_id(conn, discrepancy)


def evidence(conn: Connection, found: Discrepancy) -> Evidence | None:
    """Return the entry behind a discrepancy, None when it is about no entry of the kept log."""
    log = incarnations.by_id(conn, found.incarnation) if found.seq else None
    entries = inbox.read_entries(conn, log.no, found.seq, found.seq) if log else []
    if not entries:
        return None
    entry = decode_entry(entries[0])
    try:
        body = msgspec.msgpack.decode(entry.body, type=dict[str, Any])
    except msgspec.DecodeError:
        body = None
    postings = [Line(_account(posting.account), posting.unit, posting.amount) for posting in entry.postings]
    return Evidence(entry.kind, entry.at, postings, body)


def resolve(conn: Connection, act: Act, discrepancy: bytes, note: str) -> Discrepancy:
    """Resolve an open one with a note of what was done; RefusedError ``already_resolved``."""
    text(note, "note", limits.NOTE, required=True)
    discrepancies.resolve(conn, act.hq, discrepancy, act.by, note, act.now)
    return get(conn, discrepancy)


def _account(account: bytes | str) -> str:
    """A lot's account is named by the lot's id."""
    return f"lot:{account.hex()}" if isinstance(account, bytes) else account
