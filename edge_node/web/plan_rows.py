"""Card plans as a shop that stands alone writes them; in a chain HQ does."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from commerce import limits as bounds
from commerce.plans.row import PlanRow
from edge_node.web.fields import CODE, Amount, Body, MaybeCode, Name
from edge_node.web.promotions import Count, TargetBody
from edge_node.web.reference import Days, Weight, write
from edge_node.web.work import MANAGER, Nothing, Work, act, read
from foundation.http_api.route import Call
from foundation.http_api.show import show

Many = Annotated[int, Meta(ge=0, le=bounds.POINTS_MAX)]


class PlanBody(Body):
    """One plan. Which fields a kind reads: docs/pricing.md; the others keep their defaults."""

    name: Name
    kind: Literal["stored_value", "count", "period", "timed", "points", "discount"]
    price: Amount
    active: bool = True
    bonus: Amount = 0
    order: Literal["proportional", "bonus_first", "principal_first"] = "proportional"
    principal_ratio: tuple[Weight, Weight, Weight] = (0, 0, 1)
    bonus_ratio: tuple[Weight, Weight, Weight] = (1, 0, 0)
    uses: Many = 0
    points: Many = 0
    days: Days = 0
    tier: MaybeCode = ""
    per_day: Count = 0
    target: TargetBody = msgspec.field(default_factory=TargetBody)
    each: Count = 1


class Plan(PlanBody, kw_only=True):
    """One plan, as it stands."""

    code: str


class PlanList(msgspec.Struct, frozen=True):
    """All that this branch knows, by code, also those that are not sold any more."""

    plans: list[Plan]


def _put(work: Work, call: Call) -> Nothing:
    body: PlanBody = call.body
    fields: dict[str, Any] = {name: getattr(body, name) for name in body.__struct_fields__}
    fields["target"] = body.target.made()
    return write(work, call, PlanRow(code=call.params["code"], **fields))


def _list(work: Work, call: Call) -> PlanList:
    _ = call
    return PlanList([show(row, Plan) for _, row in sorted(work.book.plans.items())])


ROUTES = (
    read("/reference/plans", "listPlans", "Card plans", PlanList, _list),
    act(
        "PUT /reference/plans/{code}",
        "putPlan",
        "Write a card plan",
        Nothing,
        _put,
        body=PlanBody,
        roles=MANAGER,
        params={"code": CODE},
    ),
)
