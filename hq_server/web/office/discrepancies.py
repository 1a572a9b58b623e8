"""The queue of what does not add up: the list, one with its evidence, who looks after it, how it is resolved."""

from dataclasses import replace
from typing import Annotated, Any

import msgspec

from commerce.accounts import HQ
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show, show_all
from hq_server.head_office import discrepancies, discrepancy_evidence, limits, resolutions
from hq_server.head_office.resolutions import REASON, Decision
from hq_server.ledger import discrepancies as ledger
from hq_server.storage.database import Connection
from hq_server.web.office.day_bounds import bounds
from hq_server.web.office.discrepancy_answers import Concerned, Evidence
from hq_server.web.office.discrepancy_words import say
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import APPROVE, BRANCH, SEE, SETTLE, Work, route, within

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]
Day = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
_Branch = Annotated[str, msgspec.Meta(pattern="^(HQ|[a-z0-9-]{0,16})$")]
_User = Annotated[str, msgspec.Meta(pattern=r"^(-|[a-z][a-z0-9._-]{1,31})?$")]

_AMOUNT = "CASE WHEN d.code IN ('clock_ahead', 'clock_back') THEN 0 ELSE abs(d.found - d.expected) END"


class DiscrepancyQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What of the queue is asked for. ``assignee`` "-": nobody's; ``waiting``: a second person is asked for."""

    state: Annotated[str, msgspec.Meta(pattern="^(open|resolved)$")] = ledger.OPEN
    code: Annotated[str, msgspec.Meta(pattern="^[a-z_]{0,32}$")] = ""
    branch: _Branch = ""
    assignee: _User = ""
    from_day: Day = ""
    to_day: Day = ""
    waiting: bool = False


class DiscrepancyLine(msgspec.Struct, frozen=True):
    """One difference: expected, found, where. ``delta`` is found − expected.

    ``unit``: what they count: ``money`` (minor units), an asset, ``time`` (ms), "" plain numbers.
    """

    discrepancy: Id
    n: int
    code: str
    branch: str
    expected: int
    found: int
    delta: int
    at: int
    state: str
    assignee: str
    by: str
    resolved_at: int
    waiting: bool = False
    unit: str = ""


class Discrepancy(msgspec.Struct, frozen=True):
    """One difference; ``text``: what ``code`` says; ``note``: how it was resolved; ``worth``: what the limit counts."""

    discrepancy: Id
    n: int
    code: str
    branch: str
    incarnation: str
    seq: int
    expected: int
    found: int
    detail: str
    at: int
    state: str
    by: str
    note: str
    resolved_at: int
    text: str = ""
    assignee: str = ""
    worth: int = 0
    unit: str = ""


class Comment(msgspec.Struct, frozen=True):
    """What somebody said."""

    n: int
    by: str
    at: int
    text: str


class Resolution(msgspec.Struct, frozen=True):
    """A decision and what became of it: ``proposed``, ``done`` or ``withdrawn``."""

    resolution: Id
    discrepancy: Id
    kind: str
    amount: int
    debtor: str
    creditor: str
    reason: str
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int
    state: str


class DiscrepancyDetail(msgspec.Struct, frozen=True):
    """A discrepancy with all that is known of it. ``limit``: what one person decides alone; ``kinds``: how.

    ``act``: the number under which lists and receipts know its entry, 0 when they do not (yet).
    """

    discrepancy: Discrepancy
    evidence: Evidence | None
    others: list[Evidence]
    rows: Concerned
    comments: list[Comment]
    resolutions: list[Resolution]
    kinds: list[str]
    limit: int
    act: int


class Person(msgspec.Struct, frozen=True):
    """Somebody to whom one can be given."""

    name: str
    display: str


class CodeCount(msgspec.Struct, frozen=True):
    """How many are open of one code."""

    code: str
    open: int


class DiscrepancyCounts(msgspec.Struct, frozen=True):
    """What is open, by code, and who looks after such things."""

    codes: list[CodeCount]
    people: list[Person]
    waiting: int


class AssignBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shall look after them; "" nobody."""

    discrepancies: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=limits.PAGE_MAX)]
    assignee: Annotated[str, msgspec.Meta(pattern=r"^([a-z][a-z0-9._-]{1,31})?$")] = ""


class Assigned(msgspec.Struct, frozen=True):
    """How many went to somebody else than before."""

    assigned: int


class CommentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said."""

    text: Text


