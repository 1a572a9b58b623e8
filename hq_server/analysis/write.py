"""Writing what a chunk of facts gives: many rows a statement, sorted, so that neighbours share pages."""

from hq_server.analysis import earned
from hq_server.analysis.people import People
from hq_server.analysis.rows import SUMS, ActRow, Key, Rows, Table
from hq_server.storage.bulk import blob
from hq_server.storage.database import Connection

_ACT = f"INSERT INTO acts ({', '.join(ActRow._fields)}) VALUES ({', '.join('?' * len(ActRow._fields))})"  # noqa: S608  our own words
_LOT = "INSERT INTO act_lots (lot, n, reason, amount) VALUES (?,?,?,?)"


def write(conn: Connection, rows: Rows) -> None:
    """Write everything of a chunk, in the caller's transaction."""
    conn.executemany(_ACT, [_bound(row) for row in rows.acts])
    conn.executemany(_LOT, [(blob(lot), n, reason, rows.lots[lot, n, reason]) for lot, n, reason in sorted(rows.lots)])
    add_sums(conn, rows)


def add_sums(conn: Connection, rows: Rows, schema: str = "main") -> None:
    """Add a chunk's figures to the sums of `schema`: the standing ones, or those that ``rebuild`` makes beside."""
    people = People(conn, rows, schema)
    people.before()
    rows.sum_months()
    for table in SUMS:
        sums = rows.sums[table.name]
        if sums:
            conn.executemany(_upsert(table, schema), [(*_bound(key), *sums[key]) for key in sorted(sums)])
    people.after()
    earned.add(conn, rows, schema)


def _bound(values: Key) -> list[object]:
    """Values as the driver takes them fastest."""
    return [blob(value) if type(value) is bytes else value for value in values]


def _upsert(table: Table, schema: str) -> str:
    """Add figures to the row of a key, or begin one."""
    columns = (*table.keys, *table.figures)
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in table.figures)
    return (
        f"INSERT INTO {schema}.{table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608  our own words
        f" ON CONFLICT ({', '.join(table.keys)}) DO UPDATE SET {added}"
    )
