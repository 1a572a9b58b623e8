"""The table ``products``: the catalogue as lists show it. Rows of the feed stay the truth; this is made of them."""

import msgspec

from commerce.catalogue import plain
from commerce.reference import CHAIN_FEED, ProductRow
from hq_server.storage.database import Connection

_DECODER = msgspec.msgpack.Decoder(ProductRow)
_MARK = "\x1f"  # between searched fields; no printable text contains it
_CHAIN = (CHAIN_FEED, "product:", "product;")


def enter(conn: Connection, row: ProductRow) -> None:
    """Write one product as lists show it; its brand is what its terms say last."""
    hay = _MARK.join(plain(text) for text in (row.item, row.pinyin, row.name, *row.barcodes))
    conn.execute(
        "INSERT OR REPLACE INTO products VALUES (?1, ?2, ?3, coalesce((SELECT brand FROM product_terms WHERE item = ?1"
        " ORDER BY from_day DESC LIMIT 1), ''), ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        (
            *(row.item, row.name, row.category, row.unit, row.price, row.kind, row.active, row.weighed),
            *(row.discountable, row.barcodes[0] if row.barcodes else "", row.picture, hay),
        ),
    )


def complete(conn: Connection) -> int:
    """Enter all products when some are missing, as after an upgrade; return how many were entered."""
    (kept,) = conn.execute("SELECT count(*) FROM reference WHERE feed = ? AND key > ? AND key < ?", _CHAIN).fetchone()
    if conn.execute("SELECT count(*) FROM products").fetchone() == (kept,):
        return 0
    conn.execute("DELETE FROM products")
    rows = conn.execute("SELECT body FROM reference WHERE feed = ? AND key > ? AND key < ?", _CHAIN).fetchall()
    for (body,) in rows:
        enter(conn, _DECODER.decode(body))
    return len(rows)
