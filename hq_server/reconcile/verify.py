"""Verify: the whole database against itself, from the signed batches up.

Chains of every origin are walked with their signatures; then all entries are applied again, in the recorded order, by
the same plan, to books that start empty; and every table that holds a balance must equal them. A violation is one line
of text that names what differs.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from hq_server.reconcile import verify_chains, verify_tables
from hq_server.reconcile.replay import Replay
from hq_server.storage.database import Connection

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""

VIOLATIONS_MAX = 1_000
"""Lines of one report: a database broken everywhere needs no longer list."""

_LINE = 200


class Report(NamedTuple):
    """What was found. ``lots``, ``entries``: how much was checked."""

    ok: bool
    lots: int
    entries: int
    violations: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {"ok": self.ok, "lots": self.lots, "entries": self.entries, "violations": list(self.violations)}


def verify(conn: Connection, progress: Progress | None = None) -> Report:
    """Check everything; reads only. Run it in one read transaction, so that it sees one state."""
    violations = verify_chains.chains(conn)
    replay = Replay(conn)
    total = conn.execute("SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM applied").fetchone()[0]
    try:
        for done in replay.run():
            if progress is not None:
                progress(done, total)
    except Exception as error:
        violations.append(f"replay stops behind entry {replay.entries}: {type(error).__name__} {error}"[:_LINE])
    violations += replay.violations
    violations += verify_tables.compare(conn, replay)
    violations = violations[:VIOLATIONS_MAX]
    return Report(not violations, len(replay.book.lots), replay.entries, tuple(violations))
