"""Announcements: one printer of many services, identities that survive moves, and nothing believed too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.address import parse
from device_drivers.discovery.announcements import (
    ESCPOS,
    LPD,
    NODES,
    PRINTERS,
    RAW,
    Announcement,
    announcement,
    near,
    printers,
)

EPSON = {"ty": "EPSON TM-m30", "usb_MFG": "EPSON", "usb_MDL": "TM-m30", "pdl": "application/vnd.epson.escpos"}


def heard(service=RAW, instance="EPSON TM-m30", host="192.168.1.50", port=9100, **txt):
    """What a printer announces."""
    raw = {key.encode(): value.encode() for key, value in txt.items()}
    made = announcement(service, instance, [host], port, raw, loopback=host.startswith("127."))
    assert made is not None
    return made


def test_one_printer_of_three_services_is_one_thing():
    """A printer that is announced under several services is offered once, reached by the best of them."""
    three = [heard(LPD, port=515, **EPSON), heard(RAW, **EPSON), heard(ESCPOS, port=9101)]
    (thing,) = printers(three)
    assert thing.identity == "mdns:EPSON TM-m30"
    assert thing.address == "tcp://192.168.1.50:9101"
    assert thing.model == "EPSON TM-m30"
    assert thing.languages == ("application/vnd.epson.escpos", "escpos")


def test_a_printer_keeps_its_identity_when_it_moves():
    """Another address and another port are the same printer; by its number it is the same under another name too."""
    (before,), (after,) = printers([heard(**EPSON)]), printers([heard(host="192.168.1.77", port=9200, **EPSON)])
    assert before.identity == after.identity
    assert before.address != after.address
    numbered = {"UUID": "cfe92100-67c4-11d4-a45f-9caed3c0b1f2"}
    (one,), (renamed,) = printers([heard(**numbered)]), printers([heard(instance="厨房 (2)", **numbered)])
    assert one.identity == renamed.identity == "mdns:cfe92100-67c4-11d4-a45f-9caed3c0b1f2"


def test_a_printer_of_lpd_alone_is_tried_at_the_raw_port():
    """LPD is not spoken: such a printer is expected at 9100; port 0 says that there is no LPD at all."""
    (thing,) = printers([heard(LPD, port=515)])
    assert thing.address == "tcp://192.168.1.50:9100"
    assert printers([heard(LPD, port=0)]) == ()


def test_a_page_printer_is_known_by_its_keys():
    """What only printers of pages announce marks them, unless the announcement says no or unknown."""
    assert printers([heard(Duplex="T")])[0].office
    assert printers([heard(URF="W8,SRGB24,CP1")])[0].office
    assert not printers([heard(Color="F", Duplex="U", Scan="")])[0].office


@pytest.mark.parametrize(
    ("address", "loopback", "believed"),
    [
        ("192.168.1.50", False, True),
        ("10.9.8.7", False, True),
        ("169.254.3.4", False, True),
        ("8.8.8.8", False, False),
        ("127.0.0.1", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.251", False, False),
        ("255.255.255.255", False, False),
        ("fe80::1", False, False),
        ("printer", False, False),
        ("127.0.0.1", True, True),
        ("192.168.1.50", True, False),
    ],
)
def test_an_announcement_leads_only_into_the_lan(address, loopback, believed):
    """Nobody sends a node to the Internet, to itself or to everybody; who listens on loopback stays on loopback."""
    assert near(address, loopback=loopback) is believed
    made = announcement(RAW, "x", [address], 9100, {}, loopback=loopback)
    assert (made is not None) is believed


TXT = st.dictionaries(st.binary(max_size=300), st.none() | st.binary(max_size=300), max_size=50)


@given(st.sampled_from(PRINTERS), st.text(max_size=200), st.integers(-5, 70_000), TXT)
def test_hostile_announcements_stay_within_bounds(service, instance, port, txt):
    """Whatever is announced: nothing fails, what is kept is short and plain, and the address is one."""
    made = announcement(service, instance, ["8.8.8.8", "10.0.0.9"], port, txt, loopback=False)
    if made is None:
        return
    assert len(made.txt) <= 32
    assert all(len(key) <= 255 and len(value) <= 255 for key, value in made.txt.items())
    for thing in printers([made]):
        assert len(thing.identity) <= 120
        assert len(thing.name) <= 64
        assert thing.identity.isprintable()
        if port:
            assert str(parse(thing.address)) == thing.address


def test_other_services_are_no_printers():
    """Nodes and head offices are never offered as devices."""
    assert printers([Announcement(NODES, "StayOpen b001", "192.168.1.2", 8080, {})]) == ()
