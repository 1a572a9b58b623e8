"""Files of products: sent in parts, read into rows that can be looked at, applied, and the template to fill in."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from commerce.limits import CODE_MAX
from foundation.http_api.route import Call, Download
from hq_server.head_office import goods_limits, imports
from hq_server.head_office.imports_template import workbook
from hq_server.storage.database import Connection
from hq_server.web.office.jobs import Job
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import GOODS, Done, Work, route

_HEX = r"^[0-9a-f]{32}$"


class ImportBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that is to come: its name, and its size in bytes."""

    name: Annotated[str, Meta(min_length=1, max_length=goods_limits.IMPORT_NAME)]
    size: Annotated[int, Meta(ge=1, le=goods_limits.IMPORT_BYTES)]


class ImportPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of it, in base64."""

    data: Annotated[bytes, Meta(min_length=1, max_length=goods_limits.IMPORT_PART)]


class ReadBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to read it; None and "": as it seems. ``heading``: the row of headings, from 0."""

    sheet: Annotated[str, Meta(max_length=goods_limits.IMPORT_NAME)] = ""
    heading: Annotated[int, Meta(ge=0, le=goods_limits.IMPORT_SKIPPED)] | None = None
    columns: (
        Annotated[list[Annotated[str, Meta(max_length=CODE_MAX + 8)]], Meta(max_length=goods_limits.IMPORT_COLUMNS)]
        | None
    ) = None


class ImportPlan(msgspec.Struct, frozen=True):
    """How it was read: ``columns`` says of each heading which field it is, "" for none."""

    sheets: list[str]
    sheet: str
    heading: int
    headings: list[str]
    columns: list[str]


class ImportFile(msgspec.Struct, frozen=True):
    """A file on its way. ``counts``: rows by state; ``received``: bytes that are here."""

    id: str
    name: str
    size: int
    state: str
    received: int
    plan: ImportPlan | None
    counts: dict[str, int]


class CellWrong(msgspec.Struct, frozen=True):
    """What is wrong with a cell: which field, why (a code), and its text."""

    field: str
    code: str
    value: str


class CellTold(msgspec.Struct, frozen=True):
    """One field that would change, as text; amounts with decimals, yes and no as 1 and 0."""

    field: str
    before: str
    after: str


class ImportLine(msgspec.Struct, frozen=True):
    """One row of the file; ``n``: its number there, as a spreadsheet counts."""

    n: int
    state: str
    item: str
    name: str
    wrong: list[CellWrong]
    told: list[CellTold]
    note: str


class ImportRowsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of one file (the path says which); ``state`` "" all."""

    file: Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?$")] = ""
    state: Literal["", "new", "changed", "unchanged", "error", "applied", "failed"] = ""


def begin_import(work: Work, call: Call) -> ImportFile:
    """Begin an upload."""
    made = work.random_bytes(16)
    imports.begin(work.conn, work.act(call), made, call.body.name, call.body.size)
    return _shown(work.conn, call, made)


def put_part(work: Work, call: Call) -> ImportFile:
    """Keep the next part."""
    made = call.id("file")
    imports.take_part(work.conn, call.user.name, made, int(call.params["n"]), call.body.data)
    return _shown(work.conn, call, made)


def get_import(work: Work, call: Call) -> ImportFile:
    """One's own file."""
    return _shown(work.conn, call, call.id("file"))


def drop_import(work: Work, call: Call) -> Done:
    """Forget a file; what was applied stays."""
    imports.drop(work.conn, call.user.name, call.id("file"))
    return Done()


def get_template(_: Work, call: Call) -> Download:
    """The workbook to fill in, in Chinese or English."""
    language = call.query.language
    return Download(f"products-{language}.xlsx", workbook(language))


class TemplateQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its language."""

    language: Literal["zh", "en"] = "zh"


def _shown(conn: Connection, call: Call, made: bytes) -> ImportFile:
    kept = imports.get(conn, call.user.name, made)
    (received,) = conn.execute(
        "SELECT coalesce(sum(length(data)), 0) FROM import_parts WHERE import = ?", (made,)
    ).fetchone()
    plan = ImportPlan(**msgspec.structs.asdict(kept.plan)) if kept.plan else None
    return ImportFile(made.hex(), kept.name, kept.size, kept.state, received, plan, kept.counts)


def _find(conn: Connection, query: ImportRowsQuery, _at: str, cut: Cut) -> Found[ImportLine]:
    where, params = ["import = ?"], [bytes.fromhex(query.file)]
    return cut.fetch(
        conn,
        select="n, state, item, name, detail",
        tables="import_rows",
        where=[*where, "state = ?"] if query.state else where,
        params=[*params, query.state] if query.state else params,
        make=_line,
    )


def _line(n: int, state: str, item: str, name: str, detail: bytes) -> ImportLine:
    what = imports.detail(detail)
    wrong = [CellWrong(*one) for one in what.wrong]
    told = [CellTold(*one) for one in what.told]
    note = "; ".join([f"{one.field}: {one.code} {one.value}".strip() for one in wrong])
    return ImportLine(n, state, item, name, wrong, told, note)


IMPORT_ROWS = Listing(
    "GET /imports/{file}/rows",
    "listImportRows",
    "Rows of a file of products",
    row=ImportLine,
    query=ImportRowsQuery,
    columns=(
        Column("n", "count", "n"),
        Column("state", "code"),
        Column("item", "text"),
        Column("name", "text"),
        Column("note", "text"),
    ),
    find=_find,
    key="n",
    order="n",
    roles=GOODS,
    params={"file": _HEX},
)

LISTINGS = (IMPORT_ROWS,)

_FILE: dict[str, Any] = {"params": {"file": _HEX}, "roles": GOODS}

ROUTES = (
    route(
        "GET /import-template",
        "getImportTemplate",
        "The workbook to fill in",
        Download,
        get_template,
        query=TemplateQuery,
        roles=GOODS,
    ),
    route("POST /imports", "beginImport", "Begin an upload", ImportFile, begin_import, body=ImportBody, roles=GOODS),
    route(
        "PUT /imports/{file}/parts/{n}",
        "putImportPart",
        "Send the next part",
        ImportFile,
        put_part,
        body=ImportPart,
        params={"file": _HEX, "n": r"^(0|[1-9][0-9]{0,3})$"},
        roles=GOODS,
    ),
    route("GET /imports/{file}", "getImport", "One's own file", ImportFile, get_import, **_FILE),
    route("DELETE /imports/{file}", "dropImport", "Forget a file", Done, drop_import, **_FILE),
    route("POST /imports/{file}/read", "readImport", "Read it into rows", Job, body=ReadBody, **_FILE),
    route("POST /imports/{file}/apply", "applyImport", "Apply what is new or changed", Job, **_FILE),
)
