"""Devices over the API: found, accepted, tried, read; simulated devices on real sockets and ptys, real notices."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from web_shop import API, NOW, Till, WebShop

from device_drivers.simulators.line_displays import Cd5220Display
from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.scales import CasScale
from device_drivers.simulators.scanner import ScannerGun
from device_drivers.simulators.serial_drawer import TriggerBox
from device_drivers.simulators.serving import serve_memory, serve_pty, serve_tcp
from edge_node.config import Config
from edge_node.devices import limits
from edge_node.hardware import Hardware, Place
from edge_node.ledger import devices
from edge_node.ledger.devices import Found, device_id
from edge_node.runtime import Runtime

PATIENCE = 15.0
PRINTER = Found("mdns:front", "escpos", {}, "tcp://127.0.0.1:9", "前台打印机", "mdns")
STRANGER = Found("usb:1234:5678:9", "", {}, "serial:/dev/ttyUSB9", "USB Serial", "usb")
NOBODY = "0" * 32


class Counter(WebShop):
    """A shop with devices."""

    hardware: Hardware
    running: list[asyncio.Task[None]]

    def equip(self, deps: Any) -> Any:
        """Begin to look after devices; nothing is looked for."""
        run = Runtime(lambda: self.time, random_bytes=self.entropy)
        self.hardware = Hardware(Config(), run, deps, Place(lambda: 0, "f" * 64, lambda _data: b"s" * 64))
        self.running = [asyncio.create_task(work()) for _, work in self.hardware.tasks() if work.__name__ == "run"]
        self.running.append(asyncio.create_task(self.hardware.manager.run()))
        return self.hardware.join()

    def find(self, thing: Found) -> str:
        """Let something be found; return its id."""
        self.direct(devices.found, thing, NOW)
        return device_id(thing.identity).hex()

    async def leave(self) -> None:
        """Let the devices go."""
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    """A shop whose device manager runs."""
    shop = Counter(tmp_path / "edge.db")
    shop.dress = shop.equip
    await shop.open(fresh=True)
    yield shop
    await shop.leave()
    await shop.close()


class Screen:
    """A till's live notices."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    async def next(self, kind: str, **wanted: object) -> dict[str, Any]:
        """Wait for a notice of a kind whose data has this."""
        async with asyncio.timeout(PATIENCE):
            while True:
                notice = await self.socket.receive_json()
                self.heard.append(notice)
                data: dict[str, Any] = notice["data"]
                if notice["kind"] == kind and all(data.get(name) == value for name, value in wanted.items()):
                    return data


async def screen_of(counter: Counter, till: Till) -> Screen:
    """Open a till's notices."""
    socket = await counter.client.ws_connect(f"{API}/notices")
    await socket.send_json({"token": till.token})
    screen = Screen(socket)
    await screen.next("hello")
    return screen


async def add(manager: Till, address: str, driver: str, **more: Any) -> str:
    """Add a device by hand; return its id."""
    return str((await manager.do("POST /devices", {"address": address, "driver": driver, **more}))["device"])


async def only(till: Till, state: str = "accepted") -> Any:
    """The one device of a state."""
    (row,) = (await till.get("/devices"))[state]
    return row


async def test_found_device_is_offered_accepted_and_works(counter: Counter):
    """A printer that was found stands as offered; accepted it does all that its kind can, and prints a test page."""
    manager, cashier = await counter.till("3001", "office"), await counter.till("1001", "t1")
    async with serve_tcp(PosPrinter()) as line:
        device = counter.find(PRINTER._replace(address=line.address))
        offered = await only(cashier, "offered")
        assert (offered["device"], offered["name"], offered["kind"], offered["health"]) == (
            device,
            "前台打印机",
            "pos_printer",
            None,
        )
        screen = await screen_of(counter, cashier)
        accepted = await manager.do(f"POST /devices/{device}/accept", {})
        assert [(row["role"], row["till"], row["rank"]) for row in accepted["roles"]] == [
            ("drawer", "", 0),
            ("receipt", "", 0),
        ]
        await screen.next("device", device=device, works=1)
        assert (await only(cashier))["health"]["ready"]
        status, tried = await manager.ask("POST", f"/devices/{device}/test", {})
        assert (status, tried["did"], tried["health"]["trouble"]) == (200, "page", "")
        assert "打印测试" in line.machine.receipts[0].text
        await screen.socket.close()


