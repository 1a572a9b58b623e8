"""The real HQ beside real branches in one process, over real TLS: for tests of what they do together."""

import asyncio
import contextlib
import json

import aiohttp
import pytest
from app_branch import Front, config_at
from tls_hq import PATIENCE

from edge_node import care, joining
from hq_server.app import HqApp
from hq_server.config import BranchesConfig, Config, OfficeConfig
from stayopen import cli
from stayopen.demo.client import Office

DAY = "2026-03-01"
CASH = "cash"
PASSWORD = "bu-da-yang-2026"


def command(capsys, *words: str) -> dict:
    """Run a command of the command line that answers in JSON."""
    assert cli.main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
async def hq(tmp_path, capsys):
    """The example chain's HQ, serving."""
    secret = tmp_path / "password.txt"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    words = ("--data", str(tmp_path / "hq"), "--example", "--user", "chen.jing", "--password-file", str(secret))
    await asyncio.to_thread(command, capsys, "hq", "init", *words)
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


async def all_sent(*shops: Front) -> None:
    """Wait until HQ has all that branches wrote."""

    async def sent():
        states = [await asyncio.to_thread(care.status, shop.config) for shop in shops]
        return all(state["unsent"] == 0 for state in states)

    await until(sent)


async def agree(tmp_path, capsys, hq: HqApp, *shops: Front) -> None:
    """Every branch, stopped, verifies, and so does HQ."""
    for shop in shops:
        assert care.verify(shop.config).ok
    await hq.stop()
    report = await asyncio.to_thread(command, capsys, "hq", "verify", "--data", str(tmp_path / "hq"))
    assert report["ok"], report
    assert report["lots"] > 0


@contextlib.asynccontextmanager
async def office(hq: HqApp):
    """A manager at head office, signed in."""
    async with aiohttp.ClientSession() as http:
        person = Office(http, f"http://127.0.0.1:{hq.office_port}/office/v1", "chen.jing", PASSWORD)
        yield person
