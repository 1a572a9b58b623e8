"""Where the parts of a demo lie on disk and on which ports they listen."""

import json
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge_node.lock import Lock
from edge_node.runtime import random_bytes
from stayopen.demo.program import ProgramError

_MARK = "stayopen-demo"
_COMPLETE = "complete\n"

_PORTS = range(15_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens on now, each a different one.

    They lie below those that the system gives to outgoing connections: a program that is restarted finds its port free.
    """
    found: list[int] = []
    while len(found) < count:
        port = _PORTS.start + int.from_bytes(random_bytes(4), "big") % len(_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            if port not in found:
                found.append(port)
    return found


class Folder:
    """A demo's directory, held by one process from ``take`` to ``release``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.complete = False
        self._mark = path / _MARK
        self._lock: Lock | None = None

    def take(self, *, fresh: bool) -> None:
        """Hold it; ``complete`` then tells whether a whole chain stands in it. `fresh`: wipe what a demo left there.

        ProgramError for a folder with anything else in it: nothing of it is touched. StopWorkError
        ``already_running`` while another demo holds it.
        """
        if self.path.exists() and not self._mark.exists() and any(self.path.iterdir()):
            message = f"{self.path} holds something that is not a demo; nothing was changed: choose another directory"
            raise ProgramError(message)
        self.path.mkdir(parents=True, exist_ok=True)
        self._mark.touch()
        self._lock = Lock(self.path)
        self.complete = self._mark.read_text(encoding="utf-8") == _COMPLETE
        if fresh or not self.complete:
            self._wipe()

    def chain_stands(self) -> None:
        """Note that HQ is filled and every branch has joined: the next start finds them so."""
        self._mark.write_text(_COMPLETE, encoding="utf-8")
        self.complete = True

    def release(self) -> None:
        """Let go of it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _wipe(self) -> None:
        """Remove everything but the mark and the lock."""
        self._mark.write_text("", encoding="utf-8")
        self.complete = False
        for path in self.path.iterdir():
            if path.name in {_MARK, "lock"}:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


@dataclass(frozen=True, slots=True)
class Place:
    """One program's data directory, configuration file and log."""

    name: str
    data: Path

    @property
    def config(self) -> Path:
        """The TOML file that it is started with; it lies beside the data, which may be replaced whole."""
        return self.data.with_name(f"{self.name}.toml")

    @property
    def log(self) -> Path:
        """What it says."""
        return self.data.with_name("logs") / f"{self.name}.log"

    def configure(self, **sections: dict[str, str | int]) -> None:
        """Write the configuration: the data directory, then one table per section."""
        lines = [f"data = {json.dumps(str(self.data))}"]
        for name, values in sections.items():
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")
