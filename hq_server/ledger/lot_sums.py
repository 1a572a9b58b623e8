"""Sums of lots and of the rights to them, as their tables have them: to compare what is kept, or to make it anew.

Stage 2 keeps the sums in the transaction that changes lots and rights (``reconcile.sums``).
"""

from collections.abc import Iterator

from hq_server.storage.database import Connection

OWED = "issued + exposure - transit - spent + refunded - paid_out - withdrawn - expired"
"""SQL: what a lot's own account owes; vouchers and claims on their way stand in the account ``transit``."""

_LOTS = f"SELECT {{}}, sum({OWED}), sum({OWED} <> 0){{}} FROM lots GROUP BY {{}}"  # noqa: S608  our own words
_RIGHTS = (
    "SELECT asset, issuer, no, sum(held), sum(held > 0), sum(suspended), sum(suspended > 0) FROM ("
    "SELECT l.asset, l.issuer, r.no, max(0, r.granted + r.born - r.gone) AS held, r.suspended"
    " FROM rights r JOIN lots l USING (lot)) GROUP BY 1, 2, 3"
)
_TABLES = {
    "lot_sums": (2, _LOTS.format("asset, issuer", ", sum(own), sum(set_aside)", "1, 2")),
    "lot_days": (3, _LOTS.format("asset, issuer, opened_on", "", "1, 2, 3")),
    "rights_sums": (3, _RIGHTS),
}
"""Table → how many of its columns are its key, and the query that adds it up."""


def differences(conn: Connection) -> Iterator[str]:
    """Add up all lots and rights; tell where the sums kept say otherwise."""
    for table, (width, query) in _TABLES.items():
        kept = _figures(conn, f"SELECT * FROM {table}", width)  # noqa: S608  our own words
        there = _figures(conn, query, width)
        for key in sorted(kept.keys() | there.keys()):
            if kept.get(key) != there.get(key):
                yield f"{table} {key}: kept {kept.get(key)}, the lots give {there.get(key)}"


def fill(conn: Connection) -> None:
    """Make all sums anew, in the caller's transaction."""
    for table, (_, query) in _TABLES.items():
        conn.execute(f"DELETE FROM {table}")  # noqa: S608  our own words
        conn.execute(f"INSERT INTO {table} {query}")


def _figures(conn: Connection, query: str, width: int) -> dict[tuple[object, ...], tuple[int, ...]]:
    """Read rows by their keys; what has come to nothing need not be there."""
    return {row[:width]: row[width:] for row in conn.execute(query) if any(row[width:])}
