"""What is plugged into this box: serial ports (by pyserial), USB printers (by sysfs), card readers (by PC/SC).

Only files and directories are read; no port is opened. Identities:

    usb:0403:6001:A50285BI       vendor, product and serial number: the same in whichever socket it sits
    usb:1a86:7523:@1-1.2         no serial number, or one that thousands share: the socket (bus and hub ports) instead
    usb:0403:6011:FT4X#2         its third interface
    usb:0525:a700:7@1-1.4        two have the same serial number: both by their sockets as well
    port:ttyS0                   a port of the main board
    pcsc:ACS ACR122U 00 00       a card reader, by PC/SC's name
"""

import errno
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from serial.tools import list_ports

from device_drivers.discovery import ieee1284, limits
from device_drivers.discovery.card_readers import card_readers
from device_drivers.discovery.things import Thing, plain

ROOT = Path("/")

_WORTHLESS = re.compile(r"(.)\1*|0*\d|0?123456789\w*|\w{0,2}")
"""Serial numbers that a maker gives to all: 0000, 0001, 123456789ABC."""
_STRANGE = re.compile(r"[^A-Za-z0-9._-]")
_BOARD = {"pnp", "amba"}


class Port(Protocol):
    """A serial port as pyserial lists it."""

    device: str
    name: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None
    manufacturer: str | None
    product: str | None


class _Socketed(NamedTuple):
    """A thing, and in which socket it sits: for those whose serial numbers are equal."""

    thing: Thing
    socket: str


def plugged(root: Path = ROOT, ports: Callable[[], Iterable[Port]] | None = None) -> tuple[Thing, ...]:
    """List what is plugged in, by identity. `root` and `ports`: another system's, for tests. OSError."""
    found = [*_usb_printers(root), *_serial_ports(root, (ports or _comports)())][: limits.THINGS]
    shared = Counter(one.thing.identity for one in found)
    things = (
        one.thing._replace(identity=f"{one.thing.identity}@{one.socket}")
        if shared[one.thing.identity] > 1
        else one.thing
        for one in found
    )
    return tuple(sorted({thing.identity: thing for thing in (*things, *card_readers())}.values()))


def _comports() -> Iterable[Port]:
    """Ask the system. OSError, also when a port was pulled out while pyserial read of it and stumbled."""
    try:
        listed: Iterable[Port] = list_ports.comports()
    except (TypeError, ValueError) as error:
        raise OSError(errno.ENODEV, "unplugged while it was read") from error
    return listed


def _serial_ports(root: Path, ports: Iterable[Port]) -> Iterable[_Socketed]:
    by_id, by_path = _links(root, "by-id"), _links(root, "by-path")
    for port in ports:
        if port.vid is None or port.pid is None:
            if _on_board(port):
                yield _Socketed(Thing(f"port:{plain(port.name)}", f"serial:{port.device}", port.name, "serial"), "")
            continue
        socket, _, interface = (port.location or port.name).partition(":")
        identity = _usb_identity(port.vid, port.pid, port.serial_number or "", socket, _interface(interface))
        links = by_path if "@" in identity else by_id
        place = links.get(port.name, port.device)
        said = plain(f"{port.manufacturer or ''} {port.product or ''}")
        name = said or f"USB {port.vid:04x}:{port.pid:04x}"
        yield _Socketed(Thing(identity, f"serial:{place}", name, "serial", (port.vid, port.pid), said), socket)


def _on_board(port: Port) -> bool:
    """Whether a port that is not of USB has a socket: Linux lists 32 ``ttyS`` that no board has."""
    if not hasattr(port, "subsystem"):
        return port.device.upper().startswith("COM")
    return port.subsystem in _BOARD or "/pnp" in str(getattr(port, "device_path", None) or "")


def _links(root: Path, kind: str) -> dict[str, str]:
    """Names that udev gave to serial ports: a port's name → a path that stays while the numbers of ports change."""
    folder = root / "dev/serial" / kind
    if not folder.is_dir():
        return {}
    links = sorted(path for path in folder.iterdir() if path.is_symlink())
    return {path.readlink().name: f"/dev/serial/{kind}/{path.name}" for path in links[: limits.THINGS]}


def _usb_printers(root: Path) -> Iterable[_Socketed]:
    for folder in ("sys/class/usbmisc", "sys/class/usb"):
        for entry in sorted((root / folder).glob("lp*"))[: limits.THINGS]:
            found = _usb_printer(entry, root)
            if found is not None:
                yield found


def _usb_printer(entry: Path, root: Path) -> _Socketed | None:
    """Read one printer; None while it comes or goes: the next look sees it whole, or not at all."""
    interface = (entry / "device").resolve()
    device = interface.parent
    try:
        usb = (int(_text(device / "idVendor"), 16), int(_text(device / "idProduct"), 16))
        number = int(_text(interface / "bInterfaceNumber"), 16)
    except ValueError:
        return None
    if not (root / "dev/usb" / entry.name).exists():
        return None
    said = ieee1284.parse(_text(interface / "ieee1284_id"))
    serial_number = _text(device / "serial") or said.serial_number
    identity = _usb_identity(*usb, serial_number, device.name, number)
    maker = said.maker or plain(_text(device / "manufacturer"))
    model = plain(f"{maker} {said.model or plain(_text(device / 'product'))}")
    name = model or f"USB {usb[0]:04x}:{usb[1]:04x}"
    thing = Thing(identity, f"usb:/dev/usb/{entry.name}", name, "usb", usb, model, said.languages)
    return _Socketed(thing, device.name)


def _usb_identity(vendor: int, product: int, serial_number: str, socket: str, interface: int) -> str:
    worthless = _WORTHLESS.fullmatch(serial_number) is not None
    own = f"@{socket}" if worthless else _STRANGE.sub("_", serial_number)[: limits.SERIAL_NUMBER]
    return f"usb:{vendor:04x}:{product:04x}:{own}" + (f"#{interface}" if interface else "")


def _interface(text: str) -> int:
    """Read the interface of ``configuration.interface``; 0 where there is one only."""
    number = text.rpartition(".")[2]
    return int(number) if number.isdecimal() and len(number) <= 3 else 0


def _text(path: Path) -> str:
    """Read a sysfs attribute; "" when it is not there (any more)."""
    try:
        with path.open("rb") as file:
            return file.read(limits.SYSFS_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""
