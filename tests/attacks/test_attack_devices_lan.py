"""What somebody in the shop's network, or at one of its sockets, may announce: an offer, and nothing that is in use."""

import random
from types import SimpleNamespace

import pytest
from edge_shop import Shop, open_shop
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers import address as addresses
from device_drivers.discovery import asking, limits
from device_drivers.discovery.announcements import ESCPOS, LPD, PRINTERS, RAW, Announcement, announcement, printers
from device_drivers.discovery.matching import match
from device_drivers.discovery.plugged import plugged
from device_drivers.discovery.things import Thing
from device_drivers.transports.base import Transport
from edge_node import limits as bounds
from edge_node.discovery.peers import Peers
from edge_node.ledger import devices
from edge_node.ledger.devices import Duty, Found, Setup, device_id

SETUP = Setup("前台小票机", "escpos", {}, (Duty("receipt", "t1"),))
PRINTER = Found("mdns:front", "escpos", {}, "tcp://192.168.1.50:9100", "front", "mdns")
SCANNER = Found("usb:0c2e:0b61:S1822", "serial_scanner", {}, "serial:/dev/ttyACM0", "Honeywell", "usb")


@pytest.fixture
def shop(tmp_path):
    """A standalone shop."""
    made = open_shop(tmp_path / "edge.db")
    yield made
    made.conn.close()


def find(shop: Shop, thing: Found) -> bool:
    """Note a find."""
    return bool(shop.write(devices.found, thing, shop.now))


def test_who_types_an_address_in_is_not_led_astray(shop: Shop):
    """A printer whose address a manager typed in stays there, also when it announces itself, whoever uses its name."""
    find(shop, PRINTER)
    shop.write(devices.add, shop.new_id(), PRINTER.address, SETUP, shop.now)
    assert not find(shop, PRINTER._replace(address="tcp://192.168.1.66:9100"))
    assert not shop.write(devices.gone, PRINTER.identity, shop.now)
    (known,) = devices.listed(shop.conn)
    assert (known.address, known.state) == (PRINTER.address, "accepted")


def test_a_flood_of_announcements_drives_nothing_out_and_settles(shop: Shop):
    """After a flood nothing is written any more, and what is plugged in is still offered."""
    shop.write(devices.add, shop.new_id(), "tcp://192.168.1.7:9100", SETUP, shop.now)
    find(shop, PRINTER)
    flood = [
        PRINTER._replace(identity=f"mdns:{n}", address=f"tcp://10.0.{n // 250}.{n % 250 + 1}:9100") for n in range(2000)
    ]
    for fake in flood:
        find(shop, fake)
    assert len(devices.listed(shop.conn)) == bounds.DEVICES
    assert find(shop, SCANNER)
    assert not any(find(shop, fake) for fake in flood[200:])
    offered = {known.identity for known in devices.listed(shop.conn, "offered")}
    assert SCANNER.identity in offered
    assert len(devices.listed(shop.conn)) == bounds.DEVICES


def test_ten_thousand_unpluggings_leave_one_row_and_its_work(shop: Shop):
    """A loose cable, or a device that wants to be a nuisance, costs neither rows nor its role."""
    find(shop, SCANNER)
    shop.write(devices.accept, device_id(SCANNER.identity), Setup("扫码枪", "serial_scanner", {}, (Duty("scanner"),)))

    def flap(conn):
        for number in range(5000):
            devices.gone(conn, SCANNER.identity, number)
            devices.found(conn, SCANNER._replace(address=f"serial:/dev/ttyACM{number % 3}"), number)

    shop.write(flap)
    (known,) = devices.listed(shop.conn)
    assert (known.state, known.address) == ("accepted", "serial:/dev/ttyACM1")
    assert len(devices.duties(shop.conn)) == 1


def port(name: str, location: str) -> SimpleNamespace:
    """A serial port with the number of another."""
    return SimpleNamespace(
        device=f"/dev/{name}",
        name=name,
        location=location,
        vid=0x0C2E,
        pid=0x0B61,
        serial_number="S1822",
        manufacturer=None,
        product=None,
        subsystem="usb",
    )


def test_a_copied_serial_number_takes_nobodys_place_beside_the_original(tmp_path):
    """Two with one number are both strangers, so that neither has the work of the one that was accepted."""
    both = plugged(tmp_path, lambda: [port("ttyACM0", "1-1"), port("ttyACM1", "1-2")])
    assert SCANNER.identity not in {thing.identity for thing in both}
    (alone,) = plugged(tmp_path, lambda: [port("ttyACM1", "1-2")])
    assert alone.identity == SCANNER.identity  # who pulls a device out may put a copy in: docs/devices.md