async def test_printer_without_paper_is_told_in_words(counter: Counter):
    """Trouble is told to screens, counted in the health, worded in the asker's language, and ends by itself."""
    manager = await counter.till("3001", "office")
    async with serve_tcp(PosPrinter()) as line:
        screen = await screen_of(counter, manager)
        line.machine.paper_out = True
        device = await add(manager, line.address, "escpos", name="前台")
        await screen.next("device", device=device, trouble="paper_out")
        assert (await manager.get("/health"))["devices_in_trouble"] == 1
        told = (await only(manager))["health"]["told"]
        assert (told["code"], told["message"], told["kept"]) == ("paper_out", "打印机缺纸。", "小票已保留。")
        _, status = await manager.ask("GET", f"/devices/{device}/status", headers={"Accept-Language": "en"})
        assert status["told"]["next"].startswith("Put paper in")
        code, refused, _ = await manager.refused(f"POST /devices/{device}/test", {})
        assert (code, refused) == (409, "paper_out")
        line.machine.paper_out = False
        line.touch()
        status = await manager.get(f"/devices/{device}/status")
        assert (status["ready"], status["trouble"], status["told"]) == (True, "", None)
        assert (await manager.get("/health"))["devices_in_trouble"] == 0
        await screen.socket.close()


async def test_unplugged_device_comes_back(counter: Counter, monkeypatch: pytest.MonkeyPatch):
    """A line that was pulled out is told, asking it says so, and plugged in again it works without anybody's doing."""
    monkeypatch.setattr(limits, "BACK_OFF_S", (0.05,))
    manager = await counter.till("3001", "office")
    screen = await screen_of(counter, manager)
    async with serve_pty(CasScale()) as line:
        device = await add(manager, line.address, "cas")
        await screen.next("device", device=device, works=1)
        line.faults.unplugged = True
        await screen.next("device", device=device, works=0)
        status = await manager.get(f"/devices/{device}/status")
        assert not status["ready"]
        assert status["trouble"] in {"device_unplugged", "device_offline"}
        assert (await manager.refused(f"POST /devices/{device}/tare"))[1] == "device_offline"
        line.faults.unplugged = False
        await screen.next("device", device=device, works=1)
        assert (await manager.get(f"/devices/{device}/status"))["ready"]
    await screen.socket.close()


async def test_two_tills_with_two_scanners(counter: Counter):
    """Each scanner's codes reach the screens of its own till and no other; both stand among recent readings."""
    manager = await counter.till("3001", "office")
    first, second = await counter.till("1001", "t1"), await counter.till("2001", "t2")
    async with serve_pty(ScannerGun()) as one, serve_tcp(ScannerGun()) as two:
        screens = [await screen_of(counter, till) for till in (first, second, manager)]
        ids = [
            await add(manager, line.address, "serial_scanner", roles=[{"role": "scanner", "till": till}])
            for line, till in ((one, "t1"), (two, "t2"))
        ]
        for device in ids:
            await screens[2].next("device", device=device, works=1)
        one.machine.scan("6901234567892")
        two.machine.scan("6900000000014")
        heard = [await screen.next("reading") for screen in screens[:2]]
        assert [(data["device"], data["till"], data["data"]) for data in heard] == [
            (ids[0], "t1", "6901234567892"),
            (ids[1], "t2", "6900000000014"),
        ]
        one.machine.scan("6901234567892")
        await screens[0].next("reading", device=ids[0])
        counter.deps.notices.publish("link", connected=1)
        for screen in screens:
            await screen.next("link")
            await screen.socket.close()
        kinds = [[notice["kind"] for notice in screen.heard].count("reading") for screen in screens]
        assert kinds == [2, 1, 0]
        past = (await first.get(f"/devices/{ids[1]}/readings"))["readings"]
        assert [(row["type"], row["text"]) for row in past] == [("scan", "6900000000014")]


async def test_scale_weighs_over_the_api(counter: Counter):
    """A cashier reads a weight; what the scale cannot do is told as such; its live weight flows to the screens."""
    manager, cashier = await counter.till("3001", "office"), await counter.till("1001", "t1")
    async with serve_tcp(CasScale(load=1250)) as line:
        screen = await screen_of(counter, cashier)
        device = await add(manager, line.address, "cas")
        reading = await screen.next("reading", device=device, stable=1)
        assert (reading["type"], reading["grams"], reading["till"]) == ("weight", 1250, "")
        assert await cashier.get(f"/devices/{device}/weight") == {"grams": 1250, "tare": 0}
        assert (await cashier.refused(f"POST /devices/{device}/zero"))[1] == "not_supported"
        status, tried = await manager.ask("POST", f"/devices/{device}/test", {})
        assert (status, tried["did"], tried["weight"]) == (200, "weight", {"grams": 1250, "tare": 0})
        await screen.socket.close()


