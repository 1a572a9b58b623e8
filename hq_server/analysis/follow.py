"""The follower: walks the applied entries by a cursor of its own, some at a time, and writes what they give.

The cursor moves in the transaction that writes the rows, so nothing is counted twice or missed whatever happens. It is
called when stage 2 has nothing to do; a database of before there were read models is caught up the same way.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from commerce.facts import Sale
from hq_server.analysis import earned, limits
from hq_server.analysis.project import project, sale_wanted
from hq_server.analysis.reading import Run, Told, read, tell
from hq_server.analysis.rows import Rows
from hq_server.analysis.what import Sold, id_of
from hq_server.analysis.write import write
from hq_server.ledger import meta, sales
from hq_server.storage.database import Connection

_RUN, _N = "analysis_run", "analysis_n"
_RUNS = "SELECT n, no, first_seq, last_seq, arrival, at FROM applied WHERE n > ? AND n <= ? ORDER BY n"
_LAST = 2**62


class Cursor(NamedTuple):
    """How far the follower has come: the last row of ``applied``, and the number of entries up to there."""

    run: int
    n: int


def cursor(conn: Connection) -> Cursor:
    """Return how far the standing tables go."""
    return Cursor(meta.get(conn, _RUN, 0), meta.get(conn, _N, 0))


def set_cursor(conn: Connection, at: Cursor) -> None:
    """Keep how far they go."""
    meta.put(conn, _RUN, at.run)
    meta.put(conn, _N, at.n)


def waiting(conn: Connection) -> int:
    """Count the applied entries that lists and sums do not show yet."""
    sql = "SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM applied WHERE n > ?"
    count: int = conn.execute(sql, (cursor(conn).run,)).fetchone()[0]
    return count


def step(conn: Connection, most: int = limits.ENTRIES_PER_STEP) -> int:
    """Take the next runs, of at most `most` entries but at least one, in the caller's transaction; return how many.

    When no entry waits, a month whose terms of commission were changed is summed anew, which counts as one entry.
    0: nothing waits.
    """
    before = cursor(conn)
    chunk = next(chunks(conn, before, _LAST, most), None)
    if chunk is None:
        return int(earned.step(conn))
    rows, after = chunk
    write(conn, rows)
    set_cursor(conn, after)
    return after.n - before.n


def chunks(conn: Connection, begin: Cursor, last_run: int, most: int) -> Iterator[tuple[Rows, Cursor]]:
    """Project run after run behind `begin` up to `last_run`; yields rows, and the cursor behind them."""
    branches: dict[int, str] = dict(conn.execute("SELECT no, branch FROM incarnations"))
    at = begin
    while runs := _next_runs(conn, at.run, last_run, most):
        told: list[Told] = []
        for run in runs:
            told += tell(conn, run, branches[run.no], at.n + len(told))
        yield _project(conn, told), (at := Cursor(runs[-1].run, at.n + len(told)))


def _next_runs(conn: Connection, after: int, last_run: int, most: int) -> list[Run]:
    runs: list[Run] = []
    count = 0
    for run in map(Run._make, conn.execute(_RUNS, (after, last_run))):
        count += run.last - run.first + 1
        if runs and count > most:
            break
        runs.append(run)
    return runs


def _project(conn: Connection, told: list[Told]) -> Rows:
    """Project a chunk; sales that its refunds name are found in it, or among the acts written before."""
    rows = Rows()
    here: dict[bytes, Sold] = {}
    for fact in told:
        wanted = sale_wanted(fact.body)
        sold = _sold(conn, wanted, told[0].n, here.get) if wanted else None
        project(fact, sold, rows)
        if isinstance(fact.body, Sale):
            here.setdefault(id_of(fact.body.sale), Sold(fact.body, fact.branch))
    return rows


def _sold(conn: Connection, sale: bytes, before: int, here: Callable[[bytes], Sold | None]) -> Sold | None:
    """Find the sale of an id that was applied first: among acts before `before`, else in the chunk itself."""
    row = conn.execute(
        "SELECT a.no, a.seq, a.hash, a.branch FROM acts a INDEXED BY acts_by_id"
        " WHERE a.id <> x'' AND a.id = ? AND a.kind = 'sale' AND a.n < ? ORDER BY a.n LIMIT 1",
        (sale, before),
    ).fetchone()
    if row is None:
        return here(sale)
    data = sales.entry(conn, sales.Where(*row[:3]))
    body = read(data)[1] if data else None
    return Sold(body, row[3]) if isinstance(body, Sale) else None
