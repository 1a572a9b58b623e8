"""``stayopen devices simulate`` and ``capture`` as processes: found, used, made to fail, recorded."""

import argparse
import asyncio
import json
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from device_drivers import registry
from device_drivers.capture import Replay
from device_drivers.simulators import catalogue
from device_drivers.simulators.serving import LineFaults, memory_line
from device_drivers.transports.opening import transport
from edge_node.devices.trial import page
from stayopen.device_simulate import FAULTS, Simulation, add_simulate_arguments
from stayopen.output import Refusal

PRINTED = page("前台小票机", 48)


class Process:
    """A simulated device that runs beside us, spoken with as a terminal would."""

    def __init__(self, process):
        self._process = process
        self.said = []

    async def line(self, start):
        """Wait for a line that begins so; return what follows."""
        async with asyncio.timeout(20):
            while True:
                text = (await self._process.stdout.readline()).decode().rstrip("\n")
                assert text or not self._process.stdout.at_eof(), self.said
                self.said.append(text)
                if text.startswith(start):
                    return text.removeprefix(start)

    def type(self, words):
        """Type a line."""
        self._process.stdin.write(f"{words}\n".encode())

    async def ended(self):
        """Wait for its end; return the exit code."""
        return await asyncio.wait_for(self._process.wait(), 20)

    def interrupt(self):
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)


@asynccontextmanager
async def simulated(*words):
    """A device that is simulated while the block runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stayopen.cli", "devices", "simulate", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process.stdin.close()


async def test_a_printed_receipt_lies_in_the_folder(tmp_path):
    """What the driver prints over TCP lies in the folder as a picture and as text, whole when it is told."""
    async with simulated("escpos", "--out", str(tmp_path / "paper")) as printer:
        device = registry.make("escpos", transport(await printer.line("address: ")), {})
        await device.open()
        await device.print_paper(PRINTED)
        path = await printer.line("receipt: ")
        await device.open_drawer()
        await printer.line("drawer opened 1")
        await device.close()
        printer.type("quit")
        assert await printer.ended() == 0
    assert path == str(tmp_path / "paper" / "receipt-0001.png")
    assert (tmp_path / "paper" / "receipt-0001.png").read_bytes().startswith(b"\x89PNG")
    assert "前台小票机" in (tmp_path / "paper" / "receipt-0001.txt").read_text()


async def test_a_device_at_a_pty_obeys_what_is_typed(tmp_path):
    """A scale at a serial port weighs what is put on it, tells what it does not understand, and ends by Ctrl-C."""
    async with simulated("cas", "--pty", str(tmp_path / "ttyScale")) as scale:
        device = registry.make("cas", transport(await scale.line("address: ")), {})
        await device.open()
        scale.type("weight 1234")
        await scale.line("scale 1234 g")
        assert (await device.read_weight()).grams == 1234
        scale.type("sing")
        assert "weight GRAMS" in await scale.line("")
        scale.type("weight much")
        await scale.line("not a number")
        await device.close()
        scale.interrupt()
        assert await scale.ended() == 0
    assert not (tmp_path / "ttyScale").exists()


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_is_something_that_can_be_typed(fault):
    """Every ``--fault`` is understood at a receipt printer, and changes the device or its line."""
    faults, printer = LineFaults(), catalogue.machine("escpos")
    simulation = Simulation(registry.by_name("escpos"), printer, faults, None)
    assert simulation.obey(FAULTS[fault]) == ""
    assert faults != LineFaults() or printer.paper_out or printer.cover_open


def test_the_line_is_made_good_again():
    """What was done to a line is undone by its opposite; ``cut`` breaks it once."""
    faults = LineFaults()
    simulation = Simulation(registry.by_name("cas"), catalogue.machine("cas"), faults, None)
    for words in ("unplug", "plug", "deaf", "hear", "slow 100", "slow 0", "", "half 3", "cut 5", "garbage ff"):
        assert simulation.obey(words) == ""
    assert faults == LineFaults(cut_after=5, cut_answer_after=3, garbage=b"\xff")
    assert simulation.obey("garbage zz") == "not a number: garbage zz"


@pytest.mark.parametrize(
    "words",
    [
        ["cas", "--announce"],
        ["escpos", "--pty", "/nowhere/tty", "--announce"],
        ["escpos", "--port", "70000"],
        ["escpos", "--host", "192.0.2.123"],
        ["cas", "--fault", "paper-out"],
    ],
)
def test_what_cannot_be_simulated_is_refused(words):
    """What makes no sense, and a place where nobody can listen, is refused with a reason."""
    parser = argparse.ArgumentParser()
    add_simulate_arguments(parser.add_subparsers())
    args = parser.parse_args(["simulate", *words])
    with pytest.raises(Refusal):
        args.act(args)


async def test_a_recording_of_a_device_plays_as_that_device(tmp_path):
    """What ``capture`` records of a device can be replayed to its driver, byte for byte; no file is written over."""
    file = tmp_path / "scale.jsonl"
    async with simulated("cas") as scale:
        address = await scale.line("address: ")
        scale.type("weight 500")
        await scale.line("scale 500 g")
        words = ("devices", "capture", address, str(file), "--driver", "cas", "--test", "--seconds", "0.2")
        for code in (0, 3):
            process = await asyncio.create_subprocess_exec(sys.executable, "-m", "stayopen.cli", *words)
            assert await asyncio.wait_for(process.wait(), 20) == code
    recording = file.read_text()
    assert json.loads(recording.splitlines()[0]) == {"stayopen_capture": 1, "driver": "cas", "line": "tcp"}
    device = registry.make("cas", memory_line(Replay(recording)), {})
    await device.open()
    await device.check_health()
    assert (await device.read_weight()).grams == 500
    await device.close()
