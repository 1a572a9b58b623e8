"""A whole node with simulated devices: what is sold is printed, shown and announced, and nothing of it holds a till."""

import asyncio
import contextlib
import json

import pytest
from app_branch import Front, config_at
from web_shop import DAY

from device_drivers.simulators.line_displays import Cd5220Display
from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.serving import serve_pty, serve_tcp
from edge_node import hardware
from edge_node.config import DevicesConfig
from edge_node.devices import limits

PATIENCE = 20.0
SEED = {
    "products": [{"item": "tea", "name": "珍珠奶茶", "category": "饮品", "unit": "杯", "price": 1500}],
    "staff": [{"number": "3001", "name": "陈静", "roles": ["manager"], "pin": "9753"}],
}
CASH = {"tenders": [{"tender": "cash", "amount": 2000}]}


@pytest.fixture
def seed(tmp_path):
    """A shop with tea and a manager."""
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED), "utf-8")
    return path


async def use(till, line, driver, **more) -> str:
    """Take a device into use and wait until its state is told."""
    screen = await till.shop.client.ws_connect("/api/v1/notices")
    await screen.send_json({"token": till.token})
    await screen.receive_json()
    device = (await till.do("POST /devices", {"address": line.address, "driver": driver, **more}))["device"]
    async with asyncio.timeout(PATIENCE):
        while True:
            notice = await screen.receive_json()
            if notice["kind"] == "device" and notice["data"].get("device") == device and "works" in notice["data"]:
                break
    await screen.close()
    return device


async def sell(till) -> None:
    """Sell one tea for cash."""
    basket = await till.basket("tea")
    await till.do(f"POST /baskets/{basket}/checkout", CASH)


async def test_a_sale_is_printed_shown_and_opens_the_drawer(tmp_path, seed):
    """From the sale's commit to the paper, the drawer and the pole display, with nobody asking for any of it."""
    async with Front(config_at(tmp_path / "edge"), seed_file=seed) as shop:
        till = await shop.till("3001", "9753")
        await till.do("POST /shift", {"day": DAY, "float": 10_000})
        async with serve_tcp(PosPrinter()) as printer, serve_pty(Cd5220Display()) as pole:
            await use(till, pole, "cd5220")
            await use(till, printer, "escpos")
            await till.basket("tea")
            await pole.wait_for(lambda machine: any("15.00" in row for row in machine.rows), PATIENCE)
            await sell(till)
            await printer.wait_for(
                lambda machine: any("珍珠奶茶" in receipt.text for receipt in machine.receipts), PATIENCE
            )
            assert printer.machine.drawer_pulses >= 1
            assert (await shop.health())["devices_in_trouble"] == 0


async def test_what_waited_is_printed_when_there_is_paper_again(tmp_path, seed, monkeypatch):
    """Without paper sales go on; once paper is in, what waited is printed by itself."""
    monkeypatch.setattr(limits, "TROUBLE_S", 0.05)
    async with Front(config_at(tmp_path / "edge"), seed_file=seed) as shop:
        till = await shop.till("3001", "9753")
        await till.do("POST /shift", {"day": DAY, "float": 10_000})
        async with serve_tcp(PosPrinter()) as printer:
            printer.machine.paper_out = True
            await use(till, printer, "escpos", roles=[{"role": "receipt"}])
            await sell(till)
            assert (await shop.health())["print_jobs_waiting"] >= 1
            assert not any("珍珠奶茶" in receipt.text for receipt in printer.machine.receipts)
            printer.machine.paper_out = False
            printer.touch()
            await printer.wait_for(
                lambda machine: any("珍珠奶茶" in receipt.text for receipt in machine.receipts), PATIENCE
            )


async def test_papers_go_to_the_printer_that_gets_the_work(tmp_path, seed):
    """A paper without a printer waits; it comes out as soon as some printer has that work."""
    async with Front(config_at(tmp_path / "edge"), seed_file=seed) as shop:
        till = await shop.till("3001", "9753")
        await till.do("POST /shift", {"day": DAY, "float": 10_000})
        async with serve_tcp(PosPrinter()) as printer:
            device = await use(till, printer, "escpos", roles=[])
            await sell(till)
            assert printer.machine.receipts == []
            await till.do(f"PATCH /devices/{device}", {"roles": [{"role": "receipt", "till": "t1"}]})
            await printer.wait_for(
                lambda machine: any("珍珠奶茶" in receipt.text for receipt in machine.receipts), PATIENCE
            )


