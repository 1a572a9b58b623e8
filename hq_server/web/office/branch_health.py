"""How the branches are, as a list: who was heard when, what they still hold, what their clocks say, what is wrong.

What no box tells HQ yet (the age of its oldest unsent entry, its devices, how old its block list is) has no column.
"""

from typing import Annotated

import msgspec

from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import BRANCH


class HealthQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``search``: part of a name or id; ``wrong``: only branches with unsent entries or open discrepancies."""

    branch: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{0,16}$")] = ""
    search: Annotated[str, msgspec.Meta(max_length=40)] = ""
    wrong: bool = False


class BranchHealth(msgspec.Struct, frozen=True):
    """One branch. Times in ms, 0 never. ``acked_at``: when HQ last kept something of its newest log for good.

    ``said_at``, ``said_arrived``: the time that its newest applied entry claims, and when it came: a claim later than
    its arrival is a clock that is ahead; an earlier one may only have waited.
    """

    branch: str
    name: str
    state: str
    nodes: int
    heard_at: int
    acked_at: int
    acked_seq: int
    unsent: int
    waiting: int
    said_at: int
    said_arrived: int
    ahead: int
    software: str
    open_logs: int
    closed_logs: int
    discrepancies: int


_HEALTH = """(
SELECT b.branch, b.name, b.state,
       (SELECT count(*) FROM nodes n WHERE n.branch = b.branch AND n.state = 'enrolled') AS nodes,
       coalesce((SELECT max(n.heard_at) FROM nodes n WHERE n.branch = b.branch), 0) AS heard_at,
       coalesce((SELECT x.at FROM inbox x WHERE x.no = b.no AND x.kind = 0 ORDER BY x.last_seq DESC LIMIT 1), 0)
           AS acked_at,
       coalesce(i.acked_seq, 0) AS acked_seq,
       coalesce((SELECT sum(n.unsent) FROM nodes n WHERE n.branch = b.branch AND n.state = 'enrolled'), 0) AS unsent,
       coalesce((SELECT sum(o.acked_seq - o.applied_seq) FROM incarnations o WHERE o.branch = b.branch), 0) AS waiting,
       coalesce(i.said_at, 0) AS said_at,
       coalesce(i.said_arrived, 0) AS said_arrived,
       coalesce((SELECT n.software FROM nodes n WHERE n.branch = b.branch ORDER BY n.enrolled_at DESC LIMIT 1), '')
           AS software,
       (SELECT count(*) FROM incarnations o WHERE o.branch = b.branch AND o.state IN ('open', 'adopting')) AS open_logs,
       (SELECT count(*) FROM incarnations o WHERE o.branch = b.branch AND o.state = 'closed') AS closed_logs,
       (SELECT count(*) FROM discrepancies d WHERE d.branch = b.branch AND d.state = 'open') AS discrepancies
FROM (SELECT branch, name, state, (SELECT max(no) FROM incarnations o WHERE o.branch = branches.branch
      AND o.state IN ('open', 'adopting')) AS no FROM branches) b LEFT JOIN incarnations i ON i.no = b.no) h"""


def find_health(conn: Connection, query: HealthQuery, at: str, cut: Cut) -> Found[BranchHealth]:
    """Find a page of branches; a chain has thousands, so all of them are looked at."""
    where, params = ["1"], []
    if at:
        where.append("h.branch = ?")
        params.append(at)
    if query.search:
        where.append("(instr(h.name, ?) OR instr(h.branch, ?))")
        params += [query.search, query.search]
    if query.wrong:
        where.append("(h.unsent OR h.discrepancies OR h.closed_logs)")
    return cut.fetch(
        conn,
        select=(
            "h.branch, h.name, h.state, h.nodes, h.heard_at, h.acked_at, h.acked_seq, h.unsent, h.waiting, h.said_at,"
            " h.said_arrived, max(0, h.said_at - h.said_arrived), h.software, h.open_logs, h.closed_logs,"
            " h.discrepancies"
        ),
        tables=_HEALTH,
        where=where,
        params=params,
        make=BranchHealth,
    )


LISTINGS = (
    Listing(
        "GET /branch-health",
        "listBranchHealth",
        "How the branches are",
        row=BranchHealth,
        query=HealthQuery,
        columns=(
            Column("branch", "text", "h.branch"),
            Column("name", "text", "h.name"),
            Column("state", "code"),
            Column("nodes", "count"),
            Column("heard_at", "time", "h.heard_at"),
            Column("acked_at", "time", "h.acked_at"),
            Column("acked_seq", "count"),
            Column("unsent", "count", "h.unsent"),
            Column("waiting", "count"),
            Column("said_at", "time"),
            Column("said_arrived", "time"),
            Column("ahead", "count"),
            Column("software", "text", "h.software"),
            Column("open_logs", "count"),
            Column("closed_logs", "count", "h.closed_logs"),
            Column("discrepancies", "count", "h.discrepancies"),
        ),
        find=find_health,
        key="h.branch",
        order="branch",
        roles=BRANCH,
    ),
)

ROUTES = ()
