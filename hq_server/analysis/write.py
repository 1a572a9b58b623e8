"""Writing what a chunk of facts gives: many rows a statement, sorted, so that neighbours share pages."""

from hq_server.analysis.rows import SUMS, ActRow, Key, MemberTotal, Rows, Table
from hq_server.storage.bulk import blob
from hq_server.storage.database import Connection

_ACT = f"INSERT INTO acts ({', '.join(ActRow._fields)}) VALUES ({', '.join('?' * len(ActRow._fields))})"  # noqa: S608  our own words
_LOT = "INSERT INTO act_lots (lot, n, reason, amount) VALUES (?,?,?,?)"
_MEMBER = """
INSERT INTO {schema}.member_totals (member, first_day, last_day, visits, spent, topped_up) VALUES (?,?,?,?,?,?)
ON CONFLICT (member) DO UPDATE SET
    first_day = CASE WHEN first_day = '' OR (excluded.first_day <> '' AND excluded.first_day < first_day)
        THEN excluded.first_day ELSE first_day END,
    last_day = max(last_day, excluded.last_day), visits = visits + excluded.visits, spent = spent + excluded.spent,
    topped_up = topped_up + excluded.topped_up
"""


def write(conn: Connection, rows: Rows) -> None:
    """Write everything of a chunk, in the caller's transaction."""
    conn.executemany(_ACT, [_bound(row) for row in rows.acts])
    conn.executemany(_LOT, [(blob(lot), n, reason, rows.lots[lot, n, reason]) for lot, n, reason in sorted(rows.lots)])
    add_sums(conn, rows)


def add_sums(conn: Connection, rows: Rows, schema: str = "main") -> None:
    """Add a chunk's figures to the sums of `schema`: the standing ones, or those that ``rebuild`` makes beside."""
    for table in SUMS:
        sums = rows.sums[table.name]
        if sums:
            conn.executemany(_upsert(table, schema), [(*_bound(key), *sums[key]) for key in sorted(sums)])
    members = [(blob(member), *rows.members[member]) for member in sorted(rows.members)]
    conn.executemany(_MEMBER.format(schema=schema), members)


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


MEMBER_TOTALS = ("member", *MemberTotal._fields)
"""Columns of ``member_totals``."""