class Flood:
    """A thing on the network that sends without end, whatever it is sent."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.writers = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"tcp://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()

    async def _serve(self, _reader, writer) -> None:
        self.writers.append(writer)
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(self.data)
                await writer.drain()


FLOODS = [
    ("serial_scanner", b"6901234567892\r" * 300),
    ("cas_lines", b"ST,GS,+  1.250kg\r\n" * 200),
    ("escpos", b"\x16" * 4000),
]


@pytest.mark.parametrize(("driver", "data"), FLOODS, ids=[name for name, _ in FLOODS])
async def test_a_flood_is_not_drunk(tmp_path, seed, driver, data):
    """While a thing sends without end, whatever it should be, sales are made and another printer prints them."""
    async with Front(config_at(tmp_path / "edge"), seed_file=seed) as shop:
        till = await shop.till("3001", "9753")
        await till.do("POST /shift", {"day": DAY, "float": 10_000})
        async with Flood(data) as flood, serve_tcp(PosPrinter()) as printer:
            await use(till, printer, "escpos")
            work = {"escpos": "receipt", "cas_lines": "scale"}.get(driver, "scanner")
            await use(till, flood, driver, roles=[{"role": work, "till": "t9"}])
            async with asyncio.timeout(PATIENCE):
                for _ in range(10):
                    await sell(till)
            await printer.wait_for(
                lambda machine: sum("珍珠奶茶" in receipt.text for receipt in machine.receipts) == 10, PATIENCE
            )


async def test_a_node_without_devices_sells(tmp_path, seed):
    """With devices switched off nothing is opened or found, and the till sells as ever."""
    config = config_at(tmp_path / "edge")
    config = type(config)(data=config.data, till=config.till, devices=DevicesConfig(enabled=False))
    async with Front(config, seed_file=seed) as shop:
        till = await shop.till("3001", "9753")
        await till.do("POST /shift", {"day": DAY, "float": 10_000})
        await sell(till)
        assert shop.app.hardware is None
        assert (await shop.health())["devices_in_trouble"] == 0


async def test_parts_that_die_are_begun_again(monkeypatch, caplog):
    """A part that dies of a defect, or simply ends, is told in the log and begun again, with pauses that grow."""
    pauses = []
    again = asyncio.Event()
    deaths = [ValueError("x"), None, KeyError("y")]

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def work() -> None:
        if not deaths:
            again.set()
            await asyncio.Event().wait()
        if (error := deaths.pop(0)) is not None:
            raise error

    monkeypatch.setattr(hardware.asyncio, "sleep", sleep)
    task = asyncio.create_task(hardware.keep("the clock", work))
    async with asyncio.timeout(PATIENCE):
        await again.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert pauses == [1.0, 2.0, 4.0]
    assert caplog.text.count("the clock died") == 2
    assert caplog.text.count("the clock ended") == 1


async def test_a_dying_manager_costs_no_sale(tmp_path, seed, monkeypatch):
    """When the device room itself breaks, tills sell on and devices are back by themselves."""
    monkeypatch.setattr(hardware, "AGAIN_S", 0.05)
    async with Front(config_at(tmp_path / "edge"), seed_file=seed) as shop:
        till = await shop.till("3001", "9753")
        await till.do("POST /shift", {"day": DAY, "float": 10_000})
        async with serve_tcp(PosPrinter()) as printer:
            manager = shop.app.hardware.manager
            whole, broken = manager._take_over, asyncio.Event()

            def breaks(*args) -> None:
                if not broken.is_set():
                    broken.set()
                    raise ValueError
                whole(*args)

            manager._take_over = breaks
            body = {"address": printer.address, "driver": "escpos"}
            await till.do("POST /devices", body)
            async with asyncio.timeout(PATIENCE):
                await broken.wait()
            await sell(till)
            await printer.wait_for(
                lambda machine: any("珍珠奶茶" in receipt.text for receipt in machine.receipts), PATIENCE
            )
