"""The signed code of a paper, read back: which act of which branch it names, and whether its word can be checked here.

A code only finds an act; what may still come back of it stands in the seller's log (docs/receipts.md).
"""

from typing import NamedTuple

from edge_node.errors import Code, MendInputError
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBook
from edge_node.storage.database import Connection
from sync_protocol import receipt
from sync_protocol.errors import StopError
from sync_protocol.receipt import Receipt
from sync_protocol.signed import load_public


class Paper(NamedTuple):
    """What a paper says: an act's kind and id, the branch that printed it, its business date and total (minor units).

    ``checked``: its signature was found right; else the key of a log that is no longer the branch's present one is not
    known here. ``here``: it names a sale in this node's own log.
    """

    kind: str
    id: bytes
    seller: str
    day: str
    total: int
    checked: bool
    here: bool


def read_code(conn: Connection, node: Node, book: PriceBook, text: str) -> Paper:
    """Read a code as scanned; MendInputError ``bad_receipt_code`` for another chain's, a forged or a broken one."""
    try:
        found = receipt.read(text)
        key = _key(conn, book, found)
        if key:
            receipt.verify(text, load_public(key))
    except StopError:
        raise MendInputError(Code.BAD_RECEIPT_CODE) from None
    ours = conn.execute("SELECT 1 FROM incarnations WHERE chain = ?", (found.chain,)).fetchone()
    if ours is None:
        raise MendInputError(Code.BAD_RECEIPT_CODE)
    here = conn.execute("SELECT 1 FROM sales WHERE sale = ?", (found.id,)).fetchone()
    seller = node.branch if here else found.branch
    return Paper(found.kind, found.id, seller, found.day, found.total, bool(key), here is not None)


def _key(conn: Connection, book: PriceBook, found: Receipt) -> bytes:
    """Return the public key of the log that a code names: this node's own, or as HQ's directory has it; b"" unknown."""
    row = conn.execute("SELECT signing_key FROM incarnations WHERE incarnation = ?", (found.incarnation,)).fetchone()
    if row is not None:
        return bytes(row[0])
    known = book.directory.get(found.branch)
    return known.signing_key if known is not None and known.incarnation == found.incarnation else b""
