"""The edge node's encrypted database: ``foundation.sqlite`` with this program's bounds and errors."""

from pathlib import Path
from typing import Self

from edge_node import limits
from edge_node.errors import Code, StopWorkError
from foundation.sqlite import database
from foundation.sqlite.database import Connection, DriverError, IntegrityError, savepoint, transaction

__all__ = ["Connection", "Database", "DriverError", "IntegrityError", "open_connection", "savepoint", "transaction"]


def open_connection(path: Path | str, key: bytes | None) -> Connection:
    """Open a database file and set it up; `key`: 32 raw bytes, or None for a plain file (scratch databases only).

    A wrong key, or a file that is no database, is a ``StopWorkError`` with code ``database_unreadable``.
    """
    pragmas = (
        f"busy_timeout = {limits.BUSY_TIMEOUT_MS}",
        f"cache_size = -{limits.CACHE_KIB}",
        f"journal_size_limit = {limits.WAL_KEPT}",
    )
    try:
        return database.open_connection(path, key, pragmas)
    except database.UnreadableError as error:
        raise StopWorkError(Code.DATABASE_UNREADABLE, detail=str(error)) from None


class Database(database.Database):
    """The async shell around an edge node's database."""

    @classmethod
    async def open(cls, path: Path | str, key: bytes | None) -> Self:
        """Open the file on a thread of its own. Migrating it is the caller's next step (``migrate``)."""
        return await cls.start(lambda: open_connection(path, key))
