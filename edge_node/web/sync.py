"""What waits for HQ, for the page that a cashier opens to be calm: since when, how much, which entries, try again."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from commerce.facts import Issue, Refund, Sale, ShiftAct, Withdraw
from edge_node.errors import Code, NotNowError
from edge_node.ledger import bodies, change_log, link_state
from edge_node.ledger.change_log import StoredEntry
from edge_node.storage.database import Connection
from edge_node.till.moments import today
from edge_node.web import limits
from edge_node.web.fields import Body
from edge_node.web.ports import Deps
from edge_node.web.work import CASHIER, PREFIX, SHIFT_LEAD, Nothing, Work, read
from foundation.http_api.route import Call, Download, Route
from sync_protocol.entry import decode_entry

Cannot = Literal["chain_balance", "rights_request", "foreign_refund", "stored_value"]
"""What cannot be done now: read a fresh balance of the chain, ask for rights that lie elsewhere, have another branch
release a refund; ``stored_value``: use any, for this node's rights are stopped."""

_BY_HQ: tuple[Cannot, ...] = ("chain_balance", "rights_request", "foreign_refund")


class SyncState(msgspec.Struct, frozen=True):
    """The line to HQ. ``since``: since when it is up or down, ms, 0 never.

    ``oldest_at``: when the oldest unsent entry was written, 0 none. A shop that stands alone has nothing to send.
    """

    connected: bool
    since: int
    unsent: int
    oldest_at: int
    alarm: str
    standalone: bool
    cannot: list[Cannot]


class UnsentQuery(Body):
    """A page: what comes behind ``after`` (0: from the oldest on)."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=limits.PAGE_MAX)] = limits.PAGE


class UnsentEntry(msgspec.Struct, frozen=True):
    """One entry that HQ has not confirmed. ``act``, ``number``, ``till``, ``staff`` "": it has none.

    ``amount``: money of a sale, refund, top-up or withdrawal, or of a shift's cash act; null where there is none.
    """

    seq: int
    at: int
    kind: str
    act: str
    number: str
    amount: int | None
    till: str
    staff: str


class Unsent(msgspec.Struct, frozen=True):
    """A page, oldest first. ``next``: what to ask ``after``, 0 at the end."""

    entries: list[UnsentEntry]
    next: int


def _state(work: Work, call: Call) -> SyncState:
    _ = call
    if work.node.standalone:
        return SyncState(
            connected=False, since=0, unsent=0, oldest_at=0, alarm="", standalone=True, cannot=_cannot(work, stopped="")
        )
    state = link_state.state(work.conn, work.node)
    return SyncState(
        connected=work.link.connected,
        since=work.link.since,
        unsent=state.unsent,
        oldest_at=state.oldest_unsent_at if state.unsent else 0,
        alarm=work.link.alarm,
        standalone=False,
        cannot=_cannot(work, state.stopped),
    )


def _cannot(work: Work, stopped: str) -> list[Cannot]:
    away: tuple[Cannot, ...] = () if work.node.standalone or work.link.connected else _BY_HQ
    return [*away, "stored_value"] if stopped else list(away)


def _unsent(work: Work, call: Call) -> Unsent:
    query: UnsentQuery = call.query
    if work.node.standalone:
        return Unsent([], 0)
    found = change_log.unsent(work.conn, query.after, query.limit)
    return Unsent([_entry(stored) for stored in found], found[-1].id if len(found) == query.limit else 0)


def _entry(stored: StoredEntry) -> UnsentEntry:
    entry = decode_entry(stored.entry)
    body = bodies.decode_fact(entry.kind, entry.body)
    texts = [str(getattr(body, name, "")) for name in ("act", "number", "till", "staff")]
    return UnsentEntry(stored.seq, stored.at, entry.kind, texts[0], texts[1], _amount(body), texts[2], texts[3])


def _amount(body: object) -> int | None:
    """Say how much money a fact is about."""
    match body:
        case Sale():
            return sum(line.charged for line in body.lines)
        case Refund() | Issue() | Withdraw():
            return sum(tender.amount for tender in body.tenders)
        case ShiftAct() if body.act in {"open", "cash_in", "cash_out"}:
            return body.amount
        case _:
            return None


class SyncActs:
    """The acts of this page: they belong to the event loop."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def table(self) -> dict[str, Callable[[Call], Awaitable[Any]]]:
        """Return the handlers by the names of their routes."""
        return {"retrySync": self._retry, "exportUnsent": self._export}

    async def _retry(self, call: Call) -> Nothing:
        _ = call
        self._deps.retry()
        return Nothing()

    async def _export(self, call: Call) -> Download:
        data = await self._deps.bundle()
        if data is None:
            raise NotNowError(Code.NOTHING_UNSENT)
        day = await self._deps.database.read(self._day, call)
        return Download(f"stayopen-{self._deps.node().branch}-{day or 'undated'}.bundle", data)

    def _day(self, conn: Connection, call: Call) -> str:
        book = self._deps.books.current(conn, self._deps.node())
        return today(conn, book, call.user.at, call.now)


ROUTES = (
    read("/sync", "syncState", "How the line to HQ is", SyncState, _state),
    read("/sync/unsent", "unsentEntries", "What HQ has not confirmed", Unsent, _unsent, query=UnsentQuery),
    read("/sync/bundle", "exportUnsent", "What waits, as a file for HQ", Download, None, roles=SHIFT_LEAD),
    Route("POST", f"{PREFIX}/sync/retry", "retrySync", "Try to reach HQ at once", Nothing, roles=CASHIER),
)
