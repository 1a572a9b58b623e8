"""A chain of real processes with a large catalogue and many members: what the memory and start-up figures stand on."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from bench.wire import NAMES, SIZES
from commerce.reference import CHAIN_FEED, MEMBERS_FEED, ProductRow
from edge_node import box as boxes
from edge_node import config as edge_config
from edge_node import joining
from edge_node.app import EdgeApp
from edge_node.storage.database import transaction as edge_transaction
from hq_server import app as hq_app
from hq_server import config as hq_config
from hq_server import runtime
from hq_server.head_office import catalogue, registration
from hq_server.head_office.act import Act
from hq_server.head_office.values import business_day
from hq_server.ledger import start
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import Connection, open_connection, transaction
from provisioning.keys import load_hq
from provisioning.keystore import Keystore
from stayopen import seed
from stayopen.demo.chain import Chain
from stayopen.demo.client import Till
from stayopen.demo.people import CASHIERS
from stayopen.demo.waiting import until

PRODUCTS, MEMBERS = 10_000, 50_000
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林", "伟芳娜敏静强磊军洋勇艳杰娟涛明超霞平刚玲"
SYNC_SECONDS = 120
BRANCH = seed.BRANCHES[0]


def phone(n: int) -> str:
    """The phone number of member `n`."""
    return f"139{n:08d}"


def fill(conn: Connection, act: Act) -> None:
    """Write products and members as head office does."""
    goods = [
        ProductRow(f"p{n}", f"{NAMES[n % 8]} {SIZES[n // 8 % 8]} {n // 64 + 1}", "食品", "件", 150 + n * 37 % 3000)
        for n in range(PRODUCTS)
    ]
    catalogue.put_all(conn, act, "", goods)
    dice = random.Random(3)
    day = business_day(act.now)
    for n in range(MEMBERS):
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        new = registration.NewMember(BRANCH[0], name, phone(n), tier="basic")
        registration.register(conn, act, new, day, lambda: dice.randbytes(16))


def fill_hq(folder: Path) -> None:
    """Fill the database of an HQ that does not run."""
    config = hq_config.Config(data=str(folder))
    conn = open_connection(config.database)
    with transaction(conn):
        hq = start.load(conn, hq_app.ledger_keys(load_hq(Keystore(config.keystore))), Reconciler())
        fill(conn, Act(hq, "bench", runtime.now_ms()))
    conn.close()


@contextlib.asynccontextmanager
async def big_chain(folder: Path) -> AsyncIterator[Chain]:
    """One HQ and one branch, filled and in step."""
    async with Chain(folder, (BRANCH,)) as chain:
        await chain.found()
        await chain.hq.stop()
        fill_hq(chain.place.data)
        await chain.start_hq()
        await chain.up()
        till = Till(chain.http, chain.boxes[BRANCH[0]].url, "probe", CASHIERS[0])
        await till.sign_in()

        async def last_is_known() -> bool:
            return bool((await till.get("/members", phone=phone(MEMBERS - 1)))["members"])

        await until(last_is_known, "the branch holds all members", SYNC_SECONDS)
        yield chain


class Crowd:
    """Further branches of the chain in this process: real nodes on real lines, which hold none of the rows before."""

    def __init__(self, chain: Chain, count: int) -> None:
        self._chain = chain
        self._count = count
        self._apps: list[EdgeApp] = []

    async def join(self) -> None:
        """Enrol, start and connect them all."""
        for n in range(self._count):
            branch = f"c{n:03}"
            body = {"name": f"{n + 1} 号店"}
            made = await self._chain.office.send(f"POST /branches/{branch}/enrolment-codes", body)
            url = f"https://127.0.0.1:{self._chain.branch_port}"
            config = edge_config.Config(
                data=str(self._chain.folder.path / branch),
                till=edge_config.TillConfig(port=0),
                hq=edge_config.HqConfig(url=url),
            )
            await asyncio.to_thread(joining.enrol, config, made["code"], url)
            self._skip_history(config)
            app = EdgeApp(config)
            await app.start()
            self._apps.append(app)
        await until(self._connected, f"{self._count} nodes are connected")

    async def leave(self) -> None:
        """Stop them."""
        for app in self._apps:
            await app.stop()

    async def _connected(self) -> bool:
        return all(app.uplink is not None and app.uplink.link.health.connected for app in self._apps)

    def _skip_history(self, config: edge_config.Config) -> None:
        """Let a node believe that it has read the feeds that all share: its own memory is not what is measured."""
        hq = open_connection(hq_config.Config(data=str(self._chain.place.data)).database)
        feeds = hq.execute("SELECT * FROM feeds WHERE feed IN (?, ?)", (CHAIN_FEED, MEMBERS_FEED)).fetchall()
        hq.close()
        with boxes.find(config).connection() as conn, edge_transaction(conn):
            conn.executemany("INSERT INTO positions VALUES (?, ?, ?, ?)", feeds)
