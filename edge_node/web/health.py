"""How the node is, for the quiet status bar, and what it can show of its own log. Open to every screen on the LAN."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.errors import Code, MendInputError
from edge_node.ledger import change_log, incarnations, link_state
from edge_node.limits import CLOCK_JUMP_MS
from edge_node.storage.migrate import SCHEMA_VERSION
from edge_node.web.fields import Body
from edge_node.web.work import Work, read
from foundation.http_api.route import Call, Id


class Link(msgspec.Struct, frozen=True):
    """The line to HQ. ``since``: since when it is so (ms, 0 never); ``oldest_unsent_ms``: age of the oldest entry.

    ``clock_difference_ms``: this node's clock minus HQ's at HQ's last word, null before; ``clock_wrong``: too far off.
    """

    connected: bool
    since: int
    alarm: str
    heard_at: int
    unsent: int
    oldest_unsent_ms: int
    clock_difference_ms: int | None
    clock_wrong: bool


class Health(msgspec.Struct, frozen=True):
    """How the node is. ``stored_value_stopped``: why stored value cannot be used, "" it can."""

    branch: str
    node: Id
    incarnation: Id
    seq: int
    standalone: bool
    version: str
    schema_version: int
    now: int
    link: Link
    stored_value_stopped: str
    print_jobs_waiting: int
    devices_in_trouble: int
    screens: int


class WitnessQuery(Body):
    """What a till was shown before, to see that it is still in the log."""

    incarnation: Id
    seq: Annotated[int, Meta(ge=0, le=2**40 - 1)]


class WitnessAnswer(msgspec.Struct, frozen=True):
    """The hash after entry ``seq`` of that log; null: the log does not reach so far. The till trusts no such node."""

    incarnation: Id
    seq: int
    hash: str | None


def _health(work: Work, call: Call) -> Health:
    state = link_state.state(work.conn, work.node)
    head = change_log.head(work.conn, work.node.no)
    (jobs,) = work.conn.execute("SELECT count(*) FROM print_jobs WHERE state = 'waiting'").fetchone()
    difference = state.heard_at - state.hq_time if state.heard_at else None
    status = work.link
    return Health(
        work.node.branch,
        work.node.node.hex(),
        work.node.incarnation.hex(),
        head.seq,
        work.node.standalone,
        work.deps.version,
        SCHEMA_VERSION,
        call.now,
        Link(
            status.connected,
            status.since,
            status.alarm,
            state.heard_at,
            state.unsent,
            max(0, call.now - state.oldest_unsent_at) if state.unsent else 0,
            difference,
            difference is not None and abs(difference) > CLOCK_JUMP_MS,
        ),
        head.stopped,
        jobs,
        work.deps.devices.in_trouble() if work.deps.devices is not None else 0,
        len(work.deps.notices),
    )


def _witness(work: Work, call: Call) -> WitnessAnswer:
    query: WitnessQuery = call.query
    wanted = bytes.fromhex(query.incarnation)
    log = next((log for log in incarnations.logs(work.conn) if log.incarnation == wanted), None)
    if log is None:
        raise MendInputError(Code.UNKNOWN_INCARNATION, incarnation=query.incarnation)
    found = change_log.hash_at(work.conn, log.no, query.seq)
    return WitnessAnswer(query.incarnation, query.seq, found.hex() if found is not None else None)


ROUTES = (
    read("/health", "health", "How the node is", Health, _health, roles=None),
    read("/witness", "witness", "What the log shows", WitnessAnswer, _witness, query=WitnessQuery, roles=None),
)
