"""How the branches are, as lists: who was heard when, what they still hold, what their clocks say, what is wrong.

What a box tells of itself (``ingest.health``) stands with the time at which it did; a box of an older version tells
nothing, and its ``told_at`` is 0.
"""

from typing import Annotated, Any

import msgspec

from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import BRANCH


class HealthQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``search``: part of a name or id; ``wrong``: only where entries wait, devices fail or discrepancies are open."""

    branch: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{0,16}$")] = ""
    search: Annotated[str, msgspec.Meta(max_length=40)] = ""
    wrong: bool = False


class BranchHealth(msgspec.Struct, frozen=True):
    """One branch. Times in ms, 0 never. ``acked_at``: when HQ last kept something of its newest log for good.

    ``said_at``, ``said_arrived``: the time that its newest applied entry claims, and when it came: a claim later than
    its arrival is a clock that is ahead; an earlier one may only have waited.

    As its box told at ``told_at``: ``clock``, by how many ms it was ahead; ``oldest_at``, when the oldest entry was
    written that HQ lacks; ``blocks_applied_at``, when its list of blocked cards and members changed last;
    ``blocks_good_at``, until when it lacks nothing of that list; ``devices``, of which ``devices_down`` do not work.
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
    told_at: int
    clock: int
    oldest_at: int
    blocks_applied_at: int
    blocks_good_at: int
    devices: int
    devices_down: int


class DevicesQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``down``: only those that do not work."""

    branch: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{0,16}$")] = ""
    down: bool = False


class BranchDevice(msgspec.Struct, frozen=True):
    """One device as its branch's box told at ``told_at``. ``code``: why it does not work, or a warning while it does.

    ``branch_name``: what the branch is called; ``name``: what the shop calls the device. Times in ms, 0 not known.
    """

    branch: str
    branch_name: str
    name: str
    kind: str
    works: bool
    code: str
    since: int
    told_at: int


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
       (SELECT count(*) FROM discrepancies d WHERE d.branch = b.branch AND d.state = 'open') AS discrepancies,
       coalesce(t.told_at, 0) AS told_at, coalesce(t.clock, 0) AS clock, coalesce(t.oldest_at, 0) AS oldest_at,
       coalesce(t.blocks_applied_at, 0) AS blocks_applied_at, coalesce(t.blocks_good_at, 0) AS blocks_good_at,
       (SELECT count(*) FROM node_devices d WHERE d.node = b.node) AS devices,
       (SELECT count(*) FROM node_devices d WHERE d.node = b.node AND NOT d.works) AS devices_down
FROM (SELECT branch, name, state, (SELECT n.node FROM nodes n WHERE n.branch = branches.branch
      AND n.state = 'enrolled' ORDER BY n.enrolled_at DESC LIMIT 1) AS node,
      (SELECT max(no) FROM incarnations o WHERE o.branch = branches.branch
      AND o.state IN ('open', 'adopting')) AS no FROM branches) b
LEFT JOIN incarnations i ON i.no = b.no LEFT JOIN node_health t ON t.node = b.node) h"""

_DEVICES = """node_devices d JOIN nodes n ON n.node = d.node AND n.state = 'enrolled'
JOIN branches b ON b.branch = n.branch JOIN node_health t ON t.node = d.node"""


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
        where.append("(h.unsent OR h.discrepancies OR h.closed_logs OR h.devices_down)")
    return cut.fetch(
        conn,
        select=(
            "h.branch, h.name, h.state, h.nodes, h.heard_at, h.acked_at, h.acked_seq, h.unsent, h.waiting, h.said_at,"
            " h.said_arrived, max(0, h.said_at - h.said_arrived), h.software, h.open_logs, h.closed_logs,"
            " h.discrepancies, h.told_at, h.clock, h.oldest_at, h.blocks_applied_at, h.blocks_good_at, h.devices,"
            " h.devices_down"
        ),
        tables=_HEALTH,
        where=where,
        params=params,
        make=BranchHealth,
    )


def find_devices(conn: Connection, query: DevicesQuery, at: str, cut: Cut) -> Found[BranchDevice]:
    """Find a page of devices, as told."""
    where, params = ["1"], []
    if at:
        where.append("b.branch = ?")
        params.append(at)
    if query.down:
        where.append("NOT d.works")
    return cut.fetch(
        conn,
        select="b.branch, b.name, d.name, d.kind, d.works, d.code, d.since, t.told_at",
        tables=_DEVICES,
        where=where,
        params=params,
        make=_device,
    )


def _device(*row: Any) -> BranchDevice:  # noqa: ANN401 - a row of SQLite, which has no booleans
    branch, branch_name, name, kind, works, code, since, told_at = row
    return BranchDevice(branch, branch_name, name, kind, bool(works), code, since, told_at)


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
            Column("told_at", "time", "h.told_at"),
            Column("clock", "count"),
            Column("oldest_at", "time", "h.oldest_at"),
            Column("blocks_applied_at", "time"),
            Column("blocks_good_at", "time", "h.blocks_good_at"),
            Column("devices", "count", "h.devices"),
            Column("devices_down", "count", "h.devices_down"),
        ),
        find=find_health,
        key="h.branch",
        order="branch",
        roles=BRANCH,
    ),
    Listing(
        "GET /branch-devices",
        "listBranchDevices",
        "The branches' devices as told",
        row=BranchDevice,
        query=DevicesQuery,
        columns=(
            Column("branch", "text", "b.branch"),
            Column("branch_name", "text"),
            Column("name", "text"),
            Column("kind", "code", "d.kind"),
            Column("works", "flag", "d.works"),
            Column("code", "code"),
            Column("since", "time", "d.since"),
            Column("told_at", "time", "t.told_at"),
        ),
        find=find_devices,
        key="hex(d.node) || d.n",
        order="branch",
        roles=BRANCH,
    ),
)

ROUTES = ()