class Comments(msgspec.Struct, frozen=True):
    """All comments, oldest first."""

    comments: list[Comment]


class ResolveBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How and why it is resolved; of a charge: who owes whom how much."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=REASON)]
    kind: Annotated[str, msgspec.Meta(pattern="^(accept|adjust|charge|write_off)$")] = resolutions.ACCEPT
    amount: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    debtor: _Branch = ""
    creditor: _Branch = HQ


def find_discrepancies(conn: Connection, query: DiscrepancyQuery, at: str, cut: Cut) -> Found[DiscrepancyLine]:
    """Find a page of the queue; `at`: the branch that may be seen, "" all."""
    where: list[str] = ["d.state = ?"]
    params: list[str | int] = [query.state]
    for condition, value in (
        ("d.branch = ?", at),
        ("d.code = ?", query.code),
        ("d.assignee = ?", "" if query.assignee == "-" else query.assignee),
    ):
        if value:
            where.append(condition)
            params.append(value)
    if query.assignee == "-":
        where.append("d.assignee = ''")
    if query.waiting:
        where.append("d.discrepancy IN (SELECT discrepancy FROM resolutions WHERE state = 'proposed')")
    if query.from_day or query.to_day:
        where.append("d.at BETWEEN ? AND ?")
        params += bounds(query.from_day, query.to_day)
    select = (
        "lower(hex(d.discrepancy)), d.n, d.code, d.branch, d.expected, d.found, d.found - d.expected, d.at, d.state,"
        " d.assignee, d.by, d.resolved_at, d.detail,"
        " EXISTS (SELECT 1 FROM resolutions r WHERE r.discrepancy = d.discrepancy AND r.state = 'proposed')"
    )
    return cut.fetch(
        conn,
        select=select,
        tables="discrepancies d",
        where=where,
        params=params,
        make=lambda *row: _line(conn, row),
    )


def _line(conn: Connection, row: tuple[Any, ...]) -> DiscrepancyLine:
    *shown, detail, waiting = row
    unit = discrepancies.unit_of(conn, shown[2], detail)
    return msgspec.structs.replace(DiscrepancyLine(*shown), waiting=bool(waiting), unit=unit)


DISCREPANCIES = Listing(
    "GET /discrepancies",
    "listDiscrepancies",
    "What does not add up",
    row=DiscrepancyLine,
    query=DiscrepancyQuery,
    columns=(
        Column("n", "count"),
        Column("at", "time", "d.at"),
        Column("code", "code", "d.code"),
        Column("branch", "code", "d.branch"),
        Column("expected", "count"),
        Column("found", "count"),
        Column("delta", "count", _AMOUNT),
        Column("unit", "code"),
        Column("assignee", "text", "d.assignee"),
        Column("state", "code"),
        Column("waiting", "flag"),
        Column("by", "text"),
        Column("resolved_at", "time"),
    ),
    find=find_discrepancies,
    key="d.n",
    order="at",
    roles=BRANCH,
)


def get_discrepancy(work: Work, call: Call) -> DiscrepancyDetail:
    """One, with its evidence."""
    found = discrepancies.get(work.conn, call.id("discrepancy"))
    within(call, found.branch)
    first, *others = [*discrepancy_evidence.entries(work.conn, found), None]
    rows = discrepancy_evidence.rows(work.conn, found, first, call.now)
    if call.user.at:
        rows = _own(rows, call.user.at)
    told = msgspec.structs.replace(
        show(found, Discrepancy),
        text=say(found.code, call.accept),
        assignee=discrepancies.assignee(work.conn, found.discrepancy),
        worth=resolutions.worth(found),
        unit=discrepancies.unit_of(work.conn, found.code, found.detail),
    )
    return DiscrepancyDetail(
        told,
        show(first, Evidence) if first else None,
        show_all((other for other in others if other), Evidence),
        show(rows, Concerned),
        show_all(discrepancies.comments(work.conn, found.discrepancy), Comment),
        show_all(resolutions.of(work.conn, found.discrepancy), Resolution),
        list(resolutions.kinds(work.conn, found)) if found.state == ledger.OPEN else [],
        resolutions.limit(work.conn),
        _act(work.conn, found),
    )


