"""Rows and pages as HQ would send them, for the tests of apply."""

from edge_shop import Shop

from commerce.facts import Terms
from commerce.reference import RightsRow
from edge_node.ledger import bodies
from edge_node.ledger.apply import Applied, apply_page, positions
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import Page, Row

EPOCH = HqEpoch(1, b"e" * 16)
LOT = b"L" * 16


def rights_row(shop: Shop, owner: bytes, **changed: object) -> RightsRow:
    """A grant of 300.00 principal of branch b002 to this incarnation, changed as asked."""
    values: dict[str, object] = {
        "lot": LOT,
        "incarnation": shop.node.incarnation,
        "granted": 30000,
        "gone_known": 0,
        "order": "",
        "order_amount": 0,
        "epoch": EPOCH.n,
        "epoch_id": EPOCH.id,
        "owner": owner,
        "owner_kind": "member",
        "asset": "principal",
        "issuer": "b002",
        "opened_on": "2026-02-01",
        "expires_on": "",
        "pair": b"",
        "terms": Terms(paid=100000),
        "mac": b"m" * 32,
    }
    return RightsRow(**{**values, **changed})


def key_of(row: RightsRow) -> str:
    """Key of a rights row in its feed."""
    return f"rights:{row.lot.hex()}:{row.incarnation.hex()}"


def send(shop: Shop, feed: str, *rows: tuple[str, object], start: int | None = None) -> Applied:
    """Send one page of rows (key, body or None) from the position reached on."""
    known = positions(shop.conn).get(feed)
    begin = start if start is not None else (known.position if known else 0)
    made = tuple(
        Row(key, begin + n + 1, None if body is None else bodies.encode(body)) for n, (key, body) in enumerate(rows)
    )
    page = Page(feed=feed, lineage=EPOCH, start=begin, end=begin + len(rows), rows=made)
    applied = shop.write(apply_page, shop.node, page, shop.now, shop.new_id)
    shop.books.forget()
    return applied


def grant(shop: Shop, owner: bytes, **changed: object) -> Applied:
    """Send one rights row to the branch's feed."""
    row = rights_row(shop, owner, **changed)
    return send(shop, f"branch:{shop.node.branch}", (key_of(row), row))
