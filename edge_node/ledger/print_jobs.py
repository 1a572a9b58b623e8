"""Print jobs: durable, written in the transaction of the act they print, waiting until a printer did them.

A job names the entry that the paper shows; what stands on it is made from the entry when it is printed, and from
``seen``: what the entry does not hold and what nobody can tell later (balances at that moment).

``waiting`` → ``printing`` → ``done``; a failure leads back to ``waiting``. ``unsure``: how often bytes may have reached
a printer, so that the next attempt is marked as a repeat: nothing is printed twice silently. ``expired`` and
``cancelled`` papers can be asked for again by hand.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies
from edge_node.storage.database import Connection

DRAWER = "drawer"
"""The kind of a job without a paper: it only opens the drawer."""

ASKED = -1
"""``next_at`` of a job that a person asked for: it comes first, and its printer is tried whatever it did before."""

_COLUMNS = "job, kind, id, till, drawer, copy, state, at, seen, device, attempts, next_at, unsure, trouble, done_at"


class PrintJob(NamedTuple):
    """One paper. ``kind``: of the paper, or drawer; ``entry``: the fact's entry id.

    ``drawer``: the drawer is still to be opened; ``copy``: wanted beside the first one; ``trouble``: code of the last
    failure; ``device``: the printer that has or had it.
    """

    job: int
    kind: str
    entry: int
    till: str
    drawer: bool
    copy: bool
    state: str
    at: int
    seen: bytes
    device: bytes
    attempts: int
    next_at: int
    unsure: int
    trouble: str
    done_at: int


def paper_number(day: str, no: int, seq: int) -> str:
    """Return the number printed on a paper, for people: business date, incarnation and place in its log."""
    return f"{day[2:].replace('-', '')}-{no}-{seq}"


class Balances(NamedTuple):
    """What a member could use here before and after an act, per asset; ``saved``: change put into the balance."""

    before: dict[str, int]
    after: dict[str, int]
    saved: int = 0


def seen_balances(before: dict[str, int], after: dict[str, int]) -> bytes:
    """Encode a member's balances for ``add``."""
    return bodies.encode(Balances(before, after))


def add(
    conn: Connection,
    kind: str,
    entry: int,
    till: str,
    now: int,
    *,
    drawer: bool = False,
    copy: bool = False,
    seen: bytes = b"",
    kept: bool = False,
) -> int:
    """Queue a paper (and the opening of the till's drawer); return the job's number.

    One that is ``kept`` is done without until somebody asks for it (``retry``).
    """
    row = conn.execute(
        "INSERT INTO print_jobs (kind, id, till, drawer, copy, at, seen, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (kind, entry, till, drawer, copy, now, seen, "cancelled" if kept else "waiting"),
    )
    return int(row.lastrowid)


def kept_of(conn: Connection, entry: int) -> int:
    """Return the paper of an entry that nobody asked for so far; 0: there is none, or it was tried before."""
    where = "id = ? AND state = 'cancelled' AND attempts = 0 AND copy = 0 AND kind <> 'drawer' ORDER BY job LIMIT 1"
    found = _jobs(conn, where, (entry,))
    return found[0].job if found else 0


def see_saved_change(conn: Connection, entry: int, saved: int, after: dict[str, int]) -> None:
    """Let the papers of a sale, queued in this same transaction, tell that its change went into the balance."""
    seen = bodies.decode(Balances, seen_of(conn, entry))._replace(after=after, saved=saved)
    conn.execute("UPDATE print_jobs SET seen = ? WHERE id = ?", (bodies.encode(seen), entry))


def seen_of(conn: Connection, entry: int) -> bytes:
    """Return what was seen when an entry was written, for another paper of it; b"" when nothing is kept any more."""
    row = conn.execute("SELECT seen FROM print_jobs WHERE id = ? AND seen <> x'' ORDER BY job LIMIT 1", (entry,))
    found = row.fetchone()
    return b"" if found is None else bytes(found[0])


def waiting(conn: Connection, till: str | None = None, limit: int = limits.LISTED) -> tuple[PrintJob, ...]:
    """List jobs not begun, oldest first, of one till or of all."""
    return _jobs(conn, "state = 'waiting' AND (? IS NULL OR till = ?) ORDER BY job LIMIT ?", (till, till, limit))


def unfinished(conn: Connection, limit: int = limits.LISTED) -> tuple[PrintJob, ...]:
    """List jobs that wait or are being printed, oldest first."""
    return _jobs(conn, "state IN ('waiting', 'printing') ORDER BY job LIMIT ?", (limit,))


