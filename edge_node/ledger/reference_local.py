"""Reference rows written on the spot while the node stands alone: a single shop needs no HQ to have products and staff.

They lie where HQ's rows would lie, with version 0. Once the node has joined a chain HQ manages them, and HQ's first row
of a kind replaces all local rows of that kind (``apply``).
"""

from dataclasses import replace

from commerce.card_ranges import check_card_range
from commerce.catalogue import check_product
from commerce.checks import check_code, check_per_mille, check_text
from commerce.errors import InputError
from commerce.facts import Audit, Fact
from commerce.pictures import check_picture
from commerce.plans.check import check_plan
from commerce.plans.row import PlanRow
from commerce.promotions.check import check_promotion
from commerce.promotions.row import PromotionRow
from commerce.reference import (
    CHAIN_FEED,
    CardRangeRow,
    PictureRow,
    ProductRow,
    SettingRow,
    StaffRow,
    TierRow,
    TopUpRuleRow,
    branch_feed,
)
from commerce.top_up import check_rule
from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError
from edge_node.ledger import bodies, names, settings
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.node import Node
from edge_node.ledger.sign_ins import Staff, pin_digest
from edge_node.storage.database import Connection

LocalRow = (
    ProductRow | TierRow | TopUpRuleRow | PromotionRow | PlanRow | PictureRow | CardRangeRow | SettingRow | StaffRow
)

ROLES = ("cashier", "shift_lead", "manager")


def write_row(conn: Connection, node: Node, row: LocalRow, by: str, now: int) -> Committed:
    """Check and write one row, with an audit fact that bears its hash; forget the price book after the commit.

    AskPersonError ``managed_by_hq`` once the node has joined a chain.
    """
    if not node.standalone:
        raise AskPersonError(Code.MANAGED_BY_HQ)
    feed, key, checked = _placed(node, row)
    body = bodies.encode(checked)
    conn.execute("INSERT OR REPLACE INTO reference VALUES (?, ?, 0, ?)", (feed, key, body))
    fact = Fact("audit", Audit("reference", key, by, "", "", bodies.digest(body)))
    return commit(conn, node, fact, now)


def remove_row(conn: Connection, node: Node, key: str, by: str, now: int) -> Committed:
    """Remove a row by its key (``product:…``); what is not there is removed already."""
    if not node.standalone:
        raise AskPersonError(Code.MANAGED_BY_HQ)
    conn.execute("DELETE FROM reference WHERE key = ? AND version = 0", (key,))
    fact = Fact("audit", Audit("reference_removed", check_text(key, "key"), by, "", "", b""))
    return commit(conn, node, fact, now)


def new_staff(number: str, name: str, roles: tuple[str, ...], pin: str, salt: bytes) -> StaffRow:
    """Make a staff row out of a PIN (50 ms of scrypt: off the database thread); `salt`: 16 fresh random bytes."""
    low, high = limits.PIN
    if not (low <= len(pin) <= high and pin.isascii() and pin.isdigit()):
        raise MendInputError(Code.BAD_PIN, low=low, high=high)
    return StaffRow(number, name, roles, salt, pin_digest(pin, salt))


def change_pin(conn: Connection, node: Node, who: Staff, changed: StaffRow, now: int) -> Committed:
    """Write a staff member's own new PIN (`changed` from ``new_staff``); name and roles stay as they are."""
    row = StaffRow(who.number, who.name, who.roles, changed.pin_salt, changed.pin_hash)
    return write_row(conn, node, row, who.number, now)


def rows(conn: Connection, kind: str) -> tuple[object, ...]:
    """List the decoded rows of a kind, by key."""
    found = conn.execute(
        "SELECT key, body FROM reference WHERE key >= ? AND key < ? ORDER BY key", (f"{kind}:", f"{kind};")
    )
    return tuple(bodies.decode_row(key, body) for key, body in found.fetchall())


def _placed(node: Node, row: LocalRow) -> tuple[str, str, LocalRow]:
    """Return (feed, key, checked row)."""
    match row:
        case ProductRow():
            checked = check_product(row)
            initials = checked.pinyin or next(iter(names.initials(checked.name)), "")
            return CHAIN_FEED, f"product:{row.item}", replace(checked, pinyin=initials[: limits.NAME])
        case TierRow():
            check_code(row.code, "tier")
            check_text(row.name, "name", required=True)
            check_per_mille(row.discount_per_mille, "discount_per_mille")
            return CHAIN_FEED, f"tier:{row.code}", row
        case TopUpRuleRow():
            check_code(row.code, "rule")
            return CHAIN_FEED, f"top_up_rule:{row.code}", check_rule(row)
        case PromotionRow():
            return CHAIN_FEED, f"promotion:{row.code}", check_promotion(row)
        case PlanRow():
            return CHAIN_FEED, f"plan:{row.code}", check_plan(row)
        case PictureRow():
            return CHAIN_FEED, f"picture:{row.hash}", check_picture(row)
        case SettingRow():
            if settings.parse_one(settings.DEFAULTS, row.name, row.value) is None:
                raise InputError("bad_setting", name=row.name[:32])
            return CHAIN_FEED, f"setting:{row.name}", row
        case CardRangeRow():
            return branch_feed(node.branch), f"card_range:{node.branch}", check_card_range(row)
        case StaffRow():
            check_code(row.number, "staff")
            check_text(row.name, "name", limits.NAME, required=True)
            if not row.roles or not set(row.roles) <= set(ROLES) or len(row.number) > limits.STAFF_NUMBER:
                raise MendInputError(Code.BAD_REQUEST, field="roles")
            return branch_feed(node.branch), f"staff:{row.number}", row
