"""One process per data directory: the operating system holds the lock and lets go of it when the process dies."""

import fcntl
import os
import time
from pathlib import Path

from edge_node.errors import Code, StopWorkError

_NAME = "lock"
_TRIES = 5
_PAUSE_S = 0.02


class Lock:
    """Held from making it until ``release``; StopWorkError ``already_running`` names the process that holds it."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not self._taken():
            holder = os.read(self._handle, 16).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise StopWorkError(Code.ALREADY_RUNNING, pid=holder or "?")
        os.truncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def _taken(self) -> bool:
        """Try for a moment: ``held`` of another process may look just now."""
        for _ in range(_TRIES):
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_S)
            else:
                return True
        return False

    def release(self) -> None:
        """Let go; the file stays, for removing it would race with the next process."""
        os.close(self._handle)


def held(folder: Path) -> bool:
    """Whether some process works with this directory now."""
    try:
        lock = Lock(folder)
    except StopWorkError:
        return True
    lock.release()
    return False
