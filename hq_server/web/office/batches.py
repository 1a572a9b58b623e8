"""Top-ups of many members at once, and card numbers for a printer."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from commerce.card_ranges import card_number
from commerce.limits import CARD_PREFIX_MAX
from foundation.http_api.route import Call, Download, Id
from foundation.http_api.show import show
from hq_server.head_office import batches, batches_cards, batches_rows
from hq_server.head_office import members_limits as limits
from hq_server.head_office.batches import Draft
from hq_server.storage.database import Connection
from hq_server.web.office.jobs import Job, Jobs, Outcome, Progress
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import ADJUST, APPROVE, MEMBERS, SEE, Work, route

Tender = Literal["bank_transfer", "cash", "company", "adjustment"]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.BATCH_NAME)]
_Rule = Annotated[str, msgspec.Meta(max_length=32)]


class FileBatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list as CSV or XLSX in base64: who (phone, card, member id) and how much (yuan). ``rule`` "auto": what fits."""

    name: _Name
    tender: Tender
    file: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.CELL)]
    data: Annotated[bytes, msgspec.Meta(min_length=1, max_length=limits.FILE_BYTES)]
    rule: _Rule = "auto"


class TagBatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same amount (yuan) for each member of a tag."""

    name: _Name
    tender: Tender
    tag: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.TAG)]
    amount: Annotated[str, msgspec.Meta(max_length=16)]
    rule: _Rule = "auto"


class BatchSums(msgspec.Struct, frozen=True):
    """What the rows come to; amounts of those that can be carried out."""

    rows: int
    good: int
    done: int
    amount: int
    bonus: int
    points: int


class Batch(msgspec.Struct, frozen=True):
    """One batch. ``alone``: minor units that one person may give out; more needs a second one."""

    batch: Id
    name: str
    rule: str
    tender: str
    source: str
    state: str
    made_by: str
    made_at: int
    day: str
    decided_by: str
    decided_at: int
    sums: BatchSums
    alone: int


class BatchLine(msgspec.Struct, frozen=True):
    """One line of the list of batches."""

    batch: Id
    name: str
    rule: str
    tender: str
    source: str
    state: str
    made_by: str
    made_at: int
    day: str
    decided_by: str
    decided_at: int


class BatchRow(msgspec.Struct, frozen=True):
    """One row: whom, how much, what the rule gives; ``problem`` "": it can be carried out."""

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


class BatchesQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Batches in one state, or all."""

    state: Annotated[str, msgspec.Meta(pattern="^(draft|proposed|approved|done|withdrawn)?$")] = ""


class BatchRowsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of a batch: all, ``good`` or ``bad`` ones. ``batch`` stands in the path."""

    batch: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")] = ""
    show: Annotated[str, msgspec.Meta(pattern="^(good|bad)?$")] = ""


class CardsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many cards behind a prefix; ``digits`` of the serial, a check digit follows."""

    prefix: Annotated[str, msgspec.Meta(min_length=1, max_length=CARD_PREFIX_MAX, pattern="^[0-9]+$")]
    digits: Annotated[int, msgspec.Meta(ge=limits.CARD_DIGITS[0], le=limits.CARD_DIGITS[1])]
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.CARD_BATCH)]
    note: Annotated[str, msgspec.Meta(max_length=limits.NOTE)] = ""


class CardBatch(msgspec.Struct, frozen=True):
    """Cards made; first and last number as printed; ``bound``: how many members have one of them."""

    batch: Id
    prefix: str
    first: int
    last: int
    count: int
    first_number: str
    last_number: str
    bound: int
    note: str
    made_by: str
    made_at: int


def find_batches(conn: Connection, query: BatchesQuery, _at: str, cut: Cut) -> Found[BatchLine]:
    """Batches, newest first."""
    return cut.fetch(
        conn,
        select=", ".join(f"b.{name}" for name in batches.COLUMNS.split(", ")),
        tables="batches b",
        where=["b.state = ?"] if query.state else [],
        params=[query.state] if query.state else [],
        make=lambda *row: show(batches.Batch(*row), BatchLine),
    )


def find_rows(conn: Connection, query: BatchRowsQuery, _at: str, cut: Cut) -> Found[BatchRow]:
    """Rows as they stand in the file."""
    where = ["r.batch = ?"]
    if query.show:
        where.append("r.problem = ''" if query.show == "good" else "r.problem <> ''")

    def make(n: int, typed: str, member: bytes, name: str, *rest: Any) -> BatchRow:  # noqa: ANN401  columns
        amount, bonus, points, rule, problem, done = rest
        return BatchRow(n, typed, member.hex(), name, amount, bonus, points, rule, problem, bool(done))

    return cut.fetch(
        conn,
        select="r.n, r.typed, r.member, coalesce(m.masked_name, ''), r.amount, r.bonus, r.points, r.rule, r.problem,"
        " r.done",
        tables="batch_rows r LEFT JOIN members m USING (member)",
        where=where,
        params=[bytes.fromhex(query.batch)],
        make=make,
    )


def find_cards(conn: Connection, _query: ListQuery, _at: str, cut: Cut) -> Found[CardBatch]:
    """Batches of cards, newest first."""
    return cut.fetch(
        conn,
        select=", ".join(f"c.{name}" for name in batches_cards.COLUMNS.split(", ")),
        tables="card_batches c",
        make=lambda *row: _cards(conn, batches_cards.CardBatch(*row)),
    )