@pytest.mark.parametrize("name", ["usb:0c2e:0b61:22", "hand:00", "port:ttyS0", "pcsc:ACS ACR122U"])
def test_no_announcement_is_what_is_plugged_in(name: str):
    """Identities of the network are of their own kind, whatever number or name somebody announces."""
    for txt in ({}, {"uuid": name}, {"serial": name, "mac": name}):
        (thing,) = printers([Announcement(RAW, name, "192.168.1.9", 9100, txt)])
        assert thing.identity.startswith("mdns:")


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "127.0.0.1",
        "0.0.0.0",
        "8.8.8.8",
        "203.0.114.7",
        "100.64.0.1",
        "224.0.0.251",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "fe80::1",
        "localhost",
        "192.168.1.50\n",
        "0300.0250.1.1",
        "3232235777",
    ],
)
def test_an_announcement_leads_to_no_other_place_than_the_lan(host: str):
    """Not to this machine, not into the Internet, not to a cloud's secrets, to no name that somebody else resolves."""
    assert announcement(RAW, "POS", [host], 9100, {}, loopback=False) is None


HOSTILE = st.text(max_size=400) | st.sampled_from(
    ["\x1b[2J", "\u202egnp.exe", "x\u0301" * 200, "\ud800", "a" * 4000, ""]
)
TXT = st.dictionaries(st.binary(max_size=300), st.none() | st.binary(max_size=2000), max_size=60)


@settings(deadline=None)
@given(st.sampled_from(PRINTERS), HOSTILE, st.integers(-5, 70000), TXT)
def test_whatever_is_announced_is_plain_short_and_has_an_address(service, instance, number, txt):
    """Names are printable and bounded, addresses can be read, and judging them raises nothing."""
    one = announcement(service, instance, ["10.0.0.9"] * 50, number, txt, loopback=False)
    for thing in printers([one] if one else []):
        assert thing.name.isprintable()
        assert len(thing.name) <= limits.NAME
        assert thing.identity.isprintable()
        assert len(thing.identity) <= limits.IDENTITY
        assert str(addresses.parse(thing.address)) == thing.address
        assert thing.model.isprintable()
        match(thing)


def test_no_port_is_no_printer():
    """An announcement without a port leads nowhere and is not offered."""
    assert printers([Announcement(service, "POS", "10.0.0.9", 0, {}) for service in (ESCPOS, RAW, LPD)]) == ()


class Endless(Transport):
    """Something that is no printer: it takes what it gets and never stops talking."""

    def __init__(self, address: str, says: bytes) -> None:
        super().__init__(address)
        self.says = says
        self.got = b""
        self.given = 0

    async def open(self) -> None:
        """It is."""

    async def close(self) -> None:
        """Never needed."""

    async def write(self, data: bytes) -> None:
        """Keep it."""
        self.got += data

    async def read(self) -> bytes:
        """Say it again."""
        self.given += len(self.says)
        return self.says


@pytest.mark.parametrize(
    "says", [b"\xff" * 4096, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00", b"\x12\x12", b"SSH-2.0-x\r\n"]
)
async def test_a_stranger_gets_a_few_bytes_and_is_heard_for_a_moment(says: bytes):
    """Whatever stands behind an announcement: a question of some control characters, and an end to its answer."""
    lines: list[Endless] = []

    def line(address: str) -> Transport:
        lines.append(Endless(address, says))
        return lines[-1]

    thing = Thing("mdns:pos", "tcp://10.0.0.9:22", "POS printer", "mdns")
    assert await asking.ask(thing.address, match(thing).ask, line) == ""
    assert lines
    for one in lines:
        assert one.got in {b"\x10\x04\x01", b"\x1b!?"}
        assert one.given <= 64 + len(says)
    assert await asking.ask("serial:/dev/ttyUSB0", ("escpos",), line) == ""


def test_a_hundred_thousand_peers_are_a_few():
    """Who announces nodes without end fills neither memory nor a screen."""
    source = random.Random(7)
    peers = Peers()
    announced = [
        Announcement("_stayopen._tcp", f"StayOpen {n}", "10.0.0.9", 8080, {"node": source.randbytes(16).hex()})
        for n in range(20_000)
    ]
    peers.heard(announced, "")
    assert len(peers.all()) <= 64
