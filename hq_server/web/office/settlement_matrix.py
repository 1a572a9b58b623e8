"""The clearing matrix on a screen: a part of it that adds up, and all of its cells as a list to work with."""

from typing import Annotated

import msgspec

from commerce.accounts import HQ
from foundation.http_api.route import Call
from foundation.http_api.show import show
from hq_server.head_office import entities, limits, settlement, settlement_grid
from hq_server.head_office.settlement_grid import SIDES_MAX, Asked
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.settlement import PERIOD, Period, shifted
from hq_server.web.office.work import SEE, Work, route

ColumnName = Annotated[str, msgspec.Meta(pattern="^[a-z_]{0,16}$")]
Text = Annotated[str, msgspec.Meta(max_length=limits.SEARCH)]
From = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


_HEAD_OFFICE = "总部 總部 head office"
"""What people look for head office by, whatever their language."""


class GridQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which part: ``debtor``, ``creditor`` are looked for in codes and names; ``…_from`` counts sides by rank."""

    column: ColumnName = ""
    debtor: Text = ""
    creditor: Text = ""
    debtors_from: From = 0
    creditors_from: From = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=SIDES_MAX)] = SIDES_MAX


class GridSide(msgspec.Struct, frozen=True):
    """A row or column; ``rank`` by its dealings; ``rest``: with sides that are not shown on the other edge."""

    side: str
    rank: int
    owes: int
    owed: int
    rest: int


class GridCell(msgspec.Struct, frozen=True):
    """`debtor` owes `creditor` this much; negative: the other way."""

    debtor: str
    creditor: str
    amount: int


class MatrixGrid(msgspec.Struct, frozen=True):
    """A part of the matrix, its rests, and the totals of all; see ``head_office.settlement_grid``.

    ``late_rows``, ``late_amount``: what of the period happened on days before it; ``later_…``: what happened on its
    days and came when it was closed.
    """

    period: Period
    first_day: str
    columns: list[str]
    debtors: list[GridSide]
    creditors: list[GridSide]
    cells: list[GridCell]
    rest: int
    total: int
    most: int
    sides: int
    debtors_found: int
    creditors_found: int
    late_rows: int
    late_amount: int
    later_rows: int
    later_amount: int


class CellsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The cells of a period, of one column or of all."""

    n: str = "0"
    column: ColumnName = ""


class MatrixLine(msgspec.Struct, frozen=True):
    """One cell of the matrix, with the names that people know its sides by."""

    debtor: str
    debtor_name: str
    creditor: str
    creditor_name: str
    column: str
    amount: int


def get_grid(work: Work, call: Call) -> MatrixGrid:
    """A part of the matrix of a period; 0 is the open one."""
    query: GridQuery = call.query
    asked = Asked(**msgspec.structs.asdict(query))
    names = entities.names(work.conn) | {HQ: _HEAD_OFFICE}
    found = settlement_grid.grid(work.conn, int(call.params["n"]), asked, names)
    return show(found, MatrixGrid, **shifted(work.conn, found.period))


def find_cells(conn: Connection, query: CellsQuery, _at: str, cut: Cut) -> Found[MatrixLine]:
    """Find cells in the order of their sides; ``sums`` tells the amount of all."""
    period = settlement.period(conn, int(query.n))
    where = ["t.period = ?", "t.amount <> 0", "? IN ('', t.col)"]
    names = entities.names(conn)

    def make(debtor: str, creditor: str, column: str, amount: int) -> MatrixLine:
        return MatrixLine(debtor, names.get(debtor, debtor), creditor, names.get(creditor, creditor), column, amount)

    found = cut.fetch(
        conn,
        select="t.debtor, t.creditor, t.col, t.amount",
        tables="clearing_totals t",
        where=where,
        params=[period.n, query.column],
        make=make,
    )
    total = "SELECT coalesce(sum(amount), 0) FROM clearing_totals WHERE period = ?1 AND ?2 IN ('', col)"
    return Found(found.rows, found.after, {"amount": conn.execute(total, (period.n, query.column)).fetchone()[0]})


LISTINGS = (
    Listing(
        "GET /periods/{n}/cells",
        "listMatrixCells",
        "All cells of the matrix",
        row=MatrixLine,
        query=CellsQuery,
        columns=(
            Column("debtor", "code", "t.debtor"),
            Column("debtor_name", "code"),
            Column("creditor", "code"),
            Column("creditor_name", "code"),
            Column("column", "code"),
            Column("amount", "money"),
        ),
        find=find_cells,
        key="t.creditor || ' ' || t.col",
        order="debtor",
        roles=SEE,
        params={"n": PERIOD},
    ),
)

ROUTES = (
    route(
        "GET /periods/{n}/grid",
        "getMatrixGrid",
        "A part of the matrix that adds up",
        MatrixGrid,
        get_grid,
        query=GridQuery,
        params={"n": PERIOD},
        roles=SEE,
        slow=True,
    ),
)
