"""Labels over the API of a whole node: simulated TSPL and ZPL printers, paper out, keys, crashes, refusals."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from web_shop import Till, WebShop

from commerce.reference import SettingRow
from device_drivers import limits as drivers
from device_drivers.simulators.label_canvas import LabelRoll
from device_drivers.simulators.serving import serve_memory, serve_tcp
from device_drivers.simulators.tspl_printer import TsplLabelPrinter
from device_drivers.simulators.zpl_printer import ZplLabelPrinter
from edge_node.devices.manager import Manager
from edge_node.ledger import reference_local

WHERE = "POST /labels"
TEA = ("ean13", "6901234567892")
APPLES = ("code128", "pingguo")


class Shelf(WebShop):
    """A shop whose device manager runs."""

    running: "asyncio.Task[None]"

    def equip(self, deps: Any) -> Any:
        """Begin to look after devices."""
        manager = Manager(deps.database, lambda: self.time)
        self.running = asyncio.create_task(manager.run())
        return replace(deps, devices=manager)

    async def leave(self) -> None:
        """Let the devices go, and close."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.close()


@pytest.fixture
async def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shelf]:
    """A shop with label printers; nobody waits between two questions."""
    monkeypatch.setattr(drivers, "LABEL_ASK_AGAIN_S", 0.001)
    shop = Shelf(tmp_path / "edge.db")
    shop.dress = shop.equip
    await shop.open(fresh=True)
    yield shop
    await shop.leave()


async def add(shelf: Shelf, address: str, driver: str = "tspl", *, till: str = "", rank: int = 0) -> str:
    """Add a label printer by hand; return its id."""
    manager = await shelf.till("3001", "office")
    roles = [{"role": "label", "till": till, "rank": rank}]
    return str((await manager.do("POST /devices", {"address": address, "driver": driver, "roles": roles}))["device"])


def batch(*wanted: tuple[str, int], design: str = "price_40x30", **more: Any) -> dict[str, Any]:
    """The body of a request."""
    return {"design": design, "labels": [{"item": item, "copies": copies} for item, copies in wanted], **more}


@pytest.mark.parametrize(
    ("driver", "machine", "serving"),
    [("tspl", TsplLabelPrinter, "tcp"), ("zpl", ZplLabelPrinter, "memory")],
    ids=["tspl", "zpl"],
)
async def test_labels_of_products_are_printed(shelf: Shelf, driver: str, machine: Any, serving: str):
    """A shift lead prints labels of the price book: so many copies, in order, with the codes that tills scan."""
    lead = await shelf.till("2001", "t1")
    async with serve_tcp(machine()) if serving == "tcp" else serve_memory(machine(), "labels") as line:
        device = await add(shelf, line.address if serving == "tcp" else "memory:labels", driver)
        done = await lead.do(WHERE, batch(("naicha", 7), ("pingguo", 1)))
        assert done == {"printed": 8, "device": device}
        assert [label.codes for label in line.machine.roll.labels] == [(TEA,)] * 7 + [(APPLES,)]
        assert {label.image.size for label in line.machine.roll.labels} == {(320, 240)}
        assert line.machine.strange == 0


