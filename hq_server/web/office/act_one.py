"""One act for people: its receipt, what it refers to, and the signed entry that proves it."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call, Id
from foundation.http_api.show import show, show_all
from hq_server.analysis import act_detail, acts
from hq_server.errors import Code, InputError
from hq_server.web.office.act_lines import ActLine, numbered
from hq_server.web.office.work import BRANCH, Work, route, within

OneId = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]


class ReceiptLine(msgspec.Struct, frozen=True):
    """A line of the receipt; ``discounts``: pairs of rule and amount; ``line``: which of the sale, from 0."""

    line: int
    item: str
    name: str
    milli_qty: int
    unit_price: int
    list_amount: int
    charged: int
    rounding: int
    attendant: str
    discounts: list[tuple[str, int]]


class TenderTold(msgspec.Struct, frozen=True):
    """A part of a payment; ``given``: cash handed over, of points how many."""

    tender: str
    amount: int
    given: int
    ref: str


class UseTold(msgspec.Struct, frozen=True):
    """A lot that paid, or to which it went back. ``value``: in money."""

    lot: Id
    asset: str
    issuer: str
    amount: int
    value: int


class LotTold(msgspec.Struct, frozen=True):
    """A lot that was issued, or grew."""

    lot: Id
    asset: str
    issuer: str
    amount: int
    opened_on: str
    expires_on: str


class DrawerCount(msgspec.Struct, frozen=True):
    """Money of one tender in a drawer."""

    tender: str
    amount: int


class MovedTold(msgspec.Struct, frozen=True):
    """A change of the writer's rights to a lot; ``counter``: its own count after it."""

    lot: Id
    asset: str
    reason: str
    amount: int
    counter: int


class PostedTold(msgspec.Struct, frozen=True):
    """A line of the double entry."""

    account: str
    unit: str
    amount: int


class SignedEntry(msgspec.Struct, frozen=True):
    """The signed entry; hexadecimal. ``wrong`` "": signature, chain and hash are right. ``arrival`` 0: HQ's own log.

    ``kept`` false: beside the kept log, as evidence. ``first``, ``last``, ``previous_head``, ``new_head``,
    ``signature``, ``header``: of the batch that brought it.
    """

    branch: str
    incarnation: Id
    node: Id
    state: str
    signing_key: str
    seq: int
    hash: str
    entry: str
    arrival: int
    received_at: int
    kept: bool
    first: int
    last: int
    previous_head: str
    new_head: str
    signature: str
    header: str
    wrong: str


class ActDetail(msgspec.Struct, frozen=True):
    """One act whole; ``links``: acts that it refers to or that refer to it. ``sale``: its id, "" when it names none."""

    act: ActLine
    lines: list[ReceiptLine]
    tenders: list[TenderTold]
    uses: list[UseTold]
    lots: list[LotTold]
    counted: list[DrawerCount]
    expected: list[DrawerCount]
    moves: list[MovedTold]
    postings: list[PostedTold]
    links: list[ActLine]
    evidence: SignedEntry


class ActPlace(msgspec.Struct, frozen=True):
    """The number of an act."""

    n: int


class FindActQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people have in hand: an id of a sale, refund, issue …; or a log's incarnation and the entry's seq."""

    id: OneId = ""
    incarnation: OneId = ""
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


def get_act(work: Work, call: Call) -> ActDetail:
    """One act whole; ApiError ``forbidden`` for another branch's."""
    n = int(call.params["n"])
    found = act_detail.detail(work.conn, n)
    (line,) = numbered(work.conn, [n])
    within(call, line.branch)
    links = [link for link in numbered(work.conn, found.links) if call.user.at in {"", link.branch}]
    return ActDetail(
        act=line,
        lines=show_all(found.lines, ReceiptLine),
        tenders=show_all(found.tenders, TenderTold),
        uses=show_all(found.uses, UseTold),
        lots=show_all(found.lots, LotTold),
        counted=show_all(found.counted, DrawerCount),
        expected=show_all(found.expected, DrawerCount),
        moves=show_all(found.moves, MovedTold),
        postings=show_all(found.postings, PostedTold),
        links=links,
        evidence=show(found.evidence, SignedEntry),
    )


def find_act(work: Work, call: Call) -> ActPlace:
    """From what people have in hand to an act; InputError ``unknown_row``."""
    query: FindActQuery = call.query
    n = (
        acts.by_entry(work.conn, bytes.fromhex(query.incarnation), query.seq)
        if query.incarnation
        else acts.by_id(work.conn, bytes.fromhex(query.id))
    )
    lines = numbered(work.conn, [n]) if n else []
    if not lines:
        raise InputError(Code.UNKNOWN_ROW)
    within(call, lines[0].branch)
    return ActPlace(lines[0].n)


ROUTES = (
    route(
        "GET /acts/find",
        "findAct",
        "From an id to its act",
        ActPlace,
        find_act,
        query=FindActQuery,
        roles=BRANCH,
    ),
    route(
        "GET /acts/{n}",
        "getAct",
        "One act whole, with the entry that proves it",
        ActDetail,
        get_act,
        params={"n": r"^[0-9]{1,15}$"},
        roles=BRANCH,
    ),
)
