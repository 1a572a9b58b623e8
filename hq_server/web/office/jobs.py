"""Work that takes longer than an answer may: begun by one person, watched by the same one, its file kept for a while.

Jobs live in memory and their files in a folder that ends with the program: whatever a job does to the books it does in
steps that stand by themselves, so that nothing has to be remembered across a restart. Few run at a time, the others
wait their turn.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import msgspec

from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Download, Id
from hq_server.web.office.work import SELF, Done, route

log = logging.getLogger("stayopen.hq.office")

RUNNING = 2
"""At a time: one for each processor of the smallest machine HQ runs on would leave none to the branches."""
WAITING = 20
KEPT_MS = 30 * 60_000
"""How long a file waits to be fetched."""
KEPT_PER_USER = 10

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class CancelledError(Exception):
    """Its owner does not want it any more."""


@dataclass(slots=True)
class Progress:
    """How far a job is; also read by others while the job's thread writes it. ``total`` 0: not known."""

    total: int = 0
    done: int = 0
    cancelled: bool = False

    def step(self, count: int = 1) -> None:
        """Say that so much more is done; raises CancelledError when its owner gave it up."""
        if self.cancelled:
            raise CancelledError
        self.done += count


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. ``file``: below the job's folder, told as ``name``; ``result``: a Struct for the screen."""

    result: Any = None
    file: Path | None = None
    name: str = ""


class Job(msgspec.Struct, frozen=True):
    """One job as its owner sees it. ``total`` 0: not known; ``code``: why it failed; ``file``: its name or ""."""

    job: Id
    kind: str
    state: State
    done: int
    total: int
    begun_at: int
    code: str = ""
    file: str = ""
    result: Any = None


class JobList(msgspec.Struct, frozen=True):
    """One's own jobs, newest first."""

    jobs: list[Job]


@dataclass(slots=True)
class _Standing:
    id: str
    owner: str
    kind: str
    begun_at: int
    progress: Progress
    state: State = "waiting"
    code: str = ""
    outcome: Outcome = Outcome()
    task: "asyncio.Task[None] | None" = None

    @property
    def over(self) -> bool:
        return self.state not in ("waiting", "running")

    def shown(self) -> Job:
        progress, outcome = self.progress, self.outcome
        return Job(
            self.id,
            self.kind,
            self.state,
            progress.done,
            progress.total,
            self.begun_at,
            self.code,
            outcome.name,
            outcome.result,
        )


class Jobs:
    """All jobs of this HQ. `told(error)`: the stable code of an error that was foreseen, else ""."""

    def __init__(self, random_bytes: Callable[[int], bytes], told: Callable[[Exception], str]) -> None:
        self._random_bytes, self._told = random_bytes, told
        self._jobs: dict[str, _Standing] = {}
        self._slots = asyncio.Semaphore(RUNNING)
        self._folder = TemporaryDirectory(prefix="stayopen-jobs-")
        self.operations = {"listJobs": self.mine, "getJob": self.one, "cancelJob": self.cancel, "getJobFile": self.file}

    def begin(
        self, call: Call, kind: str, work: Callable[[Progress, Path], Awaitable[Outcome]], *, total: int = 0
    ) -> Job:
        """Begin ``work(progress, folder)``; ApiError ``busy`` when too many wait already."""
        self._forget(call.now)
        if sum(not job.over for job in self._jobs.values()) >= RUNNING + WAITING:
            raise ApiError("busy")
        standing = _Standing(self._random_bytes(16).hex(), call.user.name, kind, call.now, Progress(total))
        self._jobs[standing.id] = standing
        standing.task = asyncio.create_task(self._run(standing, work))
        return standing.shown()

    async def mine(self, call: Call) -> JobList:
        """One's own jobs."""
        self._forget(call.now)
        return JobList([job.shown() for job in reversed(self._jobs.values()) if job.owner == call.user.name])

    async def one(self, call: Call) -> Job:
        """How far it is."""
        return self._find(call).shown()

    async def cancel(self, call: Call) -> Done:
        """Give it up; what it did already stands."""
        self._find(call).progress.cancelled = True
        return Done()

    async def file(self, call: Call) -> Download:
        """Fetch its file."""
        job = self._find(call)
        if job.outcome.file is None:
            raise ApiError("not_found")
        return Download(job.outcome.name, await asyncio.to_thread(job.outcome.file.read_bytes))

    async def close(self) -> None:
        """Give up what runs, wait for it, and remove all files."""
        tasks = []
        for job in self._jobs.values():
            job.progress.cancelled = True
            if job.task is not None and not job.over:
                tasks.append(job.task)
        await asyncio.gather(*tasks)
        self._folder.cleanup()

    async def _run(self, job: _Standing, work: Callable[[Progress, Path], Awaitable[Outcome]]) -> None:
        """Run it when its turn comes; an error ends this job alone."""
        async with self._slots:
            if job.progress.cancelled:
                job.state = "cancelled"
                return
            job.state = "running"
            folder = Path(self._folder.name, job.id)
            await asyncio.to_thread(folder.mkdir)
            try:
                job.outcome = await work(job.progress, folder)
                job.state = "done"
            except CancelledError:
                job.state = "cancelled"
            except Exception as error:
                job.code = self._told(error)
                if not job.code:
                    log.error("unforeseen %s in job kind=%s", type(error).__name__, job.kind, exc_info=error)
                    job.code = "internal"
                job.state = "failed"

    def _find(self, call: Call) -> _Standing:
        """One's own job; that there are others is not told."""
        self._forget(call.now)
        job = self._jobs.get(call.params["job"])
        if job is None or job.owner != call.user.name:
            raise ApiError("not_found")
        return job

    def _forget(self, now: int) -> None:
        """Remove what is over and old, or more than one person needs."""
        seen: dict[str, int] = {}
        for job in reversed(list(self._jobs.values())):
            if not job.over:
                continue
            seen[job.owner] = seen.get(job.owner, 0) + 1
            if now - job.begun_at > KEPT_MS or seen[job.owner] > KEPT_PER_USER:
                del self._jobs[job.id]
                if job.outcome.file is not None:
                    job.outcome.file.unlink(missing_ok=True)


ROUTES = (
    route("GET /jobs", "listJobs", "One's own long work", JobList, roles=SELF),
    route("GET /jobs/{job}", "getJob", "How far it is", Job, roles=SELF),
    route("DELETE /jobs/{job}", "cancelJob", "Give it up", Done, roles=SELF),
    route("GET /jobs/{job}/file", "getJobFile", "Its file", Download, roles=SELF),
)
