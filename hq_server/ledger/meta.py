"""Single values of HQ's database: what it is (chain, epoch), and how far stage 2 has come."""

from typing import Any

from hq_server.storage.database import Connection

APPLIED_ARRIVAL = "applied_arrival"
"""The last inbox arrival that stage 2 has applied."""


def get(conn: Connection, name: str, default: Any = None) -> Any:  # noqa: ANN401 - any SQLite value
    """Return the value kept under `name`, or `default`."""
    row = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else default


def put(conn: Connection, name: str, value: Any) -> None:  # noqa: ANN401 - any SQLite value
    """Keep `value` under `name`."""
    conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