def prepare_from_file(work: Work, call: Call) -> Batch:
    """Read a list and say what it would do."""
    body: FileBatchBody = call.body
    about = Draft(body.name, body.rule, body.tender, body.file)
    lines = batches_rows.lines(body.data)
    return _shown(work.conn, batches.draft(work.conn, work.act(call), work.random_bytes(16), about, lines))


def prepare_from_tag(work: Work, call: Call) -> Batch:
    """The same for all members of a tag."""
    body: TagBatchBody = call.body
    about = Draft(body.name, body.rule, body.tender, f"tag:{body.tag}")
    lines = batches.tagged(work.conn, body.tag, body.amount)
    return _shown(work.conn, batches.draft(work.conn, work.act(call), work.random_bytes(16), about, lines))


def get_batch(work: Work, call: Call) -> Batch:
    """One batch."""
    return _shown(work.conn, batches.get(work.conn, call.id("batch")))


def propose(work: Work, call: Call) -> Batch:
    """Have it carried out, where one person may; else it waits for a second one."""
    return _shown(work.conn, batches.propose(work.conn, work.act(call), call.id("batch")))


def approve(work: Work, call: Call) -> Batch:
    """Agree to somebody else's."""
    return _shown(work.conn, batches.approve(work.conn, work.act(call), call.id("batch")))


def withdraw(work: Work, call: Call) -> Batch:
    """Take it back, or turn it down."""
    return _shown(work.conn, batches.withdraw(work.conn, work.act(call), call.id("batch")))


def make_cards(work: Work, call: Call) -> CardBatch:
    """Take the next numbers."""
    body: CardsBody = call.body
    what = (work.random_bytes(16), body.prefix, body.digits, body.count, body.note)
    return _cards(work.conn, batches_cards.make(work.conn, work.act(call), *what))


def card_file(work: Work, call: Call) -> Download:
    """The numbers for the printer, one a line under a heading; digits alone, so that no cell of it is a formula."""
    found = batches_cards.get(work.conn, call.id("batch"))
    text = "\r\n".join(["card_number", *batches_cards.numbers(found), ""])
    return Download(f"cards-{found.prefix}-{found.first}-{found.last}.csv", text.encode("ascii"))


class BatchJobs:
    """Carries batches out beside everybody else's work. ``write``: as the office's."""

    def __init__(self, jobs: Jobs, write: Callable[[Callable[[Work], Any]], Awaitable[Any]]) -> None:
        self._jobs, self._write = jobs, write
        self.operations = {"runBatch": self.run}

    async def run(self, call: Call) -> Job:
        """Begin to carry out a batch that was agreed on, or go on with it; RefusedError ``not_proposed``."""
        batch = call.id("batch")
        left = await self._write(lambda work: batches.carry_out(work.conn, work.act(call), batch, 0))

        async def work(progress: Progress, _folder: Path) -> Outcome:
            before = left
            while before:
                after = await self._write(lambda work: batches.carry_out(work.conn, work.act(call), batch))
                progress.step(before - after)
                before = after
            return Outcome()

        return self._jobs.begin(call, "batch", work, total=left)


def _shown(conn: Connection, found: batches.Batch) -> Batch:
    sums = show(batches.sums(conn, found.batch), BatchSums)
    line = show(found, BatchLine)
    return Batch(**msgspec.structs.asdict(line), sums=sums, alone=batches.alone_limit(conn))


def _cards(conn: Connection, found: batches_cards.CardBatch) -> CardBatch:
    row = found.row
    return CardBatch(
        found.batch.hex(),
        found.prefix,
        found.first,
        found.last,
        found.count,
        card_number(row, found.first),
        card_number(row, found.last),
        batches_cards.bound(conn, found),
        found.note,
        found.made_by,
        found.made_at,
    )


_BATCH_COLUMNS = (
    Column("made_at", "time", "b.made_at"),
    Column("name", "text"),
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
)
_CARD_COLUMNS = (
    Column("made_at", "time", "c.made_at"),
    Column("first_number", "text"),
    Column("last_number", "text"),
    Column("count", "count"),
    Column("bound", "count"),
    Column("note", "text"),
    Column("made_by", "text"),
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
    Listing(
        "GET /card-batches",
        "listCardBatches",
        "Card numbers made",
        row=CardBatch,
        query=ListQuery,
        columns=_CARD_COLUMNS,
        find=find_cards,
        key="c.batch",
        order="-made_at",
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
        "POST /batches/by-tag",
        "prepareTagBatch",
        "All of a tag",
        Batch,
        prepare_from_tag,
        body=TagBatchBody,
        roles=ADJUST,
        status=201,
    ),
    route("GET /batches/{batch}", "getBatch", "One batch", Batch, get_batch, roles=SEE),
    route("POST /batches/{batch}/propose", "proposeBatch", "Have it carried out", Batch, propose, roles=ADJUST),
    route("POST /batches/{batch}/approve", "approveBatch", "Agree to it", Batch, approve, roles=APPROVE),
    route("POST /batches/{batch}/withdraw", "withdrawBatch", "Take it back", Batch, withdraw, roles=ADJUST),
    route("POST /batches/{batch}/run", "runBatch", "Carry it out", Job, roles=ADJUST),
    route(
        "POST /card-batches",
        "makeCards",
        "Make card numbers",
        CardBatch,
        make_cards,
        body=CardsBody,
        roles=MEMBERS,
        status=201,
    ),
    route(
        "GET /card-batches/{batch}/file", "getCardFile", "The numbers for a printer", Download, card_file, roles=MEMBERS
    ),
)
