"""From entry to fact, whole: envelope, body, and where HQ applied it.

As tolerant as stage 2 (``reconcile.reading``) and never stricter with the envelope; what cannot be read is said by
``problem`` and listed without figures. What stage 2 parked is parked here too (``quarantine``).
"""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import msgspec

from commerce.facts import body_type
from hq_server.ledger import inbox, own_log
from hq_server.storage.database import Connection
from sync_protocol.limits import ID, MAX_NUMBER

ENTRY, BODY, TOO_MUCH, FIGURES = "entry", "body", "too_much", "figures"
"""Why a fact is not counted: the first three as stage 2 found it; ``figures``: beyond ``limits.FIGURE_MAX``."""

_VERSION = 1
_Number = Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)]


class Moved(NamedTuple):
    """A move of an entry."""

    lot: Annotated[bytes, msgspec.Meta(min_length=ID, max_length=ID)]
    reason: Annotated[int, msgspec.Meta(ge=0, le=255)]
    amount: _Number
    counter: int
    ref: bytes = b""


class Envelope(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An entry without its postings, which no list tells."""

    seq: int
    at: _Number
    kind: str
    version: int
    moves: tuple[Moved, ...]
    postings: msgspec.Raw
    body: bytes


class Run(NamedTuple):
    """A row of ``applied``: entries of one log that were applied together."""

    run: int
    no: int
    first: int
    last: int
    arrival: int
    at: int


class Told(NamedTuple):
    """One applied entry. ``n``: which in the order of application; ``applied_at``: ms by HQ's clock.

    ``hash`` is b"" for entries of the kept log, as in the table ``sales``.
    """

    n: int
    no: int
    branch: str
    seq: int
    hash: bytes
    applied_at: int
    envelope: Envelope | None
    body: Any
    problem: str


class _Act(msgspec.Struct, frozen=True):
    """The one field that tells bodies of a kind apart."""

    act: str = ""


_ENVELOPE = msgspec.msgpack.Decoder(Envelope)
_ACT = msgspec.msgpack.Decoder(_Act)
_DECODERS: dict[type, Callable[[bytes], Any]] = {}
_UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)


def read(data: bytes, problem: str = "") -> tuple[Envelope | None, Any, str]:
    """Read an entry: envelope, body, problem. `problem`: what stage 2 said of it."""
    try:
        envelope = _ENVELOPE.decode(data)
    except _UNREADABLE:
        return None, None, ENTRY
    if problem:
        return envelope, None, problem
    try:
        return envelope, _body(envelope), ""
    except _UNREADABLE:
        return envelope, None, BODY


def _body(envelope: Envelope) -> Any:  # noqa: ANN401  a body of any kind, None when opaque
    """Decode the body of a known kind and version."""
    if envelope.version != _VERSION:
        return None
    act = "" if envelope.kind == "sale" else _ACT.decode(envelope.body).act
    bodies = body_type(envelope.kind, act)
    if bodies is None:
        return None
    if bodies not in _DECODERS:
        _DECODERS[bodies] = msgspec.msgpack.Decoder(bodies).decode
    return _DECODERS[bodies](envelope.body)


def tell(conn: Connection, run: Run, branch: str, before: int) -> list[Told]:
    """Read the entries of a run; `before`: how many entries were applied before it."""
    parked: dict[tuple[int, bytes], str] = {
        (seq, hash_): code
        for seq, hash_, code in conn.execute(
            "SELECT seq, hash, code FROM quarantine WHERE no = ? AND seq BETWEEN ? AND ?", (run.no, run.first, run.last)
        )
    }
    told = []
    for n, (seq, hash_, data) in enumerate(_entries(conn, run), before + 1):
        envelope, body, problem = read(data, parked.get((seq, hash_), ""))
        told.append(Told(n, run.no, branch, seq, hash_, run.at, envelope, body, problem))
    return told


def _entries(conn: Connection, run: Run) -> list[tuple[int, bytes, bytes]]:
    """Return (seq, hash of evidence, entry) of a run, from where its entries lie."""
    if not run.arrival:
        entries = own_log.entries(conn, run.no, run.first, run.last)
        return [(seq, b"", entry) for seq, entry in enumerate(entries, run.first)]
    row = inbox.by_arrival(conn, run.arrival)
    assert row is not None  # batches are never dropped
    if row.kind == inbox.LOG:
        entries = inbox.unpacked(row)[run.first - row.first_seq : run.last + 1 - row.first_seq]
        return [(seq, b"", entry) for seq, entry in enumerate(entries, run.first)]
    batch = inbox.opened(conn, row)
    low = run.first - batch.header.first
    found = range(low, run.last + 1 - batch.header.first)
    return [(batch.header.first + place, batch.hashes[place], batch.entries[place]) for place in found]
