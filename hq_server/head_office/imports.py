"""Files of products on their way in: uploaded in parts, read into rows to be looked at, applied in chunks.

A file belongs to whoever uploaded it. Each step takes a chunk in the caller's transaction; a job strings them together.
"""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from commerce.errors import CommerceError
from commerce.limits import CODE_MAX
from hq_server.errors import Code, HqError, InputError
from hq_server.head_office import catalogue, imports_rows, product_terms
from hq_server.head_office import goods_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.imports_columns import guess_all, heading_row, is_field
from hq_server.head_office.imports_file import FORMULA, Rows
from hq_server.head_office.imports_rows import Planned, Told, Wrong
from hq_server.head_office.values import business_day, text
from hq_server.storage.database import Connection

UPLOADING, READ, APPLIED = "uploading", "read", "applied"
STATES = ("new", "changed", "unchanged", "error", "applied", "failed")
"""Of rows; ``failed``: right when it was read, refused when it was applied."""

Sheet = Annotated[str, Meta(max_length=limits.IMPORT_NAME)]
Field = Annotated[str, Meta(max_length=CODE_MAX + 8)]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a file was read: ``heading`` counts rows from 0, ``columns`` says what each column means ("" nothing)."""

    sheets: list[str]
    sheet: str
    heading: int
    headings: list[str]
    columns: list[str]


class File(NamedTuple):
    """A file as it is listed; ``counts``: rows by state; ``plan`` None until it was read."""

    id: bytes
    name: str
    size: int
    at: int
    state: str
    plan: Plan | None
    counts: dict[str, int]


class Detail(msgspec.Struct, frozen=True):
    """What a row would change, or what is wrong with it."""

    wrong: list[Wrong]
    told: list[Told]


_ENCODE = msgspec.msgpack.Encoder().encode
_PLAN = msgspec.msgpack.Decoder(Plan)
_DETAIL = msgspec.msgpack.Decoder(Detail)


def begin(conn: Connection, act: Act, made: bytes, name: str, size: int) -> None:
    """Begin an upload of `size` bytes; the oldest files make room. InputError ``bad_value``."""
    text(name, "name", limits.IMPORT_NAME, required=True)
    if not 1 <= size <= limits.IMPORT_BYTES:
        raise InputError(Code.BAD_VALUE, field="file", reason="too_big", limit=limits.IMPORT_BYTES)
    old = conn.execute("SELECT import FROM imports ORDER BY at DESC LIMIT -1 OFFSET ?", (limits.IMPORTS_KEPT - 1,))
    for (gone,) in old.fetchall():
        _forget(conn, gone)
    values = (made, act.by, act.now, name, size, UPLOADING)
    conn.execute("INSERT INTO imports (import, by, at, name, size, state) VALUES (?, ?, ?, ?, ?, ?)", values)


def take_part(conn: Connection, by: str, made: bytes, n: int, data: bytes) -> int:
    """Keep part `n` (from 0, in order; the same again changes nothing); return how many bytes are here."""
    kept = get(conn, by, made)
    count, here = conn.execute(
        "SELECT count(*), coalesce(sum(length(data)), 0) FROM import_parts WHERE import = ?", (made,)
    ).fetchone()
    if n < count:
        return int(here)
    if kept.state != UPLOADING or n != count or here + len(data) > kept.size:
        raise InputError(Code.BAD_VALUE, field="part")
    conn.execute("INSERT INTO import_parts VALUES (?, ?, ?)", (made, n, data))
    return int(here) + len(data)


def data(conn: Connection, by: str, made: bytes) -> bytes:
    """Return the whole file; InputError ``bad_value`` while parts are missing."""
    kept = get(conn, by, made)
    rows = conn.execute("SELECT data FROM import_parts WHERE import = ? ORDER BY n", (made,))
    whole = b"".join(part for (part,) in rows)
    if len(whole) != kept.size:
        raise InputError(Code.BAD_VALUE, field="file", reason="not_complete")
    return whole


def get(conn: Connection, by: str, made: bytes) -> File:
    """Return one file of `by`; InputError ``unknown_row`` for anybody else's too."""
    query = "SELECT name, size, at, state, plan FROM imports WHERE import = ? AND by = ?"
    row = conn.execute(query, (made, by)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    name, size, at, state, plan = row
    counted = conn.execute("SELECT state, count(*) FROM import_rows WHERE import = ? GROUP BY state", (made,))
    return File(made, name, size, at, state, _PLAN.decode(plan) if plan else None, dict(counted.fetchall()))


def drop(conn: Connection, by: str, made: bytes) -> None:
    """Forget a file; what was applied stays."""
    get(conn, by, made)
    _forget(conn, made)


def plan_of(sheets: list[str], sheet: str, rows: Rows, heading: int | None, columns: Sequence[str] | None) -> Plan:
    """Say how rows are read: as asked, else by what the headings say. InputError ``bad_value``."""
    at = heading_row(rows) if heading is None else heading
    if at >= len(rows):
        raise InputError(Code.BAD_VALUE, field="heading")
    headings = ["" if cell == FORMULA else cell for cell in rows[at]]
    found = guess_all(headings) if columns is None else list(columns)[: limits.IMPORT_COLUMNS]
    used = [field for field in found if field]
    if not all(is_field(field) for field in used) or len(set(used)) != len(used):
        raise InputError(Code.BAD_VALUE, field="columns")
    if len(rows) - at - 1 > limits.IMPORT_ROWS:
        raise InputError(Code.BAD_VALUE, field="file", reason="too_many_rows", limit=limits.IMPORT_ROWS)
    return Plan(sheets=sheets, sheet=sheet or next(iter(sheets), ""), heading=at, headings=headings, columns=found)


def start_reading(conn: Connection, by: str, made: bytes, plan: Plan) -> None:
    """Forget how the file was read before and say how it is now."""
    if get(conn, by, made).state == APPLIED:
        raise InputError(Code.BAD_VALUE, field="state")
    conn.execute("DELETE FROM import_rows WHERE import = ?", (made,))
    conn.execute("UPDATE imports SET state = ?, plan = ? WHERE import = ?", (READ, _ENCODE(plan), made))


def plan_rows(conn: Connection, made: bytes, plan: Plan, rows: Sequence[tuple[int, list[str]]], seen: set[str]) -> None:
    """Look at a chunk of rows, each with its number in the file, and keep what was found."""
    for n, cells in rows:
        row = imports_rows.planned(conn, *imports_rows.parse(cells, plan.columns), seen)
        _keep(conn, made, n, row)


def apply_rows(conn: Connection, act: Act, made: bytes, after: int) -> tuple[int, int]:
    """Apply the next chunk of rows behind number `after`; return (the last looked at, how many), (0, 0) at the end.

    What is wrong by now is marked and left out: the rest of the chunk stands.
    """
    query = (
        "SELECT n, patch FROM import_rows WHERE import = ? AND n > ? AND state IN ('new', 'changed') ORDER BY n LIMIT ?"
    )
    found = conn.execute(query, (made, after, limits.IMPORT_CHUNK)).fetchall()
    if not found:
        conn.execute("UPDATE imports SET state = ? WHERE import = ?", (APPLIED, made))
        return 0, 0
    good: list[tuple[int, imports_rows.Made]] = []
    for n, patch in found:
        try:
            good.append((n, imports_rows.make(conn, msgspec.msgpack.decode(patch))))
        except (CommerceError, HqError) as error:
            _fail(conn, made, n, error)
    catalogue.put_all(conn, act, "", [row.product for _, row in good])
    for n, row in good:
        if row.terms[1:] != row.old_terms[1:]:
            day = max(row.old_terms.from_day, business_day(act.now))
            product_terms.put(conn, act, row.product.item, row.terms._replace(from_day=day))
        conn.execute("UPDATE import_rows SET state = 'applied' WHERE import = ? AND n = ?", (made, n))
    return found[-1][0], len(found)


def detail(body: bytes) -> Detail:
    """Read the column ``detail``."""
    return _DETAIL.decode(body)


def _keep(conn: Connection, made: bytes, n: int, row: Planned) -> None:
    what = Detail(row.wrong, row.told)
    values = (made, n, row.item[:CODE_MAX], row.name, row.state, _ENCODE(what), _ENCODE(row.patch))
    conn.execute("INSERT OR REPLACE INTO import_rows VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _fail(conn: Connection, made: bytes, n: int, error: Any) -> None:  # noqa: ANN401  an error of commerce or of HQ
    what = Detail([Wrong(str(error.evidence.get("field", "")), str(error.code))], [])
    values = (_ENCODE(what), made, n)
    conn.execute("UPDATE import_rows SET state = 'failed', detail = ? WHERE import = ? AND n = ?", values)


def _forget(conn: Connection, made: bytes) -> None:
    for table in ("import_rows", "import_parts", "imports"):
        conn.execute(f"DELETE FROM {table} WHERE import = ?", (made,))  # noqa: S608  the program's own words