def troubled(conn: Connection, limit: int = limits.LISTED) -> tuple[PrintJob, ...]:
    """List jobs of late that failed and are not done, oldest first: they wait, or somebody has to look."""
    return _jobs(
        conn,
        "job > (SELECT max(job) FROM print_jobs) - ? AND state IN ('waiting', 'printing', 'expired') AND trouble <> ''"
        " ORDER BY job LIMIT ?",
        (limits.PRINT_JOBS_PRUNED, limit),
    )


def recent(conn: Connection, before: int | None = None, limit: int = limits.LISTED) -> tuple[PrintJob, ...]:
    """List the latest jobs of every state, newest first, those before a job's number if one is given."""
    return _jobs(conn, "(? IS NULL OR job < ?) ORDER BY job DESC LIMIT ?", (before, before, limit))


def get(conn: Connection, job: int) -> PrintJob:
    """Return one job; MendInputError ``unknown_print_job``."""
    found = _jobs(conn, "job = ?", (job,))
    if not found:
        raise MendInputError(Code.UNKNOWN_PRINT_JOB, job=job)
    return found[0]


class Due(NamedTuple):
    """A till with papers to print. ``ready``: one can be taken now; ``asked``: a person asked for one.

    ``next_at``: when the first of those that failed may be tried again, 0 none.
    """

    till: str
    ready: bool
    asked: bool
    next_at: int


_READY = "(next_at <= ?1 OR next_at > ?1 + ?2) AND at >= ?1 - ?3 AND (drawer = 0 OR at < ?1 - ?4)"
"""What can be taken now (``_bounds``). A try further away than any back-off was set by a clock that ran ahead."""


def _bounds(now: int) -> tuple[int, int, int, int]:
    return now, limits.PRINT_BACKOFF_MS[1], limits.PAPER_AGE_MS, limits.PULSE_AGE_MS


def due(conn: Connection, now: int) -> tuple[Due, ...]:
    """List the tills whose papers wait."""
    rows = conn.execute(
        f"SELECT till, max({_READY}), min(next_at) = {ASKED}, min(CASE WHEN next_at > ?1 THEN next_at END)"  # noqa: S608 - our own words
        " FROM print_jobs WHERE state = 'waiting' AND kind <> 'drawer' GROUP BY till",
        _bounds(now),
    )
    return tuple(Due(till, bool(ready), bool(asked), next_at or 0) for till, ready, asked, next_at in rows.fetchall())


def claim(conn: Connection, device: bytes, tills: Collection[str], now: int) -> PrintJob | None:
    """Take the next paper of these tills for a printer: no other printer gets it until it is given back.

    Fresh papers come before those that failed, so that one that always fails holds up no other. The drawer is not
    waited for longer than it would be opened. Too old papers are left to ``expire``.
    """
    found = _jobs(
        conn,
        f"state = 'waiting' AND kind <> 'drawer' AND {_READY} AND till IN ({','.join('?' * len(tills))})"
        " ORDER BY next_at, job LIMIT 1",
        (*_bounds(now), *tills),
    )
    if not found:
        return None
    job = found[0]
    conn.execute(
        "UPDATE print_jobs SET state = 'printing', device = ?, attempts = attempts + 1, drawer = 0 WHERE job = ?",
        (device, job.job),
    )
    return job._replace(state="printing", device=device, attempts=job.attempts + 1, drawer=False)


def done(conn: Connection, job: int, now: int) -> bool:
    """Mark a job as carried out; False when nobody had taken it."""
    changed = conn.execute(
        "UPDATE print_jobs SET state = 'done', trouble = '', done_at = ? WHERE job = ? AND state = 'printing'",
        (now, job),
    )
    return bool(changed.rowcount)


def failed(conn: Connection, job: int, next_at: int, trouble: str, *, begun: bool) -> str:
    """Give a job back; return its state, "" when nobody had taken it.

    It is tried again from `next_at` on, as a repeat if its printing had begun. What may have come out often enough
    expires: somebody has to look at the printer, which else would print the same for a whole day.
    """
    row = conn.execute(
        "UPDATE print_jobs SET next_at = ?, trouble = ?, unsure = unsure + ?3,"
        " state = CASE WHEN ?3 AND unsure + 1 >= ?4 THEN 'expired' ELSE 'waiting' END"
        " WHERE job = ?5 AND state = 'printing' RETURNING state",
        (next_at, trouble, begun, limits.PRINT_ATTEMPTS, job),
    ).fetchone()
    return "" if row is None else str(row[0])


def give_up(conn: Connection, job: int, trouble: str) -> bool:
    """End a job that was taken and can never be done."""
    changed = conn.execute(
        "UPDATE print_jobs SET state = 'expired', trouble = ? WHERE job = ? AND state = 'printing'", (trouble, job)
    )
    return bool(changed.rowcount)


