"""A whole edge node in one process, on loopback, with tills that speak HTTP to it."""

import aiohttp
from web_shop import PINS, Till, _staff_row

from edge_node.app import EdgeApp
from edge_node.config import Config, DevicesConfig, HqConfig, TillConfig
from edge_node.ledger import bodies


def config_at(folder, url="", connect_timeout_ms=2_000) -> Config:
    """A node's configuration in a test's folder, on any free port."""
    hq = HqConfig(url=url, connect_timeout_ms=connect_timeout_ms)
    return Config(data=str(folder), till=TillConfig(port=0), hq=hq, devices=DevicesConfig(discovery=False))


class Front:
    """One running node, and what its tills need. ``first``: the manager that a first start made."""

    def __init__(self, config: Config, **kwargs):
        self.config = config
        self.first = []
        self.keys = {}
        self.app = EdgeApp(config, announce=self.first.append, **kwargs)
        self.client = None

    async def __aenter__(self):
        await self.app.start()
        self.client = aiohttp.ClientSession(f"http://127.0.0.1:{self.app.port}")
        return self

    async def __aexit__(self, *_):
        await self.client.close()
        await self.app.stop()

    async def till(self, staff="2001", pin=None, name="t1") -> Till:
        """Sign in."""
        body = {"staff": staff, "pin": pin or PINS[staff], "till": name}
        async with self.client.post("/api/v1/sign-in", json=body) as response:
            answer = await response.json()
            assert response.status == 200, answer
            self.keys.setdefault(name, answer["me"]["last_n"])
            return Till(self, answer["token"], name)

    async def health(self):
        """How it is."""
        async with self.client.get("/api/v1/health") as response:
            return await response.json()


def staff_rows(*numbers):
    """Feed rows of staff whose PINs ``web_shop`` knows."""
    roles = {"1001": ("cashier",), "2001": ("shift_lead",), "3001": ("manager",)}
    names = {"1001": "李芳", "2001": "张伟", "3001": "陈静"}
    return [(f"staff:{who}", bodies.encode(_staff_row(who, names[who], roles[who]))) for who in numbers]
