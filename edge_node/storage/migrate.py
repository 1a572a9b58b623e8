"""Migrations: numbered SQL files, each applied once, in its own transaction with the version it leads to.

``schema_version`` is what the file is; ``compatible_from`` is the oldest program schema that may still use it. So a
program one version older may open a newer file when the newer one says so, and refuses it clearly when not.
"""

from importlib.resources import files

from edge_node.errors import Code, StopWorkError
from edge_node.storage.database import Connection, transaction

SCHEMA_VERSION = 1
"""The newest schema this program knows."""

COMPATIBLE_FROM = {1: 1}
"""Schema version → the oldest program schema that may use a database of that version."""


def migrate(conn: Connection) -> int:
    """Bring a database up to this program's schema; return the version it had before (0: it was empty)."""
    before = schema_version(conn)
    if before > SCHEMA_VERSION:
        (needs,) = conn.execute("SELECT value FROM meta WHERE name = 'compatible_from'").fetchone()
        if needs > SCHEMA_VERSION:
            raise StopWorkError(Code.DATABASE_TOO_NEW, found=before, known=SCHEMA_VERSION)
        return before
    for version in range(before + 1, SCHEMA_VERSION + 1):
        with transaction(conn):
            for statement in _statements(_script(version)):
                conn.execute(statement)
            conn.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [("schema_version", version), ("compatible_from", COMPATIBLE_FROM[version])],
            )
    return before


def schema_version(conn: Connection) -> int:
    """Return the schema version of a database; 0 when it is empty."""
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return 0
    version: int = conn.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()[0]
    return version


def _script(version: int) -> str:
    """Read the migration that leads to `version`."""
    folder = files("edge_node.storage") / "migrations"
    (script,) = (item for item in folder.iterdir() if item.name.startswith(f"{version:04d}_"))
    return script.read_text(encoding="utf-8")


def _statements(script: str) -> list[str]:
    """Split a migration; no statement holds a semicolon inside, and executescript() would commit by itself."""
    plain = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("--"))
    return [statement for statement in plain.split(";") if statement.strip()]
