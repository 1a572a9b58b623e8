"""Sales: where their entries lie, and what remains of those of which something came back."""

from typing import NamedTuple

import msgspec

from commerce.clearing import Cleared
from commerce.facts import Sale
from commerce.refund import Sold
from hq_server.errors import Code, InputError
from hq_server.ledger import inbox
from hq_server.storage.database import Connection
from sync_protocol.entry import decode_entry
from sync_protocol.errors import ProtocolError


class SpentLot(NamedTuple):
    """How far one lot's payment in one sale was taken back, and what of its clearing still stands."""

    lot: bytes
    paid: int
    refunded: int
    cleared: Cleared


class Remains(NamedTuple):
    """What remains of a sale of which something came back: goods by `sold`, clearing by `lots`."""

    sold: Sold | None
    lots: tuple[SpentLot, ...]


class Where(NamedTuple):
    """Where a sale's entry lies. `hash` b"": in the kept log; else among the evidence."""

    no: int
    seq: int
    hash: bytes


_REMAINS = msgspec.msgpack.Decoder(Remains)
_SALE = msgspec.msgpack.Decoder(Sale)


def decode_remains(data: bytes) -> Remains:
    """Read the column ``remains``."""
    return _REMAINS.decode(data)


def entry(conn: Connection, where: Where) -> bytes | None:
    """Return a sale's entry, verified when it is evidence; None when it is not held."""
    if where.hash:
        return inbox.evidence_entry(conn, *where)
    return inbox.entry(conn, where.no, where.seq)


def body(conn: Connection, sale: bytes) -> Sale | None:
    """Return a whole sale for drill-down; None when its body cannot be read. InputError ``unknown_sale``."""
    row = conn.execute("SELECT no, seq, hash FROM sales WHERE sale = ?", (sale,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_SALE, sale=sale.hex())
    data = entry(conn, Where(*row))
    try:
        return _SALE.decode(decode_entry(data, balanced=False).body) if data else None
    except (msgspec.DecodeError, ProtocolError):
        return None


def remaining(conn: Connection, sale: bytes) -> Sold | None:
    """Return what remains of a sale of which something came back; None: nothing did, or it is not known."""
    row = conn.execute("SELECT remains FROM sales WHERE sale = ?", (sale,)).fetchone()
    return decode_remains(row[0]).sold if row and row[0] is not None else None
