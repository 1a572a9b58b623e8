"""Discovery in the edge node: what is seen is offered within seconds, follows its identity, and is asked with care."""

import asyncio
import contextlib
import secrets

import pytest
from edge_shop import Shop

from device_drivers import registry
from device_drivers.discovery import limits as finding
from device_drivers.discovery import network
from device_drivers.discovery.announcements import ESCPOS, NODES, RAW, Service
from device_drivers.discovery.network import LOOPBACK, Network
from device_drivers.discovery.things import Thing
from device_drivers.errors import Code, RetryError
from device_drivers.interfaces.device import Kind
from device_drivers.simulators.machine import Machine
from device_drivers.simulators.serving import memory_line
from device_drivers.supported import Ask, Supported
from edge_node.discovery import limits
from edge_node.discovery.discovery import Discovery
from edge_node.ledger import devices
from edge_node.ledger.devices import Setup, device_id
from edge_node.storage.database import Database, DriverError
from stayopen.demo.waiting import until

QUESTION = b"\x10\x04\x01"
KEY = bytes(range(32))
SCALE = Thing("usb:1a86:7523:@1-1", "serial:/dev/ttyUSB0", "USB2.0-Serial", "serial", (0x1A86, 0x7523))
PRINTER = Thing("usb:04b8:0202:X3YP", "usb:/dev/usb/lp0", "EPSON", "usb", (0x04B8, 0x0202))
ESCPOS_PRINTER = Supported(
    "escpos",
    Kind.POS_PRINTER,
    ("小票机", "receipt printer"),
    ("tcp", "usb"),
    lambda *_: None,
    "manual",
    usb=((0x04B8, None),),
    ask=Ask(QUESTION, lambda heard: heard == b"\x16"),
    languages=("escpos",),
)


class Printer(Machine):
    """Answers one question and keeps what it got."""

    def __init__(self):
        self.got = b""

    def receive(self, data):
        """Answer the question."""
        self.got += data
        return b"\x16" if self.got.endswith(QUESTION) else b""


