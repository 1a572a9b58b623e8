r"""A first start's own reference rows: a manager with a one-time PIN, or what a seed file brings.

{"products": [{"item": "tea", "name": "珍珠奶茶", "category": "饮品", "unit": "杯", "price": 1500}],
 "tiers": [], "top_up_rules": [], "settings": [{"name": "rounding", "value": "\"jiao_down\""}],
 "staff": [{"number": "101", "name": "李娜", "roles": ["cashier"], "pin": "246810"}]}
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from commerce.promotions.row import PromotionRow
from commerce.reference import ProductRow, SettingRow, TierRow, TopUpRuleRow, branch_feed
from edge_node.config import ConfigError
from edge_node.ledger import bodies, reference_local
from edge_node.ledger.node import Node
from edge_node.ledger.reference_local import LocalRow
from edge_node.storage.database import Connection

MANAGER = "1001"
"""Staff number of the manager that a first start makes."""
_NAME = "店长"
_BY = "seed"
_PIN_DIGITS = 6


class FirstManager(NamedTuple):
    """Who may sign in to a new shop, once, to set a PIN of their own."""

    number: str
    pin: str


class SeedStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One member of staff; the PIN is hashed at once and not kept."""

    number: str
    name: str
    roles: tuple[str, ...]
    pin: str


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new shop begins with."""

    products: tuple[ProductRow, ...] = ()
    tiers: tuple[TierRow, ...] = ()
    top_up_rules: tuple[TopUpRuleRow, ...] = ()
    promotions: tuple[PromotionRow, ...] = ()
    settings: tuple[SettingRow, ...] = ()
    staff: tuple[SeedStaff, ...] = ()


def read_seed(path: Path) -> Seed:
    """Read a seed file; ConfigError names what is wrong with it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Seed)
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise ConfigError(message) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from None


def plant(conn: Connection, node: Node, seed: Seed, now: int, random_bytes: Callable[[int], bytes]) -> None:
    """Write a seed's rows as a manager would: checked, each with its audit fact."""
    rows: list[LocalRow] = [*seed.products, *seed.tiers, *seed.top_up_rules, *seed.promotions, *seed.settings]
    for row in rows:
        reference_local.write_row(conn, node, row, _BY, now)
    for who in seed.staff:
        staff = reference_local.new_staff(who.number, who.name, who.roles, who.pin, random_bytes(16))
        reference_local.write_row(conn, node, staff, _BY, now)


def first_manager(
    conn: Connection, node: Node, random_bytes: Callable[[int], bytes], random_below: Callable[[int], int]
) -> FirstManager:
    """Make the first manager, who must change the PIN at the first sign-in.

    No audit fact: nobody acted, and a log with nothing but its opening is no history that a chain would have to adopt.
    """
    pin = f"{random_below(10**_PIN_DIGITS):0{_PIN_DIGITS}d}"
    row = reference_local.new_staff(MANAGER, _NAME, ("manager",), pin, random_bytes(16))
    conn.execute(
        "INSERT OR REPLACE INTO reference VALUES (?, ?, 0, ?)",
        (branch_feed(node.branch), f"staff:{MANAGER}", bodies.encode(replace(row, must_change_pin=True))),
    )
    return FirstManager(MANAGER, pin)
