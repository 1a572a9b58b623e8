"""Everything that HQ holds, checked: the ledger, and what is read from it. For the command line and for the office."""

from collections.abc import Callable

from hq_server.analysis import rebuild
from hq_server.reconcile.verify import VIOLATIONS_MAX, Report, verify
from hq_server.storage.database import Connection

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all); once for the ledger, and anew for the read models."""

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
