"""The preview of a clearing rule as a job: it reads every spend of a period, on a thread and connection of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from foundation.http_api.route import Call
from foundation.http_api.show import show
from hq_server.head_office import clearing_preview, clearing_rules
from hq_server.head_office.clearing_rules import Scoped
from hq_server.storage.database import Connection, snapshot
from hq_server.web.office.clearing_rules import PreviewBody, scoped
from hq_server.web.office.jobs import Job, Jobs, Outcome, Progress
from hq_server.web.office.work import Work


class PreviewPair(msgspec.Struct, frozen=True):
    """What `debtor` owes `creditor` in all (negative: is owed), now and under the rule."""

    debtor: str
    creditor: str
    present: int
    proposed: int


class PreviewNet(msgspec.Struct, frozen=True):
    """What an entity is owed in all, now and under the rule."""

    entity: str
    present: int
    proposed: int


class ClearingPreview(msgspec.Struct, frozen=True):
    """What the rule would have done in period ``n``. ``complete`` false: the figures still catch up with the facts."""

    n: int
    spends: int
    complete: bool
    pairs: list[PreviewPair]
    nets: list[PreviewNet]


class ClearingJobs:
    """Begins it. `connect()` opens a connection that only reads; `write(fn)` runs ``fn(work)`` in a transaction."""

    def __init__(
        self, jobs: Jobs, connect: Callable[[], Connection], write: Callable[[Callable[[Work], Any]], Awaitable[Any]]
    ) -> None:
        self._jobs, self._connect, self._write = jobs, connect, write
        self.operations = {"previewClearingRule": self.begin}

    async def begin(self, call: Call) -> Job:
        """Begin to try a rule: a job whose result is a ``ClearingPreview``. What cannot be tried is refused at once."""
        body: PreviewBody = call.body
        wanted, period = await self._write(
            lambda work: (
                clearing_rules.checked(work.conn, work.act(call), scoped(body.rule)),
                clearing_preview.period_of(work.conn, body.period),
            )
        )

        async def work(progress: Progress, _: Path) -> Outcome:
            return Outcome(result=await asyncio.to_thread(self._preview, wanted, period, progress))

        return self._jobs.begin(call, "clearing_preview", work)

    def _preview(self, wanted: Scoped, period: int, progress: Progress) -> ClearingPreview:
        """Compute it, in the job's thread."""

        def tell(done: int, total: int) -> None:
            progress.done, progress.total = done, total
            progress.step(0)

        conn = self._connect()
        try:
            with snapshot(conn):
                return show(clearing_preview.preview(conn, wanted, period, tell), ClearingPreview)
        finally:
            conn.close()
