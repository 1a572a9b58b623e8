"""Card plans of the chain: written, listed, retired."""

from typing import Annotated, Any, Literal

import msgspec

from commerce import limits as bounds
from commerce.plans.row import PlanRow
from commerce.promotions.row import Target
from foundation.http_api.route import Call
from foundation.http_api.show import show
from hq_server.head_office import catalogue
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import CODE, RuleQuery, wanted
from hq_server.web.office.listing import Column, Cut, Found, Listing
from hq_server.web.office.promotions import TargetBody
from hq_server.web.office.rows import Amount, Days, Name, Ratio
from hq_server.web.office.small_lists import cut_rows
from hq_server.web.office.work import GOODS, SEE, Work, route

Kind = Literal["stored_value", "count", "period", "timed", "points", "discount"]
Points = Annotated[int, msgspec.Meta(ge=0, le=bounds.POINTS_MAX)]
Times = Annotated[int, msgspec.Meta(ge=0, le=bounds.PROMOTION_TIMES_MAX)]


class PlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One plan. Which fields a kind reads, and what they do: docs/pricing.md; the others keep their defaults.

    ``price`` is paid for it; ``days`` of validity with the day of sale, 0 for ever; ``uses``: visits, or minutes.
    """

    name: Name
    kind: Kind
    price: Amount
    active: bool = True
    bonus: Amount = 0
    order: Literal["proportional", "bonus_first", "principal_first"] = "proportional"
    principal_ratio: Ratio = Ratio(spender=1)
    bonus_ratio: Ratio = Ratio(issuer=1)
    uses: Points = 0
    points: Points = 0
    days: Days = 0
    tier: Annotated[str, msgspec.Meta(max_length=bounds.CODE_MAX)] = ""
    per_day: Times = 0
    target: TargetBody = TargetBody()
    each: Times = 1


class Plan(PlanBody, frozen=True, kw_only=True):
    """One plan."""

    code: str


class PlanQuery(RuleQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which plans; ``kind`` "" all."""

    kind: Literal["", "stored_value", "count", "period", "timed", "points", "discount"] = ""


_RATIOS = ("principal_ratio", "bonus_ratio")


def plan_row(code: str, body: PlanBody) -> PlanRow:
    """The row that branches read."""
    fields = msgspec.structs.asdict(body)
    for name in _RATIOS:
        fields[name] = msgspec.structs.astuple(fields[name])
    fields["target"] = Target(*msgspec.structs.astuple(body.target))
    return PlanRow(code=code, **fields)


def plan(row: PlanRow) -> Plan:
    """A plan as it is shown."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in Plan.__struct_fields__}
    for name in _RATIOS:
        issuer, hq, spender = fields[name]
        fields[name] = Ratio(issuer=issuer, hq=hq, spender=spender)
    fields["target"] = show(row.target, TargetBody)
    return Plan(**fields)


def _find_plans(conn: Connection, query: PlanQuery, _at: str, cut: Cut) -> Found[Plan]:
    """Plans, retired ones too."""
    rows = catalogue.every(conn, "", "plan")
    return cut_rows((plan(row) for row in rows if wanted(query, row) and query.kind in {"", row.kind}), cut)


def get_plan(work: Work, call: Call) -> Plan:
    """One plan."""
    return plan(catalogue.get(work.conn, "", f"plan:{call.params['code']}"))


def put_plan(work: Work, call: Call) -> Plan:
    """Write one plan; what was sold before keeps the terms it was sold under."""
    return plan(catalogue.put(work.conn, work.act(call), "", plan_row(call.params["code"], call.body)))


def retire_plan(work: Work, call: Call) -> Plan:
    """Sell one no more."""
    return plan(catalogue.retire_plan(work.conn, work.act(call), call.params["code"]))


_CODE: dict[str, Any] = {"params": {"code": CODE}}
_READ: dict[str, Any] = {"roles": SEE}
_WRITE: dict[str, Any] = {"roles": GOODS}

PLANS = Listing(
    "GET /plans",
    "listPlans",
    "Card plans",
    row=Plan,
    query=PlanQuery,
    columns=(
        Column("code", "text", "code"),
        Column("name", "text", "name"),
        Column("kind", "code", "kind"),
        Column("price", "money", "price"),
        Column("bonus", "money"),
        Column("uses", "count"),
        Column("points", "points"),
        Column("days", "count", "days"),
        Column("active", "flag", "active"),
    ),
    find=_find_plans,
    key="code",
    order="code",
    roles=SEE,
)

LISTINGS = (PLANS,)

ROUTES = (
    route("GET /plans/{code}", "getPlan", "One plan", Plan, get_plan, **_CODE, **_READ),
    route("PUT /plans/{code}", "putPlan", "Write one", Plan, put_plan, body=PlanBody, **_CODE, **_WRITE),
    route("POST /plans/{code}/retire", "retirePlan", "Sell one no more", Plan, retire_plan, **_CODE, **_WRITE),
)
