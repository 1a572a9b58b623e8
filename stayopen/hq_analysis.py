"""What people look up and what reports add up: verified with the ledger, and made anew from it."""

from collections.abc import Callable

from hq_server.analysis import follow, rebuild
from hq_server.reconcile.verify import VIOLATIONS_MAX, Report, verify
from hq_server.storage.database import Connection, transaction

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""

_LINE = 200


def verify_all(conn: Connection, tell: Progress | None = None) -> Report:
    """Check the ledger, then the read models as far as they have followed it. Run it in one read transaction."""
    report = verify(conn, tell)
    try:
        found = rebuild.compare(conn, tell)
    except Exception as error:  # a damaged ledger cannot always be read to its end
        found = [f"read models cannot be made anew: {type(error).__name__} {error}"[:_LINE]]
    violations = (*report.violations, *found)[:VIOLATIONS_MAX]
    return report._replace(ok=not violations, violations=violations)


def make_anew(conn: Connection, tell: Progress) -> int:
    """Empty the read models and follow all facts again, a transaction a step; return the number of entries."""
    with transaction(conn):
        rebuild.reset(conn)
    while True:
        with transaction(conn):
            more = follow.step(conn)
        at = follow.cursor(conn).n
        if not more:
            return at
        tell(at, at + follow.waiting(conn))
