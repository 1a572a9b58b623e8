"""Points by hand, and the gifts that points are redeemed for."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.limits import POINTS_MAX
from edge_node.ledger import members
from edge_node.ledger.points import history
from edge_node.limits import GIFTS_AT_ONCE
from edge_node.till import points
from edge_node.till.points import Moved
from edge_node.web.approvals import Approved
from edge_node.web.fields import Body, Code, Reason
from edge_node.web.members import PageQuery
from edge_node.web.work import Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show

EVERYTHING = 2**63 - 1


class PointsBody(Approved, kw_only=True):
    """So many points given, or taken (below zero), and why."""

    points: Annotated[int, Meta(ge=-POINTS_MAX, le=POINTS_MAX)]
    reason: Reason


class GiftBody(Body):
    """A gift of the chain's list, so many times."""

    gift: Code
    count: Annotated[int, Meta(ge=1, le=GIFTS_AT_ONCE)] = 1


class PointsMoved(msgspec.Struct, frozen=True):
    """Points were given (above zero) or taken. ``balances``: usable here now, per asset."""

    id: Id
    points: int
    balances: dict[str, int]


class PointsRow(msgspec.Struct, frozen=True):
    """One change of a member's points. ``act``: sale, refund, release, top_up, points, deduct, gift, undo …, a code.

    ``balance``: the member's points after it; null in a chain, where other branches give and take too.
    """

    at: int
    day: str
    number: str
    act: str
    change: int
    reason: str
    balance: int | None


class PointsHistory(msgspec.Struct, frozen=True):
    """A page, newest first; ``next``: what to ask ``before``, 0 at the end."""

    points: list[PointsRow]
    next: int


class GiftTaken(msgspec.Struct, frozen=True):
    """A gift to hand over. ``points``: what it took, above zero; ``item``: the product, "" none of the catalogue."""

    withdraw: Id
    gift: str
    name: str
    item: str
    count: int
    points: int
    balances: dict[str, int]


class GiftAnswer(msgspec.Struct, frozen=True):
    """Something to be had for points."""

    code: str
    name: str
    points: int
    item: str


class Gifts(msgspec.Struct, frozen=True):
    """Those that are given now, as the chain lists them."""

    gifts: list[GiftAnswer]


def _adjust(work: Work, call: Call) -> PointsMoved:
    body: PointsBody = call.body
    done = points.adjust(work.conn, work.at(call), call.id("member"), body.points, body.reason, work.approver)
    work.tell("member", member=call.params["member"])
    return show(done, PointsMoved)


def _gifts(work: Work, call: Call) -> Gifts:
    return Gifts([show(gift, GiftAnswer) for gift in points.gifts(work.conn, work.at(call))])


def _redeem(work: Work, call: Call) -> GiftTaken:
    body: GiftBody = call.body
    at = work.at(call)
    gift = points.gift_of(at, body.gift)
    done: Moved = points.redeem(work.conn, at, call.id("member"), gift, body.count)
    work.tell("member", member=call.params["member"])
    return show(
        gift,
        GiftTaken,
        withdraw=done.id,
        gift=gift.code,
        count=body.count,
        points=-done.points,
        balances=done.balances,
    )


def _history(work: Work, call: Call) -> PointsHistory:
    query: PageQuery = call.query
    card = members.by_id(work.conn, call.id("member"))
    rows = history(work.conn, card.member, query.before or EVERYTHING, query.limit)
    shown = [show(row, PointsRow, balance=row.balance if work.node.standalone else None) for row in rows]
    return PointsHistory(shown, rows[-1].entry if len(rows) == query.limit else 0)


ROUTES = (
    read(
        "/members/{member}/points", "memberPoints", "Points given and taken", PointsHistory, _history, query=PageQuery
    ),
    act("POST /members/{member}/points", "adjustPoints", "Give or take points", PointsMoved, _adjust, body=PointsBody),
    read("/gifts", "listGifts", "What points are redeemed for", Gifts, _gifts),
    act("POST /members/{member}/gifts", "redeemGift", "Redeem points for a gift", GiftTaken, _redeem, body=GiftBody),
)
