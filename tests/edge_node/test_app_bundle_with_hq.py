"""A dark branch's sales reach head office on a stick, and nothing is there twice when the line is back."""

import asyncio
from pathlib import Path

from app_branch import Front, config_at
from hq_beside import CASH, DAY, agree, all_sent, branch, command, hq, open_till, pay, until

from hq_server.app import HqApp
from stayopen import cli
from sync_protocol.bundle import MAGIC

__all__ = ["hq"]

NOWHERE = "https://127.0.0.1:9"


async def export(shop: Front, till, path: Path) -> None:
    """Put the bundle on the stick."""
    headers = {"Authorization": f"Bearer {till.token}"}
    async with shop.client.get("/api/v1/sync/bundle", headers=headers) as answer:
        assert answer.status == 200
        assert f"stayopen-b001-{DAY}.bundle" in answer.headers["Content-Disposition"]
        await asyncio.to_thread(path.write_bytes, await answer.read())


async def bring(tmp_path, capsys, path: Path) -> list[dict]:
    """Import it beside the serving HQ; what was kept per log."""
    said = await asyncio.to_thread(command, capsys, "hq", "import", str(path), "--data", str(tmp_path / "hq"))
    assert said["branch"] == "b001"
    return said["logs"]


async def test_a_dark_branch_on_a_stick(tmp_path, capsys, hq: HqApp):
    """Sold in the dark, carried over, in the books; back online nothing is unsent, nothing twice, all verify."""
    shop = await branch(tmp_path, capsys, hq, "b001")
    async with shop:
        await open_till(shop)
        await all_sent(shop)
    dark = Front(config_at(tmp_path / "b001", NOWHERE))
    stick = tmp_path / "stick.bundle"
    async with dark:
        till = await dark.till("2001", "246810")
        new = {"name": "林晓燕", "phone": "13912345678"}
        member = (await till.do("POST /members", new))["member"]
        await till.do(f"POST /members/{member}/top-ups", {"amount": 20_000, "tenders": pay(CASH, 20_000), "rule": ""})
        for amount in (1_200, 800, 500):
            sale = {"amount": amount, "tenders": pay("stored_value", amount), "member": member}
            await till.do("POST /quick-sales", sale)
        unsent = (await till.get("/sync"))["unsent"]
        assert unsent >= 5
        await export(dark, till, stick)
        data = stick.read_bytes()
        assert data.startswith(MAGIC)
        assert "林晓燕".encode() not in data
        assert (await till.get("/sync"))["unsent"] == unsent

        (kept,) = await bring(tmp_path, capsys, stick)
        assert (kept["new"], kept["known"], kept["state"]) == (unsent, 0, "open")
        await until(lambda: _booked(hq, 3))
        (again,) = await bring(tmp_path, capsys, stick)
        assert (again["new"], again["known"], again["seq"]) == (0, unsent, kept["seq"])
        await till.do("POST /quick-sales", {"amount": 300, "tenders": pay(CASH, 300)})
    back = Front(shop.config)
    async with back:
        await all_sent(back)
        await until(lambda: _booked(hq, 4))
    (late,) = await bring(tmp_path, capsys, stick)
    assert (late["new"], late["known"]) == (0, unsent)
    await agree(tmp_path, capsys, hq, back)


async def _booked(hq: HqApp, count: int) -> bool:
    """Whether HQ's books show so many sales."""
    found = await hq.database.read(lambda conn: conn.execute("SELECT count(*) FROM sales").fetchone())
    assert found[0] <= count
    return found[0] == count


async def test_a_bad_stick_says_what_is_wrong(tmp_path, capsys, hq: HqApp):
    """A file that is cut, bent or missing is refused with its code, and HQ's inbox stays as it was."""
    shop = await branch(tmp_path, capsys, hq, "b001")
    stick = tmp_path / "stick.bundle"
    async with shop:
        await open_till(shop)
        await all_sent(shop)
    dark = Front(config_at(tmp_path / "b001", NOWHERE))
    async with dark:
        till = await dark.till("2001", "246810")
        await till.do("POST /quick-sales", {"amount": 300, "tenders": pay(CASH, 300)})
        await export(dark, till, stick)
    data = stick.read_bytes()
    before = await hq.database.read(lambda conn: conn.execute("SELECT count(*) FROM inbox").fetchone())
    for bad, code in (
        (data[:-9], "truncated"),
        (data[:-9] + b"!" + data[-8:], "bad_seal"),
        (b"PK\x03\x04", "malformed"),
    ):
        stick.write_bytes(bad)
        assert await asyncio.to_thread(cli.main, ["hq", "import", str(stick), "--data", str(tmp_path / "hq")]) == 3
        assert code in capsys.readouterr().err
    stick.unlink()
    assert await asyncio.to_thread(cli.main, ["hq", "import", str(stick), "--data", str(tmp_path / "hq")]) == 3
    assert before == await hq.database.read(lambda conn: conn.execute("SELECT count(*) FROM inbox").fetchone())
