"""Long runs and heavy work: nothing grows with them, and neither the event loop nor the ledger draws a picture."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from unruly_devices import Room, room_at, scan, unplugged
from web_shop import Till, WebShop

from device_drivers.interfaces.device import CardToken, ScanData, Weight
from device_drivers.protocols.escpos import encode
from device_drivers.simulators.memory_serving import serve_memory
from device_drivers.simulators.pos_printer import PosPrinter
from edge_node.config import Config
from edge_node.devices import labels as label_prints
from edge_node.devices import limits
from edge_node.devices.papers import looks, making
from edge_node.devices.readings import Readings
from edge_node.hardware import Hardware, Place
from edge_node.ledger.devices import Duty
from edge_node.runtime import Runtime

PATIENCE = 20.0


class Counter(WebShop):
    """A shop that looks after its devices and prints."""

    def equip(self, deps: Any) -> Any:
        """Join the devices to the API."""
        run = Runtime(lambda: self.time, random_bytes=self.entropy)
        self.hardware = hardware = Hardware(Config(), run, deps, Place(lambda: 0, "f" * 64, lambda _data: b"s" * 64))
        works = (hardware.manager.run, hardware.spooler.run, hardware.displays.run)
        self.running = [asyncio.create_task(work()) for work in works]
        return hardware.join()


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    """A shop whose devices run."""
    shop = Counter(tmp_path / "edge.db")
    shop.dress = shop.equip
    await shop.open(fresh=True)
    yield shop
    for task in shop.running:
        task.cancel()
    await asyncio.gather(*shop.running, return_exceptions=True)
    await shop.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A manager with devices that misbehave."""
    async with room_at(tmp_path / "edge.db") as made:
        yield made


async def test_no_picture_is_drawn_where_sales_are_made(counter: Counter, monkeypatch: pytest.MonkeyPatch):
    """Filling, laying out and drawing papers and labels run on threads of their own: no sale waits for them."""
    where: dict[str, set[int]] = {}

    def spy(module: Any, name: str) -> None:
        work: Callable[..., Any] = getattr(module, name)

        def spied(*args: Any, **more: Any) -> Any:
            where.setdefault(name, set()).add(threading.get_ident())
            return work(*args, **more)

        monkeypatch.setattr(module, name, spied)

    for module, name in (
        (making, "fill"),
        (making, "tried"),
        (looks, "png"),
        (encode, "job"),
        (label_prints, "picture"),
    ):
        spy(module, name)
    ledger = await counter.database.read(lambda _conn: threading.get_ident())
    async with serve_memory(PosPrinter(), name="front") as line:
        manager: Till = await counter.till("3001", "t1")
        await manager.open_shift()
        await manager.do("POST /devices", {"address": line.address, "driver": "escpos"})
        basket = await manager.basket("naicha")
        paid = {"tenders": [{"tender": "wechat", "amount": 1500}]}
        sale = (await manager.do(f"POST /baskets/{basket}/checkout", paid))["sale"]
        await line.wait_for(lambda printer: printer.cuts, seconds=PATIENCE)
        await manager.get(f"/sales/{sale}/paper")
        assert (await manager.ask("POST", "/papers/preview", {"kind": "sale"}))[0] == 200
        await manager.get("/labels/preview?design=price_40x30&item=naicha")
    assert set(where) == {"fill", "tried", "png", "job", "picture"}
    assert not {threading.get_ident(), ledger} & set().union(*where.values())


async def test_thousands_of_reconnects_leave_nothing_behind(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A device that breaks off each time it was opened leaves no tasks, no states and no lines in the log."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(limits, "BACK_OFF_S", (0.0,))
    script = room.script("tcp://10.0.0.1:1")
    script.raises["check_health"] = unplugged()
    await room.accept("tcp://10.0.0.1:1", "serial_drawer", Duty("drawer"))
    await script.until(lambda: script.opened > 50)
    tasks, states, lines = len(asyncio.all_tasks()), len(room.states), len(caplog.records)
    await script.until(lambda: script.opened > 1500)
    assert len(asyncio.all_tasks()) <= tasks + 5
    assert len(room.states) == states
    assert len(caplog.records) == lines
    assert script.opened - script.closed <= 1


async def test_a_flood_of_readings_is_a_few(room: Room, monkeypatch: pytest.MonkeyPatch):
    """Of a scanner that never stops a few readings are kept, and no task for any of them."""
    monkeypatch.setattr(limits, "READING_GAP_S", 0.0)
    script = room.script("tcp://10.0.0.2:1")
    device = await room.accept("tcp://10.0.0.2:1", "serial_scanner", Duty("scanner", "t1"))
    await room.ready(device)
    script.flood = scan("6901234567892")
    await script.readings.put(script.flood)
    await script.until(lambda: script.given > 100)
    tasks = len(asyncio.all_tasks())
    await script.until(lambda: script.given > 3000)
    assert len(asyncio.all_tasks()) <= tasks + 5
    assert len(room.manager.readings(device)) == limits.READINGS_KEPT


def test_readings_fill_no_memory():
    """Scans, weights and cards without end: the last twenty of each device are kept."""
    kept = Readings()
    for number in range(20_000):
        kept.keep(b"s", ScanData(str(number)), number)
        kept.keep(b"w", Weight(number, stable=number % 3 == 0), number)
        kept.keep(b"c", CardToken(f"{number:013d}", "nfc"), number)
    for device in (b"s", b"w", b"c"):
        assert len(kept.of(device)) == limits.READINGS_KEPT
    assert all(past.text.startswith("*********") for past in kept.of(b"c"))
