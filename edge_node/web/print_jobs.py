"""Papers that wait for a printer or were printed: listed, asked for again, done without."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge_node.devices.papers import templates
from edge_node.ledger import print_jobs
from edge_node.ledger.print_jobs import PrintJob
from edge_node.limits import LISTED
from edge_node.till import shifts
from edge_node.till.at import by_lead
from edge_node.web.approvals import ApprovalBody
from edge_node.web.fields import Body
from edge_node.web.words import ERRORS
from edge_node.web.work import Nothing, Work, act, read
from foundation.http_api.problem import ApiError, Problem, tell
from foundation.http_api.route import Call
from foundation.http_api.show import show

_JOB = {"job": r"^[1-9][0-9]{0,14}$"}


class PrintJobsQuery(Body):
    """``list``: what waits, what failed and is not done, or everything newest first (``before``: a job's number)."""

    list: Literal["waiting", "trouble", "recent"] = "waiting"
    before: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=LISTED)] = LISTED


class PrintJobAnswer(msgspec.Struct, frozen=True):
    """One paper. ``state``: waiting | printing | done | expired | cancelled; times in ms, 0 never.

    ``kind``: sale | refund | top_up | withdraw | shift | claim | drawer. ``next_at``: when it is tried again, below
    zero: a person asked for it. ``unsure``: it may have been printed, so the next one is marked as a repeat.
    ``trouble``: code of the last failure, "" none; ``told`` says it in words. ``device``: the printer, "" none yet.
    """

    job: int
    kind: str
    till: str
    state: str
    copy: bool
    at: int
    attempts: int
    next_at: int
    unsure: bool
    trouble: str
    told: Problem | None
    device: str
    done_at: int


class BadTemplate(msgspec.Struct, frozen=True):
    """A template of the chain that cannot be read, so that the built-in one is used: which setting, line and reason."""

    setting: str
    line: int
    reason: str


class PrintJobs(msgspec.Struct, frozen=True):
    """Papers of a list; ``next``: what to ask ``before`` for more of the recent ones, 0 at the end."""

    jobs: list[PrintJobAnswer]
    next: int
    bad_templates: list[BadTemplate]


def _list(work: Work, call: Call) -> PrintJobs:
    query: PrintJobsQuery = call.query
    following = 0
    if query.list == "recent":
        found = print_jobs.recent(work.conn, query.before or None, query.limit)
        following = found[-1].job if len(found) == query.limit else 0
    else:
        listed = print_jobs.troubled if query.list == "trouble" else print_jobs.unfinished
        found = listed(work.conn, query.limit)
    faults = templates.faults(work.book.settings.papers)
    return PrintJobs([_answer(call, job) for job in found], following, [show(fault, BadTemplate) for fault in faults])


def _retry(work: Work, call: Call) -> PrintJobAnswer:
    return _changed(work, call, print_jobs.retry(work.conn, int(call.params["job"]), call.now))


def _cancel(work: Work, call: Call) -> PrintJobAnswer:
    by_lead(work.at(call), work.approver)
    return _changed(work, call, print_jobs.cancel(work.conn, int(call.params["job"])))


def _changed(work: Work, call: Call, job: PrintJob) -> PrintJobAnswer:
    work.tell("print", job=job.job, till=job.till, state=job.state, trouble="")
    return _answer(call, job)


def _answer(call: Call, job: PrintJob) -> PrintJobAnswer:
    told = tell(ERRORS, ApiError(job.trouble), call.accept)[1] if job.trouble in ERRORS else None
    return show(job, PrintJobAnswer, told=told, unsure=job.unsure > 0)


def _print_x(work: Work, call: Call) -> Nothing:
    shifts.print_x(work.conn, work.at(call), approver=work.approver)
    return Nothing()


ROUTES = (
    read("/print-jobs", "printJobs", "Papers that wait, or all of late", PrintJobs, _list, query=PrintJobsQuery),
    act(
        "POST /print-jobs/{job}/retry",
        "retryPrintJob",
        "Print a paper now that waits or was set aside",
        PrintJobAnswer,
        _retry,
        params=_JOB,
    ),
    act(
        "POST /print-jobs/{job}/cancel",
        "cancelPrintJob",
        "Do without a paper that is not printed",
        PrintJobAnswer,
        _cancel,
        body=ApprovalBody,
        params=_JOB,
    ),
    act("POST /shift/x/print", "printXReport", "Print the figures so far", Nothing, _print_x, body=ApprovalBody),
)
