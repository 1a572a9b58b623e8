"""Settlement: matrix, net positions, statements, closing a period."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call, Id
from hq_server.head_office import limits, settlement
from hq_server.web.office.catalogue import Limit
from hq_server.web.office.work import SEE, SETTLE, Work, route, show, show_all

PERIOD = r"^[0-9]{1,9}$"
ENTITY = r"^(HQ|[a-z0-9-]{1,16})$"


class Period(msgspec.Struct, frozen=True):
    """One period; ``digest``: SHA-256 of its matrix as closed, "" while open."""

    n: int
    period: str
    first_day: str
    last_day: str
    state: str
    by: str
    at: int
    digest: str


class Periods(msgspec.Struct, frozen=True):
    """All periods, the open one first."""

    periods: list[Period]


class Cell(msgspec.Struct, frozen=True):
    """`debtor` owes `creditor` this much in one column (principal, bonus, fee, claim); negative: the other way."""

    debtor: str
    creditor: str
    column: str
    amount: int


class Matrix(msgspec.Struct, frozen=True):
    """The clearing matrix of a period, and what each entity is owed; the net positions sum to zero."""

    period: Period
    cells: list[Cell]
    net: dict[str, int]


class StatementLine(msgspec.Struct, frozen=True):
    """What `other` owes and is owed, in one column."""

    other: str
    column: str
    owed: int
    owes: int


class Statement(msgspec.Struct, frozen=True):
    """An entity's settlement statement; see ``head_office.settlement`` for ``late`` and ``bonus_unpaid``."""

    period: Period
    entity: str
    lines: list[StatementLine]
    net: int
    late: int
    bonus_unpaid: int


class RowsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of one entity or of all, after row `after`."""

    entity: Annotated[str, msgspec.Meta(pattern=r"^(HQ|[a-z0-9-]{0,16})$")] = ""
    after: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    limit: Limit = limits.PAGE


class ClearingRow(msgspec.Struct, frozen=True):
    """One row, down to the entry that it comes from."""

    n: int
    day: str
    debtor: str
    creditor: str
    column: str
    amount: int
    branch: str
    incarnation: Id
    seq: int


class ClearingRows(msgspec.Struct, frozen=True):
    """A page of rows; ``next`` 0 at the end."""

    rows: list[ClearingRow]
    next: int = 0


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last business date of the period to close."""

    last_day: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


def list_periods(work: Work, _: Call) -> Periods:
    """All periods."""
    return Periods(show_all(settlement.periods(work.conn), Period))


def get_matrix(work: Work, call: Call) -> Matrix:
    """The matrix of a period; 0 is the open one."""
    n = int(call.params["n"])
    return Matrix(
        show(settlement.period(work.conn, n), Period),
        show_all(settlement.matrix(work.conn, n), Cell),
        settlement.net_positions(work.conn, n),
    )


def get_statement(work: Work, call: Call) -> Statement:
    """One entity's statement."""
    return show(settlement.statement(work.conn, int(call.params["n"]), call.params["entity"]), Statement)


def list_rows(work: Work, call: Call) -> ClearingRows:
    """The rows behind the matrix."""
    query: RowsQuery = call.query
    n = int(call.params["n"])
    found = show_all(settlement.rows(work.conn, n, query.entity, query.after, query.limit), ClearingRow)
    return ClearingRows(found, found[-1].n if len(found) == query.limit else 0)


def close_period(work: Work, call: Call) -> Period:
    """Close and lock the open period."""
    return show(settlement.close(work.conn, work.act(call), call.body.last_day), Period)


_N = {"n": PERIOD}

ROUTES = (
    route("GET /periods", "listPeriods", "Settlement periods", Periods, list_periods, roles=SEE),
    route("POST /periods/close", "closePeriod", "Close and lock", Period, close_period, body=CloseBody, roles=SETTLE),
    route("GET /periods/{n}/matrix", "getMatrix", "Who owes whom", Matrix, get_matrix, params=_N, roles=SEE),
    route("GET /periods/{n}/rows", "listRows", "Rows", ClearingRows, list_rows, query=RowsQuery, params=_N, roles=SEE),
    route(
        "GET /periods/{n}/statements/{entity}",
        "getStatement",
        "The settlement statement of one branch or HQ",
        Statement,
        get_statement,
        params={"n": PERIOD, "entity": ENTITY},
        roles=SEE,
    ),
)
