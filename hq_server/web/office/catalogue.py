"""What the branches read and every rule names: tiers and top-up rules; and what all lists of rules can be asked."""

from typing import Annotated, Any, Literal

import msgspec

from commerce.catalogue import plain
from foundation.http_api.route import Call
from hq_server.head_office import catalogue, limits
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.rows import (
    Tier,
    TierBody,
    TopUpRule,
    TopUpRuleBody,
    tier,
    tier_row,
    top_up_rule,
    top_up_rule_row,
)
from hq_server.web.office.small_lists import cut_rows
from hq_server.web.office.work import GOODS, SEE, Done, Work, route

CODE = r"^[!-~\u4e00-\u9fff]{1,32}$"
"""An item number or a code, as in ``commerce.checks.check_code``, without what a path cannot carry."""
BRANCH_ID = r"^[a-z0-9-]{1,16}$"

Text = Annotated[str, msgspec.Meta(max_length=limits.SEARCH)]
Active = Literal["", "yes", "no"]
Limit = Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX)]


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the page begins (the last id of the one before) and how many rows."""

    after: Text = ""
    limit: Limit = limits.PAGE


class RuleQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which rules: those whose code or name contains ``q``, those in force or not ("" all)."""

    q: Text = ""
    active: Active = ""


def wanted(query: RuleQuery, row: Any) -> bool:  # noqa: ANN401  a reference row with a name
    """Whether a rule is asked for."""
    fits = plain(query.q) in plain(f"{row.code} {row.name}")
    return fits and (not query.active or getattr(row, "active", True) == (query.active == "yes"))


def _find_tiers(conn: Connection, query: RuleQuery, _at: str, cut: Cut) -> Found[Tier]:
    return cut_rows((tier(row) for row in catalogue.every(conn, "", "tier") if wanted(query, row)), cut)


def _find_top_up_rules(conn: Connection, query: RuleQuery, _at: str, cut: Cut) -> Found[TopUpRule]:
    rows = catalogue.every(conn, "", "top_up_rule")
    return cut_rows((top_up_rule(row) for row in rows if wanted(query, row)), cut)


def put_tier(work: Work, call: Call) -> Tier:
    """Write one tier."""
    return tier(catalogue.put(work.conn, work.act(call), "", tier_row(call.params["code"], call.body)))


def put_top_up_rule(work: Work, call: Call) -> TopUpRule:
    """Write one top-up rule."""
    row = top_up_rule_row(call.params["code"], call.body)
    return top_up_rule(catalogue.put(work.conn, work.act(call), "", row))


def drop_tier(work: Work, call: Call) -> Done:
    """Do away with a tier that nobody needs."""
    catalogue.drop_tier(work.conn, work.act(call), call.params["code"])
    return Done()


def get_tier(work: Work, call: Call) -> Tier:
    """One tier."""
    return tier(catalogue.get(work.conn, "", f"tier:{call.params['code']}"))


def get_top_up_rule(work: Work, call: Call) -> TopUpRule:
    """One top-up rule."""
    return top_up_rule(catalogue.get(work.conn, "", f"top_up_rule:{call.params['code']}"))


_CODE: dict[str, Any] = {"params": {"code": CODE}}
_READ: dict[str, Any] = {"roles": SEE}
_WRITE: dict[str, Any] = {"roles": GOODS}

TIERS = Listing(
    "GET /tiers",
    "listTiers",
    "Member tiers",
    row=Tier,
    query=RuleQuery,
    columns=(
        Column("code", "text", "code"),
        Column("name", "text", "name"),
        Column("rank", "count", "rank"),
        Column("discount_per_mille", "per_mille", "discount_per_mille"),
        Column("price_level", "text"),
        Column("points_per_mille", "per_mille"),
        Column("from_spend", "money", "from_spend"),
        Column("from_top_up", "money", "from_top_up"),
        Column("from_points", "points", "from_points"),
        Column("period_days", "count"),
    ),
    find=_find_tiers,
    key="code",
    order="rank",
    roles=SEE,
)

TOP_UP_RULES = Listing(
    "GET /top-up-rules",
    "listTopUpRules",
    "What top-ups give",
    row=TopUpRule,
    query=RuleQuery,
    columns=(
        Column("code", "text", "code"),
        Column("name", "text", "name"),
        Column("min_amount", "money", "min_amount"),
        Column("max_amount", "money", "max_amount"),
        Column("bonus", "money", "bonus"),
        Column("bonus_per_mille", "per_mille", "bonus_per_mille"),
        Column("points", "points"),
        Column("bonus_days", "count"),
        Column("order", "code"),
        Column("active", "flag", "active"),
    ),
    find=_find_top_up_rules,
    key="code",
    order="min_amount",
    roles=SEE,
)

LISTINGS = (TIERS, TOP_UP_RULES)

ROUTES = (
    route("GET /tiers/{code}", "getTier", "One tier", Tier, get_tier, **_CODE, **_READ),
    route("PUT /tiers/{code}", "putTier", "Write one", Tier, put_tier, body=TierBody, **_CODE, **_WRITE),
    route("DELETE /tiers/{code}", "dropTier", "Do away with one", Done, drop_tier, **_CODE, **_WRITE),
    route(
        "GET /top-up-rules/{code}", "getTopUpRule", "What a top-up gives", TopUpRule, get_top_up_rule, **_CODE, **_READ
    ),
    route(
        "PUT /top-up-rules/{code}",
        "putTopUpRule",
        "Write one",
        TopUpRule,
        put_top_up_rule,
        body=TopUpRuleBody,
        **_CODE,
        **_WRITE,
    ),
)
