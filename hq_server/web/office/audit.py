"""The journal of what people did beside the trade, at head office and in branches, and the proof of all chains.

The journal is a list of acts: nobody can write in it otherwise than by a signed fact, and each line leads to its entry
(``getAct``). It follows the facts, so an act stands in it a moment after it was done.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from foundation.http_api.route import Call
from hq_server.core.verify_all import verify_all
from hq_server.head_office.values import day as check_day
from hq_server.storage.database import Connection, snapshot
from hq_server.web.office.jobs import CancelledError, Job, Jobs, Outcome, Progress
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import AUDIT, route

VIOLATIONS_SHOWN = 100
"""Lines of a report that a screen shows; `stayopen hq verify` tells all."""

AnyDay = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Where = Annotated[str, msgspec.Meta(pattern=r"^(HQ|[a-z0-9-]{0,16})$")]
Text = Annotated[str, msgspec.Meta(max_length=64)]
Kind = Literal["", "audit", "incarnation", "period", "verdict"]

_KINDS = "a.kind IN ('audit', 'incarnation', 'period', 'verdict')"
"""As the index says it: a query has to say the same for the index to serve it."""


class JournalQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters: ``branch`` "HQ" head office; ``subject``: a part of it; days by the writer's clock, both included."""

    branch: Where = ""
    kind: Kind = ""
    act: Text = ""
    who: Text = ""
    subject: Text = ""
    from_day: AnyDay = ""
    to_day: AnyDay = ""


class JournalLine(msgspec.Struct, frozen=True):
    """One act: `who` of `branch` did `act` to `subject`; ``id``: the discrepancy or log that it is about, or ""."""

    n: int
    at: int
    day: str
    branch: str
    kind: str
    act: str
    subject: str
    who: str
    till: str
    approved_by: str
    reason: str
    id: str


def find_journal(conn: Connection, query: JournalQuery, at: str, cut: Cut) -> Found[JournalLine]:
    """Read one page of it."""
    where, params = [_KINDS], []
    for field in ("from_day", "to_day"):
        if value := getattr(query, field):
            check_day(value, field)
    for condition, value in (
        ("a.day >= ?", query.from_day),
        ("a.day <= ?", query.to_day),
        ("a.branch = ?", at),
        ("a.kind = ?", query.kind),
        ("a.act = ?", query.act),
        ("a.staff = ?", query.who),
        ("instr(a.about, ?) > 0", query.subject),
    ):
        if value:
            where.append(condition)
            params.append(value)
    return cut.fetch(
        conn,
        select="a.n, a.at, a.day, a.branch, a.kind, a.act, a.about, a.staff, a.till, a.approved_by, a.reason,"
        " lower(hex(a.id))",
        tables="acts a INDEXED BY acts_journal",
        where=where,
        params=params,
        make=JournalLine,
    )


JOURNAL = Listing(
    where="GET /journal",
    name="listJournal",
    summary="What people did beside the trade",
    row=JournalLine,
    query=JournalQuery,
    columns=(
        Column("day", "day", "a.day"),
        Column("at", "time"),
        Column("branch", "code"),
        Column("kind", "code"),
        Column("act", "code"),
        Column("subject", "text"),
        Column("who", "text"),
        Column("till", "text"),
        Column("approved_by", "text"),
        Column("reason", "text"),
        Column("id", "id"),
        Column("n", "count"),
    ),
    find=find_journal,
    key="a.n",
    order="-day",
    roles=AUDIT,
)


class Verified(msgspec.Struct, frozen=True):
    """What a verification found: `lots` and `entries` were checked; ``violations``: the first of ``found``."""

    ok: bool
    lots: int
    entries: int
    found: int
    violations: list[str]


class Verifying:
    """Checks everything beside everybody else's work. `connect()` opens a connection that only reads."""

    def __init__(self, jobs: Jobs, connect: Callable[[], Connection]) -> None:
        self._jobs, self._connect = jobs, connect
        self.operations = {"beginVerify": self.begin}

    async def begin(self, call: Call) -> Job:
        """Begin to check: a job whose result is a ``Verified``."""

        async def work(progress: Progress, _: Path) -> Outcome:
            return Outcome(result=await asyncio.to_thread(self._verify, progress))

        return self._jobs.begin(call, "verify", work)

    def _verify(self, progress: Progress) -> Verified:
        """Check one state of the books, in the job's thread."""

        def tell(done: int, total: int) -> None:
            progress.done, progress.total = done, total
            progress.step(0)

        conn = self._connect()
        try:
            conn.execute("PRAGMA query_only = OFF")  # sums are added up in tables of this connection's own
            with snapshot(conn):
                report = verify_all(conn, tell)
        finally:
            conn.close()
        if progress.cancelled:  # the check takes any error for a finding
            raise CancelledError
        found = report.violations
        return Verified(report.ok, report.lots, report.entries, len(found), list(found[:VIOLATIONS_SHOWN]))


LISTINGS = (JOURNAL,)

ROUTES = (route("POST /verify", "beginVerify", "Check all chains and books", Job, roles=AUDIT),)
