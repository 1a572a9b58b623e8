"""``stayopen devices simulate``: a device that is none, as a process of its own, to be found, used and made to fail.

It prints where it is (``address: …``), and from then on one line for everything that happens to it; what it prints on
paper lies in a folder as picture and text. Words typed in act on it: ``help`` lists them.
"""

import argparse
import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from device_drivers import registry
from device_drivers.address import parse
from device_drivers.discovery.announcements import ESCPOS, RAW, Service
from device_drivers.errors import DeviceError
from device_drivers.interfaces.device import Kind
from device_drivers.simulators import catalogue
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import Line, LineFaults, serve_pty, serve_tcp
from device_drivers.supported import Supported
from stayopen.device_hands import Hand, News, hand
from stayopen.output import OK, Parser, Refusal, command

FAULTS = {
    "paper-out": "paper out",
    "cover-open": "cover open",
    "unplugged": "unplug",
    "slow": "slow 200",
    "garbage": "garbage ff00fe1b4100",
    "half-frame": "half 1",
    "deaf": "deaf",
}
"""``--fault`` → what one would type."""

LINE_WORDS = (
    "unplug",
    "plug",
    "slow BYTES_PER_SECOND",
    "garbage HEX",
    "half BYTES",
    "cut BYTES",
    "deaf",
    "hear",
    "quit",
)

_EVER = 1e9
"""Seconds."""
_TYPED = 1_000
"""Characters of one typed line."""


def add_simulate_arguments(group: Parser) -> None:
    """Declare the command."""
    made = command(group, "simulate", "run a simulated device: it speaks a real one's bytes", _simulate)
    made.add_argument(
        "kind", choices=sorted(catalogue.SIMULATORS), metavar="KIND", help=", ".join(catalogue.SIMULATORS)
    )
    made.add_argument("--host", default="127.0.0.1", help="where it listens (default: 127.0.0.1)")
    place = made.add_mutually_exclusive_group()
    place.add_argument("--port", type=int, default=0, help="TCP port (default: one that is free)")
    place.add_argument("--pty", type=Path, metavar="LINK", help="a serial port at this path instead of TCP")
    made.add_argument("--announce", metavar="NAME", nargs="?", const="", help="announce it on the LAN, as printers do")
    made.add_argument("--out", type=Path, metavar="FOLDER", help="keep what it prints here, as PNG and text")
    made.add_argument(
        "--fault", action="append", choices=sorted(FAULTS), default=[], help="how it fails from the start"
    )


class Simulation:
    """One served device, the hand at it, and where its papers go."""

    def __init__(self, supported: Supported, machine: Machine, faults: LineFaults, out: Path | None) -> None:
        self.faults = faults
        self._hand: Hand = hand(supported.kind, machine)
        self._out = out

    def obey(self, text: str) -> str:
        """Do what was typed; return what to say to it."""
        words = text.split()
        try:
            if not words or self._on_line(words) or self._hand.act(words):
                return ""
        except ValueError:
            return f"not a number: {text.strip()}"
        return "; ".join((*self._hand.words, *LINE_WORDS))

    def _on_line(self, words: list[str]) -> bool:
        """Do it to the line; False when it is nothing that one does to lines."""
        faults = self.faults
        match words:
            case ["unplug" | "plug" as how]:
                faults.unplugged = how == "unplug"
            case ["deaf" | "hear" as how]:
                faults.deaf = how == "deaf"
            case ["slow", speed]:
                faults.bytes_per_second = max(0, int(speed))
            case ["garbage", data]:
                faults.garbage = bytes.fromhex(data)
            case ["half", count]:
                faults.cut_answer_after = max(0, int(count))
            case ["cut", count]:
                faults.cut_after = max(0, int(count))
            case _:
                return False
        return True

    async def tell(self, line: Line[Machine]) -> None:
        """Say what happens, for ever."""
        while True:
            seen = self._hand.seen()
            for news in self._hand.news():
                await asyncio.to_thread(self._keep, news)
            await line.wait_for(lambda _, seen=seen: self._hand.seen() != seen, seconds=_EVER)  # type: ignore[misc]

    def _keep(self, news: News) -> None:
        """Write the files of one thing, then say it: who reads of a file finds it whole."""
        if self._out is None or not news.files:
            _say(f"{news.text} {news.stem}".rstrip())
            return
        self._out.mkdir(parents=True, exist_ok=True)
        paths = [self._out / f"{news.stem}{file.suffix}" for file in news.files]
        for path, file in zip(paths, news.files, strict=True):
            path.write_bytes(file.data())
        _say(f"{news.text}: {paths[0]}")


def _simulate(args: argparse.Namespace) -> int:
    """Serve it until it is told to stop."""
    if not 0 <= args.port <= 65_535:
        raise Refusal("--port is a number from 0 to 65535")
    supported = registry.by_name(args.kind)
    if args.announce is not None and (args.pty or supported.kind not in {Kind.POS_PRINTER, Kind.LABEL_PRINTER}):
        raise Refusal("printers reached by TCP announce themselves, and nothing else does")
    try:
        asyncio.run(_serve(args, supported))
    except OSError as error:
        raise Refusal(f"cannot serve it there: {error.strerror}") from None
    except DeviceError as error:
        raise Refusal(f"cannot announce it: {error}") from None
    return OK


async def _serve(args: argparse.Namespace, supported: Supported) -> None:
    """Serve the device, say what happens to it, and do what is typed."""
    machine, faults = catalogue.machine(args.kind), LineFaults()
    simulation = Simulation(supported, machine, faults, args.out)
    for fault in args.fault:
        if simulation.obey(FAULTS[fault]):
            raise Refusal(f"--fault {fault} is nothing that can befall a {supported.kind}")
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    serving = serve_pty(machine, faults, args.pty) if args.pty else serve_tcp(machine, args.host, args.port, faults)
    async with serving as line:

        def typed(text: str) -> None:
            if text.strip() == "quit":
                stopped.set()
            elif answer := simulation.obey(text):
                _say(answer)
            line.touch()

        _say(f"address: {line.address}")
        _listen(asyncio.get_running_loop(), typed)
        async with _announced(args, supported, line.address):
            await _first(simulation.tell(line), stopped.wait())


async def _first(*works: Coroutine[Any, Any, object]) -> None:
    """Run works until one ends; raises what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


@asynccontextmanager
async def _announced(args: argparse.Namespace, supported: Supported, address: str) -> AsyncIterator[None]:
    """Announce it as real ones are, if that is wanted: a receipt printer as such, another one by its language."""
    if args.announce is None:
        yield
        return
    from device_drivers.discovery.network import Network, interfaces  # noqa: PLC0415 - only who announces needs it

    receipts = supported.kind is Kind.POS_PRINTER
    name = args.announce or f"StayOpen simulated {supported.driver}"
    txt = {"ty": name, "note": "simulated"} | ({} if receipts else {"pdl": supported.languages[0]})
    service = Service(ESCPOS if receipts else RAW, name, f"simulated-{supported.driver}", parse(address).port, txt)
    async with Network(interfaces(args.host), ()) as network:
        _say(f"announced: {await network.announce(service)}")
        yield


def _listen(loop: asyncio.AbstractEventLoop, typed: Callable[[str], None]) -> None:
    """Hand what is typed to the loop, line by line, until the input ends."""

    def read() -> None:
        while text := sys.stdin.readline(_TYPED):
            loop.call_soon_threadsafe(typed, text)

    threading.Thread(target=read, name="typed", daemon=True).start()


def _say(text: str) -> None:
    print(text, flush=True)
