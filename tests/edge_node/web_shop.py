"""A real shop for the tests of the web room: SQLCipher file, seeded reference rows, aiohttp server on loopback."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from commerce.reference import ProductRow, SettingRow, StaffRow, TierRow, TopUpRuleRow
from edge_node.ledger import incarnations, reference_local
from edge_node.ledger.incarnations import Enrolment, StandaloneIds
from edge_node.ledger.node import Node, load_node
from edge_node.ledger.price_book import PriceBooks
from edge_node.storage.database import Database, open_connection, transaction
from edge_node.storage.migrate import migrate
from edge_node.web.ports import Deps, LinkStatus, Runtime
from edge_node.web.service import build_app

NOW = 1_763_800_000_000
DAY = "2025-11-22"
KEY = b"k" * 32
MEMBER_KEY = b"m" * 32
API = "/api/v1"
PINS = {"1001": "1357", "2001": "2468", "3001": "9753", "3002": "4321"}
"""1001 李芳 cashier, 2001 张伟 shift lead, 3001 陈静 manager, 3002 赵磊 manager with a first PIN."""
LEAD = {"staff": "2001", "pin": "2468"}

PRODUCTS = (
    ProductRow("naicha", "珍珠奶茶", "drinks", "杯", 1500, barcodes=("6901234567892",), levels=(("vip", 1300),)),
    ProductRow("jianfa", "剪发", "service", "次", 6800, kind="service"),
    ProductRow("pingguo", "红富士苹果", "fruit", "千克", 1290, weighed=True),
    ProductRow("shui1", "矿泉水", "drinks", "瓶", 200, barcodes=("6900000000014",)),
    ProductRow("shui2", "矿泉水(整箱价)", "drinks", "瓶", 180, barcodes=("6900000000014",)),
    ProductRow("jiuzhuan", "旧款杯子", "goods", "个", 990, active=False),
)


class Entropy:
    """Endless bytes from a seed."""

    def __init__(self, seed: str) -> None:
        self.seed = seed.encode()
        self.drawn = 0

    def __call__(self, size: int) -> bytes:
        """Return the next bytes."""
        self.drawn += 1
        return hashlib.shake_256(self.seed + self.drawn.to_bytes(8)).digest(size)


@cache
def _staff_row(number: str, name: str, roles: tuple[str, ...]) -> StaffRow:
    return reference_local.new_staff(number, name, roles, PINS[number], number.encode() * 4)


def seed(conn: Any, node: Node) -> None:
    """Write what a shop needs to sell."""
    first = _staff_row("3002", "赵磊", ("manager",))
    rows = (
        *PRODUCTS,
        TierRow("gold", "金卡", 2, discount_per_mille=100),
        TierRow("silver", "银卡", 1),
        TopUpRuleRow("big", "充500送100", 50_000, 1_000_000, bonus=10_000, points=50),
        SettingRow("points_rate", "[1,100]"),
        SettingRow("points_redeem", "[1,1,1,1000]"),
        SettingRow("free_discount_per_mille", "50"),
        _staff_row("1001", "李芳", ("cashier",)),
        _staff_row("2001", "张伟", ("shift_lead",)),
        _staff_row("3001", "陈静", ("manager",)),
        StaffRow(first.number, first.name, first.roles, first.pin_salt, first.pin_hash, must_change_pin=True),
    )
    for row in rows:
        reference_local.write_row(conn, node, row, "setup", NOW)


class WebShop:
    """One edge node's web room over a file; the ports are plain attributes that tests look at or replace."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time = NOW
        self.entropy = Entropy(str(path.name))
        self.commits = 0
        self.cancelled: list[tuple[int, int]] = []
        self.waited: list[tuple[int, int, int]] = []
        self.status = LinkStatus(connected=False, since=0)
        self.frame: Any = None
        self.keys: dict[str, int] = {}
        self.dress: Any = lambda deps: deps
        self.client: TestClient[Any, Any]
        self.database: Database
        self.node: Node
        self.deps: Deps

    async def open(self, *, fresh: bool) -> "WebShop":
        """Open the file (made and seeded when fresh) and serve."""
        self.database = await Database.open(self.path, KEY)
        await self.database.read(migrate)
        if fresh:
            await self.database.write(self._start)
        self.node = await self.database.read(load_node, MEMBER_KEY)
        self.deps = Deps(
            self.database,
            PriceBooks(),
            lambda: self.node,
            Runtime(lambda: self.time, self.entropy),
            b"d" * 32,
            committed=self._committed,
            wait_rights=self._wait,
            rights_cancelled=lambda no, n: self.cancelled.append((no, n)),
            witness_frame=lambda entry: self.frame(entry) if self.frame else None,
            link=lambda _now: self.status,
            version="0.1.0",
        )
        self.deps = self.dress(self.deps)
        self.client = TestClient(TestServer(build_app(self.deps)))
        await self.client.start_server()
        return self

    async def close(self) -> None:
        """Stop serving and close the file."""
        await self.client.close()
        await self.database.close()

    async def restart(self) -> None:
        """Stop and start again on the same file."""
        await self.close()
        await self.open(fresh=False)

    async def enrol(self) -> None:
        """Join a chain; reference rows stay."""
        ids = self.entropy
        joined = Enrolment(ids(16), self.node.node, "b001", ids(16), self.node.signing_key, MEMBER_KEY)
        await self.database.write(incarnations.enrol, joined, NOW)
        self.node = await self.database.read(load_node, MEMBER_KEY)
        self.deps.books.forget()

    async def wait_nothing(self, no: int, n: int, timeout_ms: int) -> None:
        """HQ does not answer in time."""

    def _start(self, conn: Any) -> None:
        ids = StandaloneIds(self.entropy(16), self.entropy(16), self.entropy(16), self.entropy(16))
        incarnations.start_standalone(conn, ids, b"s" * 32, NOW)
        seed(conn, load_node(conn, MEMBER_KEY))

    def _committed(self) -> None:
        self.commits += 1

    async def _wait(self, no: int, n: int, timeout_ms: int) -> None:
        self.waited.append((no, n, timeout_ms))
        await self.wait_nothing(no, n, timeout_ms)

    async def till(self, staff: str = "1001", name: str = "t1") -> "Till":
        """Sign in at a till."""
        body = {"staff": staff, "pin": PINS[staff], "till": name}
        response = await self.client.post(f"{API}/sign-in", json=body)
        answer = await response.json()
        assert response.status == 200, answer
        return Till(self, answer["token"], name)

    def direct(self, fn: Any, *args: Any) -> Any:
        """Run a function on a connection of its own, to look behind the API."""
        conn = open_connection(self.path, KEY)
        try:
            with transaction(conn):
                return fn(conn, *args)
        finally:
            conn.close()


