"""Opening, transactions, and the one thread on which everything runs.

The driver is SQLCipher's: it brings its own SQLite, free of the WAL-reset bug of older ones, and with a raw 32-byte key
(no key derivation: 0.2 ms to open) encrypts every page. WAL and ``synchronous=FULL``: an acknowledged commit outlives a
power cut. Each write is *one* function on the database thread inside BEGIN IMMEDIATE … COMMIT; a statement awaited on
its own would cost a thread hop each.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeAlias, TypeVar

import aiosqlite
from sqlcipher3 import dbapi2 as driver

Connection: TypeAlias = Any
"""A connection of the driver (which carries no types): rows are plain tuples, autocommit outside ``transaction``."""

KEY_BYTES = 32
"""SQLCipher's raw key: no passphrase, so no 380 ms of derivation at each start."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

driver.register_adapter(bytes, memoryview)  # else it looks for one everywhere, at each value: 3 µs, thirty times a sale

DriverError: type[Exception] = driver.Error
IntegrityError: type[Exception] = driver.IntegrityError

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")


class UnreadableError(Exception):
    """The file is no database, or the key is wrong; the text says what was found, never the key."""


def open_connection(path: Path | str, key: bytes | None, pragmas: Sequence[str]) -> Connection:
    """Open a database file and set it up; `key`: 32 raw bytes, or None for a plain file. Raises UnreadableError.

    `pragmas`: what the program sets beyond durability, e.g. its timeouts and cache sizes.
    """
    conn = driver.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=512)
    try:
        if key is not None:
            if len(key) != KEY_BYTES:
                raise UnreadableError(f"the key is not {KEY_BYTES} bytes")
            conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            conn.execute("PRAGMA cipher_memory_security = OFF")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in (*_PRAGMAS, *pragmas):
            conn.execute(f"PRAGMA {pragma}")
    except driver.DatabaseError as error:
        conn.close()
        raise UnreadableError(type(error).__name__) from None
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
def snapshot(conn: Connection) -> Iterator[None]:
    """Run the block so that all its questions are answered from one state, whatever is written beside it."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


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
    async def start(cls, connect: Callable[[], Connection]) -> Self:
        """Open by `connect` on a thread of its own."""
        thread = _Thread(connect, iter_chunk_size=64)
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