async def test_testing_a_drawer_leaves_a_fact(counter: Counter):
    """A drawer opens for a shift lead with an open shift and a reason, and the log says so before it does."""
    manager, lead = await counter.till("3001", "office"), await counter.till("2001", "t1")
    async with serve_pty(TriggerBox()) as line:
        device = await add(manager, line.address, "serial_drawer")
        path = f"POST /devices/{device}/test"
        assert (await lead.refused(path, {"reason": "试开"}))[1] == "shift_needed"
        await lead.open_shift()
        assert (await lead.refused(path, {}))[1] == "reason_needed"
        before = (await lead.get("/health"))["seq"]
        status, tried = await lead.ask("POST", f"/devices/{device}/test", {"reason": "试开"})
        assert (status, tried["did"]) == (200, "drawer")
        await line.wait_for(lambda box: box.opened == 1)
        assert (await lead.get("/health"))["seq"] == before + 1


async def test_display_and_printer_drawer_are_tried(counter: Counter):
    """A pole display shows a text; a printer opens its drawer when asked for that, and prints nothing."""
    manager = await counter.till("3001", "t1")
    await manager.open_shift()
    async with serve_memory(Cd5220Display(), "pole") as pole, serve_memory(PosPrinter(), "front") as printer:
        display = await add(manager, "memory:pole", "cd5220")
        front = await add(manager, "memory:front", "escpos")
        status, tried = await manager.ask("POST", f"/devices/{display}/test", {})
        assert (status, tried["did"]) == (200, "text")
        await pole.wait_for(lambda machine: machine.rows[0].startswith("StayOpen"))
        body = {"drawer": True, "reason": "试开"}
        status, tried = await manager.ask("POST", f"/devices/{front}/test", body)
        assert (status, tried["did"]) == (200, "drawer")
        assert (printer.machine.drawer_pulses, printer.machine.receipts) == (1, [])


async def test_adding_twice_with_one_key_adds_once(counter: Counter):
    """A repeated request gets the first answer and makes nothing new; so does the same address under a new key."""
    manager = await counter.till("3001", "office")
    body = {"address": "tcp://127.0.0.1", "driver": "escpos", "name": "厨房", "options": {"columns": 32}}
    key = manager.next_key()
    first = await manager.ask("POST", "/devices", body, key=key)
    assert first[0] == 200
    assert await manager.ask("POST", "/devices", body, key=key) == first
    again = await manager.do("POST /devices", {**body, "name": "后厨"})
    row = await only(manager)
    assert (row["device"], row["name"], row["address"]) == (again["device"], "后厨", "tcp://127.0.0.1:9100")
    assert first[1]["result"]["device"] == again["device"]


async def test_setup_is_changed_piece_by_piece(counter: Counter):
    """What a change leaves out stays; another driver begins with its own options; unfit work is refused."""
    manager = await counter.till("3001", "office")
    device = await add(manager, "tcp://127.0.0.1:9", "escpos", options={"columns": 32}, name="厨房")
    path = f"PATCH /devices/{device}"
    row = await manager.do(path, {"roles": [{"role": "receipt", "till": "t1"}]})
    assert (row["name"], row["options"], row["roles"]) == (
        "厨房",
        {"columns": 32},
        [{"role": "receipt", "till": "t1", "rank": 0}],
    )
    row = await manager.do(path, {"name": "后厨"})
    assert (row["name"], row["options"], len(row["roles"])) == ("后厨", {"columns": 32}, 1)
    row = await manager.do(path, {"driver": "zpl"})
    assert (row["options"], row["roles"]) == ({}, [])
    assert (await manager.refused(path, {"roles": [{"role": "scale"}]}))[1] == "role_unfit"
    assert (await manager.refused(path, {"options": {"columns": 32}}))[1] == "bad_option"
    assert (await manager.refused(path, {"driver": "serial_drawer"}))[1] == "bad_address"
    assert (await manager.refused(path, {"driver": "pigeon"}))[1] == "not_supported"
    assert (await only(manager))["driver"] == "zpl"


