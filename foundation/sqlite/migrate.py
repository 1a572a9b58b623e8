"""Migrations: numbered SQL files, each applied once, in its own transaction with the version it leads to.

``schema_version`` is what the file is; ``compatible_from`` is the oldest program schema that may still use it. So a
program one version older may open a newer file when the newer one says so, and refuses it clearly when not.
"""

import re
from collections.abc import Mapping
from importlib.resources import files

from foundation.sqlite.database import Connection, transaction


class TooNewError(Exception):
    """The database was written by a newer program that this one cannot work beside."""

    def __init__(self, found: int, known: int) -> None:
        """`found`: the file's schema version; `known`: this program's."""
        super().__init__(found, known)
        self.found = found
        self.known = known


def migrate(conn: Connection, package: str, compatible_from: Mapping[int, int]) -> int:
    """Bring a database up to the newest migration of `package`; return the version it had before (0: it was empty).

    `package` holds ``migrations/NNNN_name.sql``; `compatible_from`: schema version → oldest program schema that may
    use a database of that version. Raises TooNewError.
    """
    newest = max(compatible_from)
    before = schema_version(conn)
    if before > newest:
        (needs,) = conn.execute("SELECT value FROM meta WHERE name = 'compatible_from'").fetchone()
        if needs > newest:
            raise TooNewError(before, newest)
        return before
    for version in range(before + 1, newest + 1):
        with transaction(conn):
            for statement in _statements(_script(package, version)):
                conn.execute(statement)
            conn.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [("schema_version", version), ("compatible_from", compatible_from[version])],
            )
    return before


def schema_version(conn: Connection) -> int:
    """Return the schema version of a database; 0 when it is empty."""
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return 0
    version: int = conn.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()[0]
    return version


def _script(package: str, version: int) -> str:
    """Read the migration that leads to `version`."""
    folder = files(package) / "migrations"
    (script,) = (item for item in folder.iterdir() if item.name.startswith(f"{version:04d}_"))
    return script.read_text(encoding="utf-8")


def _statements(script: str) -> list[str]:
    """Split a migration at its semicolons; executescript() would commit by itself. No text in it holds ``--``."""
    return [part for part in re.sub(r"--.*", "", script).split(";") if part.strip()]
