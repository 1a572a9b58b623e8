"""What branches hold, what lies stranded in closed logs, and what closing one more would suspend."""

from typing import NamedTuple

from hq_server.errors import Code, InputError
from hq_server.head_office import branches
from hq_server.ledger import incarnations
from hq_server.storage.database import Connection


class Held(NamedTuple):
    """Rights to one asset: how many lots, how much together, in units of the asset."""

    asset: str
    lots: int
    amount: int


class Stranded(NamedTuple):
    """Rights of one closed log to one asset that wait for two people to release them."""

    incarnation: bytes
    reason: str
    closed_at: int
    asset: str
    lots: int
    amount: int


class BranchRights(NamedTuple):
    """What a branch may use on its own, and what its closed logs keep from everybody."""

    held: list[Held]
    stranded: list[Stranded]


class Consequences(NamedTuple):
    """What closing a log does. ``members``: whose value it suspends; ``claims``: that it should answer still.

    ``unsent``: entries that its node said it holds; ``others``: further open logs of its branch.
    """

    branch: str
    state: str
    heard_at: int
    acked_seq: int
    unsent: int
    held: list[Held]
    members: int
    claims: int
    others: int


def of_branch(conn: Connection, branch: str) -> BranchRights:
    """Add up the rights of a branch's logs; InputError ``unknown_branch``."""
    branches.get(conn, branch)
    held = conn.execute(
        "SELECT s.asset, sum(s.held_lots), sum(s.held) FROM incarnations i JOIN rights_sums s USING (no)"
        " WHERE i.branch = ? AND i.state IN ('open', 'adopting') GROUP BY s.asset HAVING sum(s.held) > 0"
        " ORDER BY s.asset",
        (branch,),
    )
    stranded = conn.execute(
        "SELECT i.incarnation, i.closed_reason, i.closed_at, s.asset, sum(s.suspended_lots), sum(s.suspended)"
        " FROM incarnations i JOIN rights_sums s USING (no) WHERE i.branch = ? AND i.state = 'closed'"
        " GROUP BY i.no, s.asset HAVING sum(s.suspended) > 0 ORDER BY i.no, s.asset",
        (branch,),
    )
    return BranchRights([Held(*row) for row in held], [Stranded(*row) for row in stranded])


def consequences(conn: Connection, incarnation: bytes) -> Consequences:
    """Tell what would be suspended if a log were closed now; InputError ``unknown_incarnation``."""
    log = incarnations.by_id(conn, incarnation)
    if log is None or log.state == incarnations.HQ_LOG:
        raise InputError(Code.UNKNOWN_INCARNATION)
    held = conn.execute(
        "SELECT l.asset, count(*), sum(r.granted + r.born - r.gone) FROM rights r JOIN lots l ON l.lot = r.lot"
        " WHERE r.no = ? AND r.granted + r.born > r.gone GROUP BY l.asset ORDER BY l.asset",
        (log.no,),
    )
    found = [Held(*row) for row in held]

    def count(query: str, *values: object) -> int:
        return int(conn.execute(query, values).fetchone()[0])

    return Consequences(
        log.branch,
        log.state,
        log.heard_at,
        log.acked_seq,
        count("SELECT coalesce(sum(unsent), 0) FROM nodes WHERE node = ?", log.node),
        found,
        count(
            "SELECT count(DISTINCT l.owner) FROM rights r JOIN lots l ON l.lot = r.lot"
            " WHERE r.no = ? AND r.granted + r.born > r.gone AND l.owner_kind = 'member'",
            log.no,
        ),
        count("SELECT count(*) FROM claims WHERE state = 'to_release' AND seller_no = ?", log.no),
        count(
            "SELECT count(*) FROM incarnations WHERE branch = ? AND no <> ? AND state IN ('open', 'adopting')",
            log.branch,
            log.no,
        ),
    )
