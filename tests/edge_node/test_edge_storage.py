"""The encrypted database: keys, transactions, savepoints, the one thread."""

import asyncio
from pathlib import Path

import pytest
from edge_shop import KEY, Shop

from edge_node.errors import Code, StopWorkError
from edge_node.storage import migrate as migrations
from edge_node.storage.database import Database, IntegrityError, open_connection, savepoint, transaction
from edge_node.storage.migrate import migrate, schema_version


def test_the_file_is_unreadable_without_its_key(shop: Shop):
    """Neither the plain text nor another key reads the file."""
    shop.open()
    shop.register("王小明")
    shop.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = shop.path.read_bytes()
    assert b"SQLite format" not in raw
    assert "王小明".encode() not in raw
    with pytest.raises(StopWorkError) as caught:
        open_connection(shop.path, bytes(32))
    assert caught.value.code is Code.DATABASE_UNREADABLE


def test_a_key_of_another_length_is_refused(tmp_path: Path):
    """Only 32 raw bytes are a key, so that nothing is ever derived from a short one."""
    with pytest.raises(StopWorkError):
        open_connection(tmp_path / "x.db", b"short")


def test_every_commit_is_synced(shop: Shop):
    """The journal is a WAL with synchronous=FULL (2), and foreign keys are on."""
    assert shop.rows("PRAGMA journal_mode") == [("wal",)]
    assert shop.rows("PRAGMA synchronous") == [(2,)]


def test_an_error_undoes_the_whole_transaction(shop: Shop):
    """What a failed function wrote is gone, and the connection can be used again."""
    with pytest.raises(ZeroDivisionError), transaction(shop.conn):
        shop.conn.execute("INSERT INTO meta VALUES ('x', 1)")
        _ = 1 / 0
    assert shop.rows("SELECT * FROM meta WHERE name = 'x'") == []
    with transaction(shop.conn):
        shop.conn.execute("INSERT INTO meta VALUES ('x', 2)")
    assert shop.rows("SELECT value FROM meta WHERE name = 'x'") == [(2,)]


def test_a_savepoint_undoes_only_its_block(shop: Shop):
    """An error inside a savepoint leaves what the transaction wrote before and lets it go on."""
    with transaction(shop.conn):
        shop.conn.execute("INSERT INTO meta VALUES ('a', 1)")
        with pytest.raises(IntegrityError), savepoint(shop.conn):
            shop.conn.execute("INSERT INTO meta VALUES ('b', 1)")
            shop.conn.execute("INSERT INTO meta VALUES ('a', 2)")
        shop.conn.execute("INSERT INTO meta VALUES ('c', 1)")
    assert shop.rows("SELECT name FROM meta WHERE name < 'd' AND length(name) = 1 ORDER BY name") == [("a",), ("c",)]


def test_migrations_are_applied_once(shop: Shop):
    """A second start finds the schema as it is."""
    assert schema_version(shop.conn) == migrations.SCHEMA_VERSION
    assert migrate(shop.conn) == migrations.SCHEMA_VERSION


def test_a_newer_database_is_used_only_if_it_says_so(shop: Shop):
    """compatible_from decides whether an older program may open a newer file."""
    newer = migrations.SCHEMA_VERSION + 1
    shop.conn.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (newer,))
    assert migrate(shop.conn) == newer
    shop.conn.execute("UPDATE meta SET value = ? WHERE name = 'compatible_from'", (newer,))
    with pytest.raises(StopWorkError) as caught:
        migrate(shop.conn)
    assert caught.value.code is Code.DATABASE_TOO_NEW


async def test_the_thread_runs_whole_functions(tmp_path: Path):
    """A write is one function in one transaction; its error reaches the caller and undoes it."""
    db = await Database.open(tmp_path / "x.db", KEY)
    await db.read(migrate)

    def put(conn, value, *, fail=False):
        conn.execute("INSERT INTO meta VALUES ('x', ?)", (value,))
        if fail:
            raise KeyError("no")
        return value + 1

    with pytest.raises(KeyError):
        await db.write(put, 1, fail=True)
    assert await db.write(put, 5) == 6
    assert await db.read(lambda conn: conn.execute("SELECT value FROM meta WHERE name = 'x'").fetchall()) == [(5,)]
    await db.close()


async def test_a_cancelled_caller_does_not_cancel_a_commit(tmp_path: Path):
    """Once queued, a write finishes although nobody waits for it any more."""
    db = await Database.open(tmp_path / "x.db", KEY)
    await db.read(migrate)
    task = asyncio.create_task(db.write(lambda conn: conn.execute("INSERT INTO meta VALUES ('x', 1)") and None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    rows = await db.read(lambda conn: conn.execute("SELECT value FROM meta WHERE name = 'x'").fetchall())
    assert rows == [(1,)]
    await db.close()
