"""The office API over a real server on loopback, for tests."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from office_world import PASSWORD, OfficeWorld, open_world

from hq_server.storage.database import Database, open_reader
from hq_server.web.office.service import Office


@dataclass
class OfficeClient:
    """One browser: signs in, asks, remembers its token."""

    http: Any
    world: OfficeWorld
    token: str = ""
    changes: int = 0

    async def sign_in(self, name: str, password: str = PASSWORD) -> dict[str, Any]:
        """Sign in and keep the token."""
        answer = await self.ask("POST", "/sign-in", {"name": name, "password": password})
        self.token = answer["token"]
        return answer

    async def ask(self, method: str, path: str, body: Any = None, *, status: int = 0, **more: Any) -> dict[str, Any]:
        """Ask and return the answer's JSON; `status` 0 wants any success."""
        response = await self.raw(method, path, body, **more)
        answer = await response.json()
        if status:
            assert response.status == status, answer
        else:
            assert response.status in {200, 201}, answer
        return answer

    async def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """Ask for a job until it is over; return it."""
        while job["state"] in {"waiting", "running"}:
            job = await self.ask("GET", f"/jobs/{job['job']}")
        return job

    async def raw(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Ask and return the response."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers.update(more.pop("headers", {}))
        return await self.http.request(method, f"/office/v1{path}", json=body, headers=headers, **more)


async def open_client(tmp_path: Any) -> OfficeClient:
    """A head office with a manager, an accountant, an operator and a newcomer, served on loopback."""
    world = open_world(tmp_path)
    for name, role in (
        ("chen.jing", "manager"),
        ("zhao.min", "manager"),
        ("sun.qi", "accountant"),
        ("li.na", "operator"),
    ):
        world.add_user(name, role)
    world.add_user("xin.ren", "manager", must_change=True)
    world.conn.close()
    database = await Database.open(world.path)
    readers = [await Database.open_reader(world.path) for _ in range(2)]
    client = OfficeClient(None, world)

    def changed() -> None:
        client.changes += 1

    connect = partial(open_reader, world.path)
    office = Office(
        database, *readers, connect, lambda: world.hq, world.keys, lambda: world.now, world.entropy, changed
    )
    client.http = TestClient(TestServer(office.application()))
    await client.http.start_server()
    client.http.app_databases = [*readers, database]
    return client


async def close_client(client: OfficeClient) -> None:
    """Stop serving."""
    await client.http.close()
    for database in client.http.app_databases:
        await database.close()
