"""Points by hand, and the gifts that points are redeemed for."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.limits import POINTS_MAX
from edge_node.limits import GIFTS_AT_ONCE
from edge_node.till import points
from edge_node.till.points import Moved
from edge_node.web.approvals import Approved
from edge_node.web.fields import Body, Code, Reason
from edge_node.web.work import Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show


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
    """All of them, as the chain lists them."""

    gifts: list[GiftAnswer]


def _adjust(work: Work, call: Call) -> PointsMoved:
    body: PointsBody = call.body
    done = points.adjust(work.conn, work.at(call), call.id("member"), body.points, body.reason, work.approver)
    work.tell("member", member=call.params["member"])
    return show(done, PointsMoved)


def _gifts(work: Work, call: Call) -> Gifts:
    _ = call
    return Gifts([show(gift, GiftAnswer) for gift in work.book.settings.members.gifts])


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


ROUTES = (
    act("POST /members/{member}/points", "adjustPoints", "Give or take points", PointsMoved, _adjust, body=PointsBody),
    read("/gifts", "listGifts", "What points are redeemed for", Gifts, _gifts),
    act("POST /members/{member}/gifts", "redeemGift", "Redeem points for a gift", GiftTaken, _redeem, body=GiftBody),
)
