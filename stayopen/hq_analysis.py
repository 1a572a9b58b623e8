"""What people look up and what reports add up: made anew from the ledger."""

from collections.abc import Callable

from hq_server.analysis import follow, rebuild
from hq_server.storage.database import Connection, transaction

Progress = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""


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
