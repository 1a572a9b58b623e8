"""HQ's database: ``foundation.sqlite`` with this program's bounds and errors. A key is optional here."""

from pathlib import Path
from typing import Self

from foundation.sqlite import database
from foundation.sqlite.database import Connection, DriverError, IntegrityError, savepoint, snapshot, transaction
from hq_server.errors import Code, StopError

__all__ = [
    "Connection",
    "Database",
    "DriverError",
    "IntegrityError",
    "open_connection",
    "open_reader",
    "savepoint",
    "snapshot",
    "transaction",
]

_BUSY_TIMEOUT_MS = 10_000
_CACHE_KIB = 131_072
"""Page cache: the touched ledger rows of a chain of 500 branches; without it each chunk reads its pages again."""
_READER_CACHE_KIB = 32_768
"""Page cache of a connection that only reads: the inner pages of its indexes."""
_CHECKPOINT_PAGES = 8_000
"""32 MiB of WAL before it is folded in: a chunk of sales writes 10 MiB, and each fold costs a sync of its own."""
_WAL_KEPT = 64 * 1024 * 1024

_PRAGMAS = (
    f"busy_timeout = {_BUSY_TIMEOUT_MS}",
    f"cache_size = -{_CACHE_KIB}",
    f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
    f"journal_size_limit = {_WAL_KEPT}",
)


def open_connection(path: Path | str, key: bytes | None = None) -> Connection:
    """Open a database file and set it up; `key`: 32 raw bytes, or None for a plain file.

    A wrong key, or a file that is no database, is a ``StopError`` with code ``database_unreadable``.
    """
    try:
        return database.open_connection(path, key, _PRAGMAS)
    except database.UnreadableError as error:
        raise StopError(Code.DATABASE_UNREADABLE, detail=str(error)) from None


def open_reader(path: Path | str, key: bytes | None = None) -> Connection:
    """Open a connection that can only read: it sees the last commit, and nobody waits for it (WAL)."""
    conn = open_connection(path, key)
    conn.execute("PRAGMA query_only = ON")
    conn.execute(f"PRAGMA cache_size = -{_READER_CACHE_KIB}")
    return conn


class Database(database.Database):
    """The async shell around HQ's database."""

    @classmethod
    async def open(cls, path: Path | str, key: bytes | None = None) -> Self:
        """Open the file on a thread of its own. Migrating it is the caller's next step (``migrate``)."""
        return await cls.start(lambda: open_connection(path, key))

    @classmethod
    async def open_reader(cls, path: Path | str, key: bytes | None = None) -> Self:
        """Open a connection of its own thread that only reads, so that long questions keep nobody from writing."""
        return await cls.start(lambda: open_reader(path, key))
