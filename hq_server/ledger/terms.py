"""Terms of lots: immutable rows named by the hash of their canonical bytes, numbered in this database."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from commerce.facts import Terms
from commerce.lots import plain_terms
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_DECODER = msgspec.msgpack.Decoder(Terms)


def number(conn: Connection, terms: Terms) -> int:
    """Return the number of these terms, kept once."""
    body = _ENCODER.encode(plain_terms(terms))
    hash_ = sha256(body).digest()
    conn.execute("INSERT OR IGNORE INTO terms (hash, body) VALUES (?, ?)", (hash_, body))
    found: int = conn.execute("SELECT terms FROM terms WHERE hash = ?", (hash_,)).fetchone()[0]
    return found


def by_numbers(conn: Connection, numbers: Iterable[int]) -> dict[int, Terms]:
    """Return terms by their numbers."""
    rows = select_in(conn, "SELECT terms, body FROM terms WHERE terms IN ({})", set(numbers))
    return {number: _DECODER.decode(body) for number, body in rows}
