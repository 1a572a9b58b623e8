"""Gifts to many members at once: top-ups, coupons, tags, for a list from a file or for the members of a filter."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show
from hq_server.head_office import batches, batches_chosen, batches_rows, batches_run, batches_undo, duties, members_find
from hq_server.head_office import limits as bounds
from hq_server.head_office import members_limits as limits
from hq_server.head_office.batches import Draft
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import Text
from hq_server.web.office.jobs import Job, Jobs, Outcome, Progress
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import ADJUST, APPROVE, GOODS, MEMBERS, SEE, Work, route, within

Tender = Literal["bank_transfer", "cash", "company", "adjustment"]
Day = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.BATCH_NAME)]
_Rule = Annotated[str, msgspec.Meta(max_length=32)]


class FileBatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list as CSV or XLSX in base64: who (phone, card, member id) and how much (yuan). ``rule`` "auto": what fits."""

    name: _Name
    tender: Tender
    file: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.CELL)]
    data: Annotated[bytes, msgspec.Meta(min_length=1, max_length=limits.FILE_BYTES)]
    rule: _Rule = "auto"


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which members: what the list of members can be asked (``listMembers``); whoever fits now is taken."""

    q: Text = ""
    tier: Annotated[str, msgspec.Meta(max_length=32)] = ""
    tag: Annotated[str, msgspec.Meta(max_length=40)] = ""
    branch: Annotated[str, msgspec.Meta(max_length=16)] = ""
    state: Annotated[str, msgspec.Meta(pattern="^(active|frozen)?$")] = ""
    from_day: Day = ""
    to_day: Day = ""


class TopUpsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same amount (yuan) for each of them."""

    name: _Name
    tender: Tender
    filters: Filters
    amount: Annotated[str, msgspec.Meta(max_length=16)]
    rule: _Rule = "auto"


class GiftsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many coupons of one template for each of them. ``last_day`` "": for ever; ``name`` is also the reason."""

    name: _Name
    template: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    count: Annotated[int, msgspec.Meta(ge=1, le=bounds.COUPONS)]
    filters: Filters
    last_day: Day = ""


class TagsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tag for each of them."""

    name: _Name
    tag: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.TAG)]
    filters: Filters


class UndoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is undone."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]


class BatchSums(msgspec.Struct, frozen=True):
    """What the rows come to; amounts of those that can be carried out; ``kept``: used, and not (wholly) undone."""

    rows: int
    good: int
    done: int
    undone: int
    kept: int
    amount: int
    bonus: int
    points: int


class Batch(msgspec.Struct, frozen=True):
    """One batch. ``alone``: minor units, or coupons, that one person may give out; more needs a second one.

    ``what``: the coupons' template, the tag; ``source``: a file's name, or ``members:`` and the filters.
    """

    batch: Id
    name: str
    rule: str
    tender: str
    source: str
    kind: str
    what: str
    last_day: str
    state: str
    made_by: str
    made_at: int
    day: str
    decided_by: str
    decided_at: int
    undo_by: str
    undo_reason: str
    undo_decided_by: str
    sums: BatchSums
    alone: int


class BatchLine(msgspec.Struct, frozen=True):
    """One line of the list of batches."""

    batch: Id
    name: str
    rule: str
    tender: str
    source: str
    kind: str
    what: str
    last_day: str
    state: str
    made_by: str
    made_at: int
    day: str
    decided_by: str
    decided_at: int
    undo_by: str
    undo_reason: str
    undo_decided_by: str


class BatchRow(msgspec.Struct, frozen=True):
    """One row: whom, how much, what the rule gives; ``problem`` "": it can be carried out; ``kept``: why not undone."""

    n: int
    typed: str
    member: str
    name: str
    amount: int
    bonus: int
    points: int
    rule: str
    problem: str
    done: bool
    undone: bool
    kept: str


class BatchesQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Batches in one state, of one kind, or all."""

    state: Annotated[
        str, msgspec.Meta(pattern="^(draft|proposed|approved|done|withdrawn|undo_proposed|undoing|undone)?$")
    ] = ""
    kind: Annotated[str, msgspec.Meta(pattern="^(top_up|coupons|tag)?$")] = ""


class BatchRowsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of a batch: all, ``good``, ``bad``, ``kept`` ones. ``batch`` stands in the path."""

    batch: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")] = ""
    show: Annotated[str, msgspec.Meta(pattern="^(good|bad|kept)?$")] = ""


def find_batches(conn: Connection, query: BatchesQuery, _at: str, cut: Cut) -> Found[BatchLine]:
    """Batches, newest first."""
    return cut.fetch(
        conn,
        select=", ".join(f"b.{name}" for name in batches.COLUMNS.split(", ")),
        tables="batches b",
        where=[f"b.{name} = ?" for name in ("state", "kind") if getattr(query, name)],
        params=[value for value in (query.state, query.kind) if value],
        make=lambda *row: show(batches.Batch(*row), BatchLine),
    )


