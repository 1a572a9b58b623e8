"""Training mode is the real program over a world in which nothing is real: the shop's own database is only read."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from web_shop import LEAD, PINS, WebShop
from web_shop import Till as RealTill

from edge_node import limits
from edge_node.runtime import Runtime
from edge_node.storage.database import open_connection
from edge_node.training import Training

BASE = "/training/api/v1"
CASH = [{"tender": "cash", "amount": 20_000}]


class Practice:
    """A shop with a training world, and the tills of that world."""

    def __init__(self, shop: WebShop, folder: Path) -> None:
        self.shop = shop
        self.path = folder / "training.db"
        self.ticks = 0
        self.training: Training
        self.keys: dict[str, int] = {}

    def dress(self, deps: Any) -> Any:
        """Give the shop's API the way into the world, as the app does."""
        run = Runtime(lambda: self.shop.time, lambda: self.ticks, self.shop.entropy)
        self.training = Training(self.path, run, deps)
        return replace(deps, training_world=self.training)

    @property
    def client(self) -> "Practice":
        """What ``web_shop.Till`` sends its requests by: this world's paths in place of the real ones."""
        return self

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Send a till's request to the training world."""
        return self.shop.client.request(method, f"/training{path}", **options)

    async def sign_in(self, staff: str, pin: str, name: str = "t1") -> tuple[int, Any]:
        """Try to sign in."""
        async with self.shop.client.post(
            f"{BASE}/sign-in", json={"staff": staff, "pin": pin, "till": name}
        ) as response:
            return response.status, await response.json()

    async def till(self, staff: str = "1001", name: str = "t1") -> RealTill:
        """Sign in at a till of the training world."""
        status, answer = await self.sign_in(staff, PINS[staff], name)
        assert status == 200, answer
        return RealTill(self, answer["token"], name)  # type: ignore[arg-type]


@pytest.fixture
async def practice(web: WebShop, tmp_path: Path):
    """A real shop in which one may practise."""
    made = Practice(web, tmp_path)
    web.dress = made.dress
    await web.restart()
    yield made
    await made.training.close()


def everything(web: WebShop) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of the real database."""

    def dump(conn: Any) -> dict[str, list[tuple[Any, ...]]]:
        names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(conn.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}

    return web.direct(dump)


async def day(till: RealTill) -> dict[str, Any]:
    """Work a whole shift: open it, sell to a member, top up, refund with approval, close; return what was sold."""
    await till.open_shift()
    (member,) = (await till.get("/members?q=13800000001"))["members"]
    await till.do(f"POST /members/{member['member']}/top-ups", {"amount": 20_000, "tenders": CASH})
    basket = await till.basket("naicha", "jianfa", member=member["member"])
    total = (await till.get(f"/baskets/{basket}"))["total"]
    half = [{"tender": "cash", "amount": total - 1000}, {"tender": "stored_value", "amount": 1000}]
    sale = await till.do(f"POST /baskets/{basket}/checkout", {"tenders": half})
    back = {"lines": [{"line": 0, "milli_qty": 1000}], "reason": "演练退货", "approval": LEAD}
    await till.do(f"POST /sales/{sale['sale']}/refund", back)
    await till.do("POST /shift/count", {"cash": [{"denomination": 100, "pieces": 1}]})
    await till.do("POST /shift/close", {"reason": "演练", "approval": LEAD})
    return sale


async def test_nothing_real_is_written(practice: Practice):
    """A training shift with sale, top-up and refund leaves every row of the real database as it was."""
    web = practice.shop
    before, commits = everything(web), web.commits
    heard: list[str] = []
    web.deps.notices.listen(lambda notice: heard.append(notice.kind))
    till = await practice.till()
    sale = await day(till)
    assert (await till.get("/sales"))["sales"][0]["sale"] == sale["sale"]
    assert everything(web) == before
    assert (web.commits, heard) == (commits, [])
    assert len(before) > 20
    real = await web.till()
    assert (await real.refused(f"GET /sales/{sale['sale']}"))[1] == "unknown_sale"


async def test_the_world_looks_like_the_shop_and_says_that_it_is_none(practice: Practice):
    """Goods, staff and settings are the shop's; papers and screens are marked, and nothing waits for a printer."""
    till = await practice.till()
    told = await till.get("/till")
    assert (told["training"], told["standalone"]) == (True, True)
    assert told["chain_name"].startswith("【演练】")
    assert [row["number"] for row in (await till.get("/attendants"))["attendants"]] == ["1001", "2001", "3001", "3002"]
    assert (await till.get("/products/naicha"))["price"] == 1500
    names = {row["name"] for q in ("13800000001", "88000002") for row in (await till.get(f"/members?q={q}"))["members"]}
    assert names == {"演练会员一", "演练会员二"}
    sale = await day(till)
    paper = "\n".join((await till.get(f"/sales/{sale['sale']}/paper"))["lines"])
    assert "【演练】" in paper
    assert "TRAINING: NOT A RECEIPT" in paper
    assert (await till.get("/health"))["print_jobs_waiting"] == 0
    assert (await till.get("/print-jobs"))["jobs"] == []
    async with practice.shop.client.get("/api/v1/health") as response:
        assert (await response.json())["seq"] != (await till.get("/health"))["seq"]


