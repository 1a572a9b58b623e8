"""HQ's database file: migrations, transactions, keys, bulk reads."""

import asyncio

import pytest

from foundation.sqlite import migrate as migrations
from hq_server.errors import Code, StopError
from hq_server.storage.bulk import run_in, select_in
from hq_server.storage.database import Database, open_connection, savepoint, transaction
from hq_server.storage.migrate import COMPATIBLE_FROM, SCHEMA_VERSION, migrate


def test_migrating_twice_changes_nothing(tmp_path):
    """A database of this program's schema is left as it is."""
    conn = open_connection(tmp_path / "hq.db")
    assert migrate(conn) == 0
    before = conn.execute("SELECT sql FROM sqlite_master").fetchall()
    assert migrate(conn) == SCHEMA_VERSION
    assert conn.execute("SELECT sql FROM sqlite_master").fetchall() == before


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_database_of_an_earlier_schema_goes_on(tmp_path, version):
    """An earlier program's file is brought up to date with all its rows, and ends with the schema of a new one."""
    old, new = open_connection(tmp_path / "old.db"), open_connection(tmp_path / "new.db")
    migrations.migrate(old, "hq_server.storage", {n: COMPATIBLE_FROM[n] for n in range(1, version + 1)})
    old.execute("INSERT INTO branches VALUES ('b001', '南京路店', 'active', 1)")
    assert (migrate(old), migrate(new)) == (version, 0)
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    assert old.execute(schema).fetchall() == new.execute(schema).fetchall()
    assert old.execute("SELECT name FROM branches").fetchall() == [("南京路店",)]


def test_newer_incompatible_database_is_refused(tmp_path):
    """A database that a later program wrote and this one may not use is refused with its version."""
    conn = open_connection(tmp_path / "hq.db")
    migrate(conn)
    conn.execute("UPDATE meta SET value = 9 WHERE name IN ('schema_version', 'compatible_from')")
    with pytest.raises(StopError) as refused:
        migrate(conn)
    assert (refused.value.code, refused.value.evidence["found"]) == (Code.DATABASE_TOO_NEW, 9)
    conn.execute("UPDATE meta SET value = 1 WHERE name = 'compatible_from'")
    assert migrate(conn) == 9


def test_every_acked_commit_is_synchronous(tmp_path):
    """WAL with synchronous FULL: a commit that returned outlives a power cut."""
    conn = open_connection(tmp_path / "hq.db")
    assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert conn.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize("key", [b"k" * 32, None])
def test_wrong_key_is_a_clear_error(tmp_path, key):
    """A keyed database opens with its key only; a wrong or missing one says that it cannot be read."""
    conn = open_connection(tmp_path / "hq.db", b"r" * 32)
    migrate(conn)
    conn.close()
    open_connection(tmp_path / "hq.db", b"r" * 32).close()
    with pytest.raises(StopError) as refused:
        open_connection(tmp_path / "hq.db", key)
    assert refused.value.code == Code.DATABASE_UNREADABLE


def test_key_of_another_length_is_refused(tmp_path):
    """A key is 32 raw bytes, nothing else."""
    with pytest.raises(StopError):
        open_connection(tmp_path / "hq.db", b"short")


def test_failed_transaction_leaves_nothing(tmp_path):
    """An error rolls the whole transaction back; a savepoint only its own part."""
    conn = open_connection(tmp_path / "hq.db")
    migrate(conn)
    with pytest.raises(ZeroDivisionError), transaction(conn):
        conn.execute("INSERT INTO meta VALUES ('a', 1)")
        raise ZeroDivisionError
    with transaction(conn):
        conn.execute("INSERT INTO meta VALUES ('b', 1)")
        with pytest.raises(ZeroDivisionError), savepoint(conn):
            conn.execute("INSERT INTO meta VALUES ('c', 1)")
            raise ZeroDivisionError
    found = conn.execute("SELECT name FROM meta WHERE name IN ('a', 'b', 'c')").fetchall()
    assert found == [("b",)]


async def test_cancelled_caller_does_not_cancel_a_commit(tmp_path):
    """A write once started is finished, whoever stopped waiting for it."""
    db = await Database.open(tmp_path / "hq.db")
    await db.read(migrate)
    writing = asyncio.ensure_future(db.write(lambda conn: conn.execute("INSERT INTO meta VALUES ('x', 1)") and None))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await db.read(lambda conn: conn.execute("SELECT value FROM meta WHERE name = 'x'").fetchone()) == (1,)
    await db.close()


@pytest.mark.parametrize("count", [0, 1, 2, 8, 9, 64, 65, 512, 513, 1500])
def test_bulk_statements_reach_every_key_once(tmp_path, count):
    """However many keys, each is read once and written once."""
    conn = open_connection(tmp_path / "hq.db")
    conn.execute("CREATE TABLE t (k BLOB PRIMARY KEY, n INTEGER) WITHOUT ROWID")
    keys = [n.to_bytes(4, "big") for n in range(count)]
    conn.executemany("INSERT INTO t VALUES (?, 0)", [(key,) for key in keys])
    conn.execute("INSERT INTO t VALUES (x'ff', 0)")
    assert [row[0] for row in select_in(conn, "SELECT k FROM t WHERE n = ? AND k IN ({})", set(keys), 0)] == keys
    run_in(conn, "UPDATE t SET n = n + 1 WHERE k IN ({})", keys)
    assert conn.execute("SELECT sum(n), min(n) FROM t").fetchone() == (count, 0)
