"""Where a device is: ``tcp://192.168.1.50:9100``, ``serial:/dev/ttyUSB0?baud=9600``, ``usb:/dev/usb/lp0``.

Also ``memory:name``, ``serial:COM3``, ``serial:socket://host:port`` and ``serial:rfc2217://host:port`` (serial
servers), ``serial:loop://`` (what is sent comes back), ``pcsc:name of the reader``. An address names, it opens nothing:
whether a path is a device is found out when it is opened.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple

from device_drivers.errors import Code, StopError
from device_drivers.limits import ADDRESS_CHARS

PRINTER_PORT = 9100
"""Raw printing (JetDirect, ``pdl-datastream``): what printers listen on."""


class SerialSettings(NamedTuple):
    """How a serial line is set. ``parity``: N, E or O; ``flow``: none, or rtscts where the cable has these wires."""

    baud: int = 9600
    data_bits: int = 8
    parity: str = "N"
    stop_bits: int = 1
    flow: str = "none"


DEFAULT_SERIAL = SerialSettings()
"""9600 8N1: what most of these devices leave the factory with."""

_CHOICES: dict[str, tuple[str, tuple[int | str, ...]]] = {
    "baud": ("baud", (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)),
    "data": ("data_bits", (7, 8)),
    "parity": ("parity", ("N", "E", "O")),
    "stop": ("stop_bits", (1, 2)),
    "flow": ("flow", ("none", "rtscts")),
}
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]{1,32})?)\](.*)")
_COM = re.compile(r"COM[1-9][0-9]{0,2}")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Address(NamedTuple):
    """One parsed address; ``str()`` writes it. ``line``: tcp, serial, usb, memory or pcsc.

    ``where``: host, path, COM port, URL of a serial server, name. ``settings``: those of a serial line that stand in
    the address, as (name in the address, value); all others are the driver's.
    """

    line: str
    where: str
    port: int = 0
    settings: tuple[tuple[str, int | str], ...] = ()

    def __str__(self) -> str:
        if self.line == "tcp":
            return f"tcp://{_bracketed(self.where)}:{self.port}"
        query = "&".join(f"{name}={value}" for name, value in self.settings)
        return f"{self.line}:{self.where}" + (f"?{query}" if query else "")

    def serial(self, default: SerialSettings = DEFAULT_SERIAL) -> SerialSettings:
        """Return the settings of a serial line: those of the address over `default`, which is the driver's."""
        return SerialSettings(**{**default._asdict(), **{_CHOICES[name][0]: value for name, value in self.settings}})


def parse(text: str) -> Address:
    """Read an address; StopError ``bad_address`` for what is none."""
    if len(text) > ADDRESS_CHARS or not text.isprintable():
        raise StopError(Code.BAD_ADDRESS, address=ascii(text[:32]))
    line, _, rest = text.partition(":")
    if line == "tcp" and rest.startswith("//"):
        host, port = _host_port(text, rest[2:])
        return Address("tcp", host, port)
    if line == "serial":
        where, asked, query = rest.partition("?")
        return Address("serial", _serial_where(text, where), settings=_settings(text, query) if asked else ())
    if (line == "usb" and _is_path(rest)) or (line == "memory" and _NAME.fullmatch(rest)) or (line == "pcsc" and rest):
        return Address(line, rest)
    raise _bad(text)


def _serial_where(text: str, where: str) -> str:
    """Let through what pyserial may open: a path, a COM port, a serial server, a loop; nothing else it knows."""
    scheme, found, rest = where.partition("://")
    if not found:
        if _is_path(where) or _COM.fullmatch(where):
            return where
    elif scheme in {"socket", "rfc2217"}:
        host, port = _host_port(text, rest, default=0)
        return f"{scheme}://{_bracketed(host)}:{port}"
    elif where == "loop://":
        return where
    raise _bad(text)


def server_of(where: str) -> tuple[str, int]:
    """Return host and port of a serial server as `Address.where` has it (``socket://host:port``)."""
    return _host_port(where, where.partition("://")[2], default=0)


def _is_path(where: str) -> bool:
    return where.startswith("/") and "?" not in where and ".." not in where.split("/")


def _host_port(text: str, rest: str, default: int = PRINTER_PORT) -> tuple[str, int]:
    if rest.startswith("["):
        found = _BRACKETED.fullmatch(rest)
        if found is None or not is_literal(found[1]):
            raise _bad(text)
        host, tail = found.groups()
    else:
        host, colon, number = rest.partition(":")
        tail = colon + number
        if not _HOST.fullmatch(host):
            raise _bad(text)
    if not tail and default:
        return host, default
    if not re.fullmatch(r":[0-9]{1,5}", tail) or not 0 < int(tail[1:]) < 65536:
        raise _bad(text)
    return host, int(tail[1:])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_literal(host: str) -> bool:
    """Whether a host is an IP address, so that nobody has to be asked for it."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _settings(text: str, query: str) -> tuple[tuple[str, int | str], ...]:
    given: dict[str, int | str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name not in _CHOICES or name in given:
            raise _bad(text)
        given[name] = _chosen(text, _CHOICES[name][1], value)
    return tuple(given.items())


def _chosen(text: str, choices: tuple[int | str, ...], value: str) -> int | str:
    allowed: Mapping[str, int | str] = {str(choice): choice for choice in choices}
    if value not in allowed:
        raise _bad(text)
    return allowed[value]


def _bad(text: str) -> StopError:
    return StopError(Code.BAD_ADDRESS, address=text[:64])
