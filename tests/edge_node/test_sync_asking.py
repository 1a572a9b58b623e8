"""Waiting for HQ's answer: until it is there, until the deadline, until the till leaves."""

import asyncio

import pytest
from scripted_hq import joined_shop

from commerce.reference import RightsRequest
from edge_node.ledger import requests
from edge_node.ledger.node import Node, load_node
from edge_node.storage.database import Database
from edge_node.sync.asking import Asking, drop_overdue

WANTED = RightsRequest(b"m" * 16, "principal", 5000)


class Desk:
    """A database with a joined branch, and what the port told the link."""

    def __init__(self, database: Database, node: Node):
        self.database, self.node = database, node
        self.woken = asyncio.Event()
        self.cancelled: list[int] = []
        self.asking = Asking(database, self.woken.set, self.cancelled.append)

    async def ask(self, deadline: int = 3000) -> int:
        """Write a request."""
        asked = await self.database.write(requests.ask_rights, self.node, WANTED, 1000, 1000 + deadline)
        return asked.n

    async def state(self, n: int) -> str:
        """How it stands."""
        return (await self.database.read(requests.get, self.node.no, n)).state

    async def answer(self, n: int, refused: str = ""):
        """HQ answers it."""
        await self.database.write(requests.answer, self.node.no, n, refused, b"")
        self.asking.settled(self.node.no, [n])

    async def begun(self, task: asyncio.Task) -> asyncio.Task:
        """Let a wait begin."""
        await self.woken.wait()
        self.woken.clear()
        return task


@pytest.fixture
async def desk(tmp_path):
    """A desk over a real file."""
    shop = joined_shop(tmp_path / "edge.db")
    node = load_node(shop.conn, b"c" * 32)
    shop.conn.close()
    database = await Database.open(tmp_path / "edge.db", bytes(range(32)))
    made = Desk(database, node)
    yield made
    await made.asking.close()
    await database.close()


async def test_the_answer_ends_the_wait(desk: Desk):
    """The link is woken to ask; the wait ends when the row is settled."""
    n = await desk.ask()
    waiting = await desk.begun(asyncio.create_task(desk.asking.wait(desk.node.no, n, 60_000)))
    await desk.answer(n, "no_rights")
    await waiting
    assert await desk.state(n) == "refused"


async def test_an_answer_that_was_faster_is_not_waited_for(desk: Desk):
    """A row that is settled already ends the wait before it begins."""
    n = await desk.ask()
    await desk.answer(n)
    await desk.asking.wait(desk.node.no, n, 60_000)
    assert not desk.woken.is_set()


async def test_the_deadline_cancels(desk: Desk):
    """When the time is over nobody waits: the row says so, HQ is told, and a late answer settles nothing."""
    n = await desk.ask()
    await desk.asking.wait(desk.node.no, n, 20)
    assert await desk.state(n) == "cancelled"
    assert desk.cancelled == [n]
    await desk.answer(n)
    assert await desk.state(n) == "cancelled"


async def test_a_till_that_leaves_cancels_too(desk: Desk):
    """The waiting request of a till that hung up does not stay in the way of others."""
    n = await desk.ask()
    waiting = await desk.begun(asyncio.create_task(desk.asking.wait(desk.node.no, n, 60_000)))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await desk.asking.close()
    assert await desk.state(n) == "cancelled"
    assert desk.cancelled == [n]


async def test_two_who_wait_for_one_request_are_both_told(desk: Desk):
    """A till that asks again by the same key joins the wait; that the first one hung up does not cancel it."""
    n = await desk.ask()
    first = await desk.begun(asyncio.create_task(desk.asking.wait(desk.node.no, n, 60_000)))
    second = await desk.begun(asyncio.create_task(desk.asking.wait(desk.node.no, n, 60_000)))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await desk.asking.close()
    assert await desk.state(n) == "waiting"
    await desk.answer(n)
    await second
    assert desk.cancelled == []


async def test_a_new_incarnation_lets_everyone_go(desk: Desk):
    """What the old incarnation asked died with it."""
    n = await desk.ask()
    waiting = await desk.begun(asyncio.create_task(desk.asking.wait(desk.node.no, n, 60_000)))
    desk.asking.release()
    await waiting


async def test_what_a_crash_left_waiting_is_dropped_at_its_deadline(desk: Desk):
    """Only overdue requests go."""
    early, late = await desk.ask(3000), await desk.ask(9000)
    await desk.database.write(drop_overdue, desk.node.no, 4000)
    assert [await desk.state(n) for n in (early, late)] == ["cancelled", "waiting"]
