"""The lease: one HQ per database. A file lock of the operating system, so a killed HQ leaves nothing behind."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from hq_server.errors import Code, StopError


class Lease:
    """Held from ``take`` to ``release``; the process's end releases it too."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: int | None = None

    def take(self) -> Self:
        """Take the lease; StopError ``already_running`` while another process has it."""
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StopError(Code.DATABASE_UNREADABLE, detail=error.strerror or "lock") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            self._file = None
            raise StopError(Code.ALREADY_RUNNING) from None
        return self

    def release(self) -> None:
        """Give the lease back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self.take()

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release()
