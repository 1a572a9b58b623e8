"""A shop of its own for benchmarks: products, one member with value, one till with an open shift."""

import random
from dataclasses import dataclass
from pathlib import Path

from commerce.basket import add
from commerce.reference import ProductRow, SettingRow, TopUpRuleRow
from commerce.tender import Offer
from edge_node.ledger import incarnations, reference_local
from edge_node.ledger.node import Node, load_node
from edge_node.ledger.price_book import PriceBooks
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection, open_connection, transaction
from edge_node.storage.migrate import migrate
from edge_node.till import baskets, shifts
from edge_node.till.at import At
from edge_node.till.members import NewMember, register
from edge_node.till.top_up import TopUpOrder, top_up

NOW = 1_790_000_000_000
KEY = bytes(range(32))
STAFF = Staff("1001", "王芳", ("manager",))
GOODS = (("可口可乐", 350), ("红烧牛肉面", 550), ("清风纸巾", 350), ("拿铁咖啡", 1600))


@dataclass
class Shop:
    """One node's database and the ids it hands out."""

    conn: Connection
    node: Node
    books: PriceBooks
    dice: random.Random
    member: bytes = b""

    def at(self) -> At:
        """The till's context."""
        book = self.books.current(self.conn, self.node)
        return At(self.node, book, "t1", STAFF, NOW, lambda: self.dice.randbytes(16))

    def basket(self) -> bytes:
        """A basket of three lines for the member, as the cashier made it before pressing Pay."""
        with transaction(self.conn):
            at = self.at()
            made = baskets.create(self.conn, at)
            for _ in range(3):
                item = f"p{self.dice.randrange(1000)}"
                baskets.change(self.conn, at, made.id, lambda b, i=item: add(b, at.book.catalogue, i, 1000))
            baskets.set_member(self.conn, at, made.id, self.member)
        return made.id


def open_shop(path: Path, key: bytes | None, products: int = 1000, seed: int = 1) -> Shop:
    """Make a shop in a fresh file; without a key it lies there in plain."""
    conn = open_connection(path, key)
    migrate(conn)
    dice = random.Random(seed)
    ids = incarnations.StandaloneIds(*(dice.randbytes(16) for _ in range(4)))
    with transaction(conn):
        incarnations.start_standalone(conn, ids, dice.randbytes(32), NOW)
        node = load_node(conn, b"m" * 32)
        for n in range(products):
            name, price = GOODS[n % len(GOODS)]
            row = ProductRow(f"p{n}", f"{name} {n}", "杂货", "件", price)
            reference_local.write_row(conn, node, row, "1001", NOW)
        for setting in (SettingRow("points_rate", "[1, 100]"), SettingRow("rounding", '"none"')):
            reference_local.write_row(conn, node, setting, "1001", NOW)
        rule = TopUpRuleRow("r", "充值", 1, 100_000_000, bonus_per_mille=200)
        reference_local.write_row(conn, node, rule, "1001", NOW)
    shop = Shop(conn, node, PriceBooks(), dice)
    with transaction(conn):
        at = shop.at()
        shifts.open_shift(conn, at, "2026-09-21", 0)
        shop.member = register(conn, at, NewMember("王小明", "13800138000")).member
        top_up(conn, at, TopUpOrder(shop.member, 90_000_000, "r", (Offer("wechat", 90_000_000),)))
    return shop
