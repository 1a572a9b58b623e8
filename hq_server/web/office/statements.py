"""Settlement between parties, their statements, and both as files that people sign and send."""

import io
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from foundation.http_api.route import Call, Download
from foundation.http_api.show import show
from hq_server.head_office import entities, settlement, settlement_parties, settlement_statements
from hq_server.head_office.values import business_day
from hq_server.web.office.settlement import PERIOD, ROWS, Cell, ClearingLine, Period, RowsQuery, shifted
from hq_server.web.office.sheets import pdf, xlsx
from hq_server.web.office.sheets.table import Table
from hq_server.web.office.statements_sheets import Sheets
from hq_server.web.office.work import BRANCH, SEE, Work, route, within

PARTY = r"^(HQ|[a-z0-9-]{1,16}|[A-Z][A-Z0-9-]{1,15})$"
_CHUNK = 1_000


class Party(msgspec.Struct, frozen=True):
    """One side of the settlement: a legal entity, or a branch or HQ that stands for itself; ``net`` it is owed."""

    party: str
    branches: list[str]
    net: int


class Inside(msgspec.Struct, frozen=True):
    """What two branches of one party owe each other: settled by nobody."""

    party: str
    debtor: str
    creditor: str
    column: str
    amount: int


class Transfer(msgspec.Struct, frozen=True):
    """One payment of the netted settlement."""

    payer: str
    payee: str
    amount: int


class Settlement(msgspec.Struct, frozen=True):
    """A period between parties: bilateral cells, net positions (their sum is zero) and payments that settle them.

    ``late_rows``, ``late_amount``: what of it happened on days before ``first_day``; ``later_…``: what happened on its
    days and came when it was closed.
    """

    period: Period
    parties: list[Party]
    cells: list[Cell]
    inside: list[Inside]
    transfers: list[Transfer]
    first_day: str
    late_rows: int
    late_amount: int
    later_rows: int
    later_amount: int


class StatementLine(msgspec.Struct, frozen=True):
    """What `other` owes the party and is owed by it, in one column."""

    other: str
    column: str
    owed: int
    owes: int


class LateLine(msgspec.Struct, frozen=True):
    """The same of one business day before the period."""

    day: str
    other: str
    column: str
    owed: int
    owes: int


class Statement(msgspec.Struct, frozen=True):
    """A party's settlement statement; see ``head_office.settlement_statements``.

    ``names``: what those are called that it speaks of: who may read it may not read the list of all.
    """

    period: Period
    first_day: str
    party: str
    entity: str
    branches: list[str]
    lines: list[StatementLine]
    net: int
    late: list[LateLine]
    inside: list[Inside]
    bonus_unpaid: int
    transfers: list[Transfer]
    names: dict[str, str] = {}


class FileQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What kind of file, in which language."""

    format: Literal["pdf", "xlsx"] = "pdf"
    language: Annotated[str, msgspec.Meta(pattern="^(zh-CN|zh-TW|en)$")] = "zh-CN"


_MAKERS = {"pdf": pdf.write, "xlsx": xlsx.write}


def get_settlement(work: Work, call: Call) -> Settlement:
    """Who pays whom in a period; 0 is the open one."""
    found = settlement_parties.settlement(work.conn, int(call.params["n"]), business_day(call.now))
    return show(found, Settlement, **shifted(work.conn, found.period))


def get_statement(work: Work, call: Call) -> Statement:
    """One party's statement."""
    found = _statement(work, call)
    known = entities.names(work.conn)
    spoken = {found.party, found.entity, *found.branches, *(line.other for line in found.lines)}
    return show(found, Statement, names={party: known[party] for party in sorted(spoken) if party in known})


def get_settlement_file(work: Work, call: Call) -> Download:
    """The whole settlement as a file."""
    query: FileQuery = call.query
    found = settlement_parties.settlement(work.conn, int(call.params["n"]), business_day(call.now))
    sheets = Sheets(query.language, entities.names(work.conn))
    first = settlement.first_day(work.conn, found.period)
    return _file(sheets.of_all(found, first), query, f"settlement-{found.period.n}")


def get_statement_file(work: Work, call: Call) -> Download:
    """A party's statement as a file; a workbook also holds every row behind it."""
    query: FileQuery = call.query
    found = _statement(work, call)
    sheets = Sheets(query.language, entities.names(work.conn))
    rows = _rows(work, found, call.user.at) if query.format == "xlsx" else None
    return _file(sheets.of_party(found, rows), query, f"statement-{found.period.n}-{found.party}")


def _statement(work: Work, call: Call) -> settlement_statements.Statement:
    """Read what the caller may read: whoever belongs to a branch reads that branch's alone, not its entity's."""
    n, party = int(call.params["n"]), call.params["party"]
    within(call, party)
    return settlement_statements.statement(work.conn, n, party, business_day(call.now))


def _rows(work: Work, found: settlement_statements.Statement, at: str) -> Iterator[ClearingLine]:
    """All rows that the statement adds up, and those inside the party, from the same state of the books."""
    of_entity = entities.exists(work.conn, found.party)
    query = RowsQuery(n=str(found.period.n), side=found.party, parties=of_entity)
    for page in ROWS.pages(work.conn, query, at, _CHUNK):
        yield from page.rows


def _file(tables: list[Table], query: FileQuery, name: str) -> Download:
    file = io.BytesIO()
    _MAKERS[query.format](tables, file, language=query.language)
    return Download(f"{name}.{query.format}", file.getvalue())


_N = {"n": PERIOD}
_OF = {"n": PERIOD, "party": PARTY}

ROUTES = (
    route(
        "GET /periods/{n}/settlement",
        "getSettlement",
        "Settlement between parties",
        Settlement,
        get_settlement,
        params=_N,
        roles=SEE,
        slow=True,
    ),
    route(
        "GET /periods/{n}/settlement/file",
        "getSettlementFile",
        "The settlement as PDF or workbook",
        Download,
        get_settlement_file,
        query=FileQuery,
        params=_N,
        roles=SEE,
        slow=True,
    ),
    route(
        "GET /periods/{n}/statements/{party}",
        "getStatement",
        "The settlement statement of one party",
        Statement,
        get_statement,
        params=_OF,
        roles=BRANCH,
        slow=True,
    ),
    route(
        "GET /periods/{n}/statements/{party}/file",
        "getStatementFile",
        "The statement as PDF or workbook",
        Download,
        get_statement_file,
        query=FileQuery,
        params=_OF,
        roles=BRANCH,
        slow=True,
    ),
)
