"""The console's first page in one answer: figures against another time, what is owed, branches, what to look at."""

from typing import Annotated, Literal

import msgspec

from foundation.http_api.route import Call
from foundation.http_api.show import show, show_all
from hq_server.analysis import overview, overview_attention
from hq_server.analysis.reports_source import Span
from hq_server.web.office.report_parts import BranchId, Day, Names, span_of
from hq_server.web.office.work import BRANCH, Work, route, within

SILENT_HOURS = 4
"""After so long a branch that says nothing is worth a call: an outage of a line is mostly shorter."""


class OverviewQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Business dates, both included; one branch or all; against which time; how long a branch may be silent."""

    from_day: Day
    to_day: Day
    branch: BranchId = ""
    compare: Literal["previous", "year"] = "previous"
    silent_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = SILENT_HOURS


class OverviewFigures(msgspec.Struct, frozen=True):
    """One span; money in minor units, refunds positive; active members bought something."""

    from_day: str
    to_day: str
    sales: int
    sales_count: int
    average_sale: int
    refunds: int
    refund_count: int
    top_ups: int
    top_up_count: int
    top_up_bonus: int
    stored_value: int
    new_members: int
    active_members: int


class Owed(msgspec.Struct, frozen=True):
    """What members hold now; of one branch: what it issued."""

    principal: int
    bonus: int
    gift_cards: int
    points: int


class OverviewPoint(msgspec.Struct, frozen=True):
    """One day, month or branch; ``name``: a branch's."""

    part: str
    sales: int
    sales_count: int
    refunds: int
    top_ups: int
    name: str = ""


class BranchNow(msgspec.Struct, frozen=True):
    """One branch that has a box."""

    branch: str
    name: str
    online: bool
    heard_at: int
    unsent: int


class Concern(msgspec.Struct, frozen=True):
    """Something to look at; ``code``: of what kind; ``since``: ms, 0 not known; ``branch``: the one it is about."""

    kind: Literal["discrepancy", "claim", "silent", "device", "unsent", "blocks", "proposal", "period", "quarantine"]
    code: str
    count: int
    since: int
    branch: str
    name: str


class Overview(msgspec.Struct, frozen=True):
    """``by_time``: days, or months of a long span; ``then_by_…``: the same of the time compared with."""

    now: OverviewFigures
    then: OverviewFigures
    by_time: list[OverviewPoint]
    then_by_time: list[OverviewPoint]
    by_branch: list[OverviewPoint]
    then_by_branch: list[OverviewPoint]
    branches: list[BranchNow]
    concerns: list[Concern]
    at: int


def get_overview(work: Work, call: Call) -> Overview:
    """All of the first page, of one state of the books."""
    query: OverviewQuery = call.query
    span = span_of(query.from_day, query.to_day, within(call, query.branch))
    other = overview.before(span) if query.compare == "previous" else overview.last_year(span)
    conn, names = work.conn, Names(work.conn)
    states = overview_attention.branch_states(conn, span.branch)
    concerns = overview_attention.concerns(conn, states, span.branch, call.now, query.silent_hours)

    def figures(span: Span) -> OverviewFigures:
        found = overview.figures(conn, span)
        fields = {name: getattr(found, name) for name in OverviewFigures.__struct_fields__[2:]}
        return OverviewFigures(span.first, span.last, **fields)

    def named(points: list[overview.Point]) -> list[OverviewPoint]:
        return [
            OverviewPoint(
                point.part, point.sales, point.sales_count, point.refunds, point.top_ups, names.branch(point.part)
            )
            for point in points
        ]

    return Overview(
        figures(span),
        figures(other),
        show_all(overview.by_time(conn, span), OverviewPoint),
        show_all(overview.by_time(conn, other), OverviewPoint),
        named(overview.by_branch(conn, span)),
        named(overview.by_branch(conn, other)),
        [
            BranchNow(s.branch, s.name, call.now - s.heard_at <= overview_attention.ONLINE_MS, s.heard_at, s.unsent)
            for s in states
        ],
        show_all(concerns, Concern),
        call.now,
    )


class OwedQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one branch issued, or all."""

    branch: BranchId = ""


def get_owed(work: Work, call: Call) -> Owed:
    """What members hold now: apart from the rest, for it reads every lot."""
    return show(overview.liability(work.conn, within(call, call.query.branch)), Owed)


ROUTES = (
    route("GET /overview/owed", "getOwed", "What is owed", Owed, get_owed, query=OwedQuery, roles=BRANCH, slow=True),
    route(
        "GET /overview",
        "getOverview",
        "The first page",
        Overview,
        get_overview,
        query=OverviewQuery,
        roles=BRANCH,
        slow=True,
    ),
)
