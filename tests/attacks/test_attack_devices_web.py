"""What somebody with a token may do to devices over the API, and what they may learn: their own, and no more."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from web_shop import API, NOW, Till, WebShop

from device_drivers.simulators.card_readers import StripeSlot
from device_drivers.simulators.memory_serving import serve_memory
from edge_node.config import Config
from edge_node.hardware import Hardware, Place
from edge_node.ledger import devices, print_jobs
from edge_node.ledger.devices import Found, device_id
from edge_node.runtime import Runtime
from edge_node.web import limits
from edge_node.web.notices import FULL
from stayopen import device_capture, device_commands

TOKEN = "8800123456789"
THING = Found("mdns:front", "escpos", {}, "tcp://192.168.1.50:9100", "front", "mdns")
PATIENCE = 10.0


class Counter(WebShop):
    """A shop that looks after its devices."""

    def equip(self, deps: Any) -> Any:
        """Join the devices to the API."""
        run = Runtime(lambda: self.time, random_bytes=self.entropy)
        self.hardware = Hardware(Config(), run, deps, Place(lambda: 0, "f" * 64, lambda _data: b"s" * 64))
        self.running = [asyncio.create_task(self.hardware.manager.run())]
        return self.hardware.join()


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    """A shop whose device manager runs."""
    shop = Counter(tmp_path / "edge.db")
    shop.dress = shop.equip
    await shop.open(fresh=True)
    yield shop
    for task in shop.running:
        task.cancel()
    await asyncio.gather(*shop.running, return_exceptions=True)
    await shop.close()


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[WebShop]:
    """A shop without devices."""
    opened = await WebShop(tmp_path / "edge.db").open(fresh=True)
    yield opened
    await opened.close()


async def screen(shop: WebShop, token: str) -> Any:
    """A live screen, after its hello."""
    socket = await shop.client.ws_connect(f"{API}/notices")
    await socket.send_json({"token": token})
    return socket, await socket.receive()


async def test_a_cashier_sets_up_tries_and_forgets_no_device(web: WebShop):
    """With bodies that a manager's would be obeyed with, a cashier is refused, and nothing has changed."""
    web.direct(devices.found, THING, NOW)
    device = device_id(THING.identity).hex()
    cashier = await web.till("1001")
    await cashier.open_shift()
    before = web.direct(lambda conn: (devices.listed(conn), devices.duties(conn), print_jobs.recent(conn)))
    setup = {"name": "x", "driver": "escpos", "options": {}, "roles": [{"role": "receipt"}]}
    for where, body in (
        ("POST /devices", {"address": "tcp://127.0.0.1:8080", "driver": "escpos"}),
        (f"POST /devices/{device}/accept", setup),
        (f"PATCH /devices/{device}", setup),
        (f"POST /devices/{device}/ignore", None),
        (f"DELETE /devices/{device}", None),
        (f"POST /devices/{device}/test", {"drawer": True, "reason": "x"}),
        ("POST /papers/preview", {"kind": "sale", "template": "@cut"}),
        ("POST /labels", {"design": "price_40x30", "labels": [{"item": "naicha"}]}),
    ):
        status, code, _ = await cashier.refused(where, body)
        assert (status, code) == (403, "forbidden"), where
    for where, body in (
        ("POST /shift/x/print", {}),
        ("POST /drawer", {"reason": "x"}),
        ("POST /print-jobs/1/cancel", {"approval": {"staff": "1001", "pin": "1357"}}),
    ):
        status, code, _ = await cashier.refused(where, body)
        assert (status, code) in {(403, "approval_needed"), (403, "role_needed")}, where
    assert web.direct(lambda conn: (devices.listed(conn), devices.duties(conn), print_jobs.recent(conn))) == before


@pytest.mark.parametrize(
    "address",
    [
        "serial:/dev/../etc/passwd",
        "usb:/dev/sda?x=1",
        "http://169.254.169.254/latest/meta-data",
        "serial:spy:///dev/ttyS0?file=/tmp/x",
        "tcp://a b:9100",
        "tcp://h:9100\r\nX: y",
        "memory:" + "x" * 300,
        "file:///etc/passwd",
    ],
)
async def test_a_manager_types_in_addresses_of_devices_only(web: WebShop, address: str):
    """What is no address of a device is refused in words, and no device is made of it."""
    manager = await web.till("3001")
    status, code, _ = await manager.refused("POST /devices", {"address": address, "driver": "escpos"})
    assert (status, code) in {(400, "bad_address"), (409, "bad_address"), (400, "bad_request")}
    assert (await manager.get("/devices"))["accepted"] == []


async def customer_token(shop: WebShop, till: str) -> str:
    """The token of a till's customer screen."""
    body = {"staff": "1001", "pin": "1357", "till": till}
    async with shop.client.post(f"{API}/customer-screen/sign-in", json=body) as response:
        return str((await response.json())["token"])


async def test_a_customers_screen_takes_no_places_of_the_tills(web: WebShop):
    """Whoever reads the token off a screen in the customers' hands opens a few screens; the tills still hear."""
    token = await customer_token(web, "t1")
    sockets = [await screen(web, token) for _ in range(limits.SCREENS_OF_ONE + 3)]
    refused = [first for _, first in sockets if first.data == FULL]
    assert len(refused) == 3
    till = await web.till("1001")
    socket, first = await screen(web, till.token)
    assert first.json()["kind"] == "hello"
    web.deps.notices.publish("link", connected=1)
    assert (await socket.receive_json(timeout=PATIENCE))["kind"] == "link"
    for one, _ in (*sockets, (socket, None)):
        await one.close()


