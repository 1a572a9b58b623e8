"""HQ's database: opening, transactions, and the one thread on which everything runs.

SQLite (the driver brings its own, free of the WAL-reset bug of older ones), WAL, ``synchronous=FULL``: what was acked
outlives a power cut. A key is optional here: HQ's disk may be encrypted as a whole. Each write is *one* function on
the database thread inside BEGIN IMMEDIATE … COMMIT; a statement awaited on its own would cost a thread hop each.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import aiosqlite
from sqlcipher3 import dbapi2 as driver

from hq_server.errors import Code, StopError

Connection: TypeAlias = Any
"""A connection of the driver (which carries no types): rows are plain tuples, autocommit outside ``transaction``."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

DriverError: type[Exception] = driver.Error
IntegrityError: type[Exception] = driver.IntegrityError

_KEY = 32
_BUSY_TIMEOUT_MS = 10_000
_CACHE_KIB = 131_072
"""Page cache: the touched ledger rows of a chain of 500 branches; without it each chunk reads its pages again."""
_CHECKPOINT_PAGES = 8_000
"""32 MiB of WAL before it is folded in: a chunk of sales writes 10 MiB, and each fold costs a sync of its own."""
_WAL_KEPT = 64 * 1024 * 1024


def open_connection(path: Path | str, key: bytes | None = None) -> Connection:
    """Open a database file and set it up; `key`: 32 raw bytes, or None for a plain file.

    A wrong key, or a file that is no database, is a ``StopError`` with code ``database_unreadable``.
    """
    conn = driver.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=512)
    try:
        if key is not None:
            if len(key) != _KEY:
                raise StopError(Code.DATABASE_UNREADABLE, detail="the key is not 32 bytes")
            conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            conn.execute("PRAGMA cipher_memory_security = OFF")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {_BUSY_TIMEOUT_MS}",
            f"cache_size = -{_CACHE_KIB}",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            f"journal_size_limit = {_WAL_KEPT}",
            "temp_store = MEMORY",
        ):
            conn.execute(f"PRAGMA {pragma}")
    except driver.DatabaseError as error:
        conn.close()
        raise StopError(Code.DATABASE_UNREADABLE, detail=type(error).__name__) from None
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def transaction(conn: Connection) -> Iterator[None]:
    """Run the block in one write transaction: committed at its end, rolled back whole by any error."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """Run the block so that an error undoes it alone, and the transaction around it can go on."""
    conn.execute("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK TO attempt")
            conn.execute("RELEASE attempt")
        raise
    conn.execute("RELEASE attempt")


class _Thread(aiosqlite.Connection):
    """aiosqlite's connection thread, opened to whole functions instead of single statements."""

    async def call(self, fn: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - passes any function through
        """Run ``fn(conn, *args)`` on the connection's thread."""
        return await self._execute(fn, self._conn, *args)  # type: ignore[no-untyped-call]


class Database:
    """Async shell: runs synchronous ledger functions, one at a time, on the database thread."""

    def __init__(self, thread: _Thread) -> None:
        self._thread = thread

    @classmethod
    async def open(cls, path: Path | str, key: bytes | None = None) -> "Database":
        """Open the file on a thread of its own. Migrating it is the caller's next step (``migrate``)."""
        thread = _Thread(lambda: open_connection(path, key), iter_chunk_size=64)
        await thread
        return cls(thread)

    async def write(self, fn: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run ``fn(conn, …)`` in one write transaction. Cancelling the caller does not cancel a commit under way."""

        def work(conn: Connection) -> _T:
            with transaction(conn):
                return fn(conn, *args, **kwargs)

        return await self._shielded(work)

    async def read(self, fn: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run ``fn(conn, …)`` that only reads; nothing else runs meanwhile, so it sees one state."""
        return await self._shielded(lambda conn: fn(conn, *args, **kwargs))

    async def _shielded(self, work: Callable[[Connection], _T]) -> _T:
        """Wait for the database thread; a cancelled caller leaves, the work finishes."""
        result: _T = await asyncio.shield(self._thread.call(work))
        return result

    async def close(self) -> None:
        """Finish what is queued, fold the WAL into the file and close."""
        await self._thread.close()