async def test_one_worlds_token_opens_nothing_in_the_other(practice: Practice):
    """Who is signed in to practise is nobody in the shop, and the other way round; notices stay in their world."""
    web = practice.shop
    trainee, real = await practice.till(), await web.till()
    for base, token in (("/api/v1", trainee.token), (BASE, real.token)):
        headers = {"Authorization": f"Bearer {token}"}
        async with web.client.get(f"{base}/me", headers=headers) as response:
            assert response.status == 401
        async with web.client.ws_connect(f"{base}/notices") as socket:
            await socket.send_json({"token": token})
            assert (await socket.receive()).data == 4401
    async with web.client.ws_connect(f"{BASE}/notices") as socket:
        await socket.send_json({"token": trainee.token})
        assert (await socket.receive_json())["kind"] == "hello"
        await trainee.basket("naicha")
        assert (await socket.receive_json())["kind"] == "customer"


async def test_nobody_gets_in_without_the_real_pin(practice: Practice):
    """A wrong PIN is counted by the shop, wherever it is typed; no world is made, and until then nothing is there."""
    web = practice.shop
    for _ in range(4):
        assert (await practice.sign_in("2001", "0000"))[1]["code"] == "sign_in_refused"
    assert (await practice.sign_in("2001", "2468"))[1]["code"] == "pin_locked"
    async with web.client.post("/api/v1/sign-in", json={"staff": "2001", "pin": "2468", "till": "t1"}) as response:
        assert (await response.json())["code"] == "pin_locked"
    async with web.client.get(f"{BASE}/me", headers={"Authorization": "Bearer x"}) as response:
        assert response.status == 401
    async with web.client.get(f"{BASE}/health") as response:
        assert (await response.json())["incarnation"] == web.node.incarnation.hex()
    assert practice.training.opened is None
    assert not practice.path.exists()
    till = await practice.till()
    await till.open_shift()
    basket = await till.basket("naicha")
    off = {"discount": {"per_mille": 500}, "approval": LEAD}
    assert (await till.refused(f"PUT /baskets/{basket}/discount", off))[1] == "pin_locked"


async def test_whoever_is_hired_may_practise(practice: Practice):
    """Staff who came, or got another PIN, after the world was made get in as they are now; who left does not."""
    web = practice.shop
    await practice.till()
    manager = await web.till("3001")
    await manager.do("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"], "pin": "7777"})
    assert (await practice.sign_in("1002", "7777"))[0] == 200
    await manager.do("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"], "active": False})
    assert (await practice.sign_in("1002", "7777"))[1]["code"] == "sign_in_refused"


async def test_the_database_cannot_be_read_and_goes_away(practice: Practice):
    """What is written to practise is encrypted under a key that nobody keeps, and is removed when the world ends."""
    await practice.till()
    head = practice.path.read_bytes()[:16]
    assert head != b"SQLite format 3\0"
    with closing(sqlite3.connect(practice.path)) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM members").fetchall()
    with pytest.raises(Exception, match="database_unreadable"):
        open_connection(practice.path, b"k" * 32)
    await practice.training.close()
    assert [path.name for path in practice.path.parent.iterdir() if path.name.startswith("training")] == []


async def test_an_idle_world_is_thrown_away(practice: Practice):
    """Eight hours without an act end the world, its sign-ins and its screens; looking at it does not keep it."""
    web = practice.shop
    till = await practice.till()
    practice.ticks = limits.TRAINING_IDLE_MS - 1
    await till.basket("naicha")
    practice.ticks += limits.TRAINING_IDLE_MS - 1
    await practice.training.drop_idle()
    await till.get("/baskets")
    practice.ticks += 1
    async with web.client.ws_connect(f"{BASE}/notices") as socket:
        await socket.send_json({"token": till.token})
        assert (await socket.receive_json())["kind"] == "hello"
        await practice.training.drop_idle()
        assert (await socket.receive()).data == 1001
    assert (await till.refused("GET /baskets"))[:2] == (401, "signed_out")
    assert (await (await practice.till()).get("/baskets"))["open"] == []


async def test_what_a_crash_left_is_removed(practice: Practice):
    """A world whose node died is removed at the next start."""
    for end in ("", "-wal", "-shm"):
        practice.path.with_name(practice.path.name + end).write_bytes(b"left over")
    await practice.shop.restart()
    assert not list(practice.path.parent.glob("training.db*"))


async def test_two_who_come_at_once_find_one_world(practice: Practice):
    """The world is made once, however many begin to practise in the same moment."""
    one, other = await asyncio.gather(practice.till("1001", "t1"), practice.till("2001", "t2"))
    basket = await one.basket("naicha")
    assert [row["basket"] for row in (await other.get("/baskets"))["others"]] == [basket]


async def test_hostile_paths(practice: Practice):
    """Below the training world there is its API and nothing else."""
    client = practice.shop.client
    for path in ("/training", "/training/", "/training/display", "/training/training/api/v1/health", f"{BASE}/none"):
        async with client.get(path) as response:
            assert response.status == 404
            assert (await response.json())["code"] == "not_found"
    async with client.post(f"{BASE}/sign-in", data=b"{") as response:
        assert response.status == 415
    async with client.delete(f"{BASE}/health") as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET")
