"""The table of routes: the API, who may use it, and its document, all at once."""

import sys
from typing import Any

import msgspec

from edge_node.web import (
    basket_lines,
    baskets,
    cards,
    checkout,
    customer_screen,
    device_acts,
    devices,
    gift_cards,
    health,
    labels,
    members,
    papers,
    payments,
    peers,
    pictures,
    plan_rows,
    plans,
    points,
    print_jobs,
    products,
    promotions,
    reference,
    refunds,
    rights_requests,
    sales,
    sessions,
    shifts,
    sign_in,
    sync,
    till_set_up,
)
from foundation.http_api.openapi import document
from foundation.http_api.route import Route

API_VERSION = "1"

ROUTES: tuple[Route, ...] = tuple(
    route
    for page in (
        sign_in,
        health,
        till_set_up,
        sync,
        shifts,
        sessions,
        products,
        baskets,
        basket_lines,
        members,
        points,
        plans,
        cards,
        payments,
        checkout,
        gift_cards,
        sales,
        refunds,
        rights_requests,
        reference,
        pictures,
        promotions,
        plan_rows,
        customer_screen,
        devices,
        device_acts,
        labels,
        peers,
        papers,
        print_jobs,
    )
    for route in page.ROUTES
)

_DESCRIPTION = (
    "What a till asks of its branch's edge node. Money in minor units, quantities in thousandths, times in ms since "
    "1970 UTC, ids as 32 hex digits. Every route that changes something takes an Idempotency-Key `<till>-<n>`, n "
    "growing: the same key gets the same answer, also after a crash and also for a refusal; a repeated change of a "
    "basket or of a rights request is not made twice and shows how it stands now. Refusals are told in zh-CN, zh-TW or "
    'en by Accept-Language. Live notices: a WebSocket at /api/v1/notices, whose first message is {"token": …}. '
    "Pictures: GET /api/v1/pictures/{hash}, without a sign-in. The same API stands under /training over a world in "
    "which nothing is real."
)


def openapi() -> dict[str, Any]:
    """Build the OpenAPI 3.1 document, as it lies in ``docs/api/edge.openapi.json``."""
    return document(ROUTES, "StayOpen edge node", API_VERSION, _DESCRIPTION)


def openapi_text() -> bytes:
    """Return the document as it is served and kept: indented JSON."""
    return msgspec.json.format(msgspec.json.encode(openapi()), indent=1) + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(openapi_text())