class World:
    """A box with ports to plug into, a ledger, and a discovery that runs."""

    def __init__(self, database, node):
        self.database = database
        self.plugged = {}
        self.printer = Printer()
        self.asked = []
        self.changed = asyncio.Event()
        self.discovery = Discovery(
            database,
            lambda: node,
            lambda: 1_780_000_000_000,
            host=LOOPBACK,
            port=lambda: 8080,
            fingerprint="ab" * 32,
            network=False,
            changed=self.changed.set,
            look=self.look,
            line=self.line,
        )

    def look(self):
        """List what is plugged in; an error that lies there is raised."""
        for thing in self.plugged.values():
            if isinstance(thing, Exception):
                raise thing
        return list(self.plugged.values())

    def line(self, address):
        """The printer, whatever the address."""
        self.asked.append(address)
        return memory_line(self.printer)

    def plug(self, *things):
        """Plug things in."""
        self.plugged.update({thing.identity: thing for thing in things})

    async def known(self):
        """What the ledger holds: identity → (state, driver, address)."""
        rows = await self.database.read(devices.listed)
        return {one.identity: (one.state, one.driver, one.address) for one in rows}

    async def until(self, condition, seconds=10):
        """Wait until the ledger is so."""
        async with asyncio.timeout(seconds):
            while not condition(await self.known()):
                await self.changed.wait()
                self.changed.clear()

    @contextlib.asynccontextmanager
    async def running(self):
        """Run the discovery."""
        task = asyncio.create_task(self.discovery.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def world(shop: Shop, monkeypatch):
    """A box that looks every few milliseconds and knows one driver."""
    monkeypatch.setattr(finding, "POLL_S", 0.005)
    monkeypatch.setattr(limits, "BACK_OFF_S", 0.005)
    monkeypatch.setattr(registry, "SUPPORTED", (ESCPOS_PRINTER,))
    monkeypatch.setattr(registry, "_BY_NAME", {"escpos": ESCPOS_PRINTER})
    shop.conn.close()
    database = await Database.open(shop.path, KEY)
    yield World(database, shop.node)
    await database.close()


def only(state, driver, thing):
    """A ledger with one thing."""
    return {thing.identity: (state, driver, thing.address)}


async def test_a_new_thing_is_offered_within_two_seconds(world, monkeypatch):
    """At the real pace of looks a thing that is plugged in stands as offered within two seconds."""
    monkeypatch.setattr(finding, "POLL_S", 1.0)
    async with world.running():
        await asyncio.wait_for(world.discovery.looked.wait(), 5)
        world.plug(SCALE)
        await world.until(lambda known: known == only("offered", "", SCALE), seconds=2)


async def test_a_thing_that_moves_keeps_its_identity_and_one_that_goes_is_gone(world):
    """Another port is the same device; an offer ends when the thing is pulled out."""
    moved = SCALE._replace(address="serial:/dev/ttyUSB4")
    world.plug(SCALE)
    async with world.running():
        await world.until(lambda known: known == only("offered", "", SCALE))
        world.plug(moved)
        await world.until(lambda known: known == only("offered", "", moved))
        world.plugged.clear()
        await world.until(lambda known: known == {})


async def test_a_likely_printer_is_asked_once_and_then_offered_with_its_driver(world):
    """What may be a receipt printer is offered at once, asked politely, and offered with its driver when it answers."""
    world.plug(PRINTER, SCALE)
    async with world.running():
        await world.until(lambda known: known.get(PRINTER.identity) == ("offered", "escpos", PRINTER.address))
        moved = PRINTER._replace(address="usb:/dev/usb/lp1")
        world.plug(moved)
        await world.until(lambda known: known[PRINTER.identity] == ("offered", "escpos", moved.address))
    assert world.asked == [PRINTER.address]
    assert world.printer.got == QUESTION


async def test_what_is_in_use_is_not_asked(world):
    """A device that was accepted is not disturbed: its line may be taken, and what it is has been settled."""
    world.plug(PRINTER)
    async with world.running():
        await world.until(lambda known: known == only("offered", "escpos", PRINTER))
    setup = Setup("前台小票机", "escpos", {}, ())
    await world.database.write(devices.accept, device_id(PRINTER.identity), setup)
    again = World(world.database, world.discovery._node())
    again.plug(PRINTER._replace(address="usb:/dev/usb/lp3"))
    async with again.running():
        await again.until(lambda known: known[PRINTER.identity] == ("accepted", "escpos", "usb:/dev/usb/lp3"))
        await asyncio.wait_for(asyncio.gather(*again.discovery._finds._asking.values()), 5)
    assert again.asked == []


async def test_what_went_while_nobody_looked_is_noted_at_the_start(world):
    """After a restart an offer of a thing that is not there any more has ended, and a device in use has no plug."""
    world.plug(PRINTER, SCALE)
    async with world.running():
        await world.until(lambda known: len(known) == 2)
    await world.database.write(devices.accept, device_id(SCALE.identity), Setup("秤", "cas", {}, ()))
    world.plugged.clear()
    later = World(world.database, world.discovery._node())
    async with later.running():
        await later.until(lambda known: known == {SCALE.identity: ("accepted", "cas", "")})


async def test_what_a_person_has_forgotten_is_offered_again(world, monkeypatch):
    """A thing that is still plugged in comes back among the offers some time after it was forgotten."""
    monkeypatch.setattr(limits, "RETELL_S", 0.01)
    world.plug(SCALE)
    async with world.running():
        await world.until(lambda known: known == only("offered", "", SCALE))
        world.changed.clear()
        await world.database.write(devices.forget, device_id(SCALE.identity))
        await world.until(lambda known: known == only("offered", "", SCALE))


async def logged(caplog, what):
    """Whether a failure was logged."""
    return f"discovery failed what={what}" in caplog.text


async def peers(world, node):
    """The peers of this id, None without any."""
    return [peer for peer in world.discovery.peers.all() if peer.node == node] or None


@pytest.mark.parametrize("error", [OSError(5, "input/output error"), RuntimeError("defect"), RetryError(Code.BUSY)])
async def test_looks_that_fail_are_tried_again(world, caplog, error):
    """Whatever a look raises is logged with its code, and looking goes on."""
    world.plugged["fault"] = error
    async with world.running():
        await until(lambda: logged(caplog, "ports"), "the failure is logged")
        world.plugged.clear()
        world.plug(SCALE)
        await world.until(lambda known: known == only("offered", "", SCALE))


async def test_what_could_not_be_written_is_written_later(world, monkeypatch):
    """A database that refuses for a while loses nothing: what came and went meanwhile is told afterwards."""
    world.plug(SCALE, PRINTER)
    async with world.running():
        await world.until(lambda known: len(known) == 2)
        refused = asyncio.Event()

        async def refuse(*_):
            refused.set()
            raise DriverError("database is locked")

        monkeypatch.setattr(world.database, "write", refuse)
        moved = PRINTER._replace(address="usb:/dev/usb/lp7")
        world.plugged.clear()
        world.plug(moved)
        await asyncio.wait_for(refused.wait(), 5)
        monkeypatch.undo()
        await world.until(lambda known: known == only("offered", "escpos", moved))


@pytest.fixture
def named(monkeypatch):
    """A name that is this test's alone, and no long waits."""
    monkeypatch.setattr(limits, "CALM_S", 0.01)
    monkeypatch.setattr(limits, "ADDRESSES_S", 0.05)
    return f"小票机 {secrets.token_hex(4)}"


async def test_printers_and_nodes_of_the_lan_are_found_and_the_node_is_announced(world, named, monkeypatch):
    """A printer is offered, followed to another port and let go; a node is a peer; the node itself is heard."""
    monkeypatch.setattr(limits, "SETTLED_S", 0.2)
    world.discovery._network = True
    own = world.discovery._node().node.hex()
    identity = f"mdns:{named}"
    other = {"branch": "b009", "node": "cd" * 16, "api": "1", "fp": "ef" * 32}
    async with Network((LOOPBACK,), (NODES,)) as ear, world.running():
        for port in (9100, 9101):
            async with Network((LOOPBACK,), ()) as mouth:
                await mouth.announce(Service(ESCPOS, named, "printer", port, {}))
                at = ("offered", "escpos", f"tcp://127.0.0.1:{port}")
                await world.until(lambda known: known.get(identity) == at)  # noqa: B023
                if port == 9101:
                    await mouth.announce(Service(NODES, f"StayOpen {named}", "node", 8081, other))
                    found = await until(lambda: peers(world, "cd" * 16), "the other node is a peer")
        await world.until(lambda known: identity not in known)
        async with asyncio.timeout(10):
            while not (heard := [one for one in ear.announced if one.txt.get("node") == own]):
                await ear.changed()
    assert [(p.kind, p.branch, p.api, p.fingerprint, p.port) for p in found] == [("edge", "b009", "1", "ef" * 32, 8081)]
    assert await peers(world, own) is None
    branch = world.discovery._node().branch
    assert heard[0].txt == {"branch": branch, "node": own, "api": "1", "fp": "ab" * 32}
    assert (heard[0].host, heard[0].port) == ("127.0.0.1", 8080)


async def test_a_lan_without_multicast_does_not_keep_ports_from_being_watched(world, caplog, monkeypatch):
    """Where mDNS cannot be opened that is logged and tried again, and what is plugged in is found all the same."""
    world.discovery._network = True
    world.discovery._ears = "192.0.2.123"
    world.plug(SCALE)
    async with world.running():
        await world.until(lambda known: known == only("offered", "", SCALE))
        await until(lambda: logged(caplog, "network"), "the failure is logged")


async def test_a_printer_that_announces_pages_is_offered_without_a_driver(world, named):
    """An office printer of the LAN is never asked; a person may say what it is."""
    world.discovery._network = True
    keys = {"pdl": "application/postscript,application/vnd.hp-pcl", "ty": "HP LaserJet", "Duplex": "T"}
    async with world.running(), Network((LOOPBACK,), ()) as mouth:
        await mouth.announce(Service(RAW, named, "printer", 9177, keys))
        await world.until(lambda known: known.get(f"mdns:{named}", ("", "?"))[1] == "")
    assert "tcp://127.0.0.1:9177" not in world.asked  # other tests announce on loopback at the same time


async def test_a_node_is_announced_only_where_tills_reach_it(world, named, monkeypatch):
    """A box that listens on the LAN and serves its own till on loopback finds printers there and announces nothing."""
    said = []
    places = {"ears": (LOOPBACK,), LOOPBACK: ("10.0.0.1",)}
    world.discovery._network, world.discovery._ears = True, "ears"
    async with Network((LOOPBACK,), ()) as mouth:
        await mouth.announce(Service(ESCPOS, named, "printer", 9100, {}))
        monkeypatch.setattr(network, "interfaces", places.__getitem__)
        monkeypatch.setattr(network.Network, "announce", lambda *words: said.append(words))
        async with world.running():
            await world.until(lambda known: f"mdns:{named}" in known)
    assert said == []
