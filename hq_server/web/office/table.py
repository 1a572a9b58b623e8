"""The office API in one table, and the OpenAPI document made from it."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from foundation.http_api.openapi import document
from hq_server.web.office import (
    act_one,
    acts,
    adjustments,
    audit,
    balances,
    batches,
    batches_cards,
    branch_health,
    branches,
    card_ranges,
    care,
    catalogue,
    changes,
    clearing_rules,
    departments,
    discrepancies,
    exports,
    fields,
    freshness,
    imports,
    jobs,
    members,
    members_acts,
    overview,
    parameters,
    people,
    pictures,
    plans,
    products,
    promotion_places,
    promotions,
    reports,
    reports_members,
    roles,
    row_history,
    settlement,
    settlement_entities,
    settlement_matrix,
    staff,
    statements,
    trials,
)
from hq_server.web.office.listing import Listing

AREAS: tuple[Any, ...] = (
    people,
    care,
    audit,
    discrepancies,
    branches,
    branch_health,
    members,
    members_acts,
    adjustments,
    batches,
    batches_cards,
    fields,
    parameters,
    products,
    imports,
    row_history,
    trials,
    catalogue,
    changes,
    departments,
    promotions,
    promotion_places,
    roles,
    plans,
    pictures,
    card_ranges,
    balances,
    settlement,
    settlement_matrix,
    clearing_rules,
    settlement_entities,
    statements,
    staff,
    overview,
    freshness,
    reports,
    reports_members,
    jobs,
    exports,
    acts,
    act_one,
)
"""Modules of routes; what lists an area has, stands in its ``LISTINGS`` and nowhere else."""

LISTINGS: Mapping[str, Listing] = {listing.name: listing for area in AREAS for listing in getattr(area, "LISTINGS", ())}
"""All lists by their names: whatever is here can be exported."""

ROUTES = (*(route for area in AREAS for route in area.ROUTES), *(listing.route for listing in LISTINGS.values()))

TITLE = "StayOpen office API"
VERSION = "1"
DESCRIPTION = (
    "What people at head office do. Money in minor units, quantities in thousandths, times in ms since 1970 UTC, dates"
    " ISO, ids as 32 hexadecimal digits. Sign in, then send the token as `Authorization: Bearer …`; no cookie is used,"
    " so no other site can act for a user. Errors: `code` is stable, the rest is for people (Accept-Language: zh-CN,"
    " zh-TW, en)."
)

DOCUMENT = json.dumps(
    document(ROUTES, TITLE, VERSION, DESCRIPTION), ensure_ascii=False, indent=1, sort_keys=True
).encode()
"""As served, and as checked in at ``docs/api/hq.openapi.json``."""


if __name__ == "__main__":
    sys.stdout.buffer.write(DOCUMENT + b"\n")
