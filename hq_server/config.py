"""Configuration of HQ: one TOML file, parsed once into frozen objects; errors name their key path.

Everything has a default: HQ without a file serves branches on every address and people on loopback.

    data = "/var/lib/stayopen-hq"  # database and keystore, owner only
    [branches]
    host = "0.0.0.0"               # TLS of the chain's own CA: enrolment and sync on one port
    port = 8443
    [office]
    host = "127.0.0.1"             # plain HTTP: a reverse proxy with a public certificate stands before it
    port = 8090
"""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from hq_server.errors import Code, StopError

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


class BranchesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where branches reach HQ. Port 0 lets the system choose (tests). ``most``: connections at once."""

    host: str = "0.0.0.0"  # noqa: S104 - branches come from everywhere; TLS and the chain's CA guard the port
    port: Port = 8443
    most: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 2_000


class OfficeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where people reach the office API."""

    host: str = "127.0.0.1"
    port: Port = 8090


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    data: str = "var/hq"
    branches: BranchesConfig = BranchesConfig()
    office: OfficeConfig = OfficeConfig()
    log_level: Annotated[str, msgspec.Meta(pattern="^(debug|info|warning|error)$")] = "info"

    @property
    def folder(self) -> Path:
        """Where database, keystore and lease lie."""
        return Path(self.data)

    @property
    def keystore(self) -> Path:
        """Where HQ's keys lie."""
        return self.folder / "keys"

    @property
    def database(self) -> Path:
        """HQ's database."""
        return self.folder / "hq.db"


def load(path: Path | None) -> Config:
    """Read `path`, or take the defaults when there is none. StopError ``bad_config`` says where and what."""
    if path is None:
        return Config()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StopError(Code.BAD_CONFIG, file=str(path), detail=error.strerror or "unreadable") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StopError(Code.BAD_CONFIG, file=str(path), detail=str(error)) from None
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        # msgspec ends its message with the path: "… - at `$.office.port`"
        raise StopError(Code.BAD_CONFIG, file=str(path), detail=str(error)) from None
