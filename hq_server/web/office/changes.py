"""All that was changed of what branches read, newest first: who changed which row, from what to what."""

import json
from typing import Annotated, Any, Literal

import msgspec

from hq_server.head_office import limits
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import AUDIT

_LONG = 200
"""Characters of one value; a receipt's template has more, and its page shows all of it."""
_AFTER = (
    "coalesce((SELECT l.before FROM row_changes l WHERE l.feed = r.feed AND l.key = r.key AND l.n > r.n"
    " ORDER BY l.n LIMIT 1), (SELECT f.body FROM reference f WHERE f.feed = r.feed AND f.key = r.key), x'')"
)

Kind = Literal["product", "category", "tier", "top_up_rule", "promotion", "plan", "setting"]


class ChangedField(msgspec.Struct, frozen=True):
    """One field that differs, its values as short text: "" for none."""

    field: str
    before: str
    after: str


class ChangeLine(msgspec.Struct, frozen=True):
    """One change. ``branch`` "": of the whole chain; ``what``: all fields in short, where there were and are some."""

    n: int
    at: int
    by: str
    branch: str
    kind: str
    code: str
    act: Literal["made", "changed", "dropped"]
    what: str
    fields: list[ChangedField]


class ChangesQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Changes of one kind, of one branch's own rows, of one person, or of rows whose code holds a text."""

    kind: Kind | Literal[""] = ""
    branch: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,16}$")] = ""
    by: Annotated[str, msgspec.Meta(max_length=limits.SEARCH)] = ""
    q: Annotated[str, msgspec.Meta(max_length=limits.SEARCH)] = ""


def find_changes(conn: Connection, query: ChangesQuery, at: str, cut: Cut) -> Found[ChangeLine]:
    """A page of changes; what a row became is what it was before its next change, or what it is now."""
    where, params = [], []
    for value, condition in (
        (at and f"branch:{at}", "r.feed = ?"),
        (query.by, "r.by = ?"),
        (query.q, "instr(lower(r.key), lower(?)) > 0"),
    ):
        if value:
            where.append(condition)
            params.append(value)
    if query.kind:
        where.append("r.key > ? AND r.key < ?")
        params += [f"{query.kind}:", f"{query.kind};"]
    select = f"r.n, r.at, r.by, r.feed, r.key, r.before, {_AFTER}"
    return cut.fetch(conn, select=select, tables="row_changes r", where=where, params=params, make=_line)


def _line(n: int, at: int, by: str, feed: str, key: str, before: bytes, after: bytes) -> ChangeLine:  # noqa: PLR0917
    kind, _, code = key.partition(":")
    old, new = (msgspec.msgpack.decode(body) if body else {} for body in (before, after))
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    fields = [ChangedField(name, _short(old.get(name)), _short(new.get(name))) for name in names]
    return ChangeLine(
        n,
        at,
        by,
        feed.removeprefix("branch:") if feed.startswith("branch:") else "",
        kind,
        code,
        "made" if not before else "changed" if after else "dropped",
        "; ".join(f"{one.field}: {one.before} → {one.after}" for one in fields if before and after),
        fields,
    )


def _short(value: Any) -> str:  # noqa: ANN401  any value of a row
    """A value as text of bounded length; what is no text as JSON."""
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


CHANGES = Listing(
    "GET /changes",
    "listChanges",
    "What was changed of all that branches read",
    row=ChangeLine,
    query=ChangesQuery,
    columns=(
        Column("at", "time", "r.n"),
        Column("by", "text"),
        Column("kind", "code"),
        Column("code", "text"),
        Column("branch", "text"),
        Column("act", "code"),
        Column("what", "text"),
    ),
    find=find_changes,
    key="r.n",
    order="-at",
    roles=AUDIT,
)

LISTINGS = (CHANGES,)
ROUTES = ()