def find_rows(conn: Connection, query: BatchRowsQuery, _at: str, cut: Cut) -> Found[BatchRow]:
    """Rows as they stand in the file."""
    where = ["r.batch = ?"]
    if query.show:
        where.append({"good": "r.problem = ''", "bad": "r.problem <> ''", "kept": "r.kept <> ''"}[query.show])

    def make(n: int, typed: str, member: bytes, name: str, *rest: Any) -> BatchRow:  # noqa: ANN401  columns
        amount, bonus, points, rule, problem, done, undone, kept = rest
        flags = (bool(done), bool(undone), kept)
        return BatchRow(n, typed, member.hex(), name, amount, bonus, points, rule, problem, *flags)

    return cut.fetch(
        conn,
        select="r.n, r.typed, r.member, coalesce(m.masked_name, ''), r.amount, r.bonus, r.points, r.rule, r.problem,"
        " r.done, r.undone, r.kept",
        tables="batch_rows r LEFT JOIN members m USING (member)",
        where=where,
        params=[bytes.fromhex(query.batch)],
        make=make,
    )


def prepare_from_file(work: Work, call: Call) -> Batch:
    """Read a list and say what it would do."""
    body: FileBatchBody = call.body
    about = Draft(body.name, body.rule, body.tender, body.file)
    lines = batches_rows.lines(body.data)
    return _shown(work.conn, batches.draft(work.conn, work.act(call), work.random_bytes(16), about, lines))


def prepare_top_ups(work: Work, call: Call) -> Batch:
    """The same top-up for all of a filter."""
    body: TopUpsBody = call.body
    about = Draft(body.name, body.rule, body.tender, "")
    whom = _whom(call)
    act, batch = work.act(call), work.random_bytes(16)
    return _shown(work.conn, batches_chosen.draft_top_ups(work.conn, act, batch, about, whom, body.amount))


def prepare_coupons(work: Work, call: Call) -> Batch:
    """The same coupons for all of a filter."""
    body: GiftsBody = call.body
    about = Draft(body.name, "", "", "", what=body.template, last_day=body.last_day)
    act, batch = work.act(call), work.random_bytes(16)
    return _shown(work.conn, batches_chosen.draft_coupons(work.conn, act, batch, about, _whom(call), body.count))


def prepare_tags(work: Work, call: Call) -> Batch:
    """A tag for all of a filter."""
    body: TagsBody = call.body
    about = Draft(body.name, "", "", "", what=body.tag)
    act, batch = work.act(call), work.random_bytes(16)
    return _shown(work.conn, batches_chosen.draft_tags(work.conn, act, batch, about, _whom(call)))


def get_batch(work: Work, call: Call) -> Batch:
    """One batch."""
    return _shown(work.conn, batches.get(work.conn, call.id("batch")))


def propose(work: Work, call: Call) -> Batch:
    """Have it carried out, where one person may; else it waits for a second one."""
    _check_duty(work, call)
    return _shown(work.conn, batches.propose(work.conn, work.act(call), call.id("batch")))


def approve(work: Work, call: Call) -> Batch:
    """Agree to somebody else's."""
    return _shown(work.conn, batches.approve(work.conn, work.act(call), call.id("batch")))


def withdraw(work: Work, call: Call) -> Batch:
    """Take it back, or turn it down; of one that waits to be undone: leave it as it is."""
    _check_duty(work, call)
    return _shown(work.conn, batches.withdraw(work.conn, work.act(call), call.id("batch")))


def propose_undo(work: Work, call: Call) -> Batch:
    """Have it undone, where one person may; else that waits for a second one."""
    _check_duty(work, call)
    return _shown(work.conn, batches.propose_undo(work.conn, work.act(call), call.id("batch"), call.body.reason))


class Undone(msgspec.Struct, frozen=True):
    """How many rows are undone, kept because they were used, and wait for branches to give back what they hold."""

    undone: int
    kept: int
    waiting: int


class BatchJobs:
    """Carries batches out, and undoes them, beside everybody else's work. ``write``: as the office's."""

    def __init__(self, jobs: Jobs, write: Callable[[Callable[[Work], Any]], Awaitable[Any]]) -> None:
        self._jobs, self._write = jobs, write
        self.operations = {"runBatch": self.run}

    async def run(self, call: Call) -> Job:
        """Begin to carry out what was agreed on, or go on with it; RefusedError ``not_proposed``."""
        batch = call.id("batch")
        return await (self._undo if await self._write(partial(_undoing, call)) else self._carry_out)(call, batch)

    async def _carry_out(self, call: Call, batch: bytes) -> Job:
        left = await self._write(lambda work: batches_run.carry_out(work.conn, work.act(call), batch, 0))

        async def work(progress: Progress, _folder: Path) -> Outcome:
            before = left
            while before:
                after = await self._write(lambda work: batches_run.carry_out(work.conn, work.act(call), batch))
                progress.step(before - after)
                before = after
            return Outcome()

        return self._jobs.begin(call, "batch", work, total=left)

    async def _undo(self, call: Call, batch: bytes) -> Job:
        """Go through all rows once; the result tells what waits for branches."""
        left = await self._write(lambda work: batches_undo.waiting(work.conn, batch))

        async def work(progress: Progress, _folder: Path) -> Outcome:
            step = batches_undo.Step(0, over=False)
            while not step.over:
                step = await self._write(partial(_undo_next, call, batch, step.after))
                progress.step(min(limits.CHUNK, left - progress.done))
            return Outcome(result=await self._write(partial(_undone, batch)))

        return self._jobs.begin(call, "batch_undo", work, total=left)