def recover(conn: Connection) -> int:
    """After a crash: nobody knows what became of the jobs then under way; return how many there were.

    Papers are printed again as repeats, as often as after any failure; a drawer is not opened out of the blue.
    """
    conn.execute("UPDATE print_jobs SET state = 'expired' WHERE state = 'printing' AND kind = 'drawer'")
    changed = conn.execute(
        "UPDATE print_jobs SET next_at = 0, unsure = unsure + 1,"
        " state = CASE WHEN unsure + 1 >= ? THEN 'expired' ELSE 'waiting' END WHERE state = 'printing'",
        (limits.PRINT_ATTEMPTS,),
    )
    return int(changed.rowcount)


_STALE = "state = 'waiting' AND (at < ?1 - ?3 OR (kind = 'drawer' AND at < ?1 - ?4))"


def stale(conn: Connection, now: int) -> bool:
    """Whether there is something to ``expire``."""
    row = conn.execute(f"SELECT 1 FROM print_jobs WHERE {_STALE} LIMIT 1", _bounds(now)).fetchone()  # noqa: S608 - our own words
    return row is not None


def expire(conn: Connection, now: int) -> tuple[PrintJob, ...]:
    """Set aside what nobody expects any more: papers of yesterday, a drawer ten seconds late; return those jobs."""
    gone = _jobs(conn, _STALE, _bounds(now))
    conn.executemany("UPDATE print_jobs SET state = 'expired', drawer = 0 WHERE job = ?", [(row.job,) for row in gone])
    return gone


def pulses(conn: Connection, now: int) -> tuple[PrintJob, ...]:
    """List the jobs whose drawer is to be opened now."""
    return _jobs(
        conn, "state = 'waiting' AND drawer = 1 AND at >= ? ORDER BY job LIMIT ?", (now - limits.PULSE_AGE_MS, 100)
    )


def take_pulse(conn: Connection, job: int) -> bool:
    """Take the opening of a drawer off a job, before it is tried: it happens once at most. False: somebody has it."""
    changed = conn.execute(
        "UPDATE print_jobs SET drawer = 0, state = CASE kind WHEN 'drawer' THEN 'printing' ELSE state END"
        " WHERE job = ? AND drawer = 1 AND state = 'waiting'",
        (job,),
    )
    return bool(changed.rowcount)


def retry(conn: Connection, job: int, now: int) -> PrintJob:
    """Let a paper be printed at once, by its first printer, also one that had expired or was cancelled.

    NotNowError ``print_job_under_way``; ``print_job_done``: a second paper is a copy and is asked for as one, and a
    drawer is opened by its own act. The drawer of the first time stays closed.
    """
    found = get(conn, job)
    if found.state == "printing":
        raise NotNowError(Code.PRINT_JOB_UNDER_WAY, job=job)
    if found.state == "done" or found.kind == DRAWER:
        raise NotNowError(Code.PRINT_JOB_DONE, job=job)
    conn.execute(
        "UPDATE print_jobs SET state = 'waiting', drawer = 0, at = ?, next_at = ?, attempts = 0,"
        " unsure = min(unsure, 1) WHERE job = ?",
        (now, ASKED, job),
    )
    return get(conn, job)


def cancel(conn: Connection, job: int) -> PrintJob:
    """Do without a paper that waits or was set aside; NotNowError ``print_job_under_way``, ``print_job_done``."""
    found = get(conn, job)
    if found.state == "printing":
        raise NotNowError(Code.PRINT_JOB_UNDER_WAY, job=job)
    if found.state not in {"waiting", "expired"}:
        raise NotNowError(Code.PRINT_JOB_DONE, job=job)
    conn.execute("UPDATE print_jobs SET state = 'cancelled', drawer = 0 WHERE job = ?", (job,))
    return get(conn, job)


def prune(conn: Connection, now: int) -> int:
    """Drop jobs over for 90 days, some thousands at a time; return how many went."""
    gone = conn.execute(
        "DELETE FROM print_jobs WHERE job IN (SELECT job FROM print_jobs ORDER BY job LIMIT ?)"
        " AND at < ? AND state NOT IN ('waiting', 'printing')",
        (limits.PRINT_JOBS_PRUNED, now - limits.PRINT_JOBS_KEPT_MS),
    )
    return int(gone.rowcount)


def _jobs(conn: Connection, where: str, values: tuple[object, ...]) -> tuple[PrintJob, ...]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM print_jobs WHERE {where}", values).fetchall()  # noqa: S608 - our own words
    return tuple(_job(row) for row in rows)


def _job(row: tuple[Any, ...]) -> PrintJob:
    found = PrintJob(*row)
    return found._replace(drawer=bool(found.drawer), copy=bool(found.copy))
