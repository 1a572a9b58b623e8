"""Balances put right by two people."""

from typing import Annotated, Any, Literal

import msgspec

from commerce.limits import AMOUNT_MAX
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show
from hq_server.head_office import adjustments, adjustments_facts, limits
from hq_server.head_office.values import business_day
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import ADJUST, APPROVE, SEE, Work, route


class AdjustmentsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Proposals in one state, or of one member."""

    state: Annotated[str, msgspec.Meta(pattern="^(proposed|done|withdrawn)?$")] = ""
    member: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")] = ""


class AdjustmentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to give (or, below zero, to take), and why. ``last_day`` of bonus or points given, "" for ever."""

    member: Id
    asset: Literal["principal", "bonus", "points"]
    amount: Annotated[int, msgspec.Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]
    last_day: Annotated[str, msgspec.Meta(max_length=10)] = ""


class Adjustment(msgspec.Struct, frozen=True):
    """A proposal and what became of it; ``name``: the member's, masked."""

    adjustment: Id
    member: Id
    asset: str
    amount: int
    last_day: str
    reason: str
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int
    state: str
    name: str = ""


def find_adjustments(conn: Connection, query: AdjustmentsQuery, _at: str, cut: Cut) -> Found[Adjustment]:
    """Proposals, newest first."""
    where: list[str] = []
    params: list[str | bytes] = []
    if query.state:
        where.append("a.state = ?")
        params.append(query.state)
    if query.member:
        where.append("a.member = ?")
        params.append(bytes.fromhex(query.member))

    def make(name: str, *columns: Any) -> Adjustment:  # noqa: ANN401  as they stand in the table
        return msgspec.structs.replace(show(adjustments_facts.Adjustment(*columns), Adjustment), name=name)

    columns = ", ".join(f"a.{name}" for name in adjustments.COLUMNS.split(", "))
    return cut.fetch(
        conn,
        select=f"coalesce(m.masked_name, ''), {columns}",
        tables="adjustments a LEFT JOIN members m USING (member)",
        where=where,
        params=params,
        make=make,
    )


def propose(work: Work, call: Call) -> Adjustment:
    """Propose; a second person approves."""
    body: AdjustmentBody = call.body
    what = (bytes.fromhex(body.member), body.asset, body.amount, body.last_day, body.reason)
    return show(adjustments.propose(work.conn, work.act(call), work.random_bytes(16), *what), Adjustment)


def approve(work: Work, call: Call) -> Adjustment:
    """Carry out somebody else's proposal."""
    act, day = work.act(call), business_day(call.now)
    done = adjustments.approve(work.conn, act, call.id("adjustment"), day, lambda: work.random_bytes(16))
    return show(done, Adjustment)


def withdraw(work: Work, call: Call) -> Adjustment:
    """Take a proposal back, or turn it down."""
    return show(adjustments.withdraw(work.conn, work.act(call), call.id("adjustment")), Adjustment)


LISTINGS = (
    Listing(
        "GET /adjustments",
        "listAdjustments",
        "Balances put right",
        row=Adjustment,
        query=AdjustmentsQuery,
        columns=(
            Column("proposed_at", "time", "a.proposed_at"),
            Column("name", "text"),
            Column("asset", "code"),
            Column("amount", "count"),
            Column("last_day", "day"),
            Column("reason", "text"),
            Column("state", "code"),
            Column("proposed_by", "text"),
            Column("decided_by", "text"),
            Column("decided_at", "time"),
        ),
        find=find_adjustments,
        key="a.adjustment",
        order="-proposed_at",
        roles=SEE,
    ),
)

ROUTES = (
    route(
        "POST /adjustments",
        "proposeAdjustment",
        "Propose",
        Adjustment,
        propose,
        body=AdjustmentBody,
        roles=ADJUST,
        status=201,
    ),
    route("POST /adjustments/{adjustment}/approve", "approveAdjustment", "Approve", Adjustment, approve, roles=APPROVE),
    route(
        "POST /adjustments/{adjustment}/withdraw", "withdrawAdjustment", "Withdraw", Adjustment, withdraw, roles=ADJUST
    ),
)
