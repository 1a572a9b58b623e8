"""Settlement: periods, the matrix and the rows behind it, what to look at before closing, closing."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show, show_all
from hq_server.errors import Code, RefusedError
from hq_server.head_office import entities, settlement, settlement_checks
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import BRANCH, SEE, SETTLE, Work, route

PERIOD = r"^[0-9]{1,9}$"
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Side = Annotated[str, msgspec.Meta(pattern=r"^(|HQ|[a-z0-9-]{1,16}|[A-Z][A-Z0-9-]{1,15})$")]
"""A branch, head office or a legal entity; "" any."""


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
    """All periods, the open one first; ``since``: the first day of the open one, "" before anything was settled.

    ``late``: by period, how many of its rows happened on a day before it; periods without any are not named.
    """

    periods: list[Period]
    since: str
    late: dict[str, int]


class Cell(msgspec.Struct, frozen=True):
    """`debtor` owes `creditor` this much in one column (principal, bonus, fee, …); negative: the other way."""

    debtor: str
    creditor: str
    column: str
    amount: int


class Matrix(msgspec.Struct, frozen=True):
    """The clearing matrix of a period, and what each branch and HQ is owed; the net positions sum to zero."""

    period: Period
    cells: list[Cell]
    net: dict[str, int]


class Check(msgspec.Struct, frozen=True):
    """One point to look at before closing; ``found`` 0: clear."""

    code: str
    found: int
    branches: list[str]


class Checks(msgspec.Struct, frozen=True):
    """The list for closing up to ``last_day``; ``first_day`` is where the period begins."""

    first_day: str
    last_day: str
    checks: list[Check]


class ChecksQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last business date of the period to close."""

    last_day: Day


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last business date of the period to close, and the codes of the points that somebody has seen."""

    last_day: Day
    confirmed: Annotated[list[str], msgspec.Meta(max_length=32)] = []


def list_periods(work: Work, call: Call) -> Periods:
    """All periods."""
    found = settlement.periods(work.conn)
    late = {} if call.user.at else {str(one.n): settlement.late(work.conn, one).rows for one in found}
    return Periods(
        show_all(found, Period),
        settlement.first_day(work.conn, found[0]),
        {n: rows for n, rows in late.items() if rows},
    )


def get_matrix(work: Work, call: Call) -> Matrix:
    """The matrix of a period; 0 is the open one."""
    n = int(call.params["n"])
    return Matrix(
        show(settlement.period(work.conn, n), Period),
        show_all(settlement.matrix(work.conn, n), Cell),
        settlement.net_positions(work.conn, n),
    )


def shifted(conn: Connection, period: settlement.Period) -> dict[str, str | int]:
    """Say where a reader would wonder why days and period differ: what came late into it, and what of it came later."""
    late, later = settlement.late(conn, period), settlement.later(conn, period)
    return {
        "first_day": settlement.first_day(conn, period),
        "late_rows": late.rows,
        "late_amount": late.amount,
        "later_rows": later.rows,
        "later_amount": later.amount,
    }


def list_checks(work: Work, call: Call) -> Checks:
    """What is not clear."""
    last: str = call.query.last_day
    first = settlement.first_day(work.conn, settlement.period(work.conn, 0))
    return Checks(first, last, show_all(settlement_checks.checks(work.conn, last, call.now), Check))


def close_period(work: Work, call: Call) -> Period:
    """Close and lock the open period; refused when something is not clear that the caller has not seen."""
    body: CloseBody = call.body
    listed = settlement_checks.checks(work.conn, body.last_day, call.now)
    if missed := settlement_checks.unconfirmed(listed, body.confirmed):
        raise RefusedError(Code.NOT_CONFIRMED, items=", ".join(missed))
    return show(settlement.close(work.conn, work.act(call), body.last_day), Period)


class RowsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of a cell of the matrix (``debtor``, ``creditor``, ``column``), or of one side (``side``).

    ``parties``: the names are parties of the settlement between legal entities, not sides of the matrix. ``late``: only
    what happened on a day before the period.
    """

    n: str = "0"
    debtor: Side = ""
    creditor: Side = ""
    side: Side = ""
    column: Annotated[str, msgspec.Meta(pattern="^[a-z_]{0,16}$")] = ""
    parties: bool = False
    late: bool = False


class ClearingLine(msgspec.Struct, frozen=True):
    """One row, down to the entry that it comes from.

    ``act``: its number in the list of facts, 0 not looked up yet; ``own``: whether the caller may read that fact: the
    manager of a branch is told what it owes for a sale of another's, but that sale's receipt is the other's.
    """

    n: int
    day: str
    debtor: str
    debtor_name: str
    creditor: str
    creditor_name: str
    column: str
    amount: int
    late: bool
    branch: str
    branch_name: str
    incarnation: Id
    seq: int
    act: int
    kind: str
    number: str
    own: bool = True


