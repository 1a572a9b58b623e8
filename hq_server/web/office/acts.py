"""Lists of acts: what was consumed, topped up, paid from stored value; from lots and members to their acts."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec

from foundation.http_api.route import ID16
from hq_server.analysis import act_detail, acts
from hq_server.analysis.acts import Filters
from hq_server.head_office.values import day as check_day
from hq_server.storage.database import Connection
from hq_server.web.office.act_lines import COLUMNS, JOINED, ActLine, line_maker
from hq_server.web.office.act_one import OneId
from hq_server.web.office.listing import Column, Cut, Find, Found, Listing, ListQuery
from hq_server.web.office.report_parts import BranchId, Word
from hq_server.web.office.work import BRANCH

Amount = Annotated[int, msgspec.Meta(ge=-(2**40), le=2**40)]
AnyDay = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Kind = Literal[
    "",
    "sale",
    "refund",
    "issue",
    "withdraw",
    "entitlement",
    "member",
    "shift",
    "verdict",
    "period",
    "audit",
    "incarnation",
]


class ActsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of all lists of acts; days and amounts both included."""

    branch: BranchId = ""
    from_day: AnyDay = ""
    to_day: AnyDay = ""
    kind: Kind = ""
    act: Word = ""
    staff: Word = ""
    till: Word = ""
    shift: OneId = ""
    member: OneId = ""
    number: Word = ""
    least: Amount | None = None
    most: Amount | None = None


class OfLotQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The acts of one lot."""

    lot: OneId = ""


class OfMemberQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The acts of one member; of some days, of one kind."""

    member: OneId = ""
    from_day: AnyDay = ""
    to_day: AnyDay = ""
    kind: Kind = ""


class LotActLine(ActLine, frozen=True):
    """An act of a lot: what it moved, and why (``move``: a reason of moves). ``amount`` stays the act's money."""

    move: str = ""
    moved: int = 0


_SUMS = ("amount", "discount", "principal", "bonus", "points")


def _filters(query: ActsQuery, at: str, kinds: acts.Kinds) -> Filters:
    """Check what is asked."""
    for field in ("from_day", "to_day"):
        if getattr(query, field):
            check_day(getattr(query, field), field)
    return Filters(
        kinds=kinds,
        kind=query.kind,
        act=query.act,
        branch=at,
        from_day=query.from_day,
        to_day=query.to_day,
        staff=query.staff,
        till=query.till,
        shift=bytes.fromhex(query.shift),
        member=bytes.fromhex(query.member),
        number=query.number,
        least=query.least,
        most=query.most,
    )


def _find(kinds: acts.Kinds) -> Find:
    """How one of the lists is read; sums are told with the first page of what few rows pass."""

    def find(conn: Connection, query: ActsQuery, at: str, cut: Cut) -> Found[Any]:
        plan = acts.plan(conn, _filters(query, at, kinds), cut.by)
        found = cut.fetch(
            conn,
            select=COLUMNS,
            tables=f"{plan.table} {JOINED}",
            where=plan.where,
            params=plan.params,
            make=line_maker(conn),
        )
        if cut.after is not None or not plan.few:
            return found
        select = ", ".join(f"coalesce(sum(a.{name}), 0)" for name in _SUMS)
        sql = f"SELECT {select} FROM {plan.table} WHERE {' AND '.join(plan.where)}"  # noqa: S608  our own words
        return replace(found, sums=dict(zip(_SUMS, conn.execute(sql, plan.params).fetchone(), strict=True)))

    return find


def _of_lot(conn: Connection, query: OfLotQuery, at: str, cut: Cut) -> Found[Any]:
    """From a lot to its acts, in the order of application."""
    return cut.fetch(
        conn,
        select=f"{COLUMNS}, l.reason, l.amount",
        tables=f"act_lots l JOIN acts a ON a.n = l.n {JOINED}",
        where=["l.lot = ?", *(["a.branch = ?"] if at else [])],
        params=[bytes.fromhex(query.lot), *([at] if at else [])],
        make=line_maker(conn, _lot_line),
    )


def _lot_line(*values: Any) -> LotActLine:  # noqa: ANN401  columns of any kind
    told: dict[str, Any] = dict(zip(LotActLine.__struct_fields__, values, strict=True))
    return LotActLine(**(told | {"move": act_detail.reason_name(told["move"])}))


def _of_member(conn: Connection, query: OfMemberQuery, at: str, cut: Cut) -> Found[Any]:
    """A member's timeline."""
    asked = ActsQuery(member=query.member, from_day=query.from_day, to_day=query.to_day, kind=query.kind)
    return _find("all")(conn, asked, at, cut)


def _columns(text: str) -> tuple[Column, ...]:
    """Columns of ``"kind: name name; kind: name"``; days and amounts can be sorted by."""
    sorts = {"day": "a.day", "amount": "a.amount"}
    pairs = (part.split(":") for part in text.split(";"))
    return tuple(Column(name, kind.strip(), sorts.get(name, "")) for kind, names in pairs for name in names.split())  # type: ignore[arg-type]


_WHERE = "day: day; time: at; code: branch; text: branch_name; code: kind act; text: number till"
_WHO = "code: staff; text: staff_name; id: member; text: member_name"
_WHY = "text: about reason approved_by; code: problem; id: id"


def _listing(path: str, name: str, summary: str, kinds: acts.Kinds, figures: str) -> Listing:
    """One of the lists of acts."""
    return Listing(
        where=f"GET {path}",
        name=name,
        summary=summary,
        row=ActLine,
        query=ActsQuery,
        columns=_columns(f"{_WHERE}; {_WHO}; {figures}; {_WHY}"),
        find=_find(kinds),
        key="a.n",
        order="-day",
        roles=BRANCH,
    )


ALL = _listing("/acts", "listActs", "All acts", "all", "money: amount discount principal bonus; points: points")
CONSUMPTION = _listing(
    "/acts/consumption",
    "listConsumption",
    "Sales and refunds",
    "consumption",
    "money: amount discount principal bonus; points: points",
)
TOP_UPS = _listing(
    "/acts/top-ups",
    "listTopUps",
    "Top-ups, card plans and gift cards sold",
    "top_ups",
    "money: amount principal bonus; points: points",
)
STORED = _listing(
    "/acts/stored-value",
    "listStoredValue",
    "Where stored value went",
    "stored",
    "money: principal bonus amount",
)
OF_LOT = Listing(
    where="GET /lots/{lot}/acts",
    name="listLotActs",
    summary="The acts of a lot, first to last",
    row=LotActLine,
    query=OfLotQuery,
    columns=(
        *_columns(f"{_WHERE}; {_WHO}; money: amount; {_WHY}"),
        Column("move", "code"),
        Column("moved", "count"),
        Column("n", "count", "l.n"),
    ),
    find=_of_lot,
    key="l.n * 256 + l.reason",
    order="n",
    roles=BRANCH,
    params={"lot": ID16},
)
OF_MEMBER = Listing(
    where="GET /members/{member}/acts",
    name="listMemberActs",
    summary="All that a member did, newest first",
    row=ActLine,
    query=OfMemberQuery,
    columns=_columns(f"{_WHERE}; {_WHO}; money: amount discount principal bonus; points: points; {_WHY}"),
    find=_of_member,
    key="a.n",
    order="-day",
    roles=BRANCH,
    params={"member": ID16},
)

LISTINGS = (ALL, CONSUMPTION, TOP_UPS, STORED, OF_LOT, OF_MEMBER)


ROUTES = ()