@pytest.mark.parametrize(("driver", "machine"), [("tspl", TsplLabelPrinter), ("zpl", ZplLabelPrinter)])
async def test_paper_out_in_the_middle_and_on(shelf: Shelf, driver: str, machine: Any):
    """The refusal counts what is printed and what may be; the rest, asked for from there on, makes it whole."""
    lead = await shelf.till("2001", "t1")
    async with serve_tcp(machine(roll=LabelRoll(left=8))) as line:
        await add(shelf, line.address, driver)
        key, body = lead.next_key(), batch(("naicha", 12), ("pingguo", 2))
        status, told = await lead.ask("POST", "/labels", body, key=key)
        assert (status, told["code"]) == (409, "labels_unsure")
        assert {**told["evidence"], "why": ""} == {
            "printed": 5,
            "wanted": 14,
            "unsure": 5,
            "trouble": "paper_out",
            "why": "",
        }
        assert told["message"] == "已打印 5 张（共 14 张），停下了：打印机缺纸。另有最多 5 张可能已打出。"
        assert line.machine.roll.printed == 8
        line.machine.roll.left = None
        line.touch()
        assert await lead.ask("POST", "/labels", body, key=key) == (status, told)
        assert line.machine.roll.printed == 8  # nothing came out later, nor for the same key
        done = await lead.do(WHERE, {**body, "skip": 8})
        assert (done["printed"], line.machine.roll.printed) == (14, 14)
        assert [label.codes for label in line.machine.roll.labels] == [(TEA,)] * 12 + [(APPLES,)] * 2


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-CN", "已打印 0 张（共 3 张），停下了：打印机缺纸。"),
        ("zh-TW", "已列印 0 張（共 3 張），停下了：印表機缺紙。"),
        ("en", "0 of 3 labels are printed, then it stopped: The printer is out of paper."),
    ],
)
async def test_a_printer_without_paper_is_told_in_the_askers_language(shelf: Shelf, language: str, said: str):
    """What never reached the printer is not in doubt, and the refusal names the trouble in words."""
    lead = await shelf.till("2001", "t1")
    async with serve_tcp(TsplLabelPrinter(roll=LabelRoll(left=0))) as line:
        await add(shelf, line.address)
        headers = {"Accept-Language": language}
        status, told = await lead.ask("POST", "/labels", batch(("naicha", 3)), headers=headers)
        assert (status, told["code"], told["message"]) == (409, "labels_stopped", said)
        assert (told["evidence"]["unsure"], line.machine.roll.printed) == (0, 0)


async def test_the_same_key_prints_once(shelf: Shelf):
    """A repeated request gets the first answer and prints nothing; the key serves no other request."""
    lead = await shelf.till("2001", "t1")
    async with serve_tcp(TsplLabelPrinter()) as line:
        await add(shelf, line.address)
        key, body = lead.next_key(), batch(("naicha", 2))
        first = await lead.ask("POST", "/labels", body, key=key)
        assert first[0] == 200
        assert await lead.ask("POST", "/labels", body, key=key) == first
        assert (await lead.ask("POST", "/labels", batch(("naicha", 3)), key=key))[1]["code"] == "key_reused"
        assert line.machine.roll.printed == 2


async def test_while_it_prints(shelf: Shelf, tmp_path: Path):
    """The same key waits for the batch, another batch is refused, and a crash would leave how far it came."""
    lead, other = await shelf.till("2001", "t1"), await shelf.till("3001", "t2")
    async with serve_tcp(TsplLabelPrinter(roll=LabelRoll(busy_asks=10**6))) as line:
        device = await add(shelf, line.address)
        key, body = lead.next_key(), batch(("naicha", 7))
        first = asyncio.create_task(lead.ask("POST", "/labels", body, key=key))
        await line.wait_for(lambda machine: machine.roll.printed == 5)
        again = asyncio.create_task(lead.ask("POST", "/labels", body, key=key))
        assert (await other.refused(WHERE, batch(("naicha", 1))))[1] == "labels_under_way"

        after = WebShop(tmp_path / "edge.db")  # as the node would be found, had it died now
        await after.open(fresh=False)
        _, told = await Till(after, lead.token, "t1").ask("POST", "/labels", body, key=key)
        await after.close()
        assert (told["code"], told["evidence"]["printed"], told["evidence"]["unsure"]) == ("labels_interrupted", 0, 5)
        assert "最多 5 张可能已打出" in told["message"]

        line.machine.roll.busy_asks = 0
        line.machine.roll.cancel()
        line.touch()
        status, done = await first
        assert (status, done["result"]) == (200, {"printed": 7, "device": device})
        assert await again == (status, done)
        assert line.machine.roll.printed == 7
        assert (await other.do(WHERE, batch(("naicha", 1))))["printed"] == 1