_PARTY = (
    "coalesce((SELECT iif(b.entity = '', NULL, b.entity) FROM belongings b WHERE b.branch = c.{side}"
    " AND b.from_day <= min(c.day, ?) ORDER BY b.from_day DESC LIMIT 1), c.{side})"
)
_ACT = "(SELECT a.{what} FROM acts a WHERE a.no = c.no AND a.seq = c.seq ORDER BY a.n LIMIT 1)"


def find_rows(conn: Connection, query: RowsQuery, at: str, cut: Cut) -> Found[ClearingLine]:
    """Find the rows of a period.

    ``sums`` tells the amount of all that the filters leave; none of what a side owes and is owed: that is no sum.
    Somebody of branch `at` finds those in which it owes or is owed; ApiError ``forbidden`` for questions about parties.
    """
    if at and query.parties:
        raise ApiError("forbidden")
    period = settlement.period(conn, int(query.n))
    first = settlement.first_day(conn, period)
    where, params = _conditions(query, period, first)
    if at:
        where.append("? IN (c.debtor, c.creditor)")
        params.append(at)
    names = entities.names(conn)

    def make(*columns: Any) -> ClearingLine:  # noqa: ANN401  a database row
        n, day, debtor, creditor, column, amount, branch, incarnation, seq, act, kind, number = columns
        return ClearingLine(
            n=n,
            day=day,
            debtor=debtor,
            debtor_name=names.get(debtor, debtor),
            creditor=creditor,
            creditor_name=names.get(creditor, creditor),
            column=column,
            amount=amount,
            late=day < first,
            branch=branch,
            branch_name=names.get(branch, branch),
            incarnation=incarnation.hex(),
            seq=seq,
            act=0 if at and branch != at else act or 0,
            kind=kind or "",
            number=number or "",
            own=at in {"", branch},
        )

    found = cut.fetch(
        conn,
        select="c.n, c.day, c.debtor, c.creditor, c.col, c.amount, i.branch, i.incarnation, c.seq, "
        + ", ".join(_ACT.format(what=what) for what in ("n", "kind", "number")),
        tables="clearing_rows c JOIN incarnations i ON i.no = c.no",
        where=where,
        params=params,
        make=make,
    )
    if (at or query.side) and not (query.debtor or query.creditor):
        return found
    total = conn.execute(
        f"SELECT coalesce(sum(c.amount), 0) FROM clearing_rows c WHERE {' AND '.join(where)}",  # noqa: S608
        params,
    ).fetchone()[0]
    return Found(found.rows, found.after, {"amount": total})


def _conditions(query: RowsQuery, period: settlement.Period, first: str) -> tuple[list[str], list[Any]]:
    """The SQL of the filters; what people said stands in the parameters alone."""
    where: list[str] = ["c.period = ?"]
    params: list[Any] = [period.n]
    last = period.last_day or "9999-12-31"

    def named(side: str) -> tuple[str, Sequence[str]]:
        return (_PARTY.format(side=side), (last,)) if query.parties else (f"c.{side}", ())

    for side, value in (("debtor", query.debtor), ("creditor", query.creditor)):
        if value:
            expression, before = named(side)
            where.append(f"{expression} = ?")
            params += [*before, value]
    if query.side:
        (one, before), (other, behind) = named("debtor"), named("creditor")
        where.append(f"? IN ({one}, {other})")
        params += [query.side, *before, *behind]
    if query.column:
        where.append("c.col = ?")
        params.append(query.column)
    if query.late:
        where.append("c.day < ?")
        params.append(first)
    return where, params


ROWS = Listing(
    "GET /periods/{n}/rows",
    "listClearingRows",
    "The rows behind the matrix",
    row=ClearingLine,
    query=RowsQuery,
    columns=(
        Column("n", "count", "c.n"),
        Column("day", "day", "c.day"),
        Column("debtor_name", "code"),
        Column("creditor_name", "code"),
        Column("column", "code"),
        Column("amount", "money", "c.amount"),
        Column("late", "flag"),
        Column("branch_name", "code"),
        Column("kind", "code"),
        Column("number", "text"),
        Column("incarnation", "id"),
        Column("seq", "count"),
    ),
    find=find_rows,
    key="c.n",
    order="n",
    roles=BRANCH,
    params={"n": PERIOD},
)

_N = {"n": PERIOD}

ROUTES = (
    route("GET /periods", "listPeriods", "Settlement periods", Periods, list_periods, roles=BRANCH),
    route(
        "GET /periods/checks",
        "listPeriodChecks",
        "What to look at before closing",
        Checks,
        list_checks,
        query=ChecksQuery,
        roles=SEE,
    ),
    route("POST /periods/close", "closePeriod", "Close and lock", Period, close_period, body=CloseBody, roles=SETTLE),
    route("GET /periods/{n}/matrix", "getMatrix", "Who owes whom", Matrix, get_matrix, params=_N, roles=SEE),
)
LISTINGS = (ROWS,)
