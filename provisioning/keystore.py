"""A directory of named secrets on the machine that uses them.

Directory 0700, files 0600, all owned by the user who runs the program; anything looser is refused before a byte
is read, because a secret that others could read must be replaced, not used. (On Windows modes mean nothing; there
the profile directory's own access list has to keep others out.) A keystore is created whole, by renaming a finished
directory into place, so it is either complete or absent; single files are replaced by rename. Both survive
a power cut: each step is fsynced.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from provisioning import limits
from provisioning.errors import AskPersonError, ErrorCode

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_POSIX: Final = os.name == "posix"
_LOOSER: Final = 0o077


class Keystore:
    """An opened keystore; every access checks the modes of the directory and of the file again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._check(directory, wants_directory=True)

    @classmethod
    def create(cls, directory: Path, secrets: Mapping[str, bytes]) -> Keystore:
        """Make a keystore that holds ``secrets``, whole or not at all; refuses to touch one that is there.

        What an interrupted attempt left beside it (``<directory>.new``) is removed: nothing used it yet.
        """
        if directory.exists():
            raise AskPersonError(ErrorCode.KEYSTORE_EXISTS, f"{directory} exists already; nothing was changed")
        directory.parent.mkdir(parents=True, exist_ok=True)
        unfinished = directory.with_name(directory.name + ".new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        for name, value in secrets.items():
            _write_new(unfinished / _checked(name), value)
        _sync_directory(unfinished)
        unfinished.rename(directory)
        _sync_directory(directory.parent)
        return cls(directory)

    def path(self, name: str) -> Path:
        """Where ``name`` lies, its modes checked: for libraries that insist on reading a file themselves."""
        path = self.directory / _checked(name)
        self._check(self.directory, wants_directory=True)
        self._check(path, wants_directory=False)
        return path

    def has(self, name: str) -> bool:
        """Whether a secret of that name is here."""
        return (self.directory / _checked(name)).exists()

    def get(self, name: str) -> bytes:
        """The bytes of one secret; AskPersonError when it is missing, too large or readable by others."""
        path = self.path(name)
        if path.stat().st_size > limits.SECRET_BYTES:
            raise AskPersonError(ErrorCode.KEYSTORE_DAMAGED, f"{path} is larger than any secret")
        return path.read_bytes()

    def put(self, name: str, value: bytes) -> None:
        """Write or replace one secret; afterwards the disk holds the old bytes or the new ones, never a mix."""
        path = self.directory / _checked(name)
        self._check(self.directory, wants_directory=True)
        fresh = path.with_name(f".{name}.new")
        fresh.unlink(missing_ok=True)
        _write_new(fresh, value)
        fresh.replace(path)
        _sync_directory(self.directory)

    @staticmethod
    def _check(path: Path, *, wants_directory: bool) -> None:
        """Refuse what is missing, of another kind (a link too), another user's, or open to others."""
        try:
            found = path.lstat()
        except FileNotFoundError as error:
            raise AskPersonError(ErrorCode.KEYSTORE_MISSING, f"{path} does not exist") from error
        right_kind = stat.S_ISDIR(found.st_mode) if wants_directory else stat.S_ISREG(found.st_mode)
        if not right_kind:
            kind = "directory" if wants_directory else "plain file"
            raise AskPersonError(ErrorCode.KEYSTORE_UNSAFE, f"{path} is not a {kind}")
        if not _POSIX:
            return
        if found.st_uid != os.geteuid():
            raise AskPersonError(ErrorCode.KEYSTORE_UNSAFE, f"{path} belongs to another user")
        if stat.S_IMODE(found.st_mode) & _LOOSER:
            mode = "0700" if wants_directory else "0600"
            raise AskPersonError(
                ErrorCode.KEYSTORE_UNSAFE,
                f"{path} has mode {stat.S_IMODE(found.st_mode):04o} but must have {mode}: others may have read it",
            )


def _checked(name: str) -> str:
    """``name`` when it is a plain lower-case file name; ValueError otherwise (a programming error)."""
    if not _NAME.fullmatch(name):
        raise ValueError("a secret's name is lower case letters, digits, '.', '_' and '-'")
    return name


def _write_new(path: Path, value: bytes) -> None:
    """Create ``path`` with mode 0600 whatever the umask, write ``value`` and wait for the disk."""
    if len(value) > limits.SECRET_BYTES:
        raise ValueError(f"a secret has at most {limits.SECRET_BYTES} bytes")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    """Make renames inside ``path`` durable (POSIX; elsewhere a directory cannot be opened)."""
    if not _POSIX:
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
