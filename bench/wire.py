"""Bytes on the wire per sale: all messages, both ways, of a real branch and a real HQ over the line in memory.

Every sale has three lines out of 2,000 products. *stored value*: of a member, paid from stored value, points earned:
the dearest kind, for HQ answers it with the members' new balances; the members of 600 sales are drawn out of 400 (each
comes twice on the average), or each sale is of another one. *cash*: walk-ins. *live*: each sale is carried before the
next. *catching up*: an outage of 600 sales, then everything in one go, the handshake included.

Counted are the protocol's messages as handed to the WebSocket. Its own framing and TLS add about 30 bytes a message.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.harness import Figure, report
from commerce.basket import add
from commerce.reference import ProductRow, SettingRow, TopUpRuleRow
from commerce.tender import CASH, STORED_VALUE, Offer
from edge_node.storage.database import transaction
from edge_node.till import baskets, checkout
from hq_server.head_office import catalogue
from hq_server.head_office.act import Act
from stayopen.replay.branch import Branch
from stayopen.replay.chain import Chain, Entropy
from sync_protocol.frames import FrameSealer

SALES, LIVE_SALES, MEMBERS, REGULARS, PRODUCTS, LINES = 600, 200, 600, 400, 2_000, 3
START, DAY = 1_796_000_000_000, "2026-11-29"
SALE_EVERY_MS = 30_000
TOP_UP = 50_000
NAMES = ("农夫山泉", "康师傅红烧牛肉面", "清风抽纸", "伊利纯牛奶", "乐事薯片", "海天酱油", "晨光中性笔", "蓝月亮洗衣液")
SIZES = ("小", "中", "大", "原味", "家庭装", "250ml", "500ml", "1.5kg")
KINDS = {
    1: "hello", 2: "ready", 3: "batch", 4: "profiles", 5: "request", 6: "cancel", 7: "feed_at", 8: "ping",
    33: "welcome", 34: "ack", 35: "profiles_done", 36: "page", 37: "answer", 38: "closed", 39: "retry", 40: "pong",
    41: "page", 48: "error",
}  # fmt: skip


Work = Callable[[list[bytes]], None]


@dataclass
class Count:
    """Sealed bytes and messages by kind."""

    size: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)


@contextmanager
def counting():
    """Count what any session seals: a message is an array that begins with its tag."""
    count, seal = Count(), FrameSealer.seal

    def counted(self: FrameSealer, plaintext: bytes, *, last: bool = False) -> Any:
        frame = seal(self, plaintext, last=last)
        kind = KINDS[plaintext[1]]
        count.size[kind] += len(frame.wire)
        count.messages[kind] += 1
        return frame

    FrameSealer.seal = counted
    try:
        yield count
    finally:
        FrameSealer.seal = seal


class Shop:
    """One chain of one branch, its members, and the time."""

    def __init__(self, folder: Path, tender: str) -> None:
        self.dice = random.Random(5)
        self.now = START
        self.tender = tender
        self.chain = Chain(folder, Entropy(1), START)
        self._stock()
        self.branch: Branch = self.chain.open_branch("b001", self.now)
        self.chain.connect("b001", self.now)
        self.branch.open_day(DAY, self.now)
        self.members = [self._member(n) for n in range(MEMBERS)] if tender == STORED_VALUE else [b""]

    def _stock(self) -> None:
        rows = [
            ProductRow(
                f"{10_001 + n}", f"{NAMES[n % 8]} {SIZES[n // 8 % 8]} {n // 64 + 1}", "食品", "件", 150 + n * 37 % 3000
            )
            for n in range(PRODUCTS)
        ]
        settings = [SettingRow("rounding", '"none"'), SettingRow("points_rate", "[1, 100]")]
        rule = TopUpRuleRow("r1", "充 100 送 5", 10_000, 10_000_000, bonus_per_mille=50)
        with transaction(self.chain.conn):
            catalogue.put_all(self.chain.conn, Act(self.chain.hq, "bench", self.now), "", [*rows, *settings, rule])
            self.chain.core.changed(self.chain.conn, self.now)

    def _member(self, n: int) -> bytes:
        """A member who came before: registered, topped up, one sale."""
        member = self.branch.register(n, self.now)
        self.exchange()
        self.branch.top_up(member, TOP_UP, self.now)
        self.exchange()
        self.sell(member)
        self.exchange()
        return member

    def exchange(self) -> None:
        """Let time pass and both ends speak until they are silent."""
        self.now += SALE_EVERY_MS
        self.chain.exchange({"b001"}, self.now)

    def sell(self, member: bytes) -> None:
        """One sale of three lines."""
        self.now += SALE_EVERY_MS
        with transaction(self.branch.conn):
            at = self.branch._at(self.now)
            basket = baskets.create(self.branch.conn, at).id
            for _ in range(LINES):
                item = f"{10_001 + self.dice.randrange(PRODUCTS)}"
                baskets.change(self.branch.conn, at, basket, lambda b, i=item: add(b, at.book.catalogue, i, 1000))
            if member:
                baskets.set_member(self.branch.conn, at, basket, member)
            total = baskets.priced(at.book, baskets.get(self.branch.conn, basket).basket, None, "").total
            checkout.checkout(self.branch.conn, at, basket, checkout.Payment((Offer(self.tender, total),)))

    def drawn(self, count: int) -> list[bytes]:
        """The members of so many sales: drawn out of the regulars."""
        return [self.dice.choice(self.members[:REGULARS]) for _ in range(count)]

    def live(self, members: list[bytes]) -> None:
        """Sales with the line up."""
        for member in members:
            self.sell(member)
            self.exchange()

    def catch_up(self, members: list[bytes]) -> None:
        """An outage, and the line's return."""
        self.chain.disconnect("b001")
        for member in members:
            self.sell(member)
        self.chain.connect("b001", self.now)
        self.exchange()


def figure(name: str, shop: Shop, work: Work, members: list[bytes], target: int | None = None) -> Figure:
    """Run and count."""
    up, down = shop.chain.traffic.up, shop.chain.traffic.down
    with counting() as count:
        work(members)
    up, down = shop.chain.traffic.up - up, shop.chain.traffic.down - down
    sales = len(members)
    parts = {kind: round(size / sales, 1) for kind, size in count.size.most_common()}
    parts["handshake"] = round((up + down - sum(count.size.values())) / sales, 1)
    details = {
        "up": round(up / sales, 1), "down": round(down / sales, 1), "parts": parts,
        "messages": dict(count.messages), "sales": sales, "members": len(set(members)),
    }  # fmt: skip
    return Figure(f"wire, {name}", round((up + down) / sales), "bytes a sale", at_most=target, details=details)


def main() -> list[Figure]:
    """Measure both tenders, live and catching up."""
    found = []
    with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
        shop = Shop(Path(folder), STORED_VALUE)
        found += [
            figure("live, stored value", shop, shop.live, shop.drawn(LIVE_SALES)),
            figure("catching up, stored value", shop, shop.catch_up, shop.drawn(SALES), 250),
            figure("catching up, stored value, each of another member", shop, shop.catch_up, shop.members, 250),
        ]
    with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
        shop = Shop(Path(folder), CASH)
        found += [
            figure("live, cash", shop, shop.live, [b""] * LIVE_SALES),
            figure("catching up, cash", shop, shop.catch_up, [b""] * SALES, 250),
        ]
    return found


if __name__ == "__main__":
    report(main())
