"""The demo itself, as a shell runs it."""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from edge_node.runtime import now_ms
from stayopen import seed
from stayopen.demo.client import Till
from stayopen.demo.people import CASHIERS, OFFICE, PASSWORD
from stayopen.demo.program import command
from stayopen.demo.till_acts import find_member, open_shift, quick_sale
from stayopen.demo.waiting import until

DEMO = (sys.executable, "-m", "stayopen.cli", "demo")


def children(pid):
    """The ids of a process's children that live."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError, IndexError):
            words = (place / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(words[1]) == pid and words[0] != "Z":
                found.append(int(place.name))
    return found


async def receipt_of(folder, number):
    """Whether a printed receipt bears this number, as text and as a picture."""
    return any(
        number in path.read_text("utf-8") and path.with_suffix(".png").stat().st_size
        for path in folder.glob("*.txt")
        if path.with_suffix(".png").exists()
    )


def alive(pid):
    """Whether a process is there."""
    return Path(f"/proc/{pid}").exists()


@pytest.mark.timeout(240)
async def test_the_outage_plays_by_itself_and_the_books_are_right(tmp_path):
    """``stayopen demo --script outage`` tells each step with its figures, the matrix and the checks, and ends 0."""
    done = await command("demo", "--script", "outage", "--json", "--data", str(tmp_path / "demo"))
    told = json.loads(done.out)
    assert (told["ok"], told["conservation"], told["net_total"]) == (True, "ok", 0)
    assert set(told["verify"]) == {"hq", "b001", "b002", "b003"}
    assert [check["violations"] for check in told["verify"].values()] == [[], [], [], []]
    owed = {}
    for cell in told["matrix"]:
        owed[cell["debtor"], cell["creditor"]] = owed.get((cell["debtor"], cell["creditor"]), 0) + cell["amount"]
    elsewhere = [step["amount"] for step in told["steps"] if step["english"].startswith("spends in another")]
    later = [step["amount"] for step in told["steps"] if step["english"].startswith("spends what was")]
    assert owed == {("b001", "b003"): sum(elsewhere), ("b002", "b003"): sum(later)}
    assert told["net"] == {"HQ": 0, "b001": -sum(elsewhere), "b002": -sum(later), "b003": sum(elsewhere) + sum(later)}
    (refused,) = [step for step in told["steps"] if step["english"] == "too much: refused"]
    assert refused["amount"] > refused["left"] > 0


async def test_a_folder_that_is_no_demo_is_left_alone(tmp_path):
    """The demo wipes nothing but what a demo made: another folder is refused, its files stay."""
    (tmp_path / "照片.txt").write_text("家", encoding="utf-8")
    done = await command("demo", "--fresh", "--script", "outage", "--data", str(tmp_path), expect=(1,))
    assert "not a demo" in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["照片.txt"]


@pytest.mark.timeout(240)
async def test_the_demo_runs_until_it_is_told_to_stop(tmp_path):
    """It says where to look, what it says works, a second one is refused, and Ctrl-C leaves no process behind."""
    folder = ("--data", str(tmp_path / "demo"))
    demo = await asyncio.create_subprocess_exec(*DEMO, *folder, stdout=asyncio.subprocess.PIPE)
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = await asyncio.wait_for(demo.stdout.readline(), 120)
            assert line, said
            said += line.decode()
        office, *tills = [word for word in said.split() if word.endswith(("/office/v1", "/api/v1"))]
        assert len(tills) == 3
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{office}/sign-in", json={"name": OFFICE[0], "password": PASSWORD}) as answer:
                assert answer.status == 200
            for url in tills:
                body = {"staff": "1001", "pin": "246810", "till": "till-1"}
                async with http.post(f"{url}/sign-in", json=body) as answer:
                    assert answer.status == 200
            till = Till(http, tills[0], "till-1", CASHIERS[0])
            await till.sign_in()
            await open_shift(till, seed.business_day(now_ms()))
            plans = (await till.get(f"/members/{await find_member(till, '13800010001')}/plans"))["plans"]
            assert {plan["plan"]: plan["uses_here"] for plan in plans} == {"coffee10": 8, "print30": 20}
            number = (await quick_sale(till, 1_880))["number"]
            await until(lambda: receipt_of(tmp_path / "demo" / "b001-receipts", number), "the receipt is printed", 30)
        assert "already_running" in (await command("demo", *folder, expect=(3,))).out
        mine = children(demo.pid)
        assert len(mine) == 7  # HQ, three branches, a printer each
        demo.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(demo.wait(), 30) == 0
        assert not any(alive(pid) for pid in mine)
    finally:
        if demo.returncode is None:
            demo.send_signal(signal.SIGTERM)
            await demo.wait()
