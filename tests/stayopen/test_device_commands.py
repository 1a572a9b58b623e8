"""``stayopen devices`` against a running node with simulated devices, as a person at a shell uses it."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.scales import CasScale
from device_drivers.simulators.serving import serve_tcp
from device_drivers.simulators.tspl_printer import TsplLabelPrinter
from edge_node.app import EdgeApp
from edge_node.config import Config, DevicesConfig, TillConfig
from edge_node.ledger import devices
from edge_node.ledger.devices import Found
from stayopen import cli, device_commands
from stayopen.output import OK, REFUSED

PIN = "2468"
SEED = {
    "staff": [{"number": "3001", "name": "陈静", "roles": ["manager"], "pin": PIN}],
    "products": [
        {"item": "naicha", "name": "珍珠奶茶", "category": "drinks", "unit": "杯", "price": 1500},
        {"item": "pingguo", "name": "红富士苹果", "category": "fruit", "unit": "千克", "price": 1290, "weighed": True},
    ],
}


class Node:
    """An edge node on a thread of its own, a simulated printer and a scale beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.printer = PosPrinter()
        self.labels = TsplLabelPrinter()
        self.call(self._start)

    def call(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Run something on the node's loop."""

        async def whole() -> Any:
            return await work()

        return asyncio.run_coroutine_threadsafe(whole(), self.loop).result(30)

    async def _start(self) -> None:
        (self.folder / "seed.json").write_text(json.dumps(SEED), "utf-8")
        config = Config(data=str(self.folder / "edge"), till=TillConfig(port=0), devices=DevicesConfig(discovery=False))
        self.printer_at = (await self.stack.enter_async_context(serve_tcp(self.printer))).address
        self.labels_at = (await self.stack.enter_async_context(serve_tcp(self.labels))).address
        self.scale_at = (await self.stack.enter_async_context(serve_tcp(CasScale(load=500)))).address
        self.app = EdgeApp(config, seed_file=self.folder / "seed.json")
        await self.app.start()
        self.stack.push_async_callback(self.app.stop)
        self.url = f"http://127.0.0.1:{self.app.port}"

    def find(self, thing: Found) -> None:
        """Let something be found."""
        hardware = self.app.hardware
        assert hardware is not None
        self.call(lambda: hardware.manager._database.write(devices.found, thing, 1))

    def close(self) -> None:
        """Stop everything."""
        self.call(self.stack.aclose)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory):
    """One node for all commands."""
    made = Node(tmp_path_factory.mktemp("node"))
    yield made
    made.close()