async def test_ignored_and_forgotten(counter: Counter):
    """What is ignored is listed apart and used no more; what is forgotten is gone; what is not there is refused."""
    manager = await counter.till("3001", "office")
    device = counter.find(STRANGER)
    assert (await manager.refused(f"POST /devices/{device}/accept", {}))[1] == "not_supported"
    assert (await manager.refused(f"PATCH /devices/{device}", {}))[1] == "unknown_device"
    accepted = await manager.do(f"POST /devices/{device}/accept", {"driver": "cas", "name": "生鲜秤"})
    assert (accepted["state"], accepted["name"]) == ("accepted", "生鲜秤")
    await manager.do(f"POST /devices/{device}/ignore")
    assert (await only(manager, "ignored"))["roles"] == []
    await manager.do(f"DELETE /devices/{device}")
    assert await manager.get("/devices") == {"accepted": [], "offered": [], "ignored": []}
    assert (await manager.refused(f"DELETE /devices/{device}"))[1] == "unknown_device"


WRONG: list[tuple[str, Any, str]] = [
    ("POST /devices", {"address": "http://127.0.0.1", "driver": "escpos"}, "bad_address"),
    ("POST /devices", {"address": "usb:/etc/../dev/x", "driver": "escpos"}, "bad_address"),
    ("POST /devices", {"address": "tcp://127.0.0.1\n", "driver": "escpos"}, "bad_address"),
    ("POST /devices", {"address": "serial:/dev/ttyS0?baud=1", "driver": "cas"}, "bad_address"),
    ("POST /devices", {"address": "tcp://127.0.0.1", "driver": "serial_drawer"}, "bad_address"),
    ("POST /devices", {"address": "tcp://127.0.0.1", "driver": "escpos", "name": "a\x1b@"}, "bad_text"),
    ("POST /devices", {"address": "tcp://127.0.0.1", "driver": "escpos", "name": ""}, "bad_request"),
    ("POST /devices", {"address": "tcp://127.0.0.1", "driver": "escpos", "options": {"columns": True}}, "bad_request"),
    ("POST /devices", {"address": "tcp://127.0.0.1", "driver": "escpos", "options": {"columns": 10**9}}, "bad_option"),
    ("POST /devices", {"address": "tcp://127.0.0.1", "driver": "escpos", "roles": [{"role": "cook"}]}, "bad_request"),
    (
        "POST /devices",
        {"address": "tcp://127.0.0.1", "driver": "escpos", "roles": [{"role": "receipt", "till": "T 1"}]},
        "bad_request",
    ),
    (f"GET /devices/{NOBODY}/status", None, "unknown_device"),
    (f"GET /devices/{NOBODY}/weight", None, "unknown_device"),
    (f"GET /devices/{NOBODY}/readings", None, "unknown_device"),
    (f"POST /devices/{NOBODY}/test", {}, "unknown_device"),
    (f"POST /devices/{NOBODY}/tare", None, "unknown_device"),
    (f"POST /devices/{NOBODY}/accept", {}, "unknown_device"),
    (f"POST /devices/{NOBODY}/ignore", None, "unknown_device"),
]


async def test_wrong_requests_change_nothing(counter: Counter):
    """Addresses, options, names and roles that are none are refused with their code, and nothing is added."""
    manager = await counter.till("3001", "office")
    for where, body, code in WRONG:
        assert (await manager.refused(where, body))[1] == code, (where, body)
    assert await manager.get("/devices") == {"accepted": [], "offered": [], "ignored": []}


async def test_drivers_are_listed_in_the_askers_language(counter: Counter):
    """All that is supported can be chosen, with its options and the work that it can do."""
    cashier = await counter.till()
    rows = {row["driver"]: row for row in (await cashier.get("/devices/drivers"))["drivers"]}
    assert rows["escpos"]["roles"] == ["receipt", "drawer"]
    assert {option["name"] for option in rows["escpos"]["options"]} >= {"columns"}
    assert "打印机" in rows["escpos"]["title"]
    _, english = await cashier.ask("GET", "/devices/drivers", headers={"Accept-Language": "en"})
    assert "printer" in {row["driver"]: row["title"] for row in english["drivers"]}["escpos"].lower()


async def test_without_devices_the_api_says_so(web: WebShop):
    """Where no device manager runs lists are there, what would wait for a device says that there is none."""
    manager = await web.till("3001", "office")
    assert (await manager.get("/devices"))["accepted"] == []
    device = (await manager.do("POST /devices", {"address": "tcp://127.0.0.1", "driver": "escpos"}))["device"]
    assert (await manager.refused(f"GET /devices/{device}/status"))[:2] == (409, "devices_off")
    assert (await manager.get(f"/devices/{device}/readings"))["readings"] == []
    assert (await manager.get("/health"))["devices_in_trouble"] == 0
