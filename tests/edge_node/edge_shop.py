"""A small tea shop in a real encrypted database, for the tests of the edge node's ledger and till."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from commerce.basket import add
from commerce.reference import ProductRow, SettingRow, StaffRow, TierRow, TopUpRuleRow
from commerce.tender import Offer
from edge_node.ledger import incarnations, reference_local
from edge_node.ledger.node import Node, load_node
from edge_node.ledger.price_book import PriceBooks
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection, open_connection, transaction
from edge_node.storage.migrate import migrate
from edge_node.till import baskets, checkout, members, shifts, top_up
from edge_node.till.at import At
from edge_node.till.checkout import Payment, SaleDone
from edge_node.till.members import NewMember
from edge_node.till.top_up import ToppedUp, TopUpOrder

DAY = "2026-03-01"
KEY = bytes(range(32))
MEMBER_KEY = b"m" * 32
CASHIER = Staff("101", "李娜", ("cashier",))
LEAD = Staff("201", "王强", ("shift_lead",))
MANAGER = Staff("301", "赵敏", ("manager",))

PRODUCTS = (
    ProductRow("tea", "珍珠奶茶", "饮品", "杯", 1500, barcodes=("6901234567892",)),
    ProductRow("cake", "红豆蛋糕", "糕点", "块", 2200, levels=(("vip", 2000),)),
    ProductRow("apple", "红富士苹果", "水果", "公斤", 1280, weighed=True),
    ProductRow("card", "购物卡套", "杂货", "个", 500, discountable=False, earns_points=False),
)
TIERS = (
    TierRow("normal", "普通会员", 0),
    TierRow("gold", "金卡会员", 1, discount_per_mille=100, points_per_mille=2000),
)
RULES = (
    TopUpRuleRow("r1000", "充1000送200", 100000, 100000, bonus=20000),
    TopUpRuleRow("r500", "充500送50和积分", 50000, 100000, bonus=5000, points=500, order="bonus_first"),
)
SETTINGS = (
    SettingRow("points_rate", "[1, 100]"),
    SettingRow("points_redeem", "[1, 1, 1, 1000]"),
    SettingRow("points_expiry", '["year_end", 2]'),
    SettingRow("rounding", '"jiao_down"'),
    SettingRow("default_tier", '"normal"'),
)


@dataclass
class Shop:
    """A branch with one till in the test's hands. ``now`` moves only when a test says so."""

    conn: Connection
    node: Node
    path: Path
    entropy: random.Random
    books: PriceBooks = field(default_factory=PriceBooks)
    now: int = 1_772_330_400_000
    till: str = "T1"

    def new_id(self) -> bytes:
        """Sixteen bytes of the seeded source."""
        return self.entropy.randbytes(16)

    def at(self, staff: Staff = CASHIER, till: str = "") -> At:
        """The context of an act, with the book as it is now."""
        book = self.books.current(self.conn, self.node)
        return At(self.node, book, till or self.till, staff, self.now, self.new_id)

    def write(self, fn, *args, **kwargs):
        """Run one function in one transaction."""
        with transaction(self.conn):
            return fn(self.conn, *args, **kwargs)

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Read rows."""
        return self.conn.execute(query, values).fetchall()

    def open(self, float_: int = 10000, day: str = DAY) -> bytes:
        """Open the shift."""
        return self.write(shifts.open_shift, self.at(), day, float_).shift.shift

    def register(self, name: str = "王小明", phone: str = "13800138000", **more: object) -> bytes:
        """Register a member."""
        return self.write(members.register, self.at(), NewMember(name, phone, **more)).member

    def top_up(self, member: bytes, amount: int = 100000, rule: str = "r1000") -> ToppedUp:
        """Top up in cash."""
        order = TopUpOrder(member, amount, rule, (Offer("cash", amount),))
        return self.write(top_up.top_up, self.at(), order)

    def basket(self, *items: tuple[str, int], member: bytes = b"") -> bytes:
        """Open a basket of (item, thousandths)."""
        stored = self.write(baskets.create, self.at())
        catalogue = self.at().book.catalogue
        for item, milli in items:
            self.write(baskets.change, self.at(), stored.id, lambda b, i=item, q=milli: add(b, catalogue, i, q))
        if member:
            self.write(baskets.set_member, self.at(), stored.id, member)
        return stored.id

    def sell(self, offers: list[Offer], *items: tuple[str, int], member: bytes = b"") -> SaleDone:
        """Sell items, one milk tea by default."""
        basket = self.basket(*(items or (("tea", 1000),)), member=member)
        return self.write(checkout.checkout, self.at(), basket, Payment(offers))


def open_shop(path: Path, seed: int = 1) -> Shop:
    """Make a standalone shop in an encrypted file, with products, tiers, rules and staff."""
    conn = open_connection(path, KEY)
    migrate(conn)
    entropy = random.Random(seed)
    ids = incarnations.StandaloneIds(*(entropy.randbytes(16) for _ in range(4)))
    with transaction(conn):
        incarnations.start_standalone(conn, ids, b"s" * 32, 1000)
        node = load_node(conn, MEMBER_KEY)
        rows = [*PRODUCTS, *TIERS, *RULES, *SETTINGS]
        rows += [StaffRow(who.number, who.name, who.roles, bytes(16), bytes(32)) for who in (CASHIER, LEAD, MANAGER)]
        for row in rows:
            reference_local.write_row(conn, node, row, "301", 1000)
    return Shop(conn, node, path, entropy)
