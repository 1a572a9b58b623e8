"""Rights rows taken: HQ's totals for this very incarnation, and the sign that this box is an old copy of itself."""

from commerce.errors import RightsError
from commerce.moves import MONEY_ASSETS
from commerce.reference import RightsRow
from commerce.rights import take_row
from edge_node.ledger import bodies, link_state
from edge_node.ledger.commit import load_holdings
from edge_node.ledger.incarnations import stop_stored_value
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection
from sync_protocol.epoch import HqEpoch, acceptable

OLD_COPY = "old_copy"
"""Why stored value is stopped when HQ knows more of this node's spending than the node itself."""

_TOTAL_MAX = 2**53
_ORDERS = frozenset({"", "keep", "expire", "closing"})
_ID = 16
_ASSET_MAX = 64


def _is_sound(row: RightsRow) -> bool:
    """Whether entries of this node could ever name the lot and its figures; another row would stop the page."""
    return (
        0 <= row.granted <= _TOTAL_MAX
        and 0 <= row.order_amount <= _TOTAL_MAX
        and row.gone_known >= 0
        and row.order in _ORDERS
        and len(row.lot) == _ID
        and 0 < len(row.asset) <= _ASSET_MAX
        and len(row.issuer) <= _ASSET_MAX
    )


def take(conn: Connection, node: Node, row: RightsRow, body: bytes) -> bool:
    """Take a row if it is meant for this incarnation and not of an older HQ epoch; tell whether it was.

    The larger total stays. A row that knows of more `gone` than this node has written stops stored value here.
    """
    seen = link_state.epoch(conn)
    offered = HqEpoch(row.epoch, row.epoch_id)
    if row.incarnation != node.incarnation or not acceptable(seen, offered):
        return False
    if not _is_sound(row):
        return False
    holding = load_holdings(conn, node.no, {row.lot})[row.lot]
    try:
        take_row(holding, row.granted, row.gone_known)
    except RightsError:
        stop_stored_value(conn, node.no, OLD_COPY)
        return False
    conn.execute(
        "INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (lot) DO UPDATE SET"
        " owner = excluded.owner, expires_on = excluded.expires_on",
        (
            row.lot,
            row.owner,
            row.owner_kind,
            row.asset,
            row.issuer,
            row.opened_on,
            row.expires_on,
            row.pair,
            bodies.encode(row.terms),
        ),
    )
    # Money that was paid never expires (art. 24): such an order is a mistake, and may not stop the page either.
    order = "" if row.order == "expire" and row.asset in MONEY_ASSETS else row.order
    conn.execute(
        "INSERT INTO rights VALUES (?, ?, ?, 0, 0, ?, ?, ?) ON CONFLICT (lot, no) DO UPDATE SET"
        " granted = excluded.granted, order_kind = excluded.order_kind, order_amount = excluded.order_amount,"
        " row = excluded.row",
        (row.lot, node.no, holding.granted, order, row.order_amount, body),
    )
    return True