def _undoing(call: Call, work: Work) -> bool:
    """Whether the batch is to be undone rather than carried out."""
    _check_duty(work, call)
    return batches.get(work.conn, call.id("batch")).state in {batches.UNDOING, batches.UNDONE}


def _undo_next(call: Call, batch: bytes, after: int, work: Work) -> batches_undo.Step:
    return batches_undo.undo(work.conn, work.act(call), batch, after)


def _undone(batch: bytes, work: Work) -> Undone:
    told = batches.sums(work.conn, batch)
    return Undone(told.undone, told.kept, batches_undo.waiting(work.conn, batch))


def _whom(call: Call) -> members_find.Filters:
    """The filters as the list of members has them, of what the caller may see."""
    filters: Filters = call.body.filters
    asked = msgspec.structs.asdict(filters)
    return members_find.Filters(**{**asked, "branch": within(call, filters.branch)})


def _check_duty(work: Work, call: Call) -> None:
    """Refuse whoever may not prepare such a batch either."""
    if _DUTY[batches.get(work.conn, call.id("batch")).kind] not in call.user.roles:
        raise ApiError("forbidden")


_DUTY = {batches.TOP_UP: duties.ADJUST, batches.COUPONS: duties.GOODS, batches.TAG: duties.MEMBERS}
_ANY = ADJUST | GOODS | MEMBERS
"""Who may do something with some batch; with this one: ``_check_duty``."""


def _shown(conn: Connection, found: batches.Batch) -> Batch:
    sums = show(batches.sums(conn, found.batch), BatchSums)
    line = show(found, BatchLine)
    return Batch(**msgspec.structs.asdict(line), sums=sums, alone=batches.alone_limit(conn, found.kind))


_BATCH_COLUMNS = (
    Column("made_at", "time", "b.made_at"),
    Column("name", "text"),
    Column("kind", "code"),
    Column("what", "text"),
    Column("state", "code"),
    Column("rule", "text"),
    Column("tender", "code"),
    Column("source", "text"),
    Column("day", "day"),
    Column("made_by", "text"),
    Column("decided_by", "text"),
)
_ROW_COLUMNS = (
    Column("n", "count", "r.n"),
    Column("typed", "text"),
    Column("name", "text"),
    Column("amount", "money"),
    Column("bonus", "money"),
    Column("points", "points"),
    Column("rule", "text"),
    Column("problem", "code"),
    Column("done", "flag"),
    Column("undone", "flag"),
    Column("kept", "code"),
)
LISTINGS = (
    Listing(
        "GET /batches",
        "listBatches",
        "Top-ups in batches",
        row=BatchLine,
        query=BatchesQuery,
        columns=_BATCH_COLUMNS,
        find=find_batches,
        key="b.batch",
        order="-made_at",
        roles=SEE,
    ),
    Listing(
        "GET /batches/{batch}/rows",
        "listBatchRows",
        "Rows of a batch",
        row=BatchRow,
        query=BatchRowsQuery,
        columns=_ROW_COLUMNS,
        find=find_rows,
        key="r.n",
        order="n",
        roles=SEE,
    ),
)

ROUTES = (
    route(
        "POST /batches",
        "prepareBatch",
        "Read a list",
        Batch,
        prepare_from_file,
        body=FileBatchBody,
        roles=ADJUST,
        status=201,
    ),
    route(
        "POST /batches/top-ups",
        "prepareTopUps",
        "Top up all of a filter",
        Batch,
        prepare_top_ups,
        body=TopUpsBody,
        roles=ADJUST,
        status=201,
    ),
    route(
        "POST /batches/coupons",
        "prepareCoupons",
        "Coupons for all of a filter",
        Batch,
        prepare_coupons,
        body=GiftsBody,
        roles=GOODS,
        status=201,
    ),
    route(
        "POST /batches/tags",
        "prepareTags",
        "A tag for all of a filter",
        Batch,
        prepare_tags,
        body=TagsBody,
        roles=MEMBERS,
        status=201,
    ),
    route("GET /batches/{batch}", "getBatch", "One batch", Batch, get_batch, roles=SEE),
    route("POST /batches/{batch}/propose", "proposeBatch", "Have it carried out", Batch, propose, roles=_ANY),
    route("POST /batches/{batch}/approve", "approveBatch", "Agree to it", Batch, approve, roles=APPROVE),
    route("POST /batches/{batch}/withdraw", "withdrawBatch", "Take it back", Batch, withdraw, roles=_ANY),
    route("POST /batches/{batch}/undo", "undoBatch", "Have it undone", Batch, propose_undo, body=UndoBody, roles=_ANY),
    route("POST /batches/{batch}/run", "runBatch", "Carry out what was agreed on", Job, roles=_ANY),
)
