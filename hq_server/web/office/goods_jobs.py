"""The long work of goods and marketing: reading and applying files, changing many products, trying rules out.

What only reads runs in a thread of its own, on a connection of its own, from one state of the books; what writes goes
to the writer chunk by chunk, so that branches wait for none of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from commerce.reference import SettingRow
from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call
from hq_server.errors import Code, InputError
from hq_server.head_office import (
    catalogue,
    catalogue_bulk,
    categories,
    dry_runs,
    goods_limits,
    imports,
    imports_file,
    tier_moves,
)
from hq_server.head_office.catalogue_bulk import Edit
from hq_server.head_office.values import business_day
from hq_server.storage.database import Connection, snapshot
from hq_server.web.office.imports import ReadBody
from hq_server.web.office.jobs import Job, Jobs, Outcome, Progress
from hq_server.web.office.products import BulkBody, RenameBody
from hq_server.web.office.trials import DryRunBody, TierMovesBody, drafts_of, dry_run_of, show_dry_run, show_moves
from hq_server.web.office.work import Work

_T = TypeVar("_T")


class Counted(msgspec.Struct, frozen=True):
    """How many products an act really changed."""

    changed: int


class Unread(msgspec.Struct, frozen=True):
    """Why a file was not read: what is wrong with it, for people to mend; ``limit`` 0 where there is none."""

    field: str
    reason: str
    limit: int = 0


class GoodsJobs:
    """Begins them. `connect()` opens a connection that only reads; `write(fn)` runs ``fn(work)`` in a transaction."""

    def __init__(
        self, jobs: Jobs, connect: Callable[[], Connection], write: Callable[[Callable[[Work], Any]], Awaitable[Any]]
    ) -> None:
        self._jobs, self._connect, self._write = jobs, connect, write
        self.operations = {
            "readImport": self.read_import,
            "applyImport": self.apply_import,
            "changeProducts": self.change_products,
            "renameProductGroup": self.rename_group,
            "tryPromotion": self.try_promotion,
            "previewTiers": self.preview_tiers,
        }

    async def read_import(self, call: Call) -> Job:
        """Read a file into rows to be looked at; done when they stand there, or when it is told why not."""
        body: ReadBody = call.body
        by, made = call.user.name, call.id("file")
        data = await self._write(lambda work: imports.data(work.conn, by, made))

        async def work(progress: Progress, _: Path) -> Outcome:
            try:
                sheets, rows = await asyncio.to_thread(imports_file.read, data, body.sheet)
                plan = imports.plan_of(sheets, body.sheet, rows, body.heading, body.columns)
            except InputError as error:
                told = error.evidence
                return Outcome(
                    result=Unread(str(told["field"]), str(told.get("reason", "")), int(told.get("limit", 0)))
                )
            numbered = [(n + 1, row) for n, row in enumerate(rows) if n > plan.heading and row]
            progress.total = len(numbered)
            await self._write(lambda work: imports.start_reading(work.conn, by, made, plan))
            seen: set[str] = set()
            for part in _chunks(numbered, goods_limits.IMPORT_CHUNK):
                await self._write(partial(_plan_rows, made, plan, part, seen))
                progress.step(len(part))
            return Outcome()

        return self._jobs.begin(call, "import_read", work)

    async def apply_import(self, call: Call) -> Job:
        """Write what a file says; rows that are wrong stay out."""
        by, made = call.user.name, call.id("file")
        kept = await self._write(lambda work: imports.get(work.conn, by, made))
        if kept.state != imports.READ:
            raise InputError(Code.BAD_VALUE, field="state")
        total = kept.counts.get("new", 0) + kept.counts.get("changed", 0)

        async def work(progress: Progress, _: Path) -> Outcome:
            after, count = 0, 1
            while count:
                after, count = await self._write(partial(_apply_rows, call, made, after))
                progress.step(count)
            return Outcome()

        return self._jobs.begin(call, "import_apply", work, total=total)

    async def change_products(self, call: Call) -> Job:
        """Change many products alike."""
        body: BulkBody = call.body
        items = await self._write(lambda work: catalogue_bulk.chosen(work.conn, body.choice))
        if not items:
            raise ApiError("not_found")
        return self._change_items(call, items, body.edit)

    async def rename_group(self, call: Call) -> Job:
        """Give a category, brand or unit another name; rules and the tills' order of categories follow."""
        body: RenameBody = call.body
        items, more = await self._write(partial(_bearing, body))
        if not items and not more:
            raise ApiError("not_found")
        edit = msgspec.convert({body.what: body.after}, Edit)
        return self._change_items(call, items, edit, body if body.what == "category" else None)

    async def try_promotion(self, call: Call) -> Job:
        """Price past sales with and without a promotion."""
        body: DryRunBody = call.body
        ask = dry_run_of(body)

        def run(progress: Progress) -> Outcome:
            with _reading(self._connect) as conn:
                found, every = dry_runs.past(conn, ask)
                progress.total = len(found)
                trial = dry_runs.DryRun(conn, ask)
                for part in _chunks(found, goods_limits.DRY_RUN_CHUNK):
                    trial.step(conn, part)
                    progress.step(len(part))
                return Outcome(result=show_dry_run(trial.result(every=every)))

        await self._write(lambda work: dry_runs.check(work.conn, ask))
        return self._begin(call, "promotion_trial", run)

    async def preview_tiers(self, call: Call) -> Job:
        """Find who would move if the ladder held today."""
        body: TierMovesBody = call.body
        tiers = await self._write(lambda work: tier_moves.ladder_with(work.conn, drafts_of(body)))

        def run(progress: Progress) -> Outcome:
            with _reading(self._connect) as conn:
                (progress.total,) = conn.execute("SELECT count(*) FROM members WHERE alias_of = x''").fetchone()
                moves = tier_moves.TierMoves(tiers, business_day(call.now))
                after, count = moves.step(conn, b"")
                while count:
                    progress.step(count)
                    after, count = moves.step(conn, after)
                return Outcome(result=show_moves(moves.result()))

        return self._begin(call, "tier_preview", run)

    def _begin(self, call: Call, kind: str, run: Callable[[Progress], Outcome]) -> Job:
        """Run what only reads in a thread."""

        async def work(progress: Progress, _: Path) -> Outcome:
            return await asyncio.to_thread(run, progress)

        return self._jobs.begin(call, kind, work)

    def _change_items(self, call: Call, items: list[str], edit: Edit, renamed: RenameBody | None = None) -> Job:
        """Change products chunk by chunk; what was changed before an error stands, and is in their histories."""

        async def work(progress: Progress, _: Path) -> Outcome:
            changed = 0
            for part in _chunks(items, goods_limits.IMPORT_CHUNK):
                changed += await self._write(partial(_change, call, part, edit))
                progress.step(len(part))
            if renamed is not None:
                await self._write(lambda work: _follow(work, call, renamed))
            return Outcome(result=Counted(changed))

        return self._jobs.begin(call, "product_change", work, total=len(items))


