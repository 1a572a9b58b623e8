"""Configuration of an edge node: one TOML file, parsed once into frozen objects; errors name their key path.

Everything has a default: an edge node without a file is a shop of its own on loopback.

    data = "/var/lib/stayopen"     # database and keystore, owner only
    [till]
    host = "127.0.0.1"             # the LAN address to let other tills in
    port = 8080
    names = ["till.shop.example"]  # only where tills reach the node by a name of the public DNS
    certificate = "/etc/stayopen/till.crt"  # with key: tills are served over TLS (docs/operations/edge.md)
    key = "/etc/stayopen/till.key"
    [hq]
    connect_timeout_ms = 10000
    [devices]
    enabled = true                 # false: no device is opened, found or printed on
    discovery = true               # false: only this box's own ports are looked at, not the LAN
    listen = "0.0.0.0"             # where the LAN is looked at; without it where tills are served, if not on loopback
    font = "/usr/share/fonts/x.ttf"  # what receipts are drawn with; without it the font that comes along
"""

import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec

_Path = Annotated[str, msgspec.Meta(max_length=1000)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the key path and what is wrong with it."""


class TillConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where tills reach the node. Port 0 lets the system choose (tests). ``names``: see ``web.hosts``.

    ``certificate``, ``key``: PEM files (``till_tls``); "" for plain HTTP.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    names: Annotated[list[Annotated[str, msgspec.Meta(max_length=253)]], msgspec.Meta(max_length=16)] = []
    certificate: _Path = ""
    key: _Path = ""

    @property
    def scheme(self) -> str:
        """How the API is called: https with a certificate, else http."""
        return "https" if self.certificate else "http"


class HqConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the node reaches HQ; where it lies is learned at enrolment and may be overridden here."""

    url: str = ""
    connect_timeout_ms: Annotated[int, msgspec.Meta(ge=100, le=120_000)] = 10_000


class DevicesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shop's hardware. ``discovery``: listen and announce by mDNS, on the network of ``till.host``.

    ``listen``: an address of another network to listen on, or 0.0.0.0: a box that serves its own till on loopback finds
    printers of the LAN only so. "" means ``till.host``, and nowhere if that is loopback. ``font``: a file with all
    characters that may be drawn.
    """

    enabled: bool = True
    discovery: bool = True
    listen: Annotated[str, msgspec.Meta(max_length=253)] = ""
    font: _Path = ""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    data: str = "var/edge"
    till: TillConfig = TillConfig()
    hq: HqConfig = HqConfig()
    devices: DevicesConfig = DevicesConfig()
    log_level: Annotated[str, msgspec.Meta(pattern="^(debug|info|warning|error)$")] = "info"

    @property
    def looks_at_lan(self) -> bool:
        """Whether mDNS is spoken: it costs 3 MB, and on loopback there is nobody but this box."""
        return self.devices.discovery and (bool(self.devices.listen) or not _is_loopback(self.till.host))

    @property
    def folder(self) -> Path:
        """Where database and keystore lie."""
        return Path(self.data)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load(path: Path | None) -> Config:
    """Read `path`, or take the defaults when there is none. Raises ConfigError."""
    if path is None:
        return Config()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise ConfigError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path} is not TOML: {error}"
        raise ConfigError(message) from None
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        # msgspec ends its message with the path: "… - at `$.till.port`"
        message = f"{path}: {error}"
        raise ConfigError(message) from None
