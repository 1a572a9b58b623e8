"""Recording HQ's own facts: appended to HQ's log and applied, in the caller's transaction."""

from collections.abc import Sequence

from commerce.facts import Fact
from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection


def record(conn: Connection, hq: Hq, fact: Fact, now: int) -> int:
    """Write one fact of HQ; return its seq in HQ's log. Rights that lack are RightsError: HQ checks before it acts."""
    return hq.applier.own(conn, hq, [fact], now)


def record_all(conn: Connection, hq: Hq, facts: Sequence[Fact], now: int) -> None:
    """Write several facts of HQ, in order."""
    if facts:
        hq.applier.own(conn, hq, facts, now)