def _plan_rows(made: bytes, plan: imports.Plan, part: list[tuple[int, list[str]]], seen: set[str], work: Work) -> None:
    imports.plan_rows(work.conn, made, plan, part, seen)


def _apply_rows(call: Call, made: bytes, after: int, work: Work) -> tuple[int, int]:
    return imports.apply_rows(work.conn, work.act(call), made, after)


def _change(call: Call, items: list[str], edit: Edit, work: Work) -> int:
    return catalogue_bulk.apply(work.conn, work.act(call), items, edit)


def _bearing(body: RenameBody, work: Work) -> tuple[list[str], bool]:
    """Return the products that bear the name, and whether it has a place in the tree; errors of ``renamed``."""
    placed = False
    if body.what == "category":
        categories.renamed(work.conn, body.before, body.after)
        placed = body.before in categories.read(work.conn).names()
    return catalogue_bulk.bearing(work.conn, body.what, body.before), placed


def _follow(work: Work, call: Call, renamed: RenameBody) -> None:
    """Let what names a category follow it: the tree, rules, and the order in which tills show categories."""
    act = work.act(call)
    catalogue_bulk.rename_in_tree(work.conn, act, renamed.before, renamed.after)
    catalogue_bulk.rename_in_rules(work.conn, act, renamed.before, renamed.after)
    order = catalogue_bulk.renamed_order(work.conn, renamed.before, renamed.after)
    if order:
        catalogue.put(work.conn, act, "", SettingRow("category_order", order))


def _chunks(rows: list[_T], size: int) -> Iterable[list[_T]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


@contextmanager
def _reading(connect: Callable[[], Connection]) -> Iterator[Connection]:
    """Open a connection that only reads, for one job: it sees one state and is closed at the end."""
    conn = connect()
    try:
        with snapshot(conn):
            yield conn
    finally:
        conn.close()
