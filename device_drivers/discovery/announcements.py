"""What is announced on the LAN by mDNS, read with suspicion: anybody in the shop's network can announce anything.

A printer announces itself under several services by one instance name (Bonjour Printing Specification 1.2.1, 2.4); it
is one thing. Its identity is the number that it says it has (``UUID``, ``mac``, ``serial``), else its instance name:
both stay when its address, its port or its host's name change.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address
from typing import NamedTuple

from device_drivers.discovery import ieee1284, limits
from device_drivers.discovery.things import Thing, plain

ESCPOS = "_escpos._tcp"
RAW = "_pdl-datastream._tcp"
LPD = "_printer._tcp"
NODES = "_stayopen._tcp"
HEAD_OFFICE = "_stayopen-hq._tcp"

PRINTERS = (ESCPOS, RAW, LPD)
"""Services of printers, the best first: where one is announced under several, the first says where it is reached."""

RAW_PORT = 9100
"""Where a printer that is announced for LPD takes bytes as they are; ``_printer`` with port 0 says: not by LPD."""

_NUMBERS = ("uuid", "mac", "serial", "serialnumber", "sn")
_METADATA = IPv4Address("169.254.169.254")
"""Where clouds tell a machine its secrets; printers without DHCP have the other addresses of this kind."""
_OFFICE_KEYS = frozenset({"urf", "duplex", "color", "scan", "fax", "papermax", "staple"})
"""Keys of the Bonjour printing specification (4.1) that only page printers have a use for."""


class Announcement(NamedTuple):
    """One service of one instance. ``host``: an IPv4 address; ``txt``: keys in lower case, values at most 255 long."""

    service: str
    instance: str
    host: str
    port: int
    txt: Mapping[str, str]


class Service(NamedTuple):
    """What this program announces. ``instance``: for people; ``host``: a name without a dot, for addresses."""

    service: str
    instance: str
    host: str
    port: int
    txt: Mapping[str, str]


def announcement(
    service: str,
    instance: str,
    addresses: Iterable[str],
    port: int,
    txt: Mapping[bytes, bytes | None],
    *,
    loopback: bool,
) -> Announcement | None:
    """Check what came from the line; None when it is of no use: no name, or no address that may be used.

    `loopback`: what listens on loopback believes only in loopback's addresses, everybody else in all others.
    """
    name = plain(instance)
    host = next((one for one in list(addresses)[: limits.ADDRESSES] if near(one, loopback=loopback)), "")
    if not name or not host or not 0 <= port <= 65_535:
        return None
    pairs = list(txt.items())[: limits.TXT_PAIRS]
    return Announcement(service, name, host, port, {_ascii(key).lower(): _text(value) for key, value in pairs if key})


def near(address: str, *, loopback: bool) -> bool:
    """Whether an address can be a device of this LAN: an announcement sends no node to the Internet nor to itself."""
    try:
        known = IPv4Address(address)
    except ValueError:
        return False
    if known.is_loopback or loopback:
        return known.is_loopback and loopback
    nobody = known.is_unspecified or known.is_multicast or known.is_reserved or known == _METADATA
    return known.is_private and not nobody


def printers(announced: Iterable[Announcement]) -> tuple[Thing, ...]:
    """Make the printers of all announcements: one for each instance, reached by its best service."""
    best: dict[str, Announcement] = {}
    said: dict[str, dict[str, str]] = {}
    for one in sorted((one for one in announced if one.service in PRINTERS), key=_rank):
        best.setdefault(one.instance, one)
        said[one.instance] = {**one.txt, **said.get(one.instance, {})}
    things = [_printer(one, said[name]) for name, one in best.items() if one.port]
    return tuple({thing.identity: thing for thing in reversed(things)}.values())


def _rank(one: Announcement) -> tuple[int, str, str, int]:
    return (PRINTERS.index(one.service), one.instance, one.host, one.port)


def _printer(one: Announcement, txt: Mapping[str, str]) -> Thing:
    port = RAW_PORT if one.service == LPD else one.port
    maker, model = txt.get("usb_mfg", ""), txt.get("ty") or txt.get("usb_mdl") or txt.get("product", "").strip("()")
    said = plain(model if maker.lower() in model.lower() else f"{maker} {model}")
    languages = ieee1284.languages(",".join(txt.get(key, "") for key in ("pdl", "usb_cmd")))
    if one.service == ESCPOS:
        languages = (*languages, "escpos")
    number = next((txt[key] for key in _NUMBERS if txt.get(key)), "")
    own = plain(number).lower() if len(number) >= 6 else one.instance
    office = any(txt.get(key, "").upper() not in {"", "F", "U"} for key in _OFFICE_KEYS)
    identity = f"mdns:{own}"[: limits.IDENTITY]
    return Thing(identity, f"tcp://{one.host}:{port}", one.instance, "mdns", None, said, languages, office)


def _ascii(key: bytes) -> str:
    return plain(key[: limits.TXT_VALUE].decode("ascii", "replace"))


def _text(value: bytes | None) -> str:
    return "" if value is None else plain(value.decode("utf-8", "replace"), limits.TXT_VALUE)