async def test_each_till_has_its_printer_and_the_next_one_steps_in(shelf: Shelf):
    """A till's labels come from its own printer, another till's when asked so, and from the next when it cannot."""
    lead = await shelf.till("2001", "t1")
    async with serve_tcp(TsplLabelPrinter()) as own, serve_tcp(ZplLabelPrinter()) as common:
        first, second = await add(shelf, own.address, till="t1"), await add(shelf, common.address, "zpl")
        assert (await lead.do(WHERE, batch(("naicha", 1))))["device"] == first
        assert (await lead.do(WHERE, batch(("naicha", 1), till="t2")))["device"] == second
        own.machine.roll.head_open = True
        assert (await lead.ask("GET", f"/devices/{first}/status"))[1]["trouble"] == "cover_open"
        assert (await lead.do(WHERE, batch(("naicha", 1))))["device"] == second
        assert (own.machine.roll.printed, common.machine.roll.printed) == (1, 2)


WRONG: list[tuple[dict[str, Any], str]] = [
    (batch(("naicha", 1), ("nothing", 1)), "unknown_item"),
    (batch(("quick", 1)), "unknown_item"),
    (batch(("jiuzhuan", 1)), "item_inactive"),
    (batch(("naicha", 100), ("pingguo", 100), ("shui1", 1)), "too_many"),
    (batch(("naicha", 3), skip=3), "bad_request"),
    (batch(("naicha", 101)), "bad_request"),
    (batch(("naicha", 0)), "bad_request"),
    (batch(design="price_40x30"), "bad_request"),
    (batch(("naicha", 1), design="price_9x9"), "bad_request"),
    (batch(("naicha", 1), till="T 1"), "bad_request"),
    ({"design": "price_40x30", "labels": [{"item": "naicha", "old_price": 1500}]}, "bad_request"),
]


async def test_wrong_requests_print_nothing(shelf: Shelf):
    """Unknown products, bounds, designs and old prices that are none are refused before the first label."""
    lead = await shelf.till("2001", "t1")
    async with serve_tcp(TsplLabelPrinter()) as line:
        await add(shelf, line.address)
        for body, code in WRONG:
            assert (await lead.refused(WHERE, body))[1] == code, body
        assert line.machine.roll.printed == 0


async def test_without_a_label_printer(shelf: Shelf):
    """Where there is none it is said, and the refusal is the key's answer."""
    lead = await shelf.till("2001", "t1")
    key, body = lead.next_key(), batch(("naicha", 1))
    refused = await lead.ask("POST", "/labels", body, key=key)
    assert (refused[0], refused[1]["code"]) == (409, "no_label_printer")
    async with serve_tcp(TsplLabelPrinter()) as line:
        await add(shelf, line.address)
        assert await lead.ask("POST", "/labels", body, key=key) == refused
        assert line.machine.roll.printed == 0


async def test_without_devices(web: WebShop):
    """A node that manages no devices says so, and shows labels all the same."""
    lead = await web.till("2001")
    assert (await lead.refused(WHERE, batch(("naicha", 1))))[:2] == (409, "devices_off")
    assert (await lead.get("/labels/preview?design=price_40x30&item=naicha"))["png"]


async def test_a_label_is_shown_before_it_is_printed(shelf: Shelf):
    """The preview is what the printer prints, in the chain's language; what cannot be printed is not shown."""
    lead = await shelf.till("2001", "t1")
    path = "/labels/preview?design=product_60x40&item=naicha"
    chinese = await lead.get(path)
    row = SettingRow("language", '"en"')
    shelf.direct(lambda conn: reference_local.write_row(conn, shelf.node, row, "setup", shelf.time))
    shelf.deps.books.forget()
    shown = await lead.get(path)
    assert shown != chinese
    async with serve_tcp(TsplLabelPrinter()) as line:
        await add(shelf, line.address)
        await lead.do(WHERE, batch(("naicha", 1), design="product_60x40"))
        (printed,) = line.machine.roll.labels
        sheet = Image.open(io.BytesIO(base64.b64decode(shown["png"]))).convert("1")
        assert sheet.size == (480 + 2, 320 + 2)  # its edge is drawn around it
        assert sheet.crop((1, 1, 481, 321)).tobytes() == printed.image.tobytes()
    path = "/labels/preview?design=price_60x40&item=pingguo"
    assert await lead.get(f"{path}&old_price=1590") != await lead.get(path)
    for query, code in (("item=nothing", "unknown_item"), ("item=pingguo&old_price=1290", "bad_request")):
        assert (await lead.refused(f"GET /labels/preview?design=price_60x40&{query}"))[1] == code