@pytest.fixture
def run(node: Node, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run ``stayopen devices …``; returns exit code, output (decoded with --json) and errors."""
    monkeypatch.setenv(device_commands.PIN, PIN)

    def call(name: str, *words: str, staff: str = "3001") -> tuple[int, Any, str]:
        code = cli.main(["devices", name, *words, "--url", node.url, "--staff", staff])
        captured = capsys.readouterr()
        out = json.loads(captured.out) if "--json" in words and captured.out else captured.out
        return code, out, captured.err

    return call


def test_a_device_from_found_to_forgotten(run, node: Node):
    """Found it is listed, accepted by its name it prints a test page, forgotten it is gone."""
    node.find(Found("mdns:kitchen", "escpos", {}, node.printer_at, "厨房打印机", "mdns"))
    code, out, _ = run("list")
    assert code == OK
    (line,) = [line for line in out.splitlines() if "厨房打印机" in line]
    assert line.split()[1] == "offered"
    code, row, _ = run(
        "accept", "厨房打印机", "--name", "后厨", "--option", "columns=32", "--role", "receipt:t1:0", "--json"
    )
    assert (code, row["state"], row["options"]) == (OK, "accepted", {"columns": 32})
    assert row["roles"] == [{"role": "receipt", "till": "t1", "rank": 0}]
    code, out, _ = run("test", row["device"][:6])
    assert (code, out) == (OK, "后厨: page\n")
    assert "打印测试" in node.printer.receipts[0].text
    assert "receipt:t1" in run("list")[1]
    assert run("forget", "后厨")[1] == "后厨 is forgotten\n"
    assert run("list", "--json")[1]["accepted"] == []


def test_labels_of_products(run, node: Node):
    """A shift lead prints labels of products by their numbers, and goes on after what is there already."""
    run("add", node.labels_at, "--driver", "tspl", "--name", "标签机")
    words = ("labels", "naicha", "pingguo", "--copies", "2")
    assert run(*words) == (OK, "4 labels are printed\n", "")
    assert run(*words, "--skip", "3", "--json")[1]["printed"] == 4
    assert [label.codes[0][1] for label in node.labels.roll.labels] == ["naicha", "naicha", *["pingguo"] * 3]
    code, _, told = run("labels", "nothing")
    assert code == REFUSED
    assert "[unknown_item]" in told
    run("forget", "标签机")


def test_a_device_by_its_address(run, node: Node):
    """What is not found by itself is added by hand, and weighs."""
    code, out, _ = run("add", node.scale_at, "--driver", "cas", "--name", "生鲜秤", "--role", "scale")
    assert (code, "生鲜秤" in out, node.scale_at in out) == (OK, True, True)
    assert run("test", "生鲜秤")[1].startswith("生鲜秤: weight: 500 g, tare 0 g")
    run("forget", "生鲜秤")


def test_drivers_are_explained(run):
    """What is supported stands there with its options, the usual ones marked."""
    code, out, _ = run("drivers")
    assert (code, "escpos" in out, "[48]" in out) == (OK, True, True)


REFUSALS = [
    (("test", "nobody"), "no device is called nobody"),
    (("add", "http://x", "--driver", "escpos"), "[bad_address]"),
    (("add", "tcp://127.0.0.1", "--driver", "escpos", "--role", "scale"), "[role_unfit]"),
    (("add", "tcp://127.0.0.1", "--driver", "pigeon"), "[not_supported]"),
]


@pytest.mark.parametrize(("words", "told"), REFUSALS)
def test_refusals_are_told_in_a_sentence(run, words: tuple[str, ...], told: str):
    """What the node refuses, and what is not there, ends 3 and says what to do."""
    code, _, err = run(*words)
    assert (code, told in err, "Traceback" in err) == (REFUSED, True, False)


def test_a_wrong_pin_is_refused(run, monkeypatch: pytest.MonkeyPatch):
    """Without the right PIN nothing is told; without one in the environment a person is asked."""
    monkeypatch.delenv(device_commands.PIN)
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "0000")
    code, out, err = run("list", staff="3002")
    assert (code, out, "[sign_in_refused]" in err) == (REFUSED, "", True)
    assert asked == ["PIN of 3002: "]


def test_no_node_is_told(run, capsys: pytest.CaptureFixture[str]):
    """Where no node answers the command says how to start one."""
    assert cli.main(["devices", "list", "--url", "http://127.0.0.1:9"]) == REFUSED
    assert "stayopen edge serve" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--role", "receipt:t1:first"), ("--option", "columns")])
def test_options_that_are_none_end_two(run, words: tuple[str, str]):
    """A role or option out of form is the command line's mistake."""
    with pytest.raises(SystemExit) as ended:
        run("accept", "x", *words)
    assert ended.value.code == 2


def test_watch_shows_what_comes(run, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Notices about devices are printed as they come, and no others; the command ends when its screen is closed."""
    hub = node.app.hardware._notices

    async def listen() -> tuple[asyncio.Event, Callable[[], None]]:
        there = asyncio.Event()
        opened = hub.open

        def open_(*args: Any, **more: Any) -> Any:
            screen = opened(*args, **more)
            there.set()
            return screen

        hub.open = open_
        return there, lambda: setattr(hub, "open", opened)

    there, restore = node.call(listen)
    done: Future[None] = Future()

    async def speak() -> None:
        await there.wait()
        hub.publish("reference")
        hub.publish("device", device="ab", works=0, trouble="paper_out")
        hub.close()
        done.set_result(None)

    asyncio.run_coroutine_threadsafe(speak(), node.loop)
    code, out, _ = run("watch")
    done.result(10)
    restore()
    assert code == OK
    assert len(out.splitlines()) == 1
    assert "device device=ab works=0 trouble=paper_out" in out
