"""Which promotions run where: the chain's and each branch's own, by what holds on a day."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from commerce.promotions.row import PromotionRow
from hq_server.head_office import catalogue
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import BRANCH_ID, wanted
from hq_server.web.office.listing import Column, Cut, Found, Listing
from hq_server.web.office.promotions import PromotionQuery
from hq_server.web.office.small_lists import cut_rows
from hq_server.web.office.work import BRANCH

State = Literal["now", "future", "past", "off"]


class PlaceQuery(PromotionQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of which branch ("": the chain's and all branches' own), and in which state on the business date ``on``."""

    branch: Annotated[str, msgspec.Meta(pattern=f"^$|{BRANCH_ID}")] = ""
    state: Literal["", "now", "future", "past", "off"] = ""
    on: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class PromotionPlace(msgspec.Struct, frozen=True):
    """A promotion where it stands: ``branch`` "" in the chain, else its own row there, which wins.

    ``own_in``: of a chain's, how many branches have one of their own instead. ``replaces``: of an own one, whether it
    stands in the place of the chain's.
    """

    id: str
    branch: str
    code: str
    name: str
    kind: str
    first_day: str
    last_day: str
    state: State
    own_in: int
    replaces: bool


def _find(conn: Connection, query: PlaceQuery, at: str, cut: Cut) -> Found[PromotionPlace]:
    return cut_rows((row for row in _places(conn, query, at) if query.state in {"", row.state}), cut)


def _places(conn: Connection, query: PlaceQuery, at: str) -> Iterator[PromotionPlace]:
    """Tell the rows asked for: of one branch what holds there, else the chain's and all own ones."""
    rows: list[PromotionRow] = catalogue.every(conn, "", "promotion")
    every = [branch for (branch,) in conn.execute("SELECT branch FROM branches ORDER BY branch")]
    own = {branch: catalogue.every(conn, branch, "promotion") for branch in every if at in {"", branch}}
    chain = {row.code for row in rows}
    own_in: dict[str, int] = {}
    for found in own.values():
        for row in found:
            own_in[row.code] = own_in.get(row.code, 0) + 1
    for row in rows:
        if _asked(query, row) and not (at and row.code in own_in):
            yield _place(row, "", query.on, own_in=own_in.get(row.code, 0))
    for branch, found in own.items():
        for row in found:
            if _asked(query, row):
                yield _place(row, branch, query.on, replaces=row.code in chain)


def _asked(query: PlaceQuery, row: PromotionRow) -> bool:
    return wanted(query, row) and query.kind in {"", row.kind}


def _place(row: PromotionRow, branch: str, on: str, *, own_in: int = 0, replaces: bool = False) -> PromotionPlace:
    return PromotionPlace(
        f"{row.code} {branch}",
        branch,
        row.code,
        row.name,
        row.kind,
        row.first_day,
        row.last_day,
        _state(row, on),
        own_in,
        replaces,
    )


def _state(row: PromotionRow, on: str) -> State:
    if not row.active:
        return "off"
    if row.last_day and row.last_day < on:
        return "past"
    return "future" if row.first_day > on else "now"


PLACES = Listing(
    "GET /promotion-places",
    "listPromotionPlaces",
    "Which promotions run where",
    row=PromotionPlace,
    query=PlaceQuery,
    columns=(
        Column("code", "text", "code"),
        Column("name", "text", "name"),
        Column("branch", "code", "branch"),
        Column("kind", "code", "kind"),
        Column("first_day", "day", "first_day"),
        Column("last_day", "day", "last_day"),
        Column("state", "code", "state"),
        Column("own_in", "count"),
        Column("replaces", "flag"),
    ),
    find=_find,
    key="id",
    order="code",
    roles=BRANCH,
)

LISTINGS = (PLACES,)

ROUTES = ()
