"""Made anew from the facts: to be compared with what stands, or to stand in its place.

Acts are compared chunk by chunk and kept nowhere; sums are added up in tables of the connection's own, and compared
whole.
"""

from collections.abc import Callable, Iterator

from hq_server.analysis import earned, people
from hq_server.analysis.follow import Cursor, chunks, cursor, set_cursor
from hq_server.analysis.rows import SUMS, ActRow, Rows
from hq_server.analysis.write import add_sums
from hq_server.ledger import lot_sums
from hq_server.storage.database import Connection

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""

_ENTRIES = 5_000
_LINES = 20
"""Differences told of one table: the first ones are enough to see that it has to be made anew."""

_SUMMED = (
    *((table.name, (*table.keys, *table.figures)) for table in SUMS),
    *people.TABLES.items(),
    *earned.TABLES.items(),
)
_ACTS = f"SELECT {', '.join(ActRow._fields)} FROM acts WHERE n BETWEEN ? AND ? ORDER BY n"  # noqa: S608  our own words


def compare(conn: Connection, progress: Progress | None = None) -> list[str]:
    """Project all facts up to the follower's cursor again; return what the standing tables say otherwise."""
    for name, _ in _SUMMED:
        (sql,) = conn.execute(
            "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", (name,)
        ).fetchone()
        conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
        conn.execute(sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    try:
        return list(_differences(conn, progress))
    finally:
        for name, _ in _SUMMED:
            conn.execute(f"DROP TABLE temp.{name}")


def reset(conn: Connection) -> None:
    """Empty the read models, and add up lots anew; the follower makes the rest from the first fact on."""
    for name in ("acts", "act_lots", *(name for name, _ in _SUMMED)):
        conn.execute(f"DELETE FROM main.{name}")  # noqa: S608  our own words
    lot_sums.fill(conn)
    conn.execute("UPDATE earned_until SET month = ?", (earned.NEVER,))
    set_cursor(conn, Cursor(0, 0))


def _differences(conn: Connection, progress: Progress | None) -> Iterator[str]:
    end = cursor(conn)
    at, lots = Cursor(0, 0), 0
    for rows, after in chunks(conn, at, end.run, _ENTRIES):
        yield from _acts(conn, rows, at, after)
        lots += len(rows.lots)
        add_sums(conn, rows, "temp")
        at = after
        if progress is not None:
            progress(at.n, end.n)
    counted = conn.execute("SELECT (SELECT count(*) FROM acts), (SELECT count(*) FROM act_lots)").fetchone()
    for name, there, expected in zip(("acts", "act_lots"), counted, (at.n, lots), strict=True):
        if there != expected:
            yield f"{name}: {there} rows, the facts give {expected}"
    if at.n != end.n:
        yield f"read models: at entry {end.n}, the facts go to {at.n}"
    marked = earned.until(conn)  # from there on the standing sums are of former terms, and no report reads them
    for name, columns in _SUMMED:
        where = f" WHERE {columns[0]} < '{marked}'" if name in earned.TABLES else ""
        yield from _sums(conn, name, ", ".join(columns), where)


def _acts(conn: Connection, rows: Rows, before: Cursor, after: Cursor) -> Iterator[str]:
    """Compare one chunk's acts, and the moves of their lots."""
    found = {row[0]: tuple(row) for row in conn.execute(_ACTS, (before.n + 1, after.n))}
    wrong = [row.n for row in rows.acts if found.get(row.n) != tuple(row)]
    yield from (f"act {n}: not what its entry says" for n in wrong[:_LINES])
    for (lot, n, reason), amount in rows.lots.items():
        key = (lot, n, reason)
        row = conn.execute("SELECT amount FROM act_lots WHERE lot = ? AND n = ? AND reason = ?", key).fetchone()
        if row is None or row[0] != amount:
            yield f"act {n}: its move of lot {lot.hex()} is not told as its entry says"


def _sums(conn: Connection, name: str, columns: str, where: str) -> Iterator[str]:
    """Compare one table of sums, both ways."""
    for ours, others, what in (("main", "temp", "the facts do not give"), ("temp", "main", "not in the table")):
        sql = (
            f"SELECT {columns} FROM {ours}.{name}{where} EXCEPT"  # noqa: S608  our own words
            f" SELECT {columns} FROM {others}.{name}{where} LIMIT ?"
        )
        for row in conn.execute(sql, (_LINES,)):
            yield f"{name}: {what} {tuple(part.hex() if type(part) is bytes else part for part in row)}"
