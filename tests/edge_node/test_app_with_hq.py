"""Two branches and the real HQ in one process, over real TLS: value goes to where it is asked for, and all agree."""

import asyncio
import json

import pytest
from app_branch import Front, config_at
from tls_hq import PATIENCE

from edge_node import care, joining
from hq_server.app import HqApp
from hq_server.config import BranchesConfig, Config, OfficeConfig
from stayopen import cli

DAY = "2026-03-01"
CASH = "cash"


def command(capsys, *words: str) -> dict:
    """Run a command of the command line that answers in JSON."""
    assert cli.main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
async def hq(tmp_path, capsys):
    """The example chain's HQ, serving."""
    await asyncio.to_thread(command, capsys, "hq", "init", "--data", str(tmp_path / "hq"), "--example")
    branches = BranchesConfig(host="127.0.0.1", port=0)
    app = HqApp(Config(data=str(tmp_path / "hq"), branches=branches, office=OfficeConfig(port=0)))
    await app.start()
    yield app
    await app.stop()


async def branch(tmp_path, capsys, hq: HqApp, name: str) -> Front:
    """Enrol a box for a branch."""
    folder = str(tmp_path / "hq")
    code = await asyncio.to_thread(command, capsys, "hq", "enrol-code", "--data", folder, "--branch", name)
    config = config_at(tmp_path / name)
    await asyncio.to_thread(joining.enrol, config, code["code"], f"https://127.0.0.1:{hq.branches_port}")
    return Front(config)


async def until(reached) -> None:
    """Ask again until it holds: each asking is a round trip."""
    async with asyncio.timeout(PATIENCE):
        while not await reached():
            pass


async def open_till(shop: Front):
    """Wait for HQ's rows and open a shift."""

    async def staffed():
        feeds = await shop.app.uplink._deps.database.read(
            lambda conn: conn.execute("SELECT 1 FROM reference WHERE key = 'staff:2001'").fetchone()
        )
        return feeds is not None

    await until(staffed)
    till = await shop.till("2001", "246810")
    await till.do("POST /shift", {"day": DAY, "float": 10_000})
    return till


def pay(tender: str, amount: int) -> list[dict]:
    """One offer."""
    return [{"tender": tender, "amount": amount}]


async def test_topped_up_here_spent_there(tmp_path, capsys, hq: HqApp):
    """A member registers and tops up in one branch and spends in another by asking HQ; nobody's books disagree."""
    one, two = [await branch(tmp_path, capsys, hq, name) for name in ("b001", "b002")]
    async with one, two:
        here, there = await open_till(one), await open_till(two)
        new = {"name": "林晓燕", "phone": "13912345678"}
        member = (await here.do("POST /members", new))["member"]
        await here.do(f"POST /members/{member}/top-ups", {"amount": 20_000, "tenders": pay(CASH, 20_000), "rule": ""})

        async def known():
            return bool((await there.get("/members?phone=13912345678"))["members"])

        await until(known)

        async def granted():
            # HQ may know the member before it knows the top-up: a cashier who is refused asks again
            wish = {"member": member, "amount": 5_000, "deadline_ms": 10_000}
            return (await there.do("POST /rights-requests", wish))["state"] == "granted"

        await until(granted)
        sale = {"amount": 5_000, "tenders": pay("stored_value", 5_000), "member": member}
        assert (await there.do("POST /quick-sales", sale))["total"] == 5_000

        async def all_sent():
            states = [await asyncio.to_thread(care.status, shop.config) for shop in (one, two)]
            return all(state["unsent"] == 0 for state in states)

        await until(all_sent)
    assert care.verify(one.config).ok
    assert care.verify(two.config).ok
    await hq.stop()
    report = await asyncio.to_thread(command, capsys, "hq", "verify", "--data", str(tmp_path / "hq"))
    assert report["ok"], report
    assert report["lots"] > 0
