"""Branches, their health, their logs, enrolment codes."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call, Id
from hq_server.head_office import branches, enrolment_codes, limits
from hq_server.web.office.catalogue import BRANCH_ID, PageQuery
from hq_server.web.office.work import BRANCHES, SEE, Done, Work, route, show, show_all
from provisioning.enrolment.granting import issue_code

BranchName = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.BRANCH_NAME)]


class Branch(msgspec.Struct, frozen=True):
    """One branch and how it is; see ``head_office.branches`` for what the figures mean. ``incarnation`` "": no log."""

    branch: str
    name: str
    state: str
    nodes: int
    heard_at: int
    software: str
    unsent: int
    incarnation: str
    acked_seq: int
    waiting: int
    open_logs: int
    closed_logs: int
    discrepancies: int


class Branches(msgspec.Struct, frozen=True):
    """A page of branches."""

    branches: list[Branch]
    next: str = ""


class Log(msgspec.Struct, frozen=True):
    """One log (incarnation). ``suspended``: lots whose rights wait for a release by two people."""

    incarnation: Id
    branch: str
    state: str
    opened_at: int
    heard_at: int
    acked_seq: int
    applied_seq: int
    closed_reason: str
    closed_at: int
    suspended: int


class Logs(msgspec.Struct, frozen=True):
    """All logs of a branch, newest first."""

    logs: list[Log]


class NameBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a branch is called."""

    name: BranchName


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The branch's name; "" keeps the one it has."""

    name: Annotated[str, msgspec.Meta(max_length=limits.BRANCH_NAME)] = ""


class EnrolmentCode(msgspec.Struct, frozen=True):
    """A one-time code: shown this once, stored as a hash only."""

    branch: str
    code: str
    expires_at: int


class CloseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a node's log is closed (lost, replaced, revoked), and what was seen."""

    reason: str
    evidence: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]


def list_branches(work: Work, call: Call) -> Branches:
    """A page of branches with their health."""
    query: PageQuery = call.query
    found = show_all(branches.page(work.conn, query.after, query.limit), Branch)
    return Branches(found, found[-1].branch if len(found) == query.limit else "")


def get_branch(work: Work, call: Call) -> Branch:
    """One branch."""
    return show(branches.get(work.conn, call.params["branch"]), Branch)


def put_branch(work: Work, call: Call) -> Branch:
    """Make a branch known, or rename it."""
    branch = call.params["branch"]
    act = work.act(call)
    if not branches.exists(work.conn, branch):
        branches.register(work.conn, act, branch, call.body.name)
    else:
        branches.rename(work.conn, act, branch, call.body.name)
    return get_branch(work, call)


def list_logs(work: Work, call: Call) -> Logs:
    """All logs of a branch."""
    return Logs(show_all(branches.logs(work.conn, call.params["branch"]), Log))


def new_code(work: Work, call: Call) -> EnrolmentCode:
    """Make a one-time code for a box of this branch."""
    branch = call.params["branch"]
    branches.check_id(branch)
    code, record = issue_code(
        work.keys, branch, now=call.now, random_bytes=work.random_bytes, lifetime=limits.ENROLMENT_LIFE
    )
    enrolment_codes.store(work.conn, work.act(call), record, call.body.name)
    return EnrolmentCode(branch, code.text, record.expires)


def close_log(work: Work, call: Call) -> Done:
    """Declare a log closed: its rights are suspended until two people release them."""
    branches.close(work.conn, work.act(call), call.id("incarnation"), call.body.reason, call.body.evidence)
    return Done()


_ONE = {"branch": BRANCH_ID}

ROUTES = (
    route("GET /branches", "listBranches", "Health", Branches, list_branches, query=PageQuery, roles=SEE),
    route("GET /branches/{branch}", "getBranch", "One branch", Branch, get_branch, params=_ONE, roles=SEE),
    route(
        "PUT /branches/{branch}", "putBranch", "Name", Branch, put_branch, body=NameBody, params=_ONE, roles=BRANCHES
    ),
    route("GET /branches/{branch}/logs", "listLogs", "Its logs", Logs, list_logs, params=_ONE, roles=SEE),
    route(
        "POST /branches/{branch}/enrolment-codes",
        "newEnrolmentCode",
        "Make a one-time code for a box of this branch",
        EnrolmentCode,
        new_code,
        body=CodeBody,
        params=_ONE,
        roles=BRANCHES,
        status=201,
    ),
    route("POST /logs/{incarnation}/close", "closeLog", "Close a log", Done, close_log, body=CloseBody, roles=BRANCHES),
)
