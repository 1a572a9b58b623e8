"""A printer is plugged into the shop's network, found, accepted and printed on: between two machines, and on one."""

import json
import secrets
import sys

import pytest
from namespace_world import SEED, STAFF, Host, readdress, two_hosts

from stayopen.demo.waiting import until

HEAR = """
import asyncio, json, sys
from device_drivers.discovery.announcements import NODES
from device_drivers.discovery.network import Network, interfaces

async def main():
    async with asyncio.timeout(20), Network(interfaces(sys.argv[1]), (NODES,)) as network:
        while not network.announced:
            await network.changed()
        one = network.announced[0]
        print("heard:", json.dumps({**one.txt, "host": one.host, "port": one.port}))

asyncio.run(main())
"""
FOUND_S = 20.0
"""A printer that comes up is heard at once, one that was there within three seconds; the rest is starting commands."""


class Shop:
    """A node on one machine and a simulated printer on another (or the same)."""

    def __init__(self, node_host, printer_host, name):
        self.host = node_host
        self.printer_host = printer_host
        self.name = name
        self.url = ""
        self.runs = 0

    async def serve(self):
        """Start the node, with its defaults; on loopback it is told that devices are to be looked for there."""
        seed = self.host.folder / "seed.json"
        seed.write_text(json.dumps(SEED), encoding="utf-8")
        config = self.host.folder / "edge.toml"
        config.write_text('[devices]\nlisten = "127.0.0.1"\n' if self.host.address == "127.0.0.1" else "")
        words = (
            "--config",
            str(config),
            "--host",
            self.host.address,
            "--port",
            "0",
            "--data",
            str(self.host.folder / "edge"),
            "--seed",
            str(seed),
        )
        self.node = await self.host.start("node", "edge", "serve", *words)
        self.url = (await self.node.says("tills: ")).removesuffix("/api/v1")

    async def plug(self, port=0):
        """Start a printer that announces itself; return its address and the folder of its papers."""
        self.runs += 1
        folder = self.printer_host.folder / f"paper-{self.runs}"
        words = (
            "--host",
            self.printer_host.address,
            "--port",
            str(port),
            "--announce",
            self.name,
            "--out",
            str(folder),
        )
        self.printer = await self.printer_host.start(f"printer-{self.runs}", "devices", "simulate", "escpos", *words)
        address = await self.printer.says("address: ")
        await self.printer.says("announced: ")
        return address, folder

    async def command(self, *words):
        """Run ``stayopen devices …`` as the manager."""
        return await self.host.ask("devices", *words, "--url", self.url, "--staff", STAFF)

    async def device(self, state, address):
        """Wait until the printer stands so, and there; return its row."""

        async def row():
            listed = await self.command("list") or {state: []}
            return next((row for row in listed[state] if (row["name"], row["address"]) == (self.name, address)), None)

        return await until(row, f"{self.name} is {state} at {address}", FOUND_S, every=0.2)

    async def prints(self, device, folder):
        """Print a test page; it lies in the folder."""

        async def tried():
            return await self.command("test", device)

        assert (await until(tried, "the test page is printed", FOUND_S, every=0.2))["did"] == "page"
        await self.printer.says("receipt: ")
        assert (folder / "receipt-0001.png").read_bytes().startswith(b"\x89PNG")
        assert "打印测试" in (folder / "receipt-0001.txt").read_text(encoding="utf-8")

    async def end(self):
        """End everything."""
        for host in (self.host, self.printer_host):
            await host.end()


@pytest.fixture
async def far_shop(tmp_path):
    """A node and a printer on two machines joined by a cable."""
    with two_hosts(tmp_path) as (one, two):
        shop = Shop(one, two, "前台小票机")
        try:
            await shop.serve()
            yield shop
        finally:
            await shop.end()


@pytest.fixture
async def near_shop(tmp_path):
    """A node and a printer on this machine's loopback."""
    host = Host(tmp_path, "127.0.0.1")
    shop = Shop(host, host, f"小票机 {secrets.token_hex(4)}")
    try:
        await shop.serve()
        yield shop
    finally:
        await host.end()


async def test_a_printer_of_another_machine_is_found_used_and_followed(far_shop):
    """Announced over a cable a printer is offered, accepted and printed on; at another address it is the same."""
    address, folder = await far_shop.plug(9100)
    assert address == "tcp://10.77.1.2:9100"
    offered = await far_shop.device("offered", address)
    assert offered["driver"] == "escpos"
    accepted = await far_shop.command("accept", offered["device"])
    assert (accepted["device"], accepted["state"]) == (offered["device"], "accepted")
    await far_shop.prints(offered["device"], folder)
    await far_shop.printer.kill()  # no goodbye: the plug was pulled
    readdress(far_shop.printer_host, "10.77.1.3")
    address, folder = await far_shop.plug(9100)
    assert address == "tcp://10.77.1.3:9100"
    moved = await far_shop.device("accepted", address)
    assert moved["device"] == offered["device"]
    await far_shop.prints(moved["device"], folder)
    heard = await hear(far_shop.printer_host)
    assert heard["host"] == "10.77.1.1"
    assert far_shop.url == f"http://{heard['host']}:{heard['port']}"
    assert heard["api"] == "1"
    assert len(heard["node"]) == 32
    assert len(heard["fp"]) == 64


async def hear(host):
    """What a node announces, as it is heard on a machine."""
    script = host.folder / "hear.py"
    script.write_text(HEAR, encoding="utf-8")
    program = await host.run("hear", (sys.executable, str(script), host.address))
    return json.loads(await program.says("heard: "))


async def test_a_printer_of_this_machine_is_found_used_and_followed(near_shop):
    """On loopback it is the same: offered, accepted, printed on, and followed to another port."""
    address, folder = await near_shop.plug()
    offered = await near_shop.device("offered", address)
    await near_shop.command("accept", offered["device"])
    await near_shop.prints(offered["device"], folder)
    assert await near_shop.printer.stop() == 0
    address, folder = await near_shop.plug()
    moved = await near_shop.device("accepted", address)
    assert moved["device"] == offered["device"]
    await near_shop.prints(moved["device"], folder)
    assert await near_shop.node.stop() == 0
