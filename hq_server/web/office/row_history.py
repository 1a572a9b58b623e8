"""Who changed which row that branches read, what it was before, and how it becomes that again."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from commerce import limits as bounds
from foundation.http_api.route import Call
from hq_server.head_office import catalogue, catalogue_history
from hq_server.web.office.catalogue import BRANCH_ID
from hq_server.web.office.work import GOODS, SEE, Done, Work, route

Kind = Literal["product", "category", "tier", "top_up_rule", "promotion", "plan"]
_Id = Annotated[str, Meta(min_length=1, max_length=bounds.TEXT_MAX)]
"""A code, or a category's name."""
_Branch = Annotated[str, Meta(pattern=f"^$|{BRANCH_ID}")]


class HistoryQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of which row: a promotion may be a branch's own; ``before``: the last change of the page before, 0 the newest."""

    kind: Kind
    code: _Id
    branch: _Branch = ""
    before: Annotated[int, Meta(ge=0, le=2**53)] = 0


class FieldChange(msgspec.Struct, frozen=True):
    """One field that differs; values in the form of the feed's row."""

    field: str
    before: Any
    after: Any


class RowChange(msgspec.Struct, frozen=True):
    """One change; ``made``: the row came into being, ``dropped``: it went."""

    n: int
    at: int
    by: str
    made: bool
    dropped: bool
    fields: list[FieldChange]


class RowHistory(msgspec.Struct, frozen=True):
    """Changes of one row, newest first."""

    changes: list[RowChange]


class RestoreBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which row, and the change that is to be undone with all that came after it."""

    kind: Kind
    code: _Id
    branch: _Branch = ""
    n: Annotated[int, Meta(ge=1, le=2**53)]


def list_changes(work: Work, call: Call) -> RowHistory:
    """A row's changes."""
    query: HistoryQuery = call.query
    feed = catalogue.feed_of(work.conn, query.branch)
    found = catalogue_history.changes(work.conn, feed, f"{query.kind}:{query.code}", query.before or 2**53)
    return RowHistory(
        [
            RowChange(one.n, one.at, one.by, one.made, one.dropped, [FieldChange(*each) for each in one.fields])
            for one in found
        ]
    )


def restore(work: Work, call: Call) -> Done:
    """Make a row again what it was before a change."""
    body: RestoreBody = call.body
    catalogue.restore(work.conn, work.act(call), body.branch, f"{body.kind}:{body.code}", body.n)
    return Done()


ROUTES = (
    route(
        "GET /row-history",
        "listRowChanges",
        "Who changed a row",
        RowHistory,
        list_changes,
        query=HistoryQuery,
        roles=SEE,
    ),
    route("POST /row-history/restore", "restoreRow", "Undo a change", Done, restore, body=RestoreBody, roles=GOODS),
)