def _own(rows: discrepancy_evidence.Rows, at: str) -> discrepancy_evidence.Rows:
    """Leave what the manager of a branch may see: not what others hold, where members go, nor profiles' values."""
    return replace(
        rows,
        members=[row._replace(seen=at if at in row.seen.split() else "") for row in rows.members],
        holders=[row for row in rows.holders if row.branch == at],
        logs=[row for row in rows.logs if row.branch == at],
        conflict=None,
    )


def _act(conn: Connection, found: ledger.Discrepancy) -> int:
    """Find the act of an entry of the kept log."""
    query = (
        "SELECT a.n FROM acts a JOIN incarnations i ON i.no = a.no"
        " WHERE i.incarnation = ? AND a.seq = ? AND a.hash = x''"
    )
    row = conn.execute(query, (found.incarnation, found.seq)).fetchone()
    return row[0] if row else 0


def count_discrepancies(work: Work, call: Call) -> DiscrepancyCounts:
    """What is open of each code, at the caller's branch or everywhere."""
    at = within(call)
    query = "SELECT code, count(*) FROM discrepancies WHERE state = 'open' AND ?1 IN ('', branch) GROUP BY code"
    codes = [CodeCount(*row) for row in work.conn.execute(query, (at,))]
    people = [] if at else [Person(*row) for row in discrepancies.assignees(work.conn)]
    query = "SELECT count(*) FROM resolutions WHERE state = 'proposed'"
    return DiscrepancyCounts(codes, people, 0 if at else work.conn.execute(query).fetchone()[0])


def assign_discrepancies(work: Work, call: Call) -> Assigned:
    """Give some to somebody."""
    body: AssignBody = call.body
    named = [bytes.fromhex(name) for name in dict.fromkeys(body.discrepancies)]
    return Assigned(discrepancies.assign(work.conn, work.act(call), named, body.assignee))


def comment_discrepancy(work: Work, call: Call) -> Comments:
    """Say something about one."""
    said = discrepancies.comment(work.conn, work.act(call), call.id("discrepancy"), call.body.text)
    return Comments(show_all(said, Comment))


def resolve_discrepancy(work: Work, call: Call) -> Resolution:
    """Resolve one by a new fact, or ask a second person to."""
    body: ResolveBody = call.body
    decision = Decision(body.kind, body.reason, body.amount, body.debtor, body.creditor)
    act, fresh = work.act(call), work.random_bytes(16)
    return show(resolutions.decide(work.conn, act, fresh, call.id("discrepancy"), decision), Resolution)


def approve_resolution(work: Work, call: Call) -> Resolution:
    """Carry out what somebody else proposed."""
    return show(resolutions.approve(work.conn, work.act(call), call.id("resolution")), Resolution)


def withdraw_resolution(work: Work, call: Call) -> Resolution:
    """Withdraw or turn down a proposal."""
    return show(resolutions.withdraw(work.conn, work.act(call), call.id("resolution")), Resolution)


_ONE = "/discrepancies/{discrepancy}"

LISTINGS = (DISCREPANCIES,)

ROUTES = (
    route(
        "GET /discrepancy-counts",
        "countDiscrepancies",
        "What is open, by code",
        DiscrepancyCounts,
        count_discrepancies,
        roles=BRANCH,
    ),
    route(f"GET {_ONE}", "getDiscrepancy", "One, with its evidence", DiscrepancyDetail, get_discrepancy, roles=BRANCH),
    route(
        "POST /discrepancies/assign",
        "assignDiscrepancies",
        "Give to somebody",
        Assigned,
        assign_discrepancies,
        body=AssignBody,
        roles=SETTLE,
    ),
    route(
        f"POST {_ONE}/comments",
        "commentDiscrepancy",
        "Say something about one",
        Comments,
        comment_discrepancy,
        body=CommentBody,
        roles=SEE,
    ),
    route(
        f"POST {_ONE}/resolve",
        "resolveDiscrepancy",
        "Resolve by a new fact, or propose to",
        Resolution,
        resolve_discrepancy,
        body=ResolveBody,
        roles=SETTLE,
    ),
    route(
        "POST /resolutions/{resolution}/approve",
        "approveResolution",
        "Approve what somebody else proposed",
        Resolution,
        approve_resolution,
        roles=APPROVE,
    ),
    route(
        "POST /resolutions/{resolution}/withdraw",
        "withdrawResolution",
        "Withdraw a proposal",
        Resolution,
        withdraw_resolution,
        roles=SETTLE,
    ),
)