class Till:
    """A signed-in screen: requests with its token, and a new key for each act."""

    def __init__(self, shop: WebShop, token: str, name: str) -> None:
        self.shop = shop
        self.token = token
        self.name = name

    def next_key(self) -> str:
        """Return the till's next key; signed in again, it goes on counting."""
        self.shop.keys[self.name] = self.shop.keys.get(self.name, 0) + 1
        return f"{self.name}-{self.shop.keys[self.name]}"

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, headers: Any = None
    ) -> tuple[int, Any]:
        """Send a request; return status and decoded answer."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if method != "GET":
            sent["Idempotency-Key"] = self.next_key() if key is None else key
        options = {"json": body} if body is not None else {}
        async with self.shop.client.request(method, f"{API}{path}", headers=sent, **options) as response:
            return response.status, await response.json()

    async def get(self, path: str) -> Any:
        """Read, and expect success."""
        status, answer = await self.ask("GET", path)
        assert status == 200, answer
        return answer

    async def do(self, where: str, body: Any = None) -> Any:
        """Act (``"POST /shift"``), expect success, return the result."""
        method, path = where.split(" ")
        status, answer = await self.ask(method, path, body)
        assert status == 200, answer
        return answer["result"]

    async def refused(self, where: str, body: Any = None) -> tuple[int, str, Any]:
        """Ask for something that is refused; return status, code and evidence."""
        method, path = where.split(" ")
        status, answer = await self.ask(method, path, body)
        assert status >= 400, answer
        assert answer["message"]
        return status, answer["code"], answer["evidence"]

    async def open_shift(self) -> None:
        """Open the till's shift with a float of 500.00."""
        await self.do("POST /shift", {"day": DAY, "float": 50_000})

    async def basket(self, *items: str, member: str | None = None) -> str:
        """Open a basket with one of each item; return its id."""
        made = await self.do("POST /baskets", {"member": member})
        for item in items:
            await self.do(f"POST /baskets/{made['basket']}/lines", {"item": item})
        return str(made["basket"])
