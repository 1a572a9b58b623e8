"""HQ's own health in a few figures, for the console's first page and ``stayopen hq status``."""

from dataclasses import dataclass

from hq_server.ledger import inbox
from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Health:
    """``waiting``: entries acked and not applied yet; ``open_claims``: refunds that wait for their seller or people."""

    chain: bytes
    epoch: int
    now: int
    log_seq: int
    waiting: int
    branches: int
    members: int
    open_discrepancies: int
    open_releases: int
    open_claims: int


def health(conn: Connection, hq: Hq, now: int) -> Health:
    """Count."""

    def count(query: str) -> int:
        return int(conn.execute(query).fetchone()[0])

    return Health(
        hq.keys.chain,
        hq.epoch.n,
        now,
        count("SELECT coalesce(max(seq), 0) FROM own_log"),
        inbox.waiting(conn),
        count("SELECT count(*) FROM branches"),
        count("SELECT count(*) FROM members"),
        count("SELECT count(*) FROM discrepancies WHERE state = 'open'"),
        count("SELECT count(*) FROM releases WHERE state = 'proposed'"),
        count("SELECT count(*) FROM claims WHERE state IN ('to_release', 'waits')"),
    )
