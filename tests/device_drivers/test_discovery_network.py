"""mDNS over real sockets on loopback: what one announces another hears, follows and forgets."""

import asyncio
import secrets

import pytest
from zeroconf import ServiceStateChange

from device_drivers.discovery import limits
from device_drivers.discovery.announcements import ESCPOS, NODES, RAW, Service
from device_drivers.discovery.network import LOOPBACK, Network, interfaces
from device_drivers.errors import Code, RetryError


@pytest.fixture
def name():
    """An instance name of this test alone: other programs speak on loopback too."""
    return f"小票机 {secrets.token_hex(4)}"


async def heard(network, condition):
    """Wait until something holds of the announcements; return them."""
    async with asyncio.timeout(10):
        while not condition(network.announced):
            await network.changed()
    return network.announced


def by_name(announced, name):
    """The announcements of an instance."""
    return [one for one in announced if one.instance == name]


async def test_what_is_announced_is_heard_until_it_is_withdrawn(name):
    """A service comes with its port and its keys, and goes when its bearer says goodbye."""
    async with Network((LOOPBACK,), (ESCPOS, NODES)) as ear:
        async with Network((LOOPBACK,), ()) as mouth:
            assert await mouth.announce(Service(ESCPOS, name, "printer", 9100, {"ty": "XP-58", "Note": "前台"})) == name
            (one,) = by_name(await heard(ear, lambda all_: by_name(all_, name)), name)
        assert (one.service, one.host, one.port) == (ESCPOS, "127.0.0.1", 9100)
        assert one.txt == {"ty": "XP-58", "note": "前台"}
        await heard(ear, lambda all_: not by_name(all_, name))


async def test_a_new_port_under_the_old_name_is_followed(name):
    """A printer that comes back at another port is heard there, under its name."""
    async with Network((LOOPBACK,), (RAW,)) as ear:
        for port in (9100, 9101):
            async with Network((LOOPBACK,), ()) as mouth:
                await mouth.announce(Service(RAW, name, "printer", port, {}))
                await heard(ear, lambda all_: [one.port for one in by_name(all_, name)] == [port])  # noqa: B023


async def test_two_bearers_of_one_name_are_both_heard(name):
    """The second one of a name takes another name, and is told which."""
    async with Network((LOOPBACK,), ()) as one, Network((LOOPBACK,), ()) as two:
        await one.announce(Service(NODES, name, "node-1", 8080, {}))
        other = await two.announce(Service(NODES, name, "node-2", 8081, {}))
        assert other != name
        assert other.startswith(name)


async def test_no_more_announcements_are_kept_than_the_bound(name, monkeypatch):
    """Beyond the bound new announcements are passed over, and the known ones stay."""
    monkeypatch.setattr(limits, "ANNOUNCED", 1)
    service = f"_t-{secrets.token_hex(4)}._tcp"
    async with Network((LOOPBACK,), (service,)) as ear, Network((LOOPBACK,), ()) as mouth:
        await mouth.announce(Service(service, name, "host", 1, {}))
        first = await heard(ear, len)
        await mouth.announce(Service(service, f"{name}-2", "host", 2, {}))
        assert ear.announced == first


async def test_a_flood_of_names_that_lead_nowhere_is_bounded_and_holds_nobody_up(name):
    """Thousands of names fill no memory, and a printer that says all at once is heard beside names that say nothing."""
    async with Network((LOOPBACK,), (RAW,)) as ear, Network((LOOPBACK,), ()) as mouth:
        kind = f"{RAW}.local."

        def flood(count, change=ServiceStateChange.Added):
            for number in range(count):
                ear._on_change(ear._zeroconf.zeroconf, kind, f"{number}.{kind}", change)

        flood(limits.ANNOUNCED // 2)
        await mouth.announce(Service(RAW, name, "printer", 9100, {}))
        await heard(ear, lambda all_: by_name(all_, name))
        flood(10_000)
        assert len(ear._present) == limits.ANNOUNCED
        assert ear._queue.qsize() <= limits.PENDING
        flood(10_000, ServiceStateChange.Removed)
        assert len(ear._present) < limits.ANNOUNCED // 2
        assert by_name(ear.announced, name)


async def test_names_that_are_none_are_passed_over(name):
    """A name that belongs to no service, or whose parts are no labels, is neither kept nor a failure."""
    async with Network((LOOPBACK,), (RAW,)) as ear:
        for bad in (
            "",
            "x",
            f"..{RAW}.local.",
            f"{'x' * 300}.{RAW}.local.",
            "\x00.local.",
            f"{name}._http._tcp.local.",
        ):
            ear._on_change(ear._zeroconf.zeroconf, f"{RAW}.local.", bad, ServiceStateChange.Added)
        assert by_name(ear.announced, name) == []


@pytest.mark.parametrize(
    ("serving", "found"), [("127.0.0.1", (LOOPBACK,)), ("localhost", (LOOPBACK,)), ("::1", (LOOPBACK,))]
)
def test_who_serves_on_loopback_speaks_on_loopback(serving, found):
    """A node that lets nobody of the LAN in announces nothing there."""
    assert interfaces(serving) == found


def test_who_serves_everywhere_speaks_everywhere_but_on_loopback():
    """A wildcard means all the box's addresses, an address itself, and loopback only where there is nothing else."""
    everywhere = interfaces("0.0.0.0")
    assert everywhere == interfaces("::") == interfaces("till.shop.example")
    assert everywhere == (LOOPBACK,) or not any(one.startswith("127.") for one in everywhere)
    assert interfaces(everywhere[0]) == everywhere[:1]


async def test_an_address_that_the_box_has_not_got_is_offline():
    """Before its lease has come a box has no address to speak from, and that is an error to be tried again."""
    assert interfaces("192.0.2.123") == ()
    with pytest.raises(RetryError) as refusal:
        async with Network((), (RAW,)):
            pytest.fail("it was opened")
    assert refusal.value.code is Code.OFFLINE
