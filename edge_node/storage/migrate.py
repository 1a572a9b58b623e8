"""The edge node's schema versions; how migrations work is ``foundation.sqlite.migrate``'s."""

from edge_node.errors import Code, StopWorkError
from foundation.sqlite import migrate as migrations
from foundation.sqlite.database import Connection
from foundation.sqlite.migrate import schema_version

__all__ = ["COMPATIBLE_FROM", "SCHEMA_VERSION", "migrate", "schema_version"]

COMPATIBLE_FROM = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}
"""Schema version → the oldest program schema that may use a database of that version."""

SCHEMA_VERSION = max(COMPATIBLE_FROM)
"""The newest schema this program knows."""


def migrate(conn: Connection) -> int:
    """Bring a database up to this program's schema; return the version it had before (0: it was empty)."""
    try:
        return migrations.migrate(conn, "edge_node.storage", COMPATIBLE_FROM)
    except migrations.TooNewError as error:
        raise StopWorkError(Code.DATABASE_TOO_NEW, found=error.found, known=error.known) from None
