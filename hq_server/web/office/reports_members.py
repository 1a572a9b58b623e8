"""Reports on members and on the points they hold. Branch managers read of what was done in their own branch."""

from typing import Annotated, Any, Literal

import msgspec

from foundation.http_api.route import Id
from hq_server.analysis import reports_members, reports_points
from hq_server.analysis.reports_source import Source
from hq_server.head_office.values import day as check_day
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Listing
from hq_server.web.office.report_parts import BranchQuery, Day, Names, Reading, SpanQuery, columns, span_of
from hq_server.web.office.work import BRANCH

ROUTES = ()

Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Step = Annotated[int, msgspec.Meta(ge=0, le=9)]


class GridPart(msgspec.Struct, frozen=True):
    """One cell: a step of recency and one of frequency, both from 0.

    Recency in days since the last visit: to 30, 60, 90, 180, more. Frequency in visits: 1, to 3, 6, 12, more.
    """

    recency: str
    frequency: str
    members: int
    visits: int
    spent: int


class UseQuery(SpanQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Members who came; of one cell of the grid."""

    recency: Step | None = None
    frequency: Step | None = None


class UseLine(msgspec.Struct, frozen=True):
    """What one member did within the days. ``days``: from the last visit to the last day asked for."""

    member: Id
    name: str
    tier: str
    last_day: str
    days: int
    visits: int
    spent: int
    topped_up: int


class TenthPart(msgspec.Struct, frozen=True):
    """A tenth of the members who came, the biggest spenders first; shares in thousandths of what all spent."""

    tenth: int
    members: int
    visits: int
    spent: int
    share: int
    up_to: int


class CohortQuery(BranchQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Months of registration, both included."""

    from_month: Month
    to_month: Month


class CohortLine(msgspec.Struct, frozen=True):
    """Who registered in a month, and how many of them bought in it (``m0``) and in each of the twelve after it."""

    cohort: str
    members: int
    m0: int
    m1: int
    m2: int
    m3: int
    m4: int
    m5: int
    m6: int
    m7: int
    m8: int
    m9: int
    m10: int
    m11: int
    m12: int


class DormantQuery(BranchQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who has bought before a day, and not since."""

    since: Day


class DormantLine(msgspec.Struct, frozen=True):
    """A member who stays away. ``visits`` and ``spent``: of all time."""

    member: Id
    name: str
    tier: str
    registered: str
    last_day: str
    visits: int
    spent: int


class PointsQuery(BranchQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points by the branch that gave them, their age or the month they end in, as of a day."""

    day: Day
    group: Literal["branch", "age", "expiry"] = "branch"


class PointsPart(msgspec.Struct, frozen=True):
    """Points not used yet. ``part``: a branch, a step of age (days: to 90, 180, 365, 730, more) or a month ("" never).

    ``soon``: those that end within thirty days; ``worth`` null when points pay nothing in this chain.
    """

    part: str
    name: str
    lots: int
    points: int
    soon: int
    worth: int | None


def _grid(_: Connection, query: SpanQuery, at: str) -> Source:
    return reports_members.grid(span_of(query.from_day, query.to_day, at))


def _use(_: Connection, query: UseQuery, at: str) -> Source:
    return reports_members.members(span_of(query.from_day, query.to_day, at), query.recency, query.frequency)


def _tenths(conn: Connection, query: SpanQuery, at: str) -> Source:
    return reports_members.tenths(conn, span_of(query.from_day, query.to_day, at))


def _cohorts(_: Connection, query: CohortQuery, at: str) -> Source:
    return reports_members.cohorts(query.from_month, query.to_month, at)


def _dormant(_: Connection, query: DormantQuery, at: str) -> Source:
    return reports_members.dormant(check_day(query.since, "since"), at)


def _points(conn: Connection, query: PointsQuery, at: str) -> Source:
    rule = reports_points.redeem_rule(conn)
    return reports_points.points(check_day(query.day, "day"), query.group, rule, at)


def _person(names: Names, row: dict[str, Any]) -> dict[str, Any]:
    """Name and tier of those on the page alone: a report reads more members than it shows."""
    name, tier = names.member(row["member"])
    return {"name": name, "tier": names.tier(tier)}


def _branch_name(names: Names, row: dict[str, Any]) -> dict[str, Any]:
    return {"name": names.branch(row["part"])}


GRID = Listing(
    "GET /reports/members/grid",
    "reportMemberGrid",
    "Members by how lately and how often they came",
    row=GridPart,
    query=SpanQuery,
    columns=columns("code: recency frequency; count: members visits; money: spent"),
    find=Reading(_grid, GridPart, ("members", "visits", "spent")).find,
    key="r.recency || ' ' || r.frequency",
    order="recency",
    roles=BRANCH,
    slow=True,
)

USE = Listing(
    "GET /reports/members",
    "reportMembers",
    "What members did",
    row=UseLine,
    query=UseQuery,
    columns=columns(
        "id: member; text: name tier; day: last_day; count: days visits; money: spent topped_up", named=("name", "tier")
    ),
    find=Reading(_use, UseLine, ("visits", "spent", "topped_up"), _person, ("name", "tier")).find,
    key="r.member",
    order="-spent",
    roles=BRANCH,
    slow=True,
)

TENTHS = Listing(
    "GET /reports/members/tenths",
    "reportMemberTenths",
    "What each tenth of the members spent",
    row=TenthPart,
    query=SpanQuery,
    columns=columns("count: tenth members visits; money: spent; per_mille: share up_to"),
    find=Reading(_tenths, TenthPart, ("members", "visits", "spent")).find,
    key="r.tenth",
    order="tenth",
    roles=BRANCH,
    slow=True,
)

COHORTS = Listing(
    "GET /reports/members/cohorts",
    "reportCohorts",
    "Who comes back, by month of registration",
    row=CohortLine,
    query=CohortQuery,
    columns=columns("text: cohort; count: members " + " ".join(f"m{n}" for n in range(13))),
    find=Reading(_cohorts, CohortLine, ("members",)).find,
    key="r.cohort",
    order="cohort",
    roles=BRANCH,
    slow=True,
)

DORMANT = Listing(
    "GET /reports/members/dormant",
    "reportDormant",
    "Members who stay away",
    row=DormantLine,
    query=DormantQuery,
    columns=columns(
        "id: member; text: name tier; day: registered last_day; count: visits; money: spent", named=("name", "tier")
    ),
    find=Reading(_dormant, DormantLine, (), _person, ("name", "tier")).find,
    key="r.member",
    order="-last_day",
    roles=BRANCH,
    slow=True,
)

POINTS = Listing(
    "GET /reports/points",
    "reportPoints",
    "Points that members hold",
    row=PointsPart,
    query=PointsQuery,
    columns=columns(
        "code: part; text: name; count: lots; points: points soon; money: worth", nullable=("worth",), named=("name",)
    ),
    find=Reading(_points, PointsPart, ("lots", "points", "soon", "worth"), _branch_name, ("name",)).find,
    key="r.part",
    order="part",
    roles=BRANCH,
    slow=True,
)

LISTINGS = (GRID, USE, TENTHS, COHORTS, DORMANT, POINTS)