@pytest.mark.parametrize("change", ["till", "mac", "case", "longer", "newline"])
async def test_a_customers_token_is_for_one_till(web: WebShop, change: str):
    """A token that was changed at any place is none."""
    token = await customer_token(web, "t1")
    kind, till, mac = token.split(".")
    forged = {
        "till": f"{kind}.t2.{mac}",
        "mac": f"{kind}.{till}.{mac[:-1]}{'0' if mac[-1] != '0' else '1'}",
        "case": f"{kind}.{till}.{mac.upper()}",
        "longer": token + "0",
        "newline": token + "%0a",
    }[change]
    async with web.client.get(f"{API}/customer-screen", headers={"Authorization": f"Bearer {forged}"}) as response:
        assert response.status == 401


async def test_a_card_is_for_its_till_alone(counter: Counter, caplog: pytest.LogCaptureFixture):
    """A card's number goes to the screens of the reader's till: no other screen, list or log has it."""
    caplog.set_level(logging.DEBUG)
    slot = StripeSlot()
    async with serve_memory(slot, name="slot") as line:
        manager = await counter.till("3001", "t9")
        roles = [{"role": "card", "till": "t1"}]
        body = {"address": line.address, "driver": "magnetic_serial", "roles": roles}
        device = (await manager.do("POST /devices", body))["device"]
        first, second = await counter.till("1001", "t1"), await counter.till("2001", "t2")
        tokens = (first.token, second.token, manager.token, await customer_token(counter, "t1"))
        mine, *others = [(await screen(counter, token))[0] for token in tokens]
        known = bytes.fromhex(device)
        async with asyncio.timeout(PATIENCE):
            while not counter.hardware.manager.state(known).works:
                assert (await mine.receive_json())["kind"]
        slot.swipe(track_2=TOKEN)
        line.touch()
        heard: list[Any] = []
        async with asyncio.timeout(PATIENCE):
            while not heard or heard[-1]["kind"] != "reading":
                heard.append(await mine.receive_json())
        assert heard[-1]["data"]["token"] == TOKEN
        counter.deps.notices.publish("customer", till="t1")
        counter.deps.notices.publish("customer", till="t2")
        counter.deps.notices.publish("stopped")
        for socket in others:
            said = [await socket.receive_json(timeout=PATIENCE)]
            while said[-1]["kind"] not in {"stopped", "customer"}:
                said.append(await socket.receive_json(timeout=PATIENCE))
            assert TOKEN not in json.dumps(said)
        for till in (first, second):
            listed = json.dumps([await till.get(f"/devices/{device}/readings"), await till.get("/devices")])
            assert TOKEN not in listed
            assert TOKEN[-4:] in listed
        assert TOKEN not in caplog.text
        for socket in (mine, *others):
            await socket.close()


async def test_a_list_of_papers_tells_nothing_of_members(web: WebShop):
    """Who reads what waits for a printer learns which papers, and not whose."""
    till: Till = await web.till("2001")
    await till.open_shift()
    member = (await till.do("POST /members", {"name": "欧阳明月", "phone": "13812345678"}))["member"]
    await till.do(f"POST /members/{member}/cards", {"card": TOKEN})
    paid = [{"tender": "cash", "amount": 50_000}]
    await till.do(f"POST /members/{member}/top-ups", {"rule": "big", "amount": 50_000, "tenders": paid})
    assert web.direct(print_jobs.recent)
    for kind in ("waiting", "recent", "trouble"):
        told = json.dumps(await till.get(f"/print-jobs?list={kind}"), ensure_ascii=False)
        for secret in ("欧阳", "明月", "5678", TOKEN, member):
            assert secret not in told


def test_what_devices_say_is_no_command_to_a_terminal():
    """`devices watch` shows codes without what moves the cursor or turns text round, and cards by their last digits."""
    shown = device_commands._shown({"type": "scan", "data": "a\x1b[2J\u202e\x9b31m\x1db", "symbology": ""})
    assert shown.isprintable()
    assert "a\ufffd[2J" in shown
    shown = device_commands._shown({"type": "card", "token": TOKEN, "source": "magnetic"})
    assert TOKEN not in shown
    assert TOKEN[-4:] in shown


@pytest.mark.parametrize("there", ["file", "link", "dangling"])
def test_a_recording_overwrites_nothing(there: str, tmp_path: Path):
    """`devices capture` makes a new file that only its owner reads, and touches none that is there."""
    file, other = tmp_path / "scale.jsonl", tmp_path / "other"
    if there != "dangling":
        other.write_text("precious")
    file.write_text("precious") if there == "file" else file.symlink_to(other)
    args = SimpleNamespace(file=file, address="memory:nobody", driver="escpos", test=False, drawer=False, seconds=0.0)
    with pytest.raises(device_capture.Refusal, match="exists already"):
        device_capture._capture(args)
    assert other.exists() is (there != "dangling")
    assert there == "dangling" or {file.read_text(), other.read_text()} == {"precious"}
    args.file = tmp_path / "new.jsonl"
    with pytest.raises(device_capture.Refusal, match="device_offline"):
        device_capture._capture(args)
    assert args.file.stat().st_mode & 0o777 == 0o600
