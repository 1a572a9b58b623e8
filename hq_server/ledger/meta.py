"""Single values of HQ's database: what it is (chain, epoch), and how far stage 2 has come."""

from typing import Any

from hq_server.storage.database import Connection

APPLIED_ARRIVAL = "applied_arrival"
"""The last inbox arrival that stage 2 has applied."""

EXPIRY_DUE = "expiry_due"
"""The day HQ last declared: what was to be used before it is written off. Stage 2 writes it, from HQ's own fact."""

STAGES_AT = "stages_at"
"""How far the daily sweep for parts of staged bonuses has come: `<day> <last lot in hex>`, the lot empty at its end."""

EXPIRY_AT = "expiry_at"
"""The last lot that the sweep behind that day looked at: `<expires_on> <lot in hex>`."""


def get(conn: Connection, name: str, default: Any = None) -> Any:  # noqa: ANN401 - any SQLite value
    """Return the value kept under `name`, or `default`."""
    row = conn.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else default


def put(conn: Connection, name: str, value: Any) -> None:  # noqa: ANN401 - any SQLite value
    """Keep `value` under `name`."""
    conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
