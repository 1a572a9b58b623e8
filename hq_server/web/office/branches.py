"""Branches, their health, their logs, enrolment codes."""

from typing import Annotated

import msgspec
import qrcode

from foundation.http_api.route import Call, Id
from foundation.http_api.show import show, show_all
from hq_server.head_office import branch_rights, branches, enrolment_codes, limits
from hq_server.web.office.catalogue import BRANCH_ID, PageQuery
from hq_server.web.office.work import BRANCH, BRANCHES, SEE, Done, Work, route, within
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


class HeldRights(msgspec.Struct, frozen=True):
    """Rights to one asset, in its units; money in minor units."""

    asset: str
    lots: int
    amount: int


class StrandedRights(msgspec.Struct, frozen=True):
    """Rights of a closed log that wait for two people to release them."""

    incarnation: Id
    reason: str
    closed_at: int
    asset: str
    lots: int
    amount: int


class BranchRights(msgspec.Struct, frozen=True):
    """What a branch may use on its own, and what lies stranded."""

    held: list[HeldRights]
    stranded: list[StrandedRights]


class Consequences(msgspec.Struct, frozen=True):
    """What closing a log does: see ``head_office.branch_rights``."""

    branch: str
    state: str
    heard_at: int
    acked_seq: int
    unsent: int
    held: list[HeldRights]
    members: int
    claims: int
    others: int


class NameBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a branch is called."""

    name: BranchName


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The branch's name; "" keeps the one it has."""

    name: Annotated[str, msgspec.Meta(max_length=limits.BRANCH_NAME)] = ""


class EnrolmentCode(msgspec.Struct, frozen=True):
    """A one-time code: shown this once, stored as a hash only.

    ``qr``: the same text as a QR code (ISO/IEC 18004, level M), row by row without its quiet zone, "1" a dark module.
    """

    branch: str
    code: str
    expires_at: int
    qr: list[str]


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
    within(call, call.params["branch"])
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
    within(call, call.params["branch"])
    return Logs(show_all(branches.logs(work.conn, call.params["branch"]), Log))


def get_rights(work: Work, call: Call) -> BranchRights:
    """What its logs hold and what is stranded."""
    within(call, call.params["branch"])
    return show(branch_rights.of_branch(work.conn, call.params["branch"]), BranchRights)


def get_consequences(work: Work, call: Call) -> Consequences:
    """What closing a log would suspend."""
    return show(branch_rights.consequences(work.conn, call.id("incarnation")), Consequences)


def new_code(work: Work, call: Call) -> EnrolmentCode:
    """Make a one-time code for a box of this branch."""
    branch = call.params["branch"]
    branches.check_id(branch)
    code, record = issue_code(
        work.keys, branch, now=call.now, random_bytes=work.random_bytes, lifetime=limits.ENROLMENT_LIFE
    )
    enrolment_codes.store(work.conn, work.act(call), record, call.body.name)
    return EnrolmentCode(branch, code.text, record.expires, _qr(code.text))


def _qr(text: str) -> list[str]:
    drawn = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    drawn.add_data(text)
    drawn.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in drawn.get_matrix()]


def close_log(work: Work, call: Call) -> Done:
    """Declare a log closed: its rights are suspended until two people release them."""
    branches.close(work.conn, work.act(call), call.id("incarnation"), call.body.reason, call.body.evidence)
    return Done()


_ONE = {"branch": BRANCH_ID}

ROUTES = (
    route("GET /branches", "listBranches", "Health", Branches, list_branches, query=PageQuery, roles=SEE),
    route("GET /branches/{branch}", "getBranch", "One branch", Branch, get_branch, params=_ONE, roles=BRANCH),
    route(
        "PUT /branches/{branch}", "putBranch", "Name", Branch, put_branch, body=NameBody, params=_ONE, roles=BRANCHES
    ),
    route("GET /branches/{branch}/logs", "listLogs", "Its logs", Logs, list_logs, params=_ONE, roles=BRANCH),
    route(
        "GET /branches/{branch}/rights",
        "getBranchRights",
        "What it holds, and what is stranded",
        BranchRights,
        get_rights,
        params=_ONE,
        roles=BRANCH,
        slow=True,
    ),
    route(
        "GET /logs/{incarnation}/consequences",
        "getConsequences",
        "What closing a log would suspend",
        Consequences,
        get_consequences,
        roles=BRANCHES,
        slow=True,
    ),
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
